package command

import (
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
)

func TestEditAndDelete(t *testing.T) {
	h := newHouse(t, func(r *chat.Rules) { r.EditWindow = 10 * time.Minute })
	alice, bob := h.signUp("alice"), h.signUp("bob")
	alice.isRefused("edit hello", "you have said nothing yet that could be meant — history shows lines and their numbers")
	alice.runs("message bob helo")
	alice.runs("message bob wrold")
	alice.reads("edit world", "")
	alice.reads("edit #1 hello, 5 pm", "")
	alice.reads("history bob", "#1 14:02 you → bob (edited 14:02)  hello, 5 pm\n#2 14:02 you → bob (edited 14:02)  world")
	alice.isRefused("edit #2 world", "that is what the line says already")
	bob.isRefused("edit #1 mine", "not done: that line is not yours — one changes one's own lines only")
	bob.isRefused("delete #99", "there is no line with that number for you to see — history shows the numbers")
	bob.isRefused("delete #x", "usage: delete [#ID] — take back what you said last, or a line")
	alice.isRefused("edit "+strings.Repeat("x", 101), "not sent: 101 bytes, and a message has at most 100 — shorten it, or send it in parts")
	h.now = h.now.Add(time.Minute)
	alice.reads("delete", "")
	bob.reads("history", "#1 14:02 alice → you (edited 14:02)  hello, 5 pm\n#2 14:02 alice → you (deleted 14:03)  ")
	h.now = h.now.Add(10 * time.Minute)
	alice.isRefused("delete #1", "not done: a line can be changed for 10m0s — say it anew")
}

func TestDeleteTakesBackOneLineAfterTheOther(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	for _, line := range []string{"message bob one", "message bob two", "message bob three"} {
		alice.runs(line)
	}
	alice.reads("delete", "")
	alice.reads("edit deux", "")
	alice.reads("delete", "")
	bob.reads("history", "#1 14:02 alice → you  one\n#2 14:02 alice → you (deleted 14:02)  \n#3 14:02 alice → you (deleted 14:02)  ")
}

func TestAnEditedBroadcastHasThePaceOfBroadcasts(t *testing.T) {
	h := newHouse(t, func(r *chat.Rules) { r.Broadcasts = chat.Pace{Burst: 1, Every: time.Minute} })
	alice := h.signUp("alice")
	alice.runs("broadcast lunch") // these tests have no session that paces
	alice.reads("edit lunch at noon", "")
	alice.isRefused("edit lunch at one", "not done, slow down: a broadcast that is edited counts as one, 60 s left")
	alice.reads("delete", "")
}

// context, sent, re and pin take the number of a line with its # or without it. An edit that did not would overwrite the
// newest line by what was meant for another.
func TestAnEditThatBeginsWithTheNumberOfALineIsHeldBack(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	alice.runs("message bob one")
	alice.runs("message bob two")
	bob.runs("message alice three")
	alice.isRefused("edit 1 uno", "not done: #1 is a line of yours — did you mean edit #1 uno? For your newest line it is edit #2 1 uno")
	alice.isRefused("edit 2\n"+strings.Repeat("x", 41), "not done: #2 is a line of yours — did you mean edit #2 "+strings.Repeat("x", 40)+
		"…? For your newest line it is edit #2 2 "+strings.Repeat("x", 40)+"…")
	alice.reads("history 2", "#2 14:02 you → bob  two\n#3 14:02 bob → you  three")
	for _, text := range []string{"3 is bob's", "99 is nobody's", "1", "1st of all", "-1 is no number"} {
		alice.reads("edit "+text, "")
		alice.reads("history 2", "#2 14:02 you → bob (edited 14:02)  "+text+"\n#3 14:02 bob → you  three")
	}
	alice.reads("edit #2 1 uno", "")
	alice.reads("history 2", "#2 14:02 you → bob (edited 14:02)  1 uno\n#3 14:02 bob → you  three")
}

func TestAnswers(t *testing.T) {
	h := newHouse(t)
	alice, bob, carol := h.signUp("alice"), h.signUp("bob"), h.signUp("carol")
	alice.isRefused("re bob what?", "bob has said nothing yet that could be meant — history shows lines and their numbers")
	bob.runs("message alice are we still on for three, or is that too early for you?")
	alice.runs("re bob yes")
	bob.reads("history 1", `#2 14:02 alice → you ↳ you 14:02 "are we still on for three, or…"  yes`)
	bob.runs("re 2 good")
	alice.reads("history 1", `#3 14:02 bob → you ↳ you 14:02 "yes"  good`)
	carol.isRefused("re 2 me too", "there is no line with that number for you to see — history shows the numbers")
	bob.runs("join ops")
	carol.runs("join ops")
	bob.runs("message #ops deploy?")
	bob.runs("block carol")
	carol.runs("re #6 green")
	carol.reads("history #ops", "#6 14:02 #ops bob  deploy?\n#8 14:02 #ops you ↳ bob 14:02 \"deploy?\"  green")
	bob.reads("history #ops", "#6 14:02 #ops you  deploy?")
	bob.runs("broadcast lunch")
	alice.runs("re 9 coming")
	bob.reads("history alice 1", `#10 14:02 alice → you ↳ you 14:02 "lunch"  coming`)
	bob.isRefused("re 9 myself", "not sent: that is yourself — message somebody else")
	alice.isRefused("re bob", "usage: re #ID|USER TEXT — answer a line, with a quote of it")
}

func TestSearch(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	alice.runs("join ops")
	bob.runs("join ops")
	alice.runs("message bob the printer works")
	h.now = h.now.Add(48 * time.Hour)
	bob.runs("message #ops the Printer is in the cellar")
	all := "#4 14:02 #ops bob  the »Printer« is in the cellar\n#3 Wed 14:02 you → bob  the »printer« works"
	alice.reads("search printer", all)
	alice.reads("search PRINT* since 7d", all)
	alice.reads("search printer since 1d", "#4 14:02 #ops bob  the »Printer« is in the cellar")
	alice.reads("search printer in #ops", "#4 14:02 #ops bob  the »Printer« is in the cellar")
	alice.reads("search printer in bob", "#3 Wed 14:02 you → bob  the »printer« works")
	alice.reads("search printer from alice since 3d", "#3 Wed 14:02 you → bob  the »printer« works")
	alice.reads(`search in "the cellar"`, "#4 14:02 #ops bob  the Printer is »in« »the cellar«")
	alice.reads("search printer lost", "nothing of that kind was said that you can see")
	alice.isRefused("search ?!", "there is no word in that to look for — search WORDS; a word is made of letters and digits")
	alice.isRefused("search x from nobody", `no user "nobody"`)
	alice.isRefused("search x in #nowhere", "no room #nowhere — rooms lists them, join #nowhere makes it")
	alice.isRefused("search "+strings.Repeat("a ", 17), "that is too much to look for at once — take fewer words")
	const usage = "usage: search [WORDS] [in|from WHO] [since 7d] — "
	alice.isRefused("search x since tomorrow", usage+"since takes how long ago, such as 30m, 2h or 7d")
	alice.isRefused("search", usage+"find what was said, by its words")
}

// Without words a search lists what its filters leave, the newest first; what is quoted is looked for.
func TestSearchWithoutWords(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	alice.runs("join ops")
	bob.runs("join ops")
	alice.runs("message bob three words from me")
	h.now = h.now.Add(48 * time.Hour)
	bob.runs("message #ops five of them from bob")
	bob.runs("message alice one")
	const direct, room, old = "#5 14:02 bob → you  one", "#4 14:02 #ops bob  five of them from bob", "#3 Wed 14:02 you → bob  three words from me"
	alice.reads("search from bob", direct+"\n"+room)
	alice.reads("search * FROM bob", direct+"\n"+room)
	alice.reads("search from bob in #ops", room)
	alice.reads("search in bob", direct+"\n"+old)
	alice.reads("search from alice", old)
	alice.reads("search since 1d from bob in bob", direct)
	alice.reads("search in #ops since 3d", room)
	alice.reads(`search "from bob"`, "#4 14:02 #ops bob  five of them »from bob«")
	alice.reads("search from from bob", "#4 14:02 #ops bob  five of them »from« bob")
	alice.isRefused("search *", "there is no word in that to look for — search WORDS; a word is made of letters and digits")
	alice.isRefused("search ?! from bob", "there is no word in that to look for — search WORDS; a word is made of letters and digits")
	alice.isRefused("search from nobody", `no user "nobody"`)
}

func TestExport(t *testing.T) {
	h := newHouse(t)
	alice, bob := h.signUp("alice"), h.signUp("bob")
	alice.runs("join ops")
	bob.runs("message alice not hers")
	alice.runs("message bob caf\u00e9 \U0001F600 \"x\"\nsecond line")
	alice.runs("message #ops in the room")
	alice.runs("delete #3")
	e, err := alice.runs("export")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for {
		rows, err := e.Pages(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if rows == "" {
			break
		}
		got.WriteString(rows)
	}
	want := `{"id":3,"at":"2026-11-25T14:02:00Z","kind":"direct","to":"bob","edited":"2026-11-25T14:02:00Z","deleted":true,"text":""}
{"id":4,"at":"2026-11-25T14:02:00Z","kind":"room","room":"#ops","text":"in the room"}
`
	if got.String() != want {
		t.Errorf("got  %s\nwant %s", got.String(), want)
	}
}
