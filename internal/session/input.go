package session

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/command"
	"sshchat/internal/lineedit"
)

// listens reports whether what is typed is taken in. While a command runs, or much waits for the
// client, it stays in the channel's buffer, which is far larger and ends the connection if it
// overflows.
func (s *session) listens() bool {
	switch {
	case s.ending != nil || !s.room():
		return false
	case s.asked != nil:
		return true
	}
	return s.running == nil && s.next == nil && !s.arriving && !s.more && s.pages == nil
}

// takeInput does what comes next of what was typed.
func (s *session) takeInput() {
	if next := s.next; next != nil && s.running == nil && !s.turnAt.Before(s.nextAt) {
		s.next, s.nextAt = nil, time.Time{}
		next()
	}
	s.sendWaiting()
	s.noticeInterrupt()
	s.feed()
	s.sendWaiting()
}

// feed takes in what was typed, up to the first thing that has to be done before the rest makes
// sense: a command, whose question the rest may answer. Lines to be sent are none: they gather.
func (s *session) feed() {
	for s.listens() {
		p, eof := s.ch.Peek()
		if s.leaving != nil {
			s.ch.Discard(len(p))
			s.ended()
			return
		}
		if len(p) == 0 {
			if eof {
				s.inputEnded()
			}
			return
		}
		if s.slipped != "" && s.turnAt.Sub(s.slippedAt) < slipWait {
			s.ch.Discard(len(p))
			return
		}
		n, ev := s.face.Feed(p)
		s.ch.Discard(n)
		s.on(ev)
	}
}

// on acts on what the face has made of the input.
func (s *session) on(ev lineedit.Event) {
	if ev.Kind != lineedit.Interrupt && ev.Kind != lineedit.None {
		s.interrupts = 0
	}
	if s.asked != nil {
		s.onAnswer(ev)
		return
	}
	switch ev.Kind {
	case lineedit.Line:
		s.line(ev.Text)
	case lineedit.Interrupt:
		s.interrupt(ev.Text)
	case lineedit.EOF:
		s.line(s.leaveLine())
	case lineedit.Complete:
		s.complete(ev.Text)
	case lineedit.Full:
		s.full()
	case lineedit.Next:
		s.goNext()
	}
}

// goNext is Alt-A: the next command, but that the line which is being typed stays.
func (s *session) goNext() {
	p, err := command.Parse("/next", s.name(), s.talk)
	if err != nil { // before the login
		return
	}
	s.behindQueue(func() {
		if !s.waits(p, s.goNext) {
			s.start(p, "")
		}
	})
}

// hint is what is shown behind a line that is a command.
func (s *session) hint(line string) string { return command.Hint(line, s.name(), s.talk) }

// full says that there was no room for what was typed.
func (s *session) full() {
	if s.plain != nil {
		s.say(textLineTooLong(s.mostOfLine))
		return
	}
	s.say(textNoRoom(s.mostOfLine))
}

// onAnswer is on while a question is open. ^C and ^D take it back; Tab has no meaning in it.
func (s *session) onAnswer(ev lineedit.Event) {
	switch ev.Kind {
	case lineedit.Line:
		s.answer(answer{text: ev.Text})
	case lineedit.Interrupt, lineedit.EOF:
		s.answer(answer{err: command.Cancelled})
	case lineedit.Full:
		if s.plain != nil { // the line is gone, and what follows it is no answer
			s.answer(answer{err: command.Cancelled})
		}
		s.full()
	}
}

// leaveLine is what ^D on an empty line stands for: in a conversation a bare word would be said there.
func (s *session) leaveLine() string {
	if s.talk.IsNone() {
		return "logout"
	}
	return "/logout"
}

// line acts on a line that was typed. What it depends on of the line before, a refusal that another
// Enter overrules, holds for this one line only.
func (s *session) line(text string) {
	again, insists := text != "" && text == s.refused, s.warned
	meant := text == s.slipped
	s.refused, s.slipped, s.warned = "", "", false
	p, err := command.Parse(text, s.name(), s.talk)
	if err == nil && meant {
		p = p.Unguarded()
	}
	if err == nil && p.Line != nil && (again || s.fits(p)) {
		s.submit(p, text, again)
		return
	}
	if err != nil && s.login == nil {
		s.face.Forget(text) // it may be a password, typed where a command is expected
	}
	s.behindQueue(func() { s.do(p, err, text, insists) })
}

// behindQueue does something behind the lines that were typed before it.
func (s *session) behindQueue(do func()) {
	if len(s.queue) > 0 && s.sendAt.IsZero() {
		s.sendWaiting()
	}
	if s.running != nil {
		s.next = do
		return
	}
	do()
}

// waits reports whether the pace does not allow a command yet; when it does, again is called.
func (s *session) waits(p command.Parsed, again func()) bool {
	if p.Pace == command.Unpaced || s.login == nil {
		return false
	}
	wait := s.tooEarly(p.Pace)
	if wait > 0 {
		s.next, s.nextAt = again, s.turnAt.Add(wait)
	}
	return wait > 0
}

// do does what was typed, unless it is a line to be sent that can be.
func (s *session) do(p command.Parsed, err error, text string, insists bool) {
	if err == nil && p.Line != nil {
		s.send([]waitingLine{{p, text, len(text)}}) // it is too long: it is refused, whatever the pace
		return
	}
	if err == nil && s.waits(p, func() { s.do(p, err, text, insists) }) {
		return
	}
	if s.plain == nil && !s.dumb && (err != nil || !p.IsGuarded()) {
		// The line has left the row; what follows would be an answer to nothing. (A dumb terminal
		// still has it, and a message comes back anyway.)
		s.say(promptText(s.name(), s.talk, 0) + clip(text))
	}
	if err != nil {
		r, _ := chat.AsRefusal(err)
		if r == chat.NotLoggedIn {
			r = s.srv.Chat.NotLoggedIn()
		}
		s.print(s.view.Refusal(r))
		return
	}
	s.start(p, text)
	s.running.insists = insists
}

// interrupt is ^C: it has emptied the line, and if there was nothing in it, it empties the queue.
func (s *session) interrupt(line string) {
	s.refused, s.slipped = "", ""
	switch n := len(s.queue); {
	case line != "":
		s.interrupts = 0
	case n > 0:
		s.dropWaiting()
		s.say(textDropped(n))
	default:
		if s.interrupts++; s.interrupts >= 2 {
			s.interrupts = 0
			s.say(textHowToLeave)
		}
	}
}

// noticeInterrupt cancels a command that may take long and has changed nothing until it is done, or what is shown page by
// page, when ^C is typed meanwhile. What was typed before it goes with it, as at any terminal. In a paste it is no key.
func (s *session) noticeInterrupt() {
	r := s.running
	stops := r != nil && !r.cancelled && s.asked == nil && r.parsed.Stops()
	if s.plain != nil || !stops && s.pages == nil {
		return
	}
	p, _ := s.ch.Peek()
	i := bytes.IndexByte(p, 'C'-'@')
	if i < 0 || bytes.Contains(p[:i], []byte("\x1b[200~")) {
		return
	}
	s.ch.Discard(i + 1)
	if s.pages != nil {
		s.pages = nil
		s.print(s.view.Refusal(command.Cancelled))
		return
	}
	r.cancelled = true
	r.cancel(command.Cancelled)
}

// inputEnded acts on the end of what is typed: what was typed before it is still done.
func (s *session) inputEnded() {
	if s.plain != nil {
		if line, ok := s.plain.rest(); ok {
			s.on(lineedit.Event{Kind: lineedit.Line, Text: line})
			return
		}
	}
	if s.asked != nil {
		s.answer(answer{err: command.Cancelled})
		return
	}
	s.leaving = &ending{why: whyEnded, status: exitDone}
	s.ended()
}

// ended ends the session of somebody who has left, once all of theirs is sent and shown.
func (s *session) ended() {
	if len(s.queue) == 0 && s.idle() {
		s.end(*s.leaving)
	}
}

// offered is how many names are offered at once.
const offered = 200

// complete is Tab. Names are looked up beside the turns; if the line has changed until they are found, the
// face drops them. A fault there is no answer to anything that the person asked, so only the log has it.
func (s *session) complete(line string) {
	c := command.Complete(line, s.name(), s.talk)
	if !c.Users && !c.Rooms {
		s.face.Offer(line, c.Start, c.Words, " ")
		return
	}
	if s.completing {
		return
	}
	s.completing = true
	prefix, me := line[c.Start:], s.login.Actor()
	look := func(ctx context.Context) ([]string, error) {
		if c.Rooms {
			return s.srv.Chat.CompleteRoom(ctx, me, prefix, offered)
		}
		return s.srv.Chat.Complete(ctx, prefix, offered)
	}
	beside(s.ctx, s, look, func(names []string, err error) {
		s.completing = false
		if err != nil {
			s.log.Error("complete a name", "event", "fault", "err", err)
			return
		}
		if c.Users {
			names = s.ordered(names, prefix)
		}
		s.face.Offer(line, c.Start, names, c.Suffix())
	})
}

// ordered puts those first whom the person talked with last, and leaves themselves out.
func (s *session) ordered(names []string, prefix string) (words []string) {
	var all []string
	for _, n := range s.partners {
		all = append(all, string(n))
	}
	for _, n := range names {
		if !slices.Contains(all, n) && n != string(s.name()) {
			all = append(all, n)
		}
	}
	for _, n := range all {
		if strings.HasPrefix(strings.ToLower(n), strings.ToLower(prefix)) {
			words = append(words, n)
		}
	}
	return words
}
