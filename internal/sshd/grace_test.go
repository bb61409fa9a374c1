package sshd

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// ended reads conn to its end and returns how long that took.
func ended(conn io.Reader) time.Duration {
	began := time.Now()
	io.Copy(io.Discard, conn)
	return time.Since(began)
}

// typeAway types a byte each second until that fails.
func typeAway(w io.Writer) (stopped chan struct{}) {
	stopped = make(chan struct{})
	go func() {
		defer close(stopped)
		for err := error(nil); err == nil; time.Sleep(time.Second) {
			_, err = w.Write([]byte("x"))
		}
	}()
	return stopped
}

func wantAfter(t *testing.T, got, want time.Duration) {
	t.Helper()
	if got < want || got > want+time.Second {
		t.Errorf("ended after %v, want %v", got, want)
	}
}

func TestSilentHandshakeEndsAfterItsGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, nil)
		wantAfter(t, ended(srv.l.dial(memAddr, memRoom)), 30*time.Second)
	})
}

// The grace is for the whole handshake: a byte now and then does not prolong it.
func TestSlowHandshakeEndsAfterItsGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, nil)
		conn := srv.l.dial(memAddr, memRoom)
		conn.Write([]byte("SSH-"))
		stopped := typeAway(conn)
		wantAfter(t, ended(conn), 30*time.Second)
		<-stopped
	})
}

func TestAuthenticatedWithoutChannelEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, nil)
		began := time.Now()
		srv.client(srv.l.dial(memAddr, memRoom)).Wait()
		wantAfter(t, time.Since(began), 30*time.Second)
	})
}

func TestChannelWithNothingStartedEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, nil)
		c := srv.client(srv.l.dial(memAddr, memRoom))
		time.Sleep(20 * time.Second)
		srv.open(c)
		began := time.Now()
		c.Wait()
		wantAfter(t, time.Since(began), 30*time.Second)
	})
}

// An idle second channel goes alone: the first one's person must not be thrown out for it.
func TestChannelWithNothingStartedEndsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, func(s *Server) { s.Handler = loggedInEcho })
		c := srv.client(srv.l.dial(memAddr, memRoom))
		p := srv.shell(c)
		idle := srv.open(c)
		began := time.Now()
		io.Copy(io.Discard, idle.out)
		wantAfter(t, time.Since(began), 30*time.Second)
		time.Sleep(time.Hour)
		p.says("hello")
		p.sees("hello")
	})
}

// loggedInEcho is echo for somebody who has logged in.
func loggedInEcho(ctx context.Context, ch *Channel) {
	if err := ch.LoggedIn(); err != nil {
		ch.Write([]byte(err.Error() + "\n"))
		return
	}
	echo(ctx, ch)
}

// However busily somebody types, five minutes are all there is for logging in.
func TestLoginGraceEndsWhateverIsTyped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, nil)
		p := srv.shell(srv.client(srv.l.dial(memAddr, memRoom)))
		stopped := typeAway(p.in)
		began := time.Now()
		p.sees("bye: you did not log in in time\n")
		p.ends()
		wantAfter(t, time.Since(began), 5*time.Minute)
		<-stopped
	})
}

func TestLoginGraceIsTheChannels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, func(s *Server) {
			s.Handler = func(ctx context.Context, ch *Channel) {
				if kind, _ := ch.Request(); kind == Shell {
					ch.LoggedIn()
				}
				echo(ctx, ch)
			}
		})
		c := srv.client(srv.l.dial(memAddr, memRoom))
		in := srv.shell(c)
		stranger := srv.open(c)
		stranger.sess.Start("x")
		stranger.sees("bye: you did not log in in time\n")
		time.Sleep(time.Hour)
		in.says("hello")
		in.sees("hello")
	})
}

func TestLoggedOutHasAGraceAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, func(s *Server) {
			s.Handler = func(ctx context.Context, ch *Channel) {
				ch.LoggedIn()
				time.Sleep(time.Hour)
				ch.LoggedOut()
				echo(ctx, ch)
			}
		})
		p := srv.shell(srv.client(srv.l.dial(memAddr, memRoom)))
		began := time.Now()
		p.sees("bye: you did not log in in time\n")
		wantAfter(t, time.Since(began), time.Hour+5*time.Minute)
	})
}

func TestNoLimitMeansNoGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, func(s *Server) {
			s.Settings = Settings{HandshakeGrace: NoLimit, LoginGrace: NoLimit, Keepalive: NoLimit}
		})
		silent := srv.l.dial(memAddr, memRoom)
		c := srv.client(srv.l.dial(memAddr, memRoom))
		time.Sleep(24 * time.Hour)
		p := srv.open(c)
		time.Sleep(24 * time.Hour)
		if err := p.sess.Shell(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour)
		p.says("hello")
		p.sees("hello")
		srv.client(silent).Close()
	})
}

func TestDeadLinkIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		why := make(chan error, 1)
		srv := startMem(t, func(s *Server) {
			s.Handler = func(ctx context.Context, ch *Channel) {
				ch.LoggedIn()
				<-ctx.Done()
				why <- context.Cause(ctx)
			}
		})
		conn := srv.l.dial(memAddr, memRoom)
		srv.shell(srv.client(conn))
		time.Sleep(time.Hour)
		conn.cut()
		began := time.Now()
		if err := <-why; err != ErrDead {
			t.Errorf("cause = %v, want ErrDead", err)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("found after %v, want at most a minute", took)
		}
	})
}

// A client that answers keepalives is alive for ever, and one that does not is dead, though its
// kernel answers: it was stopped, or its window hangs.
func TestClientThatAnswersNothingIsDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, func(s *Server) { s.Handler = loggedInEcho })
		alive := srv.shell(srv.client(srv.l.dial(memAddr, memRoom)))
		conn := srv.l.dial(memAddr, memRoom)
		c := newRaw(t, conn)
		c.exchange()
		c.login()
		c.shell(c.open(memRoom))
		took := ended(conn)
		if took < 50*time.Second || took > 61*time.Second {
			t.Errorf("ended after %v, want a minute", took)
		}
		time.Sleep(time.Hour)
		alive.says("hello")
		alive.sees("hello")
	})
}

// On a slow link an answer may stand behind megabytes: whatever is heard meanwhile is a sign of life.
func TestClientThatIsHeardIsNotDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, func(s *Server) { s.Handler = loggedInEcho })
		conn := srv.l.dial(memAddr, memRoom)
		c := newRaw(t, conn)
		c.exchange()
		c.login()
		id := c.open(memRoom)
		c.shell(id)
		time.Sleep(45 * time.Second) // it was asked, and will not answer
		for range 100 {
			c.send(channelData(id, "x"))
			time.Sleep(20 * time.Second)
		}
		if took := ended(conn); took > 11*time.Second {
			t.Errorf("ended %v after 20 s of silence, want 10 s", took)
		}
	})
}

// A client whose window is full is there: what it answers counts, not what it takes.
func TestAnswersWhileNothingIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := make(chan error, 1)
		c, _, conn := withChannel(t, 0, Settings{}, func(ctx context.Context, ch *Channel) {
			ch.Write([]byte("waits"))
			answers <- ch.Answers(ctx)
			<-ctx.Done()
		})
		c.expect(msgGlobalRequest)
		c.send([]byte{msgGlobalFailure})
		if err := <-answers; err != nil {
			t.Errorf("no answer: %v", err)
		}
		conn.Close()
	})
}

func TestProveWaitsForEarlierWritesToArrive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		proofs := make(chan error, 1)
		first := make(chan error, 1)
		srv := startMem(t, func(s *Server) {
			s.Handler = func(ctx context.Context, ch *Channel) {
				ch.Write(make([]byte, 100_000))
				short, cancel := context.WithTimeout(ctx, 5*time.Second)
				defer cancel()
				first <- ch.Prove(short)
				proofs <- ch.Prove(ctx)
				<-ctx.Done()
			}
		})
		conn := srv.l.dial(memAddr, 4096)
		c := newRaw(t, conn)
		c.exchange()
		c.login()
		id := c.open(50_000) // takes no more than half of it
		c.send(channelRequest(id, "shell", false))
		go func() { // reads what fits its window, and answers everything
			got := 0
			for {
				p, err := c.read()
				if err != nil {
					return
				}
				switch p[0] {
				case msgChannelData:
					got += len(p) - 9
					if got == 50_000 {
						time.Sleep(10 * time.Second)
						c.trySend(join([]byte{msgWindowAdjust}, u32(id), u32(50_000)))
					}
				case msgGlobalRequest:
					if got != 100_000 {
						t.Errorf("asked for a proof after %d bytes", got)
					}
					c.trySend([]byte{msgGlobalFailure})
				}
			}
		}()
		if err := <-first; err != context.DeadlineExceeded {
			t.Errorf("proof before the bytes have left: %v, want the deadline", err)
		}
		if err := <-proofs; err != nil {
			t.Errorf("proof: %v", err)
		}
		conn.Close()
	})
}

func TestProofsShareQuestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const askers = 50
		proofs := make(chan error)
		srv := startMem(t, func(s *Server) {
			s.Handler = func(ctx context.Context, ch *Channel) {
				for range askers {
					go func() { proofs <- ch.Prove(ctx) }()
				}
				<-ctx.Done()
			}
		})
		conn := srv.l.dial(memAddr, memRoom)
		c := newRaw(t, conn)
		c.exchange()
		c.login()
		c.shell(c.open(memRoom))
		c.expect(msgGlobalRequest)
		synctest.Wait() // now all others wait for the second question
		c.send([]byte{msgGlobalFailure})
		c.expect(msgGlobalRequest)
		c.send([]byte{msgGlobalFailure})
		for range askers {
			if err := <-proofs; err != nil {
				t.Errorf("proof: %v", err)
			}
		}
		conn.Close()
	})
}

func TestProofOfADeadLinkFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		proofs := make(chan error, 2)
		begin := make(chan struct{})
		srv := startMem(t, func(s *Server) {
			s.Handler = func(ctx context.Context, ch *Channel) {
				<-begin
				short, cancel := context.WithTimeout(ctx, 5*time.Second)
				defer cancel()
				proofs <- ch.Prove(short)
				proofs <- ch.Prove(context.Background())
			}
		})
		conn := srv.l.dial(memAddr, memRoom)
		srv.shell(srv.client(conn))
		conn.cut()
		close(begin)
		if err := <-proofs; err != context.DeadlineExceeded {
			t.Errorf("within 5 s: %v, want the deadline", err)
		}
		if err := <-proofs; err != ErrDead {
			t.Errorf("in the end: %v, want ErrDead", err)
		}
	})
}

// A newcomer that is refused gets the words of SSH, which OpenSSH shows.
func TestRefusalInWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, func(s *Server) { s.Settings = Settings{Startups: 2, StartupsPerAddress: 1} })
		srv.l.dial("192.0.2.1:1", memRoom)
		srv.l.dial("[2001:db8::1]:1", memRoom)
		for addr, want := range map[string]string{
			"192.0.2.1:2":       "too many connections from your address",
			"[2001:db8::ff]:1":  "too many connections from your address",
			"198.51.100.1:1234": "the server is full",
		} {
			conn := srv.l.dial(addr, memRoom)
			_, _, _, err := gossh.NewClientConn(conn, "mem", &gossh.ClientConfig{HostKeyCallback: gossh.InsecureIgnoreHostKey()})
			if err == nil || !containsAll(err.Error(), want, "reason 12") {
				t.Errorf("%s: %v, want %q", addr, err, want)
			}
			conn.Close()
		}
	})
}

func TestSilentOneGoesForANewcomer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, func(s *Server) { s.Settings.Startups = 2 })
		typing := srv.shell(srv.client(srv.l.dial("192.0.2.1:1", memRoom)))
		silent := srv.client(srv.l.dial("192.0.2.2:1", memRoom))
		asleep := srv.shell(silent)
		time.Sleep(15 * time.Second)
		typing.says("hello")
		typing.sees("hello")
		srv.shell(srv.client(srv.l.dial("192.0.2.3:1", memRoom)))
		asleep.sees("bye: closed to make room: too many connections wait to log in\n")
		silent.Wait()
		typing.says("still here")
		typing.sees("still here")
	})
}

func TestSessionsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, func(s *Server) {
			s.Handler = loggedInEcho
			s.Settings = Settings{Sessions: 2, SessionsPerAddress: 1}
		})
		first := srv.shell(srv.client(srv.l.dial("192.0.2.1:1", memRoom)))
		first.says("a")
		first.sees("a")
		srv.shell(srv.client(srv.l.dial("192.0.2.1:2", memRoom))).sees("too many connections from your address\n")
		second := srv.shell(srv.client(srv.l.dial("192.0.2.2:1", memRoom)))
		second.says("b")
		second.sees("b")
		srv.shell(srv.client(srv.l.dial("192.0.2.3:1", memRoom))).sees("the server is full\n")
		first.in.Close()
		first.ends()
		synctest.Wait()
		third := srv.shell(srv.client(srv.l.dial("192.0.2.1:3", memRoom)))
		third.says("c")
		third.sees("c")
	})
}

func TestFullServerRefusesASessionOnAConnectionThatHasOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, func(s *Server) {
			s.Settings.Sessions = 1
			s.Handler = loggedInEcho
		})
		c := srv.client(srv.l.dial("192.0.2.1:1", memRoom))
		first := srv.shell(c)
		first.says("a")
		first.sees("a")
		srv.shell(c).sees("the server is full\n")
		first.says("b")
		first.sees("b")
	})
}

// A connection counts as logged in while one of its channels is, and no longer.
func TestLoggedOutCountsAsStartup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leave := make(chan struct{})
		srv := startMem(t, func(s *Server) {
			s.Settings.Startups = 1
			s.Handler = func(ctx context.Context, ch *Channel) {
				ch.LoggedIn()
				<-leave
				ch.LoggedOut()
				<-ctx.Done()
			}
		})
		c := srv.client(srv.l.dial("192.0.2.1:1", memRoom))
		srv.shell(c)
		srv.shell(c)
		knock := func() error {
			synctest.Wait()
			conn := srv.l.dial("192.0.2.2:1", memRoom)
			defer conn.Close()
			_, _, _, err := gossh.NewClientConn(conn, "mem", &gossh.ClientConfig{HostKeyCallback: gossh.InsecureIgnoreHostKey()})
			return err
		}
		refused := func(err error) bool { return strings.Contains(err.Error(), ErrFull.Error()) }
		if err := knock(); refused(err) {
			t.Error("refused while both are logged in")
		}
		leave <- struct{}{}
		if err := knock(); refused(err) {
			t.Error("refused while one is logged in")
		}
		leave <- struct{}{}
		if err := knock(); !refused(err) {
			t.Errorf("let in while nobody is logged in: %v", err)
		}
	})
}

// The server's stop does not wait for a client that takes nothing, and not for more than its bound.
func TestStopIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := startMem(t, func(s *Server) {
			s.Handler = func(ctx context.Context, ch *Channel) {
				ch.Write(make([]byte, 200_000))
				<-ctx.Done()
			}
		})
		c := newRaw(t, srv.l.dial(memAddr, memRoom))
		c.exchange()
		c.login()
		c.shell(c.open(1000))
		began := time.Now()
		srv.stop()
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("the stop took %v", took)
		}
	})
}
