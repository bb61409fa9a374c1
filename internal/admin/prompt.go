package admin

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"golang.org/x/term"

	"sshchat/internal/sanitize"
)

// prompt does what is typed, line by line.
func (r *run) prompt(ctx context.Context) int {
	status, err := r.status(ctx)
	alone := err != nil && err.Reason == reasonNoServer && r.Alone != nil
	if alone {
		err = r.tryAlone(ctx)
	}
	if err != nil {
		r.complain(err)
		return err.exit()
	}
	lines, typed := r.lines(ctx)
	breaks := r.breaks(typed)
	r.fed = true
	switch {
	case alone:
		r.noteAlone()
	case typed:
		fmt.Fprintf(r.Out, greeting, sanitize.Line(status.Version), sanitize.Line(status.Data))
	}
	defer r.endWatch()
	last := 0
	for {
		line, err := lines.next(ctx)
		switch {
		case errors.Is(err, errBroken):
			continue
		case err != nil:
			return r.leave(err, typed, last)
		}
		words := splitLine(line)
		if r.watches(ctx, words) {
			continue
		}
		switch words[0] {
		case "":
			continue
		case "quit", "exit":
			return r.leave(io.EOF, typed, last)
		}
		exit, over := r.interruptible(ctx, breaks, words)
		switch {
		case over:
			return r.leave(context.Canceled, typed, last)
		case exit == exitIO:
			return exit // nobody would see what the others come to
		case exit != 0:
			last = exit
		}
	}
}

// status finds out whether a server runs before anybody types a line.
func (r *run) status(ctx context.Context) (s Status, _ *problem) {
	body, err := r.client.call(ctx, findVerb("status"), Params{})
	if err == nil {
		err = json.Unmarshal(body, &s)
	}
	if err == nil {
		return s, nil
	}
	if p, ok := errors.AsType[*problem](err); ok {
		return s, p
	}
	return s, noSense(err)
}

// tryAlone finds out whether the database can be had without a server. It is not kept: a server may start meanwhile.
func (r *run) tryAlone(ctx context.Context) *problem {
	_, release, err := r.Alone(ctx)
	if err != nil {
		return noDatabase(err)
	}
	release()
	return nil
}

// leave is the exit code at the end of input, or of whatever else ended it.
func (r *run) leave(err error, typed bool, last int) int {
	switch {
	case errors.Is(err, context.Canceled):
		return last
	case !errors.Is(err, io.EOF):
		r.complain(unreadable(err))
		return exitRefused
	case typed:
		return 0
	}
	return last
}

// lines are what is typed.
type lines interface {
	// next waits for a line. The error is io.EOF at the end of input, errBroken of a line that was given up, or that of ctx.
	next(ctx context.Context) (string, error)
}

// lines returns the way to read lines, and whether a person at a terminal types them.
func (r *run) lines(ctx context.Context) (_ lines, typed bool) {
	s, typed := r.openScreen()
	if !typed {
		p := &pipe{bufio.NewScanner(r.In)}
		p.Buffer(nil, maxLine)
		return p, false
	}
	s.AutoCompleteCallback = completer{r, ctx, s.Terminal}.complete
	r.screen = s
	return s, true
}

// openScreen returns the terminal of a person who both types and reads there.
func (r *run) openScreen() (_ *screen, typed bool) {
	in, ok := terminal(r.In)
	out, shown := terminal(r.Out)
	if !ok || !shown {
		return nil, false
	}
	k := &keys{Reader: in}
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{k, out}, prompt)
	t.History = worthKeeping{t.History}
	return &screen{Terminal: t, keys: k, in: int(in.Fd()), out: int(out.Fd())}, true
}

// maxLine bounds a line that a program writes, in bytes. It has room for the longest message.
const maxLine = 256 << 10

// pipe is lines from a file or another program.
type pipe struct{ *bufio.Scanner }

func (p *pipe) next(ctx context.Context) (string, error) {
	return within(ctx, func() (string, error) {
		if p.Scan() {
			return strings.TrimSuffix(p.Text(), "\r"), nil
		}
		if err := p.Err(); err != nil {
			return "", err
		}
		return "", io.EOF
	})
}

// screen is lines from a person. The terminal is raw only while one is typed, so that ^C
// interrupts a command as it does any program. While one is typed it gives up the line, and no more.
type screen struct {
	*term.Terminal
	keys    *keys
	in, out int
	raw     atomic.Bool
}

// isRaw reports whether something is typed, of which a ^C is a part. Without a screen nothing is.
func (s *screen) isRaw() bool { return s != nil && s.raw.Load() }

// makeRaw has the terminal hand on each key, until restore.
func (s *screen) makeRaw() (restore func(), err error) {
	cooked, err := term.MakeRaw(s.in)
	if err != nil {
		return nil, err
	}
	s.raw.Store(true)
	return func() {
		s.raw.Store(false)
		term.Restore(s.in, cooked)
	}, nil
}

func (s *screen) next(ctx context.Context) (string, error) {
	restore, err := s.makeRaw()
	if err != nil {
		return "", err
	}
	defer restore()
	if width, height, err := term.GetSize(s.out); err == nil && width > 0 {
		s.SetSize(width, height)
	}
	return within(ctx, func() (string, error) {
		line, err := s.ReadLine()
		switch {
		case errors.Is(err, term.ErrPasteIndicator):
			err = nil
		case err == nil && s.keys.broke():
			err = errBroken
		case err != nil:
			fmt.Fprint(s.Terminal, "\n") // the shell's prompt begins a line
		}
		return line, err
	})
}

// ask is next for the answer to a question, which is not one of the lines that Up brings back.
func (s *screen) ask(ctx context.Context, question string) (string, error) {
	kept, complete := s.History, s.AutoCompleteCallback
	s.History, s.AutoCompleteCallback = noHistory{}, nil
	s.SetPrompt(question)
	s.keys.asked = true
	defer func() {
		s.keys.asked = false
		s.History, s.AutoCompleteCallback = kept, complete
		s.SetPrompt(prompt)
	}()
	return s.next(ctx)
}

// askHidden is ask for a password: what is typed is not shown.
func (s *screen) askHidden(ctx context.Context, question string) (string, error) {
	restore, err := s.makeRaw()
	if err != nil {
		return "", err
	}
	defer restore()
	s.keys.asked = true
	defer func() { s.keys.asked = false }()
	return within(ctx, func() (string, error) {
		line, err := s.ReadPassword(question)
		if err == nil && s.keys.broke() {
			err = errBroken
		}
		return line, err
	})
}

// errBroken is of a line that was given up by ^C, or of a question by ^D as well.
var errBroken = errors.New("given up")

// giveUp has term end the line that is typed and keep nothing of it. ~ ends half of an escape sequence, and is else one more
// character that ^E and ^U take away.
const giveUp = "~\x05\x15\r"

// keys is what is typed. term takes ^C for the end of input, and would find it again at each later line.
type keys struct {
	io.Reader
	asked   bool // a question, which ^D gives up as well
	broken  bool
	pending string // to be read before the rest
}

// Read drops what was typed along with a ^C, as a terminal does that is not raw.
func (k *keys) Read(p []byte) (n int, err error) {
	if k.pending == "" {
		n, err = k.Reader.Read(p)
		breaks := "\x03"
		if k.asked {
			breaks = "\x03\x04"
		}
		if !bytes.ContainsAny(p[:n], breaks) {
			return n, err
		}
		k.broken, k.pending = true, giveUp
	}
	n = copy(p, k.pending)
	k.pending = k.pending[n:]
	return n, nil
}

// broke reports whether the line that was read was given up.
func (k *keys) broke() bool {
	was := k.broken
	k.broken = false
	return was
}

// worthKeeping is a history without empty lines, and without one again that is the newest.
type worthKeeping struct{ term.History }

func (h worthKeeping) Add(line string) {
	if line != "" && (h.Len() == 0 || h.At(0) != line) {
		h.History.Add(line)
	}
}

// noHistory keeps nothing.
type noHistory struct{}

func (noHistory) Add(string)    {}
func (noHistory) Len() int      { return 0 }
func (noHistory) At(int) string { return "" }

// within is read, but no longer than ctx. There is no portable way to wake a read of the standard input: one that is
// left behind ends with the input, or with the program, which has nothing else to do.
func within(ctx context.Context, read func() (string, error)) (string, error) {
	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		line, err := read()
		done <- result{line, err}
	}()
	select {
	case r := <-done:
		return r.line, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
