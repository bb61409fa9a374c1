package sanitize

import (
	"fmt"
	"testing"
)

func TestSkeleton(t *testing.T) {
	tests := []struct {
		a, b string
		same bool // Skeleton(a) == Skeleton(b)
		like bool // LooksLike(a, b)
	}{
		{"bob", "bob", true, true},
		{"Bob", "bOB", true, true},
		{"r00t", "root", true, true},
		{"adm1n", "admin", true, true},
		{"al1ce", "alice", true, true},
		{"a1ice", "alice", true, true},
		{"a11ce", "alice", true, true},
		{"aIice", "alice", true, true},
		{"rnallory", "mallory", true, true},
		{"vvendy", "wendy", true, true},
		{"vvv", "vw", true, true},
		{"vvv", "wv", true, true},
		{"Rnallory", "MALLORY", true, true},
		{"5ara", "sara", true, true},
		{"b0b_", "bob", true, true},
		{"_b-o_b", "bob", true, true},
		{"bob_2", "bob2", true, true},
		{"bob2_a", "bob2a", true, true},
		{"Ian", "lan", true, true},
		{"a|ice", "alice", true, true},

		// A letter i is no letter l, though both look like 1.
		{"ali", "all", true, false},
		{"ian", "lan", true, false},
		{"Ian", "Lan", true, false},
		{"neil", "nell", true, false},
		{"al1", "all", true, true},
		{"al1", "ali", true, true},
		{"alI", "all", true, true},

		{"bob", "bob2", false, false},
		{"alice", "alicia", false, false},
		{"team3", "teame", false, false},
		{"mari4", "maria", false, false},
		{"user3", "user8", false, false},
		{"h4x", "hax", false, false},
		{"max7", "maxt", false, false},
		{"g1-12", "g11-2", false, false},
		{"g1--12", "g11--2", false, false},
		{"g1-12", "g112", false, false},
	}
	for _, tt := range tests {
		for _, pair := range [][2]string{{tt.a, tt.b}, {tt.b, tt.a}} {
			a, b := Skeleton(pair[0]), Skeleton(pair[1])
			if (a == b) != tt.same {
				t.Errorf("Skeleton(%s) = %s, Skeleton(%s) = %s", pair[0], a, pair[1], b)
			}
			if got := LooksLike(pair[0], pair[1]); got != tt.like {
				t.Errorf("LooksLike(%s, %s) = %v", pair[0], pair[1], got)
			}
		}
	}
}

// People are numbered: none of a series may be refused because of another of it.
func TestSkeletonKeepsNumberedNamesApart(t *testing.T) {
	for _, stem := range []string{"user", "s", "l", "i", "o", "m", "rn", "w", "v", "bob_", "pc-1-", "x0", "a5", "team1_"} {
		seen := map[string]string{}
		for n := range 1001 {
			name := fmt.Sprint(stem, n)
			if other, ok := seen[Skeleton(name)]; ok {
				t.Fatalf("%s looks like %s", name, other)
			}
			seen[Skeleton(name)] = name
		}
	}
}

func TestSkeletonKeepsTwiceNumberedNamesApart(t *testing.T) {
	for _, separator := range []string{"-", "_", "x"} {
		seen := map[string]string{}
		for n := range 10_000 {
			name := fmt.Sprint("g", n/100, separator, n%100)
			if other, ok := seen[Skeleton(name)]; ok {
				t.Fatalf("%s looks like %s", name, other)
			}
			seen[Skeleton(name)] = name
		}
	}
}

// A unique index on skeletons finds every name that looks like a new one.
func FuzzLooksLike(f *testing.F) {
	f.Add("al1ce", "Alice")
	f.Add("rn_w-1-1", "mvv1-1")
	f.Add("\xff\x00é", "Il|1")
	f.Fuzz(func(t *testing.T, a, b string) {
		if !LooksLike(a, a) {
			t.Errorf("%q does not look like itself", a)
		}
		if LooksLike(a, b) != LooksLike(b, a) {
			t.Errorf("LooksLike(%q, %q) depends on their order", a, b)
		}
		if LooksLike(a, b) && Skeleton(a) != Skeleton(b) {
			t.Errorf("%q looks like %q, with another skeleton", a, b)
		}
	})
}
