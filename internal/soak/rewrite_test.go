package soak

import (
	"strings"
	"testing"
)

// edit types what a line is to say, which nobody sees yet.
func (s *story) edit(line LineID) LineID {
	who := int(line.By)
	id := LineID{line.By, int32(len(s.Lines[who]))}
	s.event(who, Event{What: EditTyped, Line: id})
	s.Lines[who] = append(s.Lines[who], Line{To: s.Lines[who][line.N].To, Of: line.N + 1, Typed: s.at, Conn: int32(s.open[who])})
	return id
}

// edits has the author of a line edit it, and shows that to others.
func (s *story) edits(line LineID, seenBy ...int) LineID {
	id := s.edit(line)
	s.shows(id, append([]int{int(line.By)}, seenBy...)...)
	s.answered(int(line.By))
	return id
}

// deletes has the author of a line delete it, and shows that to others.
func (s *story) deletes(line LineID, seenBy ...int) {
	who, where := int(line.By), everyone
	if to := s.Lines[line.By][line.N].To; isRoom(to) {
		where = to
	}
	s.event(who, Event{What: DeleteTyped, Line: line})
	for _, a := range append([]int{who}, seenBy...) {
		s.event(a, Event{What: Retracted, From: int16(who), Who: int16(where)})
	}
	s.answered(who)
}

// empties shows a deleted line without its text.
func (s *story) empties(line LineID, who ...int) {
	for _, a := range who {
		s.event(a, Event{What: Emptied, From: int16(line.By), Who: int16(s.Lines[line.By][line.N].To)})
	}
}

// answersLine types an answer to an own line, of which nobody sees anything yet, and gives what is shown of it.
func (s *story) answersLine(line, quoted LineID) Event {
	id := s.types(int(line.By), s.Lines[line.By][line.N].To)
	s.Lines[id.By][id.N].Re = line.N + 1
	e := s.showing(id)
	e.Quote = quoted.N + 1
	return e
}

// blocked has one account block another.
func (s *story) blocked(who, whom int) {
	s.event(who, Event{What: BlockTyped, Who: int16(whom)})
	s.event(who, Event{What: BlockAnswered, Who: int16(whom)})
}

func TestFaultsOfChangesThatAreFound(t *testing.T) {
	for _, c := range []struct {
		name string
		tell func(s *story) // alice and bob are in the hall
		want Kind
	}{
		{"an edit never comes", func(s *story) { s.edits(s.says(alice, bob, bob)) }, Missing},
		{"an edit that its author alone is told of never comes to who is away", func(s *story) {
			line := s.says(alice, everyone, bob, carol, dave)
			s.ends(Left, bob)
			s.edits(line, carol, dave)
			s.enters(bob)
		}, Missing},
		{"an edit that is answered and nobody sees", func(s *story) {
			s.edit(s.says(alice, bob, bob))
			s.answered(alice)
		}, Missing},
		{"an edit never comes to who is in the room", func(s *story) {
			s.edits(s.says(alice, hall, bob))
			s.says(alice, hall, bob)
		}, Missing},
		{"a deletion never comes", func(s *story) { s.deletes(s.says(alice, bob, bob)) }, Missing},
		{"the old text comes at the next login", func(s *story) {
			s.ends(Left, bob)
			line := s.says(alice, bob)
			s.edits(line)
			s.enters(bob)
			s.shows(line, bob)
			s.shows(LineID{alice, 1}, bob)
		}, Stale},
		{"the text of a deleted line comes at the next login", func(s *story) {
			s.ends(Left, bob)
			line := s.says(alice, bob)
			s.deletes(line)
			s.enters(bob)
			s.shows(line, bob)
			s.empties(line, bob)
		}, Stale},
		{"an edit comes whose line was deleted before", func(s *story) {
			line := s.says(alice, bob, bob)
			s.ends(Left, bob)
			edit := s.edits(line)
			s.deletes(line)
			s.enters(bob)
			s.shows(edit, bob)
			s.empties(line, bob)
		}, Stale},
		{"the line comes behind its edit", func(s *story) {
			line := s.types(alice, bob)
			s.shows(line, alice)
			s.edits(line, bob)
			s.shows(line, bob)
		}, Stale},
		{"an edit comes to a stranger", func(s *story) { s.edits(s.says(alice, bob, bob), bob, carol) }, Leaked},
		{"an edit comes to who joined after the line", func(s *story) {
			line := s.says(alice, hall, bob)
			s.joins(hall, carol)
			s.edits(line, bob, carol)
		}, Leaked},
		{"an edit comes to an account that was made after the line", func(s *story) {
			line := s.says(alice, everyone, bob, carol)
			s.Accounts[dave] = Account{Name: "dave", Asked: s.tick(), Made: s.tick(), Settled: true}
			s.edits(line, bob, carol, dave)
		}, Leaked},
		{"an edit comes to who blocks its author", func(s *story) {
			line := s.says(alice, everyone, bob, carol, dave)
			s.blocked(bob, alice)
			s.edits(line, bob, carol, dave)
		}, Hidden},
		{"an edit comes in the line to who blocked its author", func(s *story) {
			s.ends(Left, bob)
			line := s.says(alice, everyone, carol, dave)
			s.enters(bob)
			s.blocked(bob, alice)
			edit := s.edits(line, carol, dave)
			s.shows(edit, bob)
		}, Hidden},
		{"an edit comes twice", func(s *story) { s.edits(s.says(alice, bob, bob), bob, bob) }, Twice},
		{"an edit comes again after a logout", func(s *story) {
			edit := s.edits(s.says(alice, bob, bob), bob)
			s.ends(Left, bob)
			s.enters(bob)
			s.shows(edit, bob)
		}, Twice},
		{"an edit comes three times to who had not seen the line", func(s *story) {
			s.ends(Left, bob)
			line := s.says(alice, bob)
			s.enters(bob)
			s.edits(line, bob, bob, bob)
		}, Twice},
		{"an edit in the place of a line to another", func(s *story) {
			s.edits(s.says(alice, bob, bob), bob)
			s.conn(bob).Events[len(s.conn(bob).Events)-1].Who = carol
		}, Forged},
		{"a line as if it had been edited", func(s *story) {
			s.says(alice, bob, bob)
			s.conn(bob).Events[len(s.conn(bob).Events)-1].Edited = true
		}, Forged},
		{"a deletion of nothing", func(s *story) {
			s.event(bob, Event{What: Retracted, From: alice, Who: everyone})
		}, Forged},
		{"a deletion comes to a stranger", func(s *story) { s.deletes(s.says(alice, bob, bob), bob, carol) }, Forged},
		{"a deletion in another room", func(s *story) {
			s.joins(yard, alice, carol)
			s.deletes(s.says(alice, yard, carol), carol)
			s.event(bob, Event{What: Retracted, From: alice, Who: yard})
		}, Forged},
		{"edits in different order", func(s *story) {
			a, b := s.says(alice, everyone, bob, carol, dave), s.says(bob, everyone, alice, carol, dave)
			ea, eb := s.edit(a), s.edit(b)
			s.shows(ea, alice, bob, carol)
			s.shows(eb, alice, bob, carol, dave)
			s.shows(ea, dave)
			s.answered(alice)
			s.answered(bob)
		}, Disorder},
		{"an edit before what was seen before it was typed", func(s *story) {
			line := s.says(alice, bob, bob)
			other := s.says(carol, bob)
			s.edits(line, bob)
			s.shows(other, bob)
		}, Disorder},
		{"an edit both refused and done", func(s *story) {
			edit := s.edit(s.says(alice, bob, bob))
			s.shows(edit, alice, bob)
			s.answered(alice, Event{What: Declined})
		}, Unanswered},
		{"a stored line cannot be edited", func(s *story) {
			s.edit(s.says(alice, bob, bob))
			s.answered(alice, Event{What: NoLine})
		}, Unanswered},
		{"the old text is quoted", func(s *story) {
			line := s.says(alice, bob, bob)
			s.edits(line, bob)
			e := s.answersLine(line, line)
			s.event(alice, e)
			s.event(bob, e)
		}, Stale},
		{"another line is quoted", func(s *story) {
			line, other := s.says(alice, bob, bob), s.says(alice, bob, bob)
			e := s.answersLine(line, other)
			s.event(alice, e)
			s.event(bob, e)
		}, Forged},
		{"a line of before the join is quoted", func(s *story) {
			line := s.says(alice, hall, bob)
			s.joins(hall, carol)
			e := s.answersLine(line, line)
			s.event(alice, e)
			s.event(bob, e)
			s.event(carol, e)
		}, Leaked},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory()
			s.enters(everybody...)
			s.joins(hall, alice, bob)
			c.tell(s)
			s.ends(Left, everybody...)
			s.wants(t, c.want)
		})
	}
}

func TestWhatIsPermittedOfChanges(t *testing.T) {
	for _, c := range []struct {
		name string
		tell func(s *story) // alice and bob are in the hall
	}{
		{"an edit comes as a change, and another", func(s *story) {
			line := s.says(alice, everyone, bob, carol, dave)
			s.edits(line, bob, carol, dave)
			s.edits(line, bob, carol, dave)
		}},
		{"an edit comes in the line", func(s *story) {
			s.ends(Left, bob)
			line := s.says(alice, bob)
			edit := s.edits(line)
			s.enters(bob)
			s.shows(edit, bob)
		}},
		{"who was away is shown two edits of a line seen before", func(s *story) {
			line := s.says(alice, bob, bob)
			s.ends(Left, bob)
			first, second := s.edits(line), s.edits(line)
			s.enters(bob)
			s.shows(first, bob)
			s.shows(second, bob)
		}},
		{"an edit comes as a change, and in the line that has waited", func(s *story) {
			s.ends(Left, bob)
			line := s.says(alice, bob)
			s.enters(bob)
			edit := s.edits(line, bob)
			s.event(bob, Event{What: MoreTyped})
			s.shows(edit, bob)
			s.event(bob, Event{What: MoreEnded})
		}},
		{"the old text is on its way while the line is edited", func(s *story) {
			line := s.says(alice, bob)
			edit := s.edits(line)
			s.shows(line, bob)
			s.shows(edit, bob)
		}},
		{"a line stands in its own place, whatever it says since", func(s *story) {
			s.ends(Left, bob)
			line, other := s.says(alice, bob), s.says(carol, bob)
			edit := s.edits(line)
			s.enters(bob)
			s.shows(edit, bob)
			s.shows(other, bob)
		}},
		{"a deleted line, for who has seen it and who has not", func(s *story) {
			s.ends(Left, bob)
			line := s.says(alice, everyone, carol, dave)
			s.deletes(line, carol, dave)
			s.enters(bob)
			s.empties(line, bob)
		}},
		{"who blocks the author is shown no change", func(s *story) {
			line := s.says(alice, everyone, bob, carol, dave)
			s.blocked(bob, alice)
			s.edits(line, carol, dave)
			s.deletes(line, carol, dave)
		}},
		{"who has left the room is shown no change", func(s *story) {
			line := s.says(alice, hall, bob)
			s.leaves(bob, hall, alice)
			s.edits(line)
			s.deletes(line)
		}},
		{"an edit without an answer before a kill, and lost", func(s *story) {
			line := s.says(alice, bob, bob)
			s.edit(line)
			s.stops(true, everybody...)
			s.enters(everybody...)
			s.shows(line, bob)
		}},
		{"an edit without an answer before a kill, and done", func(s *story) {
			edit := s.edit(s.says(alice, bob, bob))
			s.stops(true, everybody...)
			s.enters(everybody...)
			s.shows(edit, alice, bob)
		}},
		{"a deletion without an answer before a kill", func(s *story) {
			line := s.says(alice, bob)
			s.event(alice, Event{What: DeleteTyped, Line: line})
			s.stops(true, everybody...)
			s.enters(everybody...)
			s.empties(line, bob)
			s.edit(line)
			s.answered(alice, Event{What: NoLine})
		}},
		{"an edit refused by somebody who blocks", func(s *story) {
			line := s.says(alice, bob, bob)
			s.blocked(bob, alice)
			s.edit(line)
			s.answered(alice, Event{What: Declined, Who: bob})
		}},
		{"an edit that is answered before it is shown", func(s *story) {
			edit := s.edit(s.says(alice, bob, bob))
			s.answered(alice)
			s.shows(edit, bob, alice)
		}},
		{"an answer quotes the line as it stands", func(s *story) {
			line := s.says(alice, bob, bob)
			e := s.answersLine(line, s.edits(line, bob))
			s.event(alice, e)
			s.event(bob, e)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory()
			s.enters(everybody...)
			s.joins(hall, alice, bob)
			c.tell(s)
			s.ends(Left, everybody...)
			s.wants(t)
		})
	}
}

// What is told of a fault names the edit and the line.
func TestALostEditIsTold(t *testing.T) {
	s := newStory()
	s.enters(everybody...)
	line := s.says(alice, bob, bob)
	edit := s.edits(line)
	s.ends(Left, everybody...)
	var text strings.Builder
	for _, v := range Check(&s.History) {
		s.Explain(&text, v)
	}
	for _, words := range []string{"bob never sees that " + token(7, line) + " says " + token(7, edit),
		"types edit " + token(7, edit) + " to bob in place of " + token(7, line)} {
		if !strings.Contains(text.String(), words) {
			t.Errorf("no %q in\n%s", words, &text)
		}
	}
}
