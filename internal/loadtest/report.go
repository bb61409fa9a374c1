package loadtest

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A Report is what a run has measured.
type Report struct {
	When    time.Time `json:"when"`
	Build   string    `json:"revision"` // of the generator; empty if it is not known
	Go      string    `json:"go"`
	System  string    `json:"system"` // such as linux/amd64
	Cores   int       `json:"cores"`
	Plan    Plan      `json:"plan"`
	Fsync   Spread    `json:"fsync_ms"` // of 4 KiB where the data folders were
	Figures []*Figure `json:"figures"`
}

// A Spread is a distribution, in milliseconds.
type Spread struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
}

// A Figure is one thing that was measured at each server. The slices hold a value a round; one is
// empty where that server has no such thing, or was not asked.
type Figure struct {
	Key    string    `json:"key"`
	What   string    `json:"what"`
	Unit   string    `json:"unit"`
	Bare   []float64 `json:"bare"`
	SQLite []float64 `json:"bare_sqlite"` // of the bare loop that stores
	Chat   []float64 `json:"sshchat"`
}

func newReport(p Plan) *Report {
	return &Report{When: time.Now(), Build: revision(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		Cores: runtime.NumCPU(), Plan: p}
}

func revision() (commit string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value + commit
		case s.Key == "vcs.modified" && s.Value == "true":
			commit += " (modified)"
		}
	}
	return commit
}

// add adds the value of a round to the figure that key names.
func (r *Report) add(k kind, key, what, unit string, value float64) {
	i := slices.IndexFunc(r.Figures, func(f *Figure) bool { return f.Key == key })
	if i < 0 {
		i = len(r.Figures)
		r.Figures = append(r.Figures, &Figure{Key: key, What: what, Unit: unit})
	}
	f := r.Figures[i]
	switch k.name {
	case nameBare:
		f.Bare = append(f.Bare, value)
	case nameSQLite:
		f.SQLite = append(f.SQLite, value)
	case nameChat:
		f.Chat = append(f.Chat, value)
	}
}

// addTimes adds the percentiles of what took some time in a round.
func (r *Report) addTimes(k kind, key, what string, took []time.Duration) {
	for _, p := range []float64{50, 95, 99} {
		name := fmt.Sprintf("p%.0f", p)
		r.add(k, key+"/"+name, what+": "+name, "ms", milliseconds(percentile(took, p)))
	}
}

// Ratio is sshchat's median as a multiple of the bare loop's; NaN unless both were measured.
func (f *Figure) Ratio() float64 { return median(f.Chat) / median(f.Bare) }

// RatioToSQLite is the same to the bare loop that stores.
func (f *Figure) RatioToSQLite() float64 { return median(f.Chat) / median(f.SQLite) }

// ratios are the smallest and the largest Ratio within a round: how far the machine's noise goes.
func (f *Figure) ratios() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for i := range min(len(f.Bare), len(f.Chat)) {
		ratio := f.Chat[i] / f.Bare[i]
		low, high = min(low, ratio), max(high, ratio)
	}
	return low, high
}

// WriteJSON writes everything, each round's values included.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "\t")
	return e.Encode(r)
}

// WriteTable writes the medians for a person to read.
func (r *Report) WriteTable(w io.Writer) error {
	table := [][]string{{"", "unit", nameBare, nameSQLite, nameChat, "to " + nameSQLite, "ratio", "by round"}}
	for _, f := range r.Figures {
		spread := ""
		if low, high := f.ratios(); low <= high {
			spread = number(low) + "-" + number(high)
		}
		table = append(table, []string{f.What, f.Unit, number(median(f.Bare)), number(median(f.SQLite)),
			number(median(f.Chat)), number(f.RatioToSQLite()), number(f.Ratio()), spread})
	}
	_, err := fmt.Fprintf(w, "%s\n%s, %d cores, %s; rounds: %d, medians; an fsync of 4 KiB: %s ms (p50), %s ms (p99)\n",
		align(table), r.System, r.Cores, r.Go, r.Plan.Rounds, number(r.Fsync.P50), number(r.Fsync.P99))
	return err
}

// number has three digits that count; a dash stands for what was not measured.
func number(v float64) string {
	switch abs := math.Abs(v); {
	case math.IsNaN(v), math.IsInf(v, 0):
		return "-"
	case abs >= 99.95:
		return fmt.Sprintf("%.0f", v)
	case abs >= 9.995:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}

// align sets the first two columns to the left and the others, which are numbers, to the right.
func align(table [][]string) string {
	var width []int
	for _, row := range table {
		for i, cell := range row {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, row := range table {
		var line strings.Builder
		for i, cell := range row {
			space := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if i < 2 {
				line.WriteString(cell + space + "  ")
			} else {
				line.WriteString(space + cell + "  ")
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
