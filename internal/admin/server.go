package admin

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/panics"
	"sshchat/internal/password"
	"sshchat/internal/store"
)

// Server is the console's end in the server.
type Server struct {
	Chat *chat.Service
	// Store is what is backed up; Database is its path.
	Store    *store.Store
	Database string
	// KeysInUse are the fingerprints of the host keys of a server that runs.
	KeysInUse []string
	Host      Host
	// Status says how the server is. Its error is a fault. Nil: none runs, and this one answers a console.
	Status func(context.Context) (Status, error)
	Log    *slog.Logger // nil: nothing is logged
	Events *Events      // those of the server's log; nil: there are none
	// Group is that whose members may use the console, besides root and the server's own user; 0: nobody.
	Group int

	stopping    <-chan struct{}              // closed when what goes on for ever has to end
	credentials func(net.Conn) (peer, error) // nil: peerOf
	hurry       time.Duration                // of a test: instead of readWait and writeWait
}

// runs reports whether people can come in meanwhile.
func (s *Server) runs() bool { return s.Status != nil }

var discard = slog.New(slog.DiscardHandler)

// The patience with a client. It is on this machine and run by somebody who may stop the server anyway: this is
// against accidents.
const (
	headerWait = 10 * time.Second
	readWait   = 30 * time.Second
	writeWait  = time.Minute
	idleWait   = 2 * time.Minute
	stopWait   = 3 * time.Second // for what is being answered when the server stops
)

// Serve answers on l, as Listen gave it, until ctx ends; then it finishes what is being answered, within 3
// seconds, removes the socket, and returns once all that it started has ended. The error is nil unless
// the listener failed before.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	if s.Log == nil {
		s.Log = discard
	}
	if s.Events == nil {
		s.Events = new(Events)
	}
	s.stopping = ctx.Done()
	above, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	var conns sync.WaitGroup
	h := &http.Server{
		Handler:           s.handler(),
		BaseContext:       func(net.Listener) context.Context { return above },
		ConnContext:       s.withPeer,
		ConnState:         counting(&conns),
		ErrorLog:          slog.NewLogLogger(s.Log.With("event", "console_http").Handler(), slog.LevelWarn),
		ReadHeaderTimeout: headerWait,
		ReadTimeout:       cmp.Or(s.hurry, readWait),
		WriteTimeout:      cmp.Or(s.hurry, writeWait),
		IdleTimeout:       idleWait,
		MaxHeaderBytes:    16 << 10,
	}
	stopped := make(chan struct{})
	forget := context.AfterFunc(ctx, func() {
		defer close(stopped)
		grace, cancel := context.WithTimeout(above, stopWait)
		defer cancel()
		h.Shutdown(grace) // what it leaves over is cut below
	})
	err := h.Serve(l)
	if forget() {
		close(stopped)
	}
	<-stopped
	cut()
	h.Close()
	conns.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve the console: %w", err)
}

// counting counts connections in wg. net/http has no way to wait for those that Close has cut; but a
// connection is counted before Serve goes on to the next, and so before it returns.
func counting(wg *sync.WaitGroup) func(net.Conn, http.ConnState) {
	return func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			wg.Add(1)
		case http.StateClosed, http.StateHijacked:
			wg.Done()
		}
	}
}

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	for i := range verbs {
		mux.HandleFunc(verbs[i].path(), s.answers(&verbs[i]))
	}
	mux.HandleFunc(prefix+profileVerb+"/{kind}", s.answer(maxBody, takeProfile))
	mux.HandleFunc("/", s.answer(maxBody, func(_ http.ResponseWriter, r *http.Request, _ peer) (any, error) {
		return nil, refuseNoVerb(r.URL.Path)
	}))
	return mux
}

// answers is the route of a verb.
func (s *Server) answers(v *verb) http.HandlerFunc {
	return s.answer(cmp.Or(v.most, maxBody), func(w http.ResponseWriter, r *http.Request, who peer) (any, error) {
		p, err := readParams(r, v)
		if err != nil {
			return nil, err
		}
		if v.wait > 0 {
			giveTime(w, v.wait)
		}
		request := &request{Server: s, Params: p, verb: v, actor: who.actor(), via: viaConsole}
		if v.stream != nil {
			return s.stream(r.Context(), request), nil
		}
		return s.do(r.Context(), request)
	})
}

// giveTime has a connection last for a verb that takes long. The deadline for reading goes with that for writing:
// net/http reads on to see the client go, and takes a read that has timed out for that. Where there is no connection there is no
// deadline either.
func giveTime(w http.ResponseWriter, wait time.Duration) {
	c := http.NewResponseController(w)
	c.SetReadDeadline(time.Time{})
	c.SetWriteDeadline(time.Now().Add(wait + writeWait))
}

// do does what r asks for, and has the log tell of it if it acts.
func (s *Server) do(ctx context.Context, r *request) (any, error) {
	r.target = r.verb.target(r.Params)
	answer, err := r.verb.serve(ctx, r)
	if err == nil && r.verb.acts {
		s.Log.Info("console", "event", "admin_act", "actor", r.actor, "action", r.verb.name, "target", r.target, "via", r.via)
	}
	return answer, err
}

// answer writes what fn gives, for those who may. A request has at most that many bytes.
func (s *Server) answer(most int64, fn func(http.ResponseWriter, *http.Request, peer) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer s.contain(w, r)
		r.Body = http.MaxBytesReader(w, r.Body, most)
		who, _ := r.Context().Value(peerKey{}).(peer)
		if !who.may {
			s.Log.Warn("console refused", "event", "admin_refused", "actor", who.actor())
			write(w, refusePeer.status(), wireError{*refusePeer})
			return
		}
		answer, err := fn(w, r, who)
		if err != nil {
			p := s.problem(r, err)
			write(w, p.status(), wireError{*p})
			return
		}
		if p, ok := answer.(profile); ok {
			p.write(w)
			return
		}
		if say, ok := answer.(streamed); ok {
			say(w)
			return
		}
		write(w, http.StatusOK, answer)
	}
}

// problem words an error. A fault goes into the log, and only a reference to it to the client.
func (s *Server) problem(r *http.Request, err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if refusal, ok := chat.AsRefusal(err); ok {
		return problemOf(refusal)
	}
	if errors.Is(err, password.ErrBusy) {
		return refuseHashing
	}
	ref := newRef()
	s.Log.Error("console", "event", "admin_fault", "path", r.URL.Path, "ref", ref, "err", err)
	return &problem{Reason: reasonFault, Text: faultText(ref)}
}

// contain is deferred where a request is answered, and makes a panic a fault. net/http would log its whole
// stack trace, and hang up.
func (s *Server) contain(w http.ResponseWriter, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	ref := newRef()
	s.Log.Error("panic in the console", "event", "panic", "path", r.URL.Path, "ref", ref, panics.Attr(v))
	p := problem{Reason: reasonFault, Text: faultText(ref)}
	write(w, p.status(), wireError{p})
}

// newRef is a word by which a fault is found in the log.
func newRef() string { return strings.ToLower(rand.Text()[:6]) }

// write sends an answer. An error is that of a client that is gone.
func write(w http.ResponseWriter, status int, answer any) {
	body := encoded(answer)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(body)
}

// encoded is a document of JSON on a line.
func encoded(answer any) []byte {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	if err := e.Encode(answer); err != nil {
		panic(err) // our own types
	}
	return body.Bytes()
}

// readParams reads the arguments of a verb, and refuses what is none.
func readParams(r *http.Request, v *verb) (p Params, err error) {
	if r.Method != v.method() {
		return nil, refuseMethod(v, v.method())
	}
	if v.acts {
		p, err = fromBody(r, v)
	} else {
		p = fromQuery(r)
	}
	if err != nil {
		return nil, err
	}
	return p, v.check(p)
}

func (v *verb) method() string {
	if v.acts {
		return http.MethodPost
	}
	return http.MethodGet
}

func fromQuery(r *http.Request) Params {
	p := Params{}
	for name, values := range r.URL.Query() {
		p[name] = values[0]
	}
	return p
}

func fromBody(r *http.Request, v *verb) (Params, error) {
	body, err := io.ReadAll(r.Body)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, refuseSize
	}
	var p Params
	if err != nil || json.Unmarshal(body, &p) != nil || p == nil {
		return nil, refuseBody(v)
	}
	return p, nil
}
