// Package storetest says what every engine of the store has to pass.
package storetest

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Engine is a store as a server starts it.
type Engine interface {
	chat.Store
	StartNode(ctx context.Context, id int64) (chat.Node, error)
}

// Run runs the suite. open gives an empty store that goes by now, and sees to it that it is closed when
// its test ends.
func Run(t *testing.T, open func(t *testing.T, now func() time.Time) Engine) {
	for _, part := range []struct {
		name  string
		tests []story
	}{
		{"accounts", accounts}, {"governing", governing}, {"log", entries}, {"reading", reading}, {"blocks", blocks}, {"rooms", rooms}, {"history", history},
		{"changes", changes}, {"entitlement", entitlement}, {"unread", unread}, {"pins", pins}, {"hands", hands},
		{"presence", presence}, {"reports", reports},
		{"sent", sent}, {"logins", logins}, {"progress", progress}, {"locks", locks}, {"races", races},
	} {
		t.Run(part.name, func(t *testing.T) {
			for _, s := range part.tests {
				t.Run(s.name, func(t *testing.T) { s.run(newWorld(t, open)) })
			}
		})
	}
}

// A story is one test on an empty store.
type story struct {
	name string
	run  func(w *world)
}

// world is one store with its clock and one started node, and the words that stories are told in. What must not
// fail in them ends the test.
type world struct {
	*testing.T
	st    Engine
	clock *clock
	node  chat.Node
}

func newWorld(t *testing.T, open func(t *testing.T, now func() time.Time) Engine) *world {
	c := &clock{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	w := &world{T: t, clock: c, st: open(t, c.Now)}
	w.node = w.start(1)
	return w
}

// clock is moved by the test alone.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (w *world) ctx() context.Context { return w.Context() }

// must ends the test on an error.
func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) start(id int64) chat.Node {
	w.Helper()
	n, err := w.st.StartNode(w.ctx(), id)
	w.must(err)
	return n
}

func (w *world) signUp(name chat.Name) chat.User {
	w.Helper()
	u, err := w.st.CreateUser(w.ctx(), chat.NewUser{Name: name, Password: "phc of " + string(name)})
	w.must(err)
	return u
}

// signUpMany makes n accounts, u0 to u(n-1).
func (w *world) signUpMany(n int) []chat.User {
	w.Helper()
	users := make([]chat.User, n)
	for i := range users {
		users[i] = w.signUp(chat.Name(fmt.Sprintf("u%d", i)))
	}
	return users
}

func (w *world) user(u chat.User) chat.User {
	w.Helper()
	now, err := w.st.UserByKey(w.ctx(), u.Name.Key())
	w.must(err)
	return now
}

func (w *world) ban(u chat.User) {
	w.Helper()
	w.must(w.st.SetDisabled(w.ctx(), u.ID, true, chat.Audit{Actor: "uid 0", Via: "console", Action: "ban"}))
}

// home is where people log in from unless a story says otherwise.
var home = netip.MustParseAddrPort("192.0.2.1:40000")

func (w *world) newLogin(u chat.User) chat.NewLogin {
	return chat.NewLogin{User: u.ID, Slot: chat.Prompt, Node: w.node, Remote: home, Client: "SSH-2.0-test"}
}

func (w *world) logIn(u chat.User) chat.Begun {
	w.Helper()
	b, err := w.st.BeginLogin(w.ctx(), w.newLogin(u))
	w.must(err)
	return b
}

func (w *world) logOut(b chat.Begun, p chat.Progress) {
	w.Helper()
	p.Login, p.User = b.ID, b.User.ID
	w.must(w.st.EndLogin(w.ctx(), p, "logout"))
}

func (w *world) save(ps ...chat.Progress) (ended []chat.LoginID) {
	w.Helper()
	ended, err := w.st.SaveProgress(w.ctx(), ps)
	w.must(err)
	return ended
}

func direct(from, to chat.User, text string) chat.Draft {
	return chat.Draft{Kind: chat.Direct, Sender: from.ID, Recipient: to.ID, Body: sanitize.Message(text)}
}

func broadcast(from chat.User, text string) chat.Draft {
	return chat.Draft{Kind: chat.Broadcast, Sender: from.ID, Body: sanitize.Message(text)}
}

func block(by, whom chat.User) chat.Draft {
	return chat.Draft{Kind: chat.Block, Sender: by.ID, Recipient: whom.ID}
}

func unblock(by, whom chat.User) chat.Draft {
	return chat.Draft{Kind: chat.Unblock, Sender: by.ID, Recipient: whom.ID}
}

func (w *world) append(d chat.Draft) *chat.Entry {
	w.Helper()
	e, err := w.st.Append(w.ctx(), d)
	w.must(err)
	return e
}

// tell appends a direct message.
func (w *world) tell(from, to chat.User, text string) *chat.Entry {
	w.Helper()
	return w.append(direct(from, to, text))
}

// refuse ends the test unless the draft is refused with want.
func (w *world) refuse(d chat.Draft, want error) {
	w.Helper()
	_, err := w.st.Append(w.ctx(), d)
	w.refused(err, want)
}

func (w *world) read(u chat.User, s chat.Stretch, limit int) chat.Page {
	w.Helper()
	p, err := w.st.Read(w.ctx(), u.ID, s, limit)
	w.must(err)
	return p
}

// sees gives the texts of the lines before a person, block entries as their kinds.
func (w *world) sees(u chat.User) []string {
	w.Helper()
	return texts(w.read(u, chat.Stretch{}, 1000).Entries)
}

func texts(entries []*chat.Entry) []string {
	var all []string
	for _, e := range entries {
		if e.Kind.IsLine() {
			all = append(all, e.Body.String())
		} else {
			all = append(all, string(e.Kind))
		}
	}
	return all
}

// backlog gives what waits for a person in the whole log.
func (w *world) backlog(u chat.User, newest int) chat.Backlog {
	w.Helper()
	b, err := w.st.Backlog(w.ctx(), u.ID, chat.Stretch{}, newest)
	w.must(err)
	return b
}

// follower collects what the feed hands on.
type follower struct {
	mu      sync.Mutex
	entries []*chat.Entry
	batches int
}

func (w *world) follow() *follower {
	f := &follower{}
	w.Cleanup(w.st.Follow(f.take))
	return f
}

func (f *follower) take(batch []*chat.Entry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.entries = append(f.entries, batch...)
	f.batches++
}

func (f *follower) all() []*chat.Entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]*chat.Entry(nil), f.entries...)
}

// has reports whether the feed has brought an id.
func (f *follower) has(id chat.EntryID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := len(f.entries) - 1; i >= 0; i-- {
		if f.entries[i].ID == id {
			return true
		}
	}
	return false
}

// together runs n functions at once and waits for them.
func together(n int, fn func(i int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			fn(i)
		})
	}
	close(start)
	wg.Wait()
}
