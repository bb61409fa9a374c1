package admin

import (
	"context"
	"slices"
	"strings"
)

// profile writes a profile of the server to where the console's answers go.
func (r *run) profile(ctx context.Context, words []string) error {
	if slices.Contains(words, "--help") || slices.Contains(words, "-h") {
		return r.help([]string{profileVerb})
	}
	kind, p, err := parseProfile(words)
	if err != nil {
		return err
	}
	if _, ok := terminal(r.Out); ok {
		return refuseTerminal(kind)
	}
	body, err := r.client.call(ctx, &verb{name: profileVerb + "/" + kind}, p)
	if err != nil {
		return err
	}
	return r.print(string(body))
}

// parseProfile reads KIND [--seconds N], where = may stand instead of the space.
func parseProfile(words []string) (kind string, p Params, err error) {
	if len(words) == 0 || !slices.Contains(profileKinds, words[0]) {
		return "", nil, refuseProfile
	}
	kind, p = words[0], Params{}
	rest := strings.Join(words[1:], "=")
	if rest == "" {
		return kind, p, nil
	}
	seconds, ok := strings.CutPrefix(rest, "--seconds=")
	if !ok || seconds == "" {
		return "", nil, refuseProfile
	}
	p["seconds"] = seconds
	return kind, p, nil
}
