package admin

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
	"sshchat/internal/store"
)

// host is a server of which only what it is told is known.
type host struct {
	drained string // "IN WHY"; empty: it is not
	level   slog.Level
	keep    time.Duration
	expired store.Expiry
	reload  func() (Reloaded, error)
}

func (h *host) Drain(in time.Duration, why sanitize.Text) time.Time {
	h.drained = fmt.Sprint(in, " ", why)
	return noon.Add(in)
}

func (h *host) CancelDrain() bool {
	was := h.drained
	h.drained = ""
	return was != ""
}

func (h *host) Reload() (Reloaded, error) { return h.reload() }
func (h *host) LogLevel() slog.Level      { return h.level }
func (h *host) SetLogLevel(l slog.Level)  { h.level = l }
func (h *host) Retention() time.Duration  { return h.keep }

func (h *host) Expire(_ context.Context, keep time.Duration) (store.Expiry, error) {
	e := h.expired
	e.Before = noon.Add(-keep)
	return e, nil
}

// newHosted is a world on a host, with its store to be kept.
func newHosted(t *testing.T) (*world, *host) {
	t.Helper()
	h := &host{}
	return newWorld(t, func(s *Server) { s.Host = h }), h
}

func TestBackupTakesThePathOfWhoTypesIt(t *testing.T) {
	w, _ := newHosted(t)
	w.signUp("bob")
	dir := t.TempDir()
	t.Chdir(dir)
	file := filepath.Join(dir, "kept.db")
	if r := w.types("backup", "kept.db"); r.exit != 0 || !strings.HasPrefix(r.out, "backed up to "+file+": 1 account, 0 lines, ") {
		t.Fatalf("%+v", r)
	}
	w.types("backup", "./kept.db").fails(1, "this replaces "+file+", which is there already", "--yes does it")
	if r := w.types("backup", "kept.db", "--yes"); r.exit != 0 {
		t.Errorf("%+v", r)
	}
	w.types("backup", dir).fails(1, dir+" is not a file", "name a file: it is made")
	w.types("backup", filepath.Join(w.dir, "sshchat.db")).fails(1, filepath.Join(w.dir, "sshchat.db")+" is the database itself", "name another file")
	if status, answer := w.send("POST", "/v1/backup", `{"file":"kept.db"}`); status != http.StatusBadRequest || !strings.Contains(answer, "begins at the root") {
		t.Errorf("a path of the server's own folder: %d %s", status, answer)
	}
	want := []string{me() + "|console|backup|" + file + "|", me() + "|console|backup|" + file + "|"}
	if diff := cmp.Diff(want, w.audited()); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
}

func TestCheckSaysWhatItHasFound(t *testing.T) {
	w, _ := newHosted(t)
	w.signUp("bob")
	w.types("check").says("sound: 1 account, 0 lines")
	path := filepath.Join(w.dir, "sshchat.db")
	w.stop()
	w.store.Close()
	if err := os.WriteFile(path, []byte(strings.Repeat("damage! ", 4096)), 0o600); err != nil {
		t.Fatal(err)
	}
	bare := func(context.Context) (*Server, func(), error) { return &Server{Database: path}, func() {}, nil }
	var errs strings.Builder
	c := Console{Data: w.dir, Out: &strings.Builder{}, Err: &errs, Bare: bare}
	if exit := c.Run(t.Context(), []string{"check"}); exit != 65 || !strings.Contains(errs.String(), "error: the database is damaged: the file is no database") {
		t.Errorf("exit code %d, %s", exit, &errs)
	}
}

// What takes the place of the database is not done while a server has it open.
func TestNothingIsRestoredUnderARunningServer(t *testing.T) {
	w, _ := newHosted(t)
	w.types("restore", "/b.db", "--yes").fails(1, "a server runs on this database", "stop it first: sshchat admin drain --in 0s")
}

func TestRestoreWantsAYes(t *testing.T) {
	dir, backup := t.TempDir(), filepath.Join(t.TempDir(), "b.db")
	path := filepath.Join(dir, "sshchat.db")
	s, err := store.Open(t.Context(), path, store.Settings{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateUser(t.Context(), chat.NewUser{Name: "bob"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), backup, false); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	opened := 0
	bare := func(context.Context) (*Server, func(), error) {
		opened++
		return &Server{Database: path}, func() { opened-- }, nil
	}
	restore := func(args ...string) (exit int, out, errs string) {
		var o, e strings.Builder
		exit = Console{Data: dir, Out: &o, Err: &e, Bare: bare}.Run(t.Context(), append([]string{"restore", backup}, args...))
		return exit, o.String(), e.String()
	}
	exit, _, errs := restore()
	if exit != 1 || !strings.Contains(errs, "(1 account, 0 lines) over the present database (1 account, 0 lines); that is kept beside it") ||
		!strings.Contains(errs, "hint: --yes does it") {
		t.Errorf("exit code %d, %s", exit, errs)
	}
	exit, out, errs := restore("--yes")
	if exit != 0 || !strings.HasPrefix(out, "restored from "+backup+": 1 account, 0 lines\nwhat was there is kept as "+path+".before-restore-") {
		t.Errorf("exit code %d, %s%s", exit, out, errs)
	}
	if opened != 0 {
		t.Errorf("the folder was not given back %d times", opened)
	}
}

func TestDrain(t *testing.T) {
	w, h := newHosted(t)
	w.types("drain", "--cancel").fails(1, "the server is not about to stop", "")
	stops := func(at time.Time) string {
		return "the server stops at " + at.Local().Format(timeForm) + "; everyone online is told, and nobody is let in"
	}
	for _, c := range []struct {
		args []string
		in   time.Duration
		want string
	}{
		{[]string{"drain"}, 5 * time.Minute, "5m0s "},
		{[]string{"drain", "--in", "90s", "a", "new\x1b", "disk"}, 90 * time.Second, "1m30s a new disk"},
		{[]string{"drain", "--in=0s", "now"}, 0, "0s now"},
	} {
		w.types(c.args...).says(stops(noon.Add(c.in)))
		if h.drained != c.want {
			t.Errorf("%v: %q", c.args, h.drained)
		}
	}
	w.types("drain", "--cancel").says("the server does not stop")
	for _, in := range []string{"-1s", "25h", "soon", "5"} {
		w.types("drain", "--in", in).fails(64, "drain: --in takes a time of at most 24h, such as 90s or 5m", "")
	}
	w.types("drain", strings.Repeat("x", maxReason+1)).fails(1, "the reason is too long: at most 400 bytes", "")
	want := []string{"in 5 min", "in 1 min 30 s: a new disk", "in 0 s: now", "cancelled"}
	for i, row := range w.audited() {
		if row != me()+"|console|drain||"+want[i] {
			t.Errorf("row %d of the audit table is %q", i, row)
		}
	}
}

func TestReload(t *testing.T) {
	w, h := newHosted(t)
	for _, c := range []struct {
		done Reloaded
		want []string
	}{
		{Reloaded{}, []string{"nothing has changed"}},
		{Reloaded{Now: []string{"log.level", "login.signup"}, AtRestart: []string{"server.listen"}, Note: "at most 760 sessions"},
			[]string{"changed: log.level, login.signup", "at the next start: server.listen", "at most 760 sessions"}},
	} {
		h.reload = func() (Reloaded, error) { return c.done, nil }
		w.types("reload").says(c.want...)
	}
	h.reload = func() (Reloaded, error) {
		return Reloaded{}, chat.Refusal{Reason: chat.Invalid, Text: "chat.toml:3: no key x", Hint: "there is y"}
	}
	w.types("reload").fails(1, "chat.toml:3: no key x", "there is y")
}

func TestLogLevel(t *testing.T) {
	w, h := newHosted(t)
	w.types("loglevel").says("logged from info on")
	w.types("loglevel", "Debug").says("logged from debug on")
	if h.level != slog.LevelDebug {
		t.Errorf("the level is %v", h.level)
	}
	w.types("loglevel", "loud").fails(64, `loglevel: no level "loud"`, "there is debug, info, warn, error")
	if diff := cmp.Diff([]string{me() + "|console|loglevel|debug|"}, w.audited()); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
}

func TestRetention(t *testing.T) {
	w, h := newHosted(t)
	w.types("retention").says("kept      for good", "last run  never")
	w.types("retention", "run").fails(1, "all is kept: no retention is set", `set storage.retention, as in "90d"`)
	h.keep, h.expired = 30*24*time.Hour, store.Expiry{At: noon, Before: noon.AddDate(0, 0, -30), Lines: 1}
	w.types("retention").says("kept      30 days", "last run  never")
	w.types("retention", "run").says("deleted 1 line from before " + at(noon.AddDate(0, 0, -30)))
	if r := w.types("vacuum"); r.exit != 0 || !strings.HasPrefix(r.out, "vacuumed: ") {
		t.Errorf("%+v", r)
	}
	want := []string{me() + "|console|retention run||1 line", me() + "|console|vacuum||"}
	if diff := cmp.Diff(want, w.audited()); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
}

// A verb that takes long outlives the patience with a client that only dawdles.
func TestALongVerbIsGivenItsTime(t *testing.T) {
	const hurry = 20 * time.Millisecond
	was := verbs[0]
	defer func() { verbs[0] = was }()
	for _, wait := range []time.Duration{0, time.Minute} {
		verbs[0] = verb{name: was.name, wait: wait, serve: func(ctx context.Context, _ *request) (any, error) {
			select {
			case <-ctx.Done(): // the connection has timed out
			case <-time.After(10 * hurry):
			}
			return Status{PID: 7}, ctx.Err()
		}}
		w := newWorld(t, func(s *Server) { s.hurry = hurry })
		_, err := newClient(w.dir).call(t.Context(), &verbs[0], Params{})
		if isLong := wait > 0; (err == nil) != isLong {
			t.Errorf("a verb that may take %v: %v", wait, err)
		}
		w.stop()
	}
}
