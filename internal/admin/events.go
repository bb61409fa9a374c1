package admin

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"time"

	"sshchat/internal/sanitize"
)

// Event is a record of the server's log that has an event: who came and went, wrong passwords, what the console did, faults.
type Event struct {
	At     time.Time      `json:"at"`
	Level  string         `json:"level"` // INFO, WARN, ERROR
	Event  string         `json:"event"` // a stable word
	Text   string         `json:"text"`
	Fields map[string]any `json:"fields,omitempty"` // texts, numbers and booleans; of a group as group.field
}

// Events passes on what the log tells by records with an attribute named event, of level info and above. The newest are
// kept. The zero value is ready; nobody who logs ever waits.
type Events struct {
	mu        sync.Mutex
	kept      []Event // the oldest first
	followers map[*follower]struct{}
}

// The bounds of Events.
const (
	keptEvents    = 200
	mostFollowers = 32
	queuedEvents  = 256 // for one follower; those after are dropped
	mostFields    = 24
	maxField      = 300 // bytes
)

// eventsDropped is the event that stands for those that a follower was too slow for.
const eventsDropped = "events_dropped"

// follower is somebody who is told what happens.
type follower struct {
	queue  chan Event
	missed int // how many were dropped; guarded by Events.mu
}

// Handler is a handler for the server's log that passes its records on to next, and what are events to e.
func (e *Events) Handler(next slog.Handler) slog.Handler { return &tap{events: e, next: next} }

// newest are the newest n events, the oldest first.
func (e *Events) newest(n int) []Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.kept[max(len(e.kept)-n, 0):])
}

// follow is newest, and from then on none is missed by the follower but for those that are dropped. It is nil if there are
// too many.
func (e *Events) follow(n int) (past []Event, f *follower) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.followers) >= mostFollowers {
		return nil, nil
	}
	f = &follower{queue: make(chan Event, queuedEvents)}
	if e.followers == nil {
		e.followers = make(map[*follower]struct{})
	}
	e.followers[f] = struct{}{}
	return slices.Clone(e.kept[max(len(e.kept)-n, 0):]), f
}

func (e *Events) leave(f *follower) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.followers, f)
}

// missed takes how many events were dropped that f would have been told.
func (e *Events) missed(f *follower) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := f.missed
	f.missed = 0
	return n
}

func (e *Events) put(ev Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.kept) == keptEvents {
		e.kept = slices.Delete(e.kept, 0, 1)
	}
	e.kept = append(e.kept, ev)
	for f := range e.followers {
		select {
		case f.queue <- ev:
		default:
			f.missed++
		}
	}
}

// tap is the handler of Events.
type tap struct {
	events *Events
	next   slog.Handler
	attrs  []slog.Attr // with the names of their groups
	group  string      // of those to come, with a final dot; or empty
}

// Enabled has also those records made that only events are told.
func (t *tap) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelInfo || t.next.Enabled(ctx, l)
}

func (t *tap) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelInfo {
		if ev := t.event(r); ev.Event != "" {
			t.events.put(ev)
		}
	}
	if !t.next.Enabled(ctx, r.Level) {
		return nil
	}
	return t.next.Handle(ctx, r)
}

func (t *tap) WithAttrs(attrs []slog.Attr) slog.Handler {
	own := *t
	own.next = t.next.WithAttrs(attrs)
	own.attrs = slices.Clip(t.attrs)
	for _, a := range attrs {
		a.Key = t.group + a.Key
		own.attrs = append(own.attrs, a)
	}
	return &own
}

func (t *tap) WithGroup(name string) slog.Handler {
	if name == "" {
		return t
	}
	own := *t
	own.next, own.group = t.next.WithGroup(name), t.group+name+"."
	return &own
}

// event makes an event of a record; without the word for it it is none.
func (t *tap) event(r slog.Record) Event {
	ev := Event{At: r.Time, Level: r.Level.String(), Text: sanitize.Field(r.Message, maxField).String(), Fields: map[string]any{}}
	for _, a := range t.attrs {
		ev.add("", a)
	}
	r.Attrs(func(a slog.Attr) bool {
		ev.add(t.group, a)
		return true
	})
	return ev
}

// add takes an attribute over. What is no number and no boolean is a text.
func (ev *Event) add(group string, a slog.Attr) {
	name, v := group+a.Key, a.Value.Resolve()
	switch {
	case v.Kind() == slog.KindGroup:
		if a.Key != "" {
			group = name + "."
		}
		for _, member := range v.Group() {
			ev.add(group, member)
		}
		return
	case name == "event":
		ev.Event = v.String()
		return
	case len(ev.Fields) >= mostFields:
		return
	}
	ev.Fields[name] = fieldOf(v)
}

func fieldOf(v slog.Value) any {
	switch v.Kind() {
	case slog.KindInt64, slog.KindUint64, slog.KindBool:
		return v.Any()
	case slog.KindAny: // an id has a type of its own
		if n := reflect.ValueOf(v.Any()); n.CanInt() {
			return n.Int()
		}
	}
	return sanitize.Field(v.String(), maxField).String()
}
