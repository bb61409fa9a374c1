package admin

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
	"sshchat/internal/sanitize"
	"sshchat/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is the time at which every test's clock stands.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// plainly stores passwords as they are.
type plainly struct{}

func (plainly) Hash(_ context.Context, _ int, _, password string) (string, error) {
	return password, nil
}

// oneTime is the password that chance makes here.
const oneTime = "abcd-efgh-jkmn-pqrs"

func (plainly) Random() (password, stored string) { return oneTime, oneTime }

func (plainly) Verify(_ context.Context, _ int, _, stored, password string) (ok, outdated bool, err error) {
	return stored == password, false, nil
}

// world is a server's console on a real store, with people who have sessions but no terminals.
type world struct {
	*testing.T
	dir   string
	store *store.Store
	hub   *delivery.Hub
	chat  *chat.Service
	log   bytes.Buffer // only to be read after stop

	server *Server

	stop func()
}

func newWorld(t *testing.T, change ...func(*Server)) *world {
	t.Helper()
	return newWorldIn(t, t.TempDir(), change...)
}

func newWorldIn(t *testing.T, dir string, change ...func(*Server)) *world {
	t.Helper()
	w := &world{T: t, dir: dir}
	w.openDomain()
	l, _, err := Listen(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Chat: w.chat, Store: w.store, Database: filepath.Join(dir, "sshchat.db"), Status: w.status, Log: slog.New(slog.NewTextHandler(&w.log, nil))}
	for _, f := range change {
		f(s)
	}
	w.serve(s, l)
	return w
}

func (w *world) openDomain() {
	w.Helper()
	now := func() time.Time { return noon }
	var err error
	w.store, err = store.Open(w.Context(), filepath.Join(w.dir, "sshchat.db"), store.Settings{Now: now})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { w.store.Close() })
	node, err := w.store.StartNode(w.Context(), 1)
	if err != nil {
		w.Fatal(err)
	}
	w.hub = delivery.New(w.store, slog.New(slog.DiscardHandler))
	w.chat = chat.New(chat.Config{
		Store: w.store, Sessions: w.hub, Passwords: plainly{}, Node: node, Now: now,
		Weakness: func(string, string, int) string { return "" },
		Rules: chat.Rules{MessageBytes: 400, MessageLines: 5,
			Attempts: chat.Pace{Burst: 30, Every: 10 * time.Second},
			Locks:    chat.LockPolicy{Strikes: 3, Lockout: time.Minute}},
	})
}

// serve runs the hub and the console until stop, at the latest until the end of the test.
func (w *world) serve(s *Server, l net.Listener) {
	w.server = s
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { w.hub.Run(ctx) })
	running.Go(func() {
		if err := s.Serve(ctx, l); err != nil {
			w.Error(err)
		}
	})
	w.stop = func() { cancel(); running.Wait() }
	w.Cleanup(w.stop)
}

func (w *world) status(context.Context) (Status, error) {
	return Status{Version: "1.2.3", PID: 812, Data: w.dir, Listen: "[::]:2222",
		Since: noon.Add(-49 * time.Hour), Now: noon, Online: 7, MemoryBytes: 12_300_000, DatabaseBytes: 4096}, nil
}

// person is somebody with a session.
type person struct {
	begun chat.Begun
	cause error // why the session was ended
}

func (p *person) Admit() error               { return nil }
func (p *person) Alive(context.Context) bool { return true }
func (p *person) Traffic() chat.Traffic {
	return chat.Traffic{Received: 70, Sent: 1500, Idle: 65 * time.Second, Delivered: p.begun.Head, Lags: true}
}

func (p *person) Evict(_ context.Context, cause error) chat.Progress {
	p.cause = cause
	return chat.Progress{Login: p.begun.ID, User: p.begun.User.ID}
}

var remote = netip.MustParseAddrPort("192.0.2.7:4711")

func (w *world) signUp(name string) *person {
	w.Helper()
	p := &person{}
	var err error
	p.begun, err = w.chat.SignUp(w.Context(), chat.Attempt{
		Name: name, Password: "secret", Remote: remote, Client: "SSH-2.0-OpenSSH_9.2"}, p)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// inbox is what the session of p is given, caught up.
func (w *world) inbox(p *person) *delivery.Inbox {
	w.Helper()
	inbox := w.hub.Inbox(p.begun.ID)
	if _, err := inbox.Start(w.Context(), false); err != nil {
		w.Fatal(err)
	}
	for inbox.Behind() {
		batch, err := inbox.Fetch(w.Context())
		if err != nil {
			w.Fatal(err)
		}
		inbox.Accept(batch)
	}
	return inbox
}

// tells has p write to somebody.
func (w *world) tells(p *person, to, text string) {
	w.Helper()
	line := chat.Line{To: to, Text: sanitize.Line(text)}
	if o := w.chat.Send(w.Context(), p.begun.Actor(), []chat.Line{line}); o[0].Err != nil {
		w.Fatal(o[0].Err)
	}
}

// leaves ends p's session, as a logout does.
func (w *world) leaves(p *person) {
	w.Helper()
	if err := w.chat.Logout(w.Context(), p.Evict(w.Context(), nil), "test"); err != nil {
		w.Fatal(err)
	}
}

// strikes types a wrong password until name is locked.
func (w *world) strikes(name string) {
	w.Helper()
	for range 3 {
		_, err := w.chat.Login(w.Context(), chat.Attempt{Name: name, Password: "wrong", Remote: remote}, &person{})
		if err == nil {
			w.Fatal("a wrong password was taken")
		}
	}
}

// result is what a run of the console leaves.
type result struct {
	t        *testing.T
	exit     int
	out, err string
}

// types runs the console with arguments.
func (w *world) types(args ...string) result {
	w.Helper()
	return console(w.T, w.dir, "", args...)
}

func console(t *testing.T, dir, stdin string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	c := Console{Data: dir, In: strings.NewReader(stdin), Out: &out, Err: &errs}
	exit := c.Run(t.Context(), args)
	return result{t, exit, out.String(), errs.String()}
}

// says checks the whole of what was shown, and that nothing went wrong.
func (r result) says(lines ...string) {
	r.t.Helper()
	want := ""
	for _, l := range lines {
		want += l + "\n"
	}
	if diff := cmp.Diff(want, r.out); diff != "" {
		r.t.Errorf("stdout (-want +got):\n%s", diff)
	}
	if r.err != "" || r.exit != 0 {
		r.t.Errorf("exit code %d, stderr %q", r.exit, r.err)
	}
}

// fails checks the exit code, and the whole of what went wrong.
func (r result) fails(exit int, text, hint string) {
	r.t.Helper()
	want := "error: " + text + "\n"
	if hint != "" {
		want += "hint: " + hint + "\n"
	}
	if diff := cmp.Diff(want, r.err); diff != "" {
		r.t.Errorf("stderr (-want +got):\n%s", diff)
	}
	if r.exit != exit {
		r.t.Errorf("exit code %d, want %d", r.exit, exit)
	}
}

// audited are the rows of the audit table, each on a line.
func (w *world) audited() []string {
	w.Helper()
	w.stop()
	if err := w.store.Close(); err != nil {
		w.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "sshchat.db"))
	if err != nil {
		w.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(w.Context(), `SELECT actor, via, action, target, detail FROM audit ORDER BY rowid`)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var actor, via, action, target, detail string
		if err := rows.Scan(&actor, &via, &action, &target, &detail); err != nil {
			w.Fatal(err)
		}
		list = append(list, strings.Join([]string{actor, via, action, target, detail}, "|"))
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
	return list
}

// execSQL runs a statement on a server's database.
func execSQL(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "sshchat.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `PRAGMA busy_timeout = 5000; `+statement); err != nil {
		t.Fatal(err)
	}
}

// me is how the audit table calls whoever runs the tests.
func me() string { return fmt.Sprintf("uid %d", os.Getuid()) }
