package soak

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sshchat/internal/servertest"
)

func TestWhatAServerComplainsOf(t *testing.T) {
	s := &server{}
	for _, line := range []string{"level=INFO msg=x", "level=ERROR msg=disk", "panic: oh"} {
		s.see(line)
	}
	if got, want := s.complained(), []string{"level=ERROR msg=disk", "panic: oh"}; !slices.Equal(got, want) {
		t.Errorf("it complains of %q, want %q", got, want)
	}
	for i := range 100 {
		s.see(fmt.Sprintf("panic %d", i))
	}
	if n := len(s.complained()); n != mostComplaints {
		t.Errorf("%d complaints are kept", n)
	}
}

func TestAServerIsKilledAndStopped(t *testing.T) {
	binary, dir := servertest.Binary(t), filepath.Join(t.TempDir(), "data")
	s, err := startServer(t.Context(), binary, dir)
	if err != nil {
		t.Fatal(err)
	}
	s.kill()
	if s.err == nil {
		t.Error("a killed server has ended well")
	}
	if s, err = startServer(t.Context(), binary, dir); err != nil {
		t.Fatal(err)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := startServer(ctx, binary, dir); err == nil {
		s.kill() // it was faster than the look at ctx
	}
}

func TestAVenueTellsWhereTheServerIs(t *testing.T) {
	v := &venue{change: make(chan struct{})}
	found := make(chan string)
	go func() {
		addr, _ := v.wait(t.Context())
		found <- addr
	}()
	v.moves("")
	v.moves("here")
	if at := <-found; at != "here" {
		t.Errorf("it is at %q", at)
	}
	v.moves("")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if at, ok := v.wait(ctx); ok {
		t.Errorf("there is none, and it is at %q", at)
	}
}

func TestServersLiveTheirMean(t *testing.T) {
	h := &run{Plan: Plan{Life: time.Second}, rng: newModel(0).rng}
	var sum, longest time.Duration
	const n = 10_000
	for range n {
		l := h.life()
		sum, longest = sum+l, max(longest, l)
	}
	if mean := sum / n; mean < 900*time.Millisecond || mean > 1100*time.Millisecond || longest > 6*time.Second {
		t.Errorf("they live %v in the mean and %v at most", mean, longest)
	}
}
