package storetest

import "sshchat/internal/chat"

var blocks = []story{
	{"a block refuses messages, and hides broadcasts for ever", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.tell(alice, bob, "before")
		w.append(broadcast(alice, "before, to all"))
		w.append(block(bob, alice))
		w.refuse(direct(alice, bob, "during"), chat.ErrBlocked)
		w.append(broadcast(alice, "during, to all"))
		w.equal("waiting during", w.backlog(bob, 10).Count, 2)
		w.append(unblock(bob, alice))
		w.tell(alice, bob, "after")
		w.append(broadcast(alice, "after, to all"))
		w.equal("bob", w.sees(bob),
			[]string{"before", "before, to all", "block", "unblock", "after", "after, to all"})
		w.equal("alice", w.sees(alice),
			[]string{"before", "before, to all", "during, to all", "after", "after, to all"})
		w.equal("waiting after", w.backlog(bob, 10).Count, 4)
	}},
	{"a second block hides its own stretch", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		for range 3 {
			w.append(block(bob, alice))
			w.append(broadcast(alice, "hidden"))
			w.append(unblock(bob, alice))
			w.append(broadcast(alice, "seen"))
		}
		w.equal("bob", w.sees(bob),
			[]string{"block", "unblock", "seen", "block", "unblock", "seen", "block", "unblock", "seen"})
	}},
	{"who blocks may still write to the blocked", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.append(block(bob, alice))
		w.tell(bob, alice, "from bob")
		w.equal("alice", w.sees(alice), []string{"from bob"})
	}},
	{"a block concerns two people and no others", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		w.append(block(bob, alice))
		w.tell(alice, carol, "to carol")
		w.tell(carol, bob, "to bob")
		w.append(broadcast(alice, "to all"))
		w.equal("carol", w.sees(carol), []string{"to carol", "to bob", "to all"})
		w.equal("bob", w.sees(bob), []string{"block", "to bob"})
	}},
	{"blocking twice and unblocking the unblocked is refused", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.refuse(unblock(bob, alice), chat.ErrStale)
		w.append(block(bob, alice))
		w.refuse(block(bob, alice), chat.ErrStale)
		w.append(block(alice, bob)) // the other way round is another block
		w.append(unblock(bob, alice))
		w.refuse(unblock(bob, alice), chat.ErrStale)
		w.refuse(chat.Draft{Kind: chat.Block, Sender: bob.ID, Recipient: 999}, chat.ErrNoUser)
		w.refuse(chat.Draft{Kind: chat.Unblock, Sender: bob.ID, Recipient: 999}, chat.ErrNoUser)
	}},
	{"the banned can be unblocked", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.append(block(bob, alice))
		w.ban(alice)
		w.append(unblock(bob, alice))
	}},
	{"a page and the list tell whom one blocks", func(w *world) {
		alice, bob, carol, dave := w.signUp("alice"), w.signUp("Bob"), w.signUp("carol"), w.signUp("dave")
		first := w.append(block(alice, dave))
		second := w.append(block(alice, carol))
		third := w.append(block(alice, bob))
		end := w.append(unblock(alice, carol))
		w.append(unblock(alice, dave))
		w.append(block(alice, dave))
		w.append(block(bob, alice))
		w.equal("page", w.read(alice, chat.Stretch{}, 10).Blocks, []chat.BlockSpan{
			{User: bob.ID, Since: third.ID}, {User: carol.ID, Since: second.ID, Until: end.ID}, {User: dave.ID, Since: first.ID}})
		all, err := w.st.Blocked(w.ctx(), alice.ID)
		w.must(err)
		w.equal("list", all, []chat.Person{bob.Person, dave.Person})
	}},
}
