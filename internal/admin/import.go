package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
	"sshchat/internal/sshd"
)

const (
	// mostImported bounds the accounts of one import: the writer makes them in one go, and everyone else waits.
	mostImported = 10_000
	// maxImport bounds a file, in bytes: as many accounts with long keys.
	maxImport = 8 << 20
	// mostImportBody has room for such a file in JSON, in which a quote takes two bytes.
	mostImportBody = 2*maxImport + 1<<10
	// maxLabel bounds what is kept of a key's comment, in bytes.
	maxLabel = 100
)

// readImport puts the content of the file in the place of its name.
func readImport(_ context.Context, r *run, p Params) error {
	text, err := r.read(p["file"])
	if err != nil {
		return err
	}
	if text == "" {
		return refuseNoAccounts
	}
	p["file"] = text
	return nil
}

// read reads a file whole; - is the standard input.
func (r *run) read(name string) (string, error) {
	in := r.In
	switch {
	case name == "-" && r.fed:
		return "", refuseStdin
	case name != "-":
		f, err := os.Open(name)
		if err != nil {
			return "", noFile(err)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxImport+1))
	switch {
	case err != nil:
		return "", noFile(err)
	case len(text) > maxImport:
		return "", refuseImportSize
	}
	return string(text), nil
}

// An imported account, and the line that it stands on, from 1.
type imported struct {
	chat.Newcomer
	line int
}

// parseImport reads a file of accounts: a name and, if there is one, a public key a line. Empty lines, and those that
// begin with #, are nothing.
func parseImport(text string) (list []imported, err error) {
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) { // Windows puts one before a file
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if len(list) == mostImported {
			return nil, refuseManyAccounts
		}
		who, err := parseAccount(line)
		if err != nil {
			return nil, onLine(n, err)
		}
		list = append(list, imported{who, n})
	}
	if len(list) == 0 {
		return nil, refuseNoAccounts
	}
	return list, nil
}

func parseAccount(line string) (chat.Newcomer, error) {
	name, rest := line, ""
	if i := strings.IndexAny(line, " \t"); i >= 0 {
		name, rest = line[:i], strings.TrimSpace(line[i:])
	}
	if _, err := chat.ParseName(name); err != nil || rest == "" {
		return chat.Newcomer{Name: name}, err
	}
	key, err := sshd.ParsePublicKey(rest)
	if err != nil {
		return chat.Newcomer{}, &problem{Reason: "invalid", Text: err.Error()}
	}
	label := sanitize.Field(key.Comment, maxLabel).String()
	return chat.Newcomer{Name: name, Key: chat.Key{Fingerprint: key.Fingerprint, Public: key.Text, Label: label}}, nil
}

func serveUserImport(ctx context.Context, r *request) (Added, error) {
	list, err := parseImport(r.Params["file"])
	if err != nil {
		return Added{}, err
	}
	people := make([]chat.Newcomer, len(list))
	for i, one := range list {
		people[i] = one.Newcomer
	}
	made, err := r.enrol(ctx, people)
	if nth, ok := errors.AsType[*chat.NthError](err); ok {
		return Added{}, onLine(list[nth.Nth].line, nth.Err)
	}
	return made, err
}

// onLine says on which line of a file a refusal is; a fault stays one.
func onLine(n int, err error) error {
	p, ok := errors.AsType[*problem](err)
	if !ok {
		refusal, ok := chat.AsRefusal(err)
		if !ok {
			return err
		}
		p = problemOf(refusal)
	}
	return &problem{p.Reason, fmt.Sprintf("line %d: %s", n, p.Text), p.Hint}
}
