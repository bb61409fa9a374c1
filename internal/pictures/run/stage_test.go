package main

import (
	"context"
	"errors"
	"html"
	"regexp"
	"strings"
	"testing"
)

var (
	rowPattern = regexp.MustCompile(`<text y="\d+">(.*)</text>`)
	tagPattern = regexp.MustCompile(`<[^>]*>`)
)

// seen plays what happens after a script's header and returns the rows of the picture that are not empty.
func seen(t *testing.T, script string) string {
	t.Helper()
	svg, err := picture(t.Context(), header+script)
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, m := range rowPattern.FindAllSubmatch(svg, -1) {
		rows = append(rows, html.UnescapeString(tagPattern.ReplaceAllString(string(m[1]), "")))
	}
	return strings.Join(rows, "\n")
}

// What a picture shows is what the server did, at the times of the script.
func TestAPictureShowsWhatHappened(t *testing.T) {
	got := seen(t, `
alice arrives
bob connects ssh somewhere
bob types signup bob
bob at password:
bob answers correct horse battery
bob at password again:
bob answers correct horse battery
bob at bob>
clock 2026-03-16 23:59
alice types message bob one⏎two
bob sees two
clock 2026-03-17 00:00
alice types message bob 三
bob sees 三
bob begins message alice 3
`)
	_, got, _ = strings.Cut(got, "^D leaves\n")
	want := `> signup bob
Welcome, bob: the account is yours. help lists what you can do
  whoelse           who else is here
  message WHO TEXT  write to somebody
  rooms             rooms to meet in
  help              all the rest
23:59 alice → you  one
                   two
──  Tue 17 Mar 2026  ──
00:00 alice → you  三
bob> message alice 3 `
	if got != want {
		t.Errorf("it shows\n%s\nwant\n%s", got, want)
	}
}

// A screen that was cleared shows what came since.
func TestClears(t *testing.T) {
	if got := seen(t, "bob arrives\nbob clears\nbob at bob>\n"); got != "bob>  " {
		t.Errorf("it shows\n%s", got)
	}
}

// Somebody who comes again has a new terminal.
func TestLeavesAndConnects(t *testing.T) {
	got := seen(t, "bob arrives\nbob leaves\nbob connects ssh again\nbob sees ^D leaves\nbob at >\n")
	if !strings.HasPrefix(got, "$ ssh again\nThis is sshchat") || strings.Contains(got, "Welcome") {
		t.Errorf("it shows\n%s", got)
	}
}

// A long line does not fit its row, of which the end is shown then.
func TestBeginsALongLine(t *testing.T) {
	got := seen(t, "bob arrives\nbob begins "+strings.Repeat("long ", 30)+"end\n")
	if !strings.HasSuffix(got, "long end ") {
		t.Errorf("it shows\n%s", got)
	}
}

// What does not come is no picture: the error has the line of the script, and the screen. Here the patience with the
// script ends where somebody despairs.
func TestWhatIsNotSeenIsAnError(t *testing.T) {
	var despair context.CancelFunc
	verbs["despairs"] = verb{do: func(context.Context, *stage, step) error { despair(); return nil }}
	defer delete(verbs, "despairs")
	for _, c := range []struct{ script, want, screen string }{
		{"bob arrives\nbob despairs\nbob sees nothing of the kind\nbob at bob>\n", "line 7: bob sees nothing of the kind: ", "Welcome, bob"},
		{"bob arrives\nbob despairs\nbob at alice>\n", "line 7: bob at alice>: ", "Welcome, bob"},
		{"bob arrives\nbob despairs\nbob sees bob>\nbob at bob>\n", "line 7: bob sees bob>: ", "Welcome, bob"},
		{"bob arrives\nbob clears\nbob despairs\nbob sees Welcome\nbob at bob>\n", "line 8: bob sees Welcome: ", "the screen is\nbob>"},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		despair = cancel
		_, err := picture(ctx, header+c.script)
		if !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), c.want) || !strings.Contains(err.Error(), c.screen) {
			t.Errorf("%v\nwant %s and %s", err, c.want, c.screen)
		}
	}
}

func TestWhoIsNotConnectedDoesNothing(t *testing.T) {
	for _, script := range []string{"bob types x\nbob at >\n", "bob leaves\nbob at >\n", "bob arrives\nalice sees x\nbob at >\n"} {
		if _, err := picture(t.Context(), header+script); err == nil || !strings.Contains(err.Error(), "not connected") {
			t.Errorf("%q: %v", script, err)
		}
	}
}

func TestAnEndedContextEndsIt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := picture(ctx, header+"bob arrives\nbob at bob>\n"); !errors.Is(err, context.Canceled) {
		t.Errorf("it ends with %v", err)
	}
}

// A question to the terminal is not answered, and holds nobody up.
func TestATerminalAnswersNothing(t *testing.T) {
	s := newTerminal("ssh")
	s.Write([]byte("\x1b[6n\x1b[c\x1b[>cthere"))
	if got := s.text(); got != "$ ssh\nthere" {
		t.Errorf("it shows\n%s", got)
	}
}
