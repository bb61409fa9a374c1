package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// script is what happens before a picture is taken.
type script struct {
	title, about string
	screen       string // the name of the person whose screen is shown
	steps        []step
}

// step is one thing that happens.
type step struct {
	line int
	at   time.Time // what the clock says from now on; zero: somebody does something
	who  string
	verb string
	text string
}

func (s step) String() string { return strings.TrimSpace(s.who + " " + s.verb + " " + s.text) }

// clockForm is how a script writes a time, in UTC.
const clockForm = "2006-01-02 15:04"

// parse reads a script; the package's comment says what is in one. An error names the line.
func parse(text string) (*script, error) {
	s := &script{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := s.add(n, line); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return s, s.check()
}

func (s *script) add(n int, line string) error {
	first, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch first {
	case "title":
		s.title = rest
	case "about":
		s.about = rest
	case "screen":
		s.screen = rest
	case "clock":
		at, err := time.Parse(clockForm, rest)
		if err != nil {
			return fmt.Errorf("%q is no time such as 2026-03-16 14:02", rest)
		}
		s.steps = append(s.steps, step{line: n, at: at})
	default:
		return s.addVerb(step{line: n, who: first}, rest)
	}
	return nil
}

func (s *script) addVerb(st step, rest string) error {
	st.verb, st.text, _ = strings.Cut(rest, " ")
	st.text = strings.TrimSpace(st.text)
	if st.verb == "arrives" && st.text == "" {
		s.steps = append(s.steps, arrival(st.line, st.who)...)
		return nil
	}
	v, ok := verbs[st.verb]
	switch {
	case !ok:
		return fmt.Errorf("%s cannot %q", st.who, st.verb)
	case v.takesText && st.text == "":
		return fmt.Errorf("%s %s what?", st.who, st.verb)
	case !v.takesText && st.text != "":
		return fmt.Errorf("nothing stands behind %s", st.verb)
	}
	s.steps = append(s.steps, st)
	return nil
}

// check refuses what would make no picture, or not always the same.
func (s *script) check() error {
	if s.title == "" || s.about == "" || s.screen == "" {
		return errors.New("a picture needs a title, an about and a screen")
	}
	if len(s.steps) == 0 || s.steps[0].at.IsZero() {
		return errors.New("the first thing that happens is the time: clock " + clockForm)
	}
	if last := s.steps[len(s.steps)-1]; last.who != s.screen || !verbs[last.verb].settles {
		return fmt.Errorf("the last thing that happens is an at or a begins of %s, whose screen is shown", s.screen)
	}
	return nil
}
