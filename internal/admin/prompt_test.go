package admin

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

func TestAScript(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	r := console(t, w.dir, "kick bob --reason  too noisy\r\n\n   \nban bob\nunban bob\nquit\nban bob\n")
	r.says("kicked bob", "banned bob", "unbanned bob")
	if strings.Contains(r.out, "sshchat>") {
		t.Error("a prompt for nobody")
	}
}

// A script goes on behind a mistake, and its exit code tells of the last.
func TestAScriptWithMistakes(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	r := console(t, w.dir, "kcik bob\nban zed\nban bob")
	r.fails(67, `no command "kcik"`, "did you mean kick?\nerror: no user \"zed\"")
	if r.out != "banned bob\n" {
		t.Errorf("stdout: %q", r.out)
	}
}

func TestALineThatIsTooLong(t *testing.T) {
	w := newWorld(t)
	console(t, w.dir, "announce "+strings.Repeat("x", maxLine)+"\n").
		fails(1, "cannot read the commands: bufio.Scanner: token too long", "")
}

// full is an output that takes nothing.
type full struct{ why error }

func (f full) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: "/dev/stdout", Err: f.why}
}

// Who is told nothing must not be told that all is well; but head may stop to read when it has seen enough.
func TestAnOutputThatFails(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	const said = "error: cannot write the answer: no space left on device\n"
	for _, c := range []struct {
		name  string
		args  string
		stdin string
		why   error
		exit  int
		err   string
	}{
		{"an answer", "status", "", syscall.ENOSPC, 74, said},
		{"help", "help", "", syscall.ENOSPC, 74, said},
		{"a script", "", "status\nban bob\nstatus\n", syscall.ENOSPC, 74, said},
		{"nobody reads on", "status", "", syscall.EPIPE, 0, ""},
		{"nobody reads the help", "help", "", syscall.EPIPE, 0, ""},
		{"nobody reads what a script does", "", "status\nlockouts\n", syscall.EPIPE, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var errs bytes.Buffer
			console := Console{Data: w.dir, In: strings.NewReader(c.stdin), Out: full{c.why}, Err: &errs}
			if exit := console.Run(t.Context(), strings.Fields(c.args)); exit != c.exit || errs.String() != c.err {
				t.Errorf("exit %d, %q; want %d, %q", exit, errs.String(), c.exit, c.err)
			}
		})
	}
	w.types("ban", "bob").says("banned bob") // the script has ended before it came to that
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the tape is torn") }

func TestInputThatFails(t *testing.T) {
	w := newWorld(t)
	var errs bytes.Buffer
	exit := Console{Data: w.dir, In: failing{}, Out: io.Discard, Err: &errs}.Run(t.Context(), nil)
	if exit != 1 || errs.String() != "error: cannot read the commands: the tape is torn\n" {
		t.Errorf("exit %d, %q", exit, errs.String())
	}
}

// The end of ctx ends a prompt at which nothing is typed.
func TestTheEndOfTheContextEndsThePrompt(t *testing.T) {
	w := newWorld(t)
	in, typist := io.Pipe()
	defer typist.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	ended := make(chan int)
	go func() { ended <- Console{Data: w.dir, In: in, Out: &out, Err: io.Discard}.Run(ctx, nil) }()
	io.WriteString(typist, "status\n")
	io.WriteString(typist, "\n") // is read only once the first is done
	cancel()
	if exit := <-ended; exit != 0 || !strings.Contains(out.String(), "1.2.3") {
		t.Errorf("exit %d, %q", exit, out.String())
	}
}

// A server that goes away is told of with each command; one that comes back is used again.
func TestTheServerGoesAwayAndComesBack(t *testing.T) {
	w := newWorld(t)
	in, typist := io.Pipe()
	out, errs := &lineWriter{lines: make(chan string, 100)}, &lineWriter{lines: make(chan string, 100)}
	ended := make(chan int)
	go func() { ended <- Console{Data: w.dir, In: in, Out: out, Err: errs}.Run(t.Context(), nil) }()
	io.WriteString(typist, "sessions\n")
	if got := <-out.lines; got != nobodyOnline {
		t.Errorf("got %q", got)
	}
	w.stop()
	io.WriteString(typist, "sessions\n")
	if got := <-errs.lines; got != "error: no server runs on "+w.dir {
		t.Errorf("got %q", got)
	}
	l, _, err := Listen(w.dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.serve(&Server{Chat: w.chat, Store: w.store, Status: w.status}, l)
	io.WriteString(typist, "sessions\n")
	if got := <-out.lines; got != nobodyOnline {
		t.Errorf("got %q", got)
	}
	typist.Close()
	if exit := <-ended; exit != 69 {
		t.Errorf("exit %d", exit)
	}
}

// lineWriter hands on each line that is written.
type lineWriter struct {
	rest  string
	lines chan string
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.rest += string(p)
	for {
		line, rest, ok := strings.Cut(w.rest, "\n")
		if !ok {
			return len(p), nil
		}
		w.rest = rest
		w.lines <- line
	}
}
