package lineedit

import (
	"strings"
	"testing"
)

func TestPromptIsCutOnTheLeft(t *testing.T) {
	for _, tc := range []struct{ name, raw, want string }{
		{"fits", "bob> ", "bob> "},
		{"too wide", "#a-long-room-name> ", "name> "},
		{"wide characters", "你好世界你好世界", "好世界"},
		{"colour goes on", "\x1b[31mlong-and-red\x1b[0m> ", "\x1b[31m-red\x1b[0m> \x1b[0m"},
		{"colour is ended", "\x1b[1;38:5:9mab", "\x1b[1;38:5:9mab\x1b[0m"},
		{"reset at the end is enough", "\x1b[1mab\x1b[0m", "\x1b[1mab\x1b[0m"},
		{"other controls", "a\x1b[2Jb\x07\n", "a[2Jb "},
		{"half a sequence", "a\x1b[3", "a[3"},
		{"a lone ESC", "a\x1b", "a"},
	} {
		e := New(Settings{Width: 18}) // a third is 6
		e.SetPrompt(tc.raw)
		if e.prompt.text != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, e.prompt.text, tc.want)
		}
	}
}

// x/term cut the colour codes of a prompt wider than the screen (B1, 3).
func TestPromptWiderThanTheScreen(t *testing.T) {
	tm := newTerminal(t, Settings{Width: 12})
	tm.e.SetPrompt("\x1b[32m" + strings.Repeat("long", 10) + "\x1b[0m> ")
	tm.types("hello", left, left, "X")
	tm.wantRow("ng> helX‸lo")
	tm.resizes(30)
	tm.wantRow("longlong> helX‸lo")
}

// A terminal may think an emoji wider than we do: the row must not wrap.
func TestAutowrapIsOffWhereWidthsAreInDoubt(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.sent = nil
	tm.e.SetPrompt("❤️> ")
	tm.types("a")
	if want := "\r\x1b[?7l❤️> a\x1b[K\x1b[?7h"; string(tm.sent) != want {
		t.Errorf("sent %q, want %q", tm.sent, want)
	}
}

func TestPromptChangesUnderTheCursor(t *testing.T) {
	tm := newTerminal(t, Settings{})
	tm.types("hello", left)
	tm.e.SetPrompt("#dev> ")
	tm.flush()
	tm.wantRow("#dev> hell‸o")
	tm.e.SetPrompt("#dev> ")
	if out := tm.e.Output(); out != nil {
		t.Errorf("the same prompt again sends %q", out)
	}
}
