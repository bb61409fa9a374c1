package chat_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
)

// A word ends where the Latin script or digits meet another.
func TestWords(t *testing.T) {
	for text, want := range map[string][]string{
		"bob님":           {"bob", "님"},
		"К8s":            {"к", "8s"},
		"카톡2개":           {"카톡", "2", "개"},
		"Ünïx² e\u0301t": {"unix2", "et"},
		"日本go言語":         {"日", "本", "go", "言", "語"},
		"x86_64 a-b":     {"x86", "64", "a", "b"},
	} {
		if diff := cmp.Diff(want, chat.Words(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
