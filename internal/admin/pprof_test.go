package admin

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
)

// isProfile checks that what a file got can be what `go tool pprof` reads: gzip, with names of functions in it.
func (r result) isProfile(function string) {
	r.t.Helper()
	if r.exit != 0 || r.err != "" {
		r.t.Fatalf("exit %d, %q", r.exit, r.err)
	}
	z, err := gzip.NewReader(strings.NewReader(r.out))
	if err != nil {
		r.t.Fatalf("no profile: %v: %.80q", err, r.out)
	}
	p, err := io.ReadAll(z)
	if err != nil || !bytes.Contains(p, []byte(function)) {
		r.t.Errorf("a profile of %d bytes without %s: %v", len(p), function, err)
	}
}

func TestProfilesIntoAFile(t *testing.T) {
	w := newWorld(t)
	w.types("pprof", "goroutine").isProfile("sshchat/internal/admin.takeProfile")
	w.types("pprof", "heap").isProfile("inuse_space")
	w.types("pprof", "allocs").isProfile("alloc_space")
	w.types("pprof", "--help").says("pprof heap|goroutine|allocs|cpu [--seconds N]  a profile of the server for go tool pprof, " +
		"into a file: pprof heap > FILE")
}

// While somebody watches the processor nobody else can: Go has one such watch in a process.
func TestTheProcessorIsWatchedByOne(t *testing.T) {
	w := newWorld(t)
	first := make(chan result, 1)
	go func() { first <- w.types("pprof", "cpu", "--seconds", "1") }()
	second := w.types("pprof", "cpu", "--seconds=1")
	for _, r := range []result{<-first, second} {
		if r.exit == 0 {
			r.isProfile("samples")
		} else {
			r.fails(1, "somebody takes a cpu profile already", "try again when it is done")
		}
	}
	w.types("pprof", "cpu", "--seconds", "1").isProfile("samples")
}

func TestProfilesThatAreRefused(t *testing.T) {
	w := newWorld(t)
	const usage = "usage: pprof heap|goroutine|allocs|cpu [--seconds N]"
	for _, line := range []string{"pprof", "pprof heaps", "pprof cpu 5", "pprof cpu --second 5", "pprof cpu --seconds",
		"pprof cpu --seconds=", "pprof heap --seconds 5"} {
		w.types(strings.Fields(line)...).fails(64, "pprof: no such profile, or not like that", usage)
	}
	for _, seconds := range []string{"0", "21", "-1", "x", "1.5"} {
		w.types("pprof", "cpu", "--seconds", seconds).fails(64, "pprof: seconds is a number from 1 to 20", "")
	}
	console(t, t.TempDir(), "", "pprof", "heap").failsWith(69)
	if status, _ := w.send("POST", "/v1/pprof/heap", "{}"); status != http.StatusBadRequest {
		t.Errorf("POST: %d", status)
	}
	if status, _ := w.send("GET", "/v1/pprof/cmdline", ""); status != http.StatusBadRequest {
		t.Errorf("another of Go's profiles: %d", status)
	}
}

func (r result) failsWith(exit int) {
	r.t.Helper()
	if r.exit != exit || r.out != "" {
		r.t.Errorf("exit %d, %d bytes, %q; want %d", r.exit, len(r.out), r.err, exit)
	}
}

// A profile tells of everything: it is for those alone who may use the console.
func TestProfilesAreForThoseWhoMay(t *testing.T) {
	w := newWorld(t, func(s *Server) {
		s.credentials = func(net.Conn) (peer, error) { return peer{uid: os.Getuid() + 1, known: true}, nil }
	})
	w.types("pprof", "heap").fails(77, refusePeer.Text, refusePeer.Hint)
}

// Both ends must still have patience when the longest profile is done.
func TestTheLongestProfileFits(t *testing.T) {
	const most = maxSeconds * 1e9
	if most >= callWait || most >= readWait || most >= writeWait {
		t.Errorf("%d s, of which the client waits %v and the server %v and %v", maxSeconds, callWait, readWait, writeWait)
	}
}
