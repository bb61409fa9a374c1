// Package metrics counts what a process does, and tells it in the text format of Prometheus (version 0.0.4).
//
// Every series is made before anything happens: its labels are known by then, and there are as many series as
// there will ever be. What happens then costs an addition, without a lock, a map or an allocation. So nothing that a
// stranger chooses, such as a name or an address, can be a label.
package metrics

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Registry holds metrics in the order in which they were made. The zero value is an empty one. Its methods may be called
// from any goroutine.
//
// The methods that make a metric take pairs of a label and its value; all series of a name have the same labels,
// and the same help, of one line. They panic if they cannot keep what the format demands: that is a mistake in the
// program.
type Registry struct {
	mu       sync.Mutex
	families []*family
	refresh  []func()
}

// A family is all series of a name.
type family struct {
	name, help, kind string
	series           []series
}

// A series writes its samples.
type series struct {
	labels []string // pairs
	sample func(w *writer, f *family, labels []string)
}

// Counter is how often something has happened, or how much of it. It never goes down.
type Counter struct{ n atomic.Uint64 }

// Inc adds one.
func (c *Counter) Inc() { c.n.Add(1) }

// Add adds n.
func (c *Counter) Add(n int) { c.n.Add(uint64(n)) }

// Gauge is how much there is of something now.
type Gauge struct{ n atomic.Int64 }

// Add adds n, which may be negative.
func (g *Gauge) Add(n int) { g.n.Add(int64(n)) }

// Histogram is how long things took, sorted into buckets.
type Histogram struct {
	bounds []float64 // upper ones, in seconds, included in their bucket
	counts []atomic.Uint64
	sum    atomic.Uint64 // of seconds, as the bits of a float64
}

// Observe counts one more thing that took d.
func (h *Histogram) Observe(d time.Duration) {
	s := d.Seconds()
	i, _ := slices.BinarySearch(h.bounds, s)
	h.counts[i].Add(1)
	for {
		was := h.sum.Load()
		if h.sum.CompareAndSwap(was, math.Float64bits(math.Float64frombits(was)+s)) {
			return
		}
	}
}

// Counter makes a counter, whose name ends in _total.
func (r *Registry) Counter(name, help string, labels ...string) *Counter {
	c := new(Counter)
	r.CounterFunc(name, help, func() (float64, bool) { return float64(c.n.Load()), true }, labels...)
	return c
}

// Gauge makes a gauge.
func (r *Registry) Gauge(name, help string, labels ...string) *Gauge {
	g := new(Gauge)
	r.GaugeFunc(name, help, func() (float64, bool) { return float64(g.n.Load()), true }, labels...)
	return g
}

// CounterFunc is Counter for what is counted elsewhere: value gives it, or false while it is not known, and then
// nothing is told of it.
func (r *Registry) CounterFunc(name, help string, value func() (float64, bool), labels ...string) {
	r.add(name, help, "counter", labels, oneSample(value))
}

// GaugeFunc is CounterFunc for a gauge.
func (r *Registry) GaugeFunc(name, help string, value func() (float64, bool), labels ...string) {
	r.add(name, help, "gauge", labels, oneSample(value))
}

func oneSample(value func() (float64, bool)) func(*writer, *family, []string) {
	return func(w *writer, f *family, labels []string) {
		if v, ok := value(); ok {
			w.sample(f, "", labels, v)
		}
	}
}

// Histogram makes a histogram with buckets up to each of bounds, which rise, and one for what takes longer. Its name ends in
// _seconds.
func (r *Registry) Histogram(name, help string, bounds []time.Duration, labels ...string) *Histogram {
	h := &Histogram{counts: make([]atomic.Uint64, len(bounds)+1)}
	for _, b := range bounds {
		h.bounds = append(h.bounds, b.Seconds())
	}
	if len(bounds) == 0 || !slices.IsSorted(bounds) {
		panic(fmt.Sprintf("metrics: the bounds of %s do not rise", name))
	}
	r.add(name, help, "histogram", labels, h.samples)
	return h
}

// samples reads the buckets once, so that the count is their sum however many are added meanwhile.
func (h *Histogram) samples(w *writer, f *family, labels []string) {
	var total uint64
	for i := range h.counts {
		total += h.counts[i].Load()
		bound := math.Inf(1)
		if i < len(h.bounds) {
			bound = h.bounds[i]
		}
		w.sample(f, "_bucket", append(slices.Clip(labels), "le", number(bound)), float64(total))
	}
	w.sample(f, "_sum", labels, math.Float64frombits(h.sum.Load()))
	w.sample(f, "_count", labels, float64(total))
}

// Refresh has fn called each time before the metrics are written, so that functions which give values can share one
// look at what they tell of.
func (r *Registry) Refresh(fn func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refresh = append(r.refresh, fn)
}

// nameForm is narrower than what the format allows, for names and labels alike.
var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func isCounter(name string) bool { return strings.HasSuffix(name, "_total") }

func (r *Registry) add(name, help, kind string, labels []string, sample func(*writer, *family, []string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.family(name, help, kind)
	if why := f.refuses(help, kind, labels); why != "" {
		panic(fmt.Sprintf("metrics: %s %q: %s", name, labels, why))
	}
	f.series = append(f.series, series{labels, sample})
}

func (r *Registry) family(name, help, kind string) *family {
	for _, f := range r.families {
		if f.name == name {
			return f
		}
	}
	f := &family{name: name, help: help, kind: kind}
	r.families = append(r.families, f)
	return f
}

// refuses says why a series cannot be one of f's.
func (f *family) refuses(help, kind string, labels []string) string {
	names := labelNames(labels)
	switch {
	case !nameForm.MatchString(f.name) || help == "":
		return "it needs a name and a help"
	case isCounter(f.name) != (kind == "counter"):
		return "counters end in _total, and nothing else does"
	case help != f.help || kind != f.kind:
		return "it is something else already"
	case len(labels)%2 != 0:
		return "a label has no value"
	case slices.ContainsFunc(names, func(n string) bool { return n == "le" || !nameForm.MatchString(n) }):
		return "this cannot be a label"
	case len(f.series) > 0 && !slices.Equal(labelNames(f.series[0].labels), names):
		return "its labels are others"
	case slices.ContainsFunc(f.series, func(s series) bool { return slices.Equal(s.labels, labels) }):
		return "there is one already"
	}
	return ""
}

func labelNames(pairs []string) (names []string) {
	for i := 0; i < len(pairs); i += 2 {
		names = append(names, pairs[i])
	}
	return names
}
