package sshd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
)

// withChannel runs f as the handler of a channel whose client is driven by the test: the client has
// started a shell and given a window.
func withChannel(t *testing.T, window uint32, set Settings, f func(ctx context.Context, ch *Channel)) (c *rawClient, id uint32, conn *memConn) {
	srv := startMem(t, func(s *Server) { s.Settings, s.Handler = set, f })
	conn = srv.l.dial(memAddr, memRoom)
	c = newRaw(t, conn)
	c.exchange()
	c.login()
	id = c.open(window)
	c.shell(id)
	return c, id, conn
}

func TestWaitingOutputLeavesAsOnePacket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		underWay := make(chan struct{})
		c, id, conn := withChannel(t, 1, Settings{}, func(ctx context.Context, ch *Channel) {
			io.WriteString(ch, "first")
			<-underWay
			for i := range 100 {
				fmt.Fprintf(ch, " line %d", i)
			}
			<-ctx.Done()
		})
		c.expect(msgChannelData) // the one byte that the window has room for
		close(underWay)
		synctest.Wait()
		c.send(join([]byte{msgWindowAdjust}, u32(id), u32(1000)))
		if rest := c.expect(msgChannelData); string(rest[9:]) != "irst" {
			t.Fatalf("the write under way ended with %q", rest[9:])
		}
		if all := string(c.expect(msgChannelData)[9:]); !strings.HasPrefix(all, " line 0") || !strings.HasSuffix(all, " line 99") {
			t.Errorf("what waited came as %q", all)
		}
		conn.Close()
	})
}

func TestQueueIsBoundedAndRefusesWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := make(chan struct{})
		c, id, conn := withChannel(t, 0, Settings{OutputQueue: 10_000}, func(ctx context.Context, ch *Channel) {
			if n, err := ch.Write(make([]byte, 10_001)); n != 0 || err != ErrQueueFull {
				t.Errorf("more than the queue: %d, %v", n, err)
			}
			if n, err := ch.Write(make([]byte, 9_000)); n != 9_000 || err != nil {
				t.Errorf("what fits: %d, %v", n, err)
			}
			if n, err := ch.WriteError(make([]byte, 1_001)); n != 0 || err != ErrQueueFull {
				t.Errorf("what no longer fits: %d, %v", n, err)
			}
			if n, err := ch.WriteError(make([]byte, 1_000)); n != 1_000 || err != nil {
				t.Errorf("what just fits: %d, %v", n, err)
			}
			if n := ch.Queued(); n != 10_000 {
				t.Errorf("queued %d, want 10,000", n)
			}
			close(done)
			noticed := notices(ch)
			<-noticed
			ch.NotifyDrained()
			<-noticed
			if n := ch.Queued(); n != 0 {
				t.Errorf("queued %d after the drain", n)
			}
			if _, err := ch.Write(make([]byte, 10_000)); err != nil {
				t.Errorf("after the drain: %v", err)
			}
		})
		<-done
		c.send(join([]byte{msgWindowAdjust}, u32(id), u32(1<<20)))
		c.expect(msgChannelClose)
		conn.Close()
	})
}

// The queue may have become empty before anybody asked to be told: else a session would wait for ever.
func TestNotifyDrainedTellsOfAnEmptyQueueAtOnce(t *testing.T) {
	ch := loneChannel(t)
	told := 0
	ch.Notify(func() { told++ })
	ch.NotifyDrained()
	if told != 2 {
		t.Errorf("told %d times, want once by each call", told)
	}
}

func TestBothStreamsLeaveInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, conn := withChannel(t, 1<<20, Settings{}, func(ctx context.Context, ch *Channel) {
			ch.Write([]byte("1"))
			ch.WriteError([]byte("2"))
			ch.WriteError([]byte("3"))
			ch.Write([]byte("4"))
		})
		var got []string
		for {
			p, err := c.read()
			if err != nil {
				t.Fatal(err)
			}
			switch p[0] {
			case msgChannelData:
				got = append(got, "out "+string(p[9:]))
			case msgChannelStderr:
				got = append(got, "err "+string(p[13:]))
			case msgChannelEOF:
				if all := strings.Join(got, ", "); all != "out 1, err 23, out 4" {
					t.Errorf("order: %s", all)
				}
				conn.Close()
				return
			}
		}
	})
}

// OpenSSH takes the exit status only before CLOSE, and prints nothing that comes after EOF.
func TestPartingOrder(t *testing.T) {
	srv := start(t, func(s *Server) {
		s.Handler = func(_ context.Context, ch *Channel) {
			ch.Write(bytes.Repeat([]byte("x"), 10_000))
			ch.Exit(77)
		}
	})
	c, id := srv.opened(1 << 20)
	c.shell(id)
	var order []byte
	data := 0
	for {
		p, err := c.read()
		if err != nil {
			break
		}
		switch p[0] {
		case msgChannelData:
			data += len(p) - 9
			if len(order) > 0 {
				t.Error("data after the parting has begun")
			}
		case msgChannelRequest:
			if want := channelRequest(0, "exit-status", false, u32(77)); !bytes.Equal(p, want) {
				t.Errorf("request %q, want %q", p, want)
			}
			order = append(order, p[0])
		case msgChannelEOF, msgChannelClose:
			order = append(order, p[0])
		}
		if p[0] == msgChannelClose {
			c.send(join([]byte{msgChannelClose}, u32(id)))
		}
	}
	if want := []byte{msgChannelRequest, msgChannelEOF, msgChannelClose}; !bytes.Equal(order, want) || data != 10_000 {
		t.Errorf("%d bytes, then messages %v; want 10,000, then %v", data, order, want)
	}
}

// The connection waits for the client's own CLOSE, so that none of this is lost in a reset, but not
// for ever.
func TestPartingWaitsForTheClientsClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, conn := withChannel(t, 1<<20, Settings{}, func(context.Context, *Channel) {})
		c.expect(msgChannelClose)
		took := ended(conn)
		wantAfter(t, took, partingWait)
	})
}

func TestConnectionOutlivesOneOfItsChannels(t *testing.T) {
	srv := start(t, nil)
	c := srv.dial()
	first, second := srv.shell(c), srv.shell(c)
	first.in.Close()
	first.ends()
	second.says("hello")
	second.sees("hello")
	second.in.Close()
	second.ends()
	within(t, "the connection's end", func() error { c.Wait(); return nil })
}

func TestInputIsTakenInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steps := make(chan string)
		c, id, conn := withChannel(t, 1<<20, Settings{}, func(ctx context.Context, ch *Channel) {
			noticed := notices(ch)
			for {
				<-noticed
				p, eof := ch.Peek()
				if len(p) == 0 && !eof {
					continue
				}
				steps <- fmt.Sprintf("%q %v", p, eof)
				ch.Discard(min(len(p), 2))
				if eof {
					return
				}
			}
		})
		c.send(channelData(id, "abcd"))
		for _, step := range []struct{ send, want string }{
			{"", `"abcd" false`},
			{"ef", `"cdef" false`},
			{"gh", `"efgh" false`},
		} {
			if step.send != "" {
				c.send(channelData(id, step.send))
			}
			if got := <-steps; got != step.want {
				t.Errorf("peek: %s, want %s", got, step.want)
			}
			synctest.Wait()
		}
		c.send(join([]byte{msgChannelEOF}, u32(id)))
		if got, want := <-steps, `"gh" true`; got != want {
			t.Errorf("peek at the end: %s, want %s", got, want)
		}
		conn.Close()
	})
}

// A flood may come between a handler's Peek and its Discard.
func TestDiscardAfterAFlood(t *testing.T) {
	ch := loneChannel(t)
	ch.in.add([]byte("typed"), 10)
	p, _ := ch.Peek()
	if ch.in.add(make([]byte, 10), 10) {
		t.Fatal("no flood")
	}
	ch.Discard(len(p))
	if rest, _ := ch.Peek(); len(rest) > 0 {
		t.Errorf("%d bytes are left", len(rest))
	}
}

// A client may send EOF and still be there: only its CLOSE ends the channel.
func TestEOFIsNotTheEnd(t *testing.T) {
	srv := start(t, func(s *Server) {
		s.Handler = func(ctx context.Context, ch *Channel) {
			noticed := notices(ch)
			for eof := false; !eof; _, eof = ch.Peek() {
				<-noticed
			}
			if ctx.Err() != nil {
				t.Errorf("EOF has ended the context: %v", context.Cause(ctx))
			}
			ch.Write([]byte("after"))
		}
	})
	p := srv.shell(srv.dial())
	p.in.Close()
	p.sees("after")
}

func TestClosedChannelEndsItsContext(t *testing.T) {
	why := make(chan error, 1)
	srv := start(t, func(s *Server) {
		s.Handler = func(ctx context.Context, ch *Channel) {
			if kind, _ := ch.Request(); kind == Exec {
				<-ctx.Done()
				why <- context.Cause(ctx)
				return
			}
			echo(ctx, ch)
		}
	})
	c := srv.dial()
	stays := srv.shell(c)
	goes := srv.open(c)
	goes.sess.Start("x")
	goes.sess.Close()
	if err := within(t, "the handler", func() error { return <-why }); err != ErrGone {
		t.Errorf("cause %v, want ErrGone", err)
	}
	stays.says("hello")
	stays.sees("hello")
}

func TestKillTellsItsCause(t *testing.T) {
	cause := fmt.Errorf("taken over")
	why := make(chan error, 1)
	srv := start(t, func(s *Server) {
		s.Handler = func(ctx context.Context, ch *Channel) {
			ch.Kill(cause)
			<-ctx.Done()
			why <- context.Cause(ctx)
		}
	})
	c := srv.dial()
	srv.shell(c)
	within(t, "the connection's end", func() error { c.Wait(); return nil })
	if err := <-why; err != cause {
		t.Errorf("cause %v, want %v", err, cause)
	}
}

func TestResizes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sizes := make(chan string)
		srv := startMem(t, func(s *Server) {
			s.Handler = func(ctx context.Context, ch *Channel) {
				noticed := notices(ch)
				<-noticed
				for {
					cols, rows := ch.Size()
					select {
					case sizes <- fmt.Sprint(cols, "x", rows):
					case <-ctx.Done():
						return
					}
					select {
					case <-noticed:
					case <-ctx.Done():
						return
					}
				}
			}
		})
		c := srv.client(srv.l.dial(memAddr, memRoom))
		p := srv.open(c)
		p.sess.RequestPty("xterm", 30, 100, nil)
		p.sess.Shell()
		if got := <-sizes; got != "100x30" {
			t.Errorf("size %s", got)
		}
		for i := range 100 {
			p.sess.WindowChange(30, 100+i)
		}
		for got := ""; got != "199x30"; got = <-sizes {
		}
	})
}
