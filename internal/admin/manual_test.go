package admin

import (
	"os"
	"regexp"
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

// The operators' page has a table of what each role may do in the chat, and the README one of all commands: both are
// those that there are.
func TestThePagesKnowTheCommands(t *testing.T) {
	roles := tableOf(t, "../../docs/accounts.md", "look", "act")
	for column, least := range []role{moderators, admins} {
		var want, got []string
		for _, v := range verbs {
			if v.least == least {
				want = append(want, v.name)
			}
		}
		for _, row := range roles {
			got = append(got, ticked(row[column])...)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("the page has for role %v\n%q, want\n%q", least, got, want)
		}
	}
	readme := strings.Join(slices.Concat(tableOf(t, "../../README.md", "look", "act", "accounts", "upkeep")...), " ")
	for _, v := range verbs {
		if word, _, _ := strings.Cut(v.name, " "); !strings.Contains(readme, "`"+word) {
			t.Errorf("the README does not name %s", v.name)
		}
	}
}

// tableOf gives the cells, but the first, of the rows of a page that begin with those words.
func tableOf(t *testing.T, page string, first ...string) (rows [][]string) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(line, "|\n "), " | ")
		if len(cells) > 1 && slices.Contains(first, cells[0]) {
			rows = append(rows, cells[1:])
		}
	}
	if len(rows) != len(first) {
		t.Fatalf("%s has %d of the rows %q", page, len(rows), first)
	}
	return rows
}

var inTicks = regexp.MustCompile("`([^`]+)`")

func ticked(cell string) (words []string) {
	for _, m := range inTicks.FindAllStringSubmatch(cell, -1) {
		words = append(words, m[1])
	}
	return words
}
