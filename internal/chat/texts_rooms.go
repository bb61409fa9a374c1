package chat

import (
	"fmt"
	"time"
)

// What is said of rooms.

func refuseRoomForm(typed string) Refusal {
	return Refusal{Invalid, fmt.Sprintf("%q is no name of a room", clip(typed)), fmt.Sprintf(
		"one is #, a letter from a to z, then such letters, digits, _ or -, at most %d in all", MaxRoomName)}
}

func refuseNoRoom(n RoomName) Refusal {
	return Refusal{NotFound, fmt.Sprintf("no room %s", n), fmt.Sprintf("rooms lists them, join %s makes it", n)}
}

// refuseNoRoomThere is for who cannot make it.
func refuseNoRoomThere(n RoomName) Refusal {
	return Refusal{Reason: NotFound, Text: fmt.Sprintf("no room %s", n)}
}

func refuseNotIn(n RoomName) Refusal {
	return Refusal{NotFound, fmt.Sprintf("you are not in %s", n), fmt.Sprintf("join %s first", n)}
}

func refuseNotMember(who Name, n RoomName) Refusal {
	return Refusal{NotFound, fmt.Sprintf("%s is not in %s", who, n), fmt.Sprintf("members %s lists who is", n)}
}

func refuseInviteOnly(n RoomName) Refusal {
	return Refusal{NotAllowed, fmt.Sprintf("%s takes only those who are invited", n), "ask one of its operators"}
}

func refuseKicked(n RoomName) Refusal {
	return Refusal{NotAllowed, fmt.Sprintf("you were removed from %s", n), "one of its operators can invite you back"}
}

func refuseManyRooms(most int) Refusal {
	return Refusal{Busy, fmt.Sprintf("not done: one can be in at most %d rooms", most), "leave one first"}
}

func refuseRole(n RoomName, needs Role) Refusal {
	who := "its owner"
	if needs == Operator {
		who = "its operators"
	}
	return Refusal{NotAllowed, fmt.Sprintf("not done: in %s only %s may do that", n, who), fmt.Sprintf("members %s lists them", n)}
}

func refuseOverRole(who Name, n RoomName) Refusal {
	return Refusal{NotAllowed, fmt.Sprintf("not done: %s governs %s as well", who, n), "only its owner may do that"}
}

func refusePost(n RoomName, p Posting) Refusal {
	who := "its owner speaks"
	if p == PostOps {
		who = "operators speak"
	}
	return Refusal{NotAllowed, fmt.Sprintf("not sent: in %s only %s", n, who), fmt.Sprintf("members %s lists them", n)}
}

func refuseWait(n RoomName, muted bool, left time.Duration) Refusal {
	if muted {
		return Refusal{NotAllowed, fmt.Sprintf("not sent: you are muted in %s, %s left", n, seconds(left)), ""}
	}
	return Refusal{TooFast, fmt.Sprintf("not sent, slow down: %s is a slow room, %s left", n, seconds(left)), ""}
}

func refuseRoomTaken(n RoomName) Refusal {
	return Refusal{Taken, fmt.Sprintf("%s is taken, or looks like a room that is there", n), "choose another name"}
}

// refuseRoomStale is for what is so already.
func refuseRoomStale(k Kind, n RoomName, who Name) Refusal {
	text := fmt.Sprintf("that is how %s is already", n)
	switch k {
	case Join:
		text = fmt.Sprintf("you are in %s already", n)
	case Invite:
		text = fmt.Sprintf("%s is in %s already, or invited", who, n)
	case Promote, Demote, Give:
		text = fmt.Sprintf("that is what %s is in %s already", who, n)
	case Mute:
		text = fmt.Sprintf("%s is not muted in %s", who, n)
	case Pin:
		text = "that line is pinned already"
	case Lower:
		text = fmt.Sprintf("your hand is not up in %s", n)
		if who != "" {
			text = fmt.Sprintf("%s's hand is not up in %s", who, n)
		}
	}
	return Refusal{Reason: Invalid, Text: text}
}

func refuseManyPins(n RoomName) Refusal {
	return Refusal{Busy, fmt.Sprintf("not done: %d lines are pinned in %s, and that is the most", MostPins, n),
		fmt.Sprintf("pins %s lists them, unpin ID makes room", n)}
}

func refuseHandUp(n RoomName, p Position) Refusal {
	text := fmt.Sprintf("your hand is up in %s already", n)
	if p > 0 {
		text += fmt.Sprintf(": you are %s", p)
	}
	return Refusal{Invalid, text, fmt.Sprintf("hand %s down lowers it", n)}
}

func refuseNobodyWaits(n RoomName, away int) Refusal {
	switch away {
	case 0:
		return Refusal{Reason: NotFound, Text: fmt.Sprintf("nobody else waits in %s", n)}
	case 1:
		return Refusal{NotFound, fmt.Sprintf("the one who waits in %s is away", n), fmt.Sprintf("hands %s says who that is", n)}
	}
	return Refusal{NotFound, fmt.Sprintf("all %d who wait in %s are away", away, n), fmt.Sprintf("hands %s lists them", n)}
}
