// Package panics words a recovered panic for the operator's log: what it was and where it began, in a
// line. No stack of calls goes into a log here.
package panics

import (
	"fmt"
	"log/slog"
	"runtime"
	"strings"
)

// Attr describes a recovered value r: its text, and the function and line that panicked. It is to be
// called in the deferred function that recovered r.
func Attr(r any) slog.Attr {
	return slog.Group("panic", "value", fmt.Sprint(r), "at", at())
}

// at is the first function outside of the runtime below the panic.
func at() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for panicked := false; ; {
		f, more := frames.Next()
		if panicked && !strings.HasPrefix(f.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", f.Function, f.Line)
		}
		panicked = panicked || f.Function == "runtime.gopanic"
		if !more {
			return "unknown"
		}
	}
}
