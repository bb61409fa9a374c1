package session

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"

	"sshchat/internal/chat"
)

var update = flag.Bool("update", false, "write the screens anew into testdata/screens")

// stage is a world with alice at a terminal. Her screen is looked at whenever anybody has pressed keys.
type stage struct {
	*world
	alice *person
	cols  int
	next  []int // the widths that her terminal takes, one each time it is looked at, for ever round; none: it keeps its own

	screen *vt.Emulator // so high that nothing leaves it
	shown  int          // how much of what came it has
	top    int          // the first row that has not been checked: those above are as they were then, and as wide
}

// onStage plays a story for a terminal of some width, which it resizes at every moment if widths are given.
func onStage(t *testing.T, play func(*stage), cols int, widths ...int) {
	t.Helper()
	inWorld(t, func(w *world) {
		s := &stage{world: w, cols: cols, next: widths}
		w.pressed = s.looks
		play(s)
		s.looks()
	}, func(c *chat.Config) {
		c.Rules.EditWindow, c.Rules.Messages = time.Hour, chat.Pace{Burst: 8, Every: time.Second}
	})
}

// sits puts alice at a fresh terminal.
func (s *stage) sits() {
	s.alice = s.visit("alice", terminal(s.cols), func(c *wire) { c.env = map[string]string{"TZ": "UTC"} })
	s.screen = vt.NewEmulator(s.cols, 10+12000/s.cols)
	s.shown, s.top = 0, 0
	s.looks()
}

// opens is how most stories begin: bob and carol are there, without a terminal, and alice before an empty screen.
func (s *stage) opens() (bob, carol, alice *person) {
	bob, carol = s.signUp("bob"), s.signUp("carol")
	s.sits()
	s.alice.types("signup alice", goodPassword, goodPassword)
	s.alice.presses("\x0c")
	return bob, carol, s.alice
}

// returns has alice log in at a fresh terminal.
func (s *stage) returns() {
	s.sits()
	s.alice.types("login alice", goodPassword)
}

// looks brings the screen up to date and checks what holds of every screen.
func (s *stage) looks() {
	s.Helper()
	if s.alice == nil {
		return
	}
	s.catchUp()
	s.checkRows()
	if !s.isOver() {
		s.checkPrompt()
		s.resizes()
	}
}

func (s *stage) isOver() bool {
	select {
	case <-s.alice.over:
		return true
	default:
		return false
	}
}

func (s *stage) catchUp() {
	s.Helper()
	synctest.Wait()
	came := s.alice.came()
	fresh := came[s.shown:]
	s.shown = len(came)
	s.screen.Write([]byte(fresh))
	for row := range strings.SplitSeq(fresh, "\r\n") {
		if at := lastOf(sgr, row); at != "" && at != "\x1b[0m" && at != "\x1b[27m" {
			s.Errorf("a style goes on behind %q", row)
		}
		if at := lastOf(link, row); at != "" && at != "\x1b]8;;" {
			s.Errorf("a link goes on behind %q", row)
		}
	}
}

var (
	sgr  = regexp.MustCompile("\x1b\\[[0-9;]*m")
	link = regexp.MustCompile("\x1b\\]8;[^;]*;[^\x1b]?")
)

func lastOf(re *regexp.Regexp, s string) string {
	all := re.FindAllString(s, -1)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// numberOf is the number, with its #, of a line that history has shown to somebody without a terminal.
func (p *person) numberOf(text string) string {
	p.w.Helper()
	found := regexp.MustCompile(`(?m)^(#\d+) .*  ` + text).FindStringSubmatch(p.came())
	if found == nil {
		p.w.Fatalf("%s has been shown no number of %q in\n%s", p.name, text, p.came())
	}
	return found[1]
}

// resizes gives the terminal its next width.
func (s *stage) resizes() {
	s.Helper()
	if len(s.next) == 0 {
		return
	}
	s.cols, s.next = s.next[0], append(s.next[1:], s.next[0])
	s.screen.Resize(s.cols, s.screen.Height())
	s.top = s.screen.CursorPosition().Y
	s.alice.resizes(s.cols)
	s.catchUp()
	s.checkRows()
	s.checkPrompt()
}

// checkRows checks that only we begin a row, and that nothing is wider than the screen: a row leaves its last
// column free, and what is too wide for that is in it, whether the terminal has broken the row there or cut it.
func (s *stage) checkRows() {
	s.Helper()
	at := s.screen.CursorPosition()
	for y := min(s.top, at.Y); y < s.screen.Height(); y++ {
		row := s.row(y)
		if y > at.Y && row != "" {
			s.Errorf("%d columns: below the prompt stands %q", s.cols, row)
		}
		if s.screen.CellAt(s.cols-1, y).Content != " " {
			s.Errorf("%d columns: a row is too wide: %q", s.cols, row)
		}
		if y < at.Y && (!s.mayBegin(row) || isForged.MatchString(row)) {
			s.Errorf("%d columns: a row begins as none of ours does: %q", s.cols, row)
		}
	}
	s.top = at.Y
}

// mayBegin reports whether a row begins as one of ours does. In linear mode what alice has typed stays, without a prompt.
func (s *stage) mayBegin(row string) bool {
	return beginning.MatchString(row) || s.isLinear()
}

func (s *stage) isLinear() bool { return s.alice.session.likes.Linear == chat.On }

// isForged is for a row that somebody but bob has written, as it seems, though bob has.
var isForged = regexp.MustCompile(`^(00:00 carol|──|alice>|#\d+).*forged`)

// beginning is how rows begin: with an indent, a time, a line's number, the rule, a prompt, or words of ours.
var beginning = regexp.MustCompile(`^( |$|((Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\d\d:\d\d( |$)|#\d+ |──  |--  |` +
	`(alice|#[a-z]+|→ [a-z]+|)( \(\d+ wait\))?> |(` + strings.Join(words, "|") + `))`)

// checkPrompt checks that the cursor is behind the prompt, whose end is there in any width.
func (s *stage) checkPrompt() {
	s.Helper()
	se, at := s.alice.session, s.screen.CursorPosition()
	row := s.row(at.Y)
	if se.asked != nil || s.isLinear() {
		return // a question has its own words, and a row that only grows none
	}
	prompt := promptText(se.name(), se.talk, len(se.queue))
	for len([]rune(prompt)) > s.cols/3 {
		prompt = strings.TrimPrefix(prompt, string([]rune(prompt)[0]))
	}
	if !strings.HasPrefix(row+" ", prompt) || at.X < len([]rune(prompt)) {
		s.Errorf("%d columns: the cursor is at %v, in %q, where %q is the prompt", s.cols, at, row, prompt)
	}
}

// row is a row of the screen without the blanks at its end.
func (s *stage) row(y int) string {
	var row strings.Builder
	for x := 0; x < s.cols; x++ {
		row.WriteString(s.screen.CellAt(x, y).Content) // empty behind a wide one
	}
	return strings.TrimRight(row.String(), " ")
}

// keeps compares the screen with the one that is kept of it, and for 80 columns the styles of its cells, too.
func (s *stage) keeps() {
	s.Helper()
	s.looks()
	at := s.screen.CursorPosition()
	var plain, styled strings.Builder
	for y := range at.Y + 1 {
		fmt.Fprintln(&plain, s.row(y))
		fmt.Fprintln(&styled, s.row(y))
		if styles := s.styles(y); styles != "" {
			fmt.Fprintln(&styled, styles)
		}
	}
	name := s.Name()[strings.IndexByte(s.Name(), '/')+1:]
	name = strings.Replace(name, "/", ".", 1)
	s.compare(name+".txt", plain.String())
	if s.cols == 80 {
		s.compare(strings.TrimSuffix(name, ".80")+".styles.txt", styled.String())
	}
}

func (s *stage) compare(file, got string) {
	s.Helper()
	path := filepath.Join("testdata", "screens", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			s.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		s.Fatal(err)
	}
	if got != string(want) {
		s.Errorf("the screen is\n%s\nand %s has\n%s", got, path, want)
	}
}

// styles says with one letter a cell how a row is shown; "" if all of it is plain.
func (s *stage) styles(y int) string {
	var row strings.Builder
	for x := range s.cols {
		row.WriteByte(s.letter(s.screen.CellAt(x, y)))
	}
	return strings.TrimRight(row.String(), " ")
}

// stylesOf are the styles of a text in the last row that has it, where nothing is wide.
func (s *stage) stylesOf(text string) string {
	s.Helper()
	s.looks()
	for y := s.screen.Height() - 1; y >= 0; y-- {
		if before, _, ok := strings.Cut(s.row(y), text); ok {
			at, all := utf8.RuneCountInString(before), s.styles(y)+strings.Repeat(" ", s.cols)
			return all[at : at+len(text)]
		}
	}
	s.Fatalf("%q is not on the screen", text)
	return ""
}

// letter is the style of a cell: Dim, Bold, Italic, bold and italic as one (X), Found, Reverse, a Colour, a Link.
func (s *stage) letter(c *uv.Cell) byte {
	s.Helper()
	st := c.Style
	hasColour := st.Fg != nil
	st.Fg = nil
	switch {
	case !hasColour && st.IsZero() && c.Link.IsZero():
		return ' '
	case !hasColour && st.IsZero():
		return 'l'
	case hasColour && st.IsZero():
		return 'c'
	}
	letters := map[uv.Style]byte{
		{Attrs: uv.AttrFaint}: 'd', {Attrs: uv.AttrBold}: 'b', {Attrs: uv.AttrItalic}: 'i',
		{Attrs: uv.AttrBold | uv.AttrItalic}: 'x', {Attrs: uv.AttrReverse}: 'r',
		{Attrs: uv.AttrBold, Underline: uv.UnderlineSingle}: 'f',
	}
	l, ok := letters[st]
	if !ok || hasColour {
		s.Errorf("a style that nobody has chosen: %q of %q", c.Style.String(), c.Content)
	}
	return l
}
