package server_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/creack/pty"

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
	screen, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal here: ", err)
	}
	defer screen.Close()
	defer tty.Close()
	srv := servertest.StartProcess(t)
	srv.Kill()
	srv.Stdin = tty
	srv.Start()
	alice := srv.SignUp("alice")
	srv.Signal(syscall.SIGHUP)
	alice.Sees("the server is shutting down")
	if status := srv.Ends(); status != 0 {
		t.Errorf("exit status %d\n%s", status, srv.Output())
	}
}

// A backup that is made while people talk as fast as they can has all that was acknowledged before it began.
func TestABackupOfARunningServerRestores(t *testing.T) {
	t.Parallel()
	srv := servertest.StartProcess(t)
	const senders = 4
	var people []*servertest.Person
	for i := range senders {
		people = append(people, srv.SignUp(fmt.Sprintf("sender%d", i)))
	}
	srv.SignUp("reader").Leaves()
	var before [senders]atomic.Int64
	var enough sync.WaitGroup
	done := make(chan struct{})
	var talking sync.WaitGroup
	for i, p := range people {
		enough.Add(1)
		talking.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				p.Types(fmt.Sprintf("message reader line %d/%d.", i, n))
				p.Sees(fmt.Sprintf("you → reader  line %d/%d.", i, n))
				if before[i].Store(int64(n)); n == 30 {
					enough.Done()
				}
			}
		})
	}
	enough.Wait()
	var least [senders]int64
	for i := range least {
		least[i] = before[i].Load()
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	console(t, srv, "backup", backup)
	close(done)
	talking.Wait()
	srv.Kill()
	console(t, srv, "restore", backup, "--yes")
	srv.Start()
	reader := srv.Login("reader")
	reader.ReadsAllThatWaits()
	var counts [senders]int64
	for _, line := range linesShown(reader) {
		counts[line[0]-'0']++
	}
	for i := range counts {
		if counts[i] <= least[i] {
			t.Errorf("of sender %d %d lines are in the backup, want those before it: more than %d", i, counts[i], least[i])
		}
	}
}

// console runs a command of the console on a server's folder.
func console(t *testing.T, srv *servertest.Process, args ...string) (shown string) {
	t.Helper()
	out, err := exec.Command(servertest.Binary(t), append([]string{"admin", "--data", srv.Dir}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// Where there is no room for a backup that is said, nothing of it is left, and the server goes on.
func TestNoRoomForABackup(t *testing.T) {
	t.Parallel()
	srv, disk := onSmallDisk(t)
	alice := srv.SignUp("alice")
	free := fill(t, disk)
	cmd := exec.Command(servertest.Binary(t), "admin", "--data", srv.Dir, "backup", filepath.Join(disk, "backup.db"))
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "the disk is full") {
		t.Errorf("%v\n%s", err, out)
	}
	if left, _ := filepath.Glob(filepath.Join(disk, "backup.db*")); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
	free()
	alice.Types("broadcast there is room again")
	alice.Sees("you → all  there is room again")
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
