package command

import (
	"fmt"
	"testing"

	"sshchat/internal/chat"
)

func TestPins(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	alice.runs("join ops")           // 1
	alice.runs("message #ops rules") // 2
	alice.runs("message bob hi")     // 3
	alice.isRefused("pins", "which room? — usage: pins [#ROOM]")
	alice.reads("pins #ops", "nothing is pinned there")
	for _, line := range []string{"pin", "pin x", "pin 0", "pin #-1"} {
		alice.isRefused(line, "usage: pin #ID — show a line to whoever comes into its room")
	}
	alice.isRefused("pin 3", "that line was not said in a room — what is said in a room can be pinned there")
	bob.isRefused("pin 2", "there is no line with that number for you to see — history shows the numbers")
	bob.isRefused("pins #ops", "you are not in #ops — join #ops first")
	alice.reads("pin #2", "") // 4
	alice.isRefused("pin 2", "that line is pinned already")
	alice.reads("pins #ops", "#2 14:02 #ops you  rules")
	if e, err := bob.runs("join ops"); err != nil || e.Talk == nil || e.Text !=
		"room     #ops\ntopic    none\nmembers  2 members, 2 online\n"+
			"1 line is pinned there\n#2 14:02 alice  rules\n"+
			"what you type goes to #ops now; commands need a /, and /talk alone ends it\n" {
		t.Errorf("%+v, %v", e, err)
	}
	const unseen = "there is no line with that number for you to see — history shows the numbers"
	bob.isRefused("context 2", unseen)
	bob.isRefused("pin 2", unseen)
	bob.isRefused("unpin 2", "not done: only the operators of its room may do that — members lists them")
	bob.runs("message #ops mine") // 6
	bob.isRefused("pin 6", "not done: in #ops only its operators may do that — members #ops lists them")
	alice.runs("op #ops bob")
	bob.reads("unpin 2", "")
	const notPinned = "no line with that number is pinned in a room that you are in — pins lists those that are"
	alice.isRefused("unpin 2", notPinned)
	alice.isRefused("unpin 3", notPinned)
	alice.isRefused("unpin 999", notPinned)
}

func TestTheNumberOfPinsIsBounded(t *testing.T) {
	h := newHouse(t)
	alice := h.signUp("alice")
	alice.runs("join ops") // 1
	for i := range chat.MostPins {
		alice.runs("message #ops x")
		alice.reads(fmt.Sprint("pin ", 2+2*i), "")
	}
	alice.runs("message #ops x") // 42
	alice.isRefused("pin 42", "not done: 20 lines are pinned in #ops, and that is the most — pins #ops lists them, unpin ID makes room")
	alice.reads("unpin 2", "")
	alice.reads("pin 42", "")
}
