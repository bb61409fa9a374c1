package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/netip"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"sshchat/internal/chat"
)

const line = "a line of the usual length, as people write them all day long"

// BenchmarkAppend stores messages from several senders at once: by Append, and by plain INSERTs into the
// same tables in the same batches, with the index of words and without it. The differences are what the rules
// cost, and what the index does.
func BenchmarkAppend(b *testing.B) {
	for _, senders := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("ours/%dsenders", senders), func(b *testing.B) { benchOurs(b, senders) })
		b.Run(fmt.Sprintf("indexed/%dsenders", senders), func(b *testing.B) { benchPlain(b, senders, true) })
		b.Run(fmt.Sprintf("plain/%dsenders", senders), func(b *testing.B) { benchPlain(b, senders, false) })
	}
}

func benchOurs(b *testing.B, senders int) {
	s := newStore(b)
	node, err := s.StartNode(b.Context(), 1)
	if err != nil {
		b.Fatal(err)
	}
	s.fillUsers(b, 200)
	logins := make([]chat.LoginID, senders)
	for i := range logins {
		l, err := s.BeginLogin(b.Context(), chat.NewLogin{User: chat.UserID(i + 1), Slot: chat.Prompt, Node: node,
			Remote: netip.MustParseAddrPort("192.0.2.1:4000")})
		if err != nil {
			b.Fatal(err)
		}
		logins[i] = l.ID
	}
	defer s.Follow(func([]*chat.Entry) {})()
	ctx, cancel := context.WithCancel(b.Context()) // as a session's is
	defer cancel()
	each(b, senders, func(sender, n int) error {
		d := direct(chat.UserID(sender+1), chat.UserID(200-n%50), line)
		d.Login = logins[sender]
		_, err := s.Append(ctx, d)
		return err
	})
}

func benchPlain(b *testing.B, senders int, index bool) {
	p := newPlain(b)
	p.index.Store(index)
	each(b, senders, func(sender, n int) error {
		return p.append(int64(sender+1), int64(200-n%50), line)
	})
}

// each divides b.N calls among senders.
func each(b *testing.B, senders int, fn func(sender, n int) error) {
	var wg sync.WaitGroup
	b.ResetTimer()
	for i := range senders {
		wg.Go(func() {
			for n := i; n < b.N; n += senders {
				if err := fn(i, n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

// baseline is the least that stores lines durably in order: the same file and group commit, and no rules.
type baseline struct {
	queue chan *plainOp
	index atomic.Bool // the words as well
	id    int64
}

type plainOp struct {
	from, to int64
	body     string
	err      error
	done     chan struct{}
}

func newPlain(b *testing.B) *baseline {
	path := filepath.Join(b.TempDir(), "plain.db")
	s, err := Open(b.Context(), path, Settings{}) // makes the table
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	db, err := openPool(path, 1, nil)
	if err != nil {
		b.Fatal(err)
	}
	conn, err := db.Conn(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	p := &baseline{queue: make(chan *plainOp, queueMax)}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		p.run(conn)
	}()
	b.Cleanup(func() {
		close(p.queue)
		<-gone
		conn.Close()
		db.Close()
	})
	return p
}

func (p *baseline) append(from, to int64, body string) error {
	o := &plainOp{from: from, to: to, body: body, done: make(chan struct{})}
	p.queue <- o
	<-o.done
	return o.err
}

func (p *baseline) run(conn *sql.Conn) {
	ctx := context.Background()
	prepare := func(text string) *sql.Stmt {
		st, err := conn.PrepareContext(ctx, text)
		if err != nil {
			panic(err)
		}
		return st
	}
	begin, commit := prepare(`BEGIN IMMEDIATE`), prepare(`COMMIT`)
	insert := prepare(`INSERT INTO log (id, kind, sender_id, recipient_id, at, body) VALUES ($1, 'direct', $2, $3, $4, $5)`)
	words := prepare(`INSERT INTO search (rowid, body, place) VALUES ($1, $2, $3)`)
	for o := range p.queue {
		batch := []*plainOp{o}
		for more := true; more && len(batch) < batchMax; {
			select {
			case o, ok := <-p.queue:
				if more = ok; ok {
					batch = append(batch, o)
				}
			default:
				more = false
			}
		}
		begin.ExecContext(ctx)
		for _, o := range batch {
			p.id++
			_, o.err = insert.ExecContext(ctx, p.id, o.from, o.to, p.id, o.body)
			if p.index.Load() && o.err == nil {
				_, o.err = words.ExecContext(ctx, p.id, o.body, fmt.Sprintf("f%d t%d", o.from, o.to))
			}
		}
		_, err := commit.ExecContext(ctx)
		for _, o := range batch {
			if err != nil {
				o.err = err
			}
			close(o.done)
		}
	}
}

// BenchmarkBroadcast stores a line to everyone: what it costs does not depend on how many have an account.
func BenchmarkBroadcast(b *testing.B) {
	for _, accounts := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprintf("%daccounts", accounts), func(b *testing.B) {
			s := newStore(b)
			s.fillUsers(b, accounts)
			defer s.Follow(func([]*chat.Entry) {})()
			for b.Loop() {
				if _, err := s.Append(b.Context(), broadcast(1, line)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLogin is all that a login asks of the store, and its end, where 10 lines wait for this person: how
// many there are for others does not matter.
func BenchmarkLogin(b *testing.B) {
	for _, lines := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("10of%dlines", lines), func(b *testing.B) {
			s := newStore(b)
			node, err := s.StartNode(b.Context(), 1)
			if err != nil {
				b.Fatal(err)
			}
			s.fillUsers(b, lines/10)
			s.fillLog(b, lines, lines/10, 0)
			for b.Loop() {
				s.login(b, node, 77)
			}
		})
	}
}

func (s *Store) login(b *testing.B, node chat.Node, user chat.UserID) {
	l, err := s.BeginLogin(b.Context(), chat.NewLogin{User: user, Slot: chat.Prompt, Node: node})
	if err != nil {
		b.Fatal(err)
	}
	waits, err := s.Backlog(b.Context(), user, chat.Stretch{From: 1}, 200)
	if err != nil || waits.Count != 10 {
		b.Fatal(waits, err)
	}
	if _, err := s.Read(b.Context(), user, chat.Stretch{From: 1}, 256); err != nil {
		b.Fatal(err)
	}
	if err := s.EndLogin(b.Context(), chat.Progress{Login: l.ID, User: user}, "left"); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkRead is a login after 100,000 lines, 10 of which wait for this person, and one far behind.
func BenchmarkRead(b *testing.B) {
	s := newStore(b)
	s.fillUsers(b, 20_000)
	s.fillLog(b, 100_000, 20_000, 0)
	for _, limit := range []int{10, 256} {
		b.Run(fmt.Sprintf("10of100k/limit%d", limit), func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Read(b.Context(), 77, chat.Stretch{From: 1}, limit); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	s.fillLog(b, 20_000, 20_000, 2)
	b.Run("10000waiting/page256", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Read(b.Context(), 77, chat.Stretch{From: 1}, 256); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("10000waiting/backlog", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Backlog(b.Context(), 77, chat.Stretch{From: 1}, 200); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkSent counts who of 100,000 accounts has a broadcast.
func BenchmarkSent(b *testing.B) {
	s := newStore(b)
	s.fillUsers(b, 100_000)
	for range 10 {
		if _, err := s.Append(b.Context(), broadcast(1, line)); err != nil {
			b.Fatal(err)
		}
	}
	s.sql(b, `UPDATE cursors SET delivered = 5 WHERE user_id % 2 = 0`,
		`INSERT INTO gaps SELECT id, 1, 3 FROM users WHERE id % 10 = 0`,
		`INSERT INTO blocks SELECT id, 1, 1, NULL FROM users WHERE id % 100 = 3`)
	for _, limit := range []int{1, 10} {
		b.Run(fmt.Sprintf("limit%d", limit), func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Sent(b.Context(), 1, 0, limit); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSaveProgress moves 1,000 cursors among 100,000 in one transaction, as the server does each second.
func BenchmarkSaveProgress(b *testing.B) {
	s := newStore(b)
	node, err := s.StartNode(b.Context(), 1)
	if err != nil {
		b.Fatal(err)
	}
	s.fillUsers(b, 100_000)
	s.fillLog(b, 1_000_000, 1000, 0)
	ps := make([]chat.Progress, 1000)
	for i := range ps {
		user := chat.UserID(1 + i*97)
		l, err := s.BeginLogin(b.Context(), chat.NewLogin{User: user, Slot: chat.Prompt, Node: node})
		if err != nil {
			b.Fatal(err)
		}
		ps[i] = chat.Progress{Login: l.ID, User: user}
	}
	for b.Loop() {
		for i := range ps {
			ps[i].Delivered++
		}
		if _, err := s.SaveProgress(b.Context(), ps); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSearch looks for words among 200,000 lines of which one in a hundred concerns the one who looks: a word that is
// in one of them, one that is in all, and the beginning that all words have.
func BenchmarkSearch(b *testing.B) {
	s := newStore(b)
	s.fillUsers(b, 200)
	for from := 0; from < 200_000; from += batchMax {
		ds := make([]chat.Draft, batchMax)
		for i := range ds {
			n := from + i
			ds[i] = direct(chat.UserID(n%200+1), chat.UserID((n+1)%200+1), fmt.Sprintf("%s word%d x%d", line, n%5000, n))
		}
		for _, o := range s.AppendAll(b.Context(), ds) {
			if o.Err != nil {
				b.Fatal(o.Err)
			}
		}
	}
	for name, typed := range map[string]string{"rare": "word76", "common": "usual length", "prefix": "x1*", "none": "nowhere"} {
		b.Run(name, func(b *testing.B) {
			q := chat.LogQuery{Newest: true, Limit: chat.MostFound}
			var err error
			if q.Search, err = chat.ParseSearch(typed); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := s.Lines(b.Context(), 77, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
