//go:build unix

package attack

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sshchat/internal/servertest"
)

// usage is what a process takes, as Linux tells; all 0 elsewhere.
type usage struct {
	memory int64         // resident, in bytes
	cpu    time.Duration // used so far, to 10 ms
}

func usageOf(t testing.TB, srv *servertest.Process) (u usage) {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/", srv.Pid())
	rollup, err := os.ReadFile(dir + "smaps_rollup")
	if err != nil {
		return u // no such thing here, or the process has ended, which the bystanders notice
	}
	stat, err := os.ReadFile(dir + "stat")
	if err != nil {
		return u
	}
	if u.memory, err = memoryOf(string(rollup)); err == nil {
		u.cpu, err = cpuOf(string(stat))
	}
	if err != nil {
		t.Error(err)
	}
	return u
}

// socketsOf is how many sockets a process has open; 0 where the system does not tell.
func socketsOf(srv *servertest.Process) (n int) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", srv.Pid()))
	for _, file := range files {
		if to, err := os.Readlink(file); err == nil && strings.HasPrefix(to, "socket:") {
			n++
		}
	}
	return n
}

func memoryOf(rollup string) (int64, error) {
	for line := range strings.Lines(rollup) {
		if rest, ok := strings.CutPrefix(line, "Rss:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kib << 10, err
		}
	}
	return 0, nil // a process that is just ending
}

// cpuOf adds user and system time, in the unit of proc_pid_stat(5), which is 10 ms on every machine.
func cpuOf(stat string) (time.Duration, error) {
	var user, system time.Duration
	// The second field is the name, in brackets, and may hold anything.
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	_, err := fmt.Sscan(strings.Join(fields[11:13], " "), (*int64)(&user), (*int64)(&system))
	return (user + system) * 10 * time.Millisecond, err
}

// watch notes the most memory that a server takes until peak is called.
func watch(t testing.TB, srv *servertest.Process) (peak func() int64) {
	var most int64
	var watching sync.WaitGroup
	stop := make(chan struct{})
	watching.Go(func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, usageOf(t, srv).memory)
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	})
	return func() int64 {
		close(stop)
		watching.Wait()
		return max(most, usageOf(t, srv).memory)
	}
}
