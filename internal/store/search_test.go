package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// Whatever somebody looks for, the engine takes it: no word of theirs is syntax of its query language.
func FuzzSearch(f *testing.F) {
	for _, typed := range []string{`deploy`, `"is green"`, `dep* -x`, `NEAR(a b)`, `body : x`, `a OR b AND NOT c`, `"`, `""`, `^a`, `a"b"c`, `{place} : f1`,
		`日本語 "本語"*`, `ﷺ ẛ̣ ﬁ`, "a\x00b", `*`, strings.Repeat("x", 5000)} {
		f.Add(typed, "some text: "+typed)
	}
	s := newStore(f)
	s.fillUsers(f, 2)
	f.Fuzz(func(t *testing.T, typed, said string) {
		search, err := chat.ParseSearch(typed)
		if err != nil {
			return
		}
		if _, err := s.Append(t.Context(), direct(1, 2, said)); err != nil {
			t.Fatal(err)
		}
		lines, err := s.Lines(t.Context(), 2, chat.LogQuery{Search: search, Newest: true, Limit: 1})
		if err != nil {
			t.Fatalf("%q: %v", typed, err)
		}
		for _, e := range lines { // what is found is what is marked
			if len(search.Marks(e.Body)) == 0 {
				t.Errorf("%q finds %q, and nothing of it", typed, e.Body)
			}
		}
	})
}

// A line is found by each character that is a word, or part of one, in whatever script.
func TestEveryLetterIsFound(t *testing.T) {
	s := newStore(t)
	s.fillUsers(t, 2)
	var ds []chat.Draft
	var words []string
	for r := rune(0); r < 0x21000; r += 0x40 { // behind it there are more ideographs, and no other letters
		var said strings.Builder
		for c := r; c < r+0x40; c++ {
			said.WriteString(string(c) + " ")
		}
		d := direct(1, 2, said.String())
		if w := chat.Words(d.Body.String()); len(w) > 0 {
			ds, words = append(ds, d), append(words, w[len(w)-1])
		}
	}
	for i, o := range s.AppendAll(t.Context(), ds) {
		q := chat.LogQuery{Search: chat.Search{Terms: []chat.Term{{Words: words[i : i+1]}}}, Newest: true, Limit: chat.MostFound}
		lines, err := s.Lines(t.Context(), 2, q)
		if err != nil || !slices.ContainsFunc(lines, func(e *chat.Entry) bool { return e.ID == o.Entry.ID }) {
			t.Errorf("%q is not found by %q: %v", ds[i].Body, words[i], err)
		}
	}
}

// A line is found by each of its words.
func FuzzWordsAreFound(f *testing.F) {
	for _, said := range []string{"The printer works", "Café, Ångström", "日本語テスト", "x86_64 a-b_c", "ﷺ", "١٢٣", "é́́"} {
		f.Add(said)
	}
	s := newStore(f)
	s.fillUsers(f, 2)
	f.Fuzz(func(t *testing.T, said string) {
		e, err := s.Append(t.Context(), direct(1, 2, said))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range chat.Words(e.Body.String()) {
			q := chat.LogQuery{Search: chat.Search{Terms: []chat.Term{{Words: []string{w}}}}, Newest: true, Limit: 1}
			lines, err := s.Lines(t.Context(), 2, q)
			if err != nil || len(lines) == 0 || lines[0].ID != e.ID {
				t.Fatalf("%q is not found by %q: %v", said, w, err)
			}
		}
	})
}

// needles looks for what fillRoom has said.
func needles(limit int, keep func(*chat.Entry) bool) chat.LogQuery {
	return chat.LogQuery{Search: chat.Search{Terms: []chat.Term{{Words: []string{"needle"}}}}, Newest: true, Limit: limit, Keep: keep}
}

// However much was said in a room since somebody left it, a search finds what they saw there: all of it, and nothing else.
func TestASearchFindsWhatOneSaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where no time passes, however slow the machine is
		s := newStore(t)
		s.fillUsers(t, 3)
		s.fillRoom(t, 3*mostElsewhere)
		s.sql(t, `INSERT INTO members (room_id, user_id, joined, "left") VALUES (1, 2, 7000, 7010), (1, 3, 12000, 12003)`)
		for _, in := range []chat.Conversation{{}, {Room: chat.Room{ID: 1}}} {
			for user, want := range map[chat.UserID]int{1: 3*mostElsewhere - 1, 2: 98 + 9, 3: 2} {
				q := needles(4*mostElsewhere, nil)
				q.In = in
				f, err := s.Search(t.Context(), user, q)
				if err != nil || len(f.Lines) != want || !f.Back.IsZero() {
					t.Errorf("in %v user %d finds %d lines and not %d, %v, %v", in, user, len(f.Lines), want, f.Back, err)
				}
				if !slices.IsSortedFunc(f.Lines, func(a, b *chat.Entry) int { return int(a.ID - b.ID) }) {
					t.Errorf("what user %d finds is not in order", user)
				}
			}
		}
	})
}

// What lies between two edges is a part of the log in which nobody came or went.
func TestEdges(t *testing.T) {
	w := whereabouts{0: {{From: 5, To: 90}}, 1: {{From: 10, To: 20}, {From: 30, To: 40}}, 2: {{From: 35, To: 90}}}
	var edges []chat.EntryID
	for at := chat.EntryID(90); at > 0; at = w.edge(at) {
		edges = append(edges, at)
	}
	if want := []chat.EntryID{90, 40, 34, 29, 20, 9, 4}; !slices.Equal(edges, want) {
		t.Errorf("%v, want %v", edges, want)
	}
	for part, rooms := range map[chat.Stretch]string{{From: 41, To: 90}: "[0 2]", {From: 35, To: 40}: "[0 1 2]", {From: 21, To: 29}: "[0]", {From: 1, To: 4}: "[]"} {
		in := w.within(part.From, part.To)
		var names []chat.RoomID
		for room := range chat.RoomID(3) {
			if in[room] != nil {
				names = append(names, room)
			}
			if in.covers(room, part.From) != (in[room] != nil) || in.covers(room, part.To) != (in[room] != nil) {
				t.Errorf("%v: room %d is covered in part", part, room)
			}
		}
		if fmt.Sprint(names) != rooms {
			t.Errorf("%v: %v, want %s", part, names, rooms)
		}
	}
}

// Searches take turns, so that they leave the other readers to what is no search, and whoever gives up does not wait.
func TestSearchesHoldOneReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t)
		s.fillUsers(t, 2)
		s.fillRoom(t, 10)
		goOn := make(chan struct{})
		var running, most atomic.Int32
		var all sync.WaitGroup
		search := func(ctx context.Context) error {
			first := true
			_, err := s.Search(ctx, 1, needles(100, func(*chat.Entry) bool {
				if first {
					first = false
					most.Store(max(most.Load(), running.Add(1)))
					<-goOn
					running.Add(-1)
				}
				return true
			}))
			return err
		}
		for i := range 2 * readers {
			all.Go(func() {
				if err := search(t.Context()); err != nil {
					t.Error(err)
				}
			})
			if i == 0 {
				synctest.Wait() // it is the one that runs
			}
		}
		ctx, giveUp := context.WithCancel(t.Context())
		all.Go(func() {
			if err := search(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("whoever gave up got %v", err)
			}
		})
		synctest.Wait()
		if n := running.Load(); n != 1 {
			t.Errorf("%d searches run", n)
		}
		giveUp()
		synctest.Wait()
		if _, err := s.Read(t.Context(), 1, chat.Stretch{}, 10); err != nil {
			t.Error(err)
		}
		for name, q := range map[string]chat.LogQuery{
			"all that one may see":  {Newest: true, Limit: 10},
			"what two have said":    {In: chat.Conversation{With: chat.Person{ID: 2}}, Newest: true, Limit: 10},
			"one's own last line":   {In: chat.Conversation{Room: chat.Room{ID: 1}}, From: 1, Newest: true, Limit: 1},
			"what somebody answers": {In: chat.Conversation{With: chat.Person{ID: 2}}, From: 2, Newest: true, Limit: 1},
		} {
			if _, err := s.Lines(t.Context(), 1, q); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		close(goOn)
		all.Wait()
		if n := most.Load(); n != 1 {
			t.Errorf("%d searches ran at once", n)
		}
	})
}

// A search that takes too long gives what it has found, and says how far back it has looked.
func TestALongSearchIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t)
		s.fillUsers(t, 2)
		s.fillRoom(t, 1000)
		long := time.NewTimer(searchTime + time.Millisecond)
		f, err := s.Search(t.Context(), 1, needles(1000, func(*chat.Entry) bool {
			if long != nil {
				<-long.C
				long = nil
			}
			return true
		}))
		if err != nil || len(f.Lines) != hitsAtOnce {
			t.Fatalf("%d lines, %v", len(f.Lines), err)
		}
		if first := f.Lines[0]; first.ID != 1001-hitsAtOnce || !f.Back.Equal(first.At) {
			t.Errorf("it has looked back to %v, and found %d of %v", f.Back, first.ID, first.At)
		}
	})
}

// So does one that passes over too many lines.
func TestASearchPassesOverSoManyLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where no time passes, however slow the machine is
		s := newStore(t)
		s.fillUsers(t, 2)
		s.fillRoom(t, mostPassed+100)
		var oldest *chat.Entry
		f, err := s.Search(t.Context(), 1, needles(1, func(e *chat.Entry) bool {
			oldest = e
			return false
		}))
		if err != nil || len(f.Lines) > 0 || oldest == nil || oldest.ID != 101 || !f.Back.Equal(oldest.At) {
			t.Errorf("%+v after %+v, %v", f, oldest, err)
		}
		gone, err := s.Search(t.Context(), 1, needles(1, func(e *chat.Entry) bool { return e.ID == 101 }))
		if err != nil || len(gone.Lines) != 1 || !gone.Back.IsZero() {
			t.Errorf("the last that is looked at: %+v, %v", gone, err)
		}
	})
}

// Whoever is not there any more is given no half of an answer.
func TestASearchCanBeStopped(t *testing.T) {
	s := newStore(t)
	s.fillUsers(t, 2)
	s.fillRoom(t, 1000)
	ctx, stop := context.WithCancel(t.Context())
	f, err := s.Search(ctx, 1, needles(1000, func(*chat.Entry) bool {
		stop()
		return true
	}))
	if !errors.Is(err, context.Canceled) || f.Lines != nil {
		t.Errorf("%d lines, %v", len(f.Lines), err)
	}
}

// What a line was indexed by is forgotten when it is edited, though today's rule would make other words of it.
func TestAnEditForgetsWordsOfAnotherRule(t *testing.T) {
	s := newStore(t)
	s.fillUsers(t, 2)
	e, err := s.Append(t.Context(), direct(1, 2, "oldword"))
	if err != nil {
		t.Fatal(err)
	}
	s.sql(t, `UPDATE log SET body = 'as the words are made now' WHERE id = 1`)
	if _, err := s.Append(t.Context(), chat.Draft{Kind: chat.Edit, Sender: 1, Ref: e.ID, Body: sanitize.Message("newword")}); err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]int{"oldword": 0, "newword": 1, "made": 0} {
		var n int
		if err := s.readDB.QueryRowContext(t.Context(), `SELECT count(*) FROM search WHERE search MATCH $1`, word).Scan(&n); err != nil || n != want {
			t.Errorf("%s is found %d times, %v", word, n, err)
		}
	}
}
