package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
	"sshchat/internal/sanitize"
	"sshchat/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a store with people logged in on one hub.
type house struct {
	testing.TB
	store *store.Store
	node  chat.Node
	hub   *delivery.Hub
}

func newHouse(t testing.TB) *house {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "chat.db"), store.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	n, err := s.StartNode(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return &house{t, s, n, delivery.New(s, slog.New(slog.DiscardHandler))}
}

// quiet is a session that is evicted without a word.
type quiet struct{ evicted chan error }

func (quiet) Admit() error               { return nil }
func (quiet) Alive(context.Context) bool { return true }
func (q quiet) Evict(_ context.Context, cause error) chat.Progress {
	q.evicted <- cause
	return chat.Progress{}
}

func (h *house) enters(name chat.Name) (chat.Begun, *delivery.Inbox, quiet) {
	h.Helper()
	u, err := h.store.CreateUser(h.Context(), chat.NewUser{Name: name, Password: "x"})
	if err != nil {
		h.Fatal(err)
	}
	b, err := h.store.BeginLogin(h.Context(), chat.NewLogin{
		User: u.ID, Slot: chat.Prompt, Node: h.node, Remote: netip.MustParseAddrPort("192.0.2.1:1")})
	if err != nil {
		h.Fatal(err)
	}
	q := quiet{make(chan error, 1)}
	h.hub.Open(b, q)
	in := h.hub.Inbox(b.ID)
	if _, err := in.Start(h.Context(), false); err != nil {
		h.Fatal(err)
	}
	return b, in, q
}

func (h *house) sends(from, to chat.Begun, text string) *chat.Entry {
	h.Helper()
	return h.appends(chat.Draft{Login: from.ID, Kind: chat.Direct,
		Sender: from.User.ID, Recipient: to.User.ID, Body: sanitize.Message(text)})
}

func (h *house) appends(d chat.Draft) *chat.Entry {
	h.Helper()
	e, err := h.store.Append(h.Context(), d)
	if err != nil {
		h.Error(err)
	}
	return e
}

// Sessions that take at any moment, some of them seldom, each see every line once and in the order of the
// log, whether it came from memory or was read.
func TestTakingFromMemoryAndLogLosesAndRepeatsNothing(t *testing.T) {
	h := newHouse(t)
	const senders, each = 8, 300
	type reader struct {
		in   *delivery.Inbox
		most int
		ids  []chat.EntryID
	}
	var readers []*reader
	for i, most := range []int{1, 7, 1000} {
		_, in, _ := h.enters(chat.Name(fmt.Sprintf("reader%d", i)))
		readers = append(readers, &reader{in: in, most: most})
	}
	var all sync.WaitGroup
	for i := range senders {
		from, _, _ := h.enters(chat.Name(fmt.Sprintf("sender%d", i)))
		all.Go(func() {
			for range each {
				if _, err := h.store.Append(t.Context(), chat.Draft{Login: from.ID, Kind: chat.Broadcast,
					Sender: from.User.ID, Body: sanitize.Message("x")}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for _, r := range readers {
		come := make(chan struct{}, 1)
		r.in.Notify(func() {
			select {
			case come <- struct{}{}:
			default:
			}
		})
		all.Go(func() {
			for len(r.ids) < senders*each {
				var lines []*chat.Entry
				if r.in.Behind() {
					b, err := r.in.Fetch(t.Context())
					if err != nil {
						t.Error(err)
						return
					}
					lines = r.in.Accept(b)
				} else if lines = r.in.Take(r.most, 0); len(lines) == 0 && !r.in.Behind() {
					<-come
				}
				for _, e := range lines {
					r.ids = append(r.ids, e.ID)
				}
			}
		})
	}
	all.Wait()
	for i, r := range readers {
		if len(r.ids) != senders*each {
			t.Errorf("reader %d has %d lines, want %d", i, len(r.ids), senders*each)
		}
		for j := 1; j < len(r.ids); j++ {
			if r.ids[j] <= r.ids[j-1] {
				t.Fatalf("reader %d: line %d after %d", i, r.ids[j], r.ids[j-1])
			}
		}
	}
}

// The rules for who sees what hold at the place in the log at which they were changed, also when all
// of it is taken at once later.
func TestABlockAppliesAtItsPlaceInTheLog(t *testing.T) {
	h := newHouse(t)
	alice, _, _ := h.enters("alice")
	bob, in, _ := h.enters("bob")
	b, err := in.Fetch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in.Accept(b)
	broadcast := func(text string) {
		if _, err := h.store.Append(t.Context(), chat.Draft{Login: alice.ID, Kind: chat.Broadcast,
			Sender: alice.User.ID, Body: sanitize.Message(text)}); err != nil {
			t.Fatal(err)
		}
	}
	change := func(k chat.Kind) {
		if _, err := h.store.Append(t.Context(), chat.Draft{Login: bob.ID, Kind: k,
			Sender: bob.User.ID, Recipient: alice.User.ID}); err != nil {
			t.Fatal(err)
		}
	}
	broadcast("before")
	change(chat.Block)
	broadcast("during")
	change(chat.Unblock)
	broadcast("after")
	var got []string
	for _, e := range in.Take(10, 0) {
		got = append(got, e.Body.String())
	}
	if fmt.Sprint(got) != "[before after]" {
		t.Errorf("bob sees %v", got)
	}
}

func TestProofsAreWrittenOnceASecondForAll(t *testing.T) {
	h := newHouse(t)
	alice, _, _ := h.enters("alice")
	bob, _, _ := h.enters("bob")
	counting := &countingStore{Store: h.store}
	// What is to run on synctest's clock must be in its bubble whole, so this store answers by itself.
	synctest.Test(t, func(t *testing.T) {
		hub := delivery.New(counting, slog.New(slog.DiscardHandler))
		hub.Open(bob, quiet{})
		hub.Open(alice, quiet{})
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { hub.Run(ctx) })
		for _, id := range []chat.LoginID{alice.ID, bob.ID} {
			hub.Inbox(id).Proven(hub.Inbox(id).Mark())
			hub.Inbox(id).Proven(hub.Inbox(id).Mark())
		}
		time.Sleep(900 * time.Millisecond)
		synctest.Wait()
		if batches := counting.then(nil); len(batches) != 0 {
			t.Errorf("%v were written within the first second", batches)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if batches := counting.then(errors.New("disk full")); !slices.Equal(batches, []int{2}) {
			t.Errorf("batches of %v cursors, want one of 2", batches)
		}
		hub.Inbox(bob.ID).Proven(hub.Inbox(bob.ID).Mark())
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if n := len(counting.then(nil)); n != 4 {
			t.Errorf("%d batches, want the refused one tried again each second", n)
		}
		stop()
		running.Wait()
	})
}

// countingStore answers SaveProgress by itself.
type countingStore struct {
	chat.Store

	mu      sync.Mutex
	batches []int
	err     error
}

// then returns the batches so far, and has those from now on fail with err.
func (s *countingStore) then(err error) []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
	return slices.Clone(s.batches)
}

func (s *countingStore) Follow(func([]*chat.Entry)) func() { return func() {} }

func (s *countingStore) SaveProgress(_ context.Context, ps []chat.Progress) ([]chat.LoginID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batches = append(s.batches, len(ps))
	return nil, s.err
}

// lateStore has something happen when the log was read and nobody has taken the page yet.
type lateStore struct {
	chat.Store
	then func()
}

func (s *lateStore) Read(ctx context.Context, u chat.UserID, w chat.Stretch, limit int) (chat.Page, error) {
	p, err := s.Store.Read(ctx, u, w, limit)
	if s.then != nil {
		s.then()
	}
	return p, err
}

// The mailbox overflows with what is hidden, so that one page of the log reaches the head.
func TestNothingIsLostThatComesAsAnOverflowIsRead(t *testing.T) {
	h := newHouse(t)
	late := &lateStore{Store: h.store}
	h.hub = delivery.New(late, slog.New(slog.DiscardHandler))
	alice, _, _ := h.enters("alice")
	carol, _, _ := h.enters("carol")
	bob, in, _ := h.enters("bob")
	h.appends(chat.Draft{Login: bob.ID, Kind: chat.Block, Sender: bob.User.ID, Recipient: alice.User.ID})
	for range 300 {
		h.appends(chat.Draft{Login: alice.ID, Kind: chat.Broadcast, Sender: alice.User.ID, Body: sanitize.Message("x")})
	}
	var want, got []chat.EntryID
	late.then = func() { want = append(want, h.sends(carol, bob, "late").ID) }
	for in.Behind() {
		b, err := in.Fetch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, ids(in.Accept(b))...)
	}
	got = append(got, ids(in.Take(1000, 0))...)
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("bob is given %v, want %v", got, want)
	}
}

func TestWhatTheHubCounts(t *testing.T) {
	h := newHouse(t)
	alice, _, _ := h.enters("alice")
	bob, in, _ := h.enters("bob")
	if n := h.hub.Online(); n != 2 {
		t.Errorf("%d online", n)
	}
	for in.Behind() {
		b, err := in.Fetch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		in.Accept(b)
	}
	for range 300 { // which neither of them takes
		h.sends(alice, bob, "x")
	}
	if n := h.hub.Overflows(); n != 2 {
		t.Errorf("%d mailboxes were full, want each once", n)
	}
	h.hub.Close(alice.ID)
	if n := h.hub.Online(); n != 1 {
		t.Errorf("%d online after one has gone", n)
	}
}

func ids(entries []*chat.Entry) (list []chat.EntryID) {
	for _, e := range entries {
		list = append(list, e.ID)
	}
	return list
}

func TestASessionWhoseLoginWasEndedElsewhereIsTold(t *testing.T) {
	h := newHouse(t)
	bob, _, q := h.enters("bob")
	if err := h.store.EndLogin(t.Context(), chat.Progress{Login: bob.ID, User: bob.User.ID}, "elsewhere"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { h.hub.Run(ctx) })
	in := h.hub.Inbox(bob.ID)
	in.Proven(in.Mark())
	if cause := <-q.evicted; !errors.Is(cause, chat.LoginEnded) {
		t.Errorf("told %v", cause)
	}
	stop()
	running.Wait()
}

func TestACloseForgetsTheLoginWhole(t *testing.T) {
	h := newHouse(t)
	alice, _, _ := h.enters("alice")
	bob, _, _ := h.enters("bob")
	if _, held := h.hub.Held(bob.ID); !held {
		t.Fatal("not held")
	}
	h.hub.Close(bob.ID)
	h.hub.Close(bob.ID)
	if _, held := h.hub.Held(bob.ID); held || h.hub.Inbox(bob.ID) != nil {
		t.Error("still held")
	}
	h.sends(alice, bob, "to nobody here")
	n := 0
	h.hub.Each(func(chat.Login, chat.Session) { n++ })
	if n != 1 {
		t.Errorf("%d sessions are open, want alice's", n)
	}
}

func BenchmarkBroadcastToMailboxes(b *testing.B) {
	h := newHouse(b)
	var ins []*delivery.Inbox
	for i := range 1000 {
		begun := chat.Begun{Login: chat.Login{ID: chat.LoginID(i + 1), User: chat.Person{ID: chat.UserID(i + 1)}}}
		h.hub.Open(begun, quiet{})
		ins = append(ins, h.hub.Inbox(begun.ID))
	}
	u, err := h.store.CreateUser(b.Context(), chat.NewUser{Name: "alice", Password: "x"})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := h.store.Append(b.Context(), chat.Draft{Kind: chat.Broadcast, Sender: u.ID, Body: sanitize.Message("x")}); err != nil {
			b.Fatal(err)
		}
		for _, in := range ins {
			in.Take(10, 0)
		}
	}
}
