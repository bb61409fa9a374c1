package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
)

// logging gives a log whose events e has, and what else becomes of its records.
func logging(e *Events, level slog.Level) (*slog.Logger, *bytes.Buffer) {
	var out bytes.Buffer
	return slog.New(e.Handler(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level}))), &out
}

func texts(all []Event) (list []string) {
	for _, e := range all {
		list = append(list, e.Text)
	}
	return list
}

func TestEventsAreWhatTheLogTells(t *testing.T) {
	var e Events
	log, out := logging(&e, slog.LevelWarn)
	log.Info("logged in", "event", "login", "user", "bob", "login", chat.LoginID(7))
	log.Debug("connection", "event", "connect")
	log.Info("no event")
	log.Error("boom", "event", "panic", slog.Group("panic", "value", "x"), "took", time.Second, "again", true)
	log.With("event", "with").WithGroup("g").With("a", 1).Info("by hand", "b", 2)
	got := e.newest(9)
	for i := range got {
		got[i].At = time.Time{}
	}
	want := []Event{
		{Level: "INFO", Event: "login", Text: "logged in", Fields: map[string]any{"user": "bob", "login": int64(7)}},
		{Level: "ERROR", Event: "panic", Text: "boom", Fields: map[string]any{"panic.value": "x", "took": "1s", "again": true}},
		{Level: "INFO", Event: "with", Text: "by hand", Fields: map[string]any{"g.a": int64(1), "g.b": int64(2)}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the events (-want +got):\n%s", diff)
	}
	if s := out.String(); strings.Count(s, "\n") != 1 || !strings.Contains(s, "panic.value=x") {
		t.Errorf("the log has\n%s", s)
	}
}

func TestEventsAreBounded(t *testing.T) {
	var e Events
	log, _ := logging(&e, slog.LevelInfo)
	for i := range keptEvents + 5 {
		log.Info(fmt.Sprint(i), "event", "x")
	}
	all := texts(e.newest(keptEvents + 5))
	if len(all) != keptEvents || all[0] != "5" || all[len(all)-1] != fmt.Sprint(keptEvents+4) {
		t.Errorf("kept are %d, from %s to %s", len(all), all[0], all[len(all)-1])
	}
	var many []any
	for i := range 2 * mostFields {
		many = append(many, fmt.Sprint("f", i), strings.Repeat("x", 2*maxField))
	}
	log.Info(strings.Repeat("é\x1b", maxField), append(many, "event", "large")...)
	last := e.newest(1)[0]
	if len(last.Fields) != mostFields || len(last.Fields["f0"].(string)) > maxField || len(last.Text) > maxField {
		t.Errorf("it is %d bytes and has %d fields", len(last.Text), len(last.Fields))
	}
	for range mostFollowers {
		if _, f := e.follow(0); f == nil {
			t.Fatal("one is refused too early")
		}
	}
	if _, f := e.follow(0); f != nil {
		t.Error("one too many may follow")
	}
}

// Whoever follows and does not read keeps nobody waiting, and is told how much was dropped.
func TestAFollowerThatIsTooSlow(t *testing.T) {
	w := newWorld(t)
	var e Events
	log, _ := logging(&e, slog.LevelInfo)
	ctx, cancel := context.WithCancel(t.Context())
	r := &request{Server: &Server{Chat: w.chat, Events: &e}, Params: Params{"follow": yes}}
	var got []string
	err := streamEvents(ctx, r, func(part any) error {
		ev, ok := part.(Event)
		switch {
		case !ok: // it has begun: now much comes at once
			for i := range queuedEvents + 3 {
				log.Info(fmt.Sprint(i), "event", "x")
			}
			return nil
		case ev.Event == eventsDropped:
			got = append(got, fmt.Sprint(ev.Fields["count"]))
			cancel()
		default:
			got = append(got, ev.Text)
		}
		return nil
	})
	if err != nil || len(got) != queuedEvents+1 || got[queuedEvents-1] != fmt.Sprint(queuedEvents-1) || got[queuedEvents] != "3" {
		t.Errorf("%v: told %d, the last %q", err, len(got), got[len(got)-1])
	}
	if len(e.followers) != 0 {
		t.Error("it is not forgotten")
	}
}

// following runs the console with arguments until ctx ends, and hands on its lines.
func (w *world) following(ctx context.Context, args ...string) (lines chan string, ended chan int) {
	lines, ended = make(chan string, 1000), make(chan int, 1)
	c := Console{Data: w.dir, In: strings.NewReader(""), Out: &lineWriter{lines: lines}, Err: io.Discard}
	go func() { ended <- c.Run(ctx, args) }()
	return lines, ended
}

// withEvents has the server's log make events.
func withEvents(e *Events) func(*Server) {
	return func(s *Server) {
		s.Events = e
		s.Log = slog.New(e.Handler(s.Log.Handler()))
	}
}

func TestEventsAreShown(t *testing.T) {
	var e Events
	w := newWorld(t, withEvents(&e))
	w.signUp("bob")
	w.types("events").says()
	w.types("ban", "bob", "--reason", "spam")
	e.put(Event{At: noon, Text: "evil\x1b[31m", Event: "x", Fields: map[string]any{"b": 2, "a": "x\x1b"}})
	out := w.types("events").out
	if !strings.Contains(out, "  console  action=ban  actor="+me()+"  target=bob  via=console\n") {
		t.Errorf("the ban is not told of:\n%s", out)
	}
	if !strings.HasSuffix(out, noon.Local().Format(timeForm)+"  evil[31m  a=x  b=2\n") {
		t.Errorf("it is shown as %q", out)
	}
	lines := strings.Split(strings.TrimSpace(w.types("events", "--json").out), "\n")
	var last Event
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || len(lines) != 2 || last.Event != "x" {
		t.Errorf("%v: %q", err, lines)
	}
}

// The newest are shown first, then what happens, until ^C.
func TestFollow(t *testing.T) {
	var e Events
	w := newWorld(t, withEvents(&e))
	for i := range followedPast + 2 {
		e.put(Event{At: noon, Text: fmt.Sprint("old ", i), Event: "x"})
	}
	ctx, interrupt := context.WithCancel(t.Context())
	lines, ended := w.following(ctx, "events", "--follow", "--json")
	for i := range followedPast {
		if got := <-lines; !strings.Contains(got, fmt.Sprintf(`"text":"old %d"`, i+2)) {
			t.Fatalf("line %d is %s", i, got)
		}
	}
	w.types("announce", "a secret")
	if got := <-lines; !strings.Contains(got, `"event":"admin_act"`) || strings.Contains(got, "secret") {
		t.Errorf("got %s", got)
	}
	interrupt()
	if exit := <-ended; exit != 0 {
		t.Errorf("exit code %d", exit)
	}
}

func TestFollowEndsWithTheServer(t *testing.T) {
	var e Events
	w := newWorld(t, withEvents(&e))
	e.put(Event{At: noon, Text: "first", Event: "x"})
	lines, ended := w.following(t.Context(), "events", "--follow")
	<-lines
	w.stop()
	if exit := <-ended; exit != 0 {
		t.Errorf("exit code %d", exit)
	}
}

func TestTooManyFollow(t *testing.T) {
	var e Events
	w := newWorld(t, withEvents(&e))
	for range mostFollowers {
		e.follow(0)
	}
	w.types("events", "--follow").fails(1, "32 consoles follow the events already", "")
	if _, answer := w.send("GET", "/v1/events?newest=x", ""); !strings.Contains(answer, `"reason":"usage"`) {
		t.Errorf("got %s", answer)
	}
}

// deadlines is a connection whose deadlines are noted.
type deadlines struct {
	http.ResponseWriter
	read, write time.Time
	set         int
}

func (d *deadlines) SetReadDeadline(t time.Time) error  { d.read, d.set = t, d.set+1; return nil }
func (d *deadlines) SetWriteDeadline(t time.Time) error { d.write = t; return nil }
func (d *deadlines) Flush()                             {}

// What goes on for hours is cut by no patience of the server's with an ordinary answer.
func TestAStreamMayLast(t *testing.T) {
	v := &verb{stream: func(_ context.Context, _ *request, send func(any) error) error { return send(Event{}) }}
	d := &deadlines{ResponseWriter: &recorder{header: http.Header{}}, read: noon}
	new(Server).stream(t.Context(), &request{verb: v})(d)
	if d.set != 1 || !d.read.IsZero() || time.Until(d.write) <= 0 {
		t.Errorf("to be read until %v, written until %v", d.read, d.write)
	}
}
