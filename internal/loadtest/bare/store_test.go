package bare

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// newStore opens a store, which the test runs, and its file once more to look into it.
func newStore(t *testing.T) (*store, *sql.DB) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "lines")
	s, err := openStore(file)
	if err != nil {
		t.Fatal(err)
	}
	beside, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(beside.Close(), s.close()); err != nil {
			t.Error(err)
		}
	})
	return s, beside
}

// bodies are what a file holds, in the order of the ids.
func bodies(t *testing.T, db *sql.DB) (list []string) {
	t.Helper()
	rows, err := db.Query(`SELECT body FROM lines ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			t.Fatal(err)
		}
		list = append(list, body)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// What was committed a second connection sees, and nothing else.
func TestALineIsCommittedBeforeItIsHandedOn(t *testing.T) {
	s, beside := newStore(t)
	ctx, stop := context.WithCancel(t.Context())
	alice := &member{name: "alice"}
	s.put(line{time.Now(), alice, "1"})
	err := s.run(ctx, func(l line) {
		if got := bodies(t, beside); len(got) == 0 || got[len(got)-1] != l.text {
			t.Errorf("%q is handed on while there is %q", l.text, got)
		}
		if l.text == "9" {
			stop()
			return
		}
		s.put(line{time.Now(), alice, string(l.text[0] + 1)})
	})
	if err != nil {
		t.Error(err)
	}
	if got := bodies(t, beside); len(got) != 9 {
		t.Errorf("there is %q", got)
	}
}

func TestLinesThatWaitShareACommitAndKeepTheirOrder(t *testing.T) {
	s, beside := newStore(t)
	ctx, stop := context.WithCancel(t.Context())
	senders := []*member{{name: "alice"}, {name: "bob"}, {name: "carol"}}
	var put, handed []string
	for i := range batchMax + 1 {
		l := line{time.Now(), senders[i%len(senders)], fmt.Sprint(i)}
		put = append(put, l.text)
		s.put(l)
	}
	err := s.run(ctx, func(l line) {
		stored := batchMax
		if len(handed) == batchMax { // the first batch was handed on whole
			stored++
		}
		if got := len(bodies(t, beside)); got != stored {
			t.Errorf("when %q is handed on %d lines are committed, want %d", l.text, got, stored)
		}
		if handed = append(handed, l.text); len(handed) == len(put) {
			stop()
		}
	})
	if err != nil {
		t.Error(err)
	}
	if !slices.Equal(handed, put) {
		t.Errorf("handed on is %q, put was %q", handed, put)
	}
	if got := bodies(t, beside); !slices.Equal(got, put) {
		t.Errorf("stored is %q, put was %q", got, put)
	}
}

func TestTheFileIsDurableAsSSHChatsIs(t *testing.T) {
	s, _ := newStore(t)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2"} {
		var got string
		if err := s.db.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, %v", pragma, got, err)
		}
	}
}

func TestAFileIsGoneOnWith(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lines")
	var want []string
	for _, text := range []string{"one", "two"} {
		s, err := openStore(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.keep([]line{{time.Now(), &member{name: "alice"}, text}}); err != nil {
			t.Fatal(err)
		}
		if want = append(want, text); !slices.Equal(bodies(t, s.db), want) {
			t.Errorf("it holds %q, want %q", bodies(t, s.db), want)
		}
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}
}

func TestPutEndsWithTheStore(t *testing.T) {
	s, _ := newStore(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := s.run(ctx, func(line) {}); err != nil {
		t.Error(err)
	}
	for range queueMax + 1 { // the last finds the queue full
		s.put(line{from: &member{}})
	}
}

// While a line is being stored its sender may go: it is then for the others.
func TestALineOfSomebodyWhoHasLeft(t *testing.T) {
	l := newLoop()
	alice, bob := &member{name: "alice", out: make(chan []byte, queue)}, &member{name: "bob", out: make(chan []byte, queue)}
	l.join(alice)
	l.join(bob)
	l.leave(alice)
	<-bob.out // the greeting
	for _, typed := range []string{"message bob hello", "hello"} {
		l.hand(line{time.Now(), alice, typed})
		if got := string(<-bob.out); !strings.HasSuffix(got, "  hello\n") {
			t.Errorf("after %q bob sees %q", typed, got)
		}
	}
}
