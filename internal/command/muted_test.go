package command

import (
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// attempts are what alice may type of one command while an administrator has muted her.
type attempts struct {
	refused []string // as a line is
	done    []string
	answers []string // to what the command asks
}

// byMuted says of every command what becomes of it: what brings words of hers before others, a name that she has made up, or
// an old line once more, is refused. What she does without a word is done.
var byMuted = map[string]attempts{
	"message":   {refused: []string{"message bob x", "message #ops x"}},
	"reply":     {refused: []string{"reply x"}},
	"broadcast": {refused: []string{"broadcast x"}},
	"re":        {refused: []string{"re #1 x", "re bob x"}},
	"me":        {refused: []string{"me #ops waves"}},
	"edit":      {refused: []string{"edit #9 x"}},
	"delete":    {done: []string{"delete #9"}},

	"join":   {refused: []string{"join #made-up"}, done: []string{"join #old"}},
	"leave":  {done: []string{"leave #old"}},
	"invite": {refused: []string{"invite #ops dave"}}, // which shows him the name of a room
	"topic":  {refused: []string{"topic #ops x"}, done: []string{"topic #ops", "topic #ops -"}},
	"kick":   {refused: []string{"kick #ops carol x"}, done: []string{"kick #ops carol"}},
	"mute":   {done: []string{"mute #ops bob 1m"}},
	"unmute": {done: []string{"unmute #ops bob"}},
	"op":     {done: []string{"op #ops bob"}},
	"deop":   {done: []string{"deop #ops bob"}},
	"room": {refused: []string{"room #ops rename made-up"}, done: []string{"room #ops", "room #ops post ops", "room #ops slow 5s",
		"room #ops access invite", "room #ops history all", "room #ops give bob"}},
	"close": {done: []string{"close #mine"}, answers: []string{"yes"}},
	"pin":   {refused: []string{"pin #9"}},
	"unpin": {done: []string{"unpin #10"}},
	"hand":  {refused: []string{"hand #ops x", "hand #ops"}, done: []string{"hand #ops next", "hand #talks down"}},

	"away":     {refused: []string{"away x"}, done: []string{"away"}},
	"back":     {done: []string{"back"}},
	"dnd":      {done: []string{"dnd 2h"}},
	"settings": {refused: []string{"settings about x"}, done: []string{"settings about -", "settings clock 12", "settings #ops notify off"}},
	"watch":    {done: []string{"watch dave"}},
	"unwatch":  {done: []string{"unwatch dave"}},
	"block":    {done: []string{"block carol"}}, // she is not told
	"unblock":  {done: []string{"unblock carol"}},
	"report":   {done: []string{"report #1 rude", "report bob rude"}}, // for the moderators alone
	"passwd":   {done: []string{"passwd"}, answers: []string{goodPassword, "staple battery", "staple battery"}},
	"account":  {}, // TestWhoIsMutedDoesNotCloseTheAccount

	// Nobody else sees anything of these.
	"sent": {}, "history": {}, "search": {}, "context": {}, "export": {}, "more": {}, "unread": {}, "next": {}, "read": {}, "mentions": {},
	"quiet": {}, "talk": {}, "rooms": {}, "members": {}, "pins": {}, "hands": {}, "whoelse": {}, "wholasthr": {}, "wholast": {},
	"whois": {}, "seen": {}, "blocked": {}, "help": {},
	// These are typed before the login, or end it. No mute is known there.
	"signup": {}, "login": {}, "logout": {},
}

// mutedAlice is muted, and owns #ops, where #9 is hers and #10, which is pinned, is bob's.
func mutedAlice(t *testing.T) (h *house, alice *person) {
	h = newHouse(t)
	alice, bob, carol := h.signUp("alice"), h.signUp("bob"), h.signUp("carol")
	_, err := h.chat.Enrol(t.Context(), []chat.Newcomer{{Name: "dave"}}, chat.Audit{})
	if err != nil {
		t.Fatal(err)
	}
	bob.does("message alice hello", "join #old", "join #talks")
	alice.does("join #ops", "join #talks", "join #mine")
	bob.does("join #ops")
	carol.does("join #ops")
	alice.does("message #ops old words")
	bob.does("message #ops pinned", "hand #ops may I?")
	alice.does("pin #10", "hand #talks")
	if _, _, err := h.chat.Mute(t.Context(), "alice", 0, sanitize.Line("spam"), chat.Audit{}); err != nil {
		t.Fatal(err)
	}
	return h, alice
}

func (p *person) does(lines ...string) {
	p.h.Helper()
	for _, line := range lines {
		if _, err := p.runs(line); err != nil {
			p.h.Fatalf("%s: %v", line, err)
		}
	}
}

func TestWhatSomebodyDoesWhoIsMuted(t *testing.T) {
	_, alice := mutedAlice(t)
	for i := range table {
		all, isDecided := byMuted[table[i].Name]
		if !isDecided {
			t.Errorf("%s: what of it is for somebody who is muted?", table[i].Name)
		}
		for _, line := range all.refused {
			alice.isRefused(line, "not sent: you are muted by an administrator: spam")
		}
	}
	for i := range table {
		all := byMuted[table[i].Name]
		for _, line := range all.done {
			if _, err := alice.runs(line, all.answers...); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
}

// Another account would be one that is not muted.
func TestWhoIsMutedDoesNotCloseTheAccount(t *testing.T) {
	h, alice := mutedAlice(t)
	const asks = "ask whoever runs this server if it has to go now"
	alice.isRefused("account close", "not done: you are muted by an administrator, and your account stays as long as that — "+asks,
		goodPassword, goodPassword)
	if _, _, err := h.chat.Mute(t.Context(), "alice", time.Minute, sanitize.Line("spam"), chat.Audit{}); err != nil {
		t.Fatal(err)
	}
	_, err := alice.runs("account close", goodPassword, goodPassword)
	if r, _ := Explain(err); !strings.Contains(r.Text, "muted by an administrator until ") {
		t.Errorf("%v", err)
	}
	h.now = h.now.Add(time.Minute)
	if e, err := alice.runs("account close", goodPassword, goodPassword); err != nil || !e.Logout {
		t.Errorf("after it: %v, %v", e, err)
	}
}
