package session

import (
	"context"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/command"
)

// The bounds of what may wait for the pace: lines, and bytes of what was typed.
const (
	mostWaiting      = 64
	mostWaitingBytes = 64 << 10
)

// waiting is what is to be sent as soon as the pace allows it, in the order in which it was typed.
type waiting struct {
	queue      []waitingLine
	queueBytes int
	sendAt     time.Time // when the pace allows the first of them; zero: now
	sending    bool      // several lines are being sent: see deliver
	absent     []string  // what the person was told of who is away, the newest last
	looked     []lookedFor
	warned     bool // the last thing typed was a logout that was not done because lines wait
}

type waitingLine struct {
	parsed command.Parsed
	line   string // as in running
	bytes  int
}

// submit has a message sent, with those typed right behind it, or when the pace allows it. again says that
// it is one that was refused as too long, and that it is to be sent in parts.
func (s *session) submit(p command.Parsed, line string, again bool) {
	// A reply goes to whoever wrote last when it is typed, however long it then waits.
	p = p.ReplyTo(s.wrote.Name)
	rules := s.srv.Chat.Rules()
	if !again {
		s.queueUp(waitingLine{p, line, len(line)})
		return
	}
	for _, part := range parts(p.Text(), rules.MessageBytes, rules.MessageLines) {
		s.queueUp(waitingLine{p.WithText(part), "", len(part.String())})
	}
}

// queueUp adds a line to those that wait. The first is always taken: it may be about to be sent, and
// by itself it is bounded as every line is.
func (s *session) queueUp(w waitingLine) {
	if s.fullWith(w) && s.sendAt.IsZero() {
		s.sendWaiting()
	}
	if s.fullWith(w) {
		refusal := refuseTooFast(len(s.queue))
		s.rejected(refusal)
		s.print(s.view.Refusal(refusal))
		return
	}
	s.queue = append(s.queue, w)
	s.queueBytes += w.bytes
}

func (s *session) fullWith(w waitingLine) bool {
	n := len(s.queue)
	return n > 0 && (n >= mostWaiting || s.queueBytes+w.bytes > mostWaitingBytes)
}

// sendWaiting sends the lines that may be sent now, and notes when the next one may.
func (s *session) sendWaiting() {
	if s.running != nil || len(s.queue) == 0 || s.ending != nil {
		return
	}
	s.sendAt = time.Time{}
	n := 0
	for ; n < len(s.queue); n++ {
		if wait := s.tooEarly(s.queue[n].parsed.Pace); wait > 0 {
			s.sendAt = s.turnAt.Add(wait)
			break
		}
		s.queueBytes -= s.queue[n].bytes
	}
	if n > 0 {
		s.send(s.queue[:n:n])
	}
	if s.queue = s.queue[n:]; len(s.queue) == 0 {
		s.queue = nil
	}
	s.setPrompt()
}

// send sends lines beside the turns.
func (s *session) send(lines []waitingLine) {
	ctx, r := s.begin(lines[0].parsed, lines[0].line)
	typed := make([]command.Parsed, len(lines))
	for i, l := range lines {
		typed[i] = l.parsed
	}
	s.sending = len(lines) > 1
	me, skip := s.login.Actor(), s.justLooked()
	send := func(ctx context.Context) (sending, error) {
		return s.absences(ctx, me, command.Send(ctx, s.srv.Chat, me, typed), skip), nil
	}
	beside(ctx, s, send, func(done sending, err error) {
		s.sending = false
		if !s.ran(r) {
			return
		}
		if err != nil {
			s.failed(r, err)
			return
		}
		s.sent(lines, done)
	})
}

// sent tells the person which of the lines were not sent, and who does not read them now. A line that was sent comes by
// itself, before what is said of those behind it, and of who is away.
func (s *session) sent(lines []waitingLine, done sending) {
	var last chat.EntryID
	for i, o := range done.outcomes {
		if o.Err == nil {
			last = o.Entry.ID
			continue
		}
		if last > 0 {
			s.deliver(last)
		}
		s.rejected(o.Err)
		s.failed(&running{parsed: lines[i].parsed, line: lines[i].line}, o.Err)
	}
	if len(done.absent) > 0 {
		s.deliver(last)
	}
	s.showAbsences(done)
}

// sendDue is when the first line may be sent; zero if there is none, or something else is in its way.
func (s *session) sendDue() time.Time {
	if s.running != nil {
		return time.Time{}
	}
	return s.sendAt
}

// tooEarly is how long the person has to wait for the pace; 0 if that is not at all, and then it
// counts.
func (s *session) tooEarly(p command.Pace) time.Duration {
	if p == command.Broadcasts {
		return s.srv.Chat.PaceBroadcast(s.login.User.ID)
	}
	return s.srv.Chat.PaceMessage(s.login.User.ID)
}

// dropWaiting forgets what waits; the caller says so.
func (s *session) dropWaiting() {
	s.queue, s.queueBytes, s.sendAt = nil, 0, time.Time{}
	s.setPrompt()
}

func (s *session) setPrompt() { s.face.SetPrompt(promptText(s.name(), s.talk, len(s.queue))) }

// tooLong refuses a message as too long. With a terminal it stays in the input, and if it can be sent in
// parts, another Enter does that.
func (s *session) tooLong(r *running, refusal chat.Refusal) {
	if s.plain == nil && r.line != "" {
		s.face.SetLine(r.line)
		rules := s.srv.Chat.Rules()
		text := r.parsed.Text()
		n := len(parts(text, rules.MessageBytes, rules.MessageLines))
		if n > 1 && len(s.queue)+n <= mostWaiting && s.queueBytes+len(text.String()) <= mostWaitingBytes {
			s.refused = r.line
			refusal.Hint = hintInParts(n)
		}
	}
	s.print(s.view.Refusal(refusal))
}
