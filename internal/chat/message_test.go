package chat_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func text(s string) sanitize.Text { return sanitize.Message(s) }
func line(s string) sanitize.Text { return sanitize.Line(s) }

// failure is the error of a call that gives something besides.
func failure[T any](_ T, err error) error { return err }

func TestAMessageReachesBothAndNobodyElse(t *testing.T) {
	w := newWorld(t)
	alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
	alice.says("Bob", "are we on?")
	alice.sees("alice → bob  are we on?")
	bob.sees("alice → bob  are we on?")
	carol.sees()
}

func TestWhatCannotBeSent(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	bob.blocks("alice")
	for _, c := range []struct {
		to, text string
		reason   chat.Reason
		words    string
	}{
		{"bobb", "hi", chat.NotFound, "did you mean bob?"},
		{"b0b", "hi", chat.NotFound, "did you mean bob?"},
		{"zed", "hi", chat.NotFound, `no user "zed"`},
		{"no name", "hi", chat.NotFound, "no user"},
		{"\x1b[31m", "hi", chat.NotFound, "no user"},
		{strings.Repeat("x", 500), "hi", chat.NotFound, "no user"},
		{"alice", "hi", chat.Invalid, "yourself"},
		{"bob", "hi", chat.Blocked, "blocked"},
		{"bob", "", chat.Usage, "no text"},
		{"bob", " \n ", chat.Usage, "no text"},
		{"bob", strings.Repeat("x", 4001), chat.TooLong, "4001 bytes"},
		{"bob", strings.Repeat("\n", 20) + "x", chat.TooLong, "21 lines"},
	} {
		err := alice.sends(c.to, c.text)
		w.refused(err, c.reason, c.words)
	}
	bob.sees()
	alice.sees()
}

func TestTheLargestMessageFits(t *testing.T) {
	w := newWorld(t)
	alice := w.signUp("alice")
	w.signUp("bob")
	alice.says("bob", strings.Repeat("x", 4000))
	alice.says("bob", strings.Repeat("x\n", 19)+"x")
}

func TestReplyGoesToWhoeverWroteLast(t *testing.T) {
	w := newWorld(t)
	alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
	reply := func(s string) error { return alice.send(chat.Line{Audience: chat.ToLast, Text: text(s)}) }
	w.refused(reply("hello?"), chat.NotFound, "nobody has written to you")
	bob.says("alice", "one")
	carol.says("alice", "two")
	bob.broadcasts("three") // is not to her
	alice.says("bob", "four")
	if err := reply("five"); err != nil {
		t.Fatal(err)
	}
	carol.sees("carol → alice  two", "bob → all  three", "alice → carol  five")
	alice.logsOut()
	alice = w.login("alice")
	if err := reply("six"); err != nil {
		t.Fatal(err)
	}
	carol.sees("alice → carol  six")
}

func TestBroadcastReachesEveryAccountThereIs(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	bob.logsOut()
	alice.broadcasts("before carol")
	carol := w.signUp("carol")
	alice.broadcasts("after carol")
	carol.sees("alice → all  after carol")
	bob = w.login("bob")
	bob.sees("alice → all  before carol", "alice → all  after carol")
	alice.sees("alice → all  before carol", "alice → all  after carol")
}

func TestTheServerAnnounces(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	e, err := w.chat.Announce(t.Context(), text("down at six"), chat.Audit{Actor: "uid 0", Via: "console", Action: "announce"})
	if err != nil {
		t.Fatal(err)
	}
	if !e.FromServer() {
		t.Error("an announcement is not the server's")
	}
	bob.sees(" → all  down at six")
}

func TestMessagesWaitInOrderForWhoIsAway(t *testing.T) {
	w := newWorld(t)
	alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
	bob.logsOut()
	w.clock.forward(time.Hour)
	alice.says("bob", "1")
	carol.broadcasts("2")
	carol.says("bob", "3")
	alice.says("carol", "not his")
	alice.says("bob", "4")
	p, err := w.tryLogin(w.node, attempt("bob"))
	if err != nil {
		t.Fatal(err)
	}
	if waiting := p.isTold(); waiting.Count != 4 || waiting.Earlier != 0 {
		t.Errorf("told of %+v", waiting)
	}
	if want := w.clock.Now().Add(-time.Hour); !p.begun.AwaySince.Equal(want) {
		t.Errorf("away since %v, want %v", p.begun.AwaySince, want)
	}
	p.sees("alice → bob  1", "carol → all  2", "carol → bob  3", "alice → bob  4")
	alice.says("bob", "5")
	p.sees("alice → bob  5")
}

func TestOnlyWhatIsProvenIsDelivered(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	alice.says("bob", "1")
	bob.sees("alice → bob  1")
	bob.proves()
	alice.says("bob", "2")
	bob.says("alice", "mine")
	bob.sees("alice → bob  2", "bob → alice  mine")
	bob.isCutOff()
	bob = w.login("bob")
	lines := bob.takes()
	if got := show(lines); len(got) != 2 || got[0] != "alice → bob  2" || got[1] != "bob → alice  mine" {
		t.Fatalf("after a cut link bob sees %q", got)
	}
	if bob.inbox.Lost(lines[0]) || !bob.inbox.Lost(lines[1]) {
		t.Error("the own line that never came back is not told apart")
	}
	bob.says("alice", "new")
	if fresh := bob.takes(); len(fresh) != 1 || bob.inbox.Lost(fresh[0]) {
		t.Error("a new own line is taken for a lost one")
	}
	bob.logsOut()
	w.login("bob").sees()
}

// What is sent after the login began, before the inbox is started, was not lost.
func TestALineSentAtOnceIsNotALostOne(t *testing.T) {
	w := newWorld(t)
	w.signUp("alice")
	w.signUp("bob").logsOut()
	bob, err := w.tryLogin(w.node, attempt("bob"))
	if err != nil {
		t.Fatal(err)
	}
	bob.says("alice", "new")
	bob.isTold()
	if lines := bob.takes(); len(lines) != 1 || bob.inbox.Lost(lines[0]) {
		t.Errorf("%q: a new own line is taken for a lost one", show(lines))
	}
}

func TestFiveThousandWaitingLinesAreReadAcrossALogout(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	bob.logsOut()
	var sending sync.WaitGroup
	for i := range 50 {
		sending.Go(func() {
			for j := range 100 {
				alice.says("bob", fmt.Sprintf("%d/%d", i, j))
			}
		})
	}
	sending.Wait()

	p, err := w.tryLogin(w.node, attempt("bob"))
	if err != nil {
		t.Fatal(err)
	}
	if waiting := p.isTold(); waiting.Count != 5000 || waiting.Earlier != 4800 {
		t.Fatalf("told of %+v", waiting)
	}
	newest := p.takes()
	if len(newest) != 200 {
		t.Fatalf("%d lines at login, want 200", len(newest))
	}
	var earlier []*chat.Entry
	for pages := 1; ; pages++ {
		page, err := p.inbox.More(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		lines, left := p.inbox.AcceptMore(page)
		earlier = append(earlier, lines...)
		if want := 4800 - len(earlier); left != want {
			t.Fatalf("page %d: %d left, want %d", pages, left, want)
		}
		if left == 0 {
			break
		}
		if pages%5 == 0 { // the gaps are stored: they outlive the login
			p.logsOut()
			p = w.login("bob")
			p.sees()
		}
	}
	all := append(earlier, newest...)
	if len(all) != 5000 {
		t.Fatalf("%d lines in all", len(all))
	}
	for i := 1; i < len(all); i++ {
		if all[i].ID <= all[i-1].ID {
			t.Fatalf("line %d came after line %d", all[i].ID, all[i-1].ID)
		}
	}
	p.logsOut()
	p = w.login("bob")
	if page, err := p.inbox.More(t.Context()); err != nil {
		t.Fatal(err)
	} else if lines, left := p.inbox.AcceptMore(page); len(lines) != 0 || left != 0 {
		t.Errorf("%d lines again, %d left", len(lines), left)
	}
}

func TestMoreThatWasNotProvenComesAgain(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	bob.logsOut()
	alice.says("bob", "1")
	p, err := w.tryLogin(w.node, attempt("bob"))
	if err != nil {
		t.Fatal(err)
	}
	if waiting, err := p.inbox.Start(t.Context(), true); err != nil || waiting.Count != 1 || waiting.Earlier != 1 {
		t.Fatalf("a quiet login is told of %+v, %v", waiting, err)
	}
	p.sees()
	p.proves()
	more := func() string {
		page, err := p.inbox.More(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		lines, _ := p.inbox.AcceptMore(page)
		return strings.Join(show(lines), ",")
	}
	if got := more(); got != "alice → bob  1" {
		t.Errorf("more: %q", got)
	}
	p.isCutOff()
	p = w.login("bob")
	p.sees()
	if got := more(); got != "alice → bob  1" {
		t.Errorf("more after a cut link: %q", got)
	}
	p.logsOut()
	p = w.login("bob")
	if got := more(); got != "" {
		t.Errorf("proven, and yet once more: %q", got)
	}
}

func TestASessionThatDoesNotTakeReadsTheLogInstead(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	bob.sees()
	var want []string
	for i := range 700 {
		alice.says("bob", fmt.Sprint(i))
		want = append(want, fmt.Sprintf("alice → bob  %d", i))
	}
	bob.sees(want...)
	alice.says("bob", "and live again")
	bob.sees("alice → bob  and live again")
}

func TestSentTellsWhoGotIt(t *testing.T) {
	w := newWorld(t)
	alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
	carol.logsOut()
	alice.says("bob", "to bob")
	alice.says("carol", "to carol")
	alice.broadcasts("to all")
	bob.takes()
	bob.proves()
	w.saves(bob)
	sent := func(id chat.EntryID) []chat.SentLine {
		lines, err := w.chat.Sent(t.Context(), alice.me(), id, 10)
		if err != nil {
			t.Fatal(err)
		}
		return lines
	}
	lines := sent(0)
	if len(lines) != 3 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, want := range []struct {
		body        string
		reached, of int
		online      bool
	}{{"to all", 1, 2, false}, {"to carol", 0, 1, false}, {"to bob", 1, 1, true}} {
		l := lines[i]
		if l.Body.String() != want.body || l.Reached != want.reached || l.Of != want.of || l.Online != want.online {
			t.Errorf("line %d: %v %d of %d, online %v; want %+v", i, l.Body, l.Reached, l.Of, l.Online, want)
		}
	}
	if one := sent(lines[1].ID); len(one) != 1 || one[0].Body.String() != "to carol" {
		t.Errorf("sent %d: %v", lines[1].ID, one)
	}
	bob.blocks("alice")
	if l := sent(lines[2].ID)[0]; l.Of != 0 {
		t.Error("sent tells what became of a line to somebody who blocks now")
	}
	_, err := w.chat.Sent(t.Context(), bob.me(), lines[0].ID, 10)
	w.refused(err, chat.NotFound)
}

// saves waits until the hub has written what p has proven.
func (w *world) saves(p *person) {
	w.Helper()
	want := p.inbox.Progress()
	if ended, err := w.store.SaveProgress(w.Context(), []chat.Progress{want}); err != nil || len(ended) > 0 {
		w.Fatal(ended, err)
	}
}

func TestABlockHidesFromItsPlaceToItsEnd(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	alice.says("bob", "before")
	alice.broadcasts("before, to all")
	bob.blocks("alice")
	alice.broadcasts("during")
	w.refused(alice.sends("bob", "during"), chat.Blocked, "blocked")
	bob.says("alice", "the other way is open")
	bob.unblocks("alice")
	alice.says("bob", "after")
	bob.sees("alice → bob  before", "alice → all  before, to all", "bob → alice  the other way is open", "alice → bob  after")
	bob.isCutOff()
	w.login("bob").sees("alice → bob  before", "alice → all  before, to all", "bob → alice  the other way is open", "alice → bob  after")
}

func TestWhatWaitsWhileBlockedStaysHidden(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	bob.blocks("alice")
	bob.logsOut()
	alice.broadcasts("the printer works")
	bob = w.login("bob")
	bob.unblocks("alice")
	bob.sees()
	bob.isCutOff()
	w.login("bob").sees()
}

func TestABlockOutlivesALoginAndAnOverflow(t *testing.T) {
	w := newWorld(t)
	alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
	bob.blocks("alice")
	bob.logsOut()
	bob = w.login("bob")
	bob.sees()
	alice.broadcasts("live, after a login")
	bob.sees()
	for i := range 300 { // more than a mailbox holds
		carol.broadcasts(fmt.Sprint(i))
	}
	if n := len(bob.takes()); n != 300 {
		t.Errorf("%d lines of carol's", n)
	}
	alice.broadcasts("live, after an overflow")
	bob.sees()
}

// A block is undone, and done, in what the mailbox had no room for.
func TestBlocksChangeDuringAnOverflow(t *testing.T) {
	w := newWorld(t)
	alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
	bob.blocks("alice")
	bob.sees()
	for i := range 300 {
		carol.says("bob", fmt.Sprint(i))
	}
	bob.unblocks("alice")
	bob.blocks("carol")
	bob.takes()
	alice.broadcasts("heard again")
	carol.broadcasts("not heard")
	bob.sees("alice → all  heard again")
}

func TestBlocksAreRefusedInWords(t *testing.T) {
	w := newWorld(t)
	alice := w.signUp("alice")
	w.signUp("bob")
	block := func(who string) error { return failure(w.chat.Block(t.Context(), alice.me(), who)) }
	unblock := func(who string) error { return failure(w.chat.Unblock(t.Context(), alice.me(), who)) }
	w.refused(block("alice"), chat.Invalid, "yourself")
	w.refused(block("zed"), chat.NotFound, "no user")
	w.refused(unblock("bob"), chat.Invalid, "not blocked")
	w.refused(unblock("alice"), chat.Invalid, "yourself")
	if err := block("bob"); err != nil {
		t.Fatal(err)
	}
	w.refused(block("bob"), chat.Invalid, "blocked already")
	if ps, err := w.chat.BlockedBy(t.Context(), alice.me()); err != nil || len(ps) != 1 || ps[0].Name != "bob" {
		t.Errorf("blocked: %v, %v", ps, err)
	}
}

// A block races 1,000 sends: whatever was acknowledged before the block in the log is seen, and
// what comes after it was refused. Nothing acknowledged is hidden.
func TestABlockRacingSends(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	var acknowledged, refused atomic.Int32
	var sending sync.WaitGroup
	start := make(chan struct{})
	for i := range 10 {
		sender := w.signUp(fmt.Sprintf("sender%d", i))
		sending.Go(func() {
			<-start
			for j := range 100 {
				err := sender.sends("bob", fmt.Sprint(j))
				switch r, ok := chat.AsRefusal(err); {
				case err == nil:
					acknowledged.Add(1)
				case ok && r.Reason == chat.Blocked:
					refused.Add(1)
				default:
					t.Error(err)
				}
			}
		})
	}
	sending.Go(func() {
		<-start
		for i := range 10 {
			bob.blocks(fmt.Sprintf("sender%d", i))
		}
	})
	close(start)
	sending.Wait()
	seen := len(bob.takes())
	if int(acknowledged.Load()) != seen {
		t.Errorf("%d were acknowledged, bob sees %d", acknowledged.Load(), seen)
	}
	if acknowledged.Load()+refused.Load() != 1000 {
		t.Errorf("%d acknowledged and %d refused of 1000", acknowledged.Load(), refused.Load())
	}
}
