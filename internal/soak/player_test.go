package soak

import (
	"math/rand/v2"
	"slices"
	"testing"

	"sshchat/internal/chat"
)

// All names can be had together: the server refuses one that looks like another.
func TestNamesAreUnlike(t *testing.T) {
	list := names(MostClients)
	for i, n := range list {
		if got, err := chat.ParseName(n); err != nil || string(got) != n {
			t.Errorf("%q is no name: %v", n, err)
		}
		if slices.Contains(list[:i], n) {
			t.Errorf("%q comes twice", n)
		}
		for _, other := range list[:i] {
			if chat.Name(n).Skeleton() == chat.Name(other).Skeleton() {
				t.Errorf("%q looks like %q", n, other)
			}
		}
	}
}

func TestSomebodyIsAnybodyElse(t *testing.T) {
	p := &player{crowd: &crowd{names: names(5)}, me: 3, rng: rand.New(rand.NewPCG(1, 2))}
	seen := make(map[int]int)
	for range 1000 {
		seen[p.somebody()]++
	}
	if len(seen) != 4 || seen[3] > 0 {
		t.Errorf("they are %v", seen)
	}
}

// The longest line fits the message limit, and most are short.
func TestPadding(t *testing.T) {
	const mostBytes = 4000 // the default of limits.message_bytes
	p := &player{rng: rand.New(rand.NewPCG(1, 2))}
	short, longest := 0, int32(0)
	for range 10_000 {
		n := p.pad()
		longest = max(longest, n)
		if n == 0 {
			short++
		}
	}
	if short < 6000 || longest < 3000 || int(longest)+len(token(1<<63, LineID{63, 1 << 30}))+1 > mostBytes {
		t.Errorf("%d of 10000 are short, the longest has %d bytes", short, longest)
	}
}
