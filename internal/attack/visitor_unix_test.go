//go:build unix

package attack

import (
	"testing"

	"sshchat/internal/servertest"
)

// What somebody who has not logged in costs, of what SECURITY.md says: memory before authentication, whatever
// is sent, and idle at the dialogue. It is the slope of the server's memory over many such visitors. That
// they take one place each, for how long, and that no more than the places are held, is shown in sshd.
func TestCostOfAVisitor(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of connections")
	}
	for name, c := range map[string]struct {
		most  int64 // bytes
		visit func(f *field) (*client, error)
	}{
		// x/crypto takes memory for a packet on the word of its length, 256 KiB at most.
		"in the handshake": {320 << 10, func(f *field) (*client, error) {
			c, err := f.speak(home)
			if err == nil {
				_, err = c.Write(join(u32(256<<10-4), make([]byte, 60<<10)))
			}
			return c, err
		}},
		"in authentication": {320 << 10, func(f *field) (*client, error) {
			c, err := f.speak(home)
			if err == nil {
				err = c.exchange()
			}
			if err == nil { // else it is ended a second after the exchange
				err = c.requestService()
			}
			if err == nil {
				_, err = c.Write(join(u32(256<<10-16), make([]byte, 60<<10)))
			}
			return c, err
		}},
		"at the dialogue": {128 << 10, func(f *field) (*client, error) {
			c, err := f.visit(home, "xterm", plenty)
			if err == nil {
				_, err = c.sees("signup NAME")
			}
			return c, err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			srv := servertest.StartLimitedProcess(t, "SSHCHAT_LIMITS_STARTUPS=0", "SSHCHAT_LIMITS_STARTUPS_PER_ADDRESS=0")
			f := &field{ctx: t.Context(), addr: srv.Addr}
			defer f.cut()
			come := func(n int) {
				for range n {
					if _, err := c.visit(f); err != nil {
						t.Fatal(err)
					}
				}
			}
			come(100)
			before := usageOf(t, srv).memory
			if before == 0 {
				t.Skip("the system does not tell what a process takes")
			}
			const more = 300
			peak := watch(t, srv)
			come(more)
			each := (peak() - before) / more
			t.Logf("%d KiB each", each>>10)
			if each > c.most {
				t.Errorf("%d KiB each, want at most %d", each>>10, c.most>>10)
			}
			if open := socketsOf(srv); open < 100+more {
				t.Errorf("only %d connections are open", open)
			}
		})
	}
}
