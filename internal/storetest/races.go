package storetest

import (
	"errors"
	"fmt"
	"sync/atomic"

	"sshchat/internal/chat"
)

// racers is how many try at once.
const racers = 50

var races = []story{
	{"a name is given to one of many", func(w *world) {
		var won, taken atomic.Int32
		together(racers, func(i int) {
			name := chat.Name("alice")
			if i%2 == 0 {
				name = "ALICE"
			}
			_, err := w.st.CreateUser(w.ctx(), chat.NewUser{Name: name, Password: fmt.Sprint(i)})
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, chat.ErrTaken):
				taken.Add(1)
			default:
				w.Error(err)
			}
		})
		w.equal("won and lost", []int32{won.Load(), taken.Load()}, []int32{1, racers - 1})
	}},
	{"an account is entered by one of many", func(w *world) {
		alice := w.signUp("alice")
		var won, refused atomic.Int32
		together(racers, func(int) {
			_, err := w.st.BeginLogin(w.ctx(), w.newLogin(alice))
			var held *chat.LoggedInError
			switch {
			case err == nil:
				won.Add(1)
			case errors.As(err, &held):
				refused.Add(1)
			default:
				w.Error(err)
			}
		})
		w.equal("won and lost", []int32{won.Load(), refused.Load()}, []int32{1, racers - 1})
		w.equal("online", len(w.online()), 1)
	}},
	{"one of many takes a login over", func(w *world) {
		alice := w.signUp("alice")
		l := w.newLogin(alice)
		l.Replaces = w.logIn(alice).ID
		var won atomic.Int32
		together(racers, func(int) {
			if _, err := w.st.BeginLogin(w.ctx(), l); err == nil {
				won.Add(1)
			}
		})
		w.equal("won", won.Load(), int32(1))
	}},
	{"strikes are counted one by one", func(w *world) {
		var locked atomic.Int32
		together(racers, func(i int) {
			p := chat.LockPolicy{Strikes: racers, Lockout: policy.Lockout}
			if w.failUnder(p, "bob", home) != (chat.Lock{}) {
				locked.Add(1)
			}
		})
		w.equal("only the last one locks", locked.Load(), int32(1))
	}},
	{"nothing that was acknowledged is hidden by a block", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		var acknowledged, blocked atomic.Int32
		var since atomic.Int64
		together(racers, func(i int) {
			if i == racers/2 {
				since.Store(int64(w.append(block(bob, alice)).ID))
				return
			}
			for range 1000 / racers {
				e, err := w.st.Append(w.ctx(), direct(alice, bob, "x"))
				switch {
				case err == nil:
					acknowledged.Add(1)
					if b := since.Load(); b != 0 && int64(e.ID) > b {
						w.Errorf("line %d was taken after the block %d", e.ID, b)
					}
				case errors.Is(err, chat.ErrBlocked):
					blocked.Add(1)
				default:
					w.Error(err)
				}
			}
		})
		w.equal("bob sees", len(w.sees(bob)), int(acknowledged.Load())+1)
		w.equal("each is one or the other", int(acknowledged.Load()+blocked.Load()), (racers-1)*(1000/racers))
	}},
	{"the feed brings every entry once, in order, before its sender is answered", func(w *world) {
		users := w.signUpMany(racers)
		f := w.follow()
		together(racers, func(i int) {
			for n := range 20 {
				var d chat.Draft
				switch to := users[(i+n+1)%racers]; {
				case to.ID == users[i].ID, n%3 == 0:
					d = broadcast(users[i], "x")
				case n%7 == 1:
					d = direct(users[i], chat.User{}, "refused")
					d.Recipient = 9999
				default:
					d = direct(users[i], to, "x")
				}
				e, err := w.st.Append(w.ctx(), d)
				if d.Recipient == 9999 {
					if !errors.Is(err, chat.ErrNoUser) {
						w.Errorf("a message to nobody: %v", err)
					}
				} else if err != nil {
					w.Error(err)
				} else if !f.has(e.ID) {
					w.Errorf("entry %d was answered before it was handed on", e.ID)
				}
			}
		})
		all := f.all()
		for i, e := range all {
			if e.ID != chat.EntryID(i+1) {
				w.Fatalf("entry %d of the feed has id %d", i+1, e.ID)
			}
		}
		w.equal("head", w.read(users[0], chat.Stretch{}, 1).Head, chat.EntryID(len(all)))
	}},
	{"a follower that joins late misses nothing between it and a read", func(w *world) {
		alice := w.signUp("alice")
		const lines = 200
		start := make(chan struct{})
		var seen map[chat.EntryID]bool
		together(2, func(i int) {
			if i == 0 {
				for n := range lines {
					if n == lines/4 {
						close(start)
					}
					w.append(broadcast(alice, "x"))
				}
				return
			}
			<-start
			f := w.follow()
			head := w.read(alice, chat.Stretch{}, 1).Head
			seen = map[chat.EntryID]bool{}
			for id := chat.EntryID(1); id <= head; id++ {
				seen[id] = true
			}
			for head < lines && !f.has(lines) { // what a later read has seen the feed need not have brought yet
				w.read(alice, chat.Stretch{}, 1)
			}
			for _, e := range f.all() {
				seen[e.ID] = true
			}
		})
		w.equal("lines", len(seen), lines)
	}},
}
