package render

import (
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

var (
	ops    = chat.Room{ID: 7, Name: "ops"}
	lounge = chat.Room{ID: 8, Name: "lounge"}
)

func said(k chat.Kind, by chat.Person, text string) *chat.Entry {
	return &chat.Entry{Kind: k, At: now, Sender: by, Room: ops, Body: sanitize.Message(text)}
}

func toward(k chat.Kind, by, whom chat.Person, text string) *chat.Entry {
	e := said(k, by, text)
	e.Recipient = whom
	return e
}

// pinning is bob pinning, or unpinning, line 120.
func pinning(k chat.Kind, about *chat.Quote) *chat.Entry {
	e := said(k, bob, "")
	e.Ref, e.About = 120, about
	return e
}

func TestWhatIsSaidInARoom(t *testing.T) {
	here := wide(80)
	here.Room, here.Name = ops.ID, "alice"
	there := wide(80)
	there.Name = "alice"
	plainly := plain()
	plainly.Name = "alice"
	for _, c := range []struct {
		e                  *chat.Entry
		here, there, plain string
	}{
		{said(chat.Said, carol, "hi"), "14:02 carol  hi", "14:02 #ops carol  hi", "14:02 #ops carol  hi"},
		{said(chat.Said, alice, "hi"), "14:02 you  hi", "14:02 #ops you  hi", "14:02 #ops you  hi"},
		{said(chat.Acted, carol, "waves"), "14:02 * carol waves", "14:02 #ops * carol waves", "14:02 #ops * carol waves"},
		{said(chat.Said, carol, "@Alice hi"), "14:02 carol » @Alice hi", "14:02 #ops carol » @Alice hi", "14:02 #ops carol  @Alice hi"},
		{said(chat.Said, alice, "@alice hi"), "14:02 you  @alice hi", "14:02 #ops you  @alice hi", "14:02 #ops you  @alice hi"},
	} {
		wants(t, here.Entry(c.e, false), c.here)
		wants(t, there.Entry(c.e, false), c.there)
		wants(t, plainly.Entry(c.e, false), c.plain)
	}
}

// The cache gives each viewer what they would see without it.
func TestTheCacheKnowsRoomsAndMentions(t *testing.T) {
	var c Cache
	e := said(chat.Said, carol, "@alice hi")
	here, other := wide(80), wide(80)
	here.Room = ops.ID
	named := here
	named.Name = "alice"
	for range 2 {
		for _, v := range []Viewer{here, other, named} {
			if got, want := c.Entry(v, e), v.Entry(e, false); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
}

func TestWhatHappensToARoom(t *testing.T) {
	for want, e := range map[string]*chat.Entry{
		"carol joined":                                            said(chat.Join, carol, ""),
		"you joined":                                              said(chat.Join, alice, ""),
		"carol left":                                              said(chat.Leave, carol, ""),
		"carol left, and the room is bob's now":                   toward(chat.Leave, carol, bob, ""),
		"carol left, and the room is yours now":                   toward(chat.Leave, carol, alice, ""),
		"bob invited you: join #ops":                              toward(chat.Invite, bob, alice, ""),
		"you invited bob":                                         toward(chat.Invite, alice, bob, ""),
		"bob removed you: spam":                                   toward(chat.Kick, bob, alice, "spam"),
		"bob removed carol":                                       toward(chat.Kick, bob, carol, ""),
		"bob set the topic: deploys":                              said(chat.Topic, bob, "deploys"),
		"bob removed the topic":                                   said(chat.Topic, bob, ""),
		"bob made you an operator":                                toward(chat.Promote, bob, alice, ""),
		"bob made carol a plain member":                           toward(chat.Demote, bob, carol, ""),
		"bob gave the room to carol":                              toward(chat.Give, bob, carol, ""),
		"bob renamed the room, which was #old":                    said(chat.Rename, bob, "old"),
		"bob closed the room":                                     said(chat.Close, bob, ""),
		"bob muted carol for 10 minutes":                          toward(chat.Mute, bob, carol, "10m0s"),
		"bob muted carol for 1 minute":                            toward(chat.Mute, bob, carol, "1m0s"),
		"bob let carol speak again":                               toward(chat.Mute, bob, carol, "0s"),
		"bob decided: only operators may speak":                   said(chat.Post, bob, "ops"),
		"bob decided: a member may speak once every 10 seconds":   said(chat.Slow, bob, "10s"),
		"bob decided: no pace but everyone's":                     said(chat.Slow, bob, "0s"),
		"bob decided: whoever is invited may come in":             said(chat.Access, bob, chat.AccessInvited),
		"bob decided: members see what was said before they came": said(chat.Access, bob, chat.HistoryAll),
		"bob raised a hand: my code does not compile":             said(chat.Hand, bob, "my code does not compile"),
		"you raised a hand":                                       said(chat.Hand, alice, ""),
		"bob lowered the hand":                                    said(chat.Lower, bob, ""),
		"you lowered the hand of bob":                             toward(chat.Lower, alice, bob, ""),
		"bob: it is your turn":                                    toward(chat.Turn, bob, alice, ""),
		"you called carol, whose turn it is":                      toward(chat.Turn, alice, carol, ""),
		"bob pinned #120":                                         pinning(chat.Pin, nil),
		"bob unpinned #120":                                       pinning(chat.Unpin, &chat.Quote{Sender: carol, Text: sanitize.Line("x")}),
		"bob pinned #120 you: deploy is at five":                  pinning(chat.Pin, &chat.Quote{Sender: alice, Text: sanitize.Line("deploy is at five")}),
		"bob pinned #120 carol: deploy is at five, not before…":   pinning(chat.Pin, &chat.Quote{Sender: carol, Text: sanitize.Line("deploy is at five, not before seven")}),
	} {
		wants(t, wide(120).Entry(e, false), "──  14:02 #ops: "+want+"  ──")
		wants(t, plain().Entry(e, false), "──  14:02 #ops: "+want+"  ──")
	}
	for _, unknown := range []*chat.Entry{said(chat.Post, bob, "cats"), said(chat.Access, bob, "all"), said("repaint", bob, "blue")} {
		if got := plain().Entry(unknown, false); got != "" {
			t.Errorf("%s: %q", unknown.Kind, got)
		}
	}
}

// What a damaged database holds as a name must not write the server's line, or another's.
func TestANameOfARoomCannotForge(t *testing.T) {
	e := said(chat.Said, bob, "x")
	e.Room.Name = "a bob → you  \x1b[2J"
	wants(t, wide(80).Entry(e, false), "14:02 #a?bob?????you????2J bob  x")
	e.Room.Name = ""
	wants(t, plain().Entry(e, false), "14:02 #? bob  x")
}

func TestLists(t *testing.T) {
	all := []chat.RoomInfo{
		{Room: ops, Topic: sanitize.Line("deploys and their ends"), Posting: chat.PostAll, Members: 1, Online: 1, IsMember: true, Role: chat.Owner},
		{Room: lounge, Posting: chat.PostOps, InviteOnly: true, Slow: time.Minute, History: true, Members: 1200, Online: 30, IsMember: true},
		{Room: chat.Room{ID: 9, Name: "x"}, Posting: chat.PostAll, Members: 2},
	}
	wants(t, wide(80).Rooms(all),
		"#ops     owner   1 member, 1 online        deploys and their ends",
		"#lounge  joined  1,200 members, 30 online",
		"#x       open    2 members, 0 online")
	wants(t, wide(80).Rooms(nil), "there are no rooms that you can see: join #NAME makes one")
	wants(t, wide(80).Facts(all[1]),
		"room     #lounge",
		"topic    none",
		"members  1,200 members, 30 online",
		"rule     whoever is invited may come in",
		"rule     only operators may speak",
		"rule     a member may speak once every minute",
		"rule     members see what was said before they came")
	wants(t, wide(80).Members([]chat.Member{
		{Person: alice, Role: chat.Owner, Online: true}, {Person: bob, Role: chat.Operator},
		{Person: carol, Online: true, Muted: now.Add(time.Minute)},
	}, now),
		"alice (you)  owner     online",
		"bob          operator  away",
		"carol        member    online, muted until 14:03")
}
