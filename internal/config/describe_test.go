package config

import (
	"strings"
	"testing"
)

// The manual and the sample are two views of one table.
func TestDescribeSaysWhatTheSampleSays(t *testing.T) {
	rest := Sample()
	for _, d := range Describe() {
		line := "\n#" + d.Name + " = " + d.Default + "\n"
		before, after, found := strings.Cut(rest, line)
		if !found {
			t.Fatalf("%s.%s: the sample has no %q, or not in this order", d.Section, d.Name, line)
		}
		if text := "# " + strings.ReplaceAll(d.Text, "\n", "\n# "); !strings.Contains(before, text) {
			t.Errorf("%s.%s: the sample does not say %q", d.Section, d.Name, text)
		}
		rest = "\n" + after
	}
	if strings.Contains(rest, "\n#") {
		t.Errorf("the sample has more: %q", rest)
	}
}
