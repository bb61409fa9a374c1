package metrics

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func text(t *testing.T, r *Registry) string {
	t.Helper()
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextFormat(t *testing.T) {
	var r Registry
	sent := r.Counter("sent_total", "Letters, by kind.", "kind", "card")
	r.Counter("sent_total", "Letters, by kind.", "kind", "parcel")
	open := r.Gauge("open", "Windows.")
	took := r.Histogram("took_seconds", "How long it took.", []time.Duration{time.Millisecond, time.Second}, "op", "read")
	sent.Inc()
	sent.Add(1_000_000)
	open.Add(3)
	open.Add(-5)
	for _, d := range []time.Duration{0, time.Millisecond, 500 * time.Millisecond, time.Hour} {
		took.Observe(d)
	}
	want := `# HELP sent_total Letters, by kind.
# TYPE sent_total counter
sent_total{kind="card"} 1.000001e+06
sent_total{kind="parcel"} 0
# HELP open Windows.
# TYPE open gauge
open -2
# HELP took_seconds How long it took.
# TYPE took_seconds histogram
took_seconds_bucket{op="read",le="0.001"} 2
took_seconds_bucket{op="read",le="1"} 3
took_seconds_bucket{op="read",le="+Inf"} 4
took_seconds_sum{op="read"} 3600.501
took_seconds_count{op="read"} 4
`
	if diff := cmp.Diff(want, text(t, &r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What stands in a text cannot end it, nor begin a line of its own.
func TestTextsAreEscaped(t *testing.T) {
	var r Registry
	r.Gauge("odd", "a\\b\nodd 7", "x", "say \"hi\"\n\\", "y", "µ")
	want := `# HELP odd a\\b\nodd 7
# TYPE odd gauge
odd{x="say \"hi\"\n\\",y="µ"} 0
`
	if diff := cmp.Diff(want, text(t, &r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Of what is not known nothing is told: 0 would be a lie.
func TestWhatIsNotKnownIsLeftOut(t *testing.T) {
	var r Registry
	known, looks := false, 0
	r.Refresh(func() { looks++ })
	value := func() (float64, bool) { return float64(looks), known }
	r.GaugeFunc("size", "Size.", value)
	r.CounterFunc("looks_total", "Looks.", value)
	if got := text(t, &r); got != "" {
		t.Errorf("told:\n%s", got)
	}
	known = true
	want := "# HELP size Size.\n# TYPE size gauge\nsize 2\n# HELP looks_total Looks.\n# TYPE looks_total counter\nlooks_total 2\n"
	if diff := cmp.Diff(want, text(t, &r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMistakesOfTheProgram(t *testing.T) {
	second := []time.Duration{time.Second}
	for name, mistake := range map[string]func(*Registry){
		"no help":               func(r *Registry) { r.Gauge("x", "") },
		"no name":               func(r *Registry) { r.Gauge("", "X.") },
		"a name in capitals":    func(r *Registry) { r.Gauge("Xs", "X.") },
		"a counter's name":      func(r *Registry) { r.Counter("x", "X.") },
		"a gauge's name":        func(r *Registry) { r.Gauge("x_total", "X.") },
		"a label alone":         func(r *Registry) { r.Gauge("x", "X.", "a") },
		"a label with a dash":   func(r *Registry) { r.Gauge("x", "X.", "a-b", "1") },
		"the label of a bucket": func(r *Registry) { r.Gauge("x", "X.", "le", "1") },
		"twice":                 func(r *Registry) { r.Gauge("there", "There.", "a", "1") },
		"other labels":          func(r *Registry) { r.Gauge("there", "There.", "b", "1") },
		"no labels":             func(r *Registry) { r.Gauge("there", "There.") },
		"another help":          func(r *Registry) { r.Gauge("there", "Not.", "a", "2") },
		"another kind":          func(r *Registry) { r.Histogram("there", "There.", second, "a", "2") },
		"no buckets":            func(r *Registry) { r.Histogram("x_seconds", "X.", nil) },
		"buckets that fall":     func(r *Registry) { r.Histogram("x_seconds", "X.", []time.Duration{2, 1}) },
	} {
		var r Registry
		r.Gauge("there", "There.", "a", "1")
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is taken", name)
				}
			}()
			mistake(&r)
		}()
	}
}

// Nothing is lost where many count at once, and what is read meanwhile makes sense.
func TestCountedByMany(t *testing.T) {
	const people, times = 8, 1000
	var r Registry
	n := r.Counter("n_total", "N.")
	h := r.Histogram("n_seconds", "N.", []time.Duration{time.Second})
	var counting sync.WaitGroup
	for range people {
		counting.Go(func() {
			for range times {
				n.Inc()
				h.Observe(2 * time.Second)
			}
		})
	}
	for range 10 {
		got := text(t, &r)
		if bucket, count := value(t, got, `n_seconds_bucket{le="+Inf"}`), value(t, got, "n_seconds_count"); bucket != count {
			t.Errorf("%v in the buckets, %v in all", bucket, count)
		}
	}
	counting.Wait()
	got := text(t, &r)
	if n, sum := value(t, got, "n_total"), value(t, got, "n_seconds_sum"); n != people*times || sum != 2*people*times {
		t.Errorf("%v counted, %v s in all", n, sum)
	}
}

func value(t *testing.T, text, series string) float64 {
	t.Helper()
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(line, series+" "); ok {
			f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
	}
	t.Fatalf("no %s in\n%s", series, text)
	return 0
}

// What is done for each event costs no memory.
func TestToCountAllocatesNothing(t *testing.T) {
	var r Registry
	c, g := r.Counter("c_total", "C."), r.Gauge("g", "G.")
	h := r.Histogram("h_seconds", "H.", []time.Duration{1, 10, 100})
	if n := testing.AllocsPerRun(100, func() { c.Inc(); g.Add(-1); h.Observe(50) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestTheProcess(t *testing.T) {
	var r Registry
	AddProcess(&r)
	got := text(t, &r)
	least := map[string]float64{
		"go_goroutines": 1, "go_memstats_heap_alloc_bytes": 1 << 10, "go_memstats_sys_bytes": 1 << 20,
		"go_memstats_next_gc_bytes": 1 << 20, "go_memstats_alloc_bytes_total": 1 << 10,
		"go_memstats_heap_released_bytes": 0, "go_gc_cycles_total": 0, "go_gc_cpu_seconds_total": 0,
		"process_start_time_seconds": float64(time.Now().Add(-time.Hour).Unix()),
	}
	if runtime.GOOS == "linux" {
		least["process_cpu_seconds_total"] = 0
		least["process_resident_memory_bytes"] = 1 << 20
		least["process_open_fds"] = 3
		least["process_max_fds"] = 16
	}
	for name, least := range least {
		if v := value(t, got, name); v < least {
			t.Errorf("%s is %v", name, v)
		}
	}
	if now := float64(time.Now().Unix() + 1); value(t, got, "process_start_time_seconds") > now {
		t.Error("the process begins in the future")
	}
}

func TestFilesThatAreOpened(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells")
	}
	var r Registry
	AddProcess(&r)
	before := value(t, text(t, &r), "process_open_fds")
	for range 5 {
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
	}
	if now := value(t, text(t, &r), "process_open_fds"); now != before+5 {
		t.Errorf("%v open, and %v before five were opened", now, before)
	}
}

func TestPrometheusTakesIt(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("no promtool on this machine")
	}
	var r Registry
	AddProcess(&r)
	r.Histogram("odd_seconds", "a\\b\n\"c\".", []time.Duration{1}, "x", "a\"b\n\\c").Observe(time.Hour)
	check := exec.Command(promtool, "check", "metrics")
	check.Stdin = strings.NewReader(text(t, &r))
	if out, err := check.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v:\n%s", err, out)
	}
}

type full struct{ error }

func (f full) Write([]byte) (int, error) { return 0, f }

func TestWhoeverAskedHasGone(t *testing.T) {
	var r Registry
	r.Gauge("x", "X.")
	gone := full{errors.New("gone")}
	if err := r.Write(gone); !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
}

func BenchmarkCounter(b *testing.B) {
	c := new(Registry).Counter("x_total", "X.")
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			c.Inc()
		}
	})
}

func BenchmarkHistogram(b *testing.B) {
	h := new(Registry).Histogram("x_seconds", "X.", []time.Duration{1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9})
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			h.Observe(5 * time.Millisecond)
		}
	})
}
