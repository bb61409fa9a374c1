package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/BurntSushi/toml"
)

// mostBytes bounds the file: the parser calls itself for each nested bracket.
const mostBytes = 256 << 10

// fromFile returns what a TOML file sets, in its order; nothing where there is no name.
func fromFile(name string) ([]setting, error) {
	if name == "" {
		return nil, nil
	}
	where := oneLine(name)
	f, err := os.Open(name)
	if err != nil {
		return nil, &Error{Where: where, Text: "cannot open the file: " + cause(err), Hint: "--config names it"}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostBytes+1))
	if err != nil {
		return nil, &Error{Where: where, Text: "cannot read the file: " + cause(err)}
	}
	if len(text) > mostBytes {
		return nil, &Error{Where: where, Text: fmt.Sprintf("larger than %d KiB", mostBytes>>10)}
	}
	return parse(where, string(text))
}

// cause is what the system said, without the name of the call and of the file.
func cause(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return err.Error()
}

// A document is a TOML file that has been read. The parser keeps to itself on which line a key
// stands: only an error of its own tells it, see line.
type document struct {
	name string
	md   toml.MetaData
	top  map[string]toml.Primitive
}

// parse returns what text, the content of the file name, sets, in its order.
func parse(name, text string) ([]setting, error) {
	d := document{name: name}
	var err error
	if d.md, err = toml.Decode(text, &d.top); err != nil {
		return nil, d.malformed(err)
	}
	var all []setting
	for _, at := range d.md.Keys() {
		s, err := d.setting(at)
		if err != nil {
			return nil, err
		}
		if s.key != nil {
			all = append(all, s)
		}
	}
	return all, nil
}

// setting returns what the file says at a key; no key for the head of a section.
func (d *document) setting(at toml.Key) (setting, error) {
	isTable := len(at) > 1 || d.md.Type(at[0]) == "Hash"
	isSection := len(names(at[0])) > 0
	switch {
	case isSection && !isTable:
		return setting{}, notATable(d.where(at), at[0])
	case !isSection && !isTable && d.md.Type(at[0]) != "ArrayHash":
		return setting{}, outsideSections(d.where(at), at[0])
	case !isSection:
		return setting{}, unknownSection(d.where(at), at[0])
	case len(at) == 1:
		return setting{}, nil
	}
	k := find(at[0], at[1])
	if k == nil {
		return setting{}, unknownKey(d.where(at), at[0], at[1])
	}
	value := d.value(at[0], at[1])
	text, ok := k.rule.form.text(value)
	if !ok {
		return setting{}, k.refuse(d.where(at), &misfit{k.rule.wants, typeName(value), spelling(k.rule.form, value)})
	}
	return setting{k, d.where(at), text}, nil
}

// value returns what the parser has read for a key of a section, which is a table.
func (d *document) value(section, name string) any {
	var in map[string]any
	if err := d.md.PrimitiveDecode(d.top[section], &in); err != nil {
		return nil
	}
	return in[name]
}

// where is FILE:LINE of a key.
func (d *document) where(at toml.Key) string {
	if n := d.line(d.top[at[0]], at[1:]); n > 0 {
		return fmt.Sprintf("%s:%d", d.name, n)
	}
	return d.name
}

// line returns the line of the value at the end of the path below p, of the last on the way there
// that has one, or 0.
func (d *document) line(p toml.Primitive, path []string) int {
	n := 0
	if pe, ok := errors.AsType[toml.ParseError](d.md.PrimitiveDecode(p, refuser{})); ok {
		n = pe.Position.Line
	}
	var below map[string]toml.Primitive
	if len(path) == 0 || d.md.PrimitiveDecode(p, &below) != nil {
		return n
	}
	if m := d.line(below[path[0]], path[1:]); m > 0 {
		return m
	}
	return n
}

// A refuser takes no value, so that the parser says on which line the value stands.
type refuser struct{}

func (refuser) UnmarshalTOML(any) error { return errors.New("refused") }

func (d *document) malformed(err error) error {
	pe, ok := errors.AsType[toml.ParseError](err)
	if !ok {
		return &Error{Where: d.name, Text: "not TOML: " + oneLine(short(err.Error()))}
	}
	return &Error{
		Where: fmt.Sprintf("%s:%d", d.name, pe.Position.Line),
		Text:  "not TOML: " + oneLine(short(pe.Message)),
		Hint:  `words, addresses and durations stand in quotes, as in lockout = "60s"`,
	}
}

// typeName says what the parser has read where something else belongs.
func typeName(value any) string {
	switch v := value.(type) {
	case string:
		return "the string " + quote(v)
	case int64, float64:
		return fmt.Sprintf("the number %v", v)
	case bool:
		return fmt.Sprint(v)
	case []any, []map[string]any:
		return "such a list"
	case map[string]any:
		return "a section"
	}
	return "a date"
}

// spelling is the hint for a value of another form than the key's.
func spelling(f form, value any) string {
	_, quoted := value.(string)
	switch {
	case quoted && (f == aWhole || f == aFraction):
		return "numbers stand without quotes"
	case f == aCommand:
		return `a program stands in brackets with its arguments, as in ["/usr/local/bin/check", "--quiet"]`
	case f == aList:
		return `a list of strings stands in brackets, as in ["10.1.0.0/16", "192.0.2.7"]`
	case f == aDuration:
		return `a duration has a unit and stands in quotes, as in "60s"`
	case f == aString && !quoted:
		return "it stands in quotes"
	}
	return ""
}
