package command

import (
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/render"
)

func TestWhatIsSaidOfBeingHere(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	bob.isRefused("back", "you are not away")
	bob.reads("away lunch", "others see that you are away: lunch; back ends it")
	alice.reads("whoelse", "bob  since 14:02, away: lunch")
	bob.reads("away", "others see that you are away; back ends it")
	alice.reads("wholasthr", "bob  since 14:02, away")
	bob.isRefused("away one\ntwo", "not done: that is one line of at most 100 bytes — shorten it")
	bob.reads("back", "others see that you are back")
	alice.reads("whoelse", "bob  since 14:02")
	alice.reads("seen bob", "bob is online since 14:02")
	alice.isRefused("seen nemo", `no user "nemo"`)
	alice.reads("watch", "you watch for nobody")
	alice.isRefused("watch bob", "bob is online already — message bob TEXT")
	alice.isRefused("unwatch bob", "you do not watch for bob — watch lists whom you do")
}

func TestDND(t *testing.T) {
	h := newHouse(t) // at 14:02
	alice, bob := h.signUp("alice"), h.signUp("bob")
	bob.reads("dnd", "you can be disturbed")
	bob.reads("dnd 17:30", "nothing rings until 17:30; dnd off ends it")
	alice.reads("whoelse", "bob  since 14:02, do not disturb until 17:30")
	bob.reads("dnd 9:00", "nothing rings until 26 Nov 09:00; dnd off ends it")
	bob.reads("dnd 14:02", "nothing rings until 26 Nov 14:02; dnd off ends it")
	bob.reads("dnd 2h", "nothing rings until 16:02; dnd off ends it")
	bob.reads("dnd OFF", "you can be disturbed")
	alice.reads("whoelse", "bob  since 14:02")
	for _, typed := range []string{"25:00", "soon", "17:3", "-2h", "17:30:00"} {
		bob.isRefused("dnd "+typed, "until when? — dnd 17:30, dnd 2h, or dnd off")
	}
	bob.isRefused("dnd 31d", "not done: that is more than 30 days — take a shorter time")
	e, err := bob.runs("dnd 30d")
	if err != nil || e.Likes == nil || !e.Likes.DND.Equal(h.now.Add(30*24*time.Hour)) {
		t.Errorf("%+v, %v", e, err)
	}
}

// The next 17:30 is one of where the person is, also across a change of the clocks.
func TestUntilATimeOfDay(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	c := &Call{View: render.Viewer{Zone: paris}}
	for _, x := range []struct{ now, typed, want string }{
		{"2026-11-25T14:02:00Z", "17:30", "2026-11-25T16:30:00Z"},
		{"2026-11-25T16:30:00Z", "17:30", "2026-11-26T16:30:00Z"},
		{"2026-11-25T23:30:00Z", "00:10", "2026-11-26T23:10:00Z"},
		{"2026-03-28T21:00:00Z", "09:00", "2026-03-29T07:00:00Z"},
		{"2026-12-31T22:59:00Z", "00:00", "2026-12-31T23:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, x.now)
		if err != nil {
			t.Fatal(err)
		}
		if at, ok := c.until(x.typed, now); !ok || at.UTC().Format(time.RFC3339) != x.want {
			t.Errorf("%s at %s: %v, %v, want %s", x.typed, x.now, at.UTC(), ok, x.want)
		}
	}
}

func FuzzUntil(f *testing.F) {
	for _, seed := range []string{"17:30", "2h", "9999999999999d", "24:00", "-1:-1", "1h30m", "0", "", ":"} {
		f.Add(seed)
	}
	now := time.Date(2026, 11, 25, 14, 2, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, typed string) {
		at, ok := (&Call{View: render.Viewer{Zone: time.UTC}}).until(typed, now)
		if ok && (!at.After(now) || at.Sub(now) > longestSpan) {
			t.Errorf("%q is %v", typed, at)
		}
	})
}

func TestASettingIsShownAndTakesTheRestOfTheLine(t *testing.T) {
	alice := newHouse(t).signUp("alice")
	alice.reads("settings highlight deploy, on call", `highlight is "deploy on call" now`)
	alice.reads("settings about I mend  the printer", `about is "I mend  the printer" now`)
	alice.reads("whois alice", "name           alice (you)\nonline         since 14:02\naccount since  Wed 25 Nov 2026\nabout          I mend  the printer")
	alice.reads("settings about -", "about is empty now")
	alice.reads("settings bell", "bell    off\nmeans   what rings: a mention, a message to you too, or all\ncan be  one of off, mention, direct, all")
	alice.isRefused("settings bell off now", `bell cannot be "off now" — bell is one of off, mention, direct, all`)
	alice.isRefused("settings about one\ntwo", `about cannot be "one\ntwo" — about is one line of at most 200 bytes, or - for none`)
	alice.isRefused("settings font", `no setting "font" — settings lists them`)
	e, err := alice.runs("settings LINEAR on")
	if err != nil || e.Likes == nil || e.Likes.Linear != chat.On {
		t.Errorf("%+v, %v", e, err)
	}
	e, err = alice.runs("help settings")
	if err != nil || !strings.Contains(e.Text, "allow-passthrough") {
		t.Errorf("%s, %v", e.Text, err)
	}
}
