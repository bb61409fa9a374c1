package chat_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
	"sshchat/internal/password"
	"sshchat/internal/sanitize"
	"sshchat/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock stands still until a test moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// plainly stores passwords as they are: these tests are not about hashing.
type plainly struct{ verified atomic.Int32 }

func (*plainly) Hash(_ context.Context, _ int, _, password string) (string, error) {
	return "plain:" + password, nil
}

// oneTime is the password that chance makes here.
const oneTime = "abcd-efgh-jkmn-pqrs"

func (*plainly) Random() (password, stored string) { return oneTime, "plain:" + oneTime }

func (p *plainly) Verify(_ context.Context, _ int, _, stored, password string) (ok, outdated bool, err error) {
	p.verified.Add(1)
	was, old := strings.CutPrefix(stored, "old:")
	return stored == "plain:"+password || old && was == password, old, nil
}

// node is one server: a hub and a service on a store that it may share.
type node struct {
	hub       *delivery.Hub
	chat      *chat.Service
	passwords *plainly
}

// world is a store with one node on it, on a clock that the test moves.
type world struct {
	*testing.T
	*node
	clock *clock
	store *store.Store
	rules chat.Rules
}

var defaultRules = chat.Rules{
	MessageBytes: 4000, MessageLines: 20, MinPassword: 8,
	SignUps:  chat.Pace{},
	Attempts: chat.Pace{Burst: 30, Every: 10 * time.Second},
	Locks: chat.LockPolicy{
		Strikes: 3, Lockout: time.Minute, AddressFailures: 9, AddressWindow: 10 * time.Minute},
}

func newWorld(t *testing.T, change ...func(*chat.Rules)) *world {
	t.Helper()
	w := &world{T: t, clock: &clock{now: time.Date(2026, 11, 25, 14, 0, 0, 0, time.UTC)}, rules: defaultRules}
	for _, f := range change {
		f(&w.rules)
	}
	var err error
	w.store, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "chat.db"), store.Settings{Now: w.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	w.node = w.start(1)
	return w
}

// start starts a node; its hub writes cursors until the test ends.
func (w *world) start(id int64) *node {
	w.Helper()
	n, err := w.store.StartNode(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	hub := delivery.New(w.store, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { hub.Run(ctx) })
	w.Cleanup(func() { stop(); running.Wait() })
	passwords := &plainly{}
	return &node{hub: hub, passwords: passwords, chat: chat.New(chat.Config{
		Store: w.store, Sessions: hub, Passwords: passwords, Weakness: password.Weakness,
		Node: n, Rules: w.rules, Now: w.clock.Now,
	})}
}

// person is somebody logged in, with a session that proves only when told.
type person struct {
	w     *world
	on    *node
	begun chat.Begun
	inbox *delivery.Inbox

	admit error
	dead  bool   // the client does not answer
	asked func() // called when it is asked whether the client is there; may be nil

	leaving func() // called when it is ended; may be nil

	mu      sync.Mutex
	evicted error
}

func (p *person) Admit() error { return p.admit }
func (p *person) Alive(context.Context) bool {
	if p.asked != nil {
		p.asked()
	}
	return !p.dead
}

func (p *person) Evict(_ context.Context, cause error) chat.Progress {
	p.mu.Lock()
	p.evicted = cause
	p.mu.Unlock()
	if !p.dead {
		p.inbox.Proven(p.inbox.Mark())
	}
	if p.leaving != nil {
		p.leaving()
	}
	return p.inbox.Progress()
}

func (p *person) me() chat.Actor { return p.begun.Actor() }

const goodPassword = "correct horse"

func at(address string) netip.AddrPort { return netip.MustParseAddrPort(address) }

func attempt(name string) chat.Attempt {
	return chat.Attempt{Name: name, Password: goodPassword, Remote: at("192.0.2.1:50000"), Client: "SSH-2.0-test"}
}

func (w *world) signUp(name string) *person {
	w.Helper()
	p, err := w.trySignUp(attempt(name))
	if err != nil {
		w.Fatalf("sign up %s: %v", name, err)
	}
	return p
}

func (w *world) trySignUp(a chat.Attempt) (*person, error) {
	p := &person{w: w, on: w.node}
	return p.begin(w.chat.SignUp(w.Context(), a, p))
}

func (w *world) login(name string) *person {
	w.Helper()
	return w.loginOn(w.node, name)
}

func (w *world) loginOn(n *node, name string) *person {
	w.Helper()
	p, err := w.tryLogin(n, attempt(name))
	if err != nil {
		w.Fatalf("log in %s: %v", name, err)
	}
	p.isTold()
	return p
}

func (w *world) tryLogin(n *node, a chat.Attempt) (*person, error) {
	p := &person{w: w, on: n}
	return p.begin(n.chat.Login(w.Context(), a, p))
}

func (p *person) begin(b chat.Begun, err error) (*person, error) {
	if err != nil {
		return nil, err
	}
	p.begun, p.inbox = b, p.on.hub.Inbox(b.ID)
	return p, nil
}

// isTold starts the inbox, as a session does first, and returns what it says of waiting lines.
func (p *person) isTold() delivery.Waiting {
	p.w.Helper()
	waiting, err := p.inbox.Start(p.w.Context(), false)
	if err != nil {
		p.w.Fatal(err)
	}
	return waiting
}

// send sends a line and returns why it was not sent.
func (p *person) send(l chat.Line) error {
	return p.on.chat.Send(p.w.Context(), p.me(), []chat.Line{l})[0].Err
}

func (p *person) sends(to, text string) error {
	return p.send(chat.Line{Audience: chat.ToOne, To: to, Text: sanitize.Message(text)})
}

func (p *person) says(to, text string) {
	p.w.Helper()
	if err := p.sends(to, text); err != nil {
		p.w.Fatalf("%s to %s: %v", p.begun.User.Name, to, err)
	}
}

func (p *person) broadcasts(text string) {
	p.w.Helper()
	if err := p.send(chat.Line{Audience: chat.ToAll, Text: sanitize.Message(text)}); err != nil {
		p.w.Fatalf("%s broadcasts: %v", p.begun.User.Name, err)
	}
}

func (p *person) blocks(who string) {
	p.w.Helper()
	if _, err := p.on.chat.Block(p.w.Context(), p.me(), who); err != nil {
		p.w.Fatal(err)
	}
}

func (p *person) unblocks(who string) {
	p.w.Helper()
	if _, err := p.on.chat.Unblock(p.w.Context(), p.me(), who); err != nil {
		p.w.Fatal(err)
	}
}

// takes is all that the session is given now.
func (p *person) takes() (entries []*chat.Entry) {
	p.w.Helper()
	for p.inbox.Behind() {
		batch, err := p.inbox.Fetch(p.w.Context())
		if err != nil {
			p.w.Fatal(err)
		}
		entries = append(entries, p.inbox.Accept(batch)...)
	}
	for {
		more := p.inbox.Take(100, 0)
		if len(more) == 0 && !p.inbox.Behind() {
			return entries
		}
		if entries = append(entries, more...); p.inbox.Behind() {
			return append(entries, p.takes()...)
		}
	}
}

// sees checks what the session is given now, line by line. What was sent before the call has
// arrived: senders are answered after the feed.
func (p *person) sees(want ...string) {
	p.w.Helper()
	if diff := cmp.Diff(want, show(p.takes())); diff != "" {
		p.w.Errorf("%s sees (-want +got):\n%s", p.begun.User.Name, diff)
	}
}

func (p *person) proves() { p.inbox.Proven(p.inbox.Mark()) }

func (p *person) logsOut() {
	p.w.Helper()
	p.proves()
	p.isCutOff()
}

// isCutOff ends the login as a lost link does: with what was proven.
func (p *person) isCutOff() {
	p.w.Helper()
	if err := p.on.chat.Logout(p.w.Context(), p.inbox.Progress(), "test"); err != nil {
		p.w.Fatal(err)
	}
}

func show(entries []*chat.Entry) (lines []string) {
	for _, e := range entries {
		to := "all"
		if e.Kind == chat.Direct {
			to = string(e.Recipient.Name)
		}
		lines = append(lines, fmt.Sprintf("%s → %s  %s", e.Sender.Name, to, e.Body))
	}
	return lines
}

// refused checks that err is a refusal with that reason which contains the words.
func (w *world) refused(err error, reason chat.Reason, words ...string) {
	w.Helper()
	r, ok := chat.AsRefusal(err)
	if !ok {
		w.Fatalf("got %v, want a refusal", err)
	}
	if r.Reason != reason {
		w.Errorf("refused with reason %d, want %d: %v", r.Reason, reason, r)
	}
	for _, word := range words {
		if !strings.Contains(r.Error(), word) {
			w.Errorf("the refusal %q does not contain %q", r, word)
		}
	}
}
