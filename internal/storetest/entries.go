package storetest

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

var entries = []story{
	{"what is appended is returned, handed on and read alike", func(w *world) {
		alice, bob := w.signUp("Alice"), w.signUp("Bob")
		login := w.logIn(alice)
		f := w.follow()
		e := w.append(chat.Draft{
			Login: login.ID, Kind: chat.Direct, Sender: alice.ID, Recipient: bob.ID, Ref: 7,
			ClientID: "c-1", Body: sanitize.Message("hi\nthere ✓"),
		})
		want := &chat.Entry{
			ID: 1, Kind: chat.Direct, Sender: alice.Person, Recipient: bob.Person, Ref: 7,
			At: w.clock.Now(), ClientID: "c-1", Body: sanitize.Message("hi\nthere ✓"),
		}
		w.equal("returned", e, want)
		w.equal("handed on", f.all(), []*chat.Entry{want})
		for _, u := range []chat.User{alice, bob} {
			w.equal("read", w.read(u, chat.Stretch{}, 10).Entries, []*chat.Entry{want})
		}
	}},
	{"ids follow each other and time never runs back", func(w *world) {
		alice := w.signUp("alice")
		first := w.append(broadcast(alice, "one"))
		w.clock.move(-time.Hour)
		second := w.append(broadcast(alice, "two"))
		w.clock.move(2 * time.Hour)
		third := w.append(broadcast(alice, "three"))
		w.equal("ids", []chat.EntryID{first.ID, second.ID, third.ID}, []chat.EntryID{1, 2, 3})
		w.equal("after the clock went back", second.At, first.At)
		w.equal("after it went on", third.At, w.clock.Now())
	}},
	{"a refused append uses no id and is handed to nobody", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		f := w.follow()
		w.refuse(chat.Draft{Kind: chat.Direct, Sender: alice.ID, Recipient: 999}, chat.ErrNoUser)
		w.refuse(unblock(alice, bob), chat.ErrStale)
		w.equal("handed on", f.all(), []*chat.Entry(nil))
		w.equal("id", w.tell(alice, bob, "hi").ID, chat.EntryID(1))
	}},
	{"the banned are written to by nobody and write to nobody", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		w.ban(bob)
		w.refuse(direct(alice, bob, "hi"), chat.ErrNoUser)
		w.refuse(block(alice, bob), chat.ErrNoUser)
		w.refuse(direct(bob, alice, "hi"), chat.ErrDisabled)
		w.refuse(broadcast(bob, "hi"), chat.ErrDisabled)
		w.refuse(chat.Draft{Kind: chat.Broadcast, Sender: 999}, chat.ErrNoUser)
	}},
	{"a login that has ended cannot write", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		b := w.logIn(alice)
		for _, d := range []chat.Draft{direct(alice, bob, "x"), broadcast(alice, "x"), block(alice, bob), unblock(alice, bob)} {
			d.Login = b.ID
			w.append(d)
		}
		w.logOut(b, chat.Progress{})
		for _, d := range []chat.Draft{direct(alice, bob, "x"), broadcast(alice, "x"), block(alice, bob), unblock(alice, bob)} {
			d.Login = b.ID
			w.refuse(d, chat.ErrEnded)
		}
	}},
	{"a login cannot write as somebody else", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		d := direct(alice, bob, "x")
		d.Login = w.logIn(bob).ID
		w.refuse(d, chat.ErrEnded)
		d.Login = 999
		w.refuse(d, chat.ErrEnded)
		w.refuse(chat.Draft{Kind: chat.Direct, Login: 999, Recipient: bob.ID}, chat.ErrEnded)
	}},
	{"the server speaks for itself", func(w *world) {
		alice := w.signUp("alice")
		e := w.append(chat.Draft{Kind: chat.Broadcast, Body: sanitize.Message("stopping soon")})
		w.equal("from the server", e.FromServer(), true)
		w.tell(chat.User{}, alice, "you are kicked")
		w.refuse(chat.Draft{Kind: chat.Direct, Recipient: 999}, chat.ErrNoUser)
		w.equal("alice sees", w.sees(alice), []string{"stopping soon", "you are kicked"})
	}},
	{"a draft that no session makes is a fault", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		long := direct(alice, bob, "x")
		long.ClientID = strings.Repeat("c", 65)
		odd := direct(alice, bob, "x")
		odd.Kind = "dance"
		for _, d := range []chat.Draft{
			long, odd, {Kind: chat.Direct, Sender: alice.ID}, {Kind: chat.Block, Recipient: bob.ID},
			{Kind: chat.Broadcast, Sender: alice.ID, Recipient: bob.ID},
		} {
			if e, err := w.st.Append(w.ctx(), d); err == nil {
				w.Errorf("%+v became entry %d", d, e.ID)
			}
		}
	}},
	{"nobody who has left is waited for", func(w *world) {
		alice := w.signUp("alice")
		gone, cancel := context.WithCancel(w.ctx())
		cancel()
		_, err := w.st.Append(gone, broadcast(alice, "x"))
		w.refused(err, context.Canceled)
		w.equal("nothing was appended", w.sees(alice), []string(nil))
	}},
	{"an entry is handed on before its sender is answered", func(w *world) {
		alice := w.signUp("alice")
		var answered atomic.Bool
		w.Cleanup(w.st.Follow(func([]*chat.Entry) {
			for range 1000 { // long enough for whoever has an answer to take it
				runtime.Gosched()
			}
			if answered.Load() {
				w.Error("the sender knew before")
			}
		}))
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, err := w.st.Append(w.ctx(), broadcast(alice, "x"))
			answered.Store(true)
			if err != nil {
				w.Error(err)
			}
		}()
		<-done
	}},
	{"a follower is handed nothing after stop", func(w *world) {
		alice := w.signUp("alice")
		f, other := &follower{}, w.follow()
		stop := w.st.Follow(f.take)
		w.append(broadcast(alice, "one"))
		stop()
		stop() // harmless
		w.append(broadcast(alice, "two"))
		w.equal("until stop", texts(f.all()), []string{"one"})
		w.equal("the other", texts(other.all()), []string{"one", "two"})
	}},
	{"a follower that panics harms nobody else", func(w *world) {
		alice := w.signUp("alice")
		w.Cleanup(w.st.Follow(func([]*chat.Entry) { panic("a follower of the test") }))
		f := w.follow()
		w.append(broadcast(alice, "one"))
		w.append(broadcast(alice, "two"))
		w.equal("the other", texts(f.all()), []string{"one", "two"})
	}},
}
