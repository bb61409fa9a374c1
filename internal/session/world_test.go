package session

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
	"sshchat/internal/password"
	"sshchat/internal/sshd"
	"sshchat/internal/store"
	"sshchat/internal/workers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const goodPassword = "correct horse"

// inWorld runs a story on synctest's clock: what is typed has been done when a person looks, and time
// passes only where the story lets it. The world is a store on disk, a hub and a server of sessions.
func inWorld(t *testing.T, story func(*world), change ...func(*chat.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { story(newWorld(t, change...)) })
}

type world struct {
	*testing.T
	store *store.Store
	hub   *delivery.Hub
	chat  *chat.Service
	srv   *Server
	log   *lockedBuffer
	// opened, if set, is called when a login has begun and its session does not know yet.
	opened func(chat.Begun, chat.Session)
	// pressed, if set, is called when somebody has pressed keys, and all is done that follows from it.
	pressed func()
}

// hubOf is the hub as chat sees it.
type hubOf struct {
	*delivery.Hub
	w *world
}

func (h hubOf) Open(b chat.Begun, s chat.Session) {
	h.Hub.Open(b, s)
	if h.w.opened != nil {
		h.w.opened(b, s)
	}
}

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func newWorld(t *testing.T, change ...func(*chat.Config)) *world {
	t.Helper()
	s, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "chat.db"), store.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	n, err := s.StartNode(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, store: s, log: &lockedBuffer{}}
	c := chat.Config{
		Store: s, Node: n, Now: time.Now, Weakness: password.Weakness, Passwords: plainly{},
		Rules: chat.Rules{MessageBytes: 4000, MessageLines: 20, MinPassword: 8,
			Locks: chat.LockPolicy{Strikes: 3, Lockout: time.Minute}},
	}
	for _, f := range change {
		f(&c)
	}
	w.hub = delivery.New(c.Store, slog.New(slog.DiscardHandler))
	c.Sessions = hubOf{w.hub, w}
	w.chat = chat.New(c)
	w.srv = &Server{Chat: w.chat, Hub: w.hub, Turns: workers.New(), Log: slog.New(slog.NewTextHandler(w.log, nil))}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { w.hub.Run(ctx) })
	t.Cleanup(func() {
		w.srv.Turns.Stop()
		stop()
		running.Wait()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// paced sets how fast one may send.
func paced(burst int, every time.Duration) func(*chat.Config) {
	return func(c *chat.Config) { c.Rules.Messages = chat.Pace{Burst: burst, Every: every} }
}

// breaks has the store fail, or panic, when told.
func breaks(b *broken) func(*chat.Config) {
	return func(c *chat.Config) { b.Store, c.Store = c.Store, b }
}

// broken is a store whose verbs fail as their functions say.
type broken struct {
	chat.Store
	online func() error
	read   func() error
	append func() error
	sizes  []int // how many lines were appended at once, each time
}

func (b *broken) Online(ctx context.Context) ([]chat.Login, error) {
	if b.online != nil {
		return nil, b.online()
	}
	return b.Store.Online(ctx)
}

func (b *broken) Read(ctx context.Context, u chat.UserID, s chat.Stretch, limit int) (chat.Page, error) {
	if b.read != nil {
		if err := b.read(); err != nil {
			return chat.Page{}, err
		}
	}
	return b.Store.Read(ctx, u, s, limit)
}

func (b *broken) AppendAll(ctx context.Context, ds []chat.Draft) []chat.Outcome {
	b.sizes = append(b.sizes, len(ds))
	if b.append != nil {
		if err := b.append(); err != nil {
			return slices.Repeat([]chat.Outcome{{Err: err}}, len(ds))
		}
	}
	return b.Store.AppendAll(ctx, ds)
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

// person is somebody at the other end of a channel.
type person struct {
	*wire
	w    *world
	name string
	// session belongs to its goroutine: it is looked at only while that waits.
	session *session
	seen    int // how much of what came was looked at
	over    chan struct{}
	hang    context.CancelCauseFunc // ends the channel's context
}

// visit comes without a terminal, with no account yet.
func (w *world) visit(name string, change ...func(*wire)) *person {
	w.Helper()
	ch := newWire(name)
	for _, f := range change {
		f(ch)
	}
	ctx, hang := context.WithCancelCause(context.Background())
	ch.kill = hang
	p := &person{wire: ch, w: w, name: name, over: make(chan struct{}), hang: hang}
	go func() {
		defer close(p.over)
		if ch.kind != sshd.Shell {
			w.srv.serve(ctx, ch)
			return
		}
		p.session = w.srv.newSession(ctx, ch)
		p.session.run()
	}()
	w.Cleanup(func() { hang(sshd.ErrGone); <-p.over })
	synctest.Wait()
	return p
}

// signUp comes without a terminal and makes an account.
func (w *world) signUp(name string, change ...func(*wire)) *person {
	w.Helper()
	p := w.visit(name, change...)
	p.types("signup "+name, goodPassword, goodPassword)
	p.sees("Welcome")
	return p
}

func (w *world) login(name string, change ...func(*wire)) *person {
	w.Helper()
	p := w.visit(name, change...)
	p.types("login "+name, goodPassword)
	p.sees("Welcome")
	return p
}

// types types lines, each with its Enter.
func (p *person) types(lines ...string) {
	p.w.Helper()
	end := "\n"
	if p.hasTerm {
		end = "\r"
	}
	for _, l := range lines {
		p.presses(l + end)
	}
}

// presses presses keys.
func (p *person) presses(keys string) {
	p.typed([]byte(keys))
	synctest.Wait()
	if p.w.pressed != nil {
		p.w.pressed()
	}
}

// sees checks that the texts have come, in that order, after what was seen before.
func (p *person) sees(texts ...string) {
	p.w.Helper()
	synctest.Wait()
	came := p.came()
	for _, text := range texts {
		i := strings.Index(came[p.seen:], text)
		if i < 0 {
			p.w.Fatalf("%s does not see %q, but\n%s", p.name, text, came[p.seen:])
		}
		p.seen += i + len(text)
	}
}

// seesOnly checks that since what was seen before nothing came but these lines.
func (p *person) seesOnly(lines ...string) {
	p.w.Helper()
	synctest.Wait()
	came := p.came()
	want := ""
	if len(lines) > 0 {
		want = strings.Join(lines, "\n") + "\n"
	}
	if got := withoutTimes(came[p.seen:]); got != want {
		p.w.Fatalf("%s sees\n%s\nwant\n%s", p.name, got, want)
	}
	p.seen = len(came)
}

// sawNothingOf checks that text has not come since what was seen before.
func (p *person) sawNothingOf(text string) {
	p.w.Helper()
	synctest.Wait()
	if came := p.came()[p.seen:]; strings.Contains(came, text) {
		p.w.Fatalf("%s sees %q in\n%s", p.name, text, came)
	}
}

// skips counts all that has come as seen.
func (p *person) skips() {
	synctest.Wait()
	p.seen = len(p.came())
}

var clockInFront = regexp.MustCompile(`(?m)^(──  )?\d\d:\d\d `)

// withoutTimes takes the time of day off the lines that begin with one, behind a rule or not.
func withoutTimes(s string) string { return clockInFront.ReplaceAllString(s, "$1") }

// ends checks that the session has ended, and with which status.
func (p *person) ends(status int) {
	p.w.Helper()
	synctest.Wait()
	select {
	case <-p.over:
	default:
		p.w.Fatalf("the session of %s goes on:\n%s", p.name, p.came())
	}
	if got := p.exit.Load(); got != status {
		p.w.Errorf("%s: exit status %d, want %d", p.name, got, status)
	}
}

// loses ends the channel's context, as the end of the link and of the server do.
func (p *person) loses(cause error) {
	p.mu.Lock()
	p.gone = cause == sshd.ErrGone
	p.mu.Unlock()
	p.hang(cause)
	synctest.Wait()
}

func (p *person) goesOn() {
	p.w.Helper()
	synctest.Wait()
	select {
	case <-p.over:
		p.w.Fatalf("the session of %s has ended:\n%s", p.name, p.came())
	default:
	}
}
