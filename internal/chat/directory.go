package chat

import "sync"

// maxKnown bounds a directory, at some 100 bytes a person.
const maxKnown = 1 << 14

// A directory remembers accounts by their folded names. Names do not change and accounts do not go: what renames or
// erases one will have to forget it here.
type directory struct {
	mu     sync.Mutex
	people map[string]Person
}

func (d *directory) get(key string) (Person, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p, ok := d.people[key]
	return p, ok
}

func (d *directory) add(key string, p Person) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.people == nil || len(d.people) >= maxKnown {
		d.people = make(map[string]Person)
	}
	d.people[key] = p
}
