package command

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

var (
	withBob = chat.Conversation{With: chat.Person{ID: 2, Name: "bob"}}
	inOps   = chat.Conversation{Room: chat.Room{ID: 7, Name: "ops"}}
)

func TestWhatIsTypedIntoAConversation(t *testing.T) {
	for line, want := range map[string]chat.Line{
		"hi there":     {Audience: chat.ToRoom, Room: inOps.Room, Text: message("hi there")},
		"  who knows":  {Audience: chat.ToRoom, Room: inOps.Room, Text: message("  who knows")},
		"//etc/passwd": {Audience: chat.ToRoom, Room: inOps.Room, Text: message("/etc/passwd")},
		"/me waves":    {Audience: chat.ToRoom, Room: inOps.Room, Action: true, Text: message("waves")},
		"/me #b waves": {Audience: chat.ToRoom, To: "#b", Action: true, Text: message("waves")},
		"/m #b hi":     {Audience: chat.ToRoom, To: "#b", Text: message("hi")},
		" /m bob hi":   {Audience: chat.ToOne, To: "bob", Text: message("hi")},
	} {
		p, err := Parse(line, "alice", inOps)
		if err != nil || p.Line == nil {
			t.Errorf("%q: %v", line, err)
			continue
		}
		if diff := cmp.Diff(want, p.Line(&p), cmp.Comparer(func(a, b chat.Line) bool { return a == b })); diff != "" {
			t.Errorf("%q: %s", line, diff)
		}
	}
	p, err := Parse("hi", "alice", withBob)
	if err != nil || p.Line(&p) != (chat.Line{Audience: chat.ToOne, To: "bob", Text: message("hi")}) {
		t.Errorf("%+v, %v", p, err)
	}
	for _, empty := range []string{"", "  ", "/", " / "} {
		if _, err := Parse(empty, "alice", inOps); err == nil || !strings.HasPrefix(err.Error(), "nothing typed") {
			t.Errorf("%q: %v", empty, err)
		}
	}
	if _, err := Parse("/frob", "alice", inOps); err == nil || !strings.Contains(err.Error(), `no command "frob"`) {
		t.Errorf("an unknown command is %v", err)
	}
}

func TestWhatMayBeASlipIsGuarded(t *testing.T) {
	for line, want := range map[string]bool{
		"logout": true, "QUIT ": true, "exit": true, "passwd": true, "message bob hi": true, "msg bob hi": true, "m bob hi": true,
		"block bob": true, "unblock bob": true, "who": true, "help": true, "message": true, "m #dev x": true, "reply secret": true,
		"r secret": true, "login alice hunter22": true, "broadcast hi": true, "leave": true, "leave #ops": true, "talk bob": true,
		"kick bob for that": true, "whois bob": true, "topic #ops x": true,
		"logout now": false, "message bob": false, "message #dev": true, "block bob and go": false, "talk to me later": false,
		"hello": false, "help me": false, "//logout": false, "more of that": false, "history is written": true, "rooms are full": false,
	} {
		p, err := Parse(line, "alice", inOps)
		if err != nil || p.IsGuarded() != want {
			t.Errorf("%q: guarded %v, %v", line, p.IsGuarded(), err)
		}
		if p = p.Unguarded(); p.IsGuarded() || p.Line == nil {
			t.Errorf("%q is still guarded", line)
		}
	}
}

func TestCompletionInAConversation(t *testing.T) {
	for line, want := range map[string]Completion{
		"/mes":          {Start: 1, Words: []string{"message"}},
		"mes":           {Start: 0, Users: true, Names: true},
		"":              {},
		"hi b":          {Start: 3},
		"hi @b":         {Start: 4, Users: true},
		"/kick b":       {Start: 6, Users: true},
		"/kick #":       {Start: 6, Rooms: true},
		"/kick #ops b":  {Start: 11, Users: true},
		"/kick bob b":   {Start: 10},
		"/talk ":        {Start: 6, Users: true},
		"/talk #o":      {Start: 6, Rooms: true},
		"/join o":       {Start: 6, Rooms: true},
		"/leave #":      {Start: 7, Rooms: true},
		"/room po":      {Start: 6, Words: []string{"post"}},
		"/room #ops sl": {Start: 11, Words: []string{"slow"}},
	} {
		if diff := cmp.Diff(want, Complete(line, "alice", inOps)); diff != "" {
			t.Errorf("%q: %s", line, diff)
		}
	}
}

func message(s string) sanitize.Text { return sanitize.Message(s) }
