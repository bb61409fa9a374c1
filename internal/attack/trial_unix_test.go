//go:build unix

package attack

import (
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"sshchat/internal/servertest"
)

var full = flag.Bool("full", false, "attack at full scale, for minutes, and print a table of what it cost")

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		servertest.RemoveBinary()
		os.Exit(code)
	}))
}

// patience is how long anything is waited for that has to come. It bounds what fails; it is no measure.
const patience = time.Minute

// A scale is how large an attack is: how many, and for how long where no count ends it.
type scale struct {
	n    int
	time time.Duration
}

// An attack is something that a stranger, or somebody with an account, may do to a server.
type attack struct {
	name  string
	env   []string // limits of the server that it cannot do with, such as SSHCHAT_LIMITS_STARTUPS=0
	small scale    // for a test; none of what only measures
	full  scale
	// run attacks, and tells what came of it in a few words. An error tells that the server did not do
	// what is promised of it. Connections that it has opened are cut after it.
	run func(f *field) (string, error)
}

// A field is what an attack has to work with.
type field struct {
	scale
	ctx          context.Context
	addr         string
	program, dir string    // the server's, for its operator
	end          time.Time // of the attack's time

	mu      sync.Mutex
	conns   []net.Conn
	reading sync.WaitGroup
}

var errNoAddresses = errors.New("one loopback address only on this system")

// address is the i-th loopback address that attackers come from; none is 127.0.0.1, where the others
// are at home.
func address(i int) string {
	return net.IPv4(127, byte(1+i/62500%250), byte(i/250%250), byte(1+i%250)).String()
}

// dial opens a TCP connection from a loopback address, which is cut after the attack.
func (f *field) dial(from string) (net.Conn, error) {
	d := net.Dialer{Timeout: patience, LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := d.DialContext(f.ctx, "tcp", f.addr)
	if err != nil && strings.Contains(err.Error(), "assign requested address") {
		return nil, errNoAddresses
	}
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conns = append(f.conns, conn)
	return conn, nil
}

// starts begins the attack's time, which what it needs before that does not count towards.
func (f *field) starts() { f.end = time.Now().Add(f.time) }

// going reports whether the attack's time is not over yet.
func (f *field) going() bool { return f.ctx.Err() == nil && time.Now().Before(f.end) }

// rest waits for the end of the attack's time.
func (f *field) rest() {
	select {
	case <-time.After(time.Until(f.end)):
	case <-f.ctx.Done():
	}
}

// each runs do for 0 to n-1, all at once, and returns the first error.
func (f *field) each(do func(i int) error) error {
	var all errgroup.Group
	for i := range f.n {
		all.Go(func() error { return do(i) })
	}
	return all.Wait()
}

// answers has c read on, and give the signs of life that it is asked for, until it is cut.
func (f *field) answers(c *client) {
	f.reading.Go(func() {
		c.SetDeadline(time.Time{})
		c.expect(msgDisconnect)
	})
}

// discards has what comes to c be read and not looked at, until it is cut.
func (f *field) discards(c *client) { f.reading.Go(func() { io.Copy(io.Discard, c.r) }) }

func (f *field) cut() {
	f.mu.Lock()
	for _, c := range f.conns {
		c.Close()
	}
	f.mu.Unlock()
	f.reading.Wait()
}

// Each attack on a server of its own: the bystanders chat before, during and after it, its connections
// are gone from the server, which has its memory back, and its log is clean.
func TestAttacks(t *testing.T) {
	if testing.Short() {
		t.Skip("a second or two for each of many attacks")
	}
	costs := newTable(os.Stdout)
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			if a.small.n == 0 && !*full {
				t.Skip("a measurement, which -full makes")
			}
			if !*full { // most of the time is the bystanders' pace
				t.Parallel()
			}
			figures := a.try(t)
			if *full {
				costs.add(figures)
			}
		})
	}
}

// figures are what an attack cost.
type figures struct {
	attack *attack
	n      int
	result string // what the attackers were told
	// The server's memory in bytes; 0 where the system does not tell. In the first are up to 40 MiB that
	// hashing the bystanders' passwords took, which are garbage until it is collected.
	before, during, after int64
	// cpu is the server's CPU time by the time that passed.
	cpu float64
	log int // bytes that were logged
	// What the bystanders waited for each line.
	calm, under, later waits
}

// slack is how much more memory a server may have after an attack than before: what the garbage
// collector keeps, and caches that are bounded.
const slack = 64 << 20

// room is how much more it may have during one: the bounds of hundreds of connections are not near it.
const room = 256 << 20

func (a *attack) try(t *testing.T) figures {
	srv := servertest.StartLimitedProcess(t, a.env...)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server's log ends:\n%s", tail(srv.Output(), 4<<10))
		}
	})
	people := chat(t, srv.Addr)
	defer people.leave()
	f := &field{scale: a.small, ctx: t.Context(), addr: srv.Addr, dir: srv.Dir, program: servertest.Binary(t)}
	defer f.cut()
	if *full {
		f.scale = a.full
	}
	fig := figures{attack: a, n: f.n, calm: people.waits(t)}
	sockets, logged := socketsOf(srv), len(srv.Output())
	fig.before = usageOf(t, srv).memory
	a.strike(t, srv, f, &fig)
	fig.under = people.waits(t)
	f.cut()
	recovers(t, srv, sockets, fig.before)
	fig.later = people.waits(t)
	fig.after, fig.log = usageOf(t, srv).memory, len(srv.Output())-logged
	checkLog(t, srv.Output())
	return fig
}

// strike runs the attack itself and measures what the server takes meanwhile.
func (a *attack) strike(t *testing.T, srv *servertest.Process, f *field, fig *figures) {
	t.Helper()
	peak, before, start := watch(t, srv), usageOf(t, srv), time.Now()
	f.starts()
	var err error
	fig.result, err = a.run(f)
	fig.cpu = float64(usageOf(t, srv).cpu-before.cpu) / float64(time.Since(start))
	fig.during = peak()
	if errors.Is(err, errNoAddresses) {
		t.Skip(err)
	}
	if err != nil {
		t.Errorf("%v; %s", err, fig.result)
	}
	if fig.during > fig.before+room {
		t.Errorf("it took %s MiB, %s before", mib(fig.during), mib(fig.before))
	}
}

// recovers waits until the attackers' connections are gone and the memory they took has come back.
func recovers(t *testing.T, srv *servertest.Process, sockets int, memory int64) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		open, has := socketsOf(srv), usageOf(t, srv).memory
		if open <= sockets && has <= memory+slack {
			return
		}
		if time.Now().After(end) {
			t.Errorf("%v after the attack it has %d sockets, %d before, and %s MiB, %s before", patience,
				open, sockets, mib(has), mib(memory))
			return
		}
	}
}

// checkLog wants records only, none of a fault. One panic is known, x/crypto's own in a malformed second key
// exchange: it ends its connection.
func checkLog(t *testing.T, log string) {
	t.Helper()
	for line := range strings.Lines(log) {
		record := strings.HasPrefix(line, "time=")
		fault := strings.Contains(line, "level=ERROR") ||
			strings.Contains(line, "event=panic") && !strings.Contains(line, "panic in the SSH handshake")
		if !record || fault || strings.ContainsFunc(strings.TrimSuffix(line, "\n"), unicode.IsControl) {
			t.Errorf("in the server's log: %q", line)
		}
	}
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }
