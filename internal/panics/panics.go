// Package panics words a recovered panic for the operator's log: what it was and where it began, in a
// line. No stack trace goes into a log here.
package panics

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
)

var count atomic.Int64

// Count is how many panics this process has survived.
func Count() int { return int(count.Load()) }

// Attr describes a recovered value r: its text, and the functions and lines in which it was thrown. It is to
// be called in the deferred function that recovered r, once: it counts.
func Attr(r any) slog.Attr {
	count.Add(1)
	return slog.Group("panic", "value", fmt.Sprint(r), "at", at())
}

// at are the three innermost functions of the panic that are not the runtime's, innermost first.
func at() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	var calls []string
	for panicked := false; len(calls) < 3; {
		f, more := frames.Next()
		if panicked && !strings.HasPrefix(f.Function, "runtime.") {
			calls = append(calls, fmt.Sprintf("%s (%s:%d)", f.Function, filepath.Base(f.File), f.Line))
		}
		panicked = panicked || f.Function == "runtime.gopanic"
		if !more {
			break
		}
	}
	return strings.Join(calls, " < ")
}
