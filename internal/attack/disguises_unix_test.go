//go:build unix

package attack

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync/atomic"
)

// hostile is text that would ask a terminal something, name its window, ring, clear it, or write
// somebody else's line.
const hostile = "\x1b[6n\x1b]0;owned\x07\x1bc\x1b[2J\x9b2J\u009b2J\u202e\x08\x08\x7f\r\u2028bob → you  hi h0stile"

// isHostile tells what of hostile may never reach a terminal, whatever the server itself sends to it.
func isHostile(s string) bool {
	for _, bad := range []string{"\x1b[6n", "\x1b]", "\x07", "\x1bc", "\x1b[2J", "\x9b2J", "\u009b", "\u202e", "\u2028"} {
		if strings.Contains(s, bad) {
			return true
		}
	}
	return false
}

// escapes fills every field that there is with hostile text: the client's version, the ssh user, TERM, the environment,
// each command and its arguments, lines and broadcasts, answers to questions. It then looks at what others
// have got, at a terminal and without, what the attacker has, and what the operator sees at the console. The log
// is looked at after every attack.
func escapes(f *field) (string, error) {
	witness, err := f.signUp(home, "erin")
	if err != nil {
		return "", err
	}
	watcher, err := f.visit(home, "xterm", plenty)
	if err != nil {
		return "", err
	}
	if _, err := watcher.says([]string{"signup frank", secret, secret}, "Welcome"); err != nil {
		return "", err
	}
	for i := range f.n {
		for name, terminal := range map[string]string{"mallory": hostile, "trudy": ""} {
			if err := f.disguise(address(i), fmt.Sprintf("%s-%d", name, i), terminal, "erin", "frank"); err != nil {
				return "", err
			}
		}
	}
	for _, c := range []*client{witness, watcher} {
		said, err := c.hears([]string{"whoelse", "end"}, `"end"`)
		if err == nil && !strings.Contains(said, "h0stile") {
			err = errors.New("the hostile lines did not arrive")
		}
		if err == nil && isHostile(said) {
			err = fmt.Errorf("reached a screen: %q", said)
		}
		if err != nil {
			return "", err
		}
	}
	return "nothing reached a screen", f.console("sessions", "users", "lockouts", "status")
}

// disguise comes from an address, at a terminal of that kind or without one, and says hostile things.
func (f *field) disguise(from, name, terminal string, to ...string) error {
	conn, err := f.dial(from)
	if err != nil {
		return err
	}
	c := newClient(conn)
	c.name = hostile
	err = errors.Join(c.greet("SSH-2.0-"+strings.Map(noBreak, hostile)), c.exchange(), c.authenticate(), c.open(plenty))
	if err != nil {
		return err
	}
	for _, field := range []string{"LANG", "TZ", "NO_COLOR", hostile} {
		c.send(channelRequest(c.id, "env", false, str(field), str(hostile)))
	}
	if err := c.shell(terminal); err != nil {
		return err
	}
	paste := func(s string) string { return s }
	if terminal != "" { // as keys, most of it would be editing
		paste = func(s string) string { return "\x1b[200~" + s + "\x1b[201~" }
	}
	lines := []string{paste(hostile), "signup " + paste(hostile), "login " + paste(hostile), paste(hostile),
		"signup " + name, secret, secret}
	for _, verb := range []string{"whois", "block", "unblock", "wholast", "help", "sent", "reply", "login", "broadcast", "message"} {
		lines = append(lines, verb+" "+paste(hostile), verb+" "+paste(hostile+" "+hostile))
	}
	for _, somebody := range to {
		lines = append(lines, "message "+somebody+" "+paste(hostile))
	}
	said, err := c.hears(append(lines, "end"), `"end"`)
	if err == nil && isHostile(said) {
		err = fmt.Errorf("came back: %q", said)
	}
	return err
}

func noBreak(r rune) rune {
	if r == '\r' || r == '\n' {
		return -1
	}
	return r
}

// console looks at what the operator is shown.
func (f *field) console(commands ...string) error {
	for _, command := range commands {
		out, err := exec.CommandContext(f.ctx, f.program, "admin", "--data", f.dir, command).CombinedOutput()
		if err != nil {
			return fmt.Errorf("admin %s: %w\n%s", command, err, out)
		}
		if isHostile(string(out)) || strings.Contains(string(out), "\x1b") {
			return fmt.Errorf("admin %s shows %q", command, out)
		}
	}
	return nil
}

// lookAlikes has many sign up at once for names that people would take for one another: one gets in. Those that
// look like a bystander's, or like somebody with power, are refused before any password.
func lookAlikes(f *field) (string, error) {
	for _, name := range []string{"Alice", "al1ce", "aIice", "a-lice", "b0b", "Car0l", "r00t", "adm1n", "alic\u0435", "bob\u200b", "bob\x1b[2J"} {
		c, err := f.visit(address(0), "", plenty)
		if err != nil {
			return "", err
		}
		if said, err := c.says([]string{"signup " + name}, "taken", "no name", "a name is", "password"); err != nil || said == "password" {
			return "", fmt.Errorf("sign up as %q: %q, %v", name, said, err)
		}
		c.Close()
	}
	var made atomic.Int64
	same := []string{"mallory", "Mallory", "rnallory", "ma11ory", "mal1ory", "mallory_", "m-allory", "MALL0RY"}
	race := &field{scale: scale{n: len(same)}, ctx: f.ctx, addr: f.addr}
	defer race.cut()
	err := race.each(func(i int) error {
		c, err := race.visit(address(i), "", plenty)
		if err != nil {
			return err
		}
		said, err := c.says([]string{"signup " + same[i]}, "password", "taken")
		if said == "password" {
			said, err = c.says([]string{secret, secret}, "Welcome", "taken")
		}
		if said == "Welcome" {
			made.Add(1)
		}
		return err
	})
	if err == nil && made.Load() != 1 {
		err = fmt.Errorf("%d of %q were made", made.Load(), same)
	}
	return fmt.Sprintf("%d of %d look-alikes made", made.Load(), len(same)), err
}
