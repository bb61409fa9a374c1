package server

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
	"sshchat/internal/store"
)

// Once soon after the start and then once a day, as the configuration has it by then.
func TestWhatIsTooOldIsLookedForDaily(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sshchat.db")
	synctest.Test(t, func(t *testing.T) {
		st, err := store.Open(t.Context(), path, store.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		if _, err := st.StartNode(t.Context(), theNode); err != nil {
			t.Fatal(err)
		}
		alice, err := st.CreateUser(t.Context(), chat.NewUser{Name: "alice"})
		if err != nil {
			t.Fatal(err)
		}
		says := func() {
			t.Helper()
			_, err := st.Append(t.Context(), chat.Draft{Kind: chat.Broadcast, Sender: alice.ID, Body: sanitize.Message("hello")})
			if err != nil {
				t.Fatal(err)
			}
		}
		var keep atomic.Int64
		r := &retention{store: st, now: time.Now, keep: func() time.Duration { return time.Duration(keep.Load()) }}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { r.daily(ctx, func(err error) { t.Error(err) }) })
		defer running.Wait()
		defer stop()

		says()
		began := time.Now()
		const day = 24 * time.Hour
		for _, c := range []struct {
			wait, keep time.Duration
			at         time.Duration // of the last run, from the beginning; 0: there was none
			lines      int
		}{
			{time.Hour, 0, 0, 0},
			{day, 3 * day, firstExpiry + day, 0},
			{day, 3 * day, firstExpiry + 2*day, 0},
			{day, 3 * day, firstExpiry + 3*day, 1},
			{day, 0, firstExpiry + 3*day, 1},
		} {
			keep.Store(int64(c.keep))
			time.Sleep(c.wait)
			synctest.Wait()
			last, err := st.LastExpiry(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			at := time.Duration(0)
			if !last.At.IsZero() {
				at = last.At.Sub(began).Truncate(time.Minute)
			}
			if at != c.at || last.Lines != c.lines {
				t.Errorf("after %v: %d lines went at %v, want %d at %v", time.Since(began), last.Lines, at, c.lines, c.at)
			}
		}
	})
}
