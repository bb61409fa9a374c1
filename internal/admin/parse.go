package admin

import (
	"errors"
	"strings"
)

// errHelp is what somebody wants who writes --help behind a command.
var errHelp = errors.New("help is wanted")

// parse reads what stands behind the word of a verb.
//
// The words are a shell's, or those of a line that was cut at each space; empty ones are spaces that
// a text keeps and everything else skips. A text takes all words that are left. That of a flag does so once nothing
// else is missing; before that it takes one, so that both these work:
//
//	kick bob --reason too noisy
//	kick --reason "too noisy" bob
func (v *verb) parse(words []string) (call, error) {
	p := parser{verb: v, words: words, missing: v.positionals(), call: call{params: Params{}}}
	for len(p.words) > 0 {
		if err := p.take(); err != nil {
			return call{}, err
		}
	}
	return p.call, v.check(p.params)
}

// A call is a verb's arguments, and how its answer is wanted.
type call struct {
	params Params
	json   bool // --json: as the server gives it
}

// yes is what a toggle that was given is on the wire.
const yes = "yes"

type parser struct {
	*verb
	words   []string // what is not read yet
	missing []arg    // the positional ones that have not come yet
	call
	noFlags bool // -- was read
}

// take reads one argument.
func (p *parser) take() error {
	w := p.words[0]
	switch {
	case w == "":
		p.words = p.words[1:]
		return nil
	case p.isFlag(w):
		return p.flag(w)
	case len(p.missing) == 0:
		return refuseSurplus(p.verb, w)
	}
	a := p.missing[0]
	p.missing = p.missing[1:]
	n := 1
	if a.kind == text {
		n = len(p.words)
	}
	p.params[a.name] = p.join(n)
	return nil
}

func (p *parser) isFlag(w string) bool { return !p.noFlags && strings.HasPrefix(w, "--") }

func (p *parser) flag(w string) error {
	p.words = p.words[1:]
	name, value, assigned := strings.Cut(w[2:], "=")
	switch name {
	case "":
		p.noFlags = true
		return nil
	case "help":
		return errHelp
	case "json":
		p.json = true
		return nil
	}
	a := p.arg(name, flag, toggle)
	switch {
	case a == nil:
		return refuseFlag(p.verb, name)
	case a.form == toggle && assigned:
		return refuseValue(p.verb, name)
	case a.form == toggle:
		p.params[a.name] = yes
		return nil
	}
	if assigned {
		p.words = append([]string{value}, p.words...)
	}
	n := min(1, len(p.words))
	if a.kind == text && len(p.missing) == 0 {
		for n < len(p.words) && !p.isFlag(p.words[n]) {
			n++
		}
	}
	if n == 0 {
		return refuseNoValue(p.verb, name)
	}
	p.params[a.name] = p.join(n)
	return nil
}

// join takes n words.
func (p *parser) join(n int) string {
	s := strings.Join(p.words[:n], " ")
	p.words = p.words[n:]
	return s
}

// splitLine cuts a typed line into words for parse. Quotes around a whole text are a shell's habit and no
// part of it.
func splitLine(line string) []string {
	words := strings.Split(strings.TrimSpace(line), " ")
	for i, w := range words {
		if !strings.HasPrefix(w, `"`) {
			continue
		}
		rest := strings.Join(words[i:], " ")
		if inner := strings.TrimSuffix(rest[1:], `"`); len(rest)-len(inner) == 2 && !strings.Contains(inner, `"`) {
			return append(words[:i:i], inner)
		}
		break
	}
	return words
}
