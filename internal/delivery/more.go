package delivery

import (
	"context"
	"slices"

	"sshchat/internal/chat"
)

// gaps are the stretches that still wait although the cursor is past them, oldest first. gen
// tells whether they have changed.
type gaps struct {
	list []chat.Stretch
	gen  int
}

// add appends a stretch behind all others, or to the last one if they touch.
func (g *gaps) add(s chat.Stretch) {
	if s.IsEmpty() {
		return
	}
	g.gen++
	// A new list each time: the old one may be on its way into the store.
	g.list = slices.Clone(g.list)
	if n := len(g.list); n > 0 && g.list[n-1].To+1 == s.From {
		g.list[n-1].To = s.To
		return
	}
	g.list = append(g.list, s)
}

// cut removes all up to through.
func (g *gaps) cut(through chat.EntryID) {
	g.gen++
	var rest []chat.Stretch
	for _, s := range g.list {
		s.From = max(s.From, through+1)
		if !s.IsEmpty() {
			rest = append(rest, s)
		}
	}
	g.list = rest
}

// MorePage is a page of what waits on its way from More to AcceptMore.
type MorePage struct {
	entries []*chat.Entry
	through chat.EntryID
	left    int
}

// More reads the oldest lines that wait in the gaps, 200 at most.
func (in *Inbox) More(ctx context.Context) (MorePage, error) {
	in.mu.Lock()
	stretches := slices.Clone(in.gaps.list)
	in.mu.Unlock()
	var p MorePage
	for len(stretches) > 0 && len(p.entries) == 0 {
		page, err := in.hub.store.Read(ctx, in.me, stretches[0], newestShown)
		if err != nil {
			return MorePage{}, err
		}
		p.entries, p.through = lines(page.Entries, stretches[0].From-1, page.Head), page.Through
		if stretches[0].From = page.Through + 1; stretches[0].IsEmpty() {
			stretches = stretches[1:]
		}
	}
	var err error
	p.left, err = in.count(ctx, stretches)
	return p, err
}

// AcceptMore takes what More has read: its lines, and how many are left.
func (in *Inbox) AcceptMore(p MorePage) (entries []*chat.Entry, left int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if p.through > 0 {
		in.gaps.cut(p.through)
	}
	return p.entries, p.left
}
