package render

import (
	"fmt"
	"strings"
	"testing"

	"sshchat/internal/chat"
)

// One line rendered for one viewer, in the forms that most lines have.
func BenchmarkEntry(b *testing.B) {
	bodies := []struct{ name, text string }{
		{"ascii", "are we still on for three?"},
		{"ascii wrapped", strings.Repeat("are we still on for three? ", 8)},
		{"cjk", "今天三点我们还见面吗？"},
		{"cjk wrapped", strings.Repeat("今天三点我们还见面吗？", 10)},
		{"emoji", "yes 👍🏽 see you 👩‍👩‍👧‍👦"},
		{"markdown", "**no**: run `make test` and _then_ tell *me* what it says"},
	}
	viewers := []struct {
		name string
		v    Viewer
	}{
		{"plain", Viewer{Plain: true, Zone: berlin, Me: alice.ID}},
		{"off", Viewer{Width: 80, Zone: berlin, Me: alice.ID}},
		{"rich", Viewer{Width: 80, Zone: berlin, Me: alice.ID, Colour: Rich}},
	}
	for _, body := range bodies {
		e := direct(bob, alice, body.text)
		for _, w := range viewers {
			b.Run(body.name+"/"+w.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					w.v.Entry(e, false)
				}
			})
		}
	}
}

// One broadcast for many sessions of a few kinds: what it costs a session.
func BenchmarkEntryCached(b *testing.B) {
	e := broadcast(bob, strings.Repeat("今天三点我们还见面吗？", 10))
	var c Cache
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			c.Entry(Viewer{Width: 80 + i%8, Zone: berlin, Colour: Rich, Me: chat.UserID(i)}, e)
		}
	})
}

// A cache that nothing is found in costs its map on top of the rendering.
func BenchmarkEntryCacheMiss(b *testing.B) {
	es := make([]*chat.Entry, 2*cacheSize)
	for i := range es {
		es[i] = broadcast(bob, fmt.Sprintf("the printer works again, for the %d. time", i))
	}
	var c Cache
	v := Viewer{Width: 80, Zone: berlin}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Entry(v, es[i%len(es)])
	}
}
