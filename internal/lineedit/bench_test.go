package lineedit

import (
	"runtime"
	"strings"
	"testing"
)

// feedAll feeds keys and drops events and output.
func feedAll(e *Editor, keys []byte) {
	for len(keys) > 0 {
		n, _ := e.Feed(keys)
		keys = keys[n:]
	}
	e.Output()
}

func startedEditor() *Editor {
	e := New(Settings{})
	e.SetPrompt("#dev> ")
	e.Start()
	e.Output()
	return e
}

// BenchmarkKey types a word and deletes it, each key painted by itself.
func BenchmarkKey(b *testing.B) {
	for _, bm := range []struct {
		name, key string
		mode      func(*Editor)
	}{
		{"ascii", "a", func(*Editor) {}},
		{"cjk", "你", func(*Editor) {}},
		{"hint", "a", func(e *Editor) { e.SetHint(func(string) string { return " USER TEXT" }) }},
		{"linear", "a", func(e *Editor) { e.SetLinear(true) }},
	} {
		b.Run(bm.name, func(b *testing.B) {
			e := startedEditor()
			bm.mode(e)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i%16 < 8 {
					feedAll(e, []byte(bm.key))
				} else {
					feedAll(e, []byte{del})
				}
			}
		})
	}
}

// BenchmarkPrint is a message above a line that is being typed.
func BenchmarkPrint(b *testing.B) {
	e := startedEditor()
	feedAll(e, []byte("half a sentence"))
	b.ReportAllocs()
	for b.Loop() {
		e.Print("12:04 \x1b[1mbob\x1b[0m → you  the printer works again")
		e.Output()
	}
}

// BenchmarkKeyInLongLine is a key at the start, or the end, of 60 KiB.
func BenchmarkKeyInLongLine(b *testing.B) {
	for _, bm := range []struct{ name, unit, first, keys string }{
		{"start", "a", home, "x\x7f"},
		{"end", "a", end, "x\x7f"},
		{"end of cjk", "你", end, "x\x7f"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			e := startedEditor()
			feedAll(e, []byte(pasteBegin+strings.Repeat(bm.unit, 60<<10/len(bm.unit))+pasteEnd+bm.first))
			b.ReportAllocs()
			for b.Loop() {
				feedAll(e, []byte(bm.keys[:1]))
				feedAll(e, []byte(bm.keys[1:]))
			}
		})
	}
}

// BenchmarkHostile is what an attacker can make a byte cost: keys chosen to walk
// over, copy or cut a long line each time, 16 KiB of them painted at once.
func BenchmarkHostile(b *testing.B) {
	flags := strings.Repeat("🇩", 15<<10)
	for _, bm := range []struct{ name, line, keys string }{
		{"typing", "", "a"},
		{"typing cjk", "", "你"},
		{"marks", "e", "\u0301"},
		{"conjuncts", "", "क्"},
		{"invalid", "", "\xff\xe4"},
		{"kill and yank", strings.Repeat("é", 30<<10), ctrl('U') + ctrl('Y')},
		{"kill words", strings.Repeat("é ", 20<<10), ctrl('W') + ctrl('Y')},
		{"undo", strings.Repeat("é", 30<<10), ctrl('U') + ctrl('_')},
		{"home and end", flags, ctrl('A') + ctrl('E')},
		{"flags re-paired", flags + home, "🇪" + ctrl('A')},
		{"walk flags", flags + home, right + "x" + left + "\x7f" + right + left},
		{"insert at the start", strings.Repeat("a", 60<<10) + home, "x\x7f"},
		{"long words", strings.Repeat("a", 60<<10), "\x1bb\x1bf"},
		{"history", "", ctrl('P') + ctrl('N')},
		{"search", "", ctrl('R') + "aaab\x7fc\x7f" + ctrl('G')},
		{"search and delete", "", ctrl('R') + strings.Repeat("b\x7f", 100) + ctrl('G')},
		{"transpose", strings.Repeat("你", 20<<10), ctrl('T')},
		{"clear", "", ctrl('L')},
		{"tab", strings.Repeat("a", 4<<10), "\t"},
		{"interrupt", "", ctrl('Y') + ctrl('C')},
		{"sequences", "", "\x1b[1;2;3;4~"},
		{"strings", "", "\x1b]0;\x1b"},
		{"pastes", "", pasteBegin + pasteEnd},
		{"open paste", pasteBegin, "a\x1b[201"},
		{"line breaks", "", altEnter},
		{"linear: typing", "", "a"},
		{"linear: typing at the end", strings.Repeat("é", 30<<10), "a\x7f"},
		{"linear: kill and yank", strings.Repeat("é", 30<<10), ctrl('U') + ctrl('Y')},
		{"linear: home and end", strings.Repeat("é", 30<<10), ctrl('A') + ctrl('E')},
		{"linear: clear", strings.Repeat("é", 30<<10), ctrl('L')},
		{"linear: search", "", ctrl('R') + "aaab\x7fc\x7f" + ctrl('G')},
	} {
		b.Run(bm.name, func(b *testing.B) {
			e := startedEditor()
			e.SetLinear(strings.HasPrefix(bm.name, "linear"))
			for range 40 {
				feedAll(e, []byte(pasteBegin+strings.Repeat("a", 8<<10)+"é"+pasteEnd+"\r"))
			}
			text, first := strings.TrimSuffix(bm.line, home), bm.line[len(strings.TrimSuffix(bm.line, home)):]
			if text == pasteBegin {
				feedAll(e, []byte(text))
			} else {
				feedAll(e, []byte(pasteBegin+text+pasteEnd+ctrl('U')+ctrl('Y')+first))
			}
			keys := []byte(strings.Repeat(bm.keys, 16<<10/len(bm.keys)))
			b.SetBytes(int64(len(keys)))
			for b.Loop() {
				feedAll(e, keys)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(keys)), "ns/byte")
		})
	}
}

// BenchmarkIdle reports the heap of a session that has been used and waits.
func BenchmarkIdle(b *testing.B) {
	const n = 1000
	for b.Loop() {
		editors := make([]*Editor, n)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range editors {
			e := startedEditor()
			feedAll(e, []byte("login bob\r"))
			e.Ask("password: ", true)
			feedAll(e, []byte("secret12\r"))
			e.EndAsk()
			feedAll(e, []byte("message carol hello\r"))
			e.Print("12:04 bob → you  the printer works again")
			e.Output()
			editors[i] = e
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "B/session")
		runtime.KeepAlive(editors)
	}
}
