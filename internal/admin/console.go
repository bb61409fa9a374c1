package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"golang.org/x/term"

	"sshchat/internal/render"
	"sshchat/internal/sanitize"
)

// Console is the console's end at the operator.
type Console struct {
	Data string // the data folder of the server
	In   io.Reader
	Out  io.Writer
	Err  io.Writer // what went wrong: error: and hint: lines
}

// Run does the command in args, or without one those that are typed until quit or the end of input, and
// returns an exit code: 0; 1 refused, as for a kick of somebody who is not online; 64 no such command, or not like
// that; 67 no such account; 69 no server runs; 70 a fault; 74 the answer cannot be written, unless whoever read it
// has gone; 77 not permitted. For many commands it is that of the last that failed, but 0 where a person typed
// them; 74 ends them all.
func (c Console) Run(ctx context.Context, args []string) int {
	if abs, err := filepath.Abs(c.Data); err == nil {
		c.Data = abs // "." says little in an error
	}
	r := &run{Console: c, client: newClient(c.Data)}
	if len(args) == 0 {
		return r.prompt(ctx)
	}
	return r.command(ctx, args)
}

// run is one run of the console.
type run struct {
	Console
	client *client
}

// command does one command and shows what came of it.
func (r *run) command(ctx context.Context, words []string) int {
	err := r.try(ctx, words)
	if err == nil || errors.Is(err, syscall.EPIPE) { // head has seen enough
		return 0
	}
	p, ok := errors.AsType[*problem](err)
	if !ok {
		p = noSense(err)
	}
	r.complain(p)
	return p.exit()
}

// complain shows a problem. Its texts may repeat what a client of the server's has sent.
func (r *run) complain(p *problem) {
	fmt.Fprintf(r.Err, "error: %s\n", sanitize.Line(p.Text))
	if p.Hint != "" {
		fmt.Fprintf(r.Err, "hint: %s\n", sanitize.Line(p.Hint))
	}
}

func (r *run) try(ctx context.Context, words []string) error {
	name, words := words[0], words[1:]
	switch name {
	case "help":
		return r.help(words)
	case "quit", "exit":
		return nil // the prompt ends before it comes here
	}
	v := findVerb(name)
	if v == nil {
		return refuseUnknown(name)
	}
	p, err := v.parse(words)
	switch {
	case errors.Is(err, errHelp):
		return r.help([]string{name})
	case err != nil:
		return err
	}
	return r.ask(ctx, v, p)
}

// ask has the server do a verb, and shows the answer page by page.
func (r *run) ask(ctx context.Context, v *verb, p Params) error {
	w := view{Viewer: r.viewer(), first: true}
	for p != nil {
		body, err := r.client.call(ctx, v, p)
		if err != nil {
			return err
		}
		shown, next, err := v.show(w, body)
		if err != nil {
			return noSense(err)
		}
		if err := r.print(shown); err != nil {
			return err
		}
		p, w.first = next, false
	}
	return nil
}

// print shows a part of an answer. The error is EPIPE where nobody reads on, else a *problem.
func (r *run) print(text string) error {
	_, err := io.WriteString(r.Out, text)
	if err != nil && !errors.Is(err, syscall.EPIPE) {
		return noWrite(err)
	}
	return err
}

// viewer is whom answers are rendered for: a screen of some width, or a file.
func (r *run) viewer() render.Viewer {
	f, ok := terminal(r.Out)
	if !ok {
		return render.Viewer{Plain: true}
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 0 // the default
	}
	return render.Viewer{Width: width}
}

// terminal returns what is a terminal as its file.
func terminal(stream any) (*os.File, bool) {
	f, ok := stream.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// help lists the commands, or shows how one is typed.
func (r *run) help(words []string) error {
	rows := helpRows()
	if words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" }); len(words) > 0 {
		i := slices.Index(commandNames(), words[0])
		if i < 0 {
			return refuseUnknown(words[0])
		}
		rows = rows[i : i+1]
	}
	return r.print(r.viewer().Table(rows))
}

// helpRows are the rows of help, in the order of commandNames.
func helpRows() (rows [][]string) {
	for i := range verbs {
		rows = append(rows, []string{verbs[i].usage(), verbs[i].help})
	}
	return append(rows, []string{usageHelp, helpHelp}, []string{usageQuit, helpQuit})
}

// Help lists the commands of the console, a line each.
func Help() string { return render.Viewer{Plain: true}.Table(helpRows()) }
