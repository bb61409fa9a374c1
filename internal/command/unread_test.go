package command

import (
	"testing"
	"time"
)

func TestUnread(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	alice.reads("unread", "nothing is unread")
	alice.runs("join ops")
	bob.runs("join ops")
	bob.runs("join dev")
	alice.runs("join dev")
	bob.runs("message #dev one")
	bob.runs("message #ops two")
	bob.runs("message #ops @alice three")
	bob.runs("message alice four")
	alice.reads("unread", "bob   1 line\n#ops  2 lines, 1 names you\n#dev  1 line")
	alice.reads("rooms", "#dev  joined  2 members, 2 online, 1 unread\n#ops  owner   2 members, 2 online, 2 unread")
	alice.reads("quiet #ops", "#ops is quiet until quiet #ops off")
	alice.reads("unread", "bob   1 line\n#dev  1 line\n#ops  2 lines, 1 names you (quiet)")
	alice.isRefused("read", "usage: read [WHO | all] — count as read what was said")
	alice.reads("read bob", "all of bob is read")
	alice.reads("next", `──  you stopped here: 1 line since  ──
14:02 #dev bob  one
what you type goes to #dev now; commands need a /, and /talk alone ends it`)
	alice.reads("read #dev", "all of #dev is read")
	alice.reads("next", "nothing is unread, but perhaps in quiet rooms")
	alice.reads("quiet #ops off", "#ops is quiet no more")
	alice.reads("talk #ops", `──  you stopped here: 2 lines since  ──
14:02 #ops bob  two
14:02 #ops bob  @alice three
what you type goes to #ops now; commands need a /, and /talk alone ends it`)
	alice.reads("quiet #ops 2h", "#ops is quiet for 2h")
	h.now = h.now.Add(2 * time.Hour)
	alice.reads("unread", "#ops  2 lines, 1 names you")
	alice.reads("read all", "all is read")
	alice.reads("unread", "nothing is unread")
	alice.isRefused("quiet #ops soon", "usage: quiet [#ROOM] [2h | off] — have a room neither ring nor come up")
	alice.isRefused("quiet 2h", "which room? — usage: quiet [#ROOM] [2h | off]")
}

func TestWhatRingsInARoom(t *testing.T) {
	h := newHouse(t)
	alice := h.signUp("alice")
	alice.runs("join ops")
	alice.reads("settings #ops", "#ops rings as your settings for bell and notify have it")
	alice.reads("settings #ops notify Mention", "a mention in #ops rings")
	alice.reads("quiet #ops 1h", "#ops is quiet for 1h")
	alice.reads("settings #ops", "a mention in #ops rings")
	alice.reads("settings #ops notify off", "nothing said in #ops rings")
	alice.reads("settings #ops notify all", "whatever is said in #ops rings")
	alice.reads("settings #ops notify auto", "#ops rings as your settings for bell and notify have it")
	for _, line := range []string{"settings #ops notify", "settings #ops notify direct", "settings #ops bell off", "settings #ops notify off x"} {
		alice.isRefused(line, "usage: settings #ROOM notify off|mention|all|auto — auto goes by your settings for bell and notify")
	}
	alice.isRefused("settings #dev notify off", "no room #dev — rooms lists them, join #dev makes it")
}

func TestMentionsAreListed(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	alice.reads("mentions", "no line in a room has named you")
	alice.runs("join ops")
	bob.runs("join ops")
	bob.runs("message #ops alice: one")
	bob.runs("message #ops malice aforethought, and alice is no mention")
	bob.runs("message alice @alice to her alone")
	alice.runs("message #ops @alice is me")
	h.now = h.now.Add(time.Hour)
	bob.runs("message #ops look, @Alice")
	alice.reads("mentions", "#3 14:02 #ops bob  alice: one\n#7 15:02 #ops bob  look, @Alice")
	alice.reads("mentions 1", "#7 15:02 #ops bob  look, @Alice")
	alice.reads("mentions since 30m", "#7 15:02 #ops bob  look, @Alice")
	alice.isRefused("mentions bob", "usage: mentions [N | since 2h] — N is 1 or more; since takes how long ago, such as 30m, 2h or 3d")
}
