package sshd

import (
	"context"
	"time"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"

	"sshchat/internal/panics"
)

// session is the handler of "session" channels; gliderlabs starts a goroutine for each that a client
// opens.
func (v *serving) session(_ *ssh.Server, _ *gossh.ServerConn, opened gossh.NewChannel, ctx ssh.Context) {
	c := connOf(ctx)
	ch, err := c.enter()
	switch {
	case err == nil:
		defer c.wg.Done()
		c.open(ch, opened)
	case err == errRefused:
		defer c.wg.Done()
		defer c.contain()
		opened.Reject(gossh.ResourceShortage, err.Error())
		c.mu.Lock()
		c.refusing--
		c.mu.Unlock()
	}
}

// enter makes a place for one more channel. The goroutine counts among the connection's, unless the
// error is ErrGone.
func (c *conn) enter() (*Channel, error) {
	c.spoke()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return nil, ErrGone
	}
	if over(len(c.channels)+1, c.set.Channels) {
		if c.refusing++; c.refusing > maxRefusing {
			c.kill(ErrFlood)
			return nil, ErrGone
		}
		c.wg.Add(1)
		return nil, errRefused
	}
	c.wg.Add(1)
	ch := newChannel(c)
	c.channels = append(c.channels, ch)
	c.opening = true
	return ch, nil
}

func newChannel(c *conn) *Channel {
	ch := &Channel{c: c, in: input{at: time.Now()}}
	ch.ctx, ch.cancel = context.WithCancelCause(c.ctx)
	ch.out.init(ch)
	ch.setSize(0, 0)
	ch.timer = time.AfterFunc(time.Hour, ch.timeOut)
	ch.arm(c.set.HandshakeGrace)
	return ch
}

// open accepts the channel and serves it to its end.
func (c *conn) open(ch *Channel, opened gossh.NewChannel) {
	defer c.contain()
	defer c.leave(ch)
	raw, requests, err := opened.Accept()
	if err != nil {
		c.kill(ErrGone)
		if queue, ok := requestQueue(opened); ok {
			gossh.DiscardRequests(queue)
		}
		return
	}
	c.mu.Lock()
	ch.raw = raw
	c.mu.Unlock()
	c.keepAlive()
	c.spawn(ch.readInput)
	if c.bulky.Load() {
		c.readAllStderr()
	}
	ch.answerAll(requests)
	ch.cancel(ErrGone)
	if ch.over != nil {
		<-ch.over
	}
}

// answerAll answers requests until the client closes the channel. It never stops before: x/crypto's
// loop for the whole connection waits for whoever takes them.
func (ch *Channel) answerAll(requests <-chan *gossh.Request) {
	defer gossh.DiscardRequests(requests)
	defer ch.c.contain()
	for r := range requests {
		ok := ch.answer(r.Type, r.Payload)
		// Before the client is told: what it types next is typed to something that was started.
		starts := ch.setup.ready && ch.over == nil && ch.start()
		r.Reply(ok, nil)
		if starts {
			ch.spawnRun()
		}
	}
}

// spawnRun starts the handler.
func (ch *Channel) spawnRun() {
	ch.over = make(chan struct{})
	if !ch.c.spawn(ch.run) {
		close(ch.over)
	}
}

// start counts the channel's handler as running, unless the channel is being closed.
func (ch *Channel) start() bool {
	c := ch.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch.parting {
		return false
	}
	c.running++
	ch.started.Store(true)
	ch.arm(c.set.LoginGrace)
	return true
}

// run runs the handler and closes the channel.
func (ch *Channel) run() {
	defer close(ch.over)
	defer func() {
		ch.c.mu.Lock()
		defer ch.c.mu.Unlock()
		ch.c.running--
	}()
	ch.handle()
	ch.finish()
}

// handle calls the handler. Its panic ends this channel only.
func (ch *Channel) handle() {
	defer func() {
		if r := recover(); r != nil {
			ch.c.v.log.Error("panic in a session", "event", "panic", "remote", ch.c.remote, panics.Attr(r))
			ch.WriteError([]byte(ErrFault.Error() + "\r\n"))
			ch.Exit(exitSoftware)
		}
	}()
	ch.c.v.Handler(ch.ctx, ch)
}

// exitSoftware is sysexits' EX_SOFTWARE.
const exitSoftware = 70

// finish closes the channel: what waits is written, then the exit status, EOF and CLOSE follow, in
// the order in which OpenSSH expects them.
func (ch *Channel) finish() {
	ch.LoggedOut()
	ch.part()
	err := ch.out.sent(context.Background())
	ch.out.close()
	if err == nil {
		ch.raw.SendRequest("exit-status", false, gossh.Marshal(struct{ Status uint32 }{ch.status.Load()}))
		ch.raw.CloseWrite()
	}
	ch.raw.Close()
	ch.part() // the client answers with its own CLOSE
}

// part gives the client time for the next step of the parting.
func (ch *Channel) part() {
	ch.c.mu.Lock()
	defer ch.c.mu.Unlock()
	ch.parting = true
	ch.arm(partingWait)
}

// arm sets the channel's timer; a negative time stops it. c.mu is held, or nobody else has ch yet.
func (ch *Channel) arm(d time.Duration) {
	if d < 0 {
		ch.timer.Stop()
		return
	}
	ch.timer.Reset(d)
}

// timeOut ends a channel that took too long over what it is at: the parting, starting something, or
// the login.
func (ch *Channel) timeOut() {
	c := ch.c
	c.mu.Lock()
	parting, started, alone, raw := ch.parting, ch.started.Load(), len(c.channels) == 1, ch.raw
	if ch.loggedIn && !parting {
		c.mu.Unlock()
		return
	}
	ch.parting = true
	ch.arm(partingWait)
	c.mu.Unlock()
	switch {
	case parting:
		c.kill(ErrTooSlow)
	case started:
		ch.cancel(ErrLoginGrace)
	case alone, raw == nil: // nil: the client does not even take that the channel was opened
		c.kill(ErrNoSession)
	default:
		ch.cancel(ErrNoSession)
		c.spawn(func() { raw.Close() })
	}
}

// leave takes a channel that has ended off its connection; the last one takes the connection along.
func (c *conn) leave(ch *Channel) {
	ch.cancel(ErrGone)
	ch.timer.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, other := range c.channels {
		if other == ch {
			c.channels = append(c.channels[:i], c.channels[i+1:]...)
			break
		}
	}
	if len(c.channels) == 0 || c.running == 0 && c.ctx.Err() != nil {
		c.Close()
	}
}

// spoke notes that the client did something of its own accord. Answers to keepalives do not count, or
// nobody would ever have been silent.
func (c *conn) spoke() { c.place.spoke.Store(time.Now().UnixNano()) }
