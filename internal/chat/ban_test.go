package chat_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
)

var byRoot = chat.Audit{Actor: "uid 0", Via: "console", Action: "test"}

func account(name string) chat.BanTarget { return chat.BanTarget{Kind: chat.BanAccount, What: name} }

// ban bans what somebody has typed, and returns why that was not done.
func (w *world) ban(typed string, length time.Duration, why string) error {
	w.Helper()
	target, err := chat.ParseBanTarget(typed)
	if err == nil {
		_, err = w.chat.Ban(w.Context(), target, length, line(why), byRoot)
	}
	return err
}

func (w *world) unban(typed string) error {
	w.Helper()
	target, err := chat.ParseBanTarget(typed)
	if err == nil {
		_, err = w.chat.Unban(w.Context(), target, byRoot)
	}
	return err
}

func (w *world) mustDo(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// from is an attempt to log in from an address by a client.
func from(name, address, client string) chat.Attempt {
	a := attempt(name)
	a.Remote, a.Client = at(address), client
	return a
}

// local is how the end of what begins now is shown.
func (w *world) local(d time.Duration) string {
	return w.clock.Now().Add(d).Local().Format("2 Jan 2006 15:04 MST")
}

func TestBanTargets(t *testing.T) {
	const key = "SHA256:n9tOg0xnBNdQlfAm3Yh31jIT0XBmVmVwP7vWLPTmXZ8"
	for typed, want := range map[string]chat.BanTarget{
		"bob":                    {Kind: chat.BanAccount, What: "bob"},
		"192.0.2.7":              {Kind: chat.BanAddress, What: "192.0.2.7"},
		"192.0.2.7/32":           {Kind: chat.BanAddress, What: "192.0.2.7"},
		"192.0.2.7/24":           {Kind: chat.BanAddress, What: "192.0.2.0/24"},
		"::ffff:192.0.2.7":       {Kind: chat.BanAddress, What: "192.0.2.7"},
		"::ffff:192.0.2.7/120":   {Kind: chat.BanAddress, What: "192.0.2.0/24"},
		"fe80::1%eth0":           {Kind: chat.BanAddress, What: "fe80::1"},
		"2001:DB8::1/64":         {Kind: chat.BanAddress, What: "2001:db8::/64"},
		"key=" + key:             {Kind: chat.BanKey, What: key},
		"client=SSH-2.0-libssh*": {Kind: chat.BanClient, What: "SSH-2.0-libssh*"},
	} {
		got, err := chat.ParseBanTarget(typed)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", typed, got, err)
		}
		if again, err := chat.ParseBanTarget(got.String()); err != nil || again != got {
			t.Errorf("%s: as it is shown it is %+v, %v", typed, again, err)
		}
	}
	w := newWorld(t)
	for _, typed := range []string{"192.0.2", "192.0.2.7/33", "a/b", "fe80::1%eth0/64", "key=", "key=MD5:00", "key=SHA256:short",
		"key=" + key + "=", "client=", "client=\x1b[31m", "client=" + strings.Repeat("x", 129)} {
		_, err := chat.ParseBanTarget(typed)
		w.refused(err, chat.Usage)
	}
}

func TestWhatBansEverybody(t *testing.T) {
	for typed, want := range map[string]bool{
		"0.0.0.0/0": true, "::/0": true, "192.0.2.7/0": true, "client=*": true, "client=**": true,
		"0.0.0.0/1": false, "client=*x": false, "bob": false,
	} {
		if target, err := chat.ParseBanTarget(typed); err != nil || target.IsEverybody() != want {
			t.Errorf("%s: %v, %v", typed, target.IsEverybody(), err)
		}
	}
}

// That is what whoever writes to them is told: there is nothing more to learn from it.
func TestWhoIsKeptOutIsInvitedByNobody(t *testing.T) {
	w := newWorld(t)
	alice := w.signUp("alice")
	w.signUp("bob").logsOut()
	w.signUp("carol").logsOut()
	room, _, err := w.chat.Join(t.Context(), alice.me(), "#ops")
	w.mustDo(err)
	_, err = w.chat.Ban(t.Context(), chat.BanTarget{Kind: chat.BanAccount, What: "bob"}, time.Hour, line("spam"), byRoot)
	w.mustDo(err)
	_, err = w.chat.Disable(t.Context(), "carol", line(""), byRoot)
	w.mustDo(err)
	invite := func(name string) error {
		_, err := w.chat.Govern(t.Context(), alice.me(), room, chat.Invite, name, line(""))
		return err
	}
	for _, name := range []string{"bob", "carol"} {
		told := alice.sends(name, "x")
		if err := invite(name); err == nil || told == nil || err.Error() != told.Error() {
			t.Errorf("to invite %s: %v; to write: %v", name, err, told)
		}
	}
	w.clock.forward(time.Hour)
	w.mustDo(invite("bob"))
}

// The person is told how long, and why; when the time is over they come in, and can be written to, without anybody's doing.
func TestABanOfAnAccountRunsOut(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signUp("alice"), w.signUp("bob")
	w.mustDo(w.ban("bob", time.Hour, "spam"))
	w.refused(bob.evicted, chat.Banned, "banned by an administrator until", "spam")
	w.refused(failure(w.tryLogin(w.node, attempt("bob"))), chat.Banned, "this account is banned until "+w.local(time.Hour)+": spam")
	w.refused(w.ban("bob", 0, ""), chat.Invalid, "bob is banned already")
	w.clock.forward(time.Hour - time.Microsecond)
	w.refused(alice.sends("bob", "hi"), chat.NotFound)
	w.refused(failure(w.tryLogin(w.node, attempt("bob"))), chat.Banned)
	w.clock.forward(time.Microsecond)
	alice.says("bob", "are you back?")
	w.refused(w.unban("bob"), chat.Invalid, "bob is not banned")
	again := w.login("bob")
	again.sees("alice → bob  are you back?")
	again.says("alice", "yes")
	w.mustDo(w.ban("bob", 0, "")) // and another, for good
	w.clock.forward(1000 * time.Hour)
	w.refused(failure(w.tryLogin(w.node, attempt("bob"))), chat.Banned, "this account is banned —")
	w.mustDo(w.unban("BOB"))
	w.login("bob")
}

func TestABanOfAnAddressEndsWhoIsThereAndKeepsOut(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob").logsOut()
	w.signUp("carol").logsOut()
	bob, err := w.tryLogin(w.node, from("bob", "192.0.2.77:1", "x"))
	w.mustDo(err)
	carol, err := w.tryLogin(w.node, from("carol", "198.51.100.1:1", "x"))
	w.mustDo(err)
	w.mustDo(w.ban("192.0.2.0/24", time.Hour, "flood"))
	w.refused(bob.evicted, chat.Banned, "your address was banned", "flood")
	if carol.evicted != nil {
		t.Errorf("carol was told %v", carol.evicted)
	}
	why := w.chat.RefuseAddress(netip.MustParseAddr("::ffff:192.0.2.99"))
	if why != "your address is banned until "+w.local(time.Hour)+": flood" {
		t.Errorf("refused with %q", why)
	}
	for _, other := range []string{"192.0.3.1", "::1", "2001:db8::1"} {
		if why := w.chat.RefuseAddress(netip.MustParseAddr(other)); why != "" {
			t.Errorf("%s is refused: %s", other, why)
		}
	}
	// Who had connected before is at the dialogue still.
	w.refused(failure(w.tryLogin(w.node, from("bob", "192.0.2.78:1", "x"))), chat.Banned, "your address")
	w.refused(failure(w.trySignUp(from("dave", "192.0.2.78:1", "x"))), chat.Banned, "your address")
	w.clock.forward(time.Hour)
	if why := w.chat.RefuseAddress(netip.MustParseAddr("192.0.2.99")); why != "" {
		t.Errorf("after an hour: %s", why)
	}
	w.mustDo(failure(w.tryLogin(w.node, from("bob", "192.0.2.78:1", "x"))))
	w.refused(w.unban("192.0.2.0/24"), chat.Invalid, "not banned")
	w.mustDo(w.ban("192.0.2.0/24", 0, "")) // the one that has run out is not in the way
	w.refused(w.ban("192.0.2.9/24", 0, ""), chat.Invalid, "192.0.2.0/24 is banned already")
}

func TestABanOfAClient(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob") // by SSH-2.0-test
	w.mustDo(w.ban("client=ssh-?.0-T*t", 0, ""))
	w.refused(bob.evicted, chat.Banned, "your ssh client was banned")
	for version, banned := range map[string]bool{
		"SSH-2.0-test": true, "SSH-2.0-tt": true, "SSH-2.0-t": false, "SSH-2.0-test2": false, "xSSH-2.0-test": false, "": false,
	} {
		if got := w.chat.RefuseClient(version) != ""; got != banned {
			t.Errorf("%q is refused: %v", version, got)
		}
	}
	w.refused(failure(w.tryLogin(w.node, attempt("bob"))), chat.Banned)
	w.mustDo(w.unban("client=ssh-?.0-T*t"))
	w.login("bob")
}

func TestABanOfAKey(t *testing.T) {
	w := newWorld(t)
	const key = "SHA256:n9tOg0xnBNdQlfAm3Yh31jIT0XBmVmVwP7vWLPTmXZ8"
	w.mustDo(w.ban("key="+key, time.Hour, "stolen"))
	if why := w.chat.RefuseKey(key); !strings.Contains(why, "your key is banned until") || !strings.Contains(why, "stolen") {
		t.Errorf("refused with %q", why)
	}
	if why := w.chat.RefuseKey("SHA256:other"); why != "" {
		t.Errorf("another key: %s", why)
	}
	w.clock.forward(time.Hour)
	if why := w.chat.RefuseKey(key); why != "" {
		t.Errorf("after an hour: %s", why)
	}
}

// Somebody whose login begins while the ban is made is not left over.
func TestABanEndsWhoLogsInMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob").logsOut()
	bans := &meanwhile{person: &person{w: w, on: w.node}, do: func() { w.mustDo(w.ban("192.0.2.1", 0, "")) }}
	_, err := w.chat.Login(t.Context(), attempt("bob"), bans)
	w.refused(err, chat.Banned, "your address")
	if online, err := w.chat.Logins(t.Context()); err != nil || len(online) != 0 {
		t.Errorf("online: %v, %v", online, err)
	}
}

// meanwhile is somebody to whom something happens between their password and their login.
type meanwhile struct {
	*person
	do func()
}

func (m *meanwhile) Admit() error { m.do(); return nil }

func TestBansAreListedAndOutliveARestart(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	w.mustDo(w.ban("bob", time.Hour, "spam"))
	w.clock.forward(time.Minute)
	w.mustDo(w.ban("192.0.2.0/24", 0, ""))
	w.mustDo(w.ban("client=*bot*", time.Minute, ""))
	list := func() (all []string) {
		bans, err := w.chat.Bans(t.Context())
		w.mustDo(err)
		for _, b := range bans {
			all = append(all, fmt.Sprintf("%s by %s for %v: %s", b, b.Actor, max(0, b.Until.Sub(b.Since)), b.Reason))
		}
		return all
	}
	want := []string{"192.0.2.0/24 by uid 0 for 0s: ", "client=*bot* by uid 0 for 1m0s: ", "bob by uid 0 for 1h0m0s: spam"}
	if diff := cmp.Diff(want, list()); diff != "" {
		t.Errorf("the newest first (-want +got):\n%s", diff)
	}
	w.node = w.start(1)
	w.mustDo(w.chat.Load(t.Context()))
	if w.chat.RefuseAddress(netip.MustParseAddr("192.0.2.1")) == "" {
		t.Error("after a restart nobody is refused")
	}
	w.clock.forward(time.Hour)
	if diff := cmp.Diff(want[:1], list()); diff != "" {
		t.Errorf("when two have run out (-want +got):\n%s", diff)
	}
}

func TestTheMostBans(t *testing.T) {
	w := newWorld(t)
	for i := range chat.MaxClientBans {
		w.mustDo(w.ban(fmt.Sprintf("client=bot%d", i), time.Hour, ""))
	}
	w.refused(w.ban("client=one more", 0, ""), chat.Busy, "bans")
	w.mustDo(w.ban("192.0.2.1", 0, ""))
	w.clock.forward(time.Hour)
	w.mustDo(w.ban("client=one more", 0, ""))
}

// The pattern that backtracks most is done at once.
func TestAPatternTakesNoTime(t *testing.T) {
	w := newWorld(t)
	w.mustDo(w.ban("client="+strings.Repeat("*a", 64), 0, ""))
	if why := w.chat.RefuseClient(strings.Repeat("a", 63) + strings.Repeat("b", 65)); why != "" {
		t.Error(why)
	}
}

func FuzzBanTargets(f *testing.F) {
	for _, seed := range []string{"bob", "192.0.2.7/24", "::ffff:192.0.2.7/97", "::/0", "fe80::1%x", "key=SHA256:", "client=*?*", "/", "1.2.3.4/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		target, err := chat.ParseBanTarget(typed)
		if err != nil {
			if _, ok := chat.AsRefusal(err); !ok {
				t.Fatalf("%q: %v", typed, err)
			}
			return
		}
		if again, err := chat.ParseBanTarget(target.String()); err != nil || again != target {
			t.Errorf("%q is %+v, and as that is shown %+v, %v", typed, target, again, err)
		}
	})
}

// BenchmarkRefuseAddress is what 10,000 bans cost an accept.
func BenchmarkRefuseAddress(b *testing.B) {
	s := chat.New(chat.Config{Store: manyBans{}, Now: time.Now})
	if err := s.Load(context.Background()); err != nil {
		b.Fatal(err)
	}
	addr := netip.MustParseAddr("203.0.113.9")
	for b.Loop() {
		if s.RefuseAddress(addr) != "" {
			b.Fatal("refused")
		}
	}
}

type manyBans struct{ chat.Store }

func (manyBans) Bans(context.Context) (all []chat.Ban, err error) {
	for i := range 10_000 {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0}), 17+i%16).Masked()
		all = append(all, chat.Ban{BanTarget: chat.BanTarget{Kind: chat.BanAddress, What: p.String()}})
	}
	return all, nil
}

// Who is kept out when they have chosen their password has not changed it.
func TestABanKeepsThePasswordThatMustChange(t *testing.T) {
	w := newWorld(t)
	w.mustDo(w.enrol("alice"))
	w.mustDo(w.ban("192.0.2.0/24", 0, ""))
	a := from("alice", "192.0.2.7:1", "")
	a.Password = oneTime
	_, err := w.chat.LoginAnew(t.Context(), a, "another password 7", &person{w: w, on: w.node})
	w.refused(err, chat.Banned, "banned")
	if u, err := w.store.UserByKey(t.Context(), "alice"); err != nil || !u.MustChange || u.Password != "plain:"+oneTime {
		t.Errorf("the account is %+v, %v", u, err)
	}
}
