package session

import (
	"strings"
	"testing"
	"time"
)

func TestARoomAtATerminal(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		alice.types("join ops")
		alice.shows("──  #ops: you joined  ──", "room     #ops", "topic    none", "members  1 member, 1 online",
			"what you type goes to #ops now; commands need a /, and /talk alone ends it", "#ops>")
		bob.types("join #ops", "message #ops hello")
		alice.shows("──  #ops: bob joined  ──", "bob  hello", "#ops>")
		bob.sees("#ops you  hello")
		alice.types("hi there")
		alice.shows("you  hi there", "#ops>")
		bob.sees("#ops alice  hi there")
		alice.types("/me waves")
		alice.shows("* you waves", "#ops>")
		bob.sees("#ops * alice waves")
		bob.types("me #ops nods")
		alice.shows("* bob nods", "#ops>")
		alice.types("/talk bob", "only you")
		alice.shows("you → bob  only you", "→ bob>")
		bob.types("message #ops in there")
		alice.shows("#ops bob  in there", "→ bob>")
		alice.types("/talk")
		alice.shows("what you type does not go to bob any more", "alice>")
		alice.types("blocked")
		alice.shows("alice> blocked", "you block nobody", "alice>")
	})
}

// Whoever calls the next one talks with them.
func TestWhoIsCalledIsTheCurrentConversation(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		carol := w.signUp("carol", terminal(80))
		carol.types("join class")
		bob.types("join #class", "hand #class what is a monad?")
		bob.sees("#class: you raised a hand: what is a monad?", "you are 1st in #class")
		carol.types("/hand next")
		carol.shows("──  #class: bob raised a hand: what is a monad?  ──", "#class> /hand next",
			"──  #class: you called bob, whose turn it is  ──",
			"what you type goes to bob now; commands need a /, and /talk alone ends it", "→ bob>")
		bob.sees("#class: carol: it is your turn")
		carol.types("a burrito")
		bob.sees("carol → you  a burrito")
	})
}

// What would be a command if its "/" were there is not published by mistake.
func TestASlipIsNotPublished(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		alice.types("join ops")
		bob.types("join ops")
		for _, slip := range []string{"logout", "QUIT", "passwd", "message bob my word", "m bob x", "block bob", "unblock BOB"} {
			alice.types(slip)
			if rows := strings.Join(alice.screen(), "\n"); !strings.Contains(rows, "not sent: /") || !strings.HasSuffix(rows, "#ops> "+slip) {
				t.Fatalf("%q:\n%s", slip, rows)
			}
			time.Sleep(time.Second)
			alice.presses("\x15") // the line is emptied
		}
		bob.sawNothingOf("alice  ")
		for _, text := range []string{"logout works again", "message for you all", "message nobody2 hi", "block that road", "unblocked", "help me", "who knows"} {
			alice.types(text)
			bob.sees("#ops alice  " + text)
		}
		alice.types("quit")
		alice.shows("not sent: /logout is the command — Enter again sends it as text", "#ops> quit")
		alice.types("") // pressed twice by accident
		alice.shows("not sent: /logout is the command — Enter again sends it as text", "#ops> quit")
		bob.sawNothingOf("quit")
		time.Sleep(time.Second)
		alice.types("")
		bob.sees("#ops alice  quit")
		alice.types("logout", "hello all")
		alice.shows("not sent: /logout is the command — Enter again sends it as text", "#ops> logout")
		bob.sawNothingOf("hello all")
		time.Sleep(time.Second)
		alice.presses("\x15")
		alice.types("//quit", "/quit")
		bob.sees("#ops alice  /quit")
		alice.ends(0)
	})
}

func TestARoomThatOneIsNotInAnyMoreIsNotCurrent(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		bob.types("join ops")
		alice := w.signUp("alice", terminal(80))
		alice.types("join ops")
		bob.types("room #ops rename dev")
		alice.shows("──  #dev: bob renamed the room, which was #ops  ──", "#dev>")
		bob.types("kick #dev alice too loud")
		alice.shows("──  #dev: bob removed you: too loud  ──", "alice>")
		alice.types("join dev")
		alice.shows("alice> join dev", "you were removed from #dev — one of its operators can invite you back", "alice>")
		bob.types("invite #dev alice")
		alice.shows("──  #dev: bob invited you: join #dev  ──", "alice>")
		alice.types("join dev")
		alice.shows("──  #dev: you joined  ──", "room     #dev", "topic    none", "members  2 members, 2 online",
			"what you type goes to #dev now; commands need a /, and /talk alone ends it", "#dev>")
		alice.types("/leave")
		alice.shows("──  #dev: you left  ──", "alice>")
		alice.types("join dev")
		bob.types("close #dev", "yes")
		alice.shows("──  #dev: bob closed the room  ──", "alice>")
	})
}

func TestWithoutATerminalNoConversationIsCurrent(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		bob.types("join ops", "whoelse", "talk #ops")
		bob.sees("#ops: you joined", "nobody else is online", "without a terminal no conversation is current")
	})
}

// Whoever is away gets what was said, in order with all else, and not what happened to the room.
func TestARoomIsCaughtUpWith(t *testing.T) {
	inWorld(t, func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		alice.types("join ops")
		bob.types("join ops", "logout")
		alice.types("message #ops one", "message bob two", "topic #ops three", "me #ops fours", "invite #ops bob")
		alice.sees("bob is in #ops already")
		bob = w.login("bob")
		bob.sees("3 messages while you were away", "#ops alice  one", "alice → you  two", "#ops * alice fours")
		bob.sawNothingOf("topic")
	})
}

func TestAMentionIsMarked(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		alice := w.signUp("alice", terminal(80))
		alice.types("join ops", "/talk", "talk bob")
		bob.types("join ops", "message #ops ping @Alice", "message #ops alice: ping", "message #ops alice", "me #ops greets @alice")
		alice.shows("#ops bob » ping @Alice", "#ops bob » alice: ping", "#ops bob  alice", "#ops * bob » greets @alice", "→ bob>")
	})
}

// What changes a room waits for the pace that messages have, and what is typed behind it waits for it.
func TestWhatChangesARoomIsPaced(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		bob.types("join ops", "topic #ops one", "topic #ops two", "topic #ops three", "message #ops four")
		bob.sees("set the topic: one")
		bob.sawNothingOf("set the topic: two")
		time.Sleep(time.Second)
		bob.sees("set the topic: two")
		bob.sawNothingOf("set the topic: three")
		time.Sleep(2 * time.Second)
		bob.sees("set the topic: three", "#ops you  four")
	}, paced(2, time.Second))
}

// Who does not keep up reads the log, which does not tell what happened to rooms: what they do is answered all the same.
func TestWhoIsBehindIsToldWhatTheyDid(t *testing.T) {
	inWorld(t, func(w *world) {
		bob := w.signUp("bob")
		bob.types("join ops")
		alice := w.signUp("alice")
		alice.types("join ops")
		alice.stalls(true)
		pad := strings.Repeat(" and so on", 30)
		for range 600 {
			w.sends(w.actor("bob"), "alice", "line"+pad)
		}
		if !alice.session.in.Behind() {
			t.Fatal("alice keeps up")
		}
		alice.types("leave #ops")
		alice.stalls(false)
		alice.sees("#ops: you left")
		bob.sees("#ops: alice left")
	})
}
