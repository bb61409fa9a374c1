package session

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/charmbracelet/x/vt"
)

// tall is what a terminal with very many rows shows, from the row that begins like that to the prompt.
func (p *person) tall(from string) string {
	p.w.Helper()
	synctest.Wait()
	cols, _ := p.Size()
	e := vt.NewEmulator(cols, 200)
	e.Write([]byte(p.came()))
	rows := strings.Split(e.String(), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " \r")
	}
	shown := "\n" + strings.TrimRight(strings.Join(rows, "\n"), "\n")
	shown = shown[:strings.LastIndexByte(shown, '\n')]
	i := strings.LastIndex(shown, "\n"+from)
	if i < 0 {
		p.w.Fatalf("no row begins with %q in%s", from, shown)
	}
	return shown[i:]
}

// withoutNames is a page of help without the names of all commands.
func withoutNames(page string) string {
	before, rest, ok := strings.Cut(page, "\nall, by group\n")
	if _, end, cut := strings.Cut(rest, "\nhelp GROUP"); ok && cut {
		return before + "\n…\nhelp GROUP" + end
	}
	return page
}

// helpOf80 is the page of help where no row has to be broken.
const helpOf80 = `
alice> help
Type a command and what it needs, then Enter. Tab completes both.
every day
  message WHO TEXT     write to somebody, online or not
  reply TEXT           write to whoever wrote to you last
  broadcast TEXT       write to everyone, online or not
  talk [WHO]           have what you type go to WHO
  history [WHO] [N] …  what was said, with line numbers
  join #ROOM           come into a room, or make it
  rooms                your rooms, and those that are open
  whoelse              who else is online
  logout               leave (^D on an empty line, too)
…
help GROUP says more about a group, help COMMAND about one, with examples`

func TestHelpOnTheScreen(t *testing.T) {
	inWorld(t, func(w *world) {
		alice := w.signUp("alice", terminal(80))
		for _, cols := range []int{80, 200} {
			alice.resizes(cols)
			alice.types("help")
			if got := withoutNames(alice.tall("alice> help")); got != helpOf80 {
				t.Errorf("in %d columns it is%s\nwant%s", cols, got, helpOf80)
			}
		}
	})
}

func TestHelpOnANarrowScreen(t *testing.T) {
	for cols, want := range map[int]string{
		40: `
every day
  message WHO TEXT
    write to somebody, online or not
  reply TEXT
    write to whoever wrote to you last
  broadcast TEXT
    write to everyone, online or not
  talk [WHO]
    have what you type go to WHO
  history [WHO] [N] …
    what was said, with line numbers
  join #ROOM
    come into a room, or make it
  rooms
    your rooms, and those that are open
  whoelse
    who else is online
  logout
    leave (^D on an empty line, too)
…
help GROUP says more about a group,
  help COMMAND about one, with examples`,
		20: `
…
help GROUP says
  more about a
  group, help
  COMMAND about
  one, with
  examples`,
	} {
		inWorld(t, func(w *world) {
			alice := w.signUp("alice", terminal(cols))
			alice.types("help")
			first := map[int]string{40: "every day", 20: "all, by group"}[cols]
			if got := withoutNames(alice.tall(first)); got != want {
				t.Errorf("in %d columns it is%s\nwant%s", cols, got, want)
			}
		})
	}
}

func TestHelpOfACommandOnTheScreen(t *testing.T) {
	const wide = `
message WHO TEXT: write to somebody, online or not
  also: msg, m
  TEXT may have several lines: paste them, or Alt-Enter. The line comes back
  to you once it is stored.
examples
  message bob see you at three  now, or when bob is back
  message #ops deploy is green  to a room that you are in`
	for cols, want := range map[int]string{
		200: strings.Replace(wide, "back\n  to you", "back to you", 1),
		80:  wide,
		40: `
message WHO TEXT: write to somebody,
  online or not
  also: msg, m
  TEXT may have several lines: paste
  them, or Alt-Enter. The line comes
  back to you once it is stored.
examples
  message bob see you at three
    now, or when bob is back
  message #ops deploy is green
    to a room that you are in`,
		20: `
message WHO TEXT:
  write to
  somebody, online
  or not
  also: msg, m
  TEXT may have
  several lines:
  paste them, or
  Alt-Enter. The
  line comes back
  to you once it
  is stored.
examples
  message bob see
    you at three
    now, or when
    bob is back
  message #ops
    deploy is green
    to a room that
    you are in`,
	} {
		inWorld(t, func(w *world) {
			alice := w.signUp("alice", terminal(cols))
			alice.types("help message")
			if got := alice.tall("message WHO TEXT:"); got != want {
				t.Errorf("in %d columns it is%s\nwant%s", cols, got, want)
			}
		})
	}
}

// Somebody new is told how to begin; at their next login they know.
func TestTheFirstLoginSaysHowToBegin(t *testing.T) {
	for _, cols := range []int{40, 80, 200} {
		inWorld(t, func(w *world) {
			alice := w.signUp("alice", terminal(cols))
			alice.shows(
				"  whoelse           who else is here",
				"  message WHO TEXT  write to somebody",
				"  rooms             rooms to meet in",
				"  help              all the rest",
				"alice>")
			alice.presses(ctrlD)
			alice = w.login("alice", terminal(cols))
			alice.shows("Welcome, alice", "alice>")
			alice.sawNothingOf("write to somebody")
		})
	}
}
