package loadtest

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// A kind is a kind of server that is measured.
type kind struct {
	name     string
	path     string   // of the program
	args     []string // after which comes the folder or file of a kind that stores
	stores   bool     // what is said
	accounts bool     // people log in by password, and lines are commands
}

// Those that stand beside each other.
const (
	nameBare   = "bare"
	nameSQLite = "bare+SQLite"
	nameChat   = "sshchat"
)

func bareKind(path string, args []string) kind { return kind{name: nameBare, path: path, args: args} }

// sqliteKind is the bare loop of those arguments that stores.
func sqliteKind(path string, args []string) kind {
	return kind{name: nameSQLite, path: path, stores: true, args: slices.Concat(args, []string{"-store"})}
}

func chatKind(path string) kind {
	return kind{name: nameChat, path: path, stores: true, accounts: true,
		args: []string{"serve", "--listen", "127.0.0.1:0", "--data"}}
}

// noPaces are settings without which one machine could not be everybody.
var noPaces = []string{
	"SSHCHAT_LIMITS_STARTUPS=0",
	"SSHCHAT_LIMITS_STARTUPS_PER_ADDRESS=0",
	"SSHCHAT_LIMITS_SIGNUPS_PER_ADDRESS=0",
	"SSHCHAT_LIMITS_MESSAGE_RATE=0",
	"SSHCHAT_LIMITS_BROADCAST_RATE=0",
}

// start starts a server, on a data folder or file if the kind stores.
func (k kind) start(ctx context.Context, data string) (*process, error) {
	return start(ctx, func(ctx context.Context) *exec.Cmd { return k.command(ctx, data) })
}

func (k kind) command(ctx context.Context, data string) *exec.Cmd {
	args := k.args
	if k.stores {
		args = append(args[:len(args):len(args)], data)
	}
	cmd := exec.CommandContext(ctx, k.path, args...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "SSHCHAT_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, noPaces...)
	return cmd
}

// enter connects as name and comes back logged in.
func (k kind) enter(ctx context.Context, addr, name string, pty bool) (*client, error) {
	welcome := step{sees: "Welcome"}
	if k.accounts {
		return talk(ctx, addr, name, pty, []step{{types: "login " + name}, {"password", secret}, welcome})
	}
	return talk(ctx, addr, name, pty, []step{welcome})
}

// signUp connects and comes back with a new account, logged in.
func (k kind) signUp(ctx context.Context, addr, name string) (*client, error) {
	return talk(ctx, addr, name, false, []step{
		{types: "signup " + name}, {"password", secret}, {"password", secret}, {sees: "Welcome"}})
}

func talk(ctx context.Context, addr, name string, pty bool, script []step) (*client, error) {
	c, err := dial(ctx, addr, name, pty)
	if err != nil {
		return nil, err
	}
	if err := c.converse(script); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// broadcast is what one types to reach everyone.
func (k kind) broadcast(text string) string {
	if k.accounts {
		return "broadcast " + text
	}
	return text
}

// lounge is the room. In its lines its name is as wide as the arrow is in those to all.
const lounge = "#lounge"

// join has c come into the room; there is none in the bare loop, where all are together.
func (k kind) join(c *client) error {
	if !k.accounts {
		return nil
	}
	return c.converse([]step{{types: "join " + lounge}, {sees: "members "}})
}

// inRoom is what one types to reach all who are in the room.
func (k kind) inRoom(text string) string {
	if k.accounts {
		return direct(lounge, text)
	}
	return text
}

// direct is what one types to reach one.
func direct(to, text string) string { return "message " + to + " " + text }
