package panics

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestAttrNamesWhatPanickedAndWhere(t *testing.T) {
	for name, f := range map[string]func(){
		"thrown":     func() { panic("too bad") },
		"nil map":    func() { nilMap()["x"] = 1 },
		"nil":        func() { *nilPointer() = 1 },
		"out of it":  func() { var s []int; _ = s[len(name(t))] },
		"in a child": func() { func() { panic("deep") }() },
	} {
		var log bytes.Buffer
		func() {
			defer func() {
				if r := recover(); r != nil {
					slog.New(slog.NewTextHandler(&log, nil)).Error("x", Attr(r))
				}
			}()
			f()
		}()
		text := log.String()
		if !strings.Contains(text, `panic.at="sshchat/internal/panics.`) || !strings.Contains(text, "(panics_test.go:") {
			t.Errorf("%s: %s", name, text)
		}
		if strings.Count(text, "\n") != 1 || strings.Contains(text, "goroutine") {
			t.Errorf("%s: not a line: %s", name, text)
		}
	}
}

func TestPanicsAreCounted(t *testing.T) {
	before := Count()
	for range 3 {
		Attr("too bad")
	}
	if n := Count() - before; n != 3 {
		t.Errorf("%d counted", n)
	}
}

func name(t *testing.T) string { return t.Name() }

func nilMap() map[string]int { return nil }

func nilPointer() *int { return nil }
