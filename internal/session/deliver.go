package session

import (
	"context"
	"slices"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
)

// takenAtOnce is how many lines are taken from the mailbox before it is looked whether the client
// still keeps up.
const takenAtOnce = 16

// readAgain is how long the session waits after the log could not be read.
const readAgain = 3 * time.Second

// showing is what is shown of the log.
type showing struct {
	started  bool      // it is known what waits
	arriving bool      // until the newest of what waits is shown, nothing that is typed is taken in
	quiet    bool      // what waits is left waiting
	more     bool      // the person wants to see more of what waits
	pages    *pages    // of what a command shows; nil if none does
	reading  bool      // the log is being read
	unread   bool      // the last reading failed
	readAt   time.Time // when to try again what failed
	backlog  []item
	ofLog    bool         // the backlog is the rest of a batch of the log, and not what more shows
	upTo     chat.EntryID // the last line shown of it; 0 if none is
	dry      bool         // there was nothing left to show
	shown    time.Time    // when the line shown last was said: of which day it is
	partners []chat.Name  // whom the person talked with, the last one first
	wrote    chat.Person  // whoever wrote to the person last; nobody until a line of this login was shown
}

// pages is what is shown piece by piece, as there is room.
type pages struct {
	next func(context.Context) (rows string, err error)
}

// An item is a line that has been taken and is to be shown, or rows to show in its place.
type item struct {
	entry *chat.Entry
	lost  bool
	rows  string
}

// readLog reads the log beside the turns, if there is anything to read and room for it.
func (s *session) readLog() {
	in := s.in
	if in == nil || s.reading || len(s.backlog) > 0 || !s.room() || s.turnAt.Before(s.readAt) {
		return
	}
	switch {
	case !s.started:
		quiet := s.quiet
		read(s, func(ctx context.Context) (delivery.Waiting, error) { return in.Start(ctx, quiet) }, s.starts)
	case s.more:
		read(s, in.More, func(p delivery.MorePage) {
			s.ofLog = false
			s.showMore(in.AcceptMore(p))
		})
	case s.pages != nil:
		p := s.pages
		read(s, p.next, func(rows string) {
			switch {
			case s.pages != p: // it was stopped meanwhile
			case rows == "":
				s.pages = nil
			default:
				s.rows(rows)
			}
		})
	case in.Behind():
		read(s, in.Fetch, func(b delivery.Batch) {
			s.ofLog, s.upTo = true, 0
			s.lines(in.Accept(b))
			s.noticeTalk()
			if s.arriving && !in.Behind() {
				s.arrived()
			}
		})
	}
}

// read reads the log, and has then called with what was read. What cannot be read is tried again; the
// person is told once, and can do something else.
func read[T any](s *session, f func(context.Context) (T, error), then func(T)) {
	s.reading = true
	beside(s.ctx, s, f, func(v T, err error) {
		s.reading = false
		switch {
		case s.ending != nil:
		case err == nil:
			s.unread = false
			then(v)
		default:
			if !s.unread {
				s.fault("read the log", err)
			}
			s.unread, s.readAt = true, s.turnAt.Add(readAgain)
			s.more, s.pages = false, nil
			if s.arriving {
				s.arrived()
			}
		}
	})
}

// readDue is when to try again; zero if that time has come, or none is set.
func (s *session) readDue() time.Time {
	if !s.unread || !s.turnAt.Before(s.readAt) {
		return time.Time{}
	}
	return s.readAt
}

// starts says what waits.
func (s *session) starts(w delivery.Waiting) {
	s.started = true
	if n := s.login.Expired; n > 0 {
		s.rows(s.view.Notice(textExpired(n)))
	}
	if w.Count > 0 {
		s.rows(s.view.Away(w.Count, w.Direct, s.login.AwaySince, s.now()))
	}
	if w.Earlier > 0 {
		s.rows(s.view.Earlier(w.Earlier))
	}
}

// showMore shows a page of what waited, and whether there is more of it.
func (s *session) showMore(entries []*chat.Entry, left int) {
	s.more = false
	s.lines(entries)
	switch {
	case left > 0:
		s.rows(s.view.Earlier(left))
	case len(entries) == 0:
		s.rows(s.view.NothingWaits())
	}
}

// rows and lines add to what is to be shown.

func (s *session) rows(rows string) { s.backlog = append(s.backlog, item{rows: rows}) }

func (s *session) lines(entries []*chat.Entry) {
	for _, e := range entries {
		s.backlog = append(s.backlog, item{entry: e, lost: s.in.Lost(e)})
	}
}

// deliver shows what there is to show while the client keeps up. What it does not take stays in the
// mailbox, and when that is full in the log: so nobody waits for this reader, and nothing is lost. What is
// behind the line through stays there too, unless that is 0.
func (s *session) deliver(through chat.EntryID) {
	s.dry = false
	if s.sending {
		// One of them may be refused, which is to be said in its place. The wait is one for the disk,
		// which nothing passes that is said meanwhile.
		return
	}
	for s.room() {
		if len(s.backlog) > 0 {
			s.showNext()
			continue
		}
		if s.in == nil || !s.started {
			s.dry = s.in == nil
			return
		}
		entries := s.in.Take(takenAtOnce, through)
		for _, e := range entries {
			s.show(e, s.srv.lines.Entry(s.view, e))
			s.heard(e)
			s.follow(e)
		}
		if len(entries) < takenAtOnce {
			s.dry = !s.in.Behind()
			return
		}
	}
}

// idle reports whether all is shown that there is to show, as far as it can be read.
func (s *session) idle() bool { return s.dry || s.unread }

// showNext shows the first of the backlog. Those lines come from the log and are this session's own
// copies, so they do not go through the cache that all sessions share.
func (s *session) showNext() {
	it := s.backlog[0]
	s.backlog[0] = item{} // so that it can be freed while the rest waits
	if s.backlog = s.backlog[1:]; len(s.backlog) == 0 {
		s.backlog = nil
	}
	if it.entry == nil {
		s.print(it.rows)
		return
	}
	s.show(it.entry, s.view.Entry(it.entry, it.lost))
	s.upTo = it.entry.ID
	if s.ofLog {
		s.heard(it.entry)
	}
}

// show shows a line of the log, after the day if it is of another than the line before it.
func (s *session) show(e *chat.Entry, rows string) {
	if !s.view.SameDay(s.shown, e.At) {
		s.print(s.view.Day(e.At))
	}
	s.shown = e.At
	s.print(rows)
	s.rings(e)
	if e.Kind == chat.Direct {
		s.met(e)
	}
}

// heard notes whom a reply now goes to. Lines that more shows are older than what else there may be: as long as
// only those were seen, the log decides.
func (s *session) heard(e *chat.Entry) {
	if e.Kind == chat.Direct && e.Sender.ID != s.view.Me {
		s.wrote = e.Sender
	}
}

// mostPartners is how many people are remembered as those talked with last.
const mostPartners = 8

// met remembers whom a message came from or went to.
func (s *session) met(e *chat.Entry) {
	who := e.Sender
	if who.ID == s.view.Me {
		who = e.Recipient
	}
	if len(s.partners) > 0 && s.partners[0] == who.Name {
		return
	}
	s.partners = slices.DeleteFunc(s.partners, func(n chat.Name) bool { return n == who.Name })
	s.partners = slices.Insert(s.partners, 0, who.Name)
	s.partners = s.partners[:min(len(s.partners), mostPartners)]
}
