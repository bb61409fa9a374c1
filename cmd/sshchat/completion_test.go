package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/admin"
)

func TestWordsOfTheConsoleComeOneAfterTheOther(t *testing.T) {
	commands := []admin.Command{
		{Usage: "users [--online]", Help: "all accounts"},
		{Usage: "user add NAME", Help: "make an account"},
		{Usage: "user import FILE", Help: "make many"},
		{Usage: "kick USER", Help: "end a login"},
	}
	for _, c := range []struct {
		before []string
		typed  string
		want   []string
	}{
		{nil, "", []string{"users\tall accounts", "user", "kick\tend a login"}},
		{nil, "k", []string{"kick\tend a login"}},
		{nil, "x", nil},
		{[]string{"user"}, "", []string{"add\tmake an account", "import\tmake many"}},
		{[]string{"user"}, "i", []string{"import\tmake many"}},
		{[]string{"user", "add"}, "", nil},
		{[]string{"kick"}, "", nil},
		{[]string{"nonsense"}, "", nil},
	} {
		if diff := cmp.Diff(c.want, nextWords(commands, c.before, c.typed)); diff != "" {
			t.Errorf("behind %q, %q typed: -want +got\n%s", c.before, c.typed, diff)
		}
	}
}
