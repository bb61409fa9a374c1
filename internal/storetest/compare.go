package storetest

import (
	"errors"
	"net/netip"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sshchat/internal/sanitize"
)

var compare = cmp.Options{
	cmpopts.EquateComparable(sanitize.Text{}, netip.AddrPort{}),
	cmpopts.EquateEmpty(),
}

// equal ends the test unless got is want.
func (w *world) equal(what string, got, want any) {
	w.Helper()
	if diff := cmp.Diff(want, got, compare); diff != "" {
		w.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// refused ends the test unless err is the refusal want.
func (w *world) refused(err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Fatalf("got error %v, want %v", err, want)
	}
}

// refusal ends the test unless err is a refusal of type E, and gives it.
func refusal[E error](w *world, err error) E {
	w.Helper()
	var e E
	if !errors.As(err, &e) {
		w.Fatalf("got error %v, want a %T", err, e)
	}
	return e
}
