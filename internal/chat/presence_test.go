package chat_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func (p *person) isAway(text string) {
	p.w.Helper()
	if err := p.on.chat.SetAway(p.w.Context(), p.me(), sanitize.Message(text)); err != nil {
		p.w.Fatal(err)
	}
}

// finds is how one person finds another by whoelse and by whois, which must say the same.
func (p *person) finds(who string) chat.Presence {
	p.w.Helper()
	ps, err := p.on.chat.WhoElse(p.w.Context(), p.me())
	if err != nil {
		p.w.Fatal(err)
	}
	is, err := p.on.chat.WhoIs(p.w.Context(), p.me(), who)
	if err != nil {
		p.w.Fatal(err)
	}
	for _, x := range ps {
		if string(x.Name) != who {
			continue
		}
		if also := (chat.Presence{Person: is.Person, Since: is.OnlineSince, Away: is.Away, DND: is.DND}); x != also {
			p.w.Errorf("whoelse says %+v, whois %+v", x, also)
		}
		return x
	}
	return chat.Presence{}
}

// arrives is what a session does once its login has begun; it returns whom the person is told of.
func (p *person) arrives() string {
	p.w.Helper()
	here, err := p.on.chat.Arrive(p.w.Context(), p.me())
	if err != nil {
		p.w.Fatal(err)
	}
	return called(here)
}

func called(ps []chat.Person) (s string) {
	for _, p := range ps {
		s += string(p.Name) + " "
	}
	return s
}

func (p *person) watches(who string) error {
	return failure(p.on.chat.Watch(p.w.Context(), p.me(), who))
}

func TestWhoIsAwaySaysSoUntilTheyAreBack(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	w.refused(w.chat.Back(t.Context(), bob.me()), chat.Invalid, "you are not away")
	bob.isAway(" lunch ")
	if got := alice.finds("bob").Away.String(); got != "lunch" {
		t.Errorf("away: %q", got)
	}
	bob.isAway("")
	if got := alice.finds("bob").Away.String(); got != chat.JustAway {
		t.Errorf("away without a word: %q", got)
	}
	for _, text := range []string{"two\nlines", strings.Repeat("x", 101)} {
		w.refused(w.chat.SetAway(t.Context(), bob.me(), sanitize.Message(text)), chat.TooLong, "one line of at most 100 bytes")
	}
	if err := w.chat.Back(t.Context(), bob.me()); err != nil || !alice.finds("bob").Away.IsEmpty() {
		t.Errorf("back: %v, %+v", err, alice.finds("bob"))
	}
	bob.isAway("gone")
	bob.logsOut()
	w.refused(w.chat.SetAway(t.Context(), bob.me(), sanitize.Text{}), chat.LoggedOut)
	w.login("bob")
	if !alice.finds("bob").Away.IsEmpty() {
		t.Error("being away outlives the login")
	}
}

// Whoever blocks somebody does not have to read what they say of themselves.
func TestTheWordsOfWhoIsBlockedAreNotShown(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	bob.isAway("spam")
	if err := w.chat.SaveSettings(t.Context(), bob.me(), chat.Settings{About: "more spam"}); err != nil {
		t.Fatal(err)
	}
	about := func() string {
		p, err := w.chat.WhoIs(t.Context(), alice.me(), "bob")
		if err != nil {
			t.Fatal(err)
		}
		return p.About.String()
	}
	if about() != "more spam" || alice.finds("bob").Away.String() != "spam" {
		t.Errorf("%q, %+v", about(), alice.finds("bob"))
	}
	whereabouts := func() (chat.Presence, bool) {
		p, online, err := w.chat.Whereabouts(t.Context(), alice.me(), bob.begun.User)
		if err != nil {
			t.Fatal(err)
		}
		return p, online
	}
	if p, online := whereabouts(); !online || p != alice.finds("bob") {
		t.Errorf("he is at %+v, %v", p, online)
	}
	alice.blocks("bob")
	if p, _ := whereabouts(); p != alice.finds("bob") {
		t.Errorf("across a block he is at %+v", p)
	}
	if about() != "" || alice.finds("bob").Away.String() != chat.JustAway {
		t.Errorf("across a block: %q, %+v", about(), alice.finds("bob"))
	}
	bob.logsOut()
	if p, online := whereabouts(); online || p != (chat.Presence{}) {
		t.Errorf("he is gone, and at %+v", p)
	}
}

func TestDoNotDisturb(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	set := func(d time.Duration) (chat.Settings, error) {
		return w.chat.SetDND(t.Context(), bob.me(), chat.Settings{Bell: chat.BellAll}, w.clock.Now().Add(d))
	}
	w.refused(failure(set(30*24*time.Hour+time.Second)), chat.Invalid, "more than 30 days")
	likes, err := set(2 * time.Hour)
	if err != nil || likes.Bell != chat.BellAll {
		t.Fatalf("%+v, %v", likes, err)
	}
	if got := alice.finds("bob").DND; !got.Equal(w.clock.Now().Add(2 * time.Hour)) {
		t.Errorf("until %v", got)
	}
	bob.logsOut()
	bob = w.login("bob")
	if bob.begun.Settings != likes {
		t.Errorf("after the login %+v, before %+v", bob.begun.Settings, likes)
	}
	w.clock.forward(2 * time.Hour)
	if got := alice.finds("bob").DND; !got.IsZero() {
		t.Errorf("afterwards until %v", got)
	}
}

func TestSeen(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	seen := func() chat.Sighting {
		s, err := w.chat.Seen(t.Context(), alice.me(), "BOB")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	came := w.clock.Now()
	w.clock.forward(time.Hour)
	if s := seen(); !s.Since.Equal(came) || !s.Until.IsZero() {
		t.Errorf("while he is here: %+v", s)
	}
	bob.logsOut()
	left := w.clock.Now()
	w.clock.forward(time.Hour)
	if s := seen(); !s.Since.IsZero() || !s.Until.Equal(left) {
		t.Errorf("when he has left: %+v", s)
	}
	if _, err := w.store.CreateUser(t.Context(), chat.NewUser{Name: "carol"}); err != nil {
		t.Fatal(err)
	}
	if s, err := w.chat.Seen(t.Context(), alice.me(), "carol"); err != nil || !s.Since.IsZero() || !s.Until.IsZero() {
		t.Errorf("who was never here: %+v, %v", s, err)
	}
	w.refused(failure(w.chat.Seen(t.Context(), alice.me(), "nemo")), chat.NotFound)
	w.refused(failure(w.chat.Seen(t.Context(), alice.me(), "alice")), chat.Invalid, "yourself")
}

func TestOneIsToldOnceOfWhomOneWatchesFor(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	w.refused(alice.watches("bob"), chat.Invalid, "bob is online already")
	w.refused(alice.watches("alice"), chat.Invalid, "yourself")
	w.refused(alice.watches("nemo"), chat.NotFound)
	bob.logsOut()
	if err := alice.watches("bob"); err != nil {
		t.Fatal(err)
	}
	w.refused(alice.watches("BOB"), chat.Invalid, "you watch for bob already")
	for _, want := range []string{"bob ", ""} {
		bob = w.login("bob")
		if got := bob.arrives(); got != "" {
			t.Errorf("bob is told of %q", got)
		}
		if got := called(alice.inbox.Arrivals()); got != want {
			t.Errorf("alice is told of %q, want %q", got, want)
		}
		bob.logsOut()
	}
	w.refused(failure(w.chat.Unwatch(t.Context(), alice.me(), "bob")), chat.Invalid, "you do not watch for bob")
}

func TestWhoIsHereWhenTheWatcherComes(t *testing.T) {
	w := newWorld(t)
	alice := w.signUp("alice")
	for _, name := range []string{"bob", "carol", "dave"} {
		w.signUp(name).logsOut()
		if err := alice.watches(name); err != nil {
			t.Fatal(err)
		}
	}
	alice.logsOut()
	for _, name := range []string{"dave", "bob"} {
		w.login(name).arrives()
	}
	alice = w.login("alice")
	if got := alice.arrives(); got != "bob dave " {
		t.Errorf("alice finds %q", got)
	}
	if ps, err := w.chat.Watches(t.Context(), alice.me()); err != nil || called(ps) != "carol " {
		t.Errorf("she still watches for %v, %v", ps, err)
	}
}

// A hub knows the sessions of its own node: who watches from another one is told at their next login.
func TestWhoWatchesFromAnotherNode(t *testing.T) {
	w := newWorld(t)
	other := w.start(2)
	alice := w.signUp("alice")
	w.signUp("bob").logsOut()
	if err := alice.watches("bob"); err != nil {
		t.Fatal(err)
	}
	bob := w.loginOn(other, "bob")
	if got := bob.arrives() + called(alice.inbox.Arrivals()); got != "" {
		t.Errorf("somebody is told of %q", got)
	}
	alice.logsOut()
	if got := w.login("alice").arrives(); got != "bob " {
		t.Errorf("alice finds %q", got)
	}
}

func TestNobodyIsToldAcrossABlock(t *testing.T) {
	for _, blocker := range []string{"alice", "bob"} {
		w := newWorld(t)
		alice, bob := w.signUp("alice"), w.signUp("bob")
		if blocker == "alice" {
			alice.blocks("bob")
		} else {
			bob.blocks("alice")
		}
		bob.logsOut()
		if err := alice.watches("bob"); err != nil {
			t.Errorf("%s blocks, and the watch is refused: %v", blocker, err)
		}
		bob = w.login("bob")
		got := bob.arrives() + called(alice.inbox.Arrivals())
		alice.logsOut()
		if got += w.login("alice").arrives(); got != "" {
			t.Errorf("%s blocks, and somebody is told of %q", blocker, got)
		}
	}
}

func TestOneCanWatchForAHundred(t *testing.T) {
	w := newWorld(t)
	alice := w.signUp("alice")
	for i := range chat.MaxWatches + 1 {
		if _, err := w.store.CreateUser(t.Context(), chat.NewUser{Name: chat.Name(fmt.Sprintf("u%d", 100+i))}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range chat.MaxWatches {
		if err := alice.watches(fmt.Sprintf("u%d", 100+i)); err != nil {
			t.Fatal(err)
		}
	}
	w.refused(alice.watches("u200"), chat.Busy, "you watch for 100 people")
}

func TestACrowdNamesAFew(t *testing.T) {
	var c chat.Crowd
	for i := range chat.UserID(200) {
		c.Add(chat.Person{ID: i})
	}
	if c.Count != 200 || len(c.Named) != chat.MostNamed || c.Named[4].ID != 4 {
		t.Errorf("%+v", c)
	}
}
