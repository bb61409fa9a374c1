package sanitize

// The look-alike rule for login names, which are ASCII letters, digits, _ and - (TestSkeleton
// lists what it means). It follows UTS 39's skeletons: what looks the same is brought to the same.
//
// It knows what the eye mistakes in a terminal's font, and no more:
//
//	0 o     1 i l |     5 s     m rn     w vv     and _ and - count for nothing
//
// 3, 4, 7, 8 and 9 stand for themselves. "4lice" is read as a joke upon alice, not mistaken for
// her, while mari4 and maria, ann3 and anne, luc4 and luca are honest neighbours. Digits stay
// different from each other, and a _ or - between two digits counts, so that numbered names
// (user1, user10; g1-12, g11-2) never collide.

// Skeleton returns the key that names which look alike have in common. Names with different
// skeletons never look alike. The reverse holds but for a letter i against a letter l, which
// must share a key because 1 looks like both: ian and lan have one skeleton; LooksLike tells
// them apart.
func Skeleton(name string) string {
	key := strokes(name)
	for i, c := range key {
		key[i] = fold(c)
	}
	return string(key)
}

// LooksLike reports whether somebody could take the one name for the other. It is for the few
// names that stand in a list, such as reserved words: by Skeleton alone, ali would look like all.
func LooksLike(a, b string) bool {
	x, y := strokes(a), strokes(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !alike(x[i], y[i]) {
			return false
		}
	}
	return true
}

// alike reports whether two characters look alike: a digit and a letter, or a capital I and a
// small l, but not two small letters, and not a capital L and anything.
func alike(x, y byte) bool {
	switch {
	case lower(x) == lower(y):
		return true
	case x == 'L' || y == 'L':
		return false
	}
	return fold(x) == fold(y) && (isStandIn(x) || isStandIn(y))
}

// strokes spells name in the parts that the eye sees: without separators, m as rn and w as vv. To
// spell them out, rather than to contract rn and vv, needs no rule for vvv.
func strokes(name string) []byte {
	s := make([]byte, 0, 2*len(name))
	var last byte // the last character that is no separator
	separated := false
	for i := range len(name) {
		c := name[i]
		if c == '_' || c == '-' {
			separated = true
			continue
		}
		if separated && isDigit(last) && isDigit(c) {
			s = append(s, '-')
		}
		last, separated = c, false
		switch c {
		case 'm', 'M':
			s = append(s, "rn"...)
		case 'w', 'W':
			s = append(s, "vv"...)
		default:
			s = append(s, c)
		}
	}
	return s
}

// fold brings a character to the first of those that look like it.
func fold(c byte) byte {
	switch c = lower(c); c {
	case '0':
		return 'o'
	case '1', 'i', '|':
		return 'l'
	case '5':
		return 's'
	}
	return c
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isStandIn(c byte) bool { return isDigit(c) || c == 'I' || c == '|' }
func isDigit(c byte) bool   { return c >= '0' && c <= '9' }
