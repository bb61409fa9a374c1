package soak

import "testing"

func TestFaultsThatAreFound(t *testing.T) {
	for _, c := range []struct {
		name string
		tell func(s *story)
		want Kind
	}{
		{"a message is dropped", func(s *story) { s.says(alice, bob); s.ends(Left, alice, bob, carol, dave) }, Missing},
		{"a broadcast is dropped for one", func(s *story) {
			s.says(alice, everyone, bob, dave)
			s.ends(Left, alice, bob, carol, dave)
		}, Missing},
		{"a line is shown to its recipient and never to its sender", func(s *story) {
			s.shows(s.types(alice, bob), bob)
			s.ends(Cut, alice)
			s.ends(Left, bob, carol, dave)
		}, Missing},
		{"an acknowledged line is gone after a kill", func(s *story) {
			s.says(alice, bob)
			s.stops(true, alice, bob, carol, dave)
			s.enters(alice, bob)
			s.ends(Left, alice, bob)
		}, Missing},
		{"twice on one connection", func(s *story) {
			s.shows(s.says(alice, bob, bob), bob)
			s.ends(Left, alice, bob, carol, dave)
		}, Twice},
		{"again after a logout", func(s *story) {
			id := s.says(alice, bob, bob)
			s.ends(Left, bob)
			s.enters(bob)
			s.shows(id, bob)
			s.ends(Left, alice, bob, carol, dave)
		}, Twice},
		{"again after SIGTERM", func(s *story) {
			id := s.says(alice, bob, bob)
			s.stops(false, alice, bob, carol, dave)
			s.enters(bob)
			s.shows(id, bob)
			s.ends(Left, bob)
		}, Twice},
		{"again after a take-over that was proven", func(s *story) {
			id := s.says(alice, bob, bob)
			s.ends(TakenOver, bob)
			s.enters(bob)
			s.shows(id, bob)
			s.ends(Left, alice, bob, carol, dave)
		}, Twice},
		{"again two connections after it was proven", func(s *story) {
			id := s.says(alice, bob, bob)
			s.ends(Left, bob)
			s.enters(bob)
			s.ends(Cut, bob)
			s.enters(bob)
			s.shows(id, bob)
			s.ends(Left, alice, bob, carol, dave)
		}, Twice},
		{"two screens in different order", func(s *story) {
			a, b := s.types(alice, everyone), s.types(bob, everyone)
			s.shows(a, alice, bob, carol)
			s.shows(b, alice, bob, carol, dave)
			s.shows(a, dave)
			s.ends(Left, alice, bob, carol, dave)
		}, Disorder},
		{"three screens in a circle, of which no two disagree", func(s *story) {
			a, b, c := s.types(alice, everyone), s.types(bob, everyone), s.types(carol, everyone)
			for i, order := range [][]LineID{{a, b}, {b, c}, {c, a}} {
				for _, id := range order {
					s.shows(id, i)
				}
				s.Accounts[i].Settled = false
			}
			s.Accounts[dave].Settled = false
			s.ends(Left, alice, bob, carol, dave)
		}, Disorder},
		{"not in the order in which they were typed", func(s *story) {
			first, second := s.types(alice, bob), s.types(alice, bob)
			for _, id := range []LineID{second, first} {
				s.shows(id, alice, bob)
			}
			s.ends(Left, alice, bob, carol, dave)
		}, Disorder},
		{"what was seen before another was typed comes after it", func(s *story) {
			first := s.says(alice, bob, bob)
			second := s.says(carol, bob, bob)
			s.swaps(bob, first, second)
			// The swap leaves the first line seen by alice before the second was typed.
			s.ends(Left, alice, bob, carol, dave)
		}, Disorder},
		{"more shows what waited in the wrong order", func(s *story) {
			s.ends(Left, bob)
			a, b := s.says(alice, bob), s.says(carol, bob)
			s.enters(bob)
			s.says(bob, dave, dave)
			s.event(bob, Event{What: MoreTyped})
			s.shows(b, bob)
			s.shows(a, bob)
			s.event(bob, Event{What: MoreEnded})
			s.ends(Left, alice, bob, carol, dave)
		}, Disorder},
		{"a private line leaks to a third", func(s *story) {
			s.says(alice, bob, bob, carol)
			s.ends(Left, alice, bob, carol, dave)
		}, Leaked},
		{"a broadcast of before the account", func(s *story) {
			id := s.says(alice, everyone, bob, carol)
			s.Accounts[dave] = Account{Name: "dave", Asked: s.tick(), Made: s.tick(), Settled: true}
			s.shows(id, dave)
			s.ends(Left, alice, bob, carol, dave)
		}, Leaked},
		{"a broadcast of somebody blocked", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			s.event(bob, Event{What: BlockAnswered, Who: alice})
			s.says(alice, everyone, bob, carol, dave)
			s.ends(Left, alice, bob, carol, dave)
		}, Hidden},
		{"what was said during a block comes after it", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			s.event(bob, Event{What: BlockAnswered, Who: alice})
			id := s.says(alice, everyone, carol, dave)
			s.event(bob, Event{What: UnblockTyped, Who: alice})
			s.event(bob, Event{What: UnblockAnswered, Who: alice})
			s.shows(id, bob)
			s.ends(Left, alice, bob, carol, dave)
		}, Hidden},
		{"a block is forgotten in a restart", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			s.event(bob, Event{What: BlockAnswered, Who: alice})
			s.stops(true, alice, bob, carol, dave)
			s.enters(alice, bob)
			s.says(alice, bob, bob)
			s.ends(Left, alice, bob)
		}, Hidden},
		{"a message to somebody who blocks is told to be sent, and dropped", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			s.event(bob, Event{What: BlockAnswered, Who: alice})
			s.says(alice, bob)
			s.Accounts[bob].Settled = false // which of the two is wrong is not known
			s.ends(Left, alice, bob, carol, dave)
		}, Hidden},
		{"a line that nobody typed", func(s *story) {
			s.event(bob, Event{What: Shown, Line: LineID{alice, 3}, From: alice, Who: bob})
			s.ends(Left, alice, bob, carol, dave)
		}, Forged},
		{"a line under another's name", func(s *story) {
			s.says(alice, bob, bob)
			ev := s.conn(bob).Events
			ev[len(ev)-1].From = carol
			s.ends(Left, alice, bob, carol, dave)
		}, Forged},
		{"a line that has lost its end", func(s *story) {
			id := s.says(alice, bob, bob)
			s.Lines[alice][id.N].Pad = 10
			s.ends(Left, alice, bob, carol, dave)
		}, Forged},
		{"a line without an answer", func(s *story) {
			s.types(alice, bob)
			s.ends(Left, alice, bob, carol, dave)
		}, Unanswered},
		{"a line both sent and refused", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			s.says(alice, bob, bob)
			s.event(alice, Event{What: Refused, Who: bob})
			s.ends(Left, alice, bob, carol, dave)
		}, Unanswered},
		{"refused without a block", func(s *story) {
			s.types(alice, bob)
			s.event(alice, Event{What: Refused, Who: bob})
			s.ends(Left, alice, bob, carol, dave)
		}, Unanswered},
		{"refused after the block was taken back", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			s.event(bob, Event{What: BlockAnswered, Who: alice})
			s.event(bob, Event{What: UnblockTyped, Who: alice})
			s.event(bob, Event{What: UnblockAnswered, Who: alice})
			s.ends(Left, alice)
			s.enters(alice)
			s.types(alice, bob)
			s.event(alice, Event{What: Refused, Who: bob})
			s.ends(Left, alice, bob, carol, dave)
		}, Unanswered},
		{"an account is not known", func(s *story) {
			s.types(alice, bob)
			s.event(alice, Event{What: NoUser, Who: bob})
			s.ends(Left, alice, bob, carol, dave)
		}, Unanswered},
		{"a link ends by itself", func(s *story) { s.ends(Lost, alice); s.ends(Left, bob, carol, dave) }, Broken},
		{"a goodbye to nobody who asked", func(s *story) {
			s.ends(Left, alice, bob, carol, dave)
			s.conn(dave).Asked = 0
		}, Broken},
		{"a stop that nobody asked for", func(s *story) { s.ends(Stopped, alice); s.ends(Left, bob, carol, dave) }, Broken},
		{"an end for another reason", func(s *story) { s.ends(Odd, alice); s.ends(Left, bob, carol, dave) }, Broken},
		{"words that are not expected", func(s *story) {
			s.Faults = []Fault{{s.tick(), "alice is told something"}}
			s.ends(Left, alice, bob, carol, dave)
		}, Broken},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory()
			s.enters(alice, bob, carol, dave)
			s.says(carol, everyone, alice, bob, dave)
			c.tell(s)
			s.wants(t, c.want)
		})
	}
}

func TestWhatIsPermitted(t *testing.T) {
	everybody := []int{alice, bob, carol, dave}
	for _, c := range []struct {
		name string
		tell func(s *story)
	}{
		{"nothing happens", func(s *story) { s.ends(Left, everybody...) }},
		{"all is seen by all", func(s *story) {
			s.says(alice, bob, bob)
			s.says(bob, everyone, alice, carol, dave)
			s.ends(Left, everybody...)
		}},
		{"again after a kill", func(s *story) {
			id := s.says(alice, bob, bob)
			s.stops(true, everybody...)
			s.enters(alice, bob)
			s.shows(id, bob, alice)
			s.ends(Left, alice, bob)
		}},
		{"again after a cut link", func(s *story) {
			id := s.says(alice, bob, bob)
			s.ends(Cut, bob)
			s.enters(bob)
			s.shows(id, bob)
			s.ends(Left, everybody...)
		}},
		{"again after a take-over without a proof", func(s *story) {
			id := s.says(alice, bob, bob)
			s.conn(bob).Asked = s.tick()
			s.waits(proofWait)
			asked := s.conn(bob).Asked
			s.ends(TakenOver, bob)
			s.conn(bob).Asked = asked
			s.enters(bob)
			s.shows(id, bob)
			s.ends(Left, everybody...)
		}},
		{"again after a stop that nobody waited out", func(s *story) {
			id := s.says(alice, bob, bob)
			s.stops(false, everybody...)
			s.conn(bob).Ended += proofWait
			s.waits(2 * proofWait)
			s.enters(bob)
			s.shows(id, bob)
			s.ends(Left, bob)
		}},
		{"again after a stop that a stalled client read of after the next one", func(s *story) {
			id := s.says(alice, bob, bob)
			s.stops(false, everybody...)
			s.waits(2 * proofWait)
			s.stops(false)
			s.Conns[1].Ended = s.at
			s.enters(bob)
			s.shows(id, bob)
			s.ends(Left, bob)
		}},
		{"again and again while no link holds", func(s *story) {
			id := s.says(alice, bob, bob)
			for range 3 {
				s.ends(Cut, bob)
				s.enters(bob)
				s.shows(id, bob)
			}
			s.ends(Left, everybody...)
		}},
		{"a stalled session that was taken over ends without a word", func(s *story) {
			s.conn(bob).Asked = s.tick()
			s.waits(proofWait)
			s.ends(Lost, bob)
			s.enters(bob)
			s.ends(Left, everybody...)
		}},
		{"typed just before a kill, and never stored", func(s *story) {
			s.types(alice, bob)
			s.stops(true, everybody...)
			s.enters(alice, bob)
			s.ends(Left, alice, bob)
		}},
		{"stored just before a kill, and its sender told later", func(s *story) {
			id := s.types(alice, bob)
			s.stops(true, everybody...)
			s.enters(alice, bob)
			s.shows(id, alice, bob)
			s.ends(Left, alice, bob)
		}},
		{"typed behind a take-over, and not done", func(s *story) {
			s.types(alice, bob)
			s.ends(TakenOver, alice)
			s.enters(alice)
			s.ends(Left, everybody...)
		}},
		{"shown to somebody who was away", func(s *story) {
			s.ends(Left, bob)
			id := s.says(alice, bob)
			s.enters(bob)
			s.shows(id, bob)
			s.ends(Left, everybody...)
		}},
		{"more shows what is older than what came by itself", func(s *story) {
			s.ends(Left, bob)
			a, b := s.says(alice, bob), s.says(carol, bob)
			s.enters(bob)
			s.says(bob, dave, dave)
			s.event(bob, Event{What: MoreTyped})
			s.says(dave, bob, bob) // before the answer begins
			s.shows(a, bob)
			s.shows(b, bob)
			s.event(bob, Event{What: MoreEnded})
			s.says(dave, bob, bob)
			s.ends(Left, everybody...)
		}},
		{"a line that races with a block is shown", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			id := s.types(alice, everyone)
			s.event(bob, Event{What: BlockAnswered, Who: alice})
			s.shows(id, everybody...)
			s.ends(Left, everybody...)
		}},
		{"a line that races with a block is hidden", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			id := s.types(alice, everyone)
			s.event(bob, Event{What: BlockAnswered, Who: alice})
			s.shows(id, alice, carol, dave)
			s.ends(Left, everybody...)
		}},
		{"a line that races with an unblock is shown, and the next", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			s.event(bob, Event{What: BlockAnswered, Who: alice})
			s.event(bob, Event{What: UnblockTyped, Who: alice})
			s.says(alice, everyone, bob, carol, dave)
			s.event(bob, Event{What: UnblockAnswered, Who: alice})
			s.says(alice, everyone, bob, carol, dave)
			s.ends(Left, everybody...)
		}},
		{"a block stands after a kill although nobody saw its answer", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			s.stops(true, everybody...)
			s.enters(everybody...)
			s.says(alice, everyone, carol, dave)
			s.types(alice, bob)
			s.event(alice, Event{What: Refused, Who: bob})
			s.ends(Left, everybody...)
		}},
		{"refused because of a block", func(s *story) {
			s.event(bob, Event{What: BlockTyped, Who: alice})
			s.event(bob, Event{What: BlockAnswered, Who: alice})
			s.types(alice, bob)
			s.event(alice, Event{What: Refused, Who: bob})
			s.ends(Left, everybody...)
		}},
		{"a newcomer is spared what was sent before", func(s *story) {
			s.Accounts[dave].Asked, s.Accounts[dave].Made = 0, 0
			id := s.types(alice, everyone)
			s.types(alice, dave)
			s.event(alice, Event{What: NoUser, Who: dave})
			s.Accounts[dave].Asked = s.tick()
			s.shows(id, alice, bob, carol)
			s.Accounts[dave].Made = s.tick()
			s.says(bob, everyone, alice, carol, dave)
			s.ends(Left, everybody...)
		}},
		{"an account that nobody read to the end", func(s *story) {
			s.Accounts[dave].Settled = false
			s.says(alice, everyone, bob, carol)
			s.ends(Left, everybody...)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory()
			s.enters(alice, bob, carol, dave)
			c.tell(s)
			s.wants(t)
		})
	}
}
