package loadtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"sshchat/internal/config"
	"sshchat/internal/loadtest/bare"
	"sshchat/internal/password"
	"sshchat/internal/server"
)

// act in the environment makes the test program one of the servers that are measured: which, its
// first argument says.
const (
	act       = "LOADTEST_ACT"
	actBare   = "bare"
	actChat   = "serve"
	actBroken = "broken"
)

func TestMain(m *testing.M) {
	if os.Getenv(act) != "" {
		if err := play(os.Args[1]); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func play(part string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	switch part {
	case actBare:
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		fmt.Println("listening on", l.Addr())
		file := ""
		if len(os.Args) > 3 { // behind -store
			file = os.Args[3]
		}
		return bare.Serve(ctx, l, file)
	case actChat:
		return playChat(ctx)
	}
	return errors.New("no such luck")
}

// playChat is `sshchat serve` as chatKind calls it, with cheap hashes.
func playChat(ctx context.Context) error {
	listen, data := os.Args[3], os.Args[5]
	c, err := config.Load("", os.Environ(), config.Flags{Listen: &listen, Data: &data})
	if err != nil {
		return err
	}
	s, err := server.New(ctx, server.Options{Config: c, Password: password.Params{Memory: 64, Time: 1, Threads: 1}})
	if err != nil {
		return err
	}
	fmt.Println("listening on", s.Started().Addr)
	return s.Serve(ctx)
}

// self is the test program as a server.
func self(ctx context.Context, part string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], part)
	cmd.Env = append(os.Environ(), act+"=1")
	return cmd
}

func startBare(t *testing.T) *process {
	t.Helper()
	p, err := start(t.Context(), func(ctx context.Context) *exec.Cmd { return self(ctx, actBare) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	return p
}
