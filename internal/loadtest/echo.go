package loadtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	talkASecond = 200 // lines in the room of the echo row
	// keyEvery is no multiple of the time between two lines, so that keys come at any moment of it.
	keyEvery = 13 * time.Millisecond
)

// keys are in no line, no prompt and no control sequence. They are typed in turn, so that what a terminal shows once
// more of the last one is not taken for the next.
const keys = "!%&+"

// erase is the Backspace key.
const erase = "\x7f"

// echo measures the time from a key to its echo on a terminal that looks at a room: while nothing is said there, and
// while much is. The bare loop echoes nothing.
func (b *bench) echo(ctx context.Context) error {
	for _, k := range b.kinds {
		b.says("echo: keys in an idle room, then at %d lines a second", talkASecond)
		if err := b.echoOf(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) echoOf(ctx context.Context, k kind) error {
	p, err := b.start(ctx, k)
	if err != nil {
		return err
	}
	defer p.stop()
	h := hall{kind: k, addr: p.addr, senders: 1, room: true}
	speaker, err := h.gather(ctx, b.names[:1])
	if err != nil {
		return err
	}
	defer speaker.disperse()
	c, err := h.bring(ctx, b.names[1], true)
	if c != nil {
		defer c.close()
	}
	if err != nil {
		return err
	}
	t := newTypist(c)
	c.reading.Go(t.watch)
	for range b.Rounds {
		if err := b.echoRound(ctx, k, t, speaker); err != nil {
			return err
		}
	}
	return nil
}

// echoRound measures three times as long as others, in both rooms: a p99 wants many keys.
func (b *bench) echoRound(ctx context.Context, k kind, t *typist, speaker *crowd) error {
	took, err := t.tick(ctx, 3*b.Time, keyEvery)
	if err != nil {
		return err
	}
	b.report.addTimes(k, "echo/idle", "key to its echo, idle room", took)
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error {
		_, err := speaker.tick(ctx, 3*b.Time, time.Second/talkASecond)
		return err
	})
	all.Go(func() (err error) {
		took, err = t.tick(ctx, 3*b.Time, keyEvery)
		return err
	})
	if err := all.Wait(); err != nil {
		return err
	}
	b.report.addTimes(k, "echo/busy", fmt.Sprintf("key to its echo, %d lines/s in the room", talkASecond), took)
	return nil
}

// A typist types one key after the other at a terminal, and takes each back.
type typist struct {
	*client
	typed  int
	want   atomic.Uint32  // the key whose echo has not come; zero: there is none
	echoed chan time.Time // when one came
	broken chan error     // the end of the session
}

func newTypist(c *client) *typist {
	return &typist{client: c, echoed: make(chan time.Time, 1), broken: make(chan error, 1)}
}

// watch sees what comes to the screen, until the session ends.
func (t *typist) watch() {
	buf := make([]byte, 4096)
	for {
		n, err := t.screen.Read(buf)
		at := time.Now()
		if key := byte(t.want.Load()); key != 0 && bytes.IndexByte(buf[:n], key) >= 0 {
			t.want.Store(0)
			t.echoed <- at
		}
		if err != nil {
			t.broken <- fmt.Errorf("the session of %s ended: %w", t.name, err)
			return
		}
	}
}

// tick types a key at every tick for a time, or later where the echo of the last one has not come, and returns how
// long each echo took.
func (t *typist) tick(ctx context.Context, d, every time.Duration) (took []time.Duration, err error) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for end := time.Now().Add(d); time.Now().Before(end); {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		one, err := t.press(ctx)
		if err != nil {
			return nil, err
		}
		took = append(took, one)
	}
	return took, nil
}

// press types the next key, waits for its echo, and takes the key back.
func (t *typist) press(ctx context.Context) (time.Duration, error) {
	key := keys[t.typed%len(keys)]
	t.typed++
	late := time.NewTimer(patience)
	defer late.Stop()
	t.want.Store(uint32(key))
	at := time.Now()
	if _, err := t.keys.Write([]byte{key}); err != nil {
		return 0, err
	}
	select {
	case came := <-t.echoed:
		_, err := io.WriteString(t.keys, erase)
		return came.Sub(at), err
	case err := <-t.broken:
		return 0, err
	case <-late.C:
		return 0, fmt.Errorf("a key was not echoed within %v", patience)
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}
