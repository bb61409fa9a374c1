package storetest

import (
	"fmt"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func editing(e *chat.Entry, text string) chat.Draft {
	return chat.Draft{Kind: chat.Edit, Sender: e.Sender.ID, Ref: e.ID, Body: sanitize.Message(text), Within: 10 * time.Minute}
}

func deleting(e *chat.Entry) chat.Draft {
	return chat.Draft{Kind: chat.Delete, Sender: e.Sender.ID, Ref: e.ID, Within: 10 * time.Minute}
}

// find is what a person finds by some words, the newest last.
func (w *world) find(u chat.User, q chat.LogQuery, typed string) []string {
	w.Helper()
	var err error
	q.Search, err = chat.ParseSearch(typed)
	w.must(err)
	return w.lines(u, q)
}

func answering(d chat.Draft, e *chat.Entry) chat.Draft {
	d.Ref = e.ID
	return d
}

// quotes gives what each line before a person shows of the line that it is about.
func (w *world) quotes(u chat.User) (all []string) {
	w.Helper()
	for _, e := range w.read(u, chat.Stretch{}, 1000).Entries {
		if e.About != nil {
			all = append(all, fmt.Sprintf("%s: %s: %s", e.Body, e.About.Sender.Name, e.About.Text))
		} else if e.Ref != 0 {
			all = append(all, fmt.Sprintf("%s: -", e.Body))
		}
	}
	return all
}

var changes = []story{
	{"an edited line says what it says now, and the log keeps what it said", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		line := w.tell(alice, bob, "helo")
		w.clock.move(time.Minute)
		change := w.append(editing(line, "hello"))
		w.equal("for whom", change.Recipient, bob.Person)
		w.equal("about", *change.About, chat.Quote{Kind: chat.Direct, Sender: alice.Person, At: line.At})
		w.append(editing(line, "hello!"))
		seen := w.read(bob, chat.Stretch{To: line.ID}, 9).Entries[0]
		w.equal("text", seen.Body.String(), "hello!")
		w.equal("when", seen.Edited, w.clock.Now())
		w.equal("both sees", w.lines(alice, chat.LogQuery{In: with(bob)}), []string{"hello!"})
		w.equal("of two changes the newest", w.sees(bob), []string{"hello!", "hello!"})
		w.equal("one line waits", w.backlog(bob, 1).Count, 1)
	}},
	{"a deleted line is there without its text", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		line := w.tell(alice, bob, "secret")
		w.append(deleting(line))
		seen := w.read(bob, chat.Stretch{To: line.ID}, 9).Entries[0]
		w.equal("deleted", seen.Deleted, true)
		w.equal("text", seen.Body.String(), "")
		w.refuse(editing(line, "again"), chat.ErrNoEntry)
		w.refuse(deleting(line), chat.ErrNoEntry)
		_, err := w.st.Entry(w.ctx(), bob.ID, line.ID)
		w.refused(err, chat.ErrNoEntry)
		w.equal("nobody finds it", len(w.find(alice, chat.LogQuery{}, "secret")), 0)
		w.equal("its place is there", len(w.lines(alice, chat.LogQuery{In: with(bob), Newest: true})), 1)
		w.equal("what was said last", len(w.lines(bob, chat.LogQuery{From: alice.ID, Newest: true})), 0)
	}},
	{"one changes one's own lines, for a while, and only lines", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		line := w.tell(alice, bob, "x")
		others := editing(line, "y")
		others.Sender = bob.ID
		w.refuse(others, chat.ErrNotOwn)
		w.refuse(editing(line, "x"), chat.ErrStale)
		w.clock.move(10 * time.Minute)
		w.append(editing(line, "in time"))
		w.clock.move(time.Microsecond)
		w.refuse(editing(line, "too late"), chat.ErrTooLate)
		w.refuse(deleting(line), chat.ErrTooLate)
		change := editing(line, "for ever")
		change.Within = 0
		w.append(change)
		w.refuse(editing(w.append(block(alice, bob)), "y"), chat.ErrNoEntry)
		w.refuse(editing(&chat.Entry{ID: 999, Sender: alice.Person}, "y"), chat.ErrNoEntry)
	}},
	{"the server takes back anybody's line, whatever its age, and both of whom it was see that", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob)
		told, said, cast := w.tell(alice, bob, "told"), w.append(r.say(bob, "said")), w.append(broadcast(alice, "cast"))
		own := w.append(chat.Draft{Kind: chat.Broadcast, Body: sanitize.Message("own")})
		w.clock.move(1000 * time.Hour)
		for _, e := range []*chat.Entry{told, said, cast, own} {
			by, err := w.st.Author(w.ctx(), e.ID)
			w.must(err)
			w.equal("author", by, e.Sender)
			w.append(chat.Draft{Kind: chat.Delete, Ref: e.ID})
			w.refuse(chat.Draft{Kind: chat.Delete, Ref: e.ID}, chat.ErrNoEntry)
		}
		w.refuse(editing(said, "again"), chat.ErrNoEntry)
		seen := w.read(bob, chat.Stretch{To: said.ID}, 9).Entries[0]
		w.equal("taken back", seen.Deleted && seen.Removed && seen.Body.IsEmpty(), true)
		deletions := func(u chat.User) (of []chat.EntryID) {
			for _, e := range w.read(u, chat.Stretch{From: own.ID + 1}, 100).Entries {
				of = append(of, e.Ref)
			}
			return of
		}
		all := []chat.EntryID{told.ID, said.ID, cast.ID, own.ID}
		w.equal("alice", deletions(alice), all)
		w.equal("bob", deletions(bob), all)
		w.equal("carol", deletions(carol), all[2:])
		w.equal("its place is there", []int{len(w.lines(bob, chat.LogQuery{In: with(alice), Newest: true})),
			len(w.lines(alice, chat.LogQuery{In: with(bob), Newest: true}))}, []int{1, 1})
		w.equal("nobody finds it", len(w.find(alice, chat.LogQuery{}, "told")), 0)
		_, err := w.st.Author(w.ctx(), 999)
		w.refused(err, chat.ErrNoEntry)
		_, err = w.st.Author(w.ctx(), w.append(block(alice, bob)).ID)
		w.refused(err, chat.ErrNoEntry)
	}},
	{"the server closes any room", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.append(r.say(bob, "said"))
		w.append(r.govern(chat.Access, alice, chat.User{}, chat.AccessInvited))
		x, err := w.st.Extent(w.ctx(), "ops")
		w.must(err)
		w.equal("extent", x, chat.Extent{Room: x.Room, Members: 2, Lines: 1})
		closing := chat.Draft{Kind: chat.Close, Room: x.ID}
		w.equal("the entry", w.append(closing).Room, x.Room)
		w.refuse(r.say(bob, "more"), chat.ErrNotIn)
		w.refuse(closing, chat.ErrNoSuchRoom)
		_, err = w.st.Extent(w.ctx(), "ops")
		w.refused(err, chat.ErrNoSuchRoom)
		w.append(joining(bob, "ops")) // the name is free
	}},
	{"what is audited is done with its row, or neither is", func(w *world) {
		alice := w.signUp("alice")
		line := w.append(broadcast(alice, "x"))
		d := chat.Draft{Kind: chat.Delete, Ref: line.ID, Audit: &chat.Audit{Actor: "uid 0", Action: "message delete"}}
		w.append(d)
		w.refuse(d, chat.ErrNoEntry)
		w.append(broadcast(alice, "and on it goes"))
	}},
	{"who may not speak may not edit, but take back", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		said, told := w.append(r.say(bob, "said")), w.tell(bob, alice, "told")
		w.append(r.govern(chat.Mute, alice, bob, "1h"))
		w.append(block(alice, bob))
		w.refuse(editing(told, "more"), chat.ErrBlocked)
		_, err := w.st.Append(w.ctx(), editing(said, "more"))
		w.equal("muted", refusal[*chat.WaitError](w, err).Muted, true)
		w.append(deleting(said))
		w.append(deleting(told))
	}},
	{"nobody writes to who blocks them by an edit of what was said before", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		said, cast := w.append(r.say(bob, "good morning")), w.append(broadcast(bob, "hello all"))
		w.append(editing(said, "good morning all"))
		w.append(block(alice, bob))
		w.append(editing(said, "you cannot block me"))
		w.append(editing(cast, "nor here"))
		was := []string{"good morning all", "hello all"}
		w.equal("the history", w.lines(alice, chat.LogQuery{}), was)
		w.equal("of the room", w.lines(alice, chat.LogQuery{In: r.talk()}), was[:1])
		w.equal("a search", len(w.find(alice, chat.LogQuery{}, "cannot")), 0)
		w.equal("bob's own", w.lines(bob, chat.LogQuery{}), []string{"you cannot block me", "nor here"})
		w.append(unblock(alice, bob))
		w.equal("it stays so", w.lines(alice, chat.LogQuery{}), was)
		w.append(editing(said, "peace"))
		w.append(deleting(cast))
		w.equal("and what is said then is seen", w.lines(alice, chat.LogQuery{}), []string{"peace", ""})
	}},
	{"nobody reads on in a room that they have left by edits of what was said while they were there", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		said, other := w.append(r.say(alice, "agenda: open")), w.append(r.say(alice, "a slip"))
		w.append(r.do(chat.Kick, alice, bob))
		w.append(editing(said, "agenda: we remove bob"))
		w.append(deleting(other))
		w.equal("the history", w.lines(bob, chat.LogQuery{In: r.talk()}), []string{"agenda: open", ""})
		w.equal("a search", len(w.find(bob, chat.LogQuery{}, "remove")), 0)
		e, err := w.st.Entry(w.ctx(), bob.ID, said.ID)
		w.must(err)
		w.equal("the number", e.Body.String(), "agenda: open")
		w.equal("alice's", w.lines(alice, chat.LogQuery{In: r.talk()}), []string{"agenda: we remove bob", ""})
	}},
	{"who has left a room does not hear of its new name", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.append(r.say(alice, "one"))
		rename := func(to chat.RoomName) {
			d := r.do(chat.Rename, alice, chat.User{})
			d.NewName = to
			w.append(d)
		}
		rename("devs")
		w.append(r.say(alice, "two"))
		w.append(r.do(chat.Kick, alice, bob))
		rename("layoffs")
		names := func(u chat.User) (all []chat.RoomName) {
			for _, e := range w.read(u, chat.Stretch{}, 100).Entries {
				all = append(all, e.Room.Name)
			}
			return all
		}
		w.equal("bob, of one, two and the kick", names(bob), []chat.RoomName{"ops", "devs", "devs"})
		w.equal("alice", names(alice), []chat.RoomName{"layoffs", "layoffs"})
		found, err := w.st.Lines(w.ctx(), bob.ID, chat.LogQuery{Search: chat.Search{Terms: []chat.Term{{Words: []string{"two"}}}}, Limit: 1})
		w.must(err)
		w.equal("a search", found[0].Room.Name, chat.RoomName("devs"))
	}},
	{"in a slow room an edit is a line", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		said := w.append(r.say(bob, "one"))
		w.append(r.govern(chat.Slow, alice, chat.User{}, "5m"))
		w.append(editing(said, "two"))
		_, err := w.st.Append(w.ctx(), editing(said, "three"))
		w.equal("waits", refusal[*chat.WaitError](w, err).Until, w.clock.Now().Add(5*time.Minute))
		w.clock.move(5 * time.Minute)
		w.append(editing(said, "three"))
	}},
	{"a search finds words as the lines stand", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.tell(alice, bob, "The Printer works again")
		line := w.append(r.say(bob, "deploy is green"))
		w.append(broadcast(alice, "Café at noon, 日本語テスト"))
		w.append(r.say(alice, "deployed, is it green?"))
		w.equal("a word in any case", w.find(bob, chat.LogQuery{}, "printer"), []string{"The Printer works again"})
		w.equal("all of the words", w.find(bob, chat.LogQuery{}, "green deploy"), []string{"deploy is green"})
		w.equal("words in order", w.find(bob, chat.LogQuery{}, `"is green"`), []string{"deploy is green"})
		w.equal("beginnings", w.find(bob, chat.LogQuery{Newest: true}, "dep* green"), []string{"deploy is green", "deployed, is it green?"})
		w.equal("without accents", len(w.find(bob, chat.LogQuery{}, "cafe")), 1)
		w.equal("scripts without spaces", len(w.find(bob, chat.LogQuery{}, "本語")), 1)
		w.equal("in the room", w.find(bob, chat.LogQuery{In: r.talk()}, "is"), []string{"deploy is green", "deployed, is it green?"})
		w.equal("with somebody", w.find(bob, chat.LogQuery{In: with(alice)}, "works"), []string{"The Printer works again"})
		w.equal("from somebody", w.find(alice, chat.LogQuery{From: bob.ID}, "green"), []string{"deploy is green"})
		w.equal("nothing", len(w.find(bob, chat.LogQuery{}, "nowhere")), 0)
		w.append(editing(line, "deploy is red"))
		w.equal("what it said", len(w.find(bob, chat.LogQuery{}, "deploy green")), 0)
		w.equal("what it says", w.find(bob, chat.LogQuery{}, "deploy red"), []string{"deploy is red"})
		w.equal("the newest", w.find(bob, chat.LogQuery{Newest: true, Limit: 1}, "is"), []string{"deployed, is it green?"})
	}},
	{"a search finds what one may see, and no more", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob)
		w.tell(alice, bob, "word private")
		w.append(r.say(alice, "word before"))
		w.append(joining(carol, "ops"))
		w.append(r.say(alice, "word while"))
		w.append(block(carol, bob))
		w.append(r.say(bob, "word blocked"))
		w.append(broadcast(bob, "word blocked too"))
		w.append(r.leave(carol))
		w.append(r.say(alice, "word after"))
		w.equal("carol", w.find(carol, chat.LogQuery{}, "word"), []string{"word while"})
		w.equal("in the room", w.find(carol, chat.LogQuery{In: r.talk()}, "word"), []string{"word while"})
		w.equal("with others", len(w.find(carol, chat.LogQuery{In: with(bob)}, "word")), 0)
		dave := w.signUp("dave")
		w.equal("from before the account", len(w.find(dave, chat.LogQuery{}, "word")), 0)
	}},
	{"a search goes on behind what it may not show", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice, bob)
		w.append(r.say(alice, "needle"))
		w.append(r.leave(bob))
		for range 250 {
			w.append(r.say(alice, "needle"))
		}
		w.equal("found", len(w.find(bob, chat.LogQuery{}, "needle")), 1)
	}},
	{"a search finds what was said during each stay, and before them where the owner opened it", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		r := w.roomOf(alice)
		other := in{w.append(joining(alice, "dev")).Room.ID}
		for range 2 {
			w.append(r.say(alice, "word before"))
			w.append(joining(bob, "ops"))
			w.append(r.say(alice, "word while"))
			w.append(other.say(alice, "word elsewhere"))
			w.append(r.leave(bob))
		}
		w.append(r.say(alice, "word after"))
		while := []string{"word while", "word while"}
		w.equal("both stays", w.find(bob, chat.LogQuery{}, "word"), while)
		w.equal("in the room", w.find(bob, chat.LogQuery{In: r.talk()}, "word"), while)
		w.equal("in the other", len(w.find(bob, chat.LogQuery{In: other.talk()}, "word")), 0)
		w.equal("the newest", w.find(bob, chat.LogQuery{Newest: true, Limit: 1}, "word"), while[:1])
		w.append(r.govern(chat.Access, alice, chat.User{}, chat.HistoryAll))
		w.equal("open, but not to who has left", w.find(bob, chat.LogQuery{}, "word"), while)
		w.append(joining(bob, "ops"))
		w.equal("open", len(w.find(bob, chat.LogQuery{}, "word")), 5)
		w.equal("open, in the room", len(w.find(bob, chat.LogQuery{In: r.talk()}, "word")), 5)
	}},
	{"an answer quotes the line to those who may see it", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		r := w.roomOf(alice, bob)
		asked := w.append(r.say(bob, "deploy?"))
		w.append(joining(carol, "ops"))
		w.append(block(carol, alice))
		hidden := w.append(r.say(alice, "not for carol"))
		w.append(answering(r.say(bob, "one"), asked))
		w.append(answering(r.say(bob, "two"), hidden))
		w.equal("alice", w.quotes(alice), []string{"one: bob: deploy?", "two: alice: not for carol"})
		w.equal("carol", w.quotes(carol), []string{"one: -", "two: -"})
		w.append(deleting(asked))
		w.equal("what was taken back", w.quotes(bob), []string{"one: bob: ", "two: alice: not for carol", ": bob: "})
	}},
}
