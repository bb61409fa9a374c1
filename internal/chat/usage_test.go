package chat

import (
	"fmt"
	"testing"
	"time"
)

func TestUsageFades(t *testing.T) {
	var u usage
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	if n := u.lately("a", now); n != 0 {
		t.Errorf("%d at first", n)
	}
	for range 10 {
		u.add("a", now)
	}
	for after, want := range map[time.Duration]int{0: 10, -time.Hour: 10, time.Minute: 3, 2 * time.Minute: 1, time.Hour: 0} {
		if n := u.lately("a", now.Add(after)); n != want {
			t.Errorf("%d after %v, want %d", n, after, want)
		}
	}
	if n := u.lately("b", now); n != 0 {
		t.Errorf("another has had %d", n)
	}
}

func TestUsageIsBounded(t *testing.T) {
	var u usage
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for i := range maxUsers + 100 {
		u.add(fmt.Sprint(i), now)
		u.add(fmt.Sprint(i), now)
	}
	if n := len(u.of); n > maxUsers || n < maxUsers*8/10 {
		t.Errorf("%d are remembered", n)
	}
	u.add("x", now.Add(time.Hour))
	u.forget(now.Add(time.Hour))
	if n := len(u.of); n != 1 {
		t.Errorf("%d are remembered after an hour", n)
	}
}
