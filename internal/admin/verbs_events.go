package admin

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
)

// followedPast is how many events are shown of what was before somebody followed.
const followedPast = 10

// streamEvents tells the newest events, and, to who follows, those to come: until the client has gone or the server stops.
func streamEvents(ctx context.Context, r *request, send func(any) error) error {
	follows := r.Params["follow"] == yes
	n := keptEvents
	if follows {
		n = followedPast
	}
	if s := r.Params["newest"]; s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil || n < 0 {
			return refuseNewest
		}
	}
	if !follows {
		return sendAll(r.Events.newest(n), send)
	}
	past, f := r.Events.follow(n)
	if f == nil {
		return refuseFollower
	}
	defer r.Events.leave(f)
	if err := sendAll(past, send); err != nil {
		return err
	}
	return r.relay(ctx, f, send)
}

func sendAll(all []Event, send func(any) error) error {
	for _, e := range all {
		if err := send(e); err != nil {
			return err
		}
	}
	return send(nil)
}

// relay sends what f is told.
func (r *request) relay(ctx context.Context, f *follower, send func(any) error) error {
	for {
		select {
		case e := <-f.queue:
			if err := send(e); err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		case <-r.stopping:
			return r.relayRest(f, send)
		}
		if len(f.queue) > 0 {
			continue
		}
		if n := r.Events.missed(f); n > 0 {
			if err := send(r.dropped(n)); err != nil {
				return err
			}
		}
	}
}

// relayRest sends what is still in the queue when the server stops.
func (r *request) relayRest(f *follower, send func(any) error) error {
	for {
		select {
		case e := <-f.queue:
			if err := send(e); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

func (r *request) dropped(n int) Event {
	return Event{At: r.Chat.Now(), Level: slog.LevelWarn.String(), Event: eventsDropped, Text: textDropped,
		Fields: map[string]any{"count": n}}
}

func showEvent(w view, e Event) string {
	text := w.zoned(e.At).Format(timeForm) + "  " + e.Text
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		if v := e.Fields[name]; v != "" {
			text += fmt.Sprintf("  %s=%v", name, v)
		}
	}
	return w.Say(text)
}
