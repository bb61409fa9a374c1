package soak

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// A screen is one session without a terminal, and all that its client does and sees. One goroutine types;
// what comes is written down by that of the SSH connection.
type screen struct {
	rec     *recorder
	reader  reader
	conn    *Conn // under mu until gone
	number  int32 // of conn
	wire    *wire
	client  *ssh.Client
	session *ssh.Session
	keys    io.WriteCloser
	gone    chan struct{} // closed when the session has ended and all that came is written down

	mu      sync.Mutex
	change  chan struct{}    // closed and replaced when something comes
	rest    []byte           // of an unfinished line
	told    [sayings]int     // how often each was said
	first   int32            // number of the first line that is typed here
	owed    int              // lines typed here and neither shown nor refused
	marks   int              // words typed that are no command, less those answered
	asking  bool             // the next answer to such a word ends those to what is asked for in a room
	answer  What             // to what was asked for last in a room
	entered int16            // the room that was entered last
	governs map[int]bool     // the rooms in which the account is told to have a role
	heard   map[int]int      // of each room: who else has spoken there last
	edits   map[int32]bool   // own lines that are edits: nothing is owed for them
	numbers map[LineID]int64 // of own lines in the log, by what they say, as sent lists them
	pending map[int]bool     // accounts of whom a block or unblock is not answered
	parting sayingKind       // why the session ends, as it said
}

// secret is the password of every account.
const secret = "correct horse battery"

// openScreen connects an account and starts a shell. A connection that comes to nothing is one that was lost.
func openScreen(rec *recorder, r reader, addr string, dialled time.Duration) (*screen, error) {
	s := &screen{rec: rec, reader: r, gone: make(chan struct{}), change: make(chan struct{}),
		heard: make(map[int]int), governs: make(map[int]bool), edits: make(map[int32]bool), numbers: make(map[LineID]int64),
		pending: make(map[int]bool)}
	s.first = int32(len(rec.history.Lines[r.me]))
	s.conn, s.number = rec.opened(int(r.me), dialled)
	if err := s.dial(addr); err != nil {
		s.conn.Ended = rec.now()
		return nil, err
	}
	go s.finish() // ends with the session: whoever opens a screen waits for gone
	return s, nil
}

func (s *screen) dial(addr string) (err error) {
	if s.wire, err = dialWire(addr); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			s.wire.Close()
		}
	}()
	slow := time.AfterFunc(patience, func() { s.wire.Close() })
	defer slow.Stop()
	c, channels, requests, err := ssh.NewClientConn(s.wire, addr, clientConfig(s.rec.history.Accounts[s.reader.me].Name))
	if err != nil {
		return err
	}
	s.client = ssh.NewClient(c, channels, requests)
	return s.shell()
}

func clientConfig(name string) *ssh.ClientConfig {
	answer := func(_, _ string, questions []string, _ []bool) ([]string, error) {
		return make([]string, len(questions)), nil
	}
	return &ssh.ClientConfig{
		User:            name,
		Auth:            []ssh.AuthMethod{ssh.KeyboardInteractive(answer)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), // the key is made for this run, on loopback
	}
}

func (s *screen) shell() (err error) {
	if s.session, err = s.client.NewSession(); err != nil {
		return err
	}
	if s.keys, err = s.session.StdinPipe(); err != nil {
		return err
	}
	s.session.Stdout, s.session.Stderr = s, strange{s}
	return s.session.Shell()
}

// strange takes what comes as standard error: a session shows all on one stream, whose order counts.
type strange struct{ *screen }

func (t strange) Write(p []byte) (int, error) {
	t.fault(fmt.Sprintf("gets %q as standard error", p))
	return len(p), nil
}

func (s *screen) fault(text string) {
	s.rec.fault(fmt.Sprintf("%s on connection %d %s", s.rec.history.Accounts[s.reader.me].Name, s.number, text))
}

// finish waits for the end and says how it came.
func (s *screen) finish() {
	err := s.session.Wait()
	s.client.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	_, failed := errors.AsType[*ssh.ExitError](err)
	switch {
	case s.wire.isCut():
		s.conn.End = Cut
	case err != nil && !failed, len(s.rest) > 0:
		s.conn.End = Lost
	default:
		s.conn.End = endOf(s.parting)
	}
	s.conn.Ended = s.rec.now()
	close(s.gone)
}

// endOf is the end that goes with the last words. Who does not read for as long as the server waits for it is not
// told any: there is an exit status then, and nothing before it, or half a line.
func endOf(parting sayingKind) End {
	switch parting {
	case goodbye:
		return Left
	case shuttingDown:
		return Stopped
	case takenOver:
		return TakenOver
	case unexpected:
		return Lost
	}
	return Odd
}

// Write takes what comes to the screen.
func (s *screen) Write(p []byte) (int, error) {
	at := s.rec.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for part := range bytes.Lines(p) {
		s.rest = append(s.rest, part...)
		if part[len(part)-1] == '\n' {
			s.sees(string(s.rest[:len(s.rest)-1]), at)
			s.rest = s.rest[:0]
		}
	}
	close(s.change)
	s.change = make(chan struct{})
	return len(p), nil
}

// sees takes a line of the screen; mu is held.
func (s *screen) sees(text string, at time.Duration) {
	x := s.reader.read(text)
	s.told[x.kind]++
	e := Event{At: at, Who: x.who, From: x.from, Room: x.room}
	switch x.kind {
	case unexpected:
		s.fault(fmt.Sprintf("is told %q", text))
		return
	case aLine, aKick:
		e.What, e.Line, e.Pad, e.Edited, e.Quote = Shown, x.line, x.pad, x.edited, x.quote
		s.counts(x)
	case joined, parted, invited, retracted, emptied:
		e.What = map[sayingKind]What{joined: Joined, parted: Parted, invited: Invited, retracted: Retracted, emptied: Emptied}[x.kind]
	case refused, noUser, notIn, entered, alreadyIn, barred, declined, noLine, loginEnded, busy:
		if e.What = s.answers(x.kind); e.What == Typed {
			if x.kind != loginEnded && x.kind != busy {
				s.fault(fmt.Sprintf("is told %q, and nothing asked for it", text))
			}
			return
		}
	case blocked, unblocked:
		if e.What = BlockAnswered; x.kind == unblocked {
			e.What = UnblockAnswered
		}
		delete(s.pending, int(x.who))
	case noCommand:
		if e.What = MoreEnded; s.asking {
			e.What, s.asking = Answered, false
		}
		s.marks--
	}
	if s.remembers(x, at); e.What != Typed {
		s.conn.Events = append(s.conn.Events, e)
	}
}

// remembers takes what the screen says of the account or the session; mu is held.
func (s *screen) remembers(x saying, at time.Duration) {
	switch x.kind {
	case welcome:
		s.conn.Welcome = at
	case goodbye, shuttingDown, takenOver, linkDead:
		s.parting = x.kind
	case entered:
		s.entered = x.who
	case alone:
		s.governs[int(s.entered)] = true
	case ownLine:
		s.numbers[x.line] = x.number
	case promoted:
		s.governs[int(x.who)] = true
	}
}

// answers is what an answer says of what is asked for in a room, or if that is nothing of a line; Typed: it says
// nothing. mu is held.
func (s *screen) answers(kind sayingKind) What {
	if s.asking {
		s.answer = Declined
		if what, ok := roomAnswers[kind]; ok {
			s.answer = what
		}
		return s.answer
	}
	what, ok := map[sayingKind]What{refused: Refused, noUser: NoUser, notIn: NotIn}[kind]
	if ok {
		s.owed--
	}
	return what
}

var roomAnswers = map[sayingKind]What{entered: Entered, alreadyIn: AlreadyIn, barred: Barred, notIn: Outside, noLine: NoLine}

// counts counts a line that was shown; mu is held. Nothing is owed for a kick or an edit: see Answered.
func (s *screen) counts(x saying) {
	switch {
	case x.line.By != int32(s.reader.me):
		s.rec.received.Add(1)
		if isRoom(int(x.who)) && x.from >= 0 {
			s.heard[int(x.who)] = int(x.from)
		}
	case x.kind == aLine && x.line.N >= s.first && !s.edits[x.line.N]:
		s.owed--
		s.rec.acknowledged.Add(1)
	}
}

// lastIn is who else has spoken last in a room; false if nobody has.
func (s *screen) lastIn(room int) (who int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, ok = s.heard[room]
	return who, ok
}

// note writes down that something is about to be done, and what follows from it.
func (s *screen) note(e Event, then func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.At = s.rec.now()
	s.conn.Events = append(s.conn.Events, e)
	if then != nil {
		then()
	}
}

// asks notes that what comes now may have the server end the session.
func (s *screen) asks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn.Asked == 0 {
		s.conn.Asked = s.rec.now()
	}
}

// types types lines. Whether they arrive is for the screen to show.
func (s *screen) types(lines ...string) {
	var all bytes.Buffer
	for _, line := range lines {
		all.WriteString(line + "\n")
	}
	s.keys.Write(all.Bytes())
}

// waits waits until something holds, and reports false if the session ends before. That it takes too long is a
// fault, and ends the connection.
func (s *screen) waits(what string, holds func() bool) bool {
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		s.mu.Lock()
		ok, change := holds(), s.change
		s.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-change:
		case <-s.gone:
			s.mu.Lock()
			defer s.mu.Unlock()
			return holds()
		case <-late.C:
			s.fault("waits in vain " + what)
			s.wire.goesSilent()
			<-s.gone
			return false
		}
	}
}

// ends waits for the end of the session.
func (s *screen) ends() { s.waits("for the end", s.isGone) }

func (s *screen) isGone() bool {
	select {
	case <-s.gone:
		return true
	default:
		return false
	}
}
