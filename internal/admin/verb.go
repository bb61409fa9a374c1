package admin

import (
	"cmp"
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/render"
)

// A verb is one thing that the console can do.
type verb struct {
	name string // one word, or two: those of a kind stand together, as in "room close"
	args []arg
	help string // one line
	acts bool   // it changes something, so it is in the audit table
	// alone: it needs the database only, and is done on it directly where no server runs.
	alone bool
	// bare: where no server runs it is done on the data folder, without the database being opened before.
	bare bool
	wait time.Duration // the longest that it may take; 0: callWait
	// least is the least role with which one may do it in the chat. Zero: it is done on the server's machine only.
	least role
	// on gives the names of the accounts that it acts on, for those who do it in the chat. Nil: the one that it names first.
	on func(context.Context, *request) ([]string, error)
	// most is how long a request may be, in bytes; 0: maxBody.
	most int64

	// prepare completes the parameters at the operator's end: what is asked for, or read from a file. Nil: they are
	// complete.
	prepare func(context.Context, *run, Params) error
	// serve does it, on the server. Its error is a refusal, of ours or the domain's, or a fault.
	serve func(context.Context, *request) (any, error)
	// show renders the answer, for the client, and says what to ask for next if there is more.
	show func(view, []byte) (text string, next Params, err error)
	// stream stands in place of serve where the answer comes in parts, as there is something to tell: it gives each to
	// send, which waits for the client; nil only tells that it has begun. It ends with ctx, or with an error, which after
	// the first part is one of send's. Each part is shown by itself.
	stream func(ctx context.Context, r *request, send func(any) error) error
}

// An arg is an argument of a verb. Its name is that of the parameter on the wire.
type arg struct {
	name     string
	label    string // how usage shows it; empty: by its name
	kind     argKind
	form     argForm
	optional bool     // positional ones; all others are
	words    []string // the only ones that it can be; Tab completes them. Nil: it can be others
	among    standing // of an account: whom Tab completes
}

// argKind says what an argument is: how much it takes, and how Tab completes it.
type argKind int

const (
	word     argKind = iota
	account          // the name of an account
	room             // #NAME
	duration         // 90s, 10m, 2h, 7d
	number
	file  // a path on the server's machine; the client makes it absolute
	text  // the rest of the line
	input // the name of a file; on the wire what is in it
)

// standing is what those have in common whom an argument can be.
type standing int

const (
	anybody  standing = iota
	isBanned          // also addresses, keys and clients
	isMuted
	isDisabled
	isLocked // also addresses
)

// argForm says how an argument is given.
type argForm int

const (
	positional argForm = iota
	flag               // --name VALUE
	toggle             // --name: yes on the wire
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
	v.show = showing(show)
	return v
}

// showing is show for what comes from the wire.
func showing[A any](show func(view, A) string) func(view, []byte) (string, Params, error) {
	return func(w view, body []byte) (string, Params, error) {
		var a A
		if err := json.Unmarshal(body, &a); err != nil {
			return "", nil, err
		}
		if p, ok := any(a).(paged); ok {
			return show(w, a), p.rest(), nil
		}
		return show(w, a), nil, nil
	}
}

// usage is the line that says how v is typed: kick USER [--reason TEXT].
func (v *verb) usage() string {
	words := []string{v.name}
	for _, a := range v.args {
		name := a.shown()
		switch {
		case a.form == internal:
			continue
		case a.form == flag:
			name = "[--" + a.name + " " + strings.ToUpper(a.kind.String()) + "]"
		case a.form == toggle:
			name = "[--" + a.name + "]"
		case a.kind == room:
			name = "#" + name
			if a.optional {
				name = "[" + name + "]"
			}
		case a.optional:
			name = "[" + name + "]"
		}
		words = append(words, name)
	}
	return strings.Join(words, " ")
}

// shown is how usage calls a.
func (a arg) shown() string { return cmp.Or(a.label, strings.ToUpper(a.name)) }

func (k argKind) String() string {
	return [...]string{"word", "user", "room", "duration", "number", "file", "text", "file"}[k]
}

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

// target is whom or what an act is on: its first argument, unless that is a text or a file.
func (v *verb) target(p Params) string {
	if at := v.positionals(); len(at) > 0 && at[0].kind < text {
		return p[at[0].name]
	}
	return ""
}

// may reports whether somebody with a role may do v.
func (v *verb) may(r role) bool { return r == machine || r <= v.least }

// check refuses parameters that v does not have, and those that are missing. The server does not take a
// client's word for it.
func (v *verb) check(p Params) error {
	for name := range p {
		if v.arg(name, positional, flag, toggle, internal) == nil {
			return refuseParam(v, name)
		}
	}
	for _, a := range v.positionals() {
		if p[a.name] == "" && !a.optional {
			return refuseMissing(v, a.shown())
		}
	}
	return nil
}

// patience is how long a client waits for v.
func (v *verb) patience() time.Duration {
	if v.wait > 0 {
		return v.wait
	}
	return callWait
}

// absolute completes the paths in p, which mean the client's folder and not the server's.
func (v *verb) absolute(p Params) {
	for _, a := range v.args {
		if a.kind != file || p[a.name] == "" {
			continue
		}
		if abs, err := filepath.Abs(p[a.name]); err == nil {
			p[a.name] = abs
		}
	}
}

func findVerb(name string) *verb {
	for i := range verbs {
		if verbs[i].name == name {
			return &verbs[i]
		}
	}
	return nil
}

// match finds the verb that words begin with, the one of two words first, and what stands behind it.
func match(words []string) (v *verb, rest []string) {
	next := 1
	for next < len(words) && words[next] == "" {
		next++
	}
	if next < len(words) {
		if v := findVerb(words[0] + " " + words[next]); v != nil {
			return v, words[next+1:]
		}
	}
	return findVerb(words[0]), words[1:]
}

// path is where the server answers v: room close at /v1/room/close.
func (v *verb) path() string { return prefix + strings.ReplaceAll(v.name, " ", "/") }

// local are the words that are no verbs.
var local = []string{profileVerb, "help", "quit", "events on", "events off"}

// nearestVerb is the command that somebody may have meant, or none.
func nearestVerb(words []string) string {
	self := func(name string) string { return name }
	first := strings.ToLower(words[0])
	if kind := behind(first); len(kind) > 0 && len(words) > 1 {
		if second := chat.Nearest(strings.ToLower(words[1]), kind, self); second != "" {
			return first + " " + second
		}
	}
	if near := chat.Nearest(first, firstWords(), self); near != first {
		return near
	}
	return ""
}

// behind are the second words of the verbs whose first is word.
func behind(word string) (list []string) {
	for _, name := range commandNames() {
		if first, second, _ := strings.Cut(name, " "); second != "" && first == word {
			list = append(list, second)
		}
	}
	return list
}

// firstWords are what a command can begin with.
func firstWords() (list []string) {
	for _, name := range commandNames() {
		first, _, _ := strings.Cut(name, " ")
		if !slices.Contains(list, first) {
			list = append(list, first)
		}
	}
	return list
}

func commandNames() (names []string) {
	for i := range verbs {
		names = append(names, verbs[i].name)
	}
	return append(names, local...)
}
