package render

import (
	"sync"
	"time"

	"sshchat/internal/chat"
)

// Cache keeps the newest lines that are shown to many, so that a line is rendered once for each
// kind of viewer rather than once for each viewer. The zero value is ready; one is shared by all
// sessions, and its methods may be called from many goroutines.
//
// It is for entries as the feed hands them on: an entry is known by its pointer, so that one
// read anew from the log would only push others out.
type Cache struct {
	mu    sync.Mutex
	lines map[key]string
	ring  [cacheSize]key // the keys of lines, by age
	next  int            // where the oldest is
}

// A Cache is bounded in lines and in the bytes of a line, 8 MiB in all: when so many others have
// followed, a line is seldom asked for again.
const (
	cacheSize = 512
	cacheLine = 16 << 10
)

// key is all that a line depends on. Viewers with the same key are shown the same.
type key struct {
	entry  *chat.Entry
	width  int // 0: plain
	colour Colour
	minute int // of the day, where the viewer is
	about  int // the same of the line that it is about
	half   bool
	mine   bool
	quoted bool // it is about a line of the viewer's
	here   bool // said in the room that the viewer is in
	marked bool // it mentions the viewer
	linear bool
}

// Entry is v.Entry(e, false), from the cache if somebody like v has seen e. What is for one or two
// people does not pass through it.
func (c *Cache) Entry(v Viewer, e *chat.Entry) string {
	switch e.Kind {
	case chat.Broadcast, chat.Said, chat.Acted, chat.Edit, chat.Delete:
	default: // not many are shown the same
		return v.Entry(e, false)
	}
	k := v.key(e)
	if s, ok := c.get(k); ok {
		return s
	}
	// Two sessions may come here with the same line: that costs less than to wait for each other.
	s := v.Entry(e, false)
	if len(s) <= cacheLine {
		c.add(k, s)
	}
	return s
}

func (v Viewer) key(e *chat.Entry) key {
	k := key{entry: e, colour: v.colour(), minute: v.minute(e.At), half: v.Half, mine: v.isMe(e.Sender),
		here: e.Room.ID != 0 && e.Room.ID == v.Room, marked: v.Mentioned(e), linear: v.Linear}
	if !v.Plain {
		k.width = v.width()
	}
	if e.About != nil {
		k.about, k.quoted = v.minute(e.About.At), v.isMe(e.About.Sender)
	}
	return k
}

// minute is which of the day's minutes it is at a time, where the viewer is.
func (v Viewer) minute(at time.Time) int {
	h, m, _ := at.In(v.zone()).Clock()
	return 60*h + m
}

func (c *Cache) get(k key) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.lines[k]
	return s, ok
}

func (c *Cache) add(k key, s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.lines[k]; ok {
		return
	}
	if c.lines == nil {
		c.lines = make(map[key]string, cacheSize)
	}
	delete(c.lines, c.ring[c.next])
	c.lines[k] = s
	c.ring[c.next] = k
	c.next = (c.next + 1) % cacheSize
}
