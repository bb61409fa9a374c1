package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const header = "title T\nabout A\nscreen bob\nclock 2026-03-16 14:02\n"

func TestAScriptIsRead(t *testing.T) {
	s, err := parse("# what it is\ntitle  A title \n\nabout About it.\nscreen bob\r\n" +
		"clock 2026-03-16 14:02\n\tbob connects ssh -p 2222 host\nbob types # is no comment\nbob clears\nbob at #ops>\n")
	if err != nil {
		t.Fatal(err)
	}
	if s.title != "A title" || s.about != "About it." || s.screen != "bob" {
		t.Errorf("%+v", s)
	}
	var got []string
	for _, step := range s.steps {
		got = append(got, fmt.Sprintf("%d %s %s", step.line, step.at.Format("15:04"), step))
	}
	want := []string{"6 14:02 ", "7 00:00 bob connects ssh -p 2222 host", "8 00:00 bob types # is no comment",
		"9 00:00 bob clears", "10 00:00 bob at #ops>"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestArrivesIsAllThatItTakes(t *testing.T) {
	s, err := parse(header + "bob arrives\nbob at bob>\n")
	if err != nil {
		t.Fatal(err)
	}
	var verbs []string
	for _, step := range s.steps[1 : len(s.steps)-1] {
		verbs = append(verbs, step.verb)
	}
	if got := strings.Join(verbs, " "); got != "connects types at answers at answers at" {
		t.Errorf("to arrive is %s", got)
	}
}

func TestScriptsThatMakeNoPicture(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"", "a picture needs a title"},
		{"title T\nscreen bob\nclock 2026-03-16 14:02\nbob at >\n", "a picture needs a title"},
		{"title T\nabout A\nscreen bob\nbob at >\n", "the first thing that happens is the time"},
		{"title T\nabout A\nscreen bob\n", "the first thing that happens is the time"},
		{header, "an at or a begins of bob"},
		{header + "bob types x\n", "an at or a begins of bob"},
		{header + "bob at >\nalice at >\n", "an at or a begins of bob"},
		{header + "clock 14:03\n", `line 5: "14:03" is no time`},
		{header + "bob sleeps\n", `line 5: bob cannot "sleeps"`},
		{header + "\n# no\nbob\n", `line 7: bob cannot ""`},
		{header + "bob types\n", "line 5: bob types what?"},
		{header + "bob leaves early\n", "line 5: nothing stands behind leaves"},
		{header + "bob arrives late\n", `line 5: bob cannot "arrives"`},
	} {
		if _, err := parse(c.script); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.script, err, c.want)
		}
	}
}
