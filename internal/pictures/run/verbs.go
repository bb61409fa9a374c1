package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// verb is something that a person does in a script.
type verb struct {
	takesText bool
	settles   bool // the screen is still when it is done, unless others send something
	do        func(ctx context.Context, st *stage, s step) error
}

// verbs are all that a person can do; the package's comment says what each is.
var verbs = map[string]verb{
	"connects": {takesText: true, do: connects},
	"types":    {takesText: true, do: byPerson(types)},
	"answers":  {takesText: true, do: byPerson(answers)},
	"begins":   {takesText: true, settles: true, do: byPerson(begins)},
	"sees":     {takesText: true, do: byPerson(sees)},
	"at":       {takesText: true, settles: true, do: byPerson(at)},
	"clears":   {do: byPerson(clears)},
	"leaves":   {do: byPerson(leaves)},
}

// arrival is what somebody does who is to be there with an account: the word for all of it is arrives.
func arrival(line int, who string) []step {
	const secret = "correct horse battery"
	does := func(verb, text string) step { return step{line: line, who: who, verb: verb, text: text} }
	return []step{
		does("connects", "ssh"),
		does("types", "signup "+who),
		does("at", "password:"), does("answers", secret),
		does("at", "password again:"), does("answers", secret),
		does("at", who+">"),
	}
}

// byPerson is for those who are connected.
func byPerson(do func(ctx context.Context, p *person, text string) error) func(context.Context, *stage, step) error {
	return func(ctx context.Context, st *stage, s step) error {
		p := st.people[s.who]
		if p == nil {
			return errors.New("not connected")
		}
		return do(ctx, p, s.text)
	}
}

// What the keys send.
const (
	enter    = "\r"
	altEnter = "\x1b\r"
	controlL = "\x0c"
)

func connects(ctx context.Context, st *stage, s step) error {
	if before := st.people[s.who]; before != nil {
		before.close()
	}
	p, err := connect(ctx, st.addr, s.who, s.text)
	if err == nil {
		st.people[s.who] = p
	}
	return err
}

func types(ctx context.Context, p *person, text string) error {
	if err := begins(ctx, p, text); err != nil {
		return err
	}
	return p.keys(enter)
}

func answers(_ context.Context, p *person, text string) error { return p.keys(text + enter) }

// echoed is how many characters at the end of what is typed are looked for: a long line does not fit its row.
const echoed = 16

func begins(ctx context.Context, p *person, text string) error {
	if err := p.keys(strings.ReplaceAll(text, "⏎", altEnter)); err != nil {
		return err
	}
	end := []rune(text)
	end = end[max(0, len(end)-echoed):]
	return p.screen.wait(ctx, func(t *terminal) bool { return strings.HasSuffix(t.beforeCursor(), string(end)) })
}

func sees(ctx context.Context, p *person, text string) error {
	return p.screen.wait(ctx, func(t *terminal) bool { return strings.Contains(t.aboveCursor(), text) })
}

func at(ctx context.Context, p *person, text string) error {
	return p.screen.wait(ctx, func(t *terminal) bool { return strings.TrimSpace(t.beforeCursor()) == text })
}

func clears(ctx context.Context, p *person, _ string) error {
	if err := p.keys(controlL); err != nil {
		return err
	}
	return p.screen.wait(ctx, func(t *terminal) bool { return t.emulator.CursorPosition().Y == 0 && t.beforeCursor() != "" })
}

func leaves(ctx context.Context, p *person, _ string) error {
	if err := types(ctx, p, "/logout"); err != nil {
		return err
	}
	select {
	case <-p.gone:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the session does not end: %w; the screen is\n%s", ctx.Err(), p.screen.text())
	}
}
