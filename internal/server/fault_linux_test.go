package server_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	_ "modernc.org/sqlite"

	"sshchat/internal/servertest"
)

// onSmallDisk starts a server whose data is on a disk of its own, of 8 MB.
func onSmallDisk(t *testing.T) (srv *servertest.Process, disk string) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can make a disk")
	}
	disk = t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("no disk can be made here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	srv = servertest.StartProcessIn(t, filepath.Join(disk, "data"))
	return srv, disk
}

// fill leaves no room on the disk, and returns what gives it back.
func fill(t *testing.T, disk string) (free func()) {
	t.Helper()
	f, err := os.Create(filepath.Join(disk, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{64 << 10, 4 << 10, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	return func() {
		if err := os.Remove(f.Name()); err != nil {
			t.Fatal(err)
		}
	}
}

const noRoom = "not done: the server's disk is full"

func TestDiskFullWhilePeopleTalk(t *testing.T) {
	t.Parallel()
	srv, disk := onSmallDisk(t)
	alice, bob := srv.SignUp("alice"), srv.SignUp("bob")
	free := fill(t, disk)
	long := strings.Repeat("x", 3000)
	kept := 0
	for ; ; kept++ {
		alice.Types(fmt.Sprintf("message bob no %d. %s", kept, long))
		if alice.SeesOneOf(fmt.Sprintf("you → bob  no %d.", kept), noRoom) == noRoom {
			break
		}
	}
	alice.Types("message bob refused", "whoelse")
	alice.Sees(noRoom, "bob")
	bob.Leaves() // whose end may find no room
	free()
	bob = srv.Login("bob")
	alice.Types("message bob there is room again")
	alice.Sees("you → bob  there is room again")
	bob.Sees("alice → you  there is room again")
	bob.SawNothingOf("refused")
	srv.Kill()
	srv.Start()
	bob = srv.Login("bob")
	bob.ReadsAllThatWaits()
	alice = srv.Login("alice")
	alice.Types("sent")
	alice.Sees("there is room again")
	if out := srv.Output(); strings.Contains(out, "panic") {
		t.Errorf("the server's log:\n%s", out)
	}
}

func TestADiskThatMayNotBeWritten(t *testing.T) {
	srv, disk := onSmallDisk(t)
	srv.SignUp("alice").Leaves()
	srv.Kill()
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("the disk stays writable: %v", err)
	}
	status, out := srv.StartsNot()
	if status == 0 || !strings.Contains(out, "error: ") || !strings.Contains(out, "read-only") {
		t.Errorf("exit status %d, and\n%s", status, out)
	}
}

// Each commit then takes 100 ms and more. What is typed at other prompts is answered meanwhile.
func TestSlowSyncs(t *testing.T) {
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("no strace on this machine")
	}
	srv := servertest.StartProcess(t, strace, "-f", "-qq", "-o", os.DevNull,
		"-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:delay_enter=100000")
	reader := srv.SignUp("reader")
	const senders, each = 8, 20
	var sending sync.WaitGroup
	for i := range senders {
		p := srv.SignUp(fmt.Sprintf("sender%d", i))
		sending.Go(func() {
			for n := range each {
				p.Types(fmt.Sprintf("message reader line %d/%d.", i, n))
			}
			for n := range each {
				p.Sees(fmt.Sprintf("you → reader  line %d/%d.", i, n))
			}
		})
	}
	reader.Types("blocked")
	reader.Sees("you block nobody")
	sending.Wait()
	reader.SawNothingOf("lines that belong to nobody")
	lines := linesShown(reader)
	inOrder(t, lines)
	if len(lines) != senders*each {
		t.Errorf("%d lines shown, want %d", len(lines), senders*each)
	}
}

// A real SIGTERM under load: what was acknowledged is there after it, and nothing comes twice.
func TestTerminatedUnderLoad(t *testing.T) {
	t.Parallel()
	srv := servertest.StartProcess(t)
	const senders = 4
	people := make([]*servertest.Person, senders)
	for i := range people {
		people[i] = srv.SignUp(fmt.Sprintf("sender%d", i))
	}
	reader := srv.SignUp("reader")
	told := make([][]int, senders)
	var acknowledged atomic.Int64
	terminate := sync.OnceFunc(func() { srv.Signal(syscall.SIGTERM) })
	var sending sync.WaitGroup
	for i, p := range people {
		sending.Go(func() {
			for n := 0; p.TypesIfThere(fmt.Sprintf("message reader line %d/%d.", i, n)) &&
				p.SeesIfThere(fmt.Sprintf("you → reader  line %d/%d.", i, n)); n++ {
				told[i] = append(told[i], n)
				if acknowledged.Add(1) == 500 {
					terminate()
				}
			}
		})
	}
	sending.Wait()
	if status := srv.Ends(); status != 0 {
		t.Errorf("exit status %d\n%s", status, srv.Output())
	}
	reader.Gone()
	shown := linesShown(reader)
	srv.Start()
	reader = srv.Login("reader")
	reader.ReadsAllThatWaits()
	shown = append(shown, linesShown(reader)...)
	inOrder(t, shown)
	seen := make(map[string]bool)
	for _, line := range shown {
		if seen[line] {
			t.Errorf("line %s comes twice", line)
		}
		seen[line] = true
	}
	for i := range told {
		for _, n := range told[i] {
			if !seen[fmt.Sprintf("%d/%d", i, n)] {
				t.Errorf("line %d/%d was acknowledged and never shown", i, n)
			}
		}
	}
}

func TestTheEndOfItsTerminalStopsTheServerInOrder(t *testing.T) {
	srv := servertest.StartProcess(t)
	alice := srv.SignUp("alice")
	srv.Signal(syscall.SIGHUP)
	alice.Sees("the server is shutting down")
	if status := srv.Ends(); status != 0 {
		t.Errorf("exit status %d\n%s", status, srv.Output())
	}
}

// A copy that SQLite makes while people talk is a database that a server starts on.
func TestABackupOfARunningServerRestores(t *testing.T) {
	t.Parallel()
	srv := servertest.StartProcess(t)
	sender, reader := srv.SignUp("sender0"), srv.SignUp("reader")
	reader.Leaves()
	var before atomic.Int64
	enough, done := make(chan struct{}), make(chan struct{})
	var talking sync.WaitGroup
	talking.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-done:
				return
			default:
			}
			sender.Types(fmt.Sprintf("message reader line 0/%d.", n))
			sender.Sees(fmt.Sprintf("you → reader  line 0/%d.", n))
			if before.Store(int64(n)); n == 100 {
				close(enough)
			}
		}
	})
	<-enough
	least := before.Load()
	backup := filepath.Join(t.TempDir(), "backup.db")
	db, err := sql.Open("sqlite", filepath.Join(srv.Dir, "sshchat.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(`VACUUM INTO ?`, backup)
	db.Close()
	close(done)
	talking.Wait()
	if err != nil {
		t.Fatal(err)
	}
	srv.Kill()
	restore(t, srv.Dir, backup)
	srv.Start()
	reader = srv.Login("reader")
	reader.ReadsAllThatWaits()
	lines := linesShown(reader)
	if int64(len(lines)) <= least {
		t.Errorf("%d lines are in the backup, want those before it: more than %d", len(lines), least)
	}
}

// restore puts a backup in the place of the database, and takes away what belonged to that.
func restore(t *testing.T, dir, backup string) {
	t.Helper()
	path := filepath.Join(dir, "sshchat.db")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(backup)
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestADamagedDatabaseIsNotServed(t *testing.T) {
	srv := servertest.StartProcess(t)
	srv.SignUp("alice").Leaves()
	srv.Signal(syscall.SIGTERM)
	srv.Ends()
	path := filepath.Join(srv.Dir, "sshchat.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(b[4096:], bytes.Repeat([]byte{0xab}, 8192))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	status, out := srv.StartsNot()
	if status == 0 || !strings.Contains(out, "damaged") || !strings.Contains(out, "restore the newest backup") {
		t.Errorf("exit status %d, and\n%s", status, out)
	}
}
