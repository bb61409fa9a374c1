package server

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
	"sshchat/internal/session"
	"sshchat/internal/store"
)

// handFed is a store whose feed a test fills by hand.
type handFed struct {
	chat.Store
	hand func([]*chat.Entry)
}

func (s *handFed) Follow(fn func([]*chat.Entry)) (stop func()) {
	s.hand = fn
	return func() { s.hand = nil }
}

func TestLinesAreCountedOnTheirWay(t *testing.T) {
	m := newMeter("test", slog.New(slog.DiscardHandler))
	st := &handFed{}
	var handed int
	stop := meteredFeed{st, m.lines}.Follow(func(batch []*chat.Entry) {
		handed += len(batch)
		if n := metersOf(m)[`sshchat_messages_total{kind="direct"}`]; n != "1" {
			t.Errorf("%s lines are counted when they are handed on: whoever sees one must find it counted", n)
		}
	})
	text := sanitize.Message("four")
	st.hand([]*chat.Entry{
		{Kind: chat.Direct, Body: text}, {Kind: chat.Broadcast, Body: text}, {Kind: chat.Said, Body: text},
		{Kind: chat.Acted, Body: text}, {Kind: chat.Join, Body: text}, {Kind: chat.Edit, Body: text}, {Kind: "of the future", Body: text},
	})
	stop()
	got := metersOf(m)
	for series, want := range map[string]string{
		`sshchat_messages_total{kind="broadcast"}`: "1", `sshchat_messages_total{kind="room"}`: "1",
		`sshchat_messages_total{kind="action"}`: "1", "sshchat_message_bytes_total": "16",
		"sshchat_message_fanout_duration_seconds_count": "1",
	} {
		if got[series] != want {
			t.Errorf("%s is %q, want %s", series, got[series], want)
		}
	}
	if handed != 7 || st.hand != nil {
		t.Errorf("%d entries handed on; stopped: %v", handed, st.hand == nil)
	}
}

// metersOf is what a meter tells, by series.
func metersOf(m *meter) map[string]string {
	var text strings.Builder
	m.Write(&text) // cannot fail
	all := map[string]string{}
	for line := range strings.Lines(text.String()) {
		if i := strings.LastIndexByte(line, ' '); !strings.HasPrefix(line, "#") {
			all[line[:i]] = strings.TrimSpace(line[i:])
		}
	}
	return all
}

// What a newer room tells and this file does not know is counted all the same, and panics nowhere.
func TestWhatHasNoWordIsCounted(t *testing.T) {
	m := newMeter("test", slog.New(slog.DiscardHandler))
	for _, why := range []chat.Reason{chat.Slip, chat.Locked, 999} {
		m.sessions.Rejected(why)
	}
	m.sessions.Ran("of the future", session.Done)
	got := metersOf(m)
	if n := got[`sshchat_messages_rejected_total{reason="invalid"}`]; n != "3" {
		t.Errorf("%s lines rejected as invalid, want 3", n)
	}
}

func TestDatabaseErrorsAreCountedApart(t *testing.T) {
	m := newMeter("test", slog.New(slog.DiscardHandler))
	m.database.did(store.Read, time.Millisecond, false)
	m.database.did(store.Commit, time.Second, true)
	got := metersOf(m)
	for series, want := range map[string]string{
		`sshchat_db_errors_total{op="read"}`: "0", `sshchat_db_errors_total{op="commit"}`: "1",
		`sshchat_db_query_duration_seconds_bucket{op="read",le="0.001"}`: "1",
		`sshchat_db_query_duration_seconds_sum{op="commit"}`:             "1",
	} {
		if got[series] != want {
			t.Errorf("%s is %q, want %s", series, got[series], want)
		}
	}
}

// What a line costs more for being counted, at worst: it is alone in its transaction, which costs 100 µs and more.
func BenchmarkCountedLine(b *testing.B) {
	m := newMeter("test", slog.New(slog.DiscardHandler))
	st := &handFed{}
	meteredFeed{st, m.lines}.Follow(func([]*chat.Entry) {})
	batch := []*chat.Entry{{Kind: chat.Broadcast, Body: sanitize.Message("the printer works")}}
	b.ReportAllocs()
	for b.Loop() {
		st.hand(batch)
		m.database.did(store.Commit, time.Millisecond, false)
	}
}

func BenchmarkScrape(b *testing.B) {
	m := newMeter("test", slog.New(slog.DiscardHandler))
	b.ReportAllocs()
	for b.Loop() {
		metersOf(m)
	}
}
