package config

import (
	"fmt"
	"strings"
)

// unknownKey refuses a key that its section does not have: it is misspelt, or stands in the wrong
// section, or is made up.
func unknownKey(where, section, name string) error {
	e := &Error{Where: where, Text: "unknown key " + quote(name)}
	if near := nearest(name, names(section)); near != "" {
		e.Text += inBrackets(didYouMean(near))
	} else if other := elsewhere(name); other != "" {
		e.Text += inBrackets(other)
	} else {
		e.Hint = "keys of [" + section + "]: " + strings.Join(names(section), ", ")
	}
	return e
}

// outsideSections refuses a key above the first section.
func outsideSections(where, name string) error {
	e := &Error{Where: where, Text: fmt.Sprintf("key %s stands in no section", quote(name))}
	if other := elsewhere(name); other != "" {
		e.Text += inBrackets(other)
	} else {
		e.Hint = sectionsHint()
	}
	return e
}

func unknownSection(where, name string) error {
	e := &Error{Where: where, Text: "unknown section " + quote(name)}
	if near := nearest(name, sections()); near != "" {
		e.Text += inBrackets(didYouMean(near))
	} else {
		e.Hint = sectionsHint()
	}
	return e
}

// notATable refuses a section that is written as if it were a key, or twice as [[section]].
func notATable(where, name string) error {
	return &Error{
		Where: where,
		Text:  name + " is the name of a section",
		Hint:  fmt.Sprintf("[%s] stands on a line of its own, its keys below it", name),
	}
}

// unknownVariable refuses one that starts as those of a section do.
func unknownVariable(name string) error {
	e := &Error{Where: oneLine(short(name)), Text: "unknown variable"}
	if near := nearestVariable(name); near != "" {
		e.Text += inBrackets("did you mean " + near + "?")
	} else {
		e.Hint = "a variable is " + prefix + "SECTION_KEY, such as " + keys[0].variable()
	}
	return e
}

// nearestVariable returns the variable that was probably meant, or "". Only what follows the prefix counts as
// alike: the prefix would be so many letters that are right.
func nearestVariable(name string) string {
	known := []string{strings.TrimPrefix(dataVariable, prefix)}
	for i := range keys {
		known = append(known, strings.TrimPrefix(keys[i].variable(), prefix))
	}
	near := nearest(strings.TrimPrefix(name, prefix), known)
	if near == "" {
		return ""
	}
	return prefix + near
}

// elsewhere asks whether a key of any section was meant, or returns "".
func elsewhere(name string) string {
	var all []string
	for i := range keys {
		all = append(all, keys[i].name)
	}
	near := nearest(name, all)
	for i := range keys {
		if keys[i].name == near {
			return fmt.Sprintf("did you mean %q in [%s]?", near, keys[i].section)
		}
	}
	return ""
}

func sectionsHint() string { return "sections: [" + strings.Join(sections(), "], [") + "]" }

func inBrackets(s string) string { return " (" + s + ")" }
