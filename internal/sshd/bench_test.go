//go:build unix

package sshd

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// The clients of a benchmark are another process, so that they cost this one nothing.
const clientsEnv = "SSHD_BENCH_CLIENTS"

// TestBenchClients is that process: it opens so many sessions on an address and reads them.
func TestBenchClients(t *testing.T) {
	addr := os.Getenv(clientsEnv)
	if addr == "" {
		t.Skip("only for benchmarks")
	}
	for {
		var n int
		if _, err := fmt.Scan(&n); err != nil {
			os.Exit(0)
		}
		for range n {
			openBenchSession(addr)
		}
		fmt.Println("open")
	}
}

func openBenchSession(addr string) {
	c, err := gossh.Dial("tcp", addr, &gossh.ClientConfig{User: "ann", HostKeyCallback: gossh.InsecureIgnoreHostKey(),
		Auth: []gossh.AuthMethod{gossh.KeyboardInteractive(answerNothing)}})
	if err != nil {
		panic(err)
	}
	s, err := c.NewSession()
	if err != nil {
		panic(err)
	}
	s.RequestPty("xterm", 24, 80, nil)
	out, _ := s.StdoutPipe()
	s.StdinPipe()
	if err := s.Shell(); err != nil {
		panic(err)
	}
	go io.Copy(io.Discard, out)
}

// A bench is a server under measurement.
type bench struct {
	b      *testing.B
	mu     sync.Mutex
	writes []func([]byte)
	more   func(n int) // opens n more sessions
}

func (x *bench) joined(write func([]byte)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.writes = append(x.writes, write)
}

func (x *bench) count() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.writes)
}

// clients starts the other process against addr.
func (x *bench) clients(addr string) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestBenchClients$")
	cmd.Env = append(os.Environ(), clientsEnv+"="+addr)
	cmd.Stderr = os.Stderr
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		x.b.Fatal(err)
	}
	x.b.Cleanup(func() { in.Close(); cmd.Wait() })
	x.more = func(n int) {
		want := x.count() + n
		io.WriteString(in, strconv.Itoa(n)+"\n")
		readUntil(out, "open\n")
		eventually(x.b, "the sessions", func() bool { return x.count() == want })
	}
}

// ours is this package's server; a session writes as it is told.
func ours(b *testing.B) *bench {
	x := &bench{b: b}
	srv := start(b, func(s *Server) {
		s.Settings = Settings{Startups: NoLimit, StartupsPerAddress: NoLimit}
		s.Handler = func(ctx context.Context, ch *Channel) {
			x.joined(func(p []byte) { ch.Write(p) })
			noticed := notices(ch)
			for {
				select {
				case <-noticed:
					if _, eof := ch.Peek(); eof {
						return
					}
				case <-ctx.Done():
					return
				}
			}
		}
	})
	x.clients(srv.addr)
	return x
}

// bare is the least that gliderlabs/ssh can do: a handler that reads, and writes of one goroutine for
// each session.
func bare(b *testing.B) *bench {
	x := &bench{b: b}
	srv := &ssh.Server{HostSigners: []ssh.Signer{newKey('h')}, Handler: func(s ssh.Session) {
		lines := make(chan []byte, 16)
		x.joined(func(p []byte) { lines <- p })
		go func() {
			for p := range lines {
				s.Write(p)
			}
		}()
		io.Copy(io.Discard, s)
		close(lines)
	}, ServerConfigCallback: func(ssh.Context) *gossh.ServerConfig {
		return &gossh.ServerConfig{Config: gossh.Config{KeyExchanges: keyExchanges, Ciphers: ciphers, MACs: macs}}
	}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go srv.Serve(l)
	b.Cleanup(func() { srv.Close() })
	x.clients(l.Addr().String())
	return x
}

var kinds = map[string]func(*testing.B) *bench{"ours": ours, "bare": bare}

// BenchmarkIdle measures an idle session as the slope from 250 to 500.
func BenchmarkIdle(b *testing.B) {
	for name, kind := range kinds {
		b.Run(name, func(b *testing.B) {
			x := kind(b)
			x.more(250)
			before, goroutines := used(), runtime.NumGoroutine()
			x.more(250)
			b.ReportMetric(float64(used()-before)/250, "B/session")
			b.ReportMetric(float64(runtime.NumGoroutine()-goroutines)/250, "goroutines/session")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// used is memory in use, heap and stacks, once things have settled.
func used() int64 {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
		time.Sleep(100 * time.Millisecond)
	}
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// BenchmarkLine measures the CPU time of one line delivered to each of 200 sessions.
func BenchmarkLine(b *testing.B) {
	const sessions = 200
	line := []byte("\r\x1b[K14:02 bob → you  are we still on for three o'clock today?\r\n\x1b7")
	for name, kind := range kinds {
		b.Run(name, func(b *testing.B) {
			x := kind(b)
			x.more(sessions)
			b.ResetTimer()
			before := cpu()
			for range b.N {
				for _, write := range x.writes {
					write(line)
				}
				time.Sleep(time.Millisecond) // a line that comes alone, not one in a crowd
			}
			b.ReportMetric(float64(cpu()-before)/float64(b.N*sessions), "cpu-ns/line")
		})
	}
}

func cpu() int64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}
