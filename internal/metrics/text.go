package metrics

import (
	"bytes"
	"io"
	"strconv"
	"strings"
)

// ContentType is the media type of what Registry.Write writes.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// Write writes all metrics. Of several calls at once one waits for the other. The error is w's.
func (r *Registry) Write(w io.Writer) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, fn := range r.refresh {
		fn()
	}
	var all writer
	for _, f := range r.families {
		all.family(f)
	}
	_, err := w.Write(all.Bytes())
	return err
}

// A writer gathers the text.
type writer struct{ bytes.Buffer }

// family writes a family that has samples; one that has none is not mentioned.
func (w *writer) family(f *family) {
	start := w.Len()
	w.WriteString("# HELP " + f.name + " " + escapeHelp.Replace(f.help) + "\n")
	w.WriteString("# TYPE " + f.name + " " + f.kind + "\n")
	head := w.Len()
	for _, s := range f.series {
		s.sample(w, f, s.labels)
	}
	if w.Len() == head {
		w.Truncate(start)
	}
}

// sample writes a line.
func (w *writer) sample(f *family, suffix string, labels []string, value float64) {
	w.WriteString(f.name + suffix)
	for i := 0; i < len(labels); i += 2 {
		w.WriteByte("{,"[min(i, 1)])
		w.WriteString(labels[i] + `="` + escapeValue.Replace(labels[i+1]) + `"`)
	}
	if len(labels) > 0 {
		w.WriteByte('}')
	}
	w.WriteString(" " + number(value) + "\n")
}

var (
	escapeHelp  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	escapeValue = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// number writes a value as the format wants it; infinity is +Inf.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
