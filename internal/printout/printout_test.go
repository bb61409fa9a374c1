package printout

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestOutputComesInPiecesThatAreNoLines(t *testing.T) {
	var seen []string
	o := New(func(line string) { seen = append(seen, line) })
	for _, piece := range []string{"listening on 127.0", ".0.1:41234 (127.0.0.1:1)\nlevel=INFO\nlev", "el=ERROR\n",
		strings.Repeat("x", 3*longest) + "\n", "on 127.0.0.1:2\nunfinished"} {
		io.WriteString(o, piece)
	}
	if at := <-o.Addr(); at != "127.0.0.1:41234" {
		t.Errorf("it listens on %s", at)
	}
	want := []string{"listening on 127.0.0.1:41234 (127.0.0.1:1)", "level=INFO", "level=ERROR", strings.Repeat("x", longest),
		"on 127.0.0.1:2"}
	if !slices.Equal(seen, want) {
		t.Errorf("lines %.80q", seen)
	}
}

func TestTheLastLinesAreKept(t *testing.T) {
	o := New(nil)
	for i := range 3 * kept {
		fmt.Fprintln(o, "line", i)
	}
	if s := o.String(); !strings.HasPrefix(s, "line 40\n") || !strings.HasSuffix(s, "line 59\n") || strings.Count(s, "\n") != kept {
		t.Errorf("the last lines are\n%s", s)
	}
}
