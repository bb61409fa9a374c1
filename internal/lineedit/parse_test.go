package lineedit

import (
	"strings"
	"testing"
)

// What a terminal may send without being asked must leave no trace.
func TestSequencesAreConsumedWhole(t *testing.T) {
	for name, seq := range map[string]string{
		"function keys":           "\x1bOP\x1bOS\x1b[15~\x1b[24;5~",
		"console function keys":   "\x1b[[A\x1b[[E",
		"Insert, page keys":       "\x1b[2~\x1b[5~\x1b[6~",
		"cursor report":           "\x1b[12;40R",
		"device attributes":       "\x1b[?62;1;6c\x1b[>0;276;0c",
		"private D is no arrow":   "\x1b[?1D",
		"focus":                   "\x1b[I\x1b[O",
		"SGR mouse":               "\x1b[<0;10;20M\x1b[<0;10;20m",
		"X10 mouse":               "\x1b[M !!\x1b[M#\xff\xfe",
		"back tab":                "\x1b[Z",
		"with intermediates":      "\x1b[1 q\x1b[?2004$y",
		"colour report by BEL":    "\x1b]11;rgb:0000/0000/0000\x07",
		"colour report by ST":     "\x1b]11;rgb:0000/0000/0000\x1b\\",
		"DCS, APC, PM, SOS":       "\x1bP1$r0m\x1b\\\x1b_x\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\",
		"string ended by CAN":     "\x1b]0;x\x18",
		"string ended by CR":      "\x1b]0;x\r",
		"string ended by CR LF":   "\x1b]0;x\r\n",
		"string ended by LF":      "\x1b]0;x\n",
		"B1: ESC and 256 bytes":   "\x1b[" + strings.Repeat("1", 256) + "A",
		"a long one with a key":   "\x1b[" + strings.Repeat(";", 64) + "H",
		"64 KiB of one sequence":  "\x1b[" + strings.Repeat("0;", 32<<10) + "~",
		"unused controls":         ctrl('@') + ctrl('O') + ctrl('Q') + ctrl('S') + ctrl('V') + ctrl('X') + ctrl('Z') + ctrl('\\') + ctrl(']') + ctrl('^'),
		"paste end without begin": "\x1b[201~",
		"huge parameters":         "\x1b[99999999999999999999;99999999999999999999~",
	} {
		t.Run(name, func(t *testing.T) {
			tm := newTerminal(t, Settings{})
			tm.types("a" + seq + "b")
			tm.wantEvents()
			tm.wantRow("> ab‸")
		})
	}
}

func TestSequencesAreCutShortByWhatCannotBeInThem(t *testing.T) {
	for _, tc := range []struct{ name, keys, row string }{
		{"a second ESC begins anew", "ab\x1b[1\x1b[Dx", "> ax‸b"},
		{"a string's ESC begins a sequence", "ab\x1b]0;t\x1b[Dx", "> ax‸b"},
		{"DEL in a sequence", "ab\x1b[1\x7fx", "> ax‸"},
		{"a letter outside ASCII in a sequence", "ab\x1b[1é", "> abé‸"},
		{"a control in a mouse report", "ab\x1b[M!" + ctrl('A') + "x", "> x‸ab"},
		{"a control in a console key", "ab\x1b[[" + ctrl('A') + "x", "> x‸ab"},
		{"^C in a string", "ab\x1b]0;t" + ctrl('C') + "x", "> x‸"},
		{"a string is bounded", "\x1b]" + strings.Repeat("x", maxString) + "yz", "> yz‸"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tm := newTerminal(t, Settings{})
			tm.types(tc.keys)
			tm.wantRow(tc.row)
		})
	}
}

func TestUTF8SplitAnywhere(t *testing.T) {
	for in, want := range map[string]string{
		"é你👍":               "é你👍",
		"\xe4\xbdA":         "\ufffd\ufffdA",
		"\xf0\x9f\x91\xe4A": "\ufffd\ufffd\ufffd\ufffdA",
		"\xf0\x9f你":         "\ufffd\ufffd你",
		"\xc0\x80":          "\ufffd\ufffd",
		"\xed\xa0\x80":      "\ufffd\ufffd\ufffd", // a surrogate
		"\xf4\x90\x80\x80x": "\ufffd\ufffd\ufffd\ufffdx",
	} {
		tm := newTerminal(t, Settings{})
		for i := range len(in) {
			tm.types(in[i : i+1])
		}
		if got := tm.e.Line(); got != want {
			t.Errorf("%q typed by bytes is %q, want %q", in, got, want)
		}
		tm.wantRow("> " + want + "‸")
	}
}
