package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"sshchat/internal/metrics"
	"sshchat/internal/panics"
)

// The bounds of whoever asks for metrics and health. There is no password: strangers may be among them.
const (
	webRequestWait = 5 * time.Second // to send a request
	webAnswerWait  = 10 * time.Second
	webIdleWait    = 2 * time.Minute // until the next one; Prometheus usually asks once in 15 to 60 s
	webMaxHeader   = 8 << 10         // bytes
	webMaxConns    = 16              // more are closed without a word
)

// readyWait is how long the database may take to show that it answers.
const readyWait = time.Second

// web answers other programs that ask how the server is: /metrics, /livez and /readyz.
type web struct {
	http     http.Server
	listener net.Listener
	conns    sync.WaitGroup
	open     atomic.Int32
}

// newWeb makes a web on l, which serves nobody yet. ready says why nobody should be sent to this server now.
func newWeb(l net.Listener, r *metrics.Registry, ready func(context.Context) error, log *slog.Logger) *web {
	w := &web{listener: l}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(a http.ResponseWriter, _ *http.Request) { answerMetrics(a, r) })
	mux.HandleFunc("GET /livez", func(a http.ResponseWriter, _ *http.Request) { answer(a, nil) })
	mux.HandleFunc("GET /readyz", func(a http.ResponseWriter, q *http.Request) { answer(a, ready(q.Context())) })
	w.http = http.Server{
		Handler:        contained(mux, log),
		ConnState:      w.count,
		ErrorLog:       slog.NewLogLogger(log.With("event", "metrics_http").Handler(), slog.LevelWarn),
		ReadTimeout:    webRequestWait,
		WriteTimeout:   webAnswerWait,
		IdleTimeout:    webIdleWait,
		MaxHeaderBytes: webMaxHeader,
	}
	return w
}

// serve answers until close, and returns when all that it started has ended. The error is nil unless the listener failed before.
func (w *web) serve() error {
	err := w.http.Serve(w.listener)
	w.http.Close()
	w.conns.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve the metrics: %w", err)
}

// close ends serve, and cuts off what is being answered.
func (w *web) close() {
	w.http.Close()
	w.listener.Close() // which the line above does only once it is served
}

// count counts connections, so that serve can wait for them, and closes those that are too many.
func (w *web) count(c net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		w.conns.Add(1)
		if w.open.Add(1) > webMaxConns {
			c.Close()
		}
	case http.StateClosed:
		w.open.Add(-1)
		w.conns.Done()
	}
}

func answerMetrics(a http.ResponseWriter, r *metrics.Registry) {
	var text bytes.Buffer
	r.Write(&text) // cannot fail
	a.Header().Set("Content-Type", metrics.ContentType)
	text.WriteTo(a)
}

// answer says in one line that all is well, or what is not.
func answer(a http.ResponseWriter, err error) {
	a.Header().Set("Content-Type", "text/plain; charset=utf-8")
	a.Header().Set("Cache-Control", "no-store")
	if err != nil {
		a.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(a, err.Error()+"\n")
		return
	}
	io.WriteString(a, "ok\n")
}

// contained has a panic end one request only, and be told in one line.
func contained(h http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(a http.ResponseWriter, q *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				log.Error("panic over the metrics", "event", "panic", panics.Attr(v))
				a.WriteHeader(http.StatusInternalServerError)
			}
		}()
		h.ServeHTTP(a, q)
	})
}

// errNoDatabase is why a server is not ready whose database is not.
var errNoDatabase = fmt.Errorf("the database does not answer within %s", readyWait)

// Ready says why nobody should be sent to this server now, in words for the operator; nil: they may come. It takes a second at
// most.
func (s *Server) Ready(ctx context.Context) error {
	if s.stopping.Load() || s.Draining() {
		return ErrShuttingDown
	}
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	if s.store.Ping(ctx) != nil {
		return errNoDatabase // the cause is counted, and whoever asks may be a stranger
	}
	return nil
}

// listenWeb takes the address of the metrics; none if it is empty.
func (s *Server) listenWeb(address string) error {
	if address == "" {
		return nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return cannotListen(address, "--metrics", err)
	}
	s.web = newWeb(l, &s.meter.Registry, s.Ready, s.log)
	s.started.Metrics = l.Addr()
	if !isLoopback(l.Addr()) {
		s.started.Notes = append(s.started.Notes, noteOpenMetrics(l.Addr()))
	}
	return nil
}

func isLoopback(a net.Addr) bool {
	at, err := netip.ParseAddrPort(a.String())
	return err == nil && at.Addr().IsLoopback()
}

func noteOpenMetrics(a net.Addr) string {
	return fmt.Sprintf("the metrics on %s are for anybody who can reach that address: they ask for no password", a)
}
