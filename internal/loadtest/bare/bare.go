// Package bare is the least that a chat over SSH can do, and what sshchat's cost is measured against:
// what anyone types is written to everyone, or after "message NAME" to that one and the sender, with one
// write a line and session. There are no accounts,
// no storage, no proof of delivery and no terminal, only what gliderlabs/ssh costs by itself. It can store each line
// first, in plain SQLite: what it costs more then is the price of durability by itself.
package bare

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/sync/errgroup"
)

const (
	// queue is how many lines may wait for one session. A session that has as many holds up all
	// others: the loop is a measure, not a server for strangers.
	queue = 256
	// maxLine is the longest line, in bytes, that may be typed; a longer one ends the session.
	maxLine = 64 << 10
)

// Greeting is what a session is sent once it gets the lines of all others.
const Greeting = "Welcome\n"

// Serve serves the loop on l until ctx ends, or l fails, and closes l. It takes everybody in without a
// question, and has a new host key each time. All connections are closed when it returns; their
// goroutines are gliderlabs' own, for which nobody can wait: they end soon after.
//
// If file is not empty each line is in that SQLite database, and on disk, before anyone gets it; the file is made if
// it is missing. When it cannot be opened or written, Serve ends with that error.
func Serve(ctx context.Context, l net.Listener, file string) error {
	defer l.Close()
	loop := newLoop()
	if file == "" {
		return loop.listen(ctx, l)
	}
	store, err := openStore(file)
	if err != nil {
		return err
	}
	loop.pass = store.put
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error { return store.run(ctx, loop.hand) })
	all.Go(func() error { return loop.listen(ctx, l) })
	return errors.Join(all.Wait(), store.close())
}

func (l *loop) listen(ctx context.Context, at net.Listener) error {
	key, err := newHostKey()
	if err != nil {
		return err
	}
	srv := &ssh.Server{
		Handler: l.serve,
		// As sshchat does it: "none" is refused, and then there is nothing to answer.
		KeyboardInteractiveHandler: func(ssh.Context, gossh.KeyboardInteractiveChallenge) bool { return true },
	}
	srv.AddHostKey(key)
	defer srv.Close()
	defer context.AfterFunc(ctx, func() {
		at.Close() // a Close before Serve does not count with gliderlabs
		srv.Close()
	})()
	if err := srv.Serve(at); ctx.Err() == nil {
		return fmt.Errorf("serve the bare loop: %w", err)
	}
	return nil
}

func newHostKey() (gossh.Signer, error) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, fmt.Errorf("make a host key: %w", err)
	}
	return gossh.NewSignerFromKey(private)
}

type loop struct {
	pass func(line) // takes each line to hand, at once or when it is stored

	mu      sync.Mutex // held while a line is queued, so that all see one order
	members map[*member]struct{}
	named   map[string]*member // of several with one name the last to come
}

type member struct {
	name string
	out  chan []byte
}

// A line is what somebody has typed.
type line struct {
	at   time.Time
	from *member
	text string
}

func newLoop() *loop {
	l := &loop{members: map[*member]struct{}{}, named: map[string]*member{}}
	l.pass = l.hand
	return l
}

// serve is one session: this goroutine reads, another writes.
func (l *loop) serve(s ssh.Session) {
	m := &member{name: s.User(), out: make(chan []byte, queue)}
	var writer sync.WaitGroup
	writer.Go(func() { m.write(s) })
	defer writer.Wait()

	l.join(m)
	defer l.leave(m)
	typed := bufio.NewScanner(s)
	typed.Buffer(make([]byte, 0, 512), maxLine)
	for typed.Scan() {
		l.pass(line{time.Now(), m, typed.Text()})
	}
}

// write writes until the member has left. After an error it goes on taking lines, so that
// nobody waits for a session that is gone.
func (m *member) write(s ssh.Session) {
	var err error
	for line := range m.out {
		if err == nil {
			_, err = s.Write(line)
		}
	}
}

func (l *loop) join(m *member) {
	l.mu.Lock()
	defer l.mu.Unlock()
	m.out <- []byte(Greeting)
	l.members[m], l.named[m.name] = struct{}{}, m
}

func (l *loop) leave(m *member) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.members, m)
	if l.named[m.name] == m {
		delete(l.named, m.name)
	}
	close(m.out)
}

// hand queues what was typed, in the bytes that sshchat shows a message in. Its sender may have left.
func (l *loop) hand(typed line) {
	clock, from := typed.at.Format("15:04"), typed.from
	if direct, ok := strings.CutPrefix(typed.text, "message "); ok {
		name, text, _ := strings.Cut(direct, " ")
		l.sayTo(name, from, fmt.Appendf(nil, "%s %s → you  %s\n", clock, from.name, text),
			fmt.Appendf(nil, "%s you → %s  %s\n", clock, name, text))
		return
	}
	l.sayToAll(from, fmt.Appendf(nil, "%s %s → all  %s\n", clock, from.name, typed.text),
		fmt.Appendf(nil, "%s you → all  %s\n", clock, typed.text))
}

func (l *loop) sayToAll(from *member, others, own []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for m := range l.members {
		if m == from {
			m.out <- own
		} else {
			m.out <- others
		}
	}
}

// sayTo drops a line for somebody who is not there.
func (l *loop) sayTo(name string, from *member, theirs, own []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	to, ok := l.named[name]
	if !ok {
		return
	}
	to.out <- theirs
	if _, ok := l.members[from]; ok {
		from.out <- own
	}
}
