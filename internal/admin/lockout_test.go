package admin

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLockoutClear(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	const usage = "usage: lockout clear [WHO] [--all]"
	w.strikes("bob")
	w.types("lockout", "clear").fails(64, "lockout clear: WHO or --all is wanted, and not both", usage)
	w.types("lockout", "clear", "bob", "--all").fails(64, "lockout clear: WHO or --all is wanted, and not both", usage)
	w.types("lockout", "clear", "bob").says("ended 1 lock")
	w.types("lockouts").says("nobody is locked out")
	w.strikes("bob")
	w.types("lockout", "clear", "192.0.2.0/24", "--json").says(`{"locks":1}`)
	w.types("lockout", "clear", "--all").says("ended 0 locks")
	want := []string{
		me() + "|console|lockout clear|bob|",
		me() + "|console|lockout clear|192.0.2.0/24|",
		me() + "|console|lockout clear|all|",
	}
	if diff := cmp.Diff(want, w.audited()); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
}
