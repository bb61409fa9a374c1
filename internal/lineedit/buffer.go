package lineedit

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// buffer is a line with a cursor, cut into grapheme clusters (UAX #29).
//
// The cuts are kept, not computed: a key in a line of 64 KiB may not cost the
// segmentation of 64 KiB. The cursor is always a cut, even inside what would
// else be one cluster, so that typing and deleting touch nothing behind it (two
// regional indicators typed in front of a row of flags make a new flag; they do
// not re-pair all that follow). When the cursor leaves, the seam is mended.
type buffer struct {
	text  []byte
	drawn []byte // as long as text: see inside, narrow, wide, orphan
	cur   int    // byte offset
}

// mendLimit bounds, in bytes, how far behind a seam cuts are moved. Text in
// which the new cuts never meet the old ones (regional indicators, with one more
// in front) is left with one odd cluster instead.
const mendLimit = 256

// keptBytes is the room that an emptied buffer may keep: what most lines need.
// With thousands of idle sessions the rest adds up.
const keptBytes = 128

// clip is text that was, or will be, in a buffer.
type clip struct {
	text  string
	drawn string // as in a buffer; "" when unknown, or when ascii says it all
	ascii bool   // every byte is a cluster of one column
}

func (c clip) size() int { return len(c.text) + len(c.drawn) }

// clip copies the text between two cuts.
func (b *buffer) clip(from, to int) clip {
	c := clip{text: string(b.text[from:to])}
	if bytes.Count(b.drawn[from:to], []byte{narrow}) == to-from {
		c.ascii = true
	} else {
		c.drawn = string(b.drawn[from:to])
	}
	return c
}

// prev and next are the cuts around at, which is one itself.
func (b *buffer) prev(at int) int {
	for at--; at > 0 && b.drawn[at] == inside; at-- {
	}
	return max(at, 0)
}

func (b *buffer) next(at int) int {
	for at++; at < len(b.text) && b.drawn[at] == inside; at++ {
	}
	return min(at, len(b.text))
}

// insert puts c in front of the cursor.
func (b *buffer) insert(c clip) {
	at := b.open(len(c.text))
	copy(b.text[at:], c.text)
	switch {
	case c.ascii:
		fill(b.drawn[at:b.cur], narrow)
		b.mend(at)
	case c.drawn != "":
		copy(b.drawn[at:], c.drawn)
		b.mend(at)
	default:
		b.segment(b.prev(at), b.cur)
	}
}

// insertRune is insert for one character, without a copy.
func (b *buffer) insertRune(enc []byte) {
	at := b.open(len(enc))
	copy(b.text[at:], enc)
	if len(enc) == 1 && (at == 0 || b.text[at-1] < utf8.RuneSelf) {
		b.drawn[at] = narrow
		return
	}
	b.segment(b.prev(at), b.cur)
}

// open makes a gap of n bytes in front of the cursor and returns where it is.
func (b *buffer) open(n int) int {
	at := b.cur
	b.text = gap(b.text, at, n)
	b.drawn = gap(b.drawn, at, n)
	b.cur += n
	return at
}

func gap(p []byte, at, n int) []byte {
	old := len(p)
	p = slices.Grow(p, n)[:old+n]
	copy(p[at+n:], p[at:old])
	return p
}

// segment cuts what lies between two cuts anew.
func (b *buffer) segment(from, to int) {
	for from < to {
		n, drawn := firstCluster(b.text[from:to])
		b.setCluster(from, from+n, drawn)
		from += n
	}
}

// mend makes the clusters on both sides of the cut at into what they are
// without it, unless the cursor is there.
func (b *buffer) mend(at int) {
	if at == 0 || at >= len(b.text) || at == b.cur {
		return
	}
	limit := len(b.text)
	if b.cur > at {
		limit = b.cur
	}
	for q := b.prev(at); q < limit; {
		n, drawn := firstCluster(b.text[q:limit])
		b.setCluster(q, q+n, drawn)
		q += n
		if q >= at && (q == limit || b.drawn[q] != inside) {
			return
		}
		if q-at > mendLimit {
			b.setCut(q)
			return
		}
	}
}

func (b *buffer) setCluster(from, to int, drawn byte) {
	clear(b.drawn[from:to])
	b.drawn[from] = drawn
}

// setCut makes at a cut, splitting the cluster around it.
func (b *buffer) setCut(at int) {
	if at == len(b.text) || b.drawn[at] != inside {
		return
	}
	start, end := b.prev(at), b.next(at)
	b.segment(start, at)
	b.segment(at, end)
}

// moveTo puts the cursor at a byte offset that starts a character.
func (b *buffer) moveTo(at int) {
	old := b.cur
	if at == old {
		return
	}
	b.setCut(at)
	b.cur = at
	b.mend(old)
}

// removeBefore deletes what lies between the cut from and the cursor, and
// removeAfter what lies between the cursor and the cut to.
func (b *buffer) removeBefore(from int) {
	b.text = slices.Delete(b.text, from, b.cur)
	b.drawn = slices.Delete(b.drawn, from, b.cur)
	b.cur = from
}

func (b *buffer) removeAfter(to int) {
	b.text = slices.Delete(b.text, b.cur, to)
	b.drawn = slices.Delete(b.drawn, b.cur, to)
}

// reset empties the buffer. What it held is overwritten, as it may have been a
// password, and a big one is given back.
func (b *buffer) reset() {
	clear(b.text[:cap(b.text)])
	if cap(b.text) > keptBytes {
		*b = buffer{}
		return
	}
	*b = buffer{text: b.text[:0], drawn: b.drawn[:0]}
}

// fill sets p to c at the speed of copy.
func fill(p []byte, c byte) {
	if len(p) == 0 {
		return
	}
	p[0] = c
	for n := 1; n < len(p); n *= 2 {
		copy(p[n:], p[:n])
	}
}
