package server_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sshchat/internal/server"
	"sshchat/internal/servertest"
)

// The system's clock jumps an hour, either way, while people talk and log in: what is said keeps its order,
// and nobody is kept out.
func TestTheClockJumps(t *testing.T) {
	var ahead atomic.Int64
	srv := servertest.Start(t, func(o *server.Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	alice, bob, sleeper := srv.SignUp("alice"), srv.SignUp("bob"), srv.SignUp("sleeper")
	sleeper.Leaves()
	var all []string
	for i, hours := range []int{0, -1, 1, 0, -1, 2, 0} {
		ahead.Store(int64(time.Duration(hours) * time.Hour))
		line := fmt.Sprintf("line %d.", i)
		alice.Types("broadcast "+line, "message sleeper for the sleeper "+line)
		alice.Sees("you → all  "+line, "you → sleeper  for the sleeper "+line)
		bob.Sees("alice → all  " + line)
		all = append(all, "alice → all  "+line, "alice → you  for the sleeper "+line)
		carol := srv.SignUp(fmt.Sprintf("carol%d", i))
		carol.Types("whoelse", "wholasthr", "message bob hi")
		carol.Sees("you → bob  hi")
		carol.Leaves()
		srv.Login(fmt.Sprintf("carol%d", i)).Leaves()
	}
	sleeper = srv.Login("sleeper")
	sleeper.Sees(all...)
	if log := srv.Logged.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("the log has\n%s", log)
	}
}
