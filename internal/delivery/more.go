package delivery

import (
	"cmp"
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

// have reports whether an id lies in one of them.
func (g *gaps) have(id chat.EntryID) bool {
	return slices.ContainsFunc(g.list, func(s chat.Stretch) bool { return s.From <= id && id <= s.To })
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
	from    chat.EntryID
	through chat.EntryID
	left    int
}

// More reads the oldest lines that wait in the gaps, 200 at most.
func (in *Inbox) More(ctx context.Context) (p MorePage, err error) {
	in.mu.Lock()
	stretches, paged := slices.Clone(in.gaps.list), in.paged
	in.paging, in.late = true, nil
	in.mu.Unlock()
	defer func() {
		if err != nil { // it will not be accepted
			in.mu.Lock()
			in.paging, in.late = false, nil
			in.mu.Unlock()
		}
	}()
	for len(stretches) > 0 && len(p.entries) == 0 {
		page, err := in.hub.store.Read(ctx, in.me, stretches[0], newestShown)
		if err != nil {
			return MorePage{}, err
		}
		wait, from := gaps{list: stretches}, stretches[0].From
		p.entries = lines(page.Entries, page.Head, func(ref chat.EntryID) bool {
			return ref < from && !wait.have(ref) && !paged.have(ref)
		})
		p.from, p.through = cmp.Or(p.from, from), page.Through
		if stretches[0].From = page.Through + 1; stretches[0].IsEmpty() {
			stretches = stretches[1:]
		}
	}
	p.left, err = in.count(ctx, stretches)
	return p, err
}

// AcceptMore takes what More has read: its lines, and how many are left.
func (in *Inbox) AcceptMore(p MorePage) (entries []*chat.Entry, left int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if p.through > 0 {
		in.gaps.cut(p.through)
		in.paged.add(chat.Stretch{From: p.from, To: p.through})
	}
	for _, e := range in.late {
		if e.Ref <= p.through {
			p.entries = append(p.entries, in.asSeen(e))
		}
	}
	in.paging, in.late = false, nil
	return p.entries, p.left
}
