package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
	"sshchat/internal/sshd"
)

var errStopped = errors.New("the server is shutting down")

// sends has from say many things to somebody, past all sessions.
func (w *world) sends(from chat.Actor, to string, texts ...string) {
	w.Helper()
	for _, text := range texts {
		l := chat.Line{Audience: chat.ToOne, To: to, Text: sanitize.Message(text)}
		if err := w.chat.Send(context.Background(), from, []chat.Line{l})[0].Err; err != nil {
			w.Error(err)
		}
	}
}

func (w *world) actor(name string) chat.Actor {
	w.Helper()
	logins, err := w.chat.Logins(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	for _, l := range logins {
		if string(l.User.Name) == name {
			return l.Actor()
		}
	}
	w.Fatalf("%s is not online", name)
	return chat.Actor{}
}

func numbered(from, to int) (texts []string) {
	for i := from; i <= to; i++ {
		texts = append(texts, fmt.Sprintf("line-%d.", i))
	}
	return texts
}

// ordered checks that the numbered lines from one number to another are in s, each once and in order,
// and no other.
func (w *world) ordered(s string, from, to int) {
	w.Helper()
	if got := strings.Count(s, "line-"); got != to-from+1 {
		w.Errorf("%d lines, want %d", got, to-from+1)
	}
	for i := from; i <= to; i++ {
		at := strings.Index(s, fmt.Sprintf("line-%d.", i))
		if at < 0 {
			w.Fatalf("line %d is missing, or out of order", i)
		}
		s = s[at:]
	}
}

func TestWhatWaitsIsShownAndTheEarlierLinesByMore(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		alice, carol := w.signUp("alice"), w.signUp("carol")
		w.sends(w.actor("alice"), "bob", numbered(1, 199)...)
		w.sends(w.actor("carol"), "bob", numbered(200, 200)...)
		w.sends(w.actor("alice"), "bob", numbered(201, 450)...)
		bob := w.login("bob")
		bob.seesOnlyBefore("line-251.", ", bob", "──  450 messages while you were away (since 00:00)  ──",
			"──  250 earlier lines wait: more  ──")
		w.ordered(bob.came(), 251, 450)
		bob.skips()
		at := len(bob.came())
		bob.types("more")
		bob.sees("──  50 earlier lines wait: more  ──")
		w.ordered(bob.came()[at:], 1, 200)
		carol.skips()
		bob.types("reply all of it?", "logout")
		alice.sees("bob → you  all of it?") // the last line, not the one shown last
		carol.seesOnly()

		bob = w.login("bob")
		bob.sees("50 earlier lines wait")
		bob.presses("more\nmore\nwhoelse\n")
		bob.sees("line-201.", "line-250.", "no earlier lines wait", "alice")
		w.ordered(bob.came(), 201, 250)
	})
}

// seesOnlyBefore checks all that came before a text.
func (p *person) seesOnlyBefore(text string, lines ...string) {
	p.w.Helper()
	came := p.came()[p.seen:]
	i := strings.Index(came, text)
	if i < 0 {
		p.w.Fatalf("%s does not see %q", p.name, text)
	}
	i = strings.LastIndexByte(came[:i], '\n') + 1
	if got, want := came[:i], strings.Join(lines, "\n")+"\n"; got != want {
		p.w.Fatalf("%s sees\n%s\nwant\n%s", p.name, got, want)
	}
}

// Whoever wrote last is not whom more shows first.
func TestAReplyAfterAQuietLoginAndMoreGoesToWhoWroteLast(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		alice, carol := w.signUp("alice"), w.signUp("carol")
		w.sends(w.actor("alice"), "bob", numbered(1, 250)...)
		w.sends(w.actor("carol"), "bob", numbered(251, 251)...)
		bob := w.visit("bob")
		bob.types("login --quiet bob", goodPassword, "more")
		bob.sees("line-200.")
		alice.skips()
		bob.types("reply yes")
		carol.sees("bob → you  yes")
		w.sends(w.actor("alice"), "bob", "line-252.")
		bob.types("more", "reply and you?")
		bob.sees("line-252.", "line-251.")
		alice.seesOnly("you → bob  line-252.", "bob → you  and you?")
	})
}

func TestAQuietLoginLeavesWaitingWhatWaits(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		w.signUp("alice")
		w.sends(w.actor("alice"), "bob", numbered(1, 3)...)
		bob := w.visit("bob")
		bob.types("login --quiet bob", goodPassword)
		bob.seesOnly("password:", "Welcome, bob", "──  3 messages while you were away (since 00:00)  ──",
			"──  3 earlier lines wait: more  ──")
		w.sends(w.actor("alice"), "bob", "now")
		bob.seesOnly("alice → you  now")
		bob.types("more")
		w.ordered(bob.came(), 1, 3)
	})
}

// Nobody waits for a reader that stalls; it costs bounded memory, and when it reads again it is shown
// everything, once and in order.
func TestAReaderThatStallsLosesAndRepeatsNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob", terminal(80))
		alice := w.signUp("alice")
		bob.stalls(true)
		pad := strings.Repeat(" and so on", 30)
		for i := 1; i <= 1000; i++ {
			w.sends(w.actor("alice"), "bob", fmt.Sprintf("line-%d.%s", i, pad))
		}
		alice.skips()
		alice.types("whoelse")
		alice.sees("bob")
		if waits := bob.Queued(); waits > 2*enough {
			t.Errorf("%d bytes wait for bob", waits)
		}
		if n := len(bob.session.backlog); n > 0 {
			t.Errorf("%d lines were read from the log for nobody", n)
		}
		for range 3 {
			bob.drips()
		}
		bob.stalls(false)
		w.ordered(bob.came(), 1, 1000)
	})
}

func TestTheEndOfInputShowsWhatCameWhileTheReaderStalled(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		w.signUp("alice")
		bob.stalls(true)
		pad := strings.Repeat(" and so on", 30)
		for _, text := range numbered(1, 600) {
			w.sends(w.actor("alice"), "bob", text+pad)
		}
		bob.types("blocked")
		bob.endsInput()
		bob.drips()
		bob.stalls(false)
		bob.ends(0)
		w.ordered(bob.came(), 1, 600)
		bob.sees("you block nobody")
	})
}

func TestWhatWaitsIsShownBeforeWhatIsTypedAheadIsDone(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		w.signUp("alice").types("message bob hi")
		bob := w.visit("bob")
		bob.presses("login bob\n" + goodPassword + "\nblocked\n")
		bob.seesOnly("password:", "Welcome, bob", "──  1 message while you were away (since 00:00)  ──",
			"alice → you  hi", "you block nobody")
	})
}

func TestManyTalkAtOnceAndAllScreensHaveOneOrder(t *testing.T) {
	inWorld(t, func(w *world) {
		var all []*person
		for _, name := range []string{"alice", "bob", "carol"} {
			all = append(all, w.signUp(name))
		}
		all[2].stalls(true)
		var senders sync.WaitGroup
		for _, p := range all[:2] {
			p.skips()
			senders.Go(func() {
				for i := range 200 {
					p.typed([]byte(fmt.Sprintf("broadcast %s-%d.\n", p.name, i)))
				}
			})
		}
		senders.Wait()
		all[2].stalls(false)
		var first string
		for i, p := range all {
			p.skips()
			said := texts(p.came())
			if n := strings.Count(said, "\n"); n != 400 {
				t.Errorf("%s has %d lines, want 400", p.name, n)
			}
			if i == 0 {
				first = said
			} else if said != first {
				t.Errorf("%s has another order", p.name)
			}
		}
	})
}

// texts is what was said to all, without by whom.
func texts(s string) string {
	var out strings.Builder
	for line := range strings.Lines(s) {
		if _, text, ok := strings.Cut(line, " → all  "); ok {
			out.WriteString(text)
		}
	}
	return out.String()
}

func TestAnAnswerThatIsLongerThanTheQueueComesWhole(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.signUp("alice", func(c *wire) { c.limit = 100 })
		p.types("help")
		p.sees("every day\n", "reading ", "with examples\n")
	})
}

func TestAStalledReaderGetsALongAnswerWhole(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.signUp("alice", func(c *wire) { c.limit = 300 })
		p.stalls(true)
		p.types("help", "blocked")
		for range 3 {
			p.drips()
		}
		p.stalls(false)
		p.sees("every day\n", "reading ", "with examples\nyou block nobody\n")
	})
}

func TestAFloodOfResizesAtAStalledReaderCostsNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.signUp("alice", terminal(80), func(c *wire) { c.limit = 4096 })
		p.presses(strings.Repeat("x", 70))
		p.stalls(true)
		for i := range 2000 {
			p.resizes(40 + i%40)
		}
		if n := p.Queued() + len(p.session.pending); n > 2*p.limit {
			t.Errorf("%d bytes wait", n)
		}
		p.stalls(false)
		p.resizes(100)
		p.shows("alice> " + strings.Repeat("x", 70))
	})
}

func TestALineThatWasStoredBeforeTheLinkWasLostIsMarked(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob")
		alice := w.signUp("alice")
		alice.types("message bob proven")
		time.Sleep(2 * time.Second)
		alice.stalls(true)
		alice.types("message bob in the dark")
		alice.loses(sshd.ErrGone)
		alice.ends(1)
		alice = w.login("alice")
		alice.seesOnly(", alice", "you → bob  in the dark  (stored just before the link was lost)")
	})
}

func TestALogThatCannotBeReadIsToldOnceAndReadAgain(t *testing.T) {
	fail := errors.New("disk on fire")
	b := &broken{}
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		alice := w.signUp("alice")
		alice.types("message bob hi")
		var mu sync.Mutex
		tries := 0
		b.read = func() error {
			mu.Lock()
			defer mu.Unlock()
			if tries++; tries <= 2 {
				return fail
			}
			return nil
		}
		bob := w.login("bob")
		bob.sees("something went wrong on the server; it has been logged (ref ")
		bob.types("blocked") // the session is of use meanwhile
		bob.sees("you block nobody")
		bob.sawNothingOf("hi")
		bob.skips()
		time.Sleep(2 * readAgain)
		bob.seesOnly("alice → you  hi")
		if !strings.Contains(w.log.String(), "disk on fire") {
			t.Errorf("the log says nothing of it:\n%s", w.log)
		}
	}, breaks(b))
}

func TestTheEndOfInputDoesNotWaitForALogThatCannotBeRead(t *testing.T) {
	b := &broken{read: func() error { return errors.New("disk on fire") }}
	inWorld(t, func(w *world) {
		p := w.signUp("bob")
		p.endsInput()
		p.ends(0)
	}, breaks(b))
}

// An export of any length costs no more memory than the client takes, and ends at ^C.
func TestAnExportGoesPieceByPieceAndCanBeStopped(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		pad := strings.Repeat(" and so on", 60)
		for i := 1; i <= 900; i++ {
			w.sends(w.actor("alice"), "bob", fmt.Sprintf("line-%d.%s", i, pad))
		}
		alice.came()
		alice.stalls(true)
		alice.types("export")
		synctest.Wait()
		if n := alice.Queued() + len(alice.session.pending); n > 8*enough {
			t.Errorf("%d bytes wait", n)
		}
		alice.presses("\x03")
		alice.stalls(false)
		alice.shows("cancelled", "alice>")
		alice.types("whoelse")
		alice.shows("alice> whoelse", "bob  since 00:00", "alice>")
		if strings.Contains(alice.came(), `"text":"line-900.`) {
			t.Error("it went on")
		}
		alice.types("export")
		alice.sees(`"text":"line-1.`, `"text":"line-900.`)
	})
}
