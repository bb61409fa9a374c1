package soak

import "testing"

// everybody are the accounts of a story.
var everybody = []int{alice, bob, carol, dave}

func TestFaultsInRoomsThatAreFound(t *testing.T) {
	for _, c := range []struct {
		name string
		tell func(s *story) // alice and bob are in the hall
		want Kind
	}{
		{"a line leaks to somebody who is not in the room", func(s *story) { s.says(alice, hall, bob, carol) }, Leaked},
		{"a line of before the join", func(s *story) {
			id := s.says(alice, hall, bob)
			s.asks(carol, JoinTyped, hall)
			s.answered(carol, Event{What: Entered, Who: hall})
			s.shows(id, carol)
		}, Leaked},
		{"a line that another screen shows before the join", func(s *story) {
			id := s.types(alice, hall)
			s.asks(carol, JoinTyped, hall)
			s.shows(id, alice, bob)
			s.comes(carol, hall, alice, bob, carol)
			s.answered(carol, Event{What: Entered, Who: hall})
			s.shows(id, carol)
		}, Leaked},
		{"a line that comes before one's own join", func(s *story) {
			id := s.types(alice, hall)
			s.asks(carol, JoinTyped, hall)
			s.shows(id, alice, bob, carol)
			s.comes(carol, hall, carol)
			s.answered(carol, Event{What: Entered, Who: hall})
		}, Leaked},
		{"a line of after the leave", func(s *story) {
			s.leaves(bob, hall, alice)
			s.says(alice, hall, bob)
		}, Leaked},
		{"a line that another screen shows after the leave", func(s *story) {
			s.joins(hall, carol)
			id := s.types(alice, hall)
			s.asks(bob, LeaveTyped, hall)
			s.goes(bob, hall, bob, carol)
			s.answered(bob)
			s.shows(id, alice, bob, carol)
		}, Leaked},
		{"a line of after the kick", func(s *story) {
			s.kicks(alice, bob, hall)
			s.says(alice, hall, bob)
		}, Leaked},
		{"a line that another screen shows after the kick", func(s *story) {
			s.joins(hall, carol)
			id := s.types(carol, hall)
			kick := s.kick(alice, bob, hall)
			s.shows(kick, alice, bob, carol)
			s.answered(alice)
			s.shows(id, alice, bob, carol)
		}, Leaked},
		{"somebody speaks who another screen shows to be kicked", func(s *story) {
			s.joins(hall, carol)
			id := s.types(bob, hall)
			kick := s.kick(alice, bob, hall)
			s.shows(kick, alice, bob, carol)
			s.answered(alice)
			s.shows(id, alice, bob, carol)
		}, Leaked},
		{"a line of after the kick comes at the next login", func(s *story) {
			s.ends(Left, bob)
			kick := s.kick(alice, bob, hall)
			s.shows(kick, alice)
			s.answered(alice)
			id := s.says(alice, hall)
			s.enters(bob)
			s.shows(kick, bob)
			s.shows(id, bob)
		}, Leaked},
		{"somebody speaks who is not in the room", func(s *story) { s.says(carol, hall, alice, bob) }, Leaked},
		{"somebody outside sees who comes", func(s *story) {
			s.comes(bob, hall, dave)
		}, Leaked},
		{"a line is dropped", func(s *story) { s.says(alice, hall) }, Missing},
		{"a line is dropped for somebody who is away", func(s *story) {
			s.ends(Left, bob)
			s.says(alice, hall)
			s.enters(bob)
		}, Missing},
		{"a line is dropped that another screen shows behind the join", func(s *story) {
			s.asks(carol, JoinTyped, hall)
			s.comes(carol, hall, alice, bob)
			id := s.types(alice, hall)
			s.shows(id, alice, bob)
			s.answered(carol, Event{What: Entered, Who: hall})
		}, Missing},
		{"a line is dropped that another screen shows before the leave", func(s *story) {
			s.joins(hall, carol)
			id := s.types(alice, hall)
			s.asks(bob, LeaveTyped, hall)
			s.shows(id, alice, carol)
			s.goes(bob, hall, alice, carol, bob)
			s.answered(bob)
		}, Missing},
		{"a kick never comes to who is kicked", func(s *story) {
			s.shows(s.kick(alice, bob, hall), alice)
			s.answered(alice)
		}, Missing},
		{"a kick that nobody sees, and its author is told it is done", func(s *story) {
			s.kick(alice, bob, hall)
			s.answered(alice)
		}, Missing},
		{"a kick comes again after a logout", func(s *story) {
			id := s.kicks(alice, bob, hall)
			s.ends(Left, bob)
			s.enters(bob)
			s.shows(id, bob)
		}, Twice},
		{"lines in two rooms in different order", func(s *story) {
			s.joins(yard, bob, alice)
			a, b := s.types(alice, hall), s.types(bob, yard)
			s.shows(a, alice)
			s.shows(b, alice, bob)
			s.shows(a, bob)
		}, Disorder},
		{"two screens show who comes in different order", func(s *story) {
			s.asks(carol, JoinTyped, hall)
			s.asks(dave, JoinTyped, hall)
			s.comes(carol, hall, alice)
			s.comes(dave, hall, alice, bob)
			s.comes(carol, hall, bob)
			s.answered(carol, Event{What: Entered, Who: hall})
			s.answered(dave, Event{What: Entered, Who: hall})
		}, Disorder},
		{"a line of somebody blocked", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			s.event(bob, Event{What: BlockAnswered, Who: alice})
			s.says(alice, hall, bob)
		}, Hidden},
		{"a line both sent and refused", func(s *story) {
			s.leaves(bob, hall, alice)
			s.joins(hall, bob)
			s.says(bob, hall, alice)
			s.event(bob, Event{What: NotIn, Who: yard})
		}, Unanswered},
		{"a line refused to somebody who is in the room", func(s *story) {
			s.types(bob, hall)
			s.event(bob, Event{What: NotIn, Who: hall})
		}, Unanswered},
		{"a join is forgotten in a kill", func(s *story) {
			s.stops(true, alice, bob)
			s.enters(alice, bob)
			s.joins(hall, bob)
		}, Unanswered},
		{"told to be in a room that was left", func(s *story) {
			s.leaves(bob, hall, alice)
			s.asks(bob, JoinTyped, hall)
			s.answered(bob, Event{What: AlreadyIn, Who: hall})
		}, Unanswered},
		{"told to be out of a room that was not left", func(s *story) {
			s.asks(bob, LeaveTyped, hall)
			s.answered(bob, Event{What: Outside, Who: hall})
		}, Unanswered},
		{"leaves a room once more", func(s *story) {
			s.leaves(bob, hall, alice)
			s.asks(bob, LeaveTyped, hall)
			s.answered(bob)
		}, Unanswered},
		{"barred, and nobody has kicked it", func(s *story) {
			s.asks(carol, JoinTyped, hall)
			s.answered(carol, Event{What: Barred, Who: hall})
		}, Unanswered},
		{"a kick both refused and done", func(s *story) {
			id := s.kick(bob, alice, hall)
			s.shows(id, alice, bob)
			s.answered(bob, Event{What: Declined})
		}, Unanswered},
		{"somebody comes who has not come", func(s *story) { s.comes(dave, hall, alice) }, Forged},
		{"somebody goes twice who goes once", func(s *story) {
			s.leaves(bob, hall, alice)
			s.goes(bob, hall, alice)
		}, Forged},
		{"a line in another room", func(s *story) {
			s.joins(yard, alice, bob)
			s.says(alice, hall, bob)
			ev := s.conn(bob).Events
			ev[len(ev)-1].Who = yard
		}, Forged},
		{"a kick out of another room", func(s *story) {
			s.kicks(alice, bob, hall)
			ev := s.conn(bob).Events
			ev[len(ev)-1].Room = yard
		}, Forged},
		{"an invitation that nobody has made", func(s *story) { s.invites(alice, carol, hall, carol) }, Forged},
		{"an invitation that never comes", func(s *story) {
			s.invite(alice, carol, hall)
			s.invites(alice, carol, hall, alice)
			s.answered(alice)
		}, Missing},
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

func TestWhatIsPermittedInRooms(t *testing.T) {
	for _, c := range []struct {
		name string
		tell func(s *story) // alice and bob are in the hall
	}{
		{"lines come to who is there, and who comes and goes is seen", func(s *story) {
			s.says(alice, hall, bob)
			s.joins(hall, carol)
			s.says(bob, hall, alice, carol)
			s.leaves(bob, hall, alice, carol)
			s.says(carol, hall, alice)
		}},
		{"who is away gets the lines later, and not who came and went", func(s *story) {
			s.ends(Left, bob)
			s.asks(carol, JoinTyped, hall)
			s.comes(carol, hall, alice, carol)
			s.answered(carol, Event{What: Entered, Who: hall})
			first, second := s.says(carol, hall, alice), s.says(alice, bob)
			s.leaves(carol, hall, alice)
			s.enters(bob)
			s.shows(first, bob)
			s.shows(second, bob)
		}},
		{"kicked, barred, invited, and back", func(s *story) {
			s.kicks(alice, bob, hall)
			s.asks(bob, JoinTyped, hall)
			s.answered(bob, Event{What: Barred, Who: hall})
			s.invite(alice, bob, hall)
			s.invites(alice, bob, hall, alice, bob)
			s.answered(alice)
			s.joins(hall, bob)
			s.says(alice, hall, bob)
		}},
		{"a kick and an invitation come at the next login", func(s *story) {
			s.ends(Left, bob)
			id := s.kick(alice, bob, hall)
			s.shows(id, alice)
			s.answered(alice)
			s.invite(alice, bob, hall)
			s.answered(alice)
			s.enters(bob)
			s.shows(id, bob)
			s.invites(alice, bob, hall, bob)
		}},
		{"a kick by somebody whom one blocks", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			s.event(bob, Event{What: BlockAnswered, Who: alice})
			s.says(alice, hall)
			s.kicks(alice, bob, hall)
		}},
		{"a line that races with a join is shown", func(s *story) {
			id := s.types(alice, hall)
			s.asks(carol, JoinTyped, hall)
			s.shows(id, alice, bob, carol)
			s.answered(carol, Event{What: Entered, Who: hall})
		}},
		{"a line that races with a join is not shown", func(s *story) {
			id := s.types(alice, hall)
			s.asks(carol, JoinTyped, hall)
			s.shows(id, alice, bob)
			s.answered(carol, Event{What: Entered, Who: hall})
		}},
		{"a line that races with a leave is shown", func(s *story) {
			id := s.types(alice, hall)
			s.asks(bob, LeaveTyped, hall)
			s.shows(id, alice, bob)
			s.answered(bob)
		}},
		{"a line that races with a kick is not shown", func(s *story) {
			id := s.types(alice, hall)
			kick := s.kick(alice, bob, hall)
			s.shows(id, alice)
			s.shows(kick, alice, bob)
			s.answered(alice)
			s.Lines[alice][id.N].Conn = int32(s.open[alice])
			s.Accounts[bob].Settled = false // alice has typed both, so the line is before the kick
		}},
		{"a join without an answer before a kill, and lines that come", func(s *story) {
			s.asks(carol, JoinTyped, hall)
			s.stops(true, everybody...)
			s.enters(everybody...)
			s.says(alice, hall, bob, carol)
			s.asks(carol, JoinTyped, hall)
			s.answered(carol, Event{What: AlreadyIn, Who: hall})
		}},
		{"a join without an answer before a kill, and lines that do not", func(s *story) {
			s.asks(carol, JoinTyped, hall)
			s.stops(true, everybody...)
			s.enters(everybody...)
			s.says(alice, hall, bob)
			s.types(carol, hall)
			s.event(carol, Event{What: NotIn, Who: hall})
			s.joins(hall, carol)
		}},
		{"a leave without an answer before a kill", func(s *story) {
			s.asks(bob, LeaveTyped, hall)
			s.stops(true, everybody...)
			s.enters(everybody...)
			s.says(alice, hall, bob)
			s.leaves(bob, hall)
		}},
		{"a leave without an answer before a kill, and done", func(s *story) {
			s.asks(bob, LeaveTyped, hall)
			s.stops(true, everybody...)
			s.enters(everybody...)
			s.says(alice, hall)
			s.joins(hall, bob)
		}},
		{"a kick without an answer before a kill", func(s *story) {
			s.kick(alice, bob, hall)
			s.stops(true, everybody...)
			s.enters(everybody...)
			s.says(alice, hall)
			s.says(alice, hall, bob)
		}},
		{"a refused kick ends nothing", func(s *story) {
			s.kick(bob, alice, hall)
			s.answered(bob, Event{What: Declined})
			s.says(bob, hall, alice)
		}},
		{"lines come again after a cut link", func(s *story) {
			id, kick := s.says(alice, hall, bob), s.kicks(alice, bob, hall)
			s.ends(Cut, bob)
			s.enters(bob)
			s.shows(id, bob)
			s.shows(kick, bob)
		}},
		{"who does not keep up does not see who comes and goes, itself neither", func(s *story) {
			s.joins(hall, carol)
			s.asks(bob, LeaveTyped, hall)
			s.answered(bob)
			s.says(alice, hall, carol)
			s.asks(bob, JoinTyped, hall)
			s.answered(bob, Event{What: Entered, Who: hall})
			s.says(alice, hall, carol, bob)
		}},
		{"in and out and in again", func(s *story) {
			for range 3 {
				s.leaves(bob, hall, alice)
				s.says(alice, hall)
				s.asks(bob, JoinTyped, hall)
				s.comes(bob, hall, alice, bob)
				s.answered(bob, Event{What: Entered, Who: hall})
				s.says(alice, hall, bob)
			}
		}},
		{"refused outside of a room", func(s *story) {
			s.types(carol, hall)
			s.event(carol, Event{What: NotIn, Who: hall})
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
