package server_test

import (
	"testing"

	"sshchat/internal/config"
	"sshchat/internal/server"
	"sshchat/internal/servertest"
)

// What is read again holds at the edge and in the chat, for those who are there and for those who come.
func TestAReloadHoldsEverywhere(t *testing.T) {
	t.Parallel()
	srv := servertest.Start(t, func(o *server.Options) {
		o.Load = func() (config.Config, error) {
			c := o.Config
			c.Limits.SessionsPerAddress, c.Limits.MessageBytes = 1, 5
			return c, nil
		}
	})
	srv.SignUp("bob").Leaves()
	alice := srv.SignUp("alice")
	if exit, out := srv.Console("reload"); exit != 0 {
		t.Fatalf("exit code %d: %s", exit, out)
	}
	alice.Types("broadcast 123456")
	alice.Sees("not sent: 6 bytes, and a message has at most 5")
	bob := srv.Visit("bob")
	bob.Types("login bob", servertest.Password)
	bob.Sees("too many connections from your address")
}
