package server

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
	"sshchat/internal/sanitize"
	"sshchat/internal/store"
)

// countdown runs drains on a clock of its own, and notes what is told and when, in seconds from the beginning.
type countdown struct {
	*drains
	began time.Time
	told  []string
	over  bool
	stop  func()
	mu    sync.Mutex // guards told and over
}

func runDrains() *countdown {
	c := &countdown{drains: newDrains(), began: time.Now()}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		c.run(ctx, func(left time.Duration, why sanitize.Text) {
			c.note(textStops(left, why).String())
		}, func(why sanitize.Text) {
			c.note(textStopped(why))
			c.mu.Lock()
			defer c.mu.Unlock()
			c.over = true
		})
	})
	c.stop = func() { cancel(); running.Wait() }
	return c
}

func (c *countdown) note(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told = append(c.told, fmt.Sprintf("%d %s", int(time.Since(c.began).Seconds()), text))
}

func (c *countdown) begins(in time.Duration, why string) {
	c.set(drain{time.Now().Add(in), sanitize.Line(why)})
	synctest.Wait()
}

func (c *countdown) wants(t *testing.T, over bool, told ...string) {
	t.Helper()
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Equal(c.told, told) || c.over != over {
		t.Errorf("told %q, over: %v\nwant %q, %v", c.told, c.over, told, over)
	}
}

func TestACountdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := runDrains()
		defer c.stop()
		time.Sleep(time.Hour)
		c.wants(t, false)
		c.begins(10*time.Minute, "a new disk")
		time.Sleep(10*time.Minute - time.Second)
		want := []string{
			"3600 the server stops in 10 min: a new disk",
			"3900 the server stops in 5 min: a new disk",
			"4140 the server stops in 1 min: a new disk",
			"4190 the server stops in 10 s: a new disk",
		}
		c.wants(t, false, want...)
		time.Sleep(time.Second)
		c.wants(t, true, append(want, "4200 the server is shutting down: a new disk")...)
	})
}

func TestACountdownOfNoTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := runDrains()
		defer c.stop()
		c.begins(0, "")
		c.wants(t, true, "0 the server stops in 0 s", "0 the server is shutting down")
	})
}

// Another drain takes the place of the first; none ends it.
func TestACountdownIsChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := runDrains()
		defer c.stop()
		c.begins(time.Minute, "")
		time.Sleep(55 * time.Second)
		c.begins(30*time.Second, "later")
		time.Sleep(25 * time.Second)
		c.set(drain{})
		time.Sleep(time.Hour)
		before := []string{"0 the server stops in 1 min", "50 the server stops in 10 s",
			"55 the server stops in 30 s: later", "75 the server stops in 10 s: later"}
		c.wants(t, false, before...)
		c.begins(time.Second, "")
		time.Sleep(time.Second)
		c.wants(t, true, append(slices.Clone(before), "3680 the server stops in 1 s", "3681 the server is shutting down")...)
	})
}

func TestSpans(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 59*time.Second + 600*time.Millisecond: "1 min", 90 * time.Second: "1 min 30 s",
		time.Hour: "1 h", 90 * time.Minute: "1 h 30 min",
	} {
		if got := span(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

// Whoever gives the order last has it: nobody is let in while there is a drain, and everybody when there is none.
func TestDrainsThatAreBegunAndCancelledAtOnce(t *testing.T) {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), databaseName), store.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	hub := delivery.New(st, discard)
	s := &Server{log: discard, drains: newDrains(), hub: hub, chat: chat.New(chat.Config{Store: st, Sessions: hub, Now: time.Now})}
	for range 20_000 { // a moment is enough for both, and few of them hit it
		var both sync.WaitGroup
		for range 4 {
			both.Go(func() { s.Drain(time.Hour, sanitize.Text{}) })
			both.Go(func() { s.CancelDrain() })
		}
		both.Wait()
		if closed := s.chat.CheckOpen() != nil; closed != s.Draining() {
			t.Fatalf("there is a drain: %v, and nobody is let in: %v", s.Draining(), closed)
		}
	}
}

func TestAStopThatHasBegunIsNotCancelled(t *testing.T) {
	s := &Server{drains: newDrains()}
	s.drains.set(drain{at: time.Now()})
	s.stopping.Store(true)
	if s.CancelDrain() || !s.Draining() {
		t.Error("it is cancelled")
	}
}
