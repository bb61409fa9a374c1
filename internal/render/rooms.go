package render

import (
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// whatHappened says what an entry has done to its room; nothing if that is not to be shown.
func (v Viewer) whatHappened(e *chat.Entry) string {
	who, whom, value := v.called(e.Sender), v.called(e.Recipient), sanitize.Line(e.Body.String()).String()
	if e.FromServer() {
		who = byAdmin
	}
	switch e.Kind {
	case chat.Delete:
		switch {
		case e.About == nil:
			return ""
		case e.FromServer():
			return who + " deleted what " + v.called(e.About.Sender) + " said at " + v.clock(e.About.At)
		}
		return who + " deleted what was said at " + v.clock(e.About.At)
	case chat.Told:
		return value
	case chat.Join:
		return who + " joined"
	case chat.Leave:
		if e.Recipient.ID != 0 {
			return who + " left, and the room is " + possessive(whom) + " now"
		}
		return who + " left"
	case chat.Invite:
		if v.isMe(e.Recipient) {
			return who + " invited you: join " + roomName(e.Room.Name)
		}
		return who + " invited " + whom
	case chat.Kick:
		return reason(who+" removed "+whom, value)
	case chat.Topic:
		if value == "" {
			return who + " removed the topic"
		}
		return who + " set the topic: " + value
	case chat.Promote:
		return who + " made " + whom + " an operator"
	case chat.Demote:
		return who + " made " + whom + " a plain member"
	case chat.Give:
		return who + " gave the room to " + whom
	case chat.Rename:
		return who + " renamed the room, which was " + roomName(chat.RoomName(value))
	case chat.Close:
		return who + " closed the room"
	case chat.Mute:
		return who + mutedFor(value, whom)
	case chat.Post, chat.Slow, chat.Access:
		if rule := ruleOf(e.Kind, value); rule != "" {
			return who + " decided: " + rule
		}
	case chat.Pin, chat.Unpin:
		return who + v.pinning(e)
	case chat.Hand:
		return reason(who+raisedHand, value)
	case chat.Lower:
		if e.Recipient.ID != 0 {
			return who + lowered(whom)
		}
		return who + loweredHand
	case chat.Turn:
		return v.turn(who, e.Recipient)
	}
	return ""
}

// called is what somebody is called within a sentence.
func (v Viewer) called(p chat.Person) string {
	switch {
	case v.isMe(p):
		return you
	case p.ID == 0:
		return byNobody
	}
	return name(p)
}

// Rooms renders a list of rooms.
func (v Viewer) Rooms(all []chat.RoomInfo) string {
	if len(all) == 0 {
		return v.Say(noRooms)
	}
	rows := make([][]string, len(all))
	for i, r := range all {
		rows[i] = []string{roomName(r.Name), standing(r), peopleIn(r) + unreadIn(r.Unread), r.Topic.String()}
	}
	return v.table(rows, nil)
}

// Facts renders what there is to know of one room.
func (v Viewer) Facts(r chat.RoomInfo) string {
	rows := [][]string{{roomOf, roomName(r.Name)}, {roomTopic, topicOr(r.Topic.String())}, {roomPeople, peopleIn(r)}}
	for _, rule := range rulesOf(r) {
		rows = append(rows, []string{roomRule, rule})
	}
	return v.table(rows, nil)
}

// Members renders who is in a room.
func (v Viewer) Members(all []chat.Member, now time.Time) string {
	rows := make([][]string, len(all))
	for i, m := range all {
		who := name(m.Person)
		if v.isMe(m.Person) {
			who += profileSelf
		}
		rows[i] = []string{who, roleName(m.Role), presence(m, v.stamp(m.Muted, now))}
	}
	return v.table(rows, nil)
}
