package storetest

import (
	"fmt"

	"sshchat/internal/chat"
)

var reading = []story{
	{"each sees their own part of the log, in order", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		w.tell(alice, bob, "a to b")
		w.append(broadcast(carol, "c to all"))
		w.tell(bob, alice, "b to a")
		w.tell(bob, carol, "b to c")
		w.append(broadcast(alice, "a to all"))
		w.equal("alice", w.sees(alice), []string{"a to b", "c to all", "b to a", "a to all"})
		w.equal("bob", w.sees(bob), []string{"a to b", "c to all", "b to a", "b to c", "a to all"})
		w.equal("carol", w.sees(carol), []string{"c to all", "b to c", "a to all"})
	}},
	{"a broadcast is not for accounts made later", func(w *world) {
		alice := w.signUp("alice")
		w.append(broadcast(alice, "before"))
		bob := w.signUp("bob")
		w.append(broadcast(alice, "after"))
		w.equal("bob", w.sees(bob), []string{"after"})
		w.equal("backlog", w.backlog(bob, 10).Count, 1)
	}},
	{"pages cover the log without holes or repeats", func(w *world) {
		users := w.signUpMany(4)
		for i := range 40 {
			from, to := users[i%4], users[(i+1+i/4%3)%4]
			if i%5 == 0 {
				w.append(broadcast(from, fmt.Sprint(i)))
			} else {
				w.tell(from, to, fmt.Sprint(i))
			}
		}
		for _, u := range users {
			whole := w.sees(u)
			for _, limit := range []int{1, 7, len(whole), len(whole) + 1} {
				w.equal(fmt.Sprintf("%s by %d", u.Name, limit), w.readThrough(u, limit), whole)
			}
		}
	}},
	{"a page says how far it goes", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		for i := range 6 { // ids 1 to 6
			w.tell(alice, bob, fmt.Sprint(i))
		}
		w.append(broadcast(bob, "7"))
		carol := w.signUp("carol")
		for _, c := range []struct {
			s       chat.Stretch
			limit   int
			through chat.EntryID
			entries int
		}{
			{chat.Stretch{}, 10, 7, 7},
			{chat.Stretch{From: 1}, 3, 3, 3},
			{chat.Stretch{From: 4}, 4, 7, 4}, // full, and the last
			{chat.Stretch{From: 2, To: 4}, 10, 4, 3},
			{chat.Stretch{From: 2, To: 4}, 2, 3, 2},
			{chat.Stretch{From: 6, To: 99}, 10, 7, 2}, // past the head
			{chat.Stretch{From: 8}, 10, 7, 0},
			{chat.Stretch{From: 5, To: 3}, 10, 3, 0},
			{chat.Stretch{From: 3}, 0, 3, 1}, // a page holds one line at least
			{chat.Stretch{From: 3}, -1, 3, 1},
		} {
			p := w.read(bob, c.s, c.limit)
			what := fmt.Sprintf("%+v by %d", c.s, c.limit)
			w.equal(what, []any{p.Through, len(p.Entries), p.Head}, []any{c.through, c.entries, chat.EntryID(7)})
		}
		w.equal("who sees nothing", w.read(carol, chat.Stretch{}, 10), chat.Page{Through: 7, Head: 7})
		_, err := w.st.Read(w.ctx(), 999, chat.Stretch{}, 10)
		w.refused(err, chat.ErrNoUser)
	}},
	{"an empty log has an empty page", func(w *world) {
		alice := w.signUp("alice")
		w.equal("page", w.read(alice, chat.Stretch{From: 1}, 10), chat.Page{})
		w.equal("backlog", w.backlog(alice, 10), chat.Backlog{})
	}},
	{"the backlog counts the lines of others, and where the newest begin", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		for i := range 10 { // bob's are the odd ids
			w.tell(bob, alice, fmt.Sprint(i))
			w.tell(alice, bob, "own")
		}
		w.append(broadcast(bob, "all"))   // 21
		w.append(broadcast(alice, "own")) // 22
		w.equal("newest 3", w.backlog(alice, 3), chat.Backlog{Count: 11, Direct: 10, From: 17, Head: 22})
		w.equal("newest 1", w.backlog(alice, 1), chat.Backlog{Count: 11, Direct: 10, From: 21, Head: 22})
		w.equal("newest 0 is one", w.backlog(alice, 0), chat.Backlog{Count: 11, Direct: 10, From: 21, Head: 22})
		w.equal("more than there are", w.backlog(alice, 100), chat.Backlog{Count: 11, Direct: 10, From: 1, Head: 22})
		part, err := w.st.Backlog(w.ctx(), alice.ID, chat.Stretch{From: 4, To: 9}, 2)
		w.must(err)
		w.equal("a stretch", part, chat.Backlog{Count: 3, Direct: 3, From: 7, Head: 22})
		none, err := w.st.Backlog(w.ctx(), alice.ID, chat.Stretch{From: 23}, 2)
		w.must(err)
		w.equal("behind the head", none, chat.Backlog{Head: 22})
		_, err = w.st.Backlog(w.ctx(), 999, chat.Stretch{}, 2)
		w.refused(err, chat.ErrNoUser)
	}},
	{"the last sender is whoever wrote to one last", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		last := func() (chat.Person, error) { return w.st.LastSender(w.ctx(), alice.ID) }
		w.append(broadcast(bob, "not to her"))
		w.tell(chat.User{}, alice, "the server is nobody to reply to")
		_, err := last()
		w.refused(err, chat.ErrNoUser)
		w.tell(bob, alice, "one")
		w.tell(carol, alice, "two")
		w.tell(alice, bob, "own")
		p, err := last()
		w.must(err)
		w.equal("last", p, carol.Person)
		w.append(block(alice, carol)) // what carol said before stands
		p, err = last()
		w.must(err)
		w.equal("last", p, carol.Person)
	}},
}

// readThrough reads a person's whole log in pages.
func (w *world) readThrough(u chat.User, limit int) []string {
	w.Helper()
	var all []*chat.Entry
	for from := chat.EntryID(1); ; {
		p := w.read(u, chat.Stretch{From: from}, limit)
		all = append(all, p.Entries...)
		if p.Through == p.Head {
			return texts(all)
		}
		from = p.Through + 1
	}
}
