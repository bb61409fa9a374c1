package session

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

var byRoot = chat.Audit{Actor: "uid 0", Via: "console", Action: "test"}

// A post is SetMotd or SetBanner.
type post func(context.Context, sanitize.Text, chat.Audit) (chat.Posted, error)

func (w *world) posts(set post, text string) {
	w.Helper()
	if _, err := set(w.Context(), sanitize.Message(text), byRoot); err != nil {
		w.Fatal(err)
	}
}

func TestTheMotdIsShownOnceUntilItIsChanged(t *testing.T) {
	inWorld(t, func(w *world) {
		w.signUp("bob").types("logout")
		w.posts(w.chat.SetMotd, "new rules:\nbe kind")
		w.login("bob").types("logout") // without a terminal it is neither shown nor counts as seen
		first := w.login("bob", terminal(80))
		first.shows("Welcome, bob", "──  message of the day  ──", "  new rules:", "  be kind", "bob>")
		first.types("logout")
		again := w.login("bob", terminal(80))
		again.sawNothingOf("be kind")
		w.posts(w.chat.SetMotd, "other rules")
		again.sawNothingOf("other")
		again.types("logout")
		w.login("bob", terminal(80)).sees("other rules")
		w.visit("carol", terminal(80)).types("signup carol", goodPassword, goodPassword)
	})
}

func TestNoMotdWithoutATerminal(t *testing.T) {
	inWorld(t, func(w *world) {
		w.posts(w.chat.SetMotd, "new rules")
		w.posts(w.chat.SetBanner, "be kind")
		p := w.visit("bob")
		p.types("signup bob", goodPassword, goodPassword)
		if came := p.came(); strings.Contains(came, "rules") || strings.Contains(came, "kind") {
			t.Errorf("bob sees\n%s", came)
		}
	})
}

func TestTheBannerIsShownBeforeTheLogin(t *testing.T) {
	inWorld(t, func(w *world) {
		w.posts(w.chat.SetBanner, "be kind")
		p := w.visit("bob", terminal(80))
		p.sees("──  from whoever runs this server  ──", "  be kind", "This is sshchat", "signup NAME")
		if _, err := w.chat.BeginRaid(w.Context(), 0, byRoot); err != nil {
			t.Fatal(err)
		}
		w.posts(w.chat.SetBanner, "")
		p = w.visit("bob", terminal(80))
		p.sees("This is sshchat", "login NAME")
		p.sawNothingOf("signup NAME")
		if strings.Contains(p.came(), "whoever runs") {
			t.Errorf("bob sees\n%s", p.came())
		}
		p.types("signup bob", "login bob", "wrong", "whoelse", "help")
		p.sees("no new accounts for now", "wrong name or password — login NAME tries again", "log in first — login NAME", "  help [COMMAND]")
		if came := p.came(); strings.Contains(came, "signup NAME") || strings.Contains(came, "signup [NAME]") {
			t.Errorf("bob is offered what is refused:\n%s", came)
		}
	})
}

// The time of a raid is over without anybody's doing, and whoever is online is told.
func TestARaidIsOverByItself(t *testing.T) {
	inWorld(t, func(w *world) {
		ctx, stop := context.WithCancel(w.Context())
		var running sync.WaitGroup
		running.Go(func() { w.chat.Run(ctx) })
		defer running.Wait()
		defer stop()
		bob := w.signUp("bob", terminal(80))
		if _, err := w.chat.BeginRaid(w.Context(), time.Hour, byRoot); err != nil {
			t.Fatal(err)
		}
		bob.sees("raid mode is on for 60 min")
		time.Sleep(time.Hour - time.Second)
		bob.sawNothingOf("raid mode is over")
		if _, err := w.chat.BeginRaid(w.Context(), time.Hour, byRoot); err != nil { // for longer
			t.Fatal(err)
		}
		bob.sees("raid mode is on for 60 min")
		time.Sleep(time.Hour - time.Second)
		bob.sawNothingOf("raid mode is over")
		time.Sleep(2 * time.Second)
		bob.sees("raid mode is over")
		if err := w.chat.EndRaid(w.Context(), byRoot); err == nil {
			t.Error("it is ended twice")
		}
		synctest.Wait()
	})
}

// What somebody may be told who may say nothing stands between rules, as all that the server says.
func TestSomebodyIsToldThatTheyAreMuted(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		bob.skips()
		if _, _, err := w.chat.Mute(w.Context(), "bob", time.Hour, sanitize.Line("spam"), byRoot); err != nil {
			t.Fatal(err)
		}
		bob.seesOnly("──  an administrator has muted you: nothing that you say is sent for 60 min: spam  ──")
		bob.types("broadcast hi")
		bob.seesOnly("not sent: you are muted by an administrator, 60 min left: spam")
		if _, err := w.chat.Unmute(w.Context(), "bob", byRoot); err != nil {
			t.Fatal(err)
		}
		bob.seesOnly("──  you are not muted any more  ──")
		bob.types("reply hi")
		bob.seesOnly("nobody has written to you yet — message WHO TEXT") // the server is nobody to reply to
	})
}
