package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	JSON bool      // answers and errors are wanted as the server gives them, a document each
	// Alone takes the database where no server runs, for one command; the Server answers until release. The error
	// is a *NoDatabase. Nil: then nothing can be done.
	Alone func(context.Context) (_ *Server, release func(), _ error)
	// Bare is Alone for what replaces the database, or has to see it as it is: nothing of it is opened.
	Bare func(context.Context) (_ *Server, release func(), _ error)
	// Interrupts takes ^C over for the rest of the program, where a person types commands: there it ends the one that is
	// being done. Nil: nothing does.
	Interrupts func() <-chan os.Signal
}

// Run does the command in args, or without one those that are typed until quit or the end of input, and
// returns an exit code: 0; 1 refused, as for a kick of somebody who is not online; 64 no such command, or not like
// that; 65 the database is damaged; 67 no such account, room or line; 69 no server runs; 70 a fault; 74 the answer
// cannot be written, unless whoever read it has gone; 77 not permitted. For many commands it is that of the last
// that failed, but 0 where a person typed them; 74 ends them all.
func (c Console) Run(ctx context.Context, args []string) int {
	if abs, err := filepath.Abs(c.Data); err == nil {
		c.Data = abs // "." says little in an error
	}
	r := &run{Console: c, client: newClient(c.Data)}
	r.client.open, r.client.bare, r.client.note = c.Alone, c.Bare, r.noteAlone
	if len(args) == 0 {
		return r.prompt(ctx)
	}
	if s, typed := r.openScreen(); typed {
		r.screen = s
	}
	return r.command(ctx, args)
}

// NoDatabase says why the database cannot be used without a server, and what to do.
type NoDatabase struct {
	Text, Hint string
	Damaged    bool // it is, or it is none of ours
}

func (e *NoDatabase) Error() string { return e.Text }

// run is one run of the console.
type run struct {
	Console
	client *client
	screen *screen // a person types at it; nil: nobody can be asked
	noted  bool    // that no server runs
	watch  *watch  // what happens is shown meanwhile; nil: it is not
	fed    bool    // commands come from the standard input
}

// noteAlone says once that the database is used directly.
func (r *run) noteAlone() {
	if !r.noted && !r.JSON {
		fmt.Fprintf(r.Err, noteAlone, sanitize.Line(r.Data))
	}
	r.noted = true
}

// command does one command and shows what came of it.
func (r *run) command(ctx context.Context, words []string) int {
	always := r.JSON
	defer func() { r.JSON = always }()
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
	if r.JSON {
		r.Err.Write(encoded(wireError{*p}))
		return
	}
	fmt.Fprintf(r.Err, "error: %s\n", sanitize.Line(p.Text))
	if p.Hint != "" {
		fmt.Fprintf(r.Err, "hint: %s\n", sanitize.Line(p.Hint))
	}
}

func (r *run) try(ctx context.Context, words []string) error {
	switch words[0] {
	case "help":
		return r.help(words[1:])
	case "quit", "exit":
		return nil // the prompt ends before it comes here
	case profileVerb:
		return r.profile(ctx, words[1:])
	}
	v, rest := match(words)
	if v == nil {
		return refuseUnknown(words)
	}
	c, err := v.parse(rest)
	switch {
	case errors.Is(err, errHelp):
		return r.help(strings.Fields(v.name))
	case err != nil:
		return err
	}
	v.absolute(c.params)
	r.JSON = r.JSON || c.json
	if v.prepare != nil {
		if err := v.prepare(ctx, r, c.params); err != nil {
			return err
		}
	}
	err = r.ask(ctx, v, c.params)
	if p, ok := errors.AsType[*problem](err); ok && p.Reason == reasonUnconfirmed && r.screen != nil && !r.JSON {
		if !r.agreed(ctx, p) {
			return refuseNotDone
		}
		c.params[yesArg.name] = yes
		return r.ask(ctx, v, c.params)
	}
	return err
}

// agreed asks whoever sits at the terminal whether to do what p says.
func (r *run) agreed(ctx context.Context, p *problem) bool {
	if err := r.print(r.viewer().Say(p.Text)); err != nil {
		return false
	}
	answer, err := r.screen.ask(ctx, askYes)
	return err == nil && strings.EqualFold(strings.TrimSpace(answer), yes)
}

// ask has the server do a verb, and shows the answer page by page.
func (r *run) ask(ctx context.Context, v *verb, p Params) error {
	w := view{Viewer: r.viewer(), first: true}
	if v.stream != nil {
		return r.follow(ctx, v, p)
	}
	for p != nil {
		body, err := r.client.call(ctx, v, p)
		if err != nil {
			return err
		}
		shown, next, err := v.show(w, body)
		if err != nil {
			return noSense(err)
		}
		if r.JSON {
			shown = string(body)
		}
		if err := r.print(shown); err != nil {
			return err
		}
		p, w.first = p.with(next), false
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

// help lists the commands, or shows how one is typed, or those that begin with a word.
func (r *run) help(words []string) error {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" })
	wanted := strings.Join(words, " ")
	var rows [][]string
	for i, row := range helpRows() {
		if name := commandNames()[i]; wanted == "" || name == wanted || strings.HasPrefix(name, wanted+" ") {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return refuseUnknown(words)
	}
	return r.print(r.viewer().Table(rows))
}

// helpRows are the rows of help, in the order of commandNames.
func helpRows() (rows [][]string) {
	for i := range verbs {
		rows = append(rows, []string{verbs[i].usage(), verbs[i].help})
	}
	return append(rows, []string{usageProfile, helpProfile}, []string{usageHelp, helpHelp}, []string{usageQuit, helpQuit},
		[]string{usageWatch, helpWatch}, []string{usageUnwatch, helpUnwatch})
}

// Help lists the commands of the console, a line each.
func Help() string { return render.Viewer{Plain: true}.Table(helpRows()) }
