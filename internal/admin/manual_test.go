package admin

import (
	"slices"
	"strings"
	"testing"
)

func TestTheManualKnowsEveryCommand(t *testing.T) {
	var names []string
	for _, c := range Commands() {
		names = append(names, c.Name())
		if !strings.Contains(Help(), c.Usage) || !strings.Contains(Help(), c.Help) || c.Help == "" {
			t.Errorf("help does not say %q: %q", c.Usage, c.Help)
		}
	}
	if !slices.Equal(names, commandNames()) {
		t.Errorf("commands are %q, want %q", names, commandNames())
	}
}

func TestNamesEndWhereArgumentsBegin(t *testing.T) {
	for usage, name := range map[string]string{
		"quit":                              "quit",
		"kick USER|SESSION [--reason TEXT]": "kick",
		"user add NAME":                     "user add",
		"events [--follow]":                 "events",
		"help [COMMAND]":                    "help",
	} {
		if got := (Command{Usage: usage}).Name(); got != name {
			t.Errorf("%q is called %q, want %q", usage, got, name)
		}
	}
}
