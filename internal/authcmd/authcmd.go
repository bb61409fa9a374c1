// Package authcmd has a program judge passwords: that of a class, or of a lab, which has accounts of its own.
//
// The program is run without a shell and without an environment, in a process group of its own that is killed after 5 s. It
// reads one JSON object, {"name", "password", "address"}, on its standard input, and answers by its exit code.
package authcmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os/exec"
	"strings"
	"time"

	"sshchat/internal/sanitize"
)

const (
	// wait is how long the program may take.
	wait = 5 * time.Second
	// letGo is how long its children may hold its output after it.
	letGo = 100 * time.Millisecond
	// maxOutput bounds what is read of it, and maxExcerpt what of that is logged, in bytes.
	maxOutput, maxExcerpt = 4 << 10, 200
)

// Command judges passwords by a program.
type Command struct {
	Args []string // its absolute path, and its arguments
	// Turn waits for one of the turns that password hashes take as well.
	Turn func(ctx context.Context, rank int, from string) (release func(), err error)
	Log  *slog.Logger // nil: nothing is logged

	wait time.Duration // zero: 5 s
}

// Judge reports whether the program accepts a password, and whether it said so or that it does not: if neither, the log
// says why. The error is Turn's, or the cause of ctx's end.
func (c *Command) Judge(ctx context.Context, rank int, from, name, password string, address netip.Addr) (ok, sure bool, err error) {
	release, err := c.Turn(ctx, rank, from)
	if err != nil {
		return false, false, err
	}
	defer release()
	question, err := json.Marshal(map[string]string{"name": name, "password": password, "address": address.String()})
	if err != nil {
		return false, false, err
	}
	code, said, err := c.run(ctx, question)
	switch {
	case ctx.Err() != nil:
		return false, false, context.Cause(ctx)
	case err == nil && code <= 1:
		return code == 0, true, nil
	}
	if c.Log != nil {
		what := []any{"event", "auth_command", "exit", code, "said", excerpt(said, password, string(question))}
		if err != nil {
			what = append(what, "err", err)
		}
		c.Log.Error("the auth command gave no answer", what...)
	}
	return false, false, nil
}

// run runs the program, and gives its exit code and what it wrote. The error is that it did not run to its end.
func (c *Command) run(ctx context.Context, question []byte) (code int, said []byte, err error) {
	most := c.wait
	if most == 0 {
		most = wait
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	var out bounded
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Env, cmd.Dir = []string{}, "/"
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(append(question, '\n')), &out, &out
	cmd.WaitDelay = letGo
	own(cmd)
	err = cmd.Run()
	end(cmd) // what it has left behind
	state := cmd.ProcessState
	switch {
	case ctx.Err() != nil:
		return -1, out.Bytes(), fmt.Errorf("it did not end within %v", most)
	case state == nil: // it did not start
		return -1, nil, err
	case !state.Exited():
		return -1, out.Bytes(), errors.New(state.String())
	}
	return state.ExitCode(), out.Bytes(), nil
}

// bounded keeps the beginning of what is written, and takes the rest.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	b.Buffer.Write(p[:min(len(p), maxOutput-b.Len())])
	return len(p), nil
}

// excerpt is what of the program's words may be logged. It may have repeated its question.
func excerpt(said []byte, password, question string) string {
	text := string(said)
	if len(text) == maxOutput { // the end may be half of a secret
		text = text[:max(0, maxOutput-len(question))]
	}
	quoted, _ := json.Marshal(password) // it has been marshalled before
	for _, secret := range []string{string(quoted[1 : len(quoted)-1]), password} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	return sanitize.Field(strings.TrimSpace(text), maxExcerpt).String()
}
