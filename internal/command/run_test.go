package command

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
	"sshchat/internal/password"
	"sshchat/internal/render"
	"sshchat/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const goodPassword = "correct horse"

// house is a service in which people type commands.
type house struct {
	*testing.T
	chat *chat.Service
	now  time.Time
	path string // of the database
}

func newHouse(t *testing.T, change ...func(*chat.Rules)) *house {
	t.Helper()
	h := &house{T: t, now: time.Date(2026, 11, 25, 14, 2, 0, 0, time.UTC), path: filepath.Join(t.TempDir(), "chat.db")}
	now := func() time.Time { return h.now }
	s, err := store.Open(t.Context(), h.path, store.Settings{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	n, err := s.StartNode(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	rules := chat.Rules{MessageBytes: 100, MessageLines: 5, MinPassword: 8,
		Locks: chat.LockPolicy{Strikes: 3, Lockout: time.Minute}}
	for _, f := range change {
		f(&rules)
	}
	h.chat = chat.New(chat.Config{
		Store: s, Sessions: delivery.New(s, slog.New(slog.DiscardHandler)), Node: n, Now: now,
		Passwords: plainly{}, Weakness: password.Weakness, Rules: rules,
	})
	return h
}

// sql changes the database by other means than commands.
func (h *house) sql(statement string) {
	h.Helper()
	db, err := sql.Open("sqlite", h.path)
	if err != nil {
		h.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(h.Context(), statement); err != nil {
		h.Fatal(err)
	}
}

// plainly stores passwords as they are: these tests are not about hashing.
type plainly struct{}

func (plainly) Hash(_ context.Context, _ int, _, password string) (string, error) {
	return "plain:" + password, nil
}

// oneTime is the password that chance makes here.
const oneTime = "abcd-efgh-jkmn-pqrs"

func (plainly) Random() (password, stored string) { return oneTime, "plain:" + oneTime }

func (plainly) Verify(_ context.Context, _ int, _, stored, password string) (ok, outdated bool, err error) {
	return stored == "plain:"+password, false, nil
}

// nobody is a session that is there and never ended.
type nobody struct{}

func (nobody) Admit() error                                       { return nil }
func (nobody) Alive(context.Context) bool                         { return true }
func (nobody) Evict(_ context.Context, _ error) (p chat.Progress) { return p }

// person types commands and answers what they ask.
type person struct {
	h       *house
	me      chat.Actor
	user    string // by which their ssh calls them
	plain   bool   // they have no terminal
	console Console
	answers []string // to the questions to come; when there are none, they are cancelled
	asked   []Question
}

func (p *person) ask(_ context.Context, q Question) (string, error) {
	p.asked = append(p.asked, q)
	if len(p.answers) == 0 {
		return "", Cancelled
	}
	a := p.answers[0]
	p.answers = p.answers[1:]
	return a, nil
}

// runs types a line and returns what comes of it.
func (p *person) runs(line string, answers ...string) (Effect, error) {
	p.h.Helper()
	parsed, err := Parse(line, p.me.Name, chat.Conversation{})
	if err != nil {
		return Effect{}, err
	}
	if parsed.Line != nil {
		return Effect{}, Send(p.h.Context(), p.h.chat, p.me, []Parsed{parsed})[0].Err
	}
	p.answers, p.asked = answers, nil
	e, err := parsed.Run(p.h.Context(), &Call{
		Parsed: parsed, Chat: p.h.chat, Me: p.me, Session: nobody{}, Ask: p.ask, Console: p.console,
		Now:     func() time.Time { return p.h.now },
		View:    render.Viewer{Width: 80, Zone: time.UTC, Me: p.me.ID, Plain: p.plain},
		Visitor: Visitor{Remote: netip.MustParseAddrPort("192.0.2.1:50000"), Client: "SSH-2.0-test", User: p.user},
	})
	if e.Begun != nil {
		p.me = e.Begun.Actor()
	}
	return e, err
}

// reads checks the answer to a line.
func (p *person) reads(line, want string, answers ...string) {
	p.h.Helper()
	e, err := p.runs(line, answers...)
	if err != nil {
		p.h.Fatalf("%s: %v", line, err)
	}
	if got := strings.TrimSuffix(e.Text, "\n"); got != want {
		p.h.Errorf("%s: the answer is\n%s\nwant\n%s", line, got, want)
	}
}

// isRefused checks that a line is refused, in these words.
func (p *person) isRefused(line, want string, answers ...string) {
	p.h.Helper()
	_, err := p.runs(line, answers...)
	if err == nil {
		p.h.Fatalf("%s is done", line)
	}
	r, ok := Explain(err)
	if !ok {
		p.h.Fatalf("%s: a fault: %v", line, err)
	}
	if r.Error() != want {
		p.h.Errorf("%s is refused with\n%s\nwant\n%s", line, r, want)
	}
}

func (h *house) signUp(name string) *person {
	h.Helper()
	p := &person{h: h}
	if _, err := p.runs("signup "+name, goodPassword, goodPassword); err != nil {
		h.Fatal(err)
	}
	return p
}

func TestWhatEachCommandAnswers(t *testing.T) {
	h := newHouse(t)
	alice := h.signUp("alice")
	h.now = h.now.Add(2 * time.Hour)
	bob := h.signUp("bob")

	bob.reads("wholasthr", "nobody else logged in within the last hour")
	bob.reads("wholast 2h", "alice  since 14:02")
	alice.reads("whoelse", "bob  since 16:02")
	alice.reads("who", "bob  since 16:02")
	alice.reads("wholasthr", "bob  since 16:02")
	h.now = h.now.Add(time.Hour + time.Second)
	alice.reads("wholasthr", "nobody else logged in within the last hour")
	alice.reads("wholast 61", "bob  since 16:02")
	alice.reads("wholast 1h1m", "bob  since 16:02")
	alice.reads("sent", "you have sent nothing yet")
	alice.reads("message bob hi", "")
	alice.reads("broadcast hello all", "")
	bob.reads("reply yes", "")
	alice.reads("sent 1", "#1 17:02 → bob  hi   bob: online, on its way")
	alice.reads("sent #1", "#1 17:02 → bob  hi   bob: online, on its way")
	alice.reads("blocked", "you block nobody")
	alice.reads("block bob", "blocked bob; they are told if they write to you")
	alice.reads("blocked", "bob")
	alice.reads("whois BOB", "name           bob\nonline         since 16:02\naccount since  Wed 25 Nov 2026\nblocked        by you")
	alice.reads("unblock bob", "unblocked bob; what they sent meanwhile stays hidden")
	alice.reads("passwd", "your password is changed", goodPassword, "another horse", "another horse")
}

func TestWhatEachCommandRefuses(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	bob.reads("block alice", "blocked alice; they are told if they write to you")
	cases := []struct{ line, want string }{
		{"message bobb hi", `no user "bobb" — did you mean bob?`},
		{"message nemo hi", `no user "nemo"`},
		{"message alice hi", "not sent: that is yourself — message somebody else"},
		{"message bob hi", "not sent: bob has blocked you — nothing reaches them until they unblock you"},
		{"message bob " + strings.Repeat("x", 101), "not sent: 101 bytes, and a message has at most 100 — shorten it, or send it in parts"},
		{"broadcast 1\n2\n3\n4\n5\n6", "not sent: 6 lines, and a message has at most 5 — shorten it, or send it in parts"},
		{"reply hi", "nobody has written to you yet — message WHO TEXT"},
		{"block nemo", `no user "nemo"`},
		{"block alice", "that is yourself — name somebody else"},
		{"unblock bob", "bob is not blocked — blocked lists whom you block"},
		{"unblock alice", "that is yourself — name somebody else"},
		{"whois nemo", `no user "nemo"`},
		{"sent x", "usage: sent [#ID] — what became of your lines"},
		{"sent 0", "usage: sent [#ID] — what became of your lines"},
		{"sent 99999999999999999999", "usage: sent [#ID] — what became of your lines"},
		{"sent 77", "you have sent no line with that number — sent lists your newest lines"},
		{"wholast soon", "usage: wholast DURATION — the same within 30 (minutes), 2h, 3d"},
		{"help frobnicate", `no command "frobnicate" — help lists them`},
		{"help mesage", `no command "mesage" — did you mean message?`},
	}
	for _, c := range cases {
		alice.isRefused(c.line, c.want)
	}
	bob.isRefused("block alice", "alice is blocked already — unblock alice ends it")
}

func TestEffects(t *testing.T) {
	p := newHouse(t).signUp("alice")
	if e, err := p.runs("more"); err != nil || !e.More {
		t.Errorf("more: %+v, %v", e, err)
	}
	for _, line := range []string{"logout", "quit", "/exit"} {
		if e, err := p.runs(line); err != nil || !e.Logout {
			t.Errorf("%s: %+v, %v", line, e, err)
		}
	}
	if e, err := (&person{h: p.h}).runs("quit"); err != nil || !e.Logout {
		t.Errorf("quit before login: %+v, %v", e, err)
	}
}

func TestTheLoginDialogue(t *testing.T) {
	h := newHouse(t)
	h.signUp("bob")
	p := &person{h: h, user: "bob"}
	p.isRefused("login", "cancelled")
	if q := p.asked[0]; q.Prompt != "name [bob]: " || q.Hidden {
		t.Errorf("asked %+v", q)
	}
	p.isRefused("login", "wrong name or password — login NAME tries again, signup NAME makes an account", "", "wrong")
	if q := p.asked[1]; q.Prompt != "password: " || !q.Hidden {
		t.Errorf("asked %+v", q)
	}
	p.isRefused("login nemo", "wrong name or password — login NAME tries again, signup NAME makes an account", "wrong")
	p.isRefused("login --take-over BOB", "wrong name or password — login NAME tries again, signup NAME makes an account", "wrong")
	p.isRefused("login bob", "wrong name or password\n"+
		`"bob" is locked here after too many wrong attempts: 60 s left — try again then`, "wrong")
	p.isRefused("login bob", `"bob" is locked here after too many wrong attempts: 60 s left — try again then`, goodPassword)
	if len(p.asked) != 0 {
		t.Errorf("while it is locked it asks %+v", p.asked)
	}
	h.now = h.now.Add(time.Minute)
	p.isRefused("login bob", "already logged in from 192.0.2.1 since "+
		h.now.Add(-time.Minute).Local().Format("Mon 15:04")+" — log out there, or: login --take-over bob", goodPassword)
	e, err := p.runs("login --take-over --quiet bob", goodPassword)
	if err != nil || e.Begun == nil || !e.Quiet || e.Text != "Welcome, bob\n" {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestTheSignupDialogue(t *testing.T) {
	h := newHouse(t)
	h.signUp("bob")
	p := &person{h: h, user: "root"}
	for line, want := range map[string]string{
		"signup Bob":   `"Bob" is taken — choose another name; if it is yours: login Bob`,
		"signup b0b":   `"b0b" is taken: it looks like "bob" — choose another name`,
		"signup admin": `"admin" is taken: the word is reserved — choose another name`,
		"signup x":     `"x" is no name — a name is a letter from a to z, then such letters, digits, _ or -, 2 to 20 in all`,
		"signup a b":   "usage: signup [NAME] — make an account and log in",
	} {
		p.isRefused(line, want, goodPassword, goodPassword)
		if len(p.asked) != 0 {
			t.Errorf("%s asks %+v before it refuses the name", line, p.asked)
		}
	}
	p.isRefused("signup", "usage: signup [NAME] — make an account and log in", "")
	if q := p.asked[0]; q.Prompt != "name: " {
		t.Errorf("root is suggested: %+v", q)
	}
	p.isRefused("signup carol", "cancelled", goodPassword)
	p.isRefused("signup carol", "the two are not the same — type signup to start again",
		"short", goodPassword, "x", goodPassword, "y", goodPassword, "z", goodPassword)
	for i, q := range p.asked {
		if !q.Hidden || !strings.Contains(q.Prompt, "password") {
			t.Errorf("question %d: %+v", i, q)
		}
	}
	if note := p.asked[1].Note; note != "a password has at least 8 characters\n" {
		t.Errorf("asked again with %q", note)
	}
	e, err := p.runs("signup", "Carol\x1b[2J ", goodPassword, goodPassword)
	if err == nil {
		t.Errorf("a name with an escape sequence is %+v", e.Begun)
	}
	e, err = p.runs("signup", " Carol ", goodPassword, "other horse", goodPassword, goodPassword)
	if err != nil || e.Begun == nil || e.Begun.User.Name != "Carol" || !strings.HasPrefix(e.Text, "Welcome, Carol") {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestAClosedServerRefusesSignupBeforeItAsks(t *testing.T) {
	p := &person{h: newHouse(t, func(r *chat.Rules) { r.SignUpClosed = true })}
	p.isRefused("signup carol", "this server makes no new accounts — ask whoever runs it for one")
	if len(p.asked) != 0 {
		t.Errorf("it asks %+v", p.asked)
	}
}

func TestPasswdAsksForThePresentPasswordFirst(t *testing.T) {
	h := newHouse(t)
	p := h.signUp("alice")
	p.isRefused("passwd", "that is not your present password — passwd tries again", "wrong")
	if len(p.asked) != 1 || p.asked[0].Prompt != "present password: " || !p.asked[0].Hidden {
		t.Errorf("asked %+v", p.asked)
	}
	p.isRefused("passwd", "cancelled")
	p.isRefused("passwd", "cancelled", goodPassword)
	p.isRefused("passwd", "cancelled", goodPassword, "another horse")
	p.reads("passwd", "your password is changed", goodPassword, "another horse", "another horse")
	p.isRefused("passwd", "that is not your present password — passwd tries again", goodPassword)
}

func TestPasswdAsksNothingWhileItIsLocked(t *testing.T) {
	p := newHouse(t).signUp("alice")
	for range 3 {
		p.runs("passwd", "wrong")
	}
	p.isRefused("passwd", `"alice" is locked here after too many wrong attempts: 60 s left — try again then`, goodPassword)
	if len(p.asked) != 0 {
		t.Errorf("it asks %+v", p.asked)
	}
}

// Words that programs wait for stand where they are promised, and nowhere before.
func TestWordsThatProgramsRelyOn(t *testing.T) {
	for _, q := range []string{askPassword, askPasswordAgain, askPresent, askNew, askNewAgain} {
		if !strings.Contains(q, "password") || !strings.HasSuffix(q, ": ") {
			t.Errorf("question %q", q)
		}
	}
	p := &person{h: newHouse(t)}
	e, err := p.runs("help")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{e.Text, askName("x"), textCancelled, textChoose, textCloseAccount, refuseNothing.Error(), refuseDifferent.Error(), refuseHashing.Error()} {
		if strings.Contains(text, "Welcome") || strings.Contains(text, "password") {
			t.Errorf("%q misleads", text)
		}
	}
}

func TestExplain(t *testing.T) {
	if r, ok := Explain(errors.Join(errors.New("sign up"), password.ErrBusy)); !ok || r != refuseHashing {
		t.Errorf("a busy server: %v, %v", r, ok)
	}
	if r, ok := Explain(errors.New("disk full")); ok {
		t.Errorf("a fault is for the person: %v", r)
	}
}

func TestSpans(t *testing.T) {
	cases := map[string]time.Duration{ // 0: refused
		"1": time.Minute, "59": 59 * time.Minute, "1h": time.Hour, "90m": 90 * time.Minute, "2d": 48 * time.Hour,
		"1h30m": 90 * time.Minute, "30s": 30 * time.Second, "1w": 7 * 24 * time.Hour, "2H": 2 * time.Hour,
		"366d": longestSpan, "527040": longestSpan,
		"200000000": 0, "+5": 0, "": 0, "0": 0, "0h": 0, "-5": 0, "+5h": 0, "1h30": 0, "h": 0, "1y": 0, "1.5h": 0, "1 h": 0,
		"367d": 0, "527041": 0, "9999999999": 0, "99999999999h": 0, "999999999w": 0, "366d1s": 0, "٣h": 0,
	}
	for s, want := range cases {
		if got, ok := ParseSpan(s); got != want && ok || ok != (want > 0) {
			t.Errorf("%q is %v, %v; want %v", s, got, ok, want)
		}
	}
}

func FuzzSpan(f *testing.F) {
	f.Add("1h30m")
	f.Add("999999999w999999999w")
	f.Fuzz(func(t *testing.T, s string) {
		if d, ok := ParseSpan(s); ok && (d <= 0 || d > longestSpan) {
			t.Errorf("%q is %v", s, d)
		}
	})
}
