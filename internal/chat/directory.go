package chat

import "sync"

// maxKnown bounds a directory, at some 100 bytes a person.
const maxKnown = 1 << 14

// A directory remembers accounts by their folded names. What renames or erases one forgets it here.
type directory struct {
	mu     sync.Mutex
	people map[string]Person
	forgot int // how often something was forgotten
}

// get gives an account, or what add is to be told if it is looked up elsewhere.
func (d *directory) get(key string) (p Person, ok bool, since int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p, ok = d.people[key]
	return p, ok, d.forgot
}

// add remembers what was looked up since get, unless something was forgotten meanwhile: it may have been that.
func (d *directory) add(key string, p Person, since int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if since != d.forgot {
		return
	}
	if d.people == nil || len(d.people) >= maxKnown {
		d.people = make(map[string]Person)
	}
	d.people[key] = p
}

func (d *directory) forget(key string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.people, key)
	d.forgot++
}
