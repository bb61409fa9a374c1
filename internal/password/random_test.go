package password

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestARandomPasswordLetsItsOwnerIn(t *testing.T) {
	h := New(Settings{})
	password, stored := h.Random()
	if !regexp.MustCompile(`^([a-kmnp-z2-9]{4}-){3}[a-kmnp-z2-9]{4}$`).MatchString(password) {
		t.Errorf("%q is not as it should be typed", password)
	}
	if why := Weakness(password, "bob", len(password)); why != "" {
		t.Errorf("it would not be taken: %s", why)
	}
	ok, outdated, err := h.Verify(t.Context(), 0, "here", stored, password)
	if !ok || !outdated || err != nil {
		t.Errorf("ok = %v, outdated = %v, err = %v, want true, true, nil", ok, outdated, err)
	}
	if ok, _, _ := h.Verify(t.Context(), 0, "here", stored, strings.ToUpper(password)); ok {
		t.Error("another password is taken for it")
	}
}

func TestNoTwoRandomPasswordsAreEqual(t *testing.T) {
	h := New(Settings{Params: cheap})
	seen := map[string]bool{}
	for range 1000 {
		password, stored := h.Random()
		if seen[password] || seen[stored] {
			t.Fatalf("%s came twice", password)
		}
		seen[password], seen[stored] = true, true
	}
}

// What waits for its first login takes a hash of the usual cost besides, so that no time tells it from a name that does
// not exist.
func TestARandomPasswordIsVerifiedAtTheUsualCost(t *testing.T) {
	h := New(Settings{})
	_, stored := h.Random()
	var costs []Params
	h.derive = func(_ string, r record) []byte {
		costs = append(costs, r.Params)
		return make([]byte, len(r.key))
	}
	for _, phc := range []string{stored, ""} {
		costs = nil
		if _, _, err := h.Verify(t.Context(), 0, "here", phc, "guess"); err != nil {
			t.Fatal(err)
		}
		if len(costs) == 0 || costs[0] != h.params {
			t.Errorf("%q was verified at %v, want %v at least", phc, costs, h.params)
		}
	}
}

// A class's accounts are made while their teacher watches. The bound is that of a test that fails.
func TestRandomPasswordsNeedNoTurn(t *testing.T) {
	h := New(Settings{Concurrent: 1, Wait: time.Nanosecond})
	if err := h.turns.acquire(t.Context(), 0, "elsewhere"); err != nil {
		t.Fatal(err)
	}
	defer h.turns.release()
	if password, _ := h.Random(); password == "" {
		t.Error("none was made")
	}
}
