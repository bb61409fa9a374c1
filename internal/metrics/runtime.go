package metrics

import (
	"runtime/metrics"
	"time"
)

// began is when the process has begun, as far as Go code can tell.
var began = time.Now()

// goFamilies are those of Go's runtime, by the names that Go programs usually give them.
var goFamilies = []struct{ source, name, help string }{
	{"/sched/goroutines:goroutines", "go_goroutines", "Goroutines that exist now."},
	{"/memory/classes/heap/objects:bytes", "go_memstats_heap_alloc_bytes", "Memory of objects, alive or not yet swept."},
	{"/memory/classes/heap/released:bytes", "go_memstats_heap_released_bytes", "Memory given back to the system."},
	{"/memory/classes/total:bytes", "go_memstats_sys_bytes", "Memory mapped by the runtime, what was given back included."},
	{"/gc/heap/goal:bytes", "go_memstats_next_gc_bytes", "Size of the heap at which the next garbage collection ends."},
	{"/gc/heap/allocs:bytes", "go_memstats_alloc_bytes_total", "Memory allocated on the heap since the start."},
	{"/gc/cycles/total:gc-cycles", "go_gc_cycles_total", "Garbage collections that have ended."},
	{"/cpu/classes/gc/total:cpu-seconds", "go_gc_cpu_seconds_total", "Processor time of the garbage collector, estimated at each collection."},
}

// AddProcess adds the metrics of this process: go_* and, where the system tells, process_*.
func AddProcess(r *Registry) {
	samples := make([]metrics.Sample, len(goFamilies))
	for i, f := range goFamilies {
		samples[i].Name = f.source
	}
	r.Refresh(func() { metrics.Read(samples) })
	for i, f := range goFamilies {
		value := func() (float64, bool) { return valueOf(samples[i].Value) }
		if isCounter(f.name) {
			r.CounterFunc(f.name, f.help, value)
		} else {
			r.GaugeFunc(f.name, f.help, value)
		}
	}
	r.GaugeFunc("process_start_time_seconds", "When the process has begun, in seconds since 1970.",
		func() (float64, bool) { return float64(began.UnixMilli()) / 1000, true })
	addSystem(r)
}

// valueOf reads a sample; false for what this release of Go does not tell.
func valueOf(v metrics.Value) (float64, bool) {
	switch v.Kind() {
	case metrics.KindUint64:
		return float64(v.Uint64()), true
	case metrics.KindFloat64:
		return v.Float64(), true
	}
	return 0, false
}
