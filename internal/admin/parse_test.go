package admin

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	type p = Params
	for _, c := range []struct {
		name string
		verb string
		args []string
		want Params
	}{
		{"nothing", "status", nil, p{}},
		{"a name", "kick", []string{"bob"}, p{"user": "bob"}},
		{"a reason of one word", "kick", []string{"bob", "--reason", "spam"}, p{"user": "bob", "reason": "spam"}},
		{"a reason takes the rest", "kick", []string{"bob", "--reason", "too", "noisy"}, p{"user": "bob", "reason": "too noisy"}},
		{"a reason in quotes", "kick", []string{"bob", "--reason", "too noisy"}, p{"user": "bob", "reason": "too noisy"}},
		{"with =", "kick", []string{"bob", "--reason=too", "noisy"}, p{"user": "bob", "reason": "too noisy"}},
		{"with = and nothing", "kick", []string{"bob", "--reason="}, p{"user": "bob", "reason": ""}},
		{"a reason before the name is one word", "kick", []string{"--reason", "too noisy", "bob"}, p{"user": "bob", "reason": "too noisy"}},
		{"with = before the name", "kick", []string{"--reason=spam", "bob"}, p{"user": "bob", "reason": "spam"}},
		{"the last of two reasons", "kick", []string{"bob", "--reason", "a", "--reason", "b"}, p{"user": "bob", "reason": "b"}},
		{"a reason with dashes", "kick", []string{"bob", "--reason", "--", "x"}, p{"user": "bob", "reason": "-- x"}},
		{"spaces between", "kick", []string{"", "", "bob", "", "--reason", "a", "", "b"}, p{"user": "bob", "reason": "a  b"}},
		{"a text", "announce", []string{"a", "", "b", "--c"}, p{"text": "a  b --c"}},
		{"a text behind --", "announce", []string{"--", "--help", "me"}, p{"text": "--help me"}},
		{"a name behind --", "kick", []string{"--", "--bob"}, p{"user": "--bob"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := findVerb(c.verb).parse(c.args)
			if diff := cmp.Diff(c.want, got.params); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestSplitLine(t *testing.T) {
	for line, want := range map[string][]string{
		"":                              {""},
		"  status ":                     {"status"},
		"announce a  b":                 {"announce", "a", "", "b"},
		`announce "a  b"`:               {"announce", "a  b"},
		`kick bob --reason "too noisy"`: {"kick", "bob", "--reason", "too noisy"},
		`announce "a" and "b"`:          {"announce", `"a"`, "and", `"b"`},
		`announce the "b"`:              {"announce", "the", "b"},
		`announce don't "`:              {"announce", "don't", `"`},
		`announce ""`:                   {"announce", ""},
	} {
		if diff := cmp.Diff(want, splitLine(line)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
	}
}

// Whatever is typed is a command with all that it needs, or a problem in words.
func FuzzParse(f *testing.F) {
	for _, line := range []string{"", "status", "kick bob --reason too noisy", `kick --reason "a b" bob`,
		"announce -- --x", "ban --reason=", "unban --help", "users --after x", "kick --", "announce \"", "kick bob --=x"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words := splitLine(line)
		v, rest := match(words)
		if v == nil {
			if p := refuseUnknown(words); p.Text == "" {
				t.Error("an unknown word without words for it")
			}
			return
		}
		c, err := v.parse(rest)
		got := c.params
		p, refused := errors.AsType[*problem](err)
		switch {
		case errors.Is(err, errHelp):
		case refused && (p.Reason != reasonUsage || p.Text == "" || p.Hint == ""):
			t.Errorf("%q: %+v", line, p)
		case err == nil && v.check(got) != nil:
			t.Errorf("%q: the server would refuse %v", line, got)
		case err != nil && !refused:
			t.Errorf("%q: %v", line, err)
		}
		for name, value := range got {
			if inner := strings.ReplaceAll(value, " ", ""); err == nil && !strings.Contains(strings.ReplaceAll(line, " ", ""), inner) {
				t.Errorf("%q: %s is %q", line, name, value)
			}
		}
	})
}

// Whatever somebody types is refused, or has no arguments but those of the verb.
func FuzzTypedLine(f *testing.F) {
	for _, seed := range []string{"", "kick bob --reason  x y", `announce "a b"`, "report  close 1 --note", "audit --since=1h --", "help", "room #x --json"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words := splitLine(line)
		v, rest := match(words)
		if v == nil {
			if p := refuseUnknown(words).refusal(); p.Text == "" {
				t.Error("it is refused without a word")
			}
			return
		}
		c, err := v.parse(rest)
		if err != nil {
			return
		}
		for name := range c.params {
			if v.arg(name, positional, flag, toggle) == nil {
				t.Errorf("%s has an argument %s", v.name, name)
			}
		}
	})
}
