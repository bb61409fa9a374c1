package config

import (
	"fmt"
	"slices"
	"strings"
)

const (
	prefix        = "SSHCHAT_"
	dataVariable  = prefix + "DATA"   // the short name of SSHCHAT_SERVER_DATA
	stateVariable = "STATE_DIRECTORY" // set by systemd for a unit with StateDirectory=
)

// fromEnviron returns what variables set. One that is set to nothing counts as not set, as shells
// and container files leave it so where they have no value. One that starts as those of a section do and is
// no key's is refused: a typo that is passed over would run the server with a default in silence.
func fromEnviron(environ []string) ([]setting, error) {
	var all []setting
	written := map[*key]setting{}
	for _, variable := range environ {
		name, text, _ := strings.Cut(variable, "=")
		k := ofVariable(name)
		if k == nil && inSection(name) {
			return nil, unknownVariable(name)
		}
		if k == nil || text == "" {
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

// Ignored names the variables that start with SSHCHAT_ and no section's name, in a note of one line for the
// operator, or returns "". They are somebody else's: Kubernetes and Docker give every container SSHCHAT_PORT
// and more, once a service is called sshchat. Or the section is misspelt, so they are named.
func Ignored(environ []string) string {
	var all []string
	for _, variable := range environ {
		name, text, _ := strings.Cut(variable, "=")
		if text == "" || !strings.HasPrefix(name, prefix) || ofVariable(name) != nil || inSection(name) {
			continue
		}
		shown := oneLine(short(name))
		if near := nearestVariable(name); near != "" {
			shown += inBrackets("did you mean " + near + "?")
		}
		all = append(all, shown)
	}
	if len(all) == 0 {
		return ""
	}
	return "ignored: " + strings.Join(all, ", ")
}

// inSection reports whether a variable starts as those of a section do.
func inSection(name string) bool {
	return slices.ContainsFunc(sections(), func(section string) bool {
		return strings.HasPrefix(name, prefix+strings.ToUpper(section)+"_")
	})
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
	if f.Metrics != nil {
		all = append(all, setting{find("metrics", "listen"), "--metrics", *f.Metrics})
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
