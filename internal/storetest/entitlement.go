package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"sshchat/internal/chat"
)

// entitlement has people do at random whatever changes who sees what, and then asks in both ways what each may see: by the
// history, which goes through what was said, and by each number.
var entitlement = []story{
	{"the history and the numbers agree", func(w *world) {
		for seed := range uint64(4) {
			w.agrees(rand.New(rand.NewPCG(seed, 4)), fmt.Sprint("s", seed, "-"))
		}
	}},
}

func (w *world) agrees(r *rand.Rand, prefix string) {
	w.Helper()
	var people []chat.User
	var rooms []in
	for i := range 4 {
		people = append(people, w.signUp(chat.Name(fmt.Sprint(prefix, i))))
	}
	for i := range 2 {
		rooms = append(rooms, in{w.append(joining(people[i], chat.RoomName(fmt.Sprint("r", prefix, i)))).Room.ID})
	}
	var last chat.EntryID
	for range 150 {
		by, to, room := people[r.IntN(4)], people[r.IntN(4)], rooms[r.IntN(2)]
		d := w.deed(r, by, to, room, last)
		switch e, err := w.st.Append(w.ctx(), d); {
		case err == nil:
			last = e.ID
		case errors.Is(err, w.Context().Err()):
			w.Fatal(err)
		}
	}
	for _, u := range people {
		w.sameBothWays(u, rooms, last)
	}
}

// deed is something that somebody may do, or be refused.
func (w *world) deed(r *rand.Rand, by, to chat.User, room in, last chat.EntryID) chat.Draft {
	recent := max(1, last-chat.EntryID(r.IntN(10)))
	switch r.IntN(16) {
	case 0:
		return block(by, to)
	case 1:
		return unblock(by, to)
	case 2, 3:
		name := chat.RoomName(fmt.Sprint("r", by.Name[:len(by.Name)-1], r.IntN(2)))
		return joining(by, name)
	case 4:
		return room.leave(by)
	case 5:
		return room.do(chat.Kick, by, to)
	case 6:
		return room.do(chat.Invite, by, to)
	case 7:
		return room.govern(chat.Access, by, chat.User{}, []string{chat.HistoryAll, chat.HistoryJoined}[r.IntN(2)])
	case 8:
		return deleting(&chat.Entry{ID: recent, Sender: by.Person})
	case 9:
		return broadcast(by, "to all")
	case 10, 11:
		return direct(by, to, "private")
	case 12, 13:
		return editing(&chat.Entry{ID: recent, Sender: by.Person}, fmt.Sprint("edited after ", last))
	}
	return room.say(by, "in the room")
}

func (w *world) sameBothWays(u chat.User, rooms []in, last chat.EntryID) {
	w.Helper()
	seen := make(map[chat.EntryID]string)
	queries := []chat.LogQuery{{Limit: 10_000}}
	for _, r := range rooms {
		queries = append(queries, chat.LogQuery{In: r.talk(), Limit: 10_000})
	}
	for _, q := range queries {
		lines, err := w.st.Lines(w.ctx(), u.ID, q)
		w.must(err)
		for _, e := range lines {
			if !e.Deleted {
				seen[e.ID] = string(e.Kind) + " " + e.Body.String()
			}
		}
	}
	for id := range last + 1 {
		text := ""
		switch e, err := w.st.Entry(w.ctx(), u.ID, id); {
		case err == nil:
			text = string(e.Kind) + " " + e.Body.String()
		case !errors.Is(err, chat.ErrNoEntry):
			w.Fatal(err)
		}
		if text != seen[id] {
			w.Errorf("%s: line %d: by its number %q, in the history %q", u.Name, id, text, seen[id])
		}
	}
}
