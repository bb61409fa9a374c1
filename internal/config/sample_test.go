package config

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestSampleSetsNothing(t *testing.T) {
	c := load(t, Sample(), "STATE_DIRECTORY=/var/lib/sshchat")
	if c.Server.Data != "/var/lib/sshchat" {
		t.Errorf("data = %q: the sample overrides systemd", c.Server.Data)
	}
	if c.Server.Data = "."; !reflect.DeepEqual(c, Default()) {
		t.Errorf("the sample as it is gives %+v", c)
	}
}

func TestSampleDocumentsTheDefaults(t *testing.T) {
	commented := regexp.MustCompile(`(?m)^#(\w+ = )`)
	settings, err := parse("sample", commented.ReplaceAllString(Sample(), "$1"))
	if err != nil {
		t.Fatal(err)
	}
	if len(settings) != len(keys) {
		t.Errorf("%d keys in the sample, want %d", len(settings), len(keys))
	}
	var c Config
	if err := c.apply(settings); err != nil {
		t.Fatal(err)
	}
	if want := Default(); !reflect.DeepEqual(c, want) {
		t.Errorf("the sample says %+v\nwant %+v", c, want)
	}
}

func TestSampleFitsAnEditor(t *testing.T) {
	for i, line := range strings.Split(Sample(), "\n") {
		if len(line) > 104 || strings.TrimRight(line, " ") != line {
			t.Errorf("line %d: %q", i+1, line)
		}
	}
}

// Whoever sets a limit to 0 must find what that does where the limit is explained.
func TestEveryZeroIsExplained(t *testing.T) {
	for i := range keys {
		k := &keys[i]
		var c Config
		if k.rule.set(&c, "0") != nil || k.rule.form == aString {
			continue // takes no 0, or a folder called 0
		}
		partOf := regexp.MustCompile(`before \w+ counts`).MatchString(k.doc) // the limit itself explains it
		if !regexp.MustCompile(`\b0\b`).MatchString(k.doc) && !partOf {
			t.Errorf("%s takes 0, but does not say what it means: %q", k.path(), k.doc)
		}
	}
}
