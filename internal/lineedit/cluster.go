package lineedit

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"github.com/clipperhouse/uax29/v2/graphemes"
)

// What a buffer notes for every byte of its text: how the cluster that starts
// there is drawn, or that none does.
const (
	inside byte = iota // not the start of a cluster
	narrow             // one column
	wide               // two columns
	orphan             // one column: a mark with no base to sit on
)

// maxCluster bounds a cluster, in bytes: what is longer (a stack of marks) is
// cut into several. Otherwise one row could be a megabyte.
const maxCluster = 64

// dottedCircle carries an orphan, as Unicode's charts do; by itself it would
// be drawn onto its neighbour, which may be the prompt.
const dottedCircle = "\u25cc"

// firstCluster returns the length of the cluster that p begins with and how it
// is drawn. p is not empty and begins at a cluster's start.
func firstCluster(p []byte) (n int, drawn byte) {
	if p[0] == '\n' || p[0] < utf8.RuneSelf && (len(p) == 1 || p[1] < utf8.RuneSelf) {
		return 1, narrow
	}
	if len(p) > maxCluster {
		end := maxCluster
		for !utf8.RuneStart(p[end]) {
			end--
		}
		p = p[:end]
	}
	n, _, _ = graphemes.SplitFunc(p, true)
	r, _ := utf8.DecodeRune(p)
	if extends(r) {
		return n, orphan
	}
	switch displaywidth.Bytes(p[:n]) {
	case 0:
		return n, orphan
	case 1:
		return n, narrow
	}
	return n, wide
}

// extends reports whether a terminal may draw r onto the character before it,
// wherever that belongs: UAX #29's Extend, SpacingMark and ZWJ. The two vowels
// are the letters among its spacing marks.
func extends(r rune) bool {
	return r >= 0x300 && (unicode.In(r, unicode.M, unicode.Other_Grapheme_Extend) ||
		r == zwj || isSkinTone(r) || r == '\u0e33' || r == '\u0eb3')
}

// isMark reports whether r, which extends, can be seen on a dottedCircle.
func isMark(r rune) bool {
	return extends(r) && r != zwj && r != zwnj && !isSkinTone(r) && !unicode.Is(unicode.Variation_Selector, r)
}

func isSkinTone(r rune) bool { return r >= '\U0001F3FB' && r <= '\U0001F3FF' }

// columns is the width of the clusters that start in drawn. It counts bytes
// with the vector instructions behind bytes.Count, so that asking for the width
// of a whole long line at every paint stays cheap.
func columns(drawn []byte) int {
	return bytes.Count(drawn, []byte{narrow}) + bytes.Count(drawn, []byte{orphan}) +
		2*bytes.Count(drawn, []byte{wide})
}

func columnsOf(drawn byte) int {
	if drawn == wide {
		return 2
	}
	return 1
}

// appendClusters appends p as it is drawn, without escapes but those of mark,
// the picture of a line break.
func appendClusters(out, p, drawn []byte, mark string) []byte {
	from := 0
	for i, d := range drawn {
		switch {
		case p[i] == '\n':
			out = append(append(out, p[from:i]...), mark...)
			from = i + 1
		case d == orphan:
			out = append(append(out, p[from:i]...), dottedCircle...)
			from = i + unseen(p[i:], drawn[i:])
		}
	}
	return append(out, p[from:]...)
}

// unseen is the length of what an orphan at the start of p begins with that
// cannot be seen on a dottedCircle: the circle alone stands for it.
func unseen(p, drawn []byte) int {
	n := 0
	for n < len(p) && (n == 0 || drawn[n] == inside) {
		r, size := utf8.DecodeRune(p[n:])
		if isMark(r) {
			break
		}
		n += size
	}
	return n
}
