package admin

import (
	"context"
	"encoding/json"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/render"
)

// A verb is one thing that the console can do.
type verb struct {
	name string
	args []arg
	help string // one line
	acts bool   // it changes something, so it is in the audit table

	// serve does it, on the server. Its error is a refusal, of ours or the domain's, or a fault.
	serve func(context.Context, *request) (any, error)
	// show renders the answer, for the client, and says what to ask for next if there is more.
	show func(view, []byte) (text string, next Params, err error)
}

// An arg is an argument of a verb. Its name is that of the parameter on the wire.
type arg struct {
	name     string
	kind     argKind
	form     argForm
	optional bool // positional ones; all others are
}

// argKind says what an argument is: how much it takes, and how Tab completes it.
type argKind int

const (
	word    argKind = iota
	account         // the name of an account
	text            // the rest of the line
)

// argForm says how an argument is given.
type argForm int

const (
	positional argForm = iota
	flag               // --name VALUE
	internal           // on the wire only
)

// A view is how answers are shown.
type view struct {
	render.Viewer
	first bool // the answer is the only page, or the first
}

// paged is an answer that may not be all.
type paged interface{ rest() Params }

// with gives v its two ends. They share the type of the answer, so that they cannot disagree.
func with[A any](v verb, serve func(context.Context, *request) (A, error), show func(view, A) string) verb {
	v.serve = func(ctx context.Context, r *request) (any, error) { return serve(ctx, r) }
	v.show = func(w view, body []byte) (string, Params, error) {
		var a A
		if err := json.Unmarshal(body, &a); err != nil {
			return "", nil, err
		}
		if p, ok := any(a).(paged); ok {
			return show(w, a), p.rest(), nil
		}
		return show(w, a), nil, nil
	}
	return v
}

// usage is the line that says how v is typed: kick USER [--reason TEXT].
func (v *verb) usage() string {
	words := []string{v.name}
	for _, a := range v.args {
		name := strings.ToUpper(a.name)
		switch {
		case a.form == internal:
			continue
		case a.form == flag:
			name = "[--" + a.name + " " + strings.ToUpper(a.kind.String()) + "]"
		case a.optional:
			name = "[" + name + "]"
		}
		words = append(words, name)
	}
	return strings.Join(words, " ")
}

func (k argKind) String() string { return [...]string{"word", "user", "text"}[k] }

// arg finds an argument by its name among those of some forms.
func (v *verb) arg(name string, forms ...argForm) *arg {
	for i, a := range v.args {
		if a.name != name {
			continue
		}
		for _, f := range forms {
			if a.form == f {
				return &v.args[i]
			}
		}
	}
	return nil
}

func (v *verb) positionals() (list []arg) {
	for _, a := range v.args {
		if a.form == positional {
			list = append(list, a)
		}
	}
	return list
}

// check refuses parameters that v does not have, and those that are missing. The server does not take a
// client's word for it.
func (v *verb) check(p Params) error {
	for name := range p {
		if v.arg(name, positional, flag, internal) == nil {
			return refuseParam(v, name)
		}
	}
	for _, a := range v.positionals() {
		if p[a.name] == "" && !a.optional {
			return refuseMissing(v, a.name)
		}
	}
	return nil
}

func findVerb(name string) *verb {
	for i := range verbs {
		if verbs[i].name == name {
			return &verbs[i]
		}
	}
	return nil
}

// local are the words that need no server.
var local = []string{"help", "quit"}

// nearestVerb is the command that somebody may have meant, or none.
func nearestVerb(typed string) string {
	return chat.Nearest(strings.ToLower(typed), commandNames(), func(name string) string { return name })
}

func commandNames() (names []string) {
	for i := range verbs {
		names = append(names, verbs[i].name)
	}
	return append(names, local...)
}
