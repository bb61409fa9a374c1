package session

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"sshchat/internal/sshd"
)

// stories are what the screens in testdata/screens show, each by its file's name: one for each thing that
// somebody at a terminal can do or see.
var stories = map[string]func(*stage){
	"welcome": welcome, "rooms": rooms, "messages": messages, "edits": edits, "search": search, "history": history,
	"unread": unread, "next": next, "pins": pins, "hands": hands, "presence": presence, "away": away, "settings": settings,
	"help": help, "helpof": helpOf, "mentions": mentions, "markup": markup, "wide": wide, "forgery": forgery, "catchup": catchUp,
	"unsent": unsent, "hint": hint, "tab": tab, "paste": paste, "pace": pace, "linear": linearly, "sent": sent, "refusals": refusals,
}

// words are those of the server's own that rows begin with, and the names that stand in front of tables.
var words = []string{
	"This is sshchat:", "Welcome, alice", "name ", "a password has", "what you type", "you are told", "others see that", "usage:",
	"no (command|user)", "not sent:", "nothing (is|of that)", "all is read", "#tea is quiet", `\d lines are pinned`, `\d(st|nd) `,
	"alice ", "bob ", "carol ", "bob$", "carol$", "#[a-z]+( |$)", "(room|topic|members|rule|online|account since|about|means|can be)( |$)",
	"(colour|tz|clock|bell|notify|highlight|presence|linear)( |$)", "Type a command and", "(every day|all, by group|examples)$", "the group reading$",
	"help GROUP", "message WHO TEXT:", "search|seen|sent|settings", "bartholomew|beatrice_of_lincoln|bernd|berta|… and 2 more",
}

func TestScreens(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(stories)) {
		for _, cols := range []int{20, 40, 80, 200, 400} {
			t.Run(fmt.Sprintf("%s/%d", name, cols), func(t *testing.T) {
				t.Parallel()
				onStage(t, func(s *stage) { stories[name](s); s.keeps() }, cols)
			})
		}
	}
}

// Whatever a terminal is resized to, and whenever, what is written from then on is as it should be.
func TestScreensThatAreResizedAtEveryMoment(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(stories)) {
		for _, widths := range [][]int{{40, 200, 80}, {200, 80, 40}, {20, 400}} {
			t.Run(fmt.Sprintf("%s/%d", name, widths[0]), func(t *testing.T) {
				t.Parallel()
				onStage(t, stories[name], 80, widths...)
			})
		}
	}
}

func TestWhatASearchHasFoundIsBoldAndUnderlined(t *testing.T) {
	onStage(t, func(s *stage) {
		bob, _, alice := s.opens()
		bob.types("message alice the **deploy** is green")
		alice.types("search deploy green")
		if got := s.stylesOf("the **deploy** is green"); got != "    bbffffffbb    fffff" {
			t.Errorf("its styles are %q", got)
		}
	}, 80)
}

func TestAHintIsDimAndTheLineIsNot(t *testing.T) {
	onStage(t, func(s *stage) {
		_, _, alice := s.opens()
		alice.presses("message bob")
		if got := s.stylesOf("message bob TEXT"); got != "           ddddd" {
			t.Errorf("its styles are %q", got)
		}
		alice.presses(" hi")
		if got := s.row(s.screen.CursorPosition().Y); got != "alice> message bob hi" {
			t.Errorf("the row is %q", got)
		}
	}, 80)
}

// A command that asks something waits for a person, who may give the terminal another size meanwhile.
func TestWhatFollowsAQuestionFitsTheScreenByThen(t *testing.T) {
	inWorld(t, func(w *world) {
		alice := w.visit("alice", terminal(80))
		alice.types("signup alice", goodPassword)
		alice.resizes(40)
		alice.types(goodPassword)
		alice.sees("Welcome, alice: the account is yours. \r\n  help lists")
	})
}

func welcome(s *stage) {
	s.sits()
	s.alice.types("signup", "", "horse", goodPassword, goodPassword)
}

func rooms(s *stage) {
	bob, carol, alice := s.opens()
	alice.types("join #ops", "/topic deploys, alarms, and who is on call this week")
	bob.types("join #ops", "message #ops hello, all of you")
	carol.types("join #ops")
	alice.types("we deploy at three, or as soon as the tests are green: whichever of the two comes later")
	alice.types("/me waves")
	bob.types("me #ops nods")
	carol.types("leave #ops")
	alice.types("/kick #ops bob too loud", "/members", "/rooms", "/room post ops", "/room", "/leave")
}

func messages(s *stage) {
	bob, carol, alice := s.opens()
	alice.types("message bob are we still on for three?")
	bob.types("re alice yes, at the usual place", "message alice or rather at four, if that suits you as well as three did")
	alice.types("reply four it is", "message carol tea at four?", "whois bob")
	carol.types("broadcast the printer on the second floor works again, after only three days of silence")
	alice.types("talk carol", "thank you", "/talk")
}

func edits(s *stage) {
	bob, _, alice := s.opens()
	alice.types("message bob see you at three", "edit see you at four", "message bob this was for carol", "delete")
	bob.types("message alice three is fine", "edit four is fine, and I bring what is left of the cake", "message alice oops", "delete")
	alice.types("join #ops")
	bob.types("join #ops", "message #ops the build is red", "edit the build is green", "delete")
	alice.types("/history bob")
}

func search(s *stage) {
	bob, _, alice := s.opens()
	alice.types("join #ops", "/talk")
	bob.types("join #ops", "message #ops the deploy is green", "message #ops nothing to see here",
		"message #ops is the deploy of the day before yesterday still not green, or was that another deploy?")
	alice.types("search deploy green", `search "is green" in #ops`, "search dep* from bob since 7d", "search nowhere")
}

func history(s *stage) {
	bob, _, alice := s.opens()
	alice.types("join #ops", "/talk")
	bob.types("join #ops")
	for _, line := range []string{"one", "two", "three is a line that is long enough to be broken on most of the screens that people have", "four"} {
		bob.types("message #ops " + line)
	}
	bob.types("message alice between us")
	time.Sleep(26 * time.Hour)
	bob.types("history #ops")
	alice.types("message bob the day after", "history", "history #ops 2", "context "+bob.numberOf("two"))
}

func unread(s *stage) {
	bob, carol, alice := s.opens()
	alice.types("join #ops", "/join #tea", "/talk")
	bob.types("join #ops", "message #ops one", "message #ops @alice two", "message alice for you alone")
	carol.types("join #tea", "message #tea the kettle is on")
	alice.types("unread", "quiet #tea", "unread", "read all", "unread")
}

func next(s *stage) {
	bob, _, alice := s.opens()
	alice.types("join #ops", "/talk")
	bob.types("join #ops", "message #ops the first line that nobody has read yet", "message alice are you there?")
	alice.presses("half a thou\x1ba")
	alice.types("yes")
	alice.presses("\x1ba")
	alice.presses("\x1ba")
}

func pins(s *stage) {
	bob, _, alice := s.opens()
	bob.types("join #class", "message #class read chapter 4 until Friday, and hand in what you have of exercise 3", "message #class the room is 204")
	bob.types("history #class")
	reading, place := bob.numberOf("read"), bob.numberOf("the room")
	bob.types("pin "+reading, "pin "+place)
	alice.types("join #class")
	bob.types("message #class tomorrow there is no class", "history #class", "unpin "+place)
	bob.types("pin " + bob.numberOf("tomorrow"))
	alice.types("/pins")
}

func hands(s *stage) {
	bob, carol, alice := s.opens()
	alice.types("join #class")
	bob.types("join #class", "hand #class what is a monad, and why does everybody who knows want to tell me?")
	carol.types("join #class", "hand #class")
	alice.types("/hands", "/hand next", "a burrito")
}

func presence(s *stage) {
	bob, carol, alice := s.opens()
	alice.types("settings presence all")
	s.waits()
	bob.types("logout")
	carol.types("logout")
	s.waits()
	alice.types("watch bob")
	s.login("bob")
	s.waits()
	for i := range 8 {
		s.signUp(fmt.Sprintf("student%d", i))
	}
	s.waits()
}

func away(s *stage) {
	bob, carol, alice := s.opens()
	bob.types("away at lunch until two, then in the machine room")
	carol.types("dnd 2h", "settings about I mend the printer")
	alice.types("whoelse", "whois bob", "whois carol", "seen bob", "away back soon", "back", "wholasthr")
}

func settings(s *stage) {
	_, _, alice := s.opens()
	alice.types("settings highlight deploy, release", "settings", "settings bell", "settings clock 12", "settings bell loud")
}

func help(s *stage) {
	_, _, alice := s.opens()
	alice.types("help")
}

func helpOf(s *stage) {
	_, _, alice := s.opens()
	alice.types("help message", "help reading")
}

func mentions(s *stage) {
	bob, _, alice := s.opens()
	alice.types("settings highlight deploy", "join #ops", "/talk bob")
	bob.types("join #ops", "message #ops @alice is it you who is on call this week, or is it carol after all?", "message #ops alice: hello",
		"me #ops looks at @alice", "message #ops the deploy is on", "message #ops alice is not meant by this")
	alice.types("/mentions")
}

func markup(s *stage) {
	bob, _, alice := s.opens()
	bob.types("join #ops")
	alice.types("join #ops")
	s.sends(s.actor("bob"), "alice",
		"**bold**, *italic*, ***both*** and `code`, but not snake_case_names or 2 * 3 * 4",
		"three lines:\n  the second is indented\nand the third is the last",
		"```go\nfunc main() {\n\tfmt.Println(\"a line of code that is wider than any narrow screen, and is cut where the row ends\")\n}\n```",
		"see https://example.org/a/rather/long/path/that/goes/on/for/a/while/and/then/some?with=a&query=in&it=too#and-a-fragment for more",
	)
	s.looks()
}

func wide(s *stage) {
	_, _, alice := s.opens()
	s.sends(s.actor("bob"), "alice",
		"你好，世界。这一行比较长，所以在窄的屏幕上必须折行，但不会从第零列开始。",
		"👩‍👩‍👧 🇩🇪 👍🏽 e\u0301 and so on, again and again: 👩‍👩‍👧 🇩🇪 👍🏽 👩‍👩‍👧 🇩🇪 👍🏽 👩‍👩‍👧 🇩🇪 👍🏽",
		"Привет, как дела? Ελληνικά.", strings.Repeat("x", 150))
	alice.presses("message bob 你好，世界。这一行比较长，所以在窄的屏幕上要滚动")
}

// What bob means to look like another's line, or the server's, is indented, however it got into its row.
func forgery(s *stage) {
	s.opens()
	var lines []string
	for n := range 25 {
		lines = append(lines, strings.Repeat("a", n)+" 00:00 carol → you  forged")
	}
	s.sends(s.actor("bob"), "alice", "look:\n00:00 carol → you  forged\n──  forged  ──\nalice> forged\n#12 00:00 forged",
		strings.Join(lines[:20], "\n"), "\u202Eforged\r\nforged\x1b[2Jforged", strings.Repeat(" ", 90)+"forged")
	s.looks()
}

func catchUp(s *stage) {
	bob, carol, alice := s.opens()
	alice.types("join #ops")
	bob.types("join #ops", "message alice before you leave")
	alice.types("/logout")
	bob.types("message alice just after you left")
	time.Sleep(24 * time.Hour)
	bob.types("message #ops one of the lines that you have not seen yet, and that your screen may have to break")
	carol.types("broadcast lunch is here", "message alice are you back?")
	s.returns()
	bob.types("message alice welcome back")
}

func unsent(s *stage) {
	_, _, alice := s.opens()
	alice.types("talk bob")
	alice.presses("half a thought, which is to be gone on with later")
	alice.loses(sshd.ErrGone)
	s.returns()
}

func hint(s *stage) {
	_, _, alice := s.opens()
	alice.presses("message bob")
}

func tab(s *stage) {
	for _, name := range []string{"berta", "bernd", "Boris", "bartholomew", "beatrice_of_lincoln"} {
		s.signUp(name)
	}
	_, _, alice := s.opens()
	alice.presses("message b\t")
	alice.presses("\t")
	alice.presses("\x15se\t")
	alice.presses("\t")
}

func paste(s *stage) {
	_, _, alice := s.opens()
	alice.presses("message bob \x1b[200~" + strings.Repeat("a line of a paste\n", 45) + "\x1b[201~")
	alice.types("")
}

func pace(s *stage) {
	_, _, alice := s.opens()
	alice.types("talk bob")
	for n := range 12 {
		alice.types(fmt.Sprintf("line %d", n))
	}
	alice.presses("and the next")
}

func linearly(s *stage) {
	bob, _, alice := s.opens()
	alice.types("settings linear on", "message bob are you there?")
	bob.types("message alice yes, and I have been for quite a while: what is it that you want to know?", "join #ops")
	alice.types("join #ops")
	bob.types("message #ops @alice hello")
	alice.presses("half a li")
	bob.types("message #ops the row above stays")
	alice.types("ne")
}

func sent(s *stage) {
	bob, carol, alice := s.opens()
	carol.types("logout")
	alice.types("message bob are we still on for three, or did I get that wrong again as I did last week?", "message carol tea?", "broadcast lunch is here")
	bob.types("join #ops")
	alice.types("join #ops", "deploy is green", "/sent")
}

func refusals(s *stage) {
	bob, _, alice := s.opens()
	bob.types("block alice")
	alice.types("mesage bob hi", "message", "message bbo hi", "message bob hi", "message alice hi", "whois nobody-at-all", "wholast forever")
	alice.types("talk carol", "logout")
}
