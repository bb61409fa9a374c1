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

// FuzzFeed plays a session: keys from the terminal, and prints, resizes,
// questions, hints and a change to linear mode from the other side. It checks
// that
//
//   - cutting the input anywhere changes neither events nor line nor screen, and
//     in linear mode not one byte of what is sent;
//   - what the screen shows is what a repaint of the whole row shows, cell by
//     cell, and what a plain model of the row says;
//   - nothing but our own sequences is sent, in linear mode none that could touch
//     what stands on the screen, and none at all to a dumb terminal;
//   - every bound holds.
//
// The emulator cuts and measures text as we do (its tables are the same two
// modules), but across the cursor: it sees no cut there if nothing is sent
// there. The model is not asked about such rows of a dumb terminal.
func FuzzFeed(f *testing.F) {
	op := func(k int) string { return string([]byte{opMark, byte(k)}) }
	printing, narrower, wider, hidden, question, answered, setLine, prompt := op(0), op(9), op(33), op(2), op(3), op(4), op(5), op(6)
	linear, notLinear, hints, noHints := op(7), op(7+8), op(7+16), op(7+24)
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
		hints + "message b" + printing + "ob" + narrower + "by" + wider + left + right + "\x7f\r" + up + noHints,
		hints + "\u0301a你" + question + "ab" + answered + "\u200d" + ctrl('R') + "a" + ctrl('G') + linear + "x" + notLinear,
		linear + "hel" + printing + "lo\x7f\x7f\x7f\x7f" + narrower + left + "X" + prompt + "y\r" + up + down + ctrl('L'),
		linear + strings.Repeat("0123456789", 9) + "\x7f\x7f" + printing + home + end + ctrl('U') + ctrl('Y') + hidden + "s\r" + answered,
		"m a\t\t\t" + backTab + backTab + "\t" + linear + backTab + "\x1ba" + ctrl('R') + "\x1bA" + ctrl('C') + backTab,
	} {
		for _, width := range []byte{0, 10, 31} {
			f.Add(width, uint64(len(seed)), []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, width byte, cuts uint64, stream []byte) {
		if len(stream) < 1000 {
			playAll(t, width, cuts, stream)
		}
	})
}

// TestRandomSessions is FuzzFeed with input that means something.
func TestRandomSessions(t *testing.T) {
	words := slices.Concat(units, []string{
		"x", "word ", "b\t", "\t", "\r", "\r\n", up, down, left, left, right, right, home, end, delKey, "\x7f",
		ctrlLeft, ctrlRight, altEnter, "\x1bd", "\x1b\x7f", "\x1b", "\x1b[", backTab, "\x1ba", "\x1b]", "\xff", "\xe4\xbd",
		pasteBegin, pasteEnd, pasteEnd, ctrl('C'), ctrl('D'), ctrl('K'), ctrl('L'), ctrl('R'), ctrl('R'), ctrl('G'),
		ctrl('T'), ctrl('U'), ctrl('W'), ctrl('Y'), ctrl('Y'), ctrl('_'), ctrl('_'), "\xfe",
	})
	sessions := 600
	if testing.Short() {
		sessions = 200
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
			playAll(t, byte(rnd.IntN(256)), rnd.Uint64(), stream)
			if t.Failed() {
				t.Logf("stream %q", stream)
			}
		})
	}
}

// playAll plays a stream whole and cut up, as it is and in linear mode, and for a
// dumb terminal.
func playAll(t *testing.T, width byte, seed uint64, stream []byte) {
	wholly := func(n int) int { return n }
	cutUp := func() func(int) int {
		rnd := rand.New(rand.NewPCG(seed, 0))
		return func(n int) int { return 1 + rnd.IntN(min(n, 7)) }
	}
	s := Settings{Width: 10 + int(width)%60, History: 5, MaxBytes: 200}
	whole, cut := newTerminal(t, s), newTerminal(t, s)
	whole.lax = true
	whole.plays(stream, wholly)
	whole.wantRepaintSame()
	cut.plays(stream, cutUp())
	wantSameEnd(t, whole, cut)

	s.Linear = true
	whole, cut = newTerminal(t, s), newTerminal(t, s)
	whole.plays(stream, wholly)
	cut.plays(stream, cutUp())
	wantSameEnd(t, whole, cut)
	whole.e.clearScreen()
	whole.flush()
	whole.check()

	s.Linear, s.Dumb = false, true
	newTerminal(t, s).plays(stream, wholly)
}

func wantSameEnd(t *testing.T, whole, cut *terminal) {
	t.Helper()
	if fmt.Sprint(whole.events) != fmt.Sprint(cut.events) {
		t.Errorf("events\n whole %q\n cut   %q", whole.events, cut.events)
	}
	if whole.e.Line() != cut.e.Line() || whole.e.Draft() != cut.e.Draft() {
		t.Errorf("line and draft\n whole %q %q\n cut   %q %q", whole.e.Line(), whole.e.Draft(), cut.e.Line(), cut.e.Draft())
	}
	if whole.most >= maxUnsent {
		return // in linear mode keys are written together now
	}
	if w, c := cells(whole.vt), cells(cut.vt); w != c {
		t.Errorf("screen\n whole %s\n cut   %s", w, c)
	}
	if !bytes.Equal(whole.linear, cut.linear) {
		t.Errorf("linear\n whole %q\n cut   %q", whole.linear, cut.linear)
	}
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
	case 7:
		switch much % 4 {
		case 0, 1:
			tm.e.SetLinear(much%4 == 0)
			tm.flush()
			if !tm.e.dumb { // one mode leaves the row and the other begins one
				tm.sent = tm.sent[:0]
			}
		case 2:
			tm.e.SetHint(someHint)
		case 3:
			tm.e.SetHint(nil)
		}
	}
	tm.flush()
}

// someHint has something to say of most lines, and it is not all harmless.
func someHint(line string) string {
	return []string{"", " TEXT", " 房间", "\u0301", "\x1b[31m🇩\x1b[K\n🇪", strings.Repeat(" long", 8)}[len(line)%6]
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
	switch {
	case e.dumb:
		tm.wantOnly(dumbSequences)
	case e.linear != nil:
		tm.wantOnly(linearSequences)
	default:
		tm.wantOnly(ownSequences)
	}
	if want, known := tm.model(); known && tm.row() != want {
		tm.t.Fatalf("row\n got %q\nwant %q\nsent %q", tm.row(), want, tm.sent)
	}
	if tm.t.Failed() {
		tm.t.FailNow()
	}
	tm.sent = tm.sent[:0]
}

// model says what the row is where that can be said simply: when all of it has
// room. In linear mode it is what has been added to the row.
func (tm *terminal) model() (row string, known bool) {
	e := tm.e
	lead, b := e.shownPrompt().text, *e.shownLine()
	if l := e.linear; l != nil {
		from := len(l.before)
		lead, b = l.lead, buffer{text: b.text[from:], drawn: b.drawn[from:], cur: b.cur - from}
		if len(b.text) > 0 && (b.drawn[0] == inside || len(e.screen.dumb.text) == len(lead)) {
			return "", false // a mark on what is above; nothing yet of what is behind the cursor
		}
	}
	if promptColumns(lead)+columns(b.drawn) > e.width-1 {
		return "", false
	}
	if e.bare() && segmented(lead+string(b.text)) != strings.Trim(segmented(lead)+"|"+b.clusters(), "|") {
		return "", false
	}
	for at := 0; at < len(b.text); at = b.next(at) {
		if at == b.cur {
			row += "‸"
		}
		row += b.drawing(at)
	}
	if b.cur == len(b.text) {
		row += "‸" + tm.modelHint(e.width-1-promptColumns(lead)-columns(b.drawn))
	}
	return strings.TrimRight(plainText(lead)+row, " "), true
}

// drawing is the cluster at at as the screen shows it.
func (b *buffer) drawing(at int) string {
	switch c := string(b.text[at:b.next(at)]); {
	case c == "\n":
		return "⏎"
	case b.drawn[at] != orphan:
		return c
	default:
		return "◌" + strings.TrimLeftFunc(c, func(r rune) bool { return !isMark(r) })
	}
}

func (tm *terminal) modelHint(room int) (hint string) {
	e := tm.e
	if e.hint == nil || e.bare() || e.question != nil || e.search != nil {
		return ""
	}
	var h buffer
	h.insert(clip{text: plainText(e.hint(e.Line()))})
	if columns(h.drawn) > room {
		return ""
	}
	for at := 0; at < len(h.text); at = h.next(at) {
		hint += h.drawing(at)
	}
	return hint
}

func isForbidden(r rune) bool {
	return r != '\n' && r != zwj && r != zwnj && !isTag(r) &&
		unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

var (
	ownSequences    = regexp.MustCompile(`\r\n|\r|\x1b\[(K|J|H|2J|\?7[lh]|\?2004[lh]|[0-9;]*m)|\x1b[78]`)
	dumbSequences   = regexp.MustCompile(`\r\n|\x08`)
	linearSequences = regexp.MustCompile(`\r\n|\x08|\x1b\[(\?7[lh]|\?2004h)`)
)

func (tm *terminal) wantOnly(own *regexp.Regexp) {
	rest := own.ReplaceAll(tm.sent, nil)
	if bad := bytes.IndexFunc(rest, func(r rune) bool { return r == '\n' || isForbidden(r) }); bad >= 0 || !utf8.Valid(rest) {
		tm.t.Fatalf("sent %q", tm.sent)
	}
}
