package config

// A Description is what the manual says of a key.
type Description struct {
	Section, Name string
	Default       string // as TOML spells it
	Text          string // a sentence or more; a line break is one wherever it suits
}

// Describe returns all keys, in the order of [Sample].
func Describe() []Description {
	all := make([]Description, len(keys))
	for i := range keys {
		k := &keys[i]
		all[i] = Description{k.section, k.name, k.rule.form.literal(k.initial), k.doc}
	}
	return all
}
