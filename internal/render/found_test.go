package render

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func looking(t *testing.T, typed string) chat.Search {
	t.Helper()
	s, err := chat.ParseSearch(typed)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatASearchHasFoundIsMarked(t *testing.T) {
	e := direct(bob, alice, "the *Printer* works, printers do: café")
	e.ID = 7
	lines := []*chat.Entry{e}
	v := wide(80)
	v.Colour = Off
	want := "#7 14:02 bob → you  the *»Printer«* works, »printers« do: »café«\n"
	if got := v.Found(chat.Found{Lines: lines}, looking(t, "print* cafe"), e.At); got != want {
		t.Errorf("without styles\n got %q\nwant %q", got, want)
	}
	v.Plain = true
	if got := v.Found(chat.Found{Lines: lines}, looking(t, "print* cafe"), e.At); got != want {
		t.Errorf("in plain mode\n got %q\nwant %q", got, want)
	}
	v = wide(80)
	v.Colour = Rich
	got := v.Found(chat.Found{Lines: lines}, looking(t, "printer works"), e.At)
	for _, part := range []string{"\x1b[3m*\x1b[0m\x1b[3m\x1b[1;4mPrinter\x1b[0m\x1b[3m*\x1b[0m ", "\x1b[1;4mworks\x1b[0m, printers"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q lacks %q", got, part)
		}
	}
	if got := wide(80).Found(chat.Found{}, looking(t, "x"), e.At); got != nothingFound+"\n" {
		t.Errorf("nothing found: %q", got)
	}
	many := make([]*chat.Entry, chat.MostFound)
	for i := range many {
		many[i] = e
	}
	if got := wide(80).Found(chat.Found{Lines: many}, looking(t, "x"), e.At); !strings.HasSuffix(got, moreFound+"\n") {
		t.Error("that there may be more is not said")
	}
}

// Whoever is not told that a search was cut off takes it that nothing older was said.
func TestASearchThatWasCutOffSaysSo(t *testing.T) {
	e := direct(bob, alice, "the printer works")
	back := e.At.Add(-time.Hour)
	for n, want := range []string{"nothing was found yet; it takes long: nothing older than 13:02 was looked at", "\nit takes long: nothing older than 13:02 was looked at"} {
		got := wide(200).Found(chat.Found{Lines: []*chat.Entry{e}[:n], Back: back}, looking(t, "printer"), e.At)
		if !strings.Contains(got, want) || strings.Contains(got, nothingFound) {
			t.Errorf("of %d lines: %q", n, got)
		}
	}
}

func TestChangedAndAnsweredLines(t *testing.T) {
	v := wide(80)
	later := time.Date(2026, 11, 25, 13, 5, 0, 0, time.UTC)
	e := direct(bob, alice, "hello")
	e.Edited = later
	check := func(want string) {
		t.Helper()
		if got := v.Entry(e, false); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check("14:02 bob → you (edited 14:05)  hello\n")
	e.Deleted, e.Body = true, sanitize.Text{}
	check("14:02 bob → you (deleted 14:05)  \n")
	quote := &chat.Quote{Sender: alice, At: e.At, Text: sanitize.Line("are we still on for three, or is that too early?")}
	e = direct(bob, alice, "yes")
	e.At, e.Ref, e.About = later, 3, quote
	check("14:05 bob → you ↳ you 14:02 \"are we still on for three, or…\"  yes\n")
	e.About = nil
	check("14:05 bob → you ↳ …  yes\n")
	e.Kind, e.About = chat.Edit, quote
	check("14:02 bob → you (edited 14:05)  yes\n")
	e.Kind, e.Recipient, e.Room, e.About = chat.Edit, chat.Person{}, chat.Room{ID: 1, Name: "ops"}, &chat.Quote{Kind: chat.Acted, Sender: bob, At: e.At}
	check("14:05 #ops * bob (edited 14:05) yes\n")
	e = direct(bob, alice, "")
	e.At, e.Ref, e.About = later, 3, quote
	e.Kind = chat.Delete
	check("──  14:05 bob deleted what was said at 14:02  ──\n")
	e.Sender, quote.Sender = chat.Person{}, alice
	check("──  14:05 an administrator deleted what you said at 14:02  ──\n")
	quote.Sender = chat.Person{}
	check("──  14:05 an administrator deleted what the server said at 14:02  ──\n")
	e = direct(bob, alice, "")
	e.At, e.Edited, e.Deleted, e.Removed = now, later, true, true
	check("14:02 bob → you (deleted by an administrator 14:05)  \n")
	e = broadcast(chat.Person{}, "")
	e.At, e.Edited, e.Deleted, e.Removed = now, later, true, true
	check("──  14:02 server: (deleted by an administrator 14:05)  ──\n")
	e = said(chat.Close, chat.Person{}, "")
	e.At = now
	check("──  14:02 #ops: an administrator closed the room  ──\n")
}

func TestExportIsJSON(t *testing.T) {
	e := direct(alice, bob, "日本 \U0001F600 \"x\"\n\\u003c")
	e.ID = 5
	for _, plainly := range []bool{true, false} {
		v := wide(80)
		v.Plain = plainly
		got := v.Export([]*chat.Entry{e, e})
		if strings.Count(got, "\n") != 2 || isASCII(got) == plainly {
			t.Errorf("plain %v: %q", plainly, got)
		}
		var x exported
		if err := json.Unmarshal([]byte(got[:strings.IndexByte(got, '\n')]), &x); err != nil || x.Text != e.Body.String() || x.ID != 5 || x.To != "bob" {
			t.Errorf("it reads as %+v, %v", x, err)
		}
	}
}
