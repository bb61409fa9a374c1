package session

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/command"
)

// dialogue is what goes on between the person and the commands.
type dialogue struct {
	running    *running          // nil while no command runs
	next       func()            // what was typed behind lines that are being sent, to be done after them
	nextAt     time.Time         // or when the pace allows it; zero: no matter
	asked      chan<- answer     // where the running command waits for an answer; nil if it does not
	talk       chat.Conversation // the current one; none without a terminal
	aside      []chat.Unsent     // lines begun in other conversations, the oldest first
	slipped    string            // a line that was held back as a slip and is still in the input
	slippedAt  time.Time         // when that was
	refused    string            // a line that is too long for one message and is still in the input
	interrupts int               // ^C in a row on an empty line
	leaving    *ending           // the person has left: nothing more is read, what waits is still sent
	completing bool              // names are being looked up
}

// running is the command that runs.
type running struct {
	parsed    command.Parsed
	line      string // what was typed; empty if it is not the person's business any more
	cancel    context.CancelCauseFunc
	cancelled bool // by ^C
	insists   bool // the line before it was a logout that was not done because lines wait
}

// An answer is what a question came to.
type answer struct {
	text  string
	err   error
	width int // of the screen by then, for what the command is still to show
}

// begin has the session run p, or what begins with p. Nothing else may be running.
func (s *session) begin(p command.Parsed, line string) (context.Context, *running) {
	ctx, cancel := context.WithCancelCause(s.ctx)
	s.running = &running{parsed: p, line: line, cancel: cancel}
	return ctx, s.running
}

// ran notes that what ran is over, and reports whether the session goes on: a command that is told to stop
// may have done its work already.
func (s *session) ran(r *running) (goesOn bool) {
	r.cancel(nil)
	s.running = nil
	return s.ending == nil
}

// start runs a command beside the turns. It is given copies of the session's state, so that it reads nothing
// that a turn may change.
func (s *session) start(p command.Parsed, line string) {
	ctx, r := s.begin(p, line)
	call := &command.Call{
		Parsed: p, Chat: s.srv.Chat, Now: s.now, View: s.view, Session: s, Console: s.srv.Console,
		Visitor: command.Visitor{Remote: s.ch.Remote(), Client: s.ch.Client(), User: s.ch.User()},
	}
	call.Ask = func(ctx context.Context, q command.Question) (string, error) {
		a := s.ask(ctx, r, q)
		if a.width > 0 {
			call.View.Width = a.width
		}
		return a.text, a.err
	}
	if s.login != nil {
		call.Me, call.Likes, call.Progress = s.login.Actor(), s.likes, s.in.ReadSoFar
	}
	run := func(ctx context.Context) (command.Effect, error) { return p.Run(ctx, call) }
	beside(ctx, s, run, func(e command.Effect, err error) { s.finished(r, e, err) })
}

// finished takes what came of the command.
func (s *session) finished(r *running, e command.Effect, err error) {
	s.srv.observer().Ran(r.parsed.Name, s.resultOf(r, err))
	if !s.ran(r) {
		if e.Begun != nil { // too late for the person, not for its end
			s.adopt(e.Begun)
		}
		return
	}
	if err != nil {
		s.failed(r, err)
		return
	}
	s.showFirst(e)
	if e.Likes != nil {
		s.setLikes(*e.Likes)
	}
	if e.Notice != nil {
		s.in.SetNotice(e.Notice.Room, e.Notice.Notice)
	}
	s.print(e.Text)
	if e.Talk != nil {
		was := s.talk
		s.setTalk(*e.Talk)
		s.noticeTalk() // it may have ended while the command ran
		s.swapLine(was)
	}
	switch {
	case e.Begun != nil:
		s.face.ForgetAll() // what was typed before is not this account's
		if r.parsed.Name == "signup" {
			s.log.Info("signed up", "event", "signup", "user", e.Begun.User.Name, "remote", e.Begun.Remote)
		}
		s.entered(e.Begun, e.Quiet)
	case e.More:
		s.more = true
	case e.Pages != nil:
		s.pages = &pages{e.Pages}
	case e.Say:
		s.submit(r.parsed.Unguarded(), r.line, false)
	case e.Logout:
		s.logout(r)
	}
}

// showFirst shows what is to be seen before what else a command has come to. Who is behind is not shown what happened to a
// room while the log was read: their own doing is told as an answer then.
func (s *session) showFirst(e command.Effect) {
	switch {
	case e.Answer != nil && s.in.Behind():
		s.print(s.view.Entry(e.Answer, false))
	case e.Answer != nil:
		s.deliver(e.Answer.ID)
	case e.After > 0:
		s.deliver(e.After)
	}
}

// failed tells the person why the command was not done.
func (s *session) failed(r *running, err error) {
	if r.parsed.Needs == command.LoggedOut {
		s.ch.LoggedOut() // a place may have been taken
	}
	refusal, ok := command.Explain(err)
	switch {
	case r.cancelled:
		s.print(s.view.Refusal(command.Cancelled))
	case !ok:
		s.fault(r.parsed.Name, err)
	case refusal.Reason == chat.TooLong:
		s.tooLong(r, refusal)
	case refusal.Reason == chat.Slip:
		s.holdBack(r.line, refusal)
	default:
		if refusal.Reason == chat.Denied || refusal.Reason == chat.Locked {
			s.log.Info("password refused", "event", "login_refused", "command", r.parsed.Name,
				"remote", s.ch.Remote(), "client", s.ch.Client(), "why", whyRefused(refusal.Reason))
		}
		if errors.Is(err, chat.ErrNoRoom) {
			s.log.Error("no room", "event", "store_full", "doing", r.parsed.Name, "err", err)
		}
		s.print(s.view.Refusal(refusal))
	}
}

// fault tells the operator what went wrong, and the person where the operator finds it.
func (s *session) fault(doing string, err error) {
	var id [2]byte
	rand.Read(id[:]) // never fails
	ref := fmt.Sprintf("%x", id)
	s.log.Error("fault in a session", "event", "fault", "ref", ref, "doing", doing, "user", s.name(),
		"remote", s.ch.Remote(), "err", err)
	s.print(s.view.Fault(ref))
}

// ask puts a question of the running command's to the person. It is called beside the turns.
func (s *session) ask(ctx context.Context, r *running, q command.Question) answer {
	reply := make(chan answer, 1)
	s.post(func() { s.question(r, q, reply) })
	select {
	case a := <-reply:
		return a
	case <-ctx.Done():
		return answer{err: context.Cause(ctx)}
	}
}

// question shows a question. If the command has been told to stop meanwhile, nobody waits for the
// answer any more, and what is typed next is no answer.
func (s *session) question(r *running, q command.Question, reply chan<- answer) {
	if s.running != r || r.cancelled || s.ending != nil {
		return
	}
	s.asked = reply
	s.print(q.Note)
	s.face.Ask(q.Prompt, q.Hidden)
	s.printed += len(q.Prompt)
}

// answer hands over what was typed as an answer.
func (s *session) answer(a answer) {
	a.width = s.view.Width
	s.asked <- a
	s.asked = nil
	s.face.EndAsk()
}

// logout is what the logout command does here. Lines that wait to be sent are not dropped without a
// word: with a terminal the person is asked to say it twice, without one they are sent first.
func (s *session) logout(r *running) {
	e := ending{why: whyLogout, say: s.goodbye(), status: exitDone}
	switch n := len(s.queue); {
	case n == 0 || r.insists:
		s.end(e)
	case s.plain != nil:
		s.leaving = &e
	default:
		s.warned = true
		s.say(textStillWait(n))
	}
}
