package config

import (
	"fmt"
	"strings"
)

const (
	prefix        = "SSHCHAT_"
	dataVariable  = prefix + "DATA"   // the short name of SSHCHAT_SERVER_DATA
	stateVariable = "STATE_DIRECTORY" // set by systemd for a unit with StateDirectory=
)

// fromEnviron returns what variables set. One that is set to nothing counts as not set, as shells
// and container files leave it so where they have no value. One that starts with SSHCHAT_ and is no
// key's is refused: a typo that is passed over would run the server with a default in silence.
func fromEnviron(environ []string) ([]setting, error) {
	var all []setting
	written := map[*key]setting{}
	for _, variable := range environ {
		name, text, _ := strings.Cut(variable, "=")
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		k := ofVariable(name)
		if k == nil {
			return nil, unknownVariable(name)
		}
		if text == "" {
			continue
		}
		s := setting{k, name, text}
		if other, twice := written[k]; twice && other.text != text {
			return nil, &Error{
				Where: name,
				Text:  fmt.Sprintf("%s, but %s says %s", quote(text), other.where, quote(other.text)),
				Hint:  "both name the same setting; unset one",
			}
		}
		written[k] = s
		all = append(all, s)
	}
	return all, nil
}

// fromSystemd returns the folder that systemd keeps for the server, if it runs the server. Of
// several it is the first.
func fromSystemd(environ []string) []setting {
	for _, variable := range environ {
		if text, ok := strings.CutPrefix(variable, stateVariable+"="); ok {
			if first, _, _ := strings.Cut(text, ":"); first != "" {
				return []setting{{find("server", "data"), stateVariable, first}}
			}
		}
	}
	return nil
}

// fromFlags returns what the command line sets.
func fromFlags(f Flags) []setting {
	var all []setting
	if f.Listen != nil {
		all = append(all, setting{find("server", "listen"), "--listen", *f.Listen})
	}
	if f.Data != nil {
		all = append(all, setting{find("server", "data"), "--data", *f.Data})
	}
	return all
}

// ofVariable returns the key that a variable sets, or nil.
func ofVariable(name string) *key {
	if name == dataVariable {
		return find("server", "data")
	}
	for i := range keys {
		if keys[i].variable() == name {
			return &keys[i]
		}
	}
	return nil
}
