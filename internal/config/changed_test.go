package config

import (
	"log/slog"
	"reflect"
	"slices"
	"testing"
	"time"
)

// Each key is found in the settings where its rule writes it.
func TestEveryKeyHasItsField(t *testing.T) {
	seen := map[uintptr]string{}
	var c Config
	for i := range keys {
		k := &keys[i]
		f := k.field(&c)
		if !f.IsValid() {
			t.Errorf("%s has no field", k.path())
			continue
		}
		if other := seen[f.Addr().Pointer()]; other != "" {
			t.Errorf("%s and %s have one field", other, k.path())
		}
		seen[f.Addr().Pointer()] = k.path()
		if err := k.rule.set(&c, k.initial); err != nil {
			t.Fatal(err)
		}
		if d := Default(); !reflect.DeepEqual(f.Interface(), k.field(&d).Interface()) {
			t.Errorf("%s is not what its rule writes", k.path())
		}
	}
	for _, path := range atStart {
		if !slices.ContainsFunc(keys, func(k key) bool { return k.path() == path }) {
			t.Errorf("no key %s", path)
		}
	}
}

func TestWhatANewConfigurationChanges(t *testing.T) {
	c, next := Default(), Default()
	if _, now, later := next.Over(c); now != nil || later != nil {
		t.Errorf("nothing has changed, but %v and %v", now, later)
	}
	next.Server.Listen, next.Server.MaxSessions = ":22", 9
	next.Limits.EditWindow, next.Limits.Hashes = time.Hour, 3
	next.Log.Level, next.Login.AuthCommand = slog.LevelDebug, []string{"/bin/true"}
	running, now, later := next.Over(c)
	if want := []string{"server.max_sessions", "limits.edit_window", "log.level"}; !slices.Equal(now, want) {
		t.Errorf("at once: %v, want %v", now, want)
	}
	if want := []string{"server.listen", "limits.hashes", "login.auth_command"}; !slices.Equal(later, want) {
		t.Errorf("at a restart: %v, want %v", later, want)
	}
	if running.Server.Listen != ":2222" || running.Limits.Hashes != 0 || running.Login.AuthCommand != nil || running.Server.MaxSessions != 9 {
		t.Errorf("in force is %+v", running)
	}
	// Asked again, it still waits for the restart.
	if _, now, later := next.Over(running); now != nil || len(later) != 3 {
		t.Errorf("again: %v and %v", now, later)
	}
}
