package chat

import (
	"fmt"
	"testing"
)

func TestADirectoryIsBounded(t *testing.T) {
	var d directory
	for i := range maxKnown + 10 {
		d.add(fmt.Sprint(i), Person{ID: UserID(i)})
	}
	if n := len(d.people); n > maxKnown {
		t.Errorf("%d are remembered", n)
	}
	if p, ok := d.get(fmt.Sprint(maxKnown + 9)); !ok || p.ID != maxKnown+9 {
		t.Errorf("the newest is %v, %v", p, ok)
	}
}
