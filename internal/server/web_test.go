package server

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
	"sshchat/internal/metrics"
	"sshchat/internal/sshd"
	"sshchat/internal/store"
)

func TestReadyNeedsTheDatabase(t *testing.T) {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), databaseName), store.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{store: st, drains: newDrains()}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("open: %v", err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	const want = "the database does not answer within 1s"
	if err := s.Ready(t.Context()); err == nil || err.Error() != want {
		t.Errorf("closed: %v", err)
	}
	w := newWeb(nil, new(metrics.Registry), s.Ready, slog.New(slog.DiscardHandler))
	a := httptest.NewRecorder()
	w.http.Handler.ServeHTTP(a, httptest.NewRequest("GET", "/readyz", nil))
	if a.Code != http.StatusServiceUnavailable || a.Body.String() != want+"\n" {
		t.Errorf("%d %q", a.Code, a.Body)
	}
	s.stopping.Store(true)
	if err := s.Ready(t.Context()); err != ErrShuttingDown {
		t.Errorf("stopping: %v", err)
	}
}

// What a database that is gone cannot tell is left out; the rest is told.
func TestMetricsWithoutTheDatabase(t *testing.T) {
	dir, log := t.TempDir(), slog.New(slog.DiscardHandler)
	st, err := store.Open(t.Context(), filepath.Join(dir, databaseName), store.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	hub := delivery.New(st, log)
	m := newMeter("test", log)
	m.addRooms(st, hub, chat.New(chat.Config{Store: st, Sessions: hub, Now: time.Now}), dir)
	known := []string{"sshchat_users_registered", "sshchat_rooms", `sshchat_lockouts_active{scope="names"}`, "sshchat_db_wal_size_bytes"}
	before := metersOf(m)
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	after := metersOf(m)
	for _, series := range known {
		if _, ok := before[series]; !ok {
			t.Errorf("%s is not told", series)
		}
		if v, ok := after[series]; ok {
			t.Errorf("%s is %s, and nobody knows", series, v)
		}
	}
	if after["sshchat_users_online"] != "0" || after["sshchat_db_size_bytes"] == "" {
		t.Errorf("without the database: %v", after)
	}
}

// A fault there ends one request, and is one line of the log.
func TestAPanicOverTheMetrics(t *testing.T) {
	var log bytes.Buffer
	w := newWeb(nil, new(metrics.Registry), func(context.Context) error { panic("it burns") }, slog.New(slog.NewTextHandler(&log, nil)))
	a := httptest.NewRecorder()
	w.http.Handler.ServeHTTP(a, httptest.NewRequest("GET", "/readyz", nil))
	if a.Code != http.StatusInternalServerError || strings.Contains(a.Body.String(), "burns") {
		t.Errorf("%d %q", a.Code, a.Body)
	}
	if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, `event=panic panic.value="it burns"`) {
		t.Errorf("the log: %s", text)
	}
}

// Every way in which a connection can end has its word.
func TestEndsOfConnectionsInWords(t *testing.T) {
	for why, word := range map[error]string{
		sshd.ErrGone: "closed", sshd.ErrDead: "dead", sshd.ErrFlood: "flood", sshd.ErrTooSlow: "too_slow",
		sshd.ErrSilent: "made_room", ErrShuttingDown: "shutdown", context.Canceled: "evicted",
	} {
		m := newMeter("1.2.3 (go1.26, 3f2a1c9)", slog.New(slog.DiscardHandler))
		m.edge.Accepted()
		m.edge.Closed(true, why)
		var text strings.Builder
		m.Write(&text)
		for _, want := range []string{`sshchat_disconnects_total{cause="` + word + `"} 1`, "sshchat_connections_active 0",
			`sshchat_build_info{version="1.2.3",`} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%v: no %s", why, want)
			}
		}
	}
}
