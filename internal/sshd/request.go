package sshd

import (
	gossh "golang.org/x/crypto/ssh"
)

const (
	maxEnv      = 16      // environment variables of a channel
	maxEnvBytes = 256     // of a value, and of a name
	maxCommand  = 8 << 10 // bytes of an exec request
	maxName     = 64      // bytes of TERM and of a subsystem's name
)

// setup is what a client told about a channel. It changes in the goroutine of the channel's requests
// only, and not at all once the handler runs, so it needs no lock.
type setup struct {
	ready bool
	kind  Kind
	text  string // the command, or the name of the subsystem
	pty   bool
	term  string
	env   map[string]string
}

// Request returns what was asked for: Exec comes with the command as the client sent it, at most
// 8 KiB, which is to be cleaned before it is shown; Subsystem with its name, cleaned, at most 64 bytes.
func (ch *Channel) Request() (Kind, string) { return ch.setup.kind, ch.setup.text }

// Terminal returns the client's TERM, cleaned, at most 64 bytes, and whether there is a terminal.
func (ch *Channel) Terminal() (term string, ok bool) { return ch.setup.term, ch.setup.pty }

// Getenv returns an environment variable that the client sent, cleaned, at most 256 bytes; empty if
// it did not. The first 16 are kept.
func (ch *Channel) Getenv(name string) string { return ch.setup.env[name] }

// Size returns the terminal's size, within 10 to 1000 columns and 2 to 1000 rows; 80 by 24 where the
// client gave none.
func (ch *Channel) Size() (cols, rows int) {
	size := ch.size.Load()
	return int(size >> 16), int(size & 0xFFFF)
}

func (ch *Channel) setSize(cols, rows uint32) {
	fit := func(n, low, standard uint32) uint32 {
		if n == 0 {
			return standard
		}
		return min(max(n, low), 1000)
	}
	ch.size.Store(fit(cols, 10, 80)<<16 | fit(rows, 2, 24))
}

// answer acts on a channel request (RFC 4254 section 6) and reports whether it was granted. What is
// malformed, comes too late, or is not known is not.
func (ch *Channel) answer(kind string, payload []byte) bool {
	ch.c.spoke()
	if kind == "window-change" {
		return ch.answerWindow(payload)
	}
	if ch.setup.ready || ch.ctx.Err() != nil {
		return false
	}
	switch kind {
	case "pty-req":
		return ch.setup.answerPty(payload, ch.setSize)
	case "env":
		return ch.setup.answerEnv(payload)
	case "shell":
		return ch.setup.start(Shell, "")
	case "exec":
		command, ok := text(payload, maxCommand)
		return ok && ch.setup.start(Exec, command)
	case "subsystem":
		name, ok := text(payload, maxName)
		return ok && ch.setup.start(Subsystem, clean(name, maxName))
	}
	return false // x11-req, auth-agent-req@openssh.com, signal, xon-xoff, break and others
}

func (s *setup) start(kind Kind, text string) bool {
	s.ready, s.kind, s.text = true, kind, text
	return true
}

// text reads a payload that is one string of at most max bytes.
func text(payload []byte, max int) (string, bool) {
	var p struct{ Text string }
	if gossh.Unmarshal(payload, &p) != nil || len(p.Text) > max {
		return "", false
	}
	return p.Text, true
}

func (s *setup) answerPty(payload []byte, size func(cols, rows uint32)) bool {
	var p struct {
		Term                      string
		Cols, Rows, Width, Height uint32
		Modes                     string
	}
	if s.pty || gossh.Unmarshal(payload, &p) != nil {
		return false
	}
	s.pty, s.term = true, clean(p.Term, maxName)
	size(p.Cols, p.Rows)
	return true
}

func (s *setup) answerEnv(payload []byte) bool {
	var p struct{ Name, Value string }
	if gossh.Unmarshal(payload, &p) != nil || len(p.Name) > maxEnvBytes || len(p.Value) > maxEnvBytes {
		return false
	}
	if _, again := s.env[p.Name]; len(s.env) >= maxEnv && !again {
		return false
	}
	if s.env == nil {
		s.env = map[string]string{}
	}
	s.env[p.Name] = clean(p.Value, maxEnvBytes)
	return true
}

func (ch *Channel) answerWindow(payload []byte) bool {
	var p struct{ Cols, Rows, Width, Height uint32 }
	if !ch.setup.pty || gossh.Unmarshal(payload, &p) != nil {
		return false
	}
	ch.setSize(p.Cols, p.Rows)
	ch.notice()
	return true
}
