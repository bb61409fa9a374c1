package loadtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// A desk is a terminal of a typist's, whose server is the test: it reads what is typed, and shows.
type desk struct {
	*typist
	typed io.Reader
	show  io.WriteCloser
}

func newDesk(t *testing.T) desk {
	t.Helper()
	typed, keys := io.Pipe()
	screen, show := io.Pipe()
	d := desk{newTypist(&client{name: "alice", keys: keys, screen: screen}), typed, show}
	d.reading.Go(d.watch)
	t.Cleanup(func() {
		show.Close()
		typed.Close()
		d.reading.Wait()
	})
	return d
}

// key reads one key.
func (d desk) key() (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(d.typed, b[:])
	return b[0], err
}

// A line that comes between a key and its echo, and repaints the row without the key, is no echo.
func TestATypistWaitsForTheEchoOfEachKey(t *testing.T) {
	d := newDesk(t)
	shown := make(chan string)
	go func() {
		defer close(shown)
		for {
			k, err := d.key()
			if err != nil {
				return
			}
			if k != erase[0] {
				for range 2 { // when the second one is taken the first has been seen
					fmt.Fprint(d.show, "\r\x1b[K14:02 bob  "+text(7)+"\r\n"+lounge+"> ")
				}
				if d.want.Load() == 0 {
					t.Errorf("a line is taken for the echo of %c", k)
				}
				fmt.Fprintf(d.show, "%c", k)
			}
			shown <- string(k)
		}
	}()
	var got strings.Builder
	for range 6 {
		took := make(chan time.Duration, 1)
		go func() {
			one, err := d.press(t.Context())
			if err != nil {
				t.Error(err)
			}
			took <- one
		}()
		got.WriteString(<-shown)
		got.WriteString(<-shown)
		if one := <-took; one <= 0 {
			t.Errorf("a key took %v", one)
		}
	}
	if want := strings.Join([]string{"!", "%", "&", "+", "!", "%", ""}, erase); got.String() != want {
		t.Errorf("it types %q, want %q", got.String(), want)
	}
	d.typed.(*io.PipeReader).Close()
	<-shown
}

func TestATypistWhoseSessionEndsSaysSo(t *testing.T) {
	d := newDesk(t)
	go func() {
		d.key()
		d.show.Close()
	}()
	if _, err := d.tick(t.Context(), time.Minute, time.Millisecond); err == nil || !strings.Contains(err.Error(), "alice") {
		t.Errorf("the error is %v", err)
	}
}

func TestATypistEndsWithTheContext(t *testing.T) {
	d := newDesk(t)
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		d.key()
		stop()
	}()
	if _, err := d.tick(ctx, time.Minute, time.Millisecond); err != context.Canceled {
		t.Errorf("the error is %v", err)
	}
}

// What is typed must not be found in anything else that comes to the screen.
func TestKeysAreNowhereElse(t *testing.T) {
	for _, shown := range []string{"14:02 " + names(1)[0] + "  " + text(123456), lounge + "> ", "\x1b[0123456789;?mHJKABCDGPX\r\n\b"} {
		if i := strings.IndexAny(shown, keys); i >= 0 {
			t.Errorf("%q has the key %c", shown, shown[i])
		}
	}
	for i := range len(keys) {
		if bytes.Count([]byte(keys), []byte{keys[i]}) != 1 {
			t.Errorf("the key %c comes twice in %q", keys[i], keys)
		}
	}
}
