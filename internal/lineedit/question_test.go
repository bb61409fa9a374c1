package lineedit

import (
	"bytes"
	"strings"
	"testing"
)

func TestHiddenAnswer(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types("kept"+ctrl('U')+"dra", left)
	tm.e.Ask("password: ", true)
	tm.flush()
	tm.wantRow("password: ‸")
	tm.sent = nil
	tm.types("secret junk", ctrl('W'), ctrl('A'), "x", delKey, ctrl('E'), "s\x7f", ctrl('Y'), ctrl('_'), up, ctrl('R'), "\t", altEnter)
	if len(tm.sent) > 0 {
		t.Errorf("a hidden answer sends %q", tm.sent)
	}
	tm.prints("bob: hi")
	tm.wantRow("password: ‸")
	tm.types("\r")
	tm.wantEvents(Event{Line, "xecret "})
	tm.wantRow("password: ‸")
	tm.e.Ask("again: ", true)
	tm.types("secret", ctrl('U'), "hunter2", ctrl('C'))
	tm.wantEvents(Event{Interrupt, ""})
	tm.types(ctrl('D'))
	tm.wantEvents(Event{EOF, ""})
	tm.e.EndAsk()
	tm.flush()
	tm.wantRow("> dr‸a")
	if bytes.Contains(tm.sent, []byte("secret")) || bytes.Contains(tm.sent, []byte("hunter2")) {
		t.Errorf("a password was sent: %q", tm.sent)
	}
	tm.types(ctrl('Y'))
	tm.wantRow("> drkept‸a")
}

func TestNextWaitsForAnAnswer(t *testing.T) {
	tm := newTerminal(t, Settings{})
	for _, hidden := range []bool{true, false} {
		tm.e.Ask("? ", hidden)
		tm.types("a", "\x1ba")
		tm.wantEvents()
	}
	tm.wantRow("? a‸")
	tm.e.EndAsk()
	tm.types("\x1ba")
	tm.wantEvents(Event{Kind: Next})
}

func TestDraftIsTheLineBeingTyped(t *testing.T) {
	tm := newTerminal(t, Settings{})
	draft := func(want string) {
		t.Helper()
		if got := tm.e.Draft(); got != want {
			t.Errorf("draft %q, want %q", got, want)
		}
	}
	draft("")
	tm.types("sent\r", "dra"+altEnter+"ft")
	draft("dra\nft")
	for _, hidden := range []bool{true, false} {
		tm.e.Ask("? ", hidden)
		tm.types("answer")
		draft("dra\nft")
	}
	tm.e.EndAsk()
	draft("dra\nft")
	tm.types(ctrl('R'), "sen")
	tm.wantRow("(search) 'sen': ‸sent")
	draft("dra\nft")
	tm.types(ctrl('G'), up, "!")
	draft("sent!") // it is what Enter would send
	tm.e.Ask("? ", false)
	draft("sent!")
	tm.e.EndAsk()
	tm.types(down)
	draft("dra\nft")
	tm.types("\r")
	draft("")
}

func TestAnswersAreNotInTheHistory(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types("one\r")
	for _, hidden := range []bool{true, false} {
		tm.e.Ask("? ", hidden)
		tm.types("answer\r")
		tm.e.EndAsk()
	}
	tm.types(up)
	tm.wantRow("> one‸")
	tm.types(ctrl('R'), "answer")
	tm.wantRow("(no match) 'answer': one‸")
}

func TestAnswerIsOverwritten(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.e.Ask("password: ", true)
	tm.types("secret")
	held := tm.e.in.line.text
	tm.e.EndAsk()
	if strings.Trim(string(held[:cap(held)]), "\x00") != "" {
		t.Errorf("%q is still in memory", held)
	}
}

func TestHiddenPaste(t *testing.T) {
	tm := newTerminal(t, Settings{MaxBytes: 16})
	tm.e.Ask("password: ", true)
	tm.flush()
	tm.sent = nil
	tm.types(pasteBegin, "sec\rret\r\n", pasteEnd, "\r")
	tm.wantEvents(Event{Line, "secret"})
	tm.types(pasteBegin, strings.Repeat("x", 100), pasteEnd)
	tm.wantEvents(Event{Kind: Full})
	if len(tm.sent) > 0 {
		t.Errorf("sent %q", tm.sent)
	}
}

func TestVisibleQuestion(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types("one\r", "a"+altEnter+"b", ctrl('U'), "draft")
	tm.events = nil
	tm.e.Ask("name: ", false)
	tm.types("bib", left, "\x7fo", altEnter, "\u2028", up, "\t")
	tm.wantRow("name: bo‸b")
	tm.wantEvents()
	tm.types(ctrl('_'), ctrl('_'))
	tm.wantRow("name: bi‸b")
	tm.types(ctrl('U'), ctrl('K'), pasteBegin, "x\ry\r", pasteEnd)
	tm.wantRow("name: x y‸")
	tm.e.SetLine("p\nq")
	tm.flush()
	tm.wantRow("name: p q‸")
	tm.types("\r")
	tm.wantEvents(Event{Line, "p q"})
	tm.e.EndAsk()
	tm.e.EndAsk()
	tm.flush()
	tm.wantRow("> draft‸")
}

func TestYankIntoAnAnswerIsOneLine(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types("a"+altEnter+"b", ctrl('U'))
	tm.e.Ask("name: ", false)
	tm.types(ctrl('Y'), "\r")
	tm.wantEvents(Event{Line, "a b"})
}

func TestQuestionKeepsTheWalkThroughTheHistory(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types("one\rtwo\r", "draft", up, up)
	tm.e.Ask("name: ", false)
	tm.types("x\r")
	tm.e.EndAsk()
	tm.types(down, down)
	tm.wantRow("> draft‸")
}

func TestWidePromptOfAQuestion(t *testing.T) {
	tm := newTerminal(t, Settings{Width: 24})
	tm.e.Ask("new password (8 or more): ", true)
	tm.flush()
	tm.wantRow(" password (8 or more): ‸")
	tm.resizes(40)
	tm.wantRow("new password (8 or more): ‸")
	tm.resizes(24)
	tm.e.SetPrompt("#dev> ")
	if out := tm.e.Output(); out != nil {
		t.Errorf("the prompt of the line below sends %q", out)
	}
	tm.e.Ask("your name in this place: ", false)
	tm.types("bob")
	tm.wantRow("this place: bob‸")
	tm.resizes(60)
	tm.wantRow("your name in this place: bob‸")
}

func TestAnAnswerEndsWithEitherEnter(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types("x\r")
	tm.wantEvents(Event{Line, "x"})
	tm.e.Ask("name: ", false)
	tm.types("a\n")
	tm.wantEvents(Event{Line, "a"})
	tm.e.Ask("password: ", true)
	tm.types("b\n")
	tm.wantEvents(Event{Line, "b"})
	tm.e.EndAsk()
	tm.types("c\nd\r")
	tm.wantEvents(Event{Line, "c\nd"})
}
