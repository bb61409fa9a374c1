package lineedit

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// opMark in a fuzzed stream stands before a byte that tells what the session
// does there. It cannot be in UTF-8; a raw 0xff takes its place as bad input.
const opMark = 0xfe

// FuzzFeed plays a session: keys from the terminal, and prints, resizes and
// questions from the other side. It checks that
//
//   - cutting the input anywhere changes neither events nor line nor screen;
//   - what the screen shows is what a repaint of the whole row shows, cell by
//     cell, and what a plain model of the row says;
//   - nothing but our own sequences is sent, and none at all to a dumb terminal;
//   - every bound holds.
//
// The emulator cuts and measures text as we do (its tables are the same two
// modules), but across the cursor: it sees no cut there if nothing is sent
// there. The model is not asked about such rows of a dumb terminal.
func FuzzFeed(f *testing.F) {
	op := func(k int) string { return string([]byte{opMark, byte(k)}) }
	printing, narrower, wider, hidden, question, answered, setLine, prompt := op(0), op(9), op(33), op(2), op(3), op(4), op(5), op(6)
	for _, seed := range []string{
		"hello" + left + "X\r",
		"你好世界" + left + left + printing + "X" + narrower + home + wider + "\x7f",
		"👨‍👩‍👧‍👦a" + left + left + "🇩🇪🇫🇷" + left + "🇮🇹" + delKey,
		"❤️e\u0301\u0301\x7f\u200d👩🏻" + home + "🏻" + ctrl('T') + ctrl('T'),
		"one two three\x1bb\x1bd" + ctrlLeft + ctrl('W') + ctrl('Y') + ctrl('_') + ctrl('_') + "\x1b\x7f",
		strings.Repeat("0123456789", 6) + home + end + left + left + ctrl('K') + ctrl('U') + ctrl('Y'),
		"a\rb\r\nc\n" + up + up + "x" + down + down + ctrl('P') + ctrl('N') + ctrl('R') + "b" + ctrl('R') + "\x7f\x1bz",
		"a\r" + ctrl('R') + "a" + printing + narrower + "\r" + ctrl('R') + "zz" + ctrl('G'),
		pasteBegin + "a\r\nb\tc\x03\x1b[20" + pasteEnd + ctrl('_'),
		pasteBegin + strings.Repeat("界", 80) + pasteEnd + "x" + pasteBegin + "open",
		hidden + "secret" + printing + "\x7f\r" + question + "bob\r" + answered + "x" + setLine,
		"dra" + question + "q" + hidden + prompt + answered + prompt + ctrl('L') + printing,
		"m a\t\t\t\t x\t\t" + ctrl('_'),
		"a" + altEnter + "b\x1b[1;3D\x1b[3;5~\x1bOH\x1bOF\x1b[1~\x1b[4~\x1b[7~\x1b[8~",
		"ab\x1b[M !!\x1b[<0;1;2M\x1b]0;t\x07\x1bPq\x1b\\\x1b[[A\x1b[12",
		"\xe4\xbd\xe4\xff\xf0\x9f\x91\xc0\u009b\u202e\u3164\x1b\x1b[",
		"क्षि" + left + "ำ" + home + "\u0301" + left + "하ᄒ" + ctrl('D') + ctrl('C') + ctrl('D'),
		strings.Repeat("\u0301", 60) + left + left + "x",
	} {
		for _, width := range []byte{0, 10, 30} {
			f.Add(width, uint64(len(seed)), []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, width byte, cuts uint64, stream []byte) {
		if len(stream) < 1000 {
			playThrice(t, width, cuts, stream)
		}
	})
}

// TestRandomSessions is FuzzFeed with input that means something.
func TestRandomSessions(t *testing.T) {
	words := slices.Concat(units, []string{
		"x", "word ", "b\t", "\t", "\r", "\r\n", up, down, left, left, right, right, home, end, delKey, "\x7f",
		ctrlLeft, ctrlRight, altEnter, "\x1bd", "\x1b\x7f", "\x1b", "\x1b[", "\x1b]", "\xff", "\xe4\xbd",
		pasteBegin, pasteEnd, pasteEnd, ctrl('C'), ctrl('D'), ctrl('K'), ctrl('L'), ctrl('R'), ctrl('R'), ctrl('G'),
		ctrl('T'), ctrl('U'), ctrl('W'), ctrl('Y'), ctrl('Y'), ctrl('_'), ctrl('_'), "\xfe",
	})
	sessions := 1000
	if testing.Short() {
		sessions = 300
	}
	for seed := range sessions {
		rnd := rand.New(rand.NewPCG(uint64(seed), 7))
		var stream []byte
		for range rnd.IntN(80) {
			w := words[rnd.IntN(len(words))]
			stream = append(stream, w...)
			if w == "\xfe" {
				stream = append(stream, byte(rnd.IntN(256)))
			}
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			playThrice(t, byte(rnd.IntN(256)), rnd.Uint64(), stream)
			if t.Failed() {
				t.Logf("stream %q", stream)
			}
		})
	}
}

// playThrice plays a stream whole, cut up, and for a dumb terminal.
func playThrice(t *testing.T, width byte, cuts uint64, stream []byte) {
	s := Settings{Width: 10 + int(width)%60, History: 5, MaxBytes: 200}
	whole, cut := newTerminal(t, s), newTerminal(t, s)
	whole.lax = true
	whole.plays(stream, func(n int) int { return n })
	whole.wantRepaintSame()
	cut.plays(stream, func(n int) int {
		cuts = cuts*6364136223846793005 + 1442695040888963407
		return 1 + int(cuts>>33)%n%7
	})
	if fmt.Sprint(whole.events) != fmt.Sprint(cut.events) {
		t.Errorf("events\n whole %q\n cut   %q", whole.events, cut.events)
	}
	if whole.e.Line() != cut.e.Line() {
		t.Errorf("line\n whole %q\n cut   %q", whole.e.Line(), cut.e.Line())
	}
	if w, c := cells(whole.vt), cells(cut.vt); w != c {
		t.Errorf("screen\n whole %s\n cut   %s", w, c)
	}
	s.Dumb = true
	newTerminal(t, s).plays(stream, func(n int) int { return n })
}

// plays runs a fuzzed stream. Keys are fed in pieces of at most piece(what is
// left) bytes, each seen by the screen.
func (tm *terminal) plays(stream []byte, piece func(int) int) {
	for len(stream) > 0 {
		keys := stream
		if at := bytes.IndexByte(stream, opMark); at >= 0 {
			keys = stream[:at]
		}
		stream = stream[len(keys):]
		for len(keys) > 0 {
			n := piece(len(keys))
			tm.feeds(keys[:n])
			keys = keys[n:]
			tm.check()
		}
		if len(stream) > 1 {
			tm.does(int(stream[1]))
			tm.check()
		}
		stream = stream[min(2, len(stream)):]
	}
}

func (tm *terminal) feeds(p []byte) {
	for len(p) > 0 {
		n, ev := tm.e.Feed(p)
		p = p[n:]
		if ev.Kind != None {
			tm.events = append(tm.events, ev)
		}
		if ev.Kind == Complete {
			tm.e.Offer(ev.Text, strings.LastIndexByte(ev.Text, ' ')+1, []string{"alice", "alan", "al你", "b"}[:len(ev.Text)%5], " ")
		}
		if !utf8.ValidString(ev.Text) || strings.ContainsFunc(ev.Text, isForbidden) {
			tm.t.Fatalf("event %q", ev)
		}
	}
	tm.flush()
}

// does is what the session does: k says what, and how much.
func (tm *terminal) does(k int) {
	much := k / 8
	switch k % 8 {
	case 0:
		last := fmt.Sprint("bob: ", much)
		tm.prints(strings.Repeat("line\n", much%4) + last)
		if at := tm.vt.CursorPosition(); at.Y == 0 || tm.text(at.Y-1, -1) != last {
			tm.t.Fatalf("%q was printed above\n%s", last, tm.screen())
		}
	case 1:
		tm.resizes(10 + much*2)
	case 2:
		tm.e.Ask("password: ", true)
	case 3:
		tm.e.Ask(strings.Repeat("name", much), false)
	case 4:
		tm.e.EndAsk()
	case 5:
		tm.e.SetLine("set e\u0301 你\nx"[:5+much%8])
	case 6:
		tm.e.SetPrompt("\x1b[32m" + strings.Repeat("#你", much) + "\x1b[0m> ")
	}
	tm.flush()
}

// check is everything that holds whenever the screen is up to date.
func (tm *terminal) check() {
	e := tm.e
	if err := e.in.line.check(); err != nil {
		tm.t.Fatal(err)
	}
	if len(e.in.line.text) > e.maxBytes || len(e.history.lines) > e.history.limit || len(e.in.undo.edits) > maxUndo {
		tm.t.Fatalf("line of %d bytes, history of %d, undo of %d", len(e.in.line.text), len(e.history.lines), len(e.in.undo.edits))
	}
	if line := e.Line(); !utf8.ValidString(line) || strings.ContainsFunc(line, isForbidden) {
		tm.t.Fatalf("line %q", line)
	}
	if !tm.lax {
		tm.wantRepaintSame()
	}
	tm.wantOwnSequencesOnly()
	if want, known := tm.model(); known && tm.row() != want {
		tm.t.Fatalf("row\n got %q\nwant %q\nsent %q", tm.row(), want, tm.sent)
	}
	if tm.t.Failed() {
		tm.t.FailNow()
	}
	tm.sent = tm.sent[:0]
}

// model says what the row is where that can be said simply: when all of it has
// room.
func (tm *terminal) model() (row string, known bool) {
	b, p := tm.e.shownLine(), tm.e.shownPrompt()
	if p.columns+columns(b.drawn) > tm.e.width-1 {
		return "", false
	}
	if tm.e.dumb && segmented(p.text+string(b.text)) != segmented(p.text)+strings.TrimSuffix("|"+b.clusters(), "|") {
		return "", false
	}
	for at := 0; at <= len(b.text); at = b.next(at) {
		if at == b.cur {
			row += "‸"
		}
		if at == len(b.text) {
			break
		}
		switch c := string(b.text[at:b.next(at)]); {
		case c == "\n":
			row += "⏎"
		case b.drawn[at] != orphan:
			row += c
		default:
			row += "◌" + strings.TrimLeftFunc(c, func(r rune) bool { return !isMark(r) })
		}
	}
	return strings.TrimRight(plainText(p.text)+row, " "), true
}

func isForbidden(r rune) bool {
	return r != '\n' && r != zwj && r != zwnj && !isTag(r) &&
		unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

var (
	ownSequences  = regexp.MustCompile(`\r\n|\r|\x1b\[(K|J|H|2J|\?7[lh]|\?2004[lh]|[0-9;]*m)|\x1b[78]`)
	dumbSequences = regexp.MustCompile(`\r\n|\x08`)
)

func (tm *terminal) wantOwnSequencesOnly() {
	own := ownSequences
	if tm.e.dumb {
		own = dumbSequences
	}
	rest := own.ReplaceAll(tm.sent, nil)
	if bad := bytes.IndexFunc(rest, func(r rune) bool { return r == '\n' || isForbidden(r) }); bad >= 0 || !utf8.Valid(rest) {
		tm.t.Fatalf("sent %q", tm.sent)
	}
}
