package config

import (
	"reflect"
	"slices"
	"strings"
)

// atStart are the keys that are read once: what they stand for is taken, or made, as the server starts.
var atStart = []string{"server.listen", "server.data", "server.admin_group", "metrics.listen", "limits.hashes", "login.auth_command", "log.format"}

// Over returns what is in force when next takes the place of c in a server that runs, and the keys, in order, in which
// the two differ: those that hold at once, and those that wait for a restart, which running has as c does.
func (next Config) Over(c Config) (running Config, now, later []string) {
	running = next
	for i := range keys {
		k := &keys[i]
		was, is := k.field(&c), k.field(&running)
		switch {
		case reflect.DeepEqual(was.Interface(), is.Interface()):
		case slices.Contains(atStart, k.path()):
			later = append(later, k.path())
			is.Set(was)
		default:
			now = append(now, k.path())
		}
	}
	return running, now, later
}

// field is where the key is in c: max_sessions of the section server is c.Server.MaxSessions.
func (k *key) field(c *Config) reflect.Value {
	v := reflect.ValueOf(c).Elem()
	for _, name := range []string{k.section, k.name} {
		name = strings.ReplaceAll(name, "_", "")
		v = v.FieldByNameFunc(func(field string) bool { return strings.EqualFold(field, name) })
	}
	return v
}
