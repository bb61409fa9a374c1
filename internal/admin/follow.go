package admin

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// streamed is an answer that writes itself.
type streamed func(http.ResponseWriter)

// stream is the answer of a verb that comes in parts.
func (s *Server) stream(ctx context.Context, r *request) streamed {
	return func(w http.ResponseWriter) {
		c := http.NewResponseController(w)
		c.SetReadDeadline(time.Time{}) // it would end the wait for the client's end
		begun := false
		send := func(part any) error {
			c.SetWriteDeadline(time.Now().Add(writeWait))
			if !begun {
				begun = true
				w.Header().Set("Content-Type", "application/jsonl")
				w.Header().Set("Cache-Control", "no-store")
			}
			if part != nil {
				w.Write(encoded(part)) // Flush has the error
			}
			return c.Flush()
		}
		err := r.verb.stream(ctx, r, send)
		if p, ok := errors.AsType[*problem](err); ok && !begun {
			write(w, p.status(), wireError{*p})
		}
	}
}

// maxPart bounds a part of a streamed answer, in bytes.
const maxPart = 1 << 20

// begin asks for a verb whose answer comes in parts, which are the lines of body.
func (c *client) begin(ctx context.Context, v *verb, p Params) (body io.ReadCloser, err error) {
	r, err := v.request(ctx, p)
	if err != nil {
		return nil, noSense(err)
	}
	answer, err := c.http.Do(r)
	switch {
	case err != nil && isInterrupted(ctx):
		return nil, interrupted(v)
	case err != nil:
		return nil, c.unanswered(err)
	case answer.StatusCode == http.StatusOK:
		return answer.Body, nil
	}
	defer answer.Body.Close()
	return nil, failure(answer)
}

// parts gives each part of a body to take, until its end or that of ctx.
func parts(ctx context.Context, body io.Reader, take func([]byte) error) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxPart)
	for lines.Scan() {
		if err := take(lines.Bytes()); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil && ctx.Err() == nil {
		return noAnswer(err)
	}
	return nil
}

// follow shows the parts of an answer as they come. The end of ctx, which is ^C, is its usual one.
func (r *run) follow(ctx context.Context, v *verb, p Params) error {
	body, err := r.client.begin(ctx, v, p)
	if err != nil {
		return err
	}
	defer body.Close()
	return parts(ctx, body, func(part []byte) error {
		text, err := r.part(v, part, r.JSON)
		if err != nil {
			return err
		}
		return r.print(text)
	})
}

// part is how a part of an answer is shown.
func (r *run) part(v *verb, part []byte, json bool) (string, error) {
	if json {
		return string(part) + "\n", nil
	}
	text, _, err := v.show(view{Viewer: r.viewer()}, part)
	if err != nil {
		return "", noSense(err)
	}
	return text, nil
}

// watch shows what happens above the line that is typed.
type watch struct {
	cancel context.CancelFunc
	over   chan struct{} // closed when nothing more is shown
}

// watches does "events on" and "events off", and reports whether words are one of them. Only somebody at a terminal has a
// line for things to stand above.
func (r *run) watches(ctx context.Context, words []string) (done bool) {
	if r.screen == nil || len(words) != 2 || words[0] != "events" {
		return false
	}
	switch words[1] {
	case "on":
		if err := r.startWatch(ctx); err != nil {
			r.complain(err)
			return true
		}
		r.note(eventsOn)
	case "off":
		r.endWatch()
		r.note(eventsOff)
	default:
		return false
	}
	return true
}

// note says what the prompt itself has done, which is no answer of a server's.
func (r *run) note(text string) {
	if !r.JSON {
		fmt.Fprintln(r.Out, text)
	}
}

// startWatch begins to show what happens from now on; endWatch waits for the goroutine that does.
func (r *run) startWatch(ctx context.Context) *problem {
	r.endWatch()
	v := findVerb("events")
	ctx, cancel := context.WithCancel(ctx)
	body, err := r.client.begin(ctx, v, Params{"follow": yes, "newest": "0"})
	if err != nil {
		cancel()
		if p, ok := errors.AsType[*problem](err); ok {
			return p
		}
		return noSense(err)
	}
	json := r.JSON // a command may set it for its own while
	over := make(chan struct{})
	r.watch = &watch{cancel, over}
	go func() {
		defer close(over)
		defer body.Close()
		parts(ctx, body, func(part []byte) error {
			text, err := r.part(v, part, json)
			if err == nil {
				_, err = io.WriteString(r.screen, text)
			}
			return err
		})
		if ctx.Err() == nil {
			fmt.Fprintln(r.screen, eventsEnded)
		}
	}()
	return nil
}

func (r *run) endWatch() {
	if r.watch == nil {
		return
	}
	r.watch.cancel()
	<-r.watch.over
	r.watch = nil
}
