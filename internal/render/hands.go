package render

import (
	"time"

	"sshchat/internal/chat"
)

// mostHands is how many of those who wait are listed.
const mostHands = 50

// Hands renders who waits for a turn: the first of them, and how many more there are.
func (v Viewer) Hands(all []chat.RaisedHand, now time.Time) string {
	if len(all) == 0 {
		return v.Say(nobodyWaits)
	}
	rows := make([][]string, min(len(all), mostHands))
	for i, h := range all[:len(rows)] {
		who := name(h.Person)
		if v.isMe(h.Person) {
			who += profileSelf
		}
		rows[i] = []string{chat.Position(i + 1).String(), who, sinceText(v.stamp(h.Since, now)),
			here(h.Online), h.Text.String()}
	}
	text := v.table(rows, nil)
	if more := len(all) - len(rows); more > 0 {
		text += v.Say(moreWait(more))
	}
	return text
}

// turn says whose turn it is. who is whoever has called them.
func (v Viewer) turn(who string, whose chat.Person) string {
	if v.isMe(whose) {
		return yourTurn(who)
	}
	return turnOf(who, v.called(whose))
}
