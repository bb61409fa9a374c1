//go:build unix

package admin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func TestTheSocketIsItsOwnersAlone(t *testing.T) {
	w := newWorld(t)
	info, err := os.Lstat(filepath.Join(w.dir, socketName))
	if err != nil || info.Mode() != fs.ModeSocket|0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	if _, err := os.Lstat(filepath.Join(w.dir, birthplace)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket's birthplace is left: %v", err)
	}
	w.stop()
	if _, err := os.Lstat(filepath.Join(w.dir, socketName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is left after the end: %v", err)
	}
}

// Not even while it is made can others connect, whatever the umask: wherever they could see it, it has
// its mode already.
func TestNobodyCanConnectBeforeTheModeIsSet(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	dir := t.TempDir()
	done := make(chan bool)
	var watching sync.WaitGroup
	watching.Go(func() {
		for path := filepath.Join(dir, socketName); ; {
			select {
			case <-done:
				return
			default:
			}
			if info, err := os.Lstat(path); err == nil && info.Mode() != fs.ModeSocket|0o600 {
				t.Errorf("seen with mode %v", info.Mode())
				return
			}
			if info, err := os.Lstat(filepath.Join(dir, birthplace)); err == nil && info.Mode() != fs.ModeDir|0o700 {
				t.Errorf("the birthplace seen with mode %v", info.Mode())
				return
			}
		}
	})
	for range 300 {
		l, _, err := Listen(dir, 0)
		if err != nil {
			t.Error(err)
			break
		}
		l.Close()
	}
	close(done)
	watching.Wait()
}

// A socket's address holds some 100 bytes; a path may be longer.
func TestALongPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long/", 40))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	w := newWorldIn(t, dir)
	w.types("sessions").says("nobody is logged in")
	info, err := os.Lstat(filepath.Join(dir, socketName))
	if err != nil || info.Mode() != fs.ModeSocket|0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// The way round to a long path leaves nothing behind.
func TestALongPathLeavesNoLinks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long/", 40))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	newWorldIn(t, dir).types("sessions").says("nobody is logged in")
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left in the folder for temporary files: %v, %v", left, err)
	}
}

// Where even the folder for temporary files has a long path, /tmp has to do.
func TestALongPathAndALongTMPDIR(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long/", 40))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", dir)
	newWorldIn(t, dir).types("sessions").says("nobody is logged in")
}

func TestAStaleSocketIsReplaced(t *testing.T) {
	dir := t.TempDir()
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, socketName), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	dead.Close()
	// A server that was killed in the middle of it leaves this, too.
	if err := os.MkdirAll(filepath.Join(dir, birthplace, socketName), 0o700); err != nil {
		t.Fatal(err)
	}
	console(t, dir, "", "status").fails(69, "no server runs on "+dir,
		"start one with `sshchat serve`, or name the folder of another with --data")
	newWorldIn(t, dir).types("sessions").says("nobody is logged in")
}

func TestWhatIsNoSocketStays(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, socketName)
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, _, err := Listen(dir, 0); err == nil || !strings.Contains(err.Error(), "in the way") {
		t.Errorf("Listen: %v, %v", l, err)
	}
	if b, err := os.ReadFile(path); string(b) != "precious" {
		t.Errorf("the file is %q, %v", b, err)
	}
}

// A listener that ends late must not take the socket of the next server with it.
func TestClosingTwiceLeavesTheNextSocket(t *testing.T) {
	dir := t.TempDir()
	first, path, err := Listen(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	first.Close()
	second, _, err := Listen(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	first.Close()
	if _, err := os.Lstat(path); err != nil {
		t.Error(err)
	}
}

func TestOnlyRootAndTheServersUserMay(t *testing.T) {
	for _, c := range []struct {
		name  string
		peer  peer
		err   error
		may   bool
		actor string
	}{
		{"root", peer{uid: 0, known: true}, nil, true, "uid 0"},
		{"the server's user", peer{uid: os.Getuid(), known: true}, nil, true, me()},
		{"another", peer{uid: os.Getuid() + 1, known: true}, nil, false, ""},
		{"nobody, as a user namespace shows strangers", peer{uid: 65534, known: true}, nil, false, ""},
		{"one of the group", peer{uid: os.Getuid() + 1, gid: theGroup, known: true}, nil, true, fmt.Sprint("uid ", os.Getuid()+1)},
		{"a system that does not tell", peer{}, nil, true, "unknown"},
		{"a system that fails to", peer{}, errors.New("no such option"), false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, func(s *Server) {
				s.credentials, s.Group = func(net.Conn) (peer, error) { return c.peer, c.err }, theGroup
			})
			w.signUp("bob")
			r := w.types("ban", "bob")
			if !c.may {
				r.fails(77, "only root and the user who runs the server may use its console", "server.admin_group can let in a group")
				w.types("status").fails(77, "only root and the user who runs the server may use its console", "server.admin_group can let in a group")
				if rows := w.audited(); len(rows) > 0 {
					t.Errorf("it was done: %v", rows)
				}
				return
			}
			r.says("banned bob")
			if rows := w.audited(); len(rows) != 1 || rows[0] != c.actor+"|console|ban|bob|" {
				t.Errorf("the audit table has %v", rows)
			}
		})
	}
}

// theGroup is one of nobody's here.
const theGroup = 47_110_815

func TestWhoIsOfAGroup(t *testing.T) {
	daemon, err := user.Lookup("daemon")
	if err != nil {
		t.Skip("a system without the user daemon: ", err)
	}
	uid, _ := strconv.Atoi(daemon.Uid)
	gid, err := GroupID(daemon.Gid)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what  string
		peer  peer
		group int
		is    bool
	}{
		{"by the system's list", peer{uid: uid, gid: theGroup + 1, known: true}, gid, true},
		{"by its own group", peer{uid: theGroup, gid: gid, known: true}, gid, true},
		{"of another", peer{uid: uid, gid: gid, known: true}, theGroup, false},
		{"nobody the system knows", peer{uid: theGroup, gid: theGroup + 1, known: true}, gid, false},
		{"where there is none", peer{uid: uid, known: true}, 0, false},
		{"whom the system does not tell", peer{gid: gid}, gid, false},
	} {
		if c.peer.isIn(c.group) != c.is {
			t.Errorf("%s: %v", c.what, !c.is)
		}
	}
	for group, text := range map[string]string{"0": `"0" is no group that can be let in`, "no such group": `there is no group "no such group"`} {
		if _, err := GroupID(group); err == nil || err.Error() != text {
			t.Errorf("%v, want %s", err, text)
		}
	}
}

func TestASocketForAGroup(t *testing.T) {
	group := theGroup
	if os.Getuid() != 0 {
		group = os.Getgid()
	}
	l, path, err := Listen(t.TempDir(), group)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Sys().(*syscall.Stat_t).Gid; info.Mode().Perm() != 0o660 || int(got) != group {
		t.Errorf("mode %v of group %d, want 0660 of %d", info.Mode(), got, group)
	}
}

func TestASocketOneMayNotOpen(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may open everything")
	}
	w := newWorld(t)
	if err := os.Chmod(filepath.Join(w.dir, socketName), 0); err != nil {
		t.Fatal(err)
	}
	w.types("status").fails(77, "this user may not use the console of "+w.dir,
		"use it as the user who runs the server, or as root")
}

// signalling tells when it is closed.
type signalling struct {
	net.Listener
	closed chan bool
	once   sync.Once
}

func (l *signalling) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// What is being answered when the server stops is finished.
func TestAnAnswerInFlightSurvivesTheStop(t *testing.T) {
	w := &world{T: t, dir: t.TempDir()}
	w.openDomain()
	l, _, err := Listen(w.dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	asked, closed := make(chan bool), make(chan bool)
	w.serve(&Server{Chat: w.chat, Store: w.store, Status: func(ctx context.Context) (Status, error) {
		close(asked)
		<-closed
		return Status{Version: "finished"}, ctx.Err()
	}}, &signalling{Listener: l, closed: closed})
	answered := make(chan result)
	go func() { answered <- w.types("status") }()
	<-asked
	w.stop()
	if r := <-answered; !strings.Contains(r.out, "finished") {
		t.Errorf("exit %d, %q, %q", r.exit, r.out, r.err)
	}
}

// One that takes too long is cut, and still waited for.
func TestAnAnswerThatTakesTooLongIsCut(t *testing.T) {
	if testing.Short() {
		t.Skip("takes the 3 s that such an answer is given")
	}
	asked := make(chan bool)
	ended := false
	w := newWorld(t, func(s *Server) {
		s.Status = func(ctx context.Context) (Status, error) {
			close(asked)
			<-ctx.Done()
			ended = true
			return Status{}, ctx.Err()
		}
	})
	answered := make(chan result)
	go func() { answered <- w.types("status") }()
	<-asked
	w.stop()
	if !ended {
		t.Error("the server did not wait for what it cut")
	}
	if r := <-answered; r.exit == 0 {
		t.Errorf("an answer that was cut: %q", r.out)
	}
}
