package loadtest

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// measured is a report as a run of three rounds leaves it.
func measured() *Report {
	r := &Report{Go: "go9", System: "plan9/arm", Cores: 2, Plan: Plan{Rounds: 3}, Fsync: Spread{P50: 0.25, P99: 12}}
	b, s, c := bareKind("", nil), sqliteKind("", nil), chatKind("")
	for _, v := range [][3]float64{{4, 8, 6}, {5, 7, 5}, {4, 8, 10}} {
		r.add(b, "cpu", "CPU", "µs", v[0])
		r.add(s, "cpu", "CPU", "µs", v[1])
		r.add(c, "cpu", "CPU", "µs", v[2])
		r.add(b, "login", "log in", "ms", v[0])
		r.add(c, "login", "log in", "ms", v[2])
		r.add(c, "stored", "messages stored", "/s", 1000*v[2])
	}
	return r
}

func TestTable(t *testing.T) {
	var got strings.Builder
	if err := measured().WriteTable(&got); err != nil {
		t.Fatal(err)
	}
	want := `
                 unit  bare  bare+SQLite  sshchat  to bare+SQLite  ratio   by round
CPU              µs    4.00         8.00     6.00            0.75   1.50  1.00-2.50
log in           ms    4.00            -     6.00               -   1.50  1.00-2.50
messages stored  /s       -            -     6000               -      -

plan9/arm, 2 cores, go9; rounds: 3, medians; an fsync of 4 KiB: 0.25 ms (p50), 12.0 ms (p99)
`
	if diff := cmp.Diff(want, "\n"+got.String()); diff != "" {
		t.Error(diff)
	}
}

func TestJSONHoldsEveryRound(t *testing.T) {
	var b bytes.Buffer
	r := measured()
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got Report
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(*r, got); diff != "" {
		t.Error(diff)
	}
	if len(got.Figures[0].Bare) != 3 {
		t.Errorf("the values of the rounds are %v", got.Figures[0].Bare)
	}
}

// The names are what programs that read the files go by.
func TestAFigureInJSON(t *testing.T) {
	got, err := json.Marshal(figure(measured(), "cpu"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"key":"cpu","what":"CPU","unit":"µs","bare":[4,5,4],"bare_sqlite":[8,7,8],"sshchat":[6,5,10]}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestTimesAreReportedAsPercentiles(t *testing.T) {
	r := &Report{}
	took := make([]time.Duration, 100)
	for i := range took {
		took[i] = time.Duration(i+1) * time.Millisecond
	}
	for range 2 {
		r.addTimes(chatKind(""), "wait", "a wait", took)
	}
	for _, want := range []Figure{
		{Key: "wait/p50", What: "a wait: p50", Unit: "ms", Chat: []float64{50, 50}},
		{Key: "wait/p95", What: "a wait: p95", Unit: "ms", Chat: []float64{95, 95}},
		{Key: "wait/p99", What: "a wait: p99", Unit: "ms", Chat: []float64{99, 99}},
	} {
		if diff := cmp.Diff(&want, figure(r, want.Key)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{
		{0, "0.00"}, {1.234, "1.23"}, {9.99, "9.99"}, {9.999, "10.0"}, {-12.34, "-12.3"},
		{99.94, "99.9"}, {99.96, "100"}, {123456.7, "123457"},
		{math.NaN(), "-"}, {math.Inf(1), "-"},
	} {
		if got := number(c.v); got != c.want {
			t.Errorf("number(%v) = %q, want %q", c.v, got, c.want)
		}
	}
}
