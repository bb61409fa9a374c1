package render

import (
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// cluster is the measure of a grapheme cluster.
type cluster struct {
	bytes   int
	columns int  // at most so many; at least one
	alone   bool // ideographs and emoji: a row may end before and behind it
	closes  bool // but not before this one
}

// closing are the signs of Chinese and Japanese that no row begins with.
const closing = "、。，．：；？！）］｝」』】〉》〕"

// firstCluster measures the cluster that s, which is not empty, begins with.
func firstCluster(s string) cluster {
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return cluster{bytes: 1, columns: 1}
	}
	g := displaywidth.StringGraphemes(s)
	g.Next()
	first, shown := g.Value(), g.Width()
	return cluster{
		bytes: len(first), columns: max(1, columns(first)),
		alone: shown > 1, closes: shown > 1 && strings.Contains(closing, first),
	}
}

// columns is the width of a cluster on a terminal that does not draw it as one: skin tones,
// families, flags and keycaps come apart there, and vowel signs take room of their own. On others
// the row only gets shorter. To think it too short would be worse: the terminal would break the
// row, and its author could choose what that puts into column 0.
//
// Characters of ambiguous width (UAX 11) count as one column, or Greek and Cyrillic would fill half
// of each row; who has them shown as two must keep the terminal from breaking rows.
func columns(cluster string) int {
	n := 0
	for _, r := range cluster {
		switch {
		case r == variation16:
			n++ // asks for the wide form of a character that is narrow by itself
		case r >= firstPictograph && r <= lastPictograph:
			n += 2 // whether or not our tables know it yet
		default:
			n += displaywidth.Rune(r)
		}
	}
	return n
}

const (
	variation16     = '\uFE0F'
	firstPictograph = '\U0001F000'
	lastPictograph  = '\U0001FAFF'
)

// unit measures what is kept together at the start of s, which is not empty: a word or a single
// wide cluster, with the signs that close it and a space or two that follow; or one space.
func unit(s string) (bytes, cols int) {
	full := false
	for bytes < len(s) && s[bytes] != ' ' {
		c := firstCluster(s[bytes:])
		if !c.closes && bytes > 0 && (full || c.alone) {
			return bytes, cols
		}
		full = full || c.alone
		bytes += c.bytes
		cols += c.columns
	}
	most := bytes + 2
	if bytes == 0 {
		most = 1
	}
	for bytes < most && bytes < len(s) && s[bytes] == ' ' {
		bytes++
		cols++
	}
	return bytes, cols
}

// fitting measures the clusters at the start of s that fit into room columns.
func fitting(s string, room int) (bytes, cols int) {
	for bytes < len(s) {
		c := firstCluster(s[bytes:])
		if cols+c.columns > room {
			break
		}
		bytes += c.bytes
		cols += c.columns
	}
	return bytes, cols
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// width is the columns that s, without line breaks, takes.
func width(s string) int {
	if isASCII(s) {
		return len(s)
	}
	cols := 0
	for s != "" {
		c := firstCluster(s)
		cols += c.columns
		s = s[c.bytes:]
	}
	return cols
}

// clip returns the clusters at the start of s that fit into cols columns, with a sign behind them
// if that is not all.
func clip(s string, cols int) string {
	if len(s) <= cols || width(s) <= cols {
		return s
	}
	end, taken := 0, width(clipSign)
	for {
		c := firstCluster(s[end:])
		if taken += c.columns; taken > cols {
			return s[:end] + clipSign
		}
		end += c.bytes
	}
}
