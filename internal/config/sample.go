package config

import (
	"fmt"
	"strings"
)

// Sample returns a TOML file that documents every key and sets none: each stands at its default,
// behind a "#" without a space, which tells it from a line of prose.
func Sample() string {
	var b strings.Builder
	b.WriteString(`# The settings of "sshchat serve --config FILE", each at its default: remove the # to change one.
# SSHCHAT_SECTION_KEY in the environment, such as SSHCHAT_LIMITS_MESSAGE_RATE, overrides this file;
# a flag overrides both. Durations are texts such as "90s", "5m" or "1h30m".
`)
	section := ""
	for i := range keys {
		k := &keys[i]
		if k.section != section {
			section = k.section
			fmt.Fprintf(&b, "\n[%s]\n", section)
		} else {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "# %s\n", strings.ReplaceAll(k.doc, "\n", "\n# "))
		fmt.Fprintf(&b, "#%s = %s\n", k.name, k.rule.form.literal(k.initial))
	}
	return b.String()
}
