package command

import (
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
)

// leaves ends a person's login, as logout does.
func (p *person) leaves() {
	p.h.Helper()
	if err := p.h.chat.Logout(p.h.Context(), chat.Progress{Login: p.me.Login, User: p.me.ID}, "logout"); err != nil {
		p.h.Fatal(err)
	}
	p.me = chat.Actor{}
}

func TestHands(t *testing.T) {
	h := newHouse(t)
	carol, bob, dave := h.signUp("carol"), h.signUp("bob"), h.signUp("dave")
	for _, p := range []*person{carol, bob, dave} {
		p.runs("join class")
	}
	bob.isRefused("hand", "which room? — usage: hand [#ROOM] [TEXT|next|down]")
	bob.isRefused("hands #ops", "no room #ops — rooms lists them, join #ops makes it")
	bob.isRefused("hand #class down", "your hand is not up in #class")
	bob.isRefused("hand #class "+strings.Repeat("x", 201), "not done: that is one line of at most 200 bytes — shorten it")
	bob.isRefused("hand #class one\ntwo", "not done: that is one line of at most 200 bytes — shorten it")
	carol.isRefused("hand #class next", "nobody else waits in #class")
	carol.reads("hands #class", "no hand is up there")
	bob.reads("hand #class down the hall, which door?", "you are 1st in #class")
	h.now = h.now.Add(time.Minute)
	dave.reads("hand #class", "you are 2nd in #class")
	dave.isRefused("hand #class me too", "your hand is up in #class already: you are 2nd — hand #class down lowers it")
	dave.isRefused("hand #class NEXT", "not done: in #class only its operators may do that — members #class lists them")
	bob.leaves()
	bob.reads("login bob", "Welcome, bob\nyour hand is up: you are 1st in #class", goodPassword)
	bob.leaves()
	carol.reads("hands #class", "1st  bob   since 14:02  away    down the hall, which door?\n2nd  dave  since 14:03  online")
	e, err := carol.runs("hand #class Next")
	if err != nil || e.Talk == nil || e.Talk.With.Name != "dave" || e.Answer == nil ||
		e.Text != "what you type goes to dave now; commands need a /, and /talk alone ends it\n" {
		t.Errorf("%+v, %v", e, err)
	}
	carol.isRefused("hand #class next", "the one who waits in #class is away — hands #class says who that is")
	carol.isRefused("hand #class down dave", "dave's hand is not up in #class")
	dave.reads("hand #class", "you are 2nd in #class")
	dave.leaves()
	carol.isRefused("hand #class next", "all 2 who wait in #class are away — hands #class lists them")
	bob.reads("login bob", "Welcome, bob\nyour hand is up: you are 1st in #class", goodPassword)
	bob.reads("hand #class  down ", "")
	carol.reads("hands #class", "1st  dave  since 14:03  away")
	carol.reads("hand #class down dave", "")
	carol.reads("hands #class", "no hand is up there")
	bob.reads("hand #class down dave", "you are 1st in #class") // whoever is no operator says what for
}

// Without a terminal no conversation is current: the line that says whose turn it is is all the answer.
func TestWithoutATerminalTheNextOneIsOnlyCalled(t *testing.T) {
	h := newHouse(t)
	carol, bob := h.signUp("carol"), h.signUp("bob")
	carol.runs("join class")
	bob.runs("join class")
	bob.runs("hand #class")
	carol.plain = true
	if e, err := carol.runs("hand #class next"); err != nil || e.Talk != nil || e.Text != "" {
		t.Errorf("%+v, %v", e, err)
	}
}
