package command

import (
	"strings"
	"testing"

	"sshchat/internal/chat"
)

func TestRooms(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	alice.reads("rooms", "there are no rooms that you can see: join #NAME makes one")
	e, err := alice.runs("join Ops")
	if err != nil || e.Talk == nil || e.Talk.Room.Name != "ops" || !strings.Contains(e.Text, "1 member, 1 online") {
		t.Fatalf("%+v, %v", e, err)
	}
	bob.reads("rooms", "#ops  open  1 member, 1 online")
	if e, err := alice.runs("join #ops"); err != nil || e.Talk == nil || e.After != 0 {
		t.Errorf("joining again: %+v, %v", e, err)
	}
	bob.isRefused("leave #ops", "you are not in #ops — join #ops first")
	bob.isRefused("members #ops", "you are not in #ops — join #ops first")
	bob.isRefused("join #1a", `"#1a" is no name of a room — one is #, a letter from a to z, then such letters, digits, _ or -, at most 24 in all`)
	bob.isRefused("join #0ps", `"#0ps" is no name of a room — one is #, a letter from a to z, then such letters, digits, _ or -, at most 24 in all`)
	bob.isRefused("join #o_ps", "#o_ps is taken, or looks like a room that is there — choose another name")
	bob.isRefused("message #ops hi", "you are not in #ops — join #ops first")
	bob.isRefused("members", "which room? — usage: members [#ROOM]")
	bob.isRefused("me waves", "not sent: actions are for rooms — /me #ROOM TEXT, or make one current: talk #ROOM")
	bob.runs("join ops")
	alice.reads("members #ops", "alice (you)  owner   online\nbob          member  online")
	bob.isRefused("topic #ops x", "not done: in #ops only its operators may do that — members #ops lists them")
	bob.isRefused("op #ops alice", "not done: in #ops only its owner may do that — members #ops lists them")
	bob.isRefused("kick #ops bob", "that is yourself — name somebody else")
	alice.reads("topic #ops deploys", "")
	alice.reads("topic #ops", "room     #ops\ntopic    deploys\nmembers  2 members, 2 online")
	alice.reads("topic #ops -", "")
	alice.reads("topic #ops", "room     #ops\ntopic    none\nmembers  2 members, 2 online")
	alice.isRefused("topic #ops "+strings.Repeat("x", 301), "not done: that is one line of at most 300 bytes — shorten it")
	alice.reads("op #ops bob", "")
	alice.isRefused("op #ops bob", "that is what bob is in #ops already")
	alice.isRefused("invite #ops bob", "bob is in #ops already, or invited")
	bob.isRefused("kick #ops alice", "not done: alice governs #ops as well — only its owner may do that")
	alice.isRefused("kick #ops carol", `no user "carol"`)
}

func TestTheRulesOfARoom(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	alice.runs("join ops")
	bob.runs("join ops")
	const usage = "usage: room [#ROOM] [WHAT] [VALUE] — show the rules of a room, or change one"
	for _, line := range []string{"room #ops frob", "room #ops post", "room #ops post cats", "room #ops slow", "room #ops slow x",
		"room #ops rename", "room #ops give", "room #ops history maybe", "room #ops access"} {
		alice.isRefused(line, usage)
	}
	for _, line := range []string{"room #ops post ops", "room #ops slow 10s", "room #ops access invite", "room #ops history all"} {
		alice.reads(line, "")
		alice.isRefused(line, "that is how #ops is already")
	}
	alice.reads("room #ops", `room     #ops
topic    none
members  2 members, 2 online
rule     whoever is invited may come in
rule     only operators may speak
rule     a member may speak once every 10 seconds
rule     members see what was said before they came`)
	bob.isRefused("message #ops hi", "not sent: in #ops only operators speak — members #ops lists them")
	alice.reads("room #ops post all", "")
	bob.reads("message #ops hi", "")
	bob.isRefused("message #ops hi", "not sent, slow down: #ops is a slow room, 10 s left")
	alice.reads("room #ops slow off", "")
	alice.reads("mute #ops bob 2m", "")
	bob.isRefused("me #ops sulks", "not sent: you are muted in #ops, 120 s left")
	alice.isRefused("mute #ops bob 31d", "that is longer than 30 days — take a shorter time")
	alice.isRefused("mute #ops bob", "usage: mute [#ROOM] USER DURATION — silence somebody in a room for 10m, 2h")
	alice.reads("unmute #ops bob", "")
	alice.isRefused("unmute #ops bob", "bob is not muted in #ops")
	alice.reads("room #ops rename dev", "")
	alice.isRefused("room #dev rename dev", "that is how #dev is already")
	alice.isRefused("room #ops", "no room #ops — rooms lists them, join #ops makes it")
	alice.reads("room #dev give bob", "")
	alice.isRefused("close #dev", "not done: in #dev only its owner may do that — members #dev lists them")
	bob.isRefused("close #dev", "cancelled", "no")
	if q := bob.asked; len(q) != 1 || q[0].Prompt != "close it? yes or no: " || q[0].Note != "#dev will be closed for its 2 members\n" {
		t.Errorf("asked %+v", q)
	}
	bob.reads("close #dev", "", " YES ")
	alice.isRefused("room #dev", "no room #dev — rooms lists them, join #dev makes it")
}

func TestTheNumberOfRoomsIsBounded(t *testing.T) {
	alice := newHouse(t, func(r *chat.Rules) { r.RoomsPerPerson = 1 }).signUp("alice")
	alice.runs("join one")
	alice.isRefused("join two", "not done: one can be in at most 1 rooms — leave one first")
}

func TestTalk(t *testing.T) {
	h := newHouse(t)
	alice := h.signUp("alice")
	h.signUp("bob")
	alice.isRefused("talk", "no conversation is current — talk WHO makes one so")
	alice.isRefused("talk alice", "that is yourself — name somebody else")
	alice.isRefused("talk #ops", "no room #ops — rooms lists them, join #ops makes it")
	e, err := alice.runs("talk BOB")
	if err != nil || e.Talk == nil || e.Talk.String() != "bob" ||
		e.Text != "what you type goes to bob now; commands need a /, and /talk alone ends it\n" {
		t.Errorf("%+v, %v", e, err)
	}
}
