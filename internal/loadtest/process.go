package loadtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"sshchat/internal/printout"
)

// stopTime is how long a server may take to stop before it is killed.
const stopTime = 15 * time.Second

// userHZ is the unit of CPU times in Linux' /proc, the same on every machine (proc_pid_stat(5)).
const userHZ = 100

// A process is a server that runs.
type process struct {
	addr string
	cmd  *exec.Cmd
	out  *printout.Printout
	dump atomic.Int64 // goroutines that it has printed
	quit func()
	done chan struct{}
	told bool // it was sent a signal

	// These two hold once done is closed.
	err   error // how it ended
	alone bool  // before stop
}

// start starts a server and waits until it says where it listens. It ends with ctx at the latest.
func start(ctx context.Context, cmd func(context.Context) *exec.Cmd) (*process, error) {
	ctx, quit := context.WithCancel(ctx)
	p := &process{cmd: cmd(ctx), quit: quit, done: make(chan struct{})}
	p.out = printout.New(p.count)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = stopTime
	if err := p.cmd.Start(); err != nil {
		quit()
		return nil, fmt.Errorf("start a server: %w", err)
	}
	go func() { // stop waits for it
		p.err = p.cmd.Wait()
		p.alone = ctx.Err() == nil
		close(p.done)
	}()
	select {
	case p.addr = <-p.out.Addr():
		return p, nil
	case <-p.done:
		quit()
		return nil, fmt.Errorf("%s does not start (%v):\n%s", p.cmd.Path, p.err, p.out)
	case <-time.After(patience):
		p.stop()
		return nil, fmt.Errorf("%s does not say where it listens:\n%s", p.cmd.Path, p.out)
	}
}

// stop asks the server to stop, and kills it if it does not.
func (p *process) stop() {
	p.quit()
	<-p.done
}

// cpu is the CPU time that the server has used, in user and in system, to 10 ms.
func (p *process) cpu() (time.Duration, error) {
	stat, err := p.proc("stat")
	if err != nil {
		return 0, err
	}
	return cpuOf(stat)
}

// rss is the server's resident memory in bytes. It is that of smaps_rollup: the kernel counts VmRSS in
// batches, for each core.
func (p *process) rss() (int64, error) {
	rollup, err := p.proc("smaps_rollup")
	if err != nil {
		return 0, err
	}
	return rssOf(rollup)
}

func cpuOf(stat string) (time.Duration, error) {
	// The second field is the name, in brackets, and may hold anything; those after it do not.
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	const utime, stime = 11, 12
	if len(fields) <= stime {
		return 0, errors.New("no CPU times in /proc/PID/stat")
	}
	user, err := strconv.Atoi(fields[utime])
	if err != nil {
		return 0, fmt.Errorf("CPU time in /proc/PID/stat: %w", err)
	}
	system, err := strconv.Atoi(fields[stime])
	if err != nil {
		return 0, fmt.Errorf("CPU time in /proc/PID/stat: %w", err)
	}
	return time.Duration(user+system) * time.Second / userHZ, nil
}

func rssOf(rollup string) (int64, error) {
	for line := range strings.Lines(rollup) {
		if rest, ok := strings.CutPrefix(line, "Rss:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("no Rss in /proc/PID/smaps_rollup")
}

func (p *process) proc(file string) (string, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", p.cmd.Process.Pid, file))
	if err != nil {
		return "", fmt.Errorf("measure a process (Linux only): %w", err)
	}
	return string(b), nil
}

// goroutines ends the server with SIGQUIT, upon which Go's runtime prints them all, and counts them.
func (p *process) goroutines() (int, error) {
	defer p.stop()
	p.told = true
	if err := p.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		return 0, err
	}
	select {
	case <-p.done:
	case <-time.After(patience):
	}
	p.stop()
	if n := p.dump.Load(); n > 0 {
		return int(n), nil
	}
	return 0, errors.New("the server printed no goroutines")
}

// count counts the lines that head a goroutine's stack.
func (p *process) count(line string) {
	if rest, ok := strings.CutPrefix(line, "goroutine "); ok && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		p.dump.Add(1)
	}
}
