package chat

import (
	"testing"

	"sshchat/internal/sanitize"
)

func TestMentions(t *testing.T) {
	for text, want := range map[string]bool{
		"@bob look": true, "look @Bob": true, "look, @bob.": true, "(@bob)": true, "bob: look": true, "BOB, look": true, "two @bob\n@bob": true,
		"@x @bob": true, "@@bob": true,
		"bob look": false, "look bob: no": false, "@bobby": false, "@bob-2": false, "bobby: look": false, "a@bob": false,
		"@": false, "@bo": false, "": false, "bob": false, "see bob@example.org": false, "@\u212Aob": false,
		"@bob님 hi": true, "@bobさん": true, "@bobа": true, "@bob²": false, "@bobék": false, "@bob\u0301": false,
	} {
		if got := Mentions(sanitize.Message(text), "bob", nil); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if Mentions(sanitize.Message("@ : ,"), "", nil) {
		t.Error("nobody is mentioned")
	}
}
