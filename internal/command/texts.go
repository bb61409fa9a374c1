package command

import (
	"errors"
	"fmt"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/password"
	"sshchat/internal/render"
	"sshchat/internal/sanitize"
)

// Every text of this package that a person reads stands in this file.

// The questions. Programs know one for a password by that word, so no other has it.
const (
	askPassword      = "password: "
	askPasswordAgain = "password again: "
	askPresent       = "present password: "
	askNew           = "new password: "
	askNewAgain      = "new password again: "
	askInvite        = "invite code: "
	askClose         = "close it? yes or no: "
)

func askName(suggestion string) string {
	if suggestion == "" {
		return "name: "
	}
	return fmt.Sprintf("name [%s]: ", suggestion)
}

// Welcome says that a login has begun; nothing before it has that word.

func textWelcome(n chat.Name) string {
	return fmt.Sprintf("Welcome, %s: the account is yours. help lists what you can do", n)
}

func textWelcomeBack(n chat.Name) string { return fmt.Sprintf("Welcome, %s", n) }

const (
	textCancelled       = "cancelled"
	textChoose          = "the one that you were given lets you in once: choose one of your own"
	textCloseAccount    = "this erases your account for ever; what you have said stays, as of \"deleted account\""
	textAccountClosed   = "your account is erased"
	textPasswordChanged = "your password is changed"
	textHelpBefore      = "Once you have logged in there is more. help COMMAND says more about one"
)

func textBlocked(n chat.Name) string {
	return fmt.Sprintf("blocked %s; they are told if they write to you", n)
}

func textUnblocked(n chat.Name) string {
	return fmt.Sprintf("unblocked %s; what they sent meanwhile stays hidden", n)
}

const (
	textNothingUnread = "nothing is unread, but perhaps in quiet rooms"
	textReadAll       = "all is read"
	textNotMentioned  = "no line in a room has named you"
)

func textRead(c chat.Conversation) string { return fmt.Sprintf("all of %s is read", c) }

func textNotify(n chat.RoomName, notify string) string {
	return map[string]string{
		"":               fmt.Sprintf("%s rings as your settings for bell and notify have it", n),
		chat.Off:         fmt.Sprintf("nothing said in %s rings", n),
		chat.BellMention: fmt.Sprintf("a mention in %s rings", n),
		chat.BellAll:     fmt.Sprintf("whatever is said in %s rings", n),
	}[notify]
}

func textQuiet(n chat.RoomName, isQuiet bool, span string) string {
	switch {
	case !isQuiet:
		return fmt.Sprintf("%s is quiet no more", n)
	case span == "":
		return fmt.Sprintf("%s is quiet until quiet %s off", n, n)
	}
	return fmt.Sprintf("%s is quiet for %s", n, span)
}

func textSet(x chat.Setting, now chat.Settings) string {
	value := x.Get(now)
	if x.Text && value == x.Values[0] {
		return x.Name + " is empty now"
	}
	return fmt.Sprintf("%s is %s now", x.Name, quoted(value))
}

func textAway(text sanitize.Text) string {
	if strings.Trim(text.String(), blanks) == "" {
		return "others see that you are away; back ends it"
	}
	return fmt.Sprintf("others see that you are away: %s; back ends it", strings.Trim(text.String(), blanks))
}

const (
	textBack  = "others see that you are back"
	textNoDND = "you can be disturbed"
)

func textDND(until string) string {
	return fmt.Sprintf("nothing rings until %s; dnd off ends it", until)
}

func textWatch(n chat.Name) string {
	return fmt.Sprintf("you are told once, when %s logs in", n)
}

func textUnwatch(n chat.Name) string { return fmt.Sprintf("you do not watch for %s any more", n) }

func textTalk(with chat.Conversation) string {
	return fmt.Sprintf("what you type goes to %s now; commands need a /, and /talk alone ends it", with)
}

func textTalkEnds(with chat.Conversation) string {
	return fmt.Sprintf("what you type does not go to %s any more", with)
}

func textPinned(n int) string {
	if n == 1 {
		return "1 line is pinned there"
	}
	return fmt.Sprintf("%d lines are pinned there", n)
}

func textPlace(r chat.Room, p chat.Position) string {
	return fmt.Sprintf("you are %s in %s", p, r.Name)
}

func textQueued(q chat.Queued) string {
	return fmt.Sprintf("your hand is up: %s", textPlace(q.Room, q.Position))
}

func textClose(r chat.RoomInfo) string {
	if r.Members == 1 {
		return fmt.Sprintf("%s and what was said in it will be gone", r.Name)
	}
	return fmt.Sprintf("%s will be closed for its %d members", r.Name, r.Members)
}

func refuseSlip(c *Command) chat.Refusal {
	return chat.Refusal{Reason: chat.Slip, Text: fmt.Sprintf("not sent: /%s is the command", c.Name), Hint: "Enter again sends it as text"}
}

func (c *Command) refuseWhichRoom() chat.Refusal {
	return chat.Refusal{Reason: chat.Usage, Text: "which room?", Hint: "usage: " + c.Usage()}
}

func textAliases(names []string) string { return "also: " + strings.Join(names, ", ") }

var groupNames = [groups]string{Talk: "talk", Reading: "reading", Rooms: "rooms", Operators: "operators", People: "people", Account: "account"}

const (
	headEveryday = "every day"
	headAll      = "all, by group"
	headExamples = "examples"
)

func headGroup(g Group) string { return "the group " + groupNames[g] }

// textHelp is the first line of help: how anything is typed.
func textHelp(talk chat.Conversation, plain bool) string {
	switch {
	case !talk.IsNone():
		return fmt.Sprintf("What you type goes to %s; commands have a / in front. Tab completes them.", talk)
	case plain:
		return "Type a command and what it needs, then Enter."
	}
	return "Type a command and what it needs, then Enter. Tab completes both."
}

// textHelpMore is its last. slash is what stands before commands now.
func textHelpMore(slash string) string {
	return slash + "help GROUP says more about a group, " + slash + "help COMMAND about one, with examples"
}

func textAlso(does string, aliases []string) string {
	if len(aliases) == 0 {
		return does
	}
	return does + "; " + textAliases(aliases)
}

// firstSteps are what somebody who has just made an account can do.
var firstSteps = []render.Item{
	{Typed: "whoelse", Does: "who else is here"},
	{Typed: "message WHO TEXT", Does: "write to somebody"},
	{Typed: "rooms", Does: "rooms to meet in"},
	{Typed: "help", Does: "all the rest"},
}

// One line for each command, for help.
const (
	helpSignUp      = "make an account and log in"
	helpLogin       = "log in"
	helpLogout      = "leave (^D on an empty line, too)"
	helpSettings    = "your colours, times, bell and more"
	helpPasswd      = "change your password"
	helpAccount     = "erase your account, for ever"
	helpMessage     = "write to somebody, online or not"
	helpReply       = "write to whoever wrote to you last"
	helpBroadcast   = "write to everyone, online or not"
	helpSent        = "what became of your lines"
	helpHistory     = "what was said, with line numbers"
	helpSearch      = "find what was said, by its words"
	helpRe          = "answer a line, with a quote of it"
	helpEdit        = "change what you said last, or a line"
	helpDelete      = "take back what you said last, or a line"
	helpExport      = "all that you have said, as JSON Lines"
	helpUnread      = "where there is something unread"
	helpNext        = "go to what is unread next (Alt-A)"
	helpRead        = "count as read what was said"
	helpMentions    = "lines in rooms that name you"
	helpQuiet       = "have a room neither ring nor come up"
	helpContext     = "what stood around the line with a number"
	helpMore        = "more of the lines that wait for you"
	helpTalk        = "have what you type go to WHO"
	helpMe          = "say what you do: * bob waves"
	helpJoin        = "come into a room, or make it"
	helpLeave       = "leave a room"
	helpRooms       = "your rooms, and those that are open"
	helpMembers     = "who is in a room"
	helpInvite      = "invite somebody into a room"
	helpTopic       = "show what a room is about, or say it"
	helpKick        = "remove somebody from a room"
	helpMute        = "silence somebody in a room for 10m, 2h"
	helpUnmute      = "let them speak again"
	helpOp          = "make somebody an operator of a room"
	helpDeop        = "make an operator a plain member"
	helpRoom        = "show the rules of a room, or change one"
	helpClose       = "close a room for all"
	helpPin         = "show a line to whoever comes into its room"
	helpUnpin       = "show it no more"
	helpPins        = "what is pinned in a room"
	helpHand        = "wait for a turn in a room"
	helpHands       = "who waits for a turn"
	helpWhoElse     = "who else is online"
	helpWhoLastHour = "who else logged in within the last hour"
	helpWhoLast     = "the same within 30 (minutes), 2h, 3d"
	helpWhoIs       = "what is known of somebody"
	helpSeen        = "when somebody was here last"
	helpAway        = "have others see that you are away"
	helpBack        = "have them see that you are back"
	helpDND         = "have nothing ring until 17:30, or for 2h"
	helpWatch       = "be told when USER logs in, once"
	helpUnwatch     = "do not watch for USER any more"
	helpBlock       = "stop USER from reaching you"
	helpUnblock     = "let USER reach you again"
	helpBlocked     = "whom you block"
	helpReport      = "tell the moderators of a line, or of USER"
	helpAdmin       = "the operators' console, as far as your role may"
	helpHelp        = "what you can do, or about COMMAND"
)

// What help COMMAND says beyond the one line.
const (
	aboutSignUp = "Without NAME you are asked for it. A name is a letter from a to z, then such letters, digits, _ or -."
	aboutLogin  = "Without NAME you are asked for it.\n" +
		flagTakeOver + " ends a login of yours that is still open elsewhere.\n" +
		flagQuiet + " leaves the lines that wait for you waiting: more shows them."
	aboutSettings = "settings NAME shows one of them and what it can be. settings #ROOM notify off|mention|all goes before bell and notify in that room, auto ends that.\n" +
		"notify goes by the bell, or with the bell off for mentions and messages to you: osc9 is for iTerm2, Windows Terminal, kitty and others, osc777 for rxvt-unicode and others. " +
		"Inside tmux it needs TERM=tmux-256color and: set -g allow-passthrough on.\n" +
		"presence rooms shows the coming and going of people in your rooms, gathered for some seconds."
	aboutAccount = "It asks twice for what you log in with. Settings, rooms, blocks and logins are erased and your name is free; " +
		"what you have said stays, as of \"deleted account\". delete takes back a line before; export gives you all of yours."
	aboutLogout  = "If lines of yours still wait to be sent you are asked once more."
	aboutMessage = "TEXT may have several lines: paste them, or Alt-Enter. The line comes back to you once it is stored."
	aboutTalk    = "WHO is somebody or a #room that you are in. Commands then need a / in front: /talk alone ends it, // sends a text that begins with /."
	aboutMe      = "In a room; without #ROOM in the one that is current."
	aboutJoin    = "A room that is not there yet is made, and is yours. It becomes the current conversation."
	aboutLeave   = "If you own it, the operator who has been in it longest does then, or else the member. A room that nobody is in is closed."
	aboutTopic   = "TEXT is one line; topic - takes it away."
	aboutKick    = "They can come back only if an operator invites them."
	aboutOp      = "Operators set the topic and the pace, invite, mute and remove. The room's owner makes them."
	aboutRoom    = "access is open or invite, history all or joined, post all, ops or owners, slow a time or off.\n" +
		"The owner can open the history to members at any time, also of what was said before."
	aboutPin  = "A room's operators pin lines, 20 at most. Members see them as they stand, also who came later."
	aboutHand = "TEXT is one line, and says what for. hand down lowers the hand. For operators: hand next calls whoever has waited\n" +
		"longest and is online, and makes them the current conversation; who is away keeps their place; hand down USER takes another's down."
	aboutSent    = "Without #ID your newest lines. \"got it\" means that their ssh has the line, not that anybody has read it."
	aboutHistory = "WHO is somebody or a #room; without WHO the current conversation, or all. N lines, 20 if you do not say, 200 at most; or since 2h, 3d.\n" +
		"Of a room you see what was said while you were in it, or more if its owner has opened the history."
	aboutSearch = "All of the WORDS, in any case and without accents; \"in this order\", and beginn* for the beginning of a word. The newest come first.\n" +
		"in #ROOM or in USER is one conversation, from USER whoever said it, since 7d how far back. Without WORDS it lists the newest lines there."
	aboutRe      = "The line has the number #ID, which history, search and sent show; with a name it is the last that USER said here. A broadcast is answered to its author alone."
	aboutEdit    = "Without #ID the newest line of yours here. A line can be changed for a while after it was said; whoever has seen it is shown the change."
	aboutDelete  = "Without #ID the newest line of yours here. Whoever has seen it is told; nobody is shown it again."
	aboutExport  = "From a script: ssh -T HOST, with login and its answers on the standard input. ^C stops it."
	aboutUnread  = "A line is read once it was shown while its conversation was current, or once you write there."
	aboutNext    = "People first, then rooms that name you, then rooms; quiet ones never. What is unread there is shown again, behind a line where you stopped."
	aboutQuiet   = "Its lines are shown as ever. Without a time it is quiet until quiet off; that it names you is still counted."
	aboutMore    = "At login the newest 200 are shown; the earlier ones wait, also over a logout."
	aboutWhoLast = "DURATION is a number of minutes, or numbers with s, m, h, d or w: 90m, 1h30m, 2d; a year at most."
	aboutAway    = "TEXT is one line, at most 100 bytes, and stands in whoelse and whois until back or your logout. You can go on typing."
	aboutDND     = "UNTIL is a time of day, such as 17:30, or how long, such as 2h: at most 30 days. dnd off ends it, dnd alone tells. It goes on when you log out; others see it in whoelse and whois."
	aboutWatch   = "Your bell rings when they log in; if you are not there then, your next login tells whether they are. Without USER it lists whom you watch for."
	aboutBlock   = "They cannot reach you by message, broadcast or room. What they send during the block stays hidden after unblock."
	aboutReport  = "The line has the number #ID, which history and search show. It is kept as it stands now, whatever becomes of it. TEXT says what is wrong. You are told once a moderator has looked at it."
	aboutAdmin   = "admin help lists what you may do. What you do there is in the audit table, under your name."
	aboutHelp    = "COMMAND can be a group as well: help rooms."
)

// textPassedOn answers a report.
const textPassedOn = "passed on to the moderators"

var (
	refuseTalkPlain = chat.Refusal{Reason: chat.Invalid, Text: "without a terminal no conversation is current", Hint: "message WHO TEXT"}
	refuseNoTalk    = chat.Refusal{Reason: chat.Usage, Text: "no conversation is current", Hint: "talk WHO makes one so"}
	refuseUntil     = chat.Refusal{Reason: chat.Usage, Text: "until when?", Hint: "dnd 17:30, dnd 2h, or dnd off"}
	refuseLongMute  = chat.Refusal{Reason: chat.Invalid, Text: "that is longer than 30 days", Hint: "take a shorter time"}
	refuseNotify    = chat.Refusal{Reason: chat.Usage, Text: "usage: settings #ROOM notify off|mention|all|auto", Hint: "auto goes by your settings for bell and notify"}
	refuseNoText    = chat.Refusal{Reason: chat.Usage, Text: "nothing typed", Hint: "/help lists the commands"}
	refuseNothing   = chat.Refusal{Reason: chat.Usage, Text: "nothing typed", Hint: "help lists the commands"}
	refuseDifferent = chat.Refusal{Reason: chat.Invalid, Text: "the two are not the same"}
	refuseHashing   = chat.Refusal{Reason: chat.Busy, Text: "the server is busy, try again"}
	refuseNoRoom    = chat.Refusal{Reason: chat.Busy, Text: "not done: the server's disk is full", Hint: "try again later"}
)

// What to say of a wrong number or time, which no usage shows in all its forms.
const (
	hintPast  = "N is 1 or more; since takes how long ago, such as 30m, 2h or 3d"
	hintSince = "since takes how long ago, such as 30m, 2h or 7d"
)

// hintHowIn leaves it to help to say how, as that knows whether accounts are made.
const hintHowIn = "log in first (help lists how)"

// elsewhere says how to do here what other programs have a command for, where no single one of ours does it.
var elsewhere = map[string]string{
	"ban":    "kick removes somebody from a room, block keeps them away from you",
	"clear":  "^L clears the screen",
	"mode":   "room shows the rules of a room and changes them, op makes operators",
	"nick":   "a name stays what it was at signup",
	"status": "whois tells of somebody, settings how you like things, away and dnd what others see",
}

// refuseUnknown answers what is no command. Before a login it does not repeat what was typed unless it
// is nearly one: it may be a password, typed ahead to a login that was refused at once.
func refuseUnknown(typed string, near *Command, me chat.Name) chat.Refusal {
	r := chat.Refusal{Reason: chat.Usage, Text: "no command " + quoted(typed), Hint: "help lists them"}
	hint := elsewhere[strings.ToLower(typed)]
	switch {
	case hint != "":
		r.Hint = hint
	case near != nil && near.open(me):
		r.Hint = fmt.Sprintf("did you mean %s? (help lists them)", near.Name)
	case near != nil:
		r.Hint = fmt.Sprintf("did you mean %s? %s", near.Name, hintHowIn)
	case me == "":
		r.Text, r.Hint = "that is no command here", hintHowIn
	}
	return r
}

func refuseNoHelp(typed, near string) chat.Refusal {
	r := chat.Refusal{Reason: chat.NotFound, Text: "no command " + quoted(typed), Hint: "help lists them"}
	if near != "" {
		r.Hint = fmt.Sprintf("did you mean %s?", near)
	}
	return r
}

func refuseLoggedIn(me chat.Name) chat.Refusal {
	return chat.Refusal{Reason: chat.Invalid, Text: fmt.Sprintf("you are logged in as %s", me), Hint: "logout first"}
}

func (c *Command) refuseUsage() chat.Refusal {
	return chat.Refusal{Reason: chat.Usage, Text: "usage: " + c.Usage(), Hint: c.Help}
}

// refuseForm is refuseUsage with the forms that something can have.
func (c *Command) refuseForm(forms string) chat.Refusal {
	r := c.refuseUsage()
	r.Hint = forms
	return r
}

func (c *Command) refuseFlag(word string) chat.Refusal {
	return c.refuseForm("no option " + quoted(word))
}

// refuseNumber holds back a text for the newest own line that begins with the number of another.
func refuseNumber(id, newest chat.EntryID, rest string) chat.Refusal {
	rest = short(rest)
	return chat.Refusal{Reason: chat.Usage, Text: fmt.Sprintf("not done: #%d is a line of yours", id),
		Hint: fmt.Sprintf("did you mean edit #%d %s? For your newest line it is edit #%d %d %[2]s", id, rest, newest, id)}
}

// textStartAgain says what to do after too many tries.
func (c *Call) textStartAgain() string { return "type " + c.Name + " to start again" }

// quoted is a word that somebody typed, with a length that does not fill the answer.
func quoted(word string) string { return fmt.Sprintf("%q", short(word)) }

// short is the beginning of what somebody typed, in one line.
func short(typed string) string {
	const most = 40
	beginning := sanitize.Field(typed, most).String()
	if len(beginning) < len(typed) {
		beginning += "…"
	}
	return beginning
}

// Explain finds in err what the person is to be told; false if it is a fault, for the operator.
func Explain(err error) (chat.Refusal, bool) {
	switch {
	case errors.Is(err, password.ErrBusy):
		return refuseHashing, true
	case errors.Is(err, chat.ErrNoRoom):
		return refuseNoRoom, true
	}
	return chat.AsRefusal(err)
}
