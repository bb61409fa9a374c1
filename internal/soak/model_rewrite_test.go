package soak

import "slices"

// rewriting is what a model knows of lines that were edited or deleted.
type rewriting struct {
	place  map[LineID]int      // of each line in the log
	texts  map[LineID][]LineID // what each says, the newest last
	gone   map[LineID]bool
	unread map[LineID][]int // who blocked the author of an edit
	joined map[member]int   // where in the log the stay began
	from   [4]int           // where each began to read at the last login
}

func newRewriting() rewriting {
	return rewriting{place: make(map[LineID]int), texts: make(map[LineID][]LineID), gone: make(map[LineID]bool),
		unread: make(map[LineID][]int), joined: make(map[member]int)}
}

// show shows an entry of the log. Who reads the log up sees a line as it stands, and its change only if they had seen
// the line before, and nothing of what was taken back.
func (m *model) show(who int, e entry) {
	line := e.shows.Line
	isChange := e.changes != LineID{}
	_, isLine := m.place[line]
	isLine = isLine && e.shows.What == Shown
	switch {
	case m.at[who] >= m.began[who] || !isLine && !isChange:
		m.event(who, e.shows)
	case isChange:
		l, _ := m.line(e.changes)
		stays := !isRoom(l.To) || m.in[member{who, l.To}] && m.joined[member{who, l.To}] <= m.place[e.changes]
		if stays && m.place[e.changes] < m.from[who] && (e.shows.What == Retracted || !m.gone[e.changes]) {
			m.event(who, e.shows)
		}
	case m.gone[line]:
		m.event(who, Event{What: Emptied, From: e.shows.From, Who: e.shows.Who})
	default:
		m.event(who, m.showing(m.text(who, line)))
	}
}

// text is what a line says now to an account.
func (m *model) text(who int, line LineID) LineID {
	for _, id := range slices.Backward(m.texts[line]) {
		if !slices.Contains(m.unread[id], who) {
			return id
		}
	}
	return line
}

// rewrite has somebody change a line of their own that they have seen.
func (m *model) rewrite(who int) {
	var own []LineID
	for id, at := range m.place {
		if int(id.By) == who && at < m.at[who] && id.N > 0 { // the zero line stands for none
			own = append(own, id)
		}
	}
	slices.SortFunc(own, func(a, b LineID) int { return int(a.N - b.N) })
	line, ok := some(m, own)
	if !ok {
		return
	}
	l, _ := m.line(line)
	if m.rng.IntN(4) == 0 {
		m.ask(who, Event{What: DeleteTyped, Line: line}, func() Event {
			if m.gone[line] {
				return Event{What: NoLine}
			}
			m.gone[line] = true
			where := int16(everyone)
			if isRoom(l.To) {
				where = int16(l.To)
			}
			return m.change(line, Event{What: Retracted, From: int16(who), Who: where})
		})
		return
	}
	id := LineID{int32(who), int32(len(m.Lines[who]))}
	m.Lines[who] = append(m.Lines[who], Line{To: l.To, Of: line.N + 1, Typed: m.story.at + tick, Conn: int32(m.open[who])})
	m.ask(who, Event{What: EditTyped, Line: id}, func() Event {
		switch {
		case m.gone[line]:
			return Event{What: NoLine}
		case isRoom(l.To) && !m.in[member{who, l.To}]:
			return Event{What: Outside, Who: int16(l.To)}
		case l.To >= 0 && m.blocks[pair{l.To, who}]:
			return Event{What: Declined, Who: int16(l.To)}
		}
		m.texts[line] = append(m.texts[line], id)
		for other := range m.Accounts {
			if m.blocks[pair{other, who}] {
				m.unread[id] = append(m.unread[id], other)
			}
		}
		return m.change(line, m.showing(id))
	})
}

// change appends what was made of a line: it is for those who could see that, and are where it was said.
func (m *model) change(line LineID, shows Event) Event {
	l, _ := m.line(line)
	var readers []int
	for _, who := range m.log[m.place[line]].readers {
		at := member{who, l.To}
		if (!isRoom(l.To) || m.in[at] && m.joined[at] <= m.place[line]) && !m.blocks[pair{who, int(line.By)}] {
			readers = append(readers, who)
		}
	}
	m.log = append(m.log, entry{shows: shows, readers: readers, waits: readers, changes: line})
	return Event{What: Answered}
}
