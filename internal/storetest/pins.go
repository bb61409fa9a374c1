package storetest

import (
	"errors"
	"fmt"
	"sync/atomic"

	"sshchat/internal/chat"
)

func (i in) pin(by chat.User, e *chat.Entry) chat.Draft {
	return chat.Draft{Kind: chat.Pin, Sender: by.ID, Room: i.room, Ref: e.ID}
}

func unpin(by chat.User, e *chat.Entry) chat.Draft {
	return chat.Draft{Kind: chat.Unpin, Sender: by.ID, Ref: e.ID}
}

func (w *world) pins(r in, u chat.User) []string {
	w.Helper()
	pins, err := w.st.Pins(w.ctx(), u.ID, r.room)
	w.must(err)
	return texts(pins)
}

var pins = []story{
	{"operators pin what was said in their room, once", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		first, second := w.append(r.say(bob, "first")), w.append(r.say(alice, "second"))
		w.needsRole(r.pin(bob, first), chat.Operator)
		w.append(r.pin(alice, second))
		w.append(r.do(chat.Promote, alice, bob))
		e := w.append(r.pin(bob, first))
		w.equal("about", *e.About, chat.Quote{Kind: chat.Said, Sender: bob.Person, At: first.At, Text: first.Body})
		w.refuse(r.pin(alice, first), chat.ErrStale)
		w.equal("in the order of the pins", w.pins(r, bob), []string{"second", "first"})
		w.append(unpin(bob, second))
		w.refuse(unpin(alice, second), chat.ErrNoEntry)
		w.equal("left", w.pins(r, bob), []string{"first"})
		w.append(r.pin(alice, second))
		w.equal("and again", w.pins(r, bob), []string{"first", "second"})
	}},
	{"only lines of that room are pinned there", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice)
		other := in{w.append(joining(bob, "dev")).Room.ID}
		elsewhere := w.append(other.say(bob, "elsewhere"))
		for _, e := range []*chat.Entry{elsewhere, w.tell(alice, bob, "x"), w.append(broadcast(alice, "x")), {ID: 1}, {ID: 999}, {}} {
			w.refuse(r.pin(alice, e), chat.ErrNoEntry)
		}
		gone := w.append(r.say(alice, "gone"))
		w.append(deleting(gone))
		w.refuse(r.pin(alice, gone), chat.ErrNoEntry)
		w.refuse(other.pin(alice, elsewhere), chat.ErrNotIn)
	}},
	{"a pin shows a line to those who came later, and opens nothing else", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice)
		line := w.append(r.say(alice, "the rules"))
		w.append(r.say(alice, "not pinned"))
		w.append(r.pin(alice, line))
		w.equal("before bob is in", len(w.pins(r, bob)), 0)
		w.append(joining(bob, "ops"))
		w.equal("as a member", w.pins(r, bob), []string{"the rules"})
		_, err := w.st.Entry(w.ctx(), bob.ID, line.ID)
		w.refused(err, chat.ErrNoEntry)
		w.equal("history", len(w.lines(bob, chat.LogQuery{In: r.talk()})), 0)
		w.append(r.leave(bob))
		w.equal("after bob has gone", len(w.pins(r, bob)), 0)
	}},
	{"what is pinned says what it says now", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice)
		hidden := w.append(r.say(alice, "for those who were there"))
		line, gone := w.append(answering(r.say(alice, "at five"), hidden)), w.append(r.say(alice, "gone"))
		w.append(r.pin(alice, line))
		w.append(r.pin(alice, gone))
		w.append(joining(bob, "ops"))
		w.append(editing(line, "at six"))
		w.append(deleting(gone))
		w.equal("bob", w.pins(r, bob), []string{"at six"})
		pins, err := w.st.Pins(w.ctx(), bob.ID, r.room)
		w.must(err)
		w.equal("what it answers is not shown with it", pins[0].About, (*chat.Quote)(nil))
	}},
	{"a block hides the pins of what was said during it", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob, carol)
		say := func(by chat.User, text string) { w.append(r.pin(alice, w.append(r.say(by, text)))) }
		say(bob, "before")
		w.append(block(carol, bob))
		say(bob, "during")
		say(carol, "carol's")
		w.append(unblock(carol, bob))
		say(bob, "after")
		w.equal("carol", w.pins(r, carol), []string{"before", "carol's", "after"})
		w.equal("bob", len(w.pins(r, bob)), 4)
	}},
	{"an operator who came later can unpin, and nobody else can find a pin by its number", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice)
		line := w.append(r.say(alice, "x"))
		w.append(r.pin(alice, line))
		w.append(joining(bob, "ops"))
		w.refuse(unpin(carol, line), chat.ErrNoEntry)
		w.needsRole(unpin(bob, line), chat.Operator)
		w.append(r.do(chat.Promote, alice, bob))
		e := w.append(unpin(bob, line))
		w.equal("room", e.Room.ID, r.room)
	}},
	{"a room has so many pins, whoever pins at once", func(w *world) {
		alice := w.signUp("alice")
		r := w.roomOf(alice)
		lines := make([]*chat.Entry, racers)
		for i := range lines {
			lines[i] = w.append(r.say(alice, fmt.Sprint(i)))
		}
		var pinned atomic.Int32
		together(racers, func(i int) {
			_, err := w.st.Append(w.ctx(), r.pin(alice, lines[i]))
			switch {
			case err == nil:
				pinned.Add(1)
			case !errors.Is(err, chat.ErrManyPins):
				w.Error(err)
			}
		})
		w.equal("pinned", int(pinned.Load()), chat.MostPins)
		w.equal("listed", len(w.pins(r, alice)), chat.MostPins)
	}},
	{"a closed room leaves no pins behind", func(w *world) {
		alice := w.signUp("alice")
		r := w.roomOf(alice)
		line := w.append(r.say(alice, "x"))
		w.append(r.pin(alice, line))
		w.append(r.do(chat.Close, alice, chat.User{}))
		w.equal("pins", len(w.pins(r, alice)), 0)
		w.refuse(unpin(alice, line), chat.ErrNoEntry)
	}},
}
