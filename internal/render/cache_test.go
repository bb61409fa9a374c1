package render

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// viewers are such as see a broadcast of bob's in different ways.
func viewers() []Viewer {
	auckland := time.FixedZone("Auckland", 13*3600)
	return []Viewer{
		{Width: 80, Zone: berlin}, {Width: 80, Zone: auckland}, {Width: 81, Zone: berlin},
		{Width: 80, Zone: berlin, Colour: Basic}, {Width: 80, Zone: berlin, Colour: Rich},
		{Width: 80, Zone: berlin, Me: bob.ID}, {Plain: true, Zone: berlin}, {Plain: true, Zone: auckland},
		{Width: 80, Zone: berlin, Linear: true},
	}
}

func TestCacheShowsWhatTheViewerWouldSee(t *testing.T) {
	var c Cache
	es := []*chat.Entry{
		broadcast(bob, strings.Repeat("你好 world ", 20)), broadcast(bob, "x\ny"), broadcast(chat.Person{}, "x\ny"),
		direct(bob, alice, "x"), direct(alice, bob, "x"),
	}
	for range 2 {
		for _, e := range es {
			for _, v := range viewers() {
				if got, want := c.Entry(v, e), v.Entry(e, false); got != want {
					t.Errorf("%+v\n got %q\nwant %q", v, got, want)
				}
			}
		}
	}
}

// same reports whether two strings are one in memory: rendered once.
func same(a, b string) bool { return unsafe.StringData(a) == unsafe.StringData(b) }

// An answer calls whoever it quotes "you" to them alone, and an hour that two zones share now they need not have shared when
// the line was said that it quotes or takes back.
func TestTheCacheKnowsWhoIsQuotedAndWhen(t *testing.T) {
	summer := &chat.Quote{Sender: bob, At: now.AddDate(0, -4, 0), Text: sanitize.Line("shall we?")}
	answer, taken := said(chat.Said, carol, "no"), said(chat.Delete, carol, "")
	answer.Ref, answer.About, taken.Ref, taken.About = 3, summer, 3, summer
	summers, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []*chat.Entry{answer, taken} {
		var c Cache
		for _, v := range []Viewer{{Width: 100, Zone: berlin, Me: bob.ID}, {Width: 100, Zone: berlin, Me: dave.ID}, {Width: 100, Zone: summers, Me: dave.ID}} {
			if got, want := c.Entry(v, e), v.Entry(e, false); got != want {
				t.Errorf("%s: %d is shown %q, want %q", e.Kind, v.Me, got, want)
			}
		}
	}
}

func TestViewersOfOneKindShareALine(t *testing.T) {
	var c Cache
	e := broadcast(bob, "x")
	first := c.Entry(Viewer{Width: 80, Zone: berlin, Me: alice.ID}, e)
	for _, v := range []Viewer{
		{Width: 80, Zone: berlin, Me: carol.ID},
		{Width: 0, Zone: berlin},
		{Width: 80, Zone: time.FixedZone("Oslo", 3600)}, // shows the same time
	} {
		if !same(c.Entry(v, e), first) {
			t.Errorf("rendered anew for %+v", v)
		}
	}
	wide, narrow := Viewer{Width: 200, Plain: true, Colour: Rich, Zone: berlin}, Viewer{Width: 20, Plain: true, Zone: berlin}
	if !same(c.Entry(wide, e), c.Entry(narrow, e)) {
		t.Error("plain mode has no width and no colour")
	}
	if again := broadcast(bob, "x"); same(c.Entry(Viewer{Width: 80, Zone: berlin}, again), first) {
		t.Error("another entry got the line of the first")
	}
}

func TestDirectLinesPushNothingOutOfTheCache(t *testing.T) {
	var c Cache
	v := wide(80)
	e := broadcast(bob, "x")
	first := c.Entry(v, e)
	for i := range 2 * cacheSize {
		c.Entry(v, direct(bob, alice, fmt.Sprint(i)))
		c.Entry(v, broadcast(bob, strings.Repeat("x", cacheLine)))
	}
	if !same(c.Entry(v, e), first) {
		t.Error("a broadcast was pushed out by what nobody else will see, or by what is too long to keep")
	}
}

func TestCacheKeepsTheNewestLines(t *testing.T) {
	var c Cache
	v := wide(80)
	es := make([]*chat.Entry, 3*cacheSize+1)
	lines := make([]string, len(es))
	for i := range es {
		es[i] = broadcast(bob, fmt.Sprint(i))
		lines[i] = c.Entry(v, es[i])
	}
	if len(c.lines) != cacheSize {
		t.Fatalf("%d lines, want %d", len(c.lines), cacheSize)
	}
	for i := len(es) - cacheSize; i < len(es); i++ {
		if !same(c.Entry(v, es[i]), lines[i]) {
			t.Fatalf("line %d of %d is gone", i, len(es))
		}
	}
	if i := len(es) - cacheSize - 1; same(c.Entry(v, es[i]), lines[i]) {
		t.Error("the oldest line was kept instead of a newer one")
	}
}

// Two sessions may have rendered a line at once.
func TestLineAddedTwiceTakesOnePlace(t *testing.T) {
	var c Cache
	k := wide(80).key(broadcast(bob, "x"))
	c.add(k, "first")
	c.add(k, "second")
	for range cacheSize - 1 {
		c.add(wide(80).key(broadcast(bob, "y")), "y")
	}
	if s, ok := c.get(k); s != "first" || !ok {
		t.Errorf("%q, %v", s, ok)
	}
}

func TestCacheMayBeShared(t *testing.T) {
	var c Cache
	es := make([]*chat.Entry, 100)
	for i := range es {
		es[i] = broadcast(bob, fmt.Sprint(i))
	}
	var wg sync.WaitGroup
	for _, v := range append(viewers(), viewers()...) {
		wg.Go(func() {
			for _, e := range es {
				if got, want := c.Entry(v, e), v.Entry(e, false); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
	wg.Wait()
}
