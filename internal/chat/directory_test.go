package chat

import (
	"fmt"
	"testing"
)

func TestADirectoryIsBounded(t *testing.T) {
	var d directory
	for i := range maxKnown + 10 {
		d.add(fmt.Sprint(i), Person{ID: UserID(i)}, 0)
	}
	if n := len(d.people); n > maxKnown {
		t.Errorf("%d are remembered", n)
	}
	if p, ok, _ := d.get(fmt.Sprint(maxKnown + 9)); !ok || p.ID != maxKnown+9 {
		t.Errorf("the newest is %v, %v", p, ok)
	}
}

// Whoever was looked up while somebody was renamed may be that one, and a name that was theirs is another's some day.
func TestWhatIsForgottenDoesNotComeBack(t *testing.T) {
	var d directory
	_, _, since := d.get("alice")
	d.forget("alice")
	d.add("alice", Person{ID: 1}, since)
	if p, ok, _ := d.get("alice"); ok {
		t.Errorf("%v is remembered", p)
	}
	_, _, since = d.get("alice")
	d.add("alice", Person{ID: 2}, since)
	if p, ok, _ := d.get("alice"); !ok || p.ID != 2 {
		t.Errorf("the next one is %v, %v", p, ok)
	}
}
