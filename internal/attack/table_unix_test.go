//go:build unix

package attack

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// A table writes figures, a line each as they come: an attack takes seconds, and whoever waits wants to
// see it. So cells have a least width.
type table struct {
	w    *tabwriter.Writer
	head bool
}

func newTable(w io.Writer) *table { return &table{w: tabwriter.NewWriter(w, 9, 0, 2, ' ', 0)} }

func (t *table) add(f figures) {
	if !t.head {
		t.head = true
		fmt.Fprintf(t.w, "%-26s\tof\tMiB before\tduring\tafter\tCPU\tlog KiB\tline before\tduring\tworst\tafter\twhat they were told\n", "attack")
	}
	fmt.Fprintf(t.w, "%-26s\t%d\t%-10s\t%s\t%s\t%3.0f %%\t%d\t%-11s\t%s\t%s\t%s\t%s\n", f.attack.name, f.n,
		mib(f.before), mib(f.during), mib(f.after), 100*f.cpu, f.log>>10,
		short(f.calm.median), short(f.under.median), short(f.under.worst), short(f.later.median), f.result)
	t.w.Flush()
}

func mib(bytes int64) string { return fmt.Sprintf("%.0f", float64(bytes)/(1<<20)) }

// short is a time in milliseconds, or in seconds once it is one.
func short(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
