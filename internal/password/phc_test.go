package password

import (
	"bytes"
	"strings"
	"testing"
)

const (
	salt16 = "MDEyMzQ1Njc4OWFiY2RlZg"
	key32  = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
	good   = "$argon2id$v=19$m=19456,t=2,p=1$" + salt16 + "$" + key32
)

func TestParse(t *testing.T) {
	r, err := parse(good)
	if err != nil {
		t.Fatal(err)
	}
	if r.Params != (Params{19456, 2, 1}) || !bytes.Equal(r.salt, []byte("0123456789abcdef")) || len(r.key) != 32 {
		t.Errorf("%+v", r)
	}
	longest := record{Params{maxMemory, maxTime, maxThreads}, make([]byte, maxSaltOrKey), make([]byte, maxSaltOrKey)}.String()
	shortest := record{Params{8, 1, 1}, make([]byte, minSalt), make([]byte, minKey)}.String()
	for _, s := range []string{longest, shortest} {
		if _, err := parse(s); err != nil {
			t.Errorf("parse(%s) = %v", s, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	params := func(s string) string { return strings.Replace(good, "m=19456,t=2,p=1", s, 1) }
	tests := []struct{ name, in string }{
		{"empty", ""},
		{"bcrypt", "$2y$10$abcdefghijklmnopqrstuv"},
		{"argon2i", strings.Replace(good, "argon2id", "argon2i", 1)},
		{"old version", strings.Replace(good, "v=19", "v=16", 1)},
		{"no version", strings.Replace(good, "$v=19", "", 1)},
		{"something before", "x" + good},
		{"something behind", good + "$"},
		{"space behind", good + " "},
		{"line break in base64", strings.Replace(good, salt16, salt16[:4]+"\n"+salt16[4:], 1)},
		{"padding", good + "="},
		{"spare bits", good[:len(good)-1] + "Z"},
		{"URL alphabet", good[:len(good)-2] + "_Y"},
		{"salt too short", strings.Replace(good, salt16, "MDEyMzQ1Ng", 1)},
		{"key too short", strings.Replace(good, key32, "MDEyMzQ1Njc4OWFiY2Rl", 1)},
		{"salt too long", strings.Replace(good, salt16, strings.Repeat("A", 87), 1)},
		{"very long", strings.Replace(good, salt16, strings.Repeat("A", 1<<20), 1)},
		{"m too large", params("m=262145,t=2,p=1")},
		{"m below 8 a lane", params("m=15,t=2,p=2")},
		{"m past 32 bits", params("m=4294986752,t=2,p=1")},
		{"t too large", params("m=19456,t=11,p=1")},
		{"t zero", params("m=19456,t=0,p=1")},
		{"p too large", params("m=19456,t=2,p=5")},
		{"p past 8 bits", params("m=19456,t=2,p=257")},
		{"p zero", params("m=19456,t=2,p=0")},
		{"leading zero", params("m=019456,t=2,p=1")},
		{"sign", params("m=+19456,t=2,p=1")},
		{"minus", params("m=-19456,t=2,p=1")},
		{"underscore", params("m=19_456,t=2,p=1")},
		{"other order", params("t=2,m=19456,p=1")},
		{"one twice", params("m=19456,m=19456,t=2,p=1")},
		{"one missing", params("m=19456,t=2")},
		{"key id", params("m=19456,t=2,p=1,keyid=AAAA")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.in == good {
				t.Fatal("the case does not differ from what is accepted")
			}
			if r, err := parse(tt.in); err == nil {
				t.Errorf("parse(%.100q) = %+v", tt.in, r)
			} else if len(tt.in) > 0 && strings.Contains(err.Error(), key32) {
				t.Errorf("the error tells the hash: %v", err)
			}
		})
	}
}

func TestParseSplitsNothingVeryLong(t *testing.T) {
	s := strings.Repeat("$", 1<<20)
	if n := testing.AllocsPerRun(10, func() { parse(s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(good)
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("$argon2id$v=19$m=8,t=10,p=4$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=,t=,p=$$")
	f.Add("$2y$10$abcdefghijklmnopqrstuv")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := parse(s)
		if err != nil {
			return
		}
		if r.String() != s {
			t.Errorf("%q reads as %q", s, r.String())
		}
		if r.withDefaults() != r.Params || r.Memory > 256<<10 || r.Time > 10 || r.Threads > 4 {
			t.Errorf("%q is out of bounds", s)
		}
		if n := len(r.salt); n < 8 || n > 64 {
			t.Errorf("%q has a salt of %d bytes", s, n)
		}
		if n := len(r.key); n < 16 || n > 64 {
			t.Errorf("%q has a key of %d bytes", s, n)
		}
	})
}
