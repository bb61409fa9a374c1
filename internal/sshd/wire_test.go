package sshd

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// slowConn gives bytes without end, and takes none until it is told to.
type slowConn struct {
	net.Conn
	takes chan struct{}
}

func (c slowConn) Read(b []byte) (int, error)  { return len(b), nil }
func (c slowConn) Write(b []byte) (int, error) { <-c.takes; return len(b), nil }
func (c slowConn) Close() error                { return nil }

// A fast client sends much while our own write only waits for its turn.
func TestManyBytesDuringAWriteAreNoFloodUnlessItLasts(t *testing.T) {
	for name, lasts := range map[string]bool{"it ends": false, "it lasts": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := slowConn{takes: make(chan struct{})}
				w := newWire(c)
				flood := false
				w.onFlood = func() { flood = true }
				w.onBulk = func() {}
				w.authenticated()
				go w.Write([]byte("x"))
				synctest.Wait()
				read := func() error {
					_, err := w.Read(make([]byte, 32<<10))
					return err
				}
				for range maxUnread/(32<<10) + 1 {
					if err := read(); err != nil {
						t.Fatal(err)
					}
				}
				if !lasts {
					time.AfterFunc(unreadWait/2, func() { close(c.takes) })
				}
				began := time.Now()
				if err := read(); (err != nil) != lasts || flood != lasts {
					t.Errorf("flood: %v, error: %v", flood, err)
				}
				if time.Since(began) == 0 {
					t.Error("it is read on while the peer takes nothing")
				}
				if lasts {
					close(c.takes)
				}
			})
		})
	}
}
