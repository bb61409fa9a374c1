package command

import (
	"context"
	"strconv"
	"strings"

	"sshchat/internal/chat"
)

// table has every command. Its texts stand in texts.go.
var table = Table{
	{
		Name: "signup", Args: []Arg{{Name: "NAME", Optional: true}}, Needs: LoggedOut, Group: Account,
		Help:  helpSignUp,
		About: aboutSignUp, Run: signUp,
		Examples: examplesSignUp,
	},
	{
		Name: "login", Args: []Arg{{Name: "NAME", Optional: true}}, Flags: []string{flagTakeOver, flagQuiet},
		Needs: LoggedOut, Group: Account,
		Help:  helpLogin,
		About: aboutLogin, Run: login,
		Examples: examplesLogin,
	},
	{
		Name: "logout", Aliases: []string{"quit", "exit"}, Needs: Anyone, Group: Account,
		Help:  helpLogout,
		About: aboutLogout, Run: logout,
		Everyday: true,
	},
	{
		Name: "settings", Args: []Arg{{Name: "NAME", Kind: Choice, Optional: true, Words: likeNames(), OrRoom: true},
			{Name: "VALUE", Kind: Text, Optional: true, WordsOf: likeValues()}}, Form: "[NAME [VALUE]]", Pace: Messages, Group: Account,
		Help:  helpSettings,
		About: aboutSettings, Run: likes,
		Examples: examplesSettings,
	},
	{
		Name: "passwd", Group: Account,
		Help: helpPasswd, Run: changePassword,
	},
	{
		Name: "account", Args: []Arg{{Name: "close", Kind: Choice, Words: []string{"close"}}}, Form: "close", Group: Account,
		Help:  helpAccount,
		About: aboutAccount, Run: closeAccount,
	},
	{
		Name: "message", Aliases: []string{"msg", "m"}, Args: []Arg{{Name: "WHO", Kind: Anybody}, {Name: "TEXT", Kind: Text}},
		Pace: Messages, Group: Talk,
		Help:  helpMessage,
		About: aboutMessage, Line: toOne,
		Everyday: true, Examples: examplesMessage,
	},
	{
		Name: "reply", Aliases: []string{"r"}, Args: []Arg{{Name: "TEXT", Kind: Text}}, Pace: Messages, Group: Talk,
		Help: helpReply, Line: toLast,
		Everyday: true, Examples: examplesReply,
	},
	{
		Name: "broadcast", Args: []Arg{{Name: "TEXT", Kind: Text}}, Pace: Broadcasts, Group: Talk,
		Help: helpBroadcast, Line: toAll,
		Everyday: true, Examples: examplesBroadcast,
	},
	{
		Name: "sent", Args: []Arg{{Name: lineArg.Name, Optional: true}}, Group: Reading, ReadsOnly: true,
		Help:  helpSent,
		About: aboutSent, Run: sent,
		Examples: examplesSent,
	},
	{
		Name: "history", Args: []Arg{{Name: "WHO", Kind: Anybody, Optional: true}, {Name: "N", Optional: true}, {Name: "SPAN", Optional: true}},
		Form: "[WHO] [N | since 2h]", Pace: Messages, Group: Reading, ReadsOnly: true,
		Help:  helpHistory,
		About: aboutHistory, Run: history,
		Everyday: true, Examples: examplesHistory,
	},
	{
		Name: "search", Args: []Arg{{Name: "WORDS", Kind: Text}}, Form: "[WORDS] [in|from WHO] [since 7d]", Pace: Messages, Group: Reading, ReadsOnly: true,
		Help:  helpSearch,
		About: aboutSearch, Run: search,
		Examples: examplesSearch,
	},
	{
		Name: "context", Args: []Arg{{Name: lineArg.Name, Kind: Line}}, Pace: Messages, Group: Reading, ReadsOnly: true,
		Help: helpContext, Run: contextOf,
		Examples: examplesContext,
	},
	{
		Name: "re", Args: []Arg{{Name: "WHO", Kind: User}, {Name: "TEXT", Kind: Text}}, Form: "#ID|USER TEXT", Pace: Messages, Group: Talk,
		Help:  helpRe,
		About: aboutRe, Line: toLine,
		Examples: examplesRe,
	},
	{
		Name: "edit", Args: []Arg{lineArg, {Name: "TEXT", Kind: Text}}, Pace: Messages, Group: Talk,
		Help:  helpEdit,
		About: aboutEdit, Run: edit,
		Examples: examplesEdit,
	},
	{
		Name: "delete", Args: []Arg{lineArg}, Pace: Messages, Group: Talk,
		Help:  helpDelete,
		About: aboutDelete, Run: deleteLine,
	},
	{
		Name: "export", Pace: Messages, Group: Reading, ReadsOnly: true,
		Help:  helpExport,
		About: aboutExport, Run: export,
	},
	{
		Name: "more", Group: Reading,
		Help:  helpMore,
		About: aboutMore, Run: more,
	},
	{
		Name: "unread", Pace: Messages, Group: Reading, ReadsOnly: true,
		Help:  helpUnread,
		About: aboutUnread, Run: unread,
	},
	{
		Name: "next", Pace: Messages, Group: Reading, ReadsOnly: true,
		Help:  helpNext,
		About: aboutNext, Run: next,
	},
	{
		Name: "read", Args: []Arg{{Name: "WHO", Kind: Anybody, Optional: true}}, Form: "[WHO | all]", Pace: Messages, Group: Reading,
		Help: helpRead, Run: read,
		Examples: examplesRead,
	},
	{
		Name: "mentions", Args: []Arg{{Name: "N", Optional: true}, {Name: "SPAN", Optional: true}}, Form: "[N | since 2h]", Pace: Messages, Group: Reading, ReadsOnly: true,
		Help: helpMentions, Run: mentions,
		Examples: examplesMentions,
	},
	{
		Name: "quiet", Args: []Arg{roomArg, {Name: "DURATION", Optional: true}}, Form: "[#ROOM] [2h | off]", Pace: Messages, Group: Reading,
		Help:  helpQuiet,
		About: aboutQuiet, Run: quiet,
		Examples: examplesQuiet,
	},
	{
		Name: "talk", Args: []Arg{{Name: "WHO", Kind: Anybody, Optional: true}}, Group: Talk,
		Help:  helpTalk,
		About: aboutTalk, Run: talk,
		Everyday: true, Examples: examplesTalk,
	},
	{
		Name: "me", Args: []Arg{roomArg, {Name: "TEXT", Kind: Text}}, Pace: Messages, Group: Talk,
		Help:  helpMe,
		About: aboutMe, Line: toAction,
		Examples: examplesMe,
	},
	{
		Name: "join", Args: []Arg{{Name: "#ROOM", Kind: Room}}, Pace: Messages, Group: Rooms,
		Help:  helpJoin,
		About: aboutJoin, Run: join,
		Everyday: true, Examples: examplesJoin,
	},
	{
		Name: "leave", Aliases: []string{"part"}, Args: []Arg{roomArg}, Pace: Messages, Group: Rooms,
		Help:  helpLeave,
		About: aboutLeave, Run: governs(chat.Leave, nothing),
		Examples: examplesLeave,
	},
	{
		Name: "rooms", Group: Rooms,
		Help: helpRooms, Run: rooms,
		Everyday: true, Examples: examplesRooms,
	},
	{
		Name: "members", Args: []Arg{roomArg}, Group: Rooms,
		Help: helpMembers, Run: members,
		Examples: examplesMembers,
	},
	{
		Name: "invite", Args: []Arg{roomArg, {Name: "USER", Kind: User}}, Pace: Messages, Group: Rooms,
		Help: helpInvite, Run: governs(chat.Invite, nothing),
		Examples: examplesInvite,
	},
	{
		Name: "topic", Args: []Arg{roomArg, {Name: "TEXT", Kind: Text, Optional: true}}, Pace: Messages, Group: Rooms,
		Help:  helpTopic,
		About: aboutTopic, Run: topic,
		Examples: examplesTopic,
	},
	{
		Name: "kick", Args: []Arg{roomArg, {Name: "USER", Kind: User}, {Name: "REASON", Kind: Text, Optional: true}}, Pace: Messages, Group: Operators,
		Help:  helpKick,
		About: aboutKick, Run: governs(chat.Kick, text),
		Examples: examplesKick,
	},
	{
		Name: "mute", Args: []Arg{roomArg, {Name: "USER", Kind: User}, {Name: "DURATION"}}, Pace: Messages, Group: Operators,
		Help: helpMute, Run: governs(chat.Mute, muteFor),
		Examples: examplesMute,
	},
	{
		Name: "unmute", Args: []Arg{roomArg, {Name: "USER", Kind: User}}, Pace: Messages, Group: Operators,
		Help: helpUnmute, Run: governs(chat.Mute, unmute),
	},
	{
		Name: "op", Args: []Arg{roomArg, {Name: "USER", Kind: User}}, Pace: Messages, Group: Operators,
		Help:  helpOp,
		About: aboutOp, Run: governs(chat.Promote, nothing),
		Examples: examplesOp,
	},
	{
		Name: "deop", Args: []Arg{roomArg, {Name: "USER", Kind: User}}, Pace: Messages, Group: Operators,
		Help: helpDeop, Run: governs(chat.Demote, nothing),
	},
	{
		Name: "room", Args: []Arg{roomArg, {Name: "WHAT", Kind: Choice, Optional: true, Words: ruleNames},
			{Name: "VALUE", Kind: Choice, Optional: true, WordsOf: ruleValues}},
		Pace: Messages, Group: Operators,
		Help:  helpRoom,
		About: aboutRoom, Run: room,
		Examples: examplesRoom,
	},
	{
		Name: "close", Args: []Arg{roomArg}, Pace: Messages, Group: Operators,
		Help: helpClose, Run: closeRoom,
	},
	{
		Name: "pin", Args: []Arg{{Name: lineArg.Name, Kind: Line}}, Pace: Messages, Group: Operators,
		Help:  helpPin,
		About: aboutPin, Run: pin,
		Examples: examplesPin,
	},
	{
		Name: "unpin", Args: []Arg{{Name: lineArg.Name, Kind: Line}}, Pace: Messages, Group: Operators,
		Help: helpUnpin, Run: unpin,
	},
	{
		Name: "pins", Args: []Arg{roomArg}, Group: Rooms,
		Help: helpPins, Run: pins,
	},
	{
		Name: "hand", Args: []Arg{roomArg, {Name: "TEXT", Kind: Text, Optional: true}}, Form: "[#ROOM] [TEXT|next|down]",
		Pace: Messages, Group: Rooms,
		Help:  helpHand,
		About: aboutHand, Run: hand,
		Examples: examplesHand,
	},
	{
		Name: "hands", Args: []Arg{roomArg}, Group: Rooms,
		Help: helpHands, Run: hands,
	},
	{
		Name: "whoelse", Aliases: []string{"who"}, Group: People,
		Help: helpWhoElse, Run: whoElse,
		Everyday: true,
	},
	{
		Name: "wholasthr", Group: People,
		Help: helpWhoLastHour, Run: whoLastHour,
	},
	{
		Name: "wholast", Args: []Arg{{Name: "DURATION"}}, Group: People,
		Help:  helpWhoLast,
		About: aboutWhoLast, Run: whoLast,
		Examples: examplesWhoLast,
	},
	{
		Name: "whois", Args: []Arg{{Name: "USER", Kind: User}}, Group: People,
		Help: helpWhoIs, Run: whoIs,
		Examples: examplesWhoIs,
	},
	{
		Name: "seen", Args: []Arg{{Name: "USER", Kind: User}}, Group: People,
		Help: helpSeen, Run: seen,
	},
	{
		Name: "away", Args: []Arg{{Name: "TEXT", Kind: Text, Optional: true}}, Pace: Messages, Group: People,
		Help:  helpAway,
		About: aboutAway, Run: away,
	},
	{
		Name: "back", Pace: Messages, Group: People,
		Help: helpBack, Run: back,
	},
	{
		Name: "dnd", Args: []Arg{{Name: "UNTIL", Kind: Choice, Optional: true, Words: []string{noDND}}}, Pace: Messages, Group: People,
		Help:  helpDND,
		About: aboutDND, Run: dnd,
	},
	{
		Name: "watch", Args: []Arg{{Name: "USER", Kind: User, Optional: true}}, Pace: Messages, Group: People,
		Help:  helpWatch,
		About: aboutWatch, Run: watch,
	},
	{
		Name: "unwatch", Args: []Arg{{Name: "USER", Kind: User}}, Pace: Messages, Group: People,
		Help: helpUnwatch, Run: unwatch,
	},
	{
		Name: "block", Args: []Arg{{Name: "USER", Kind: User}}, Pace: Messages, Group: People,
		Help:  helpBlock,
		About: aboutBlock, Run: block,
		Examples: examplesBlock,
	},
	{
		Name: "unblock", Args: []Arg{{Name: "USER", Kind: User}}, Pace: Messages, Group: People,
		Help: helpUnblock, Run: unblock,
	},
	{
		Name: "blocked", Group: People,
		Help: helpBlocked, Run: blocked,
	},
	{
		Name: "report", Args: []Arg{{Name: "WHO", Kind: User}, {Name: "TEXT", Kind: Text}}, Form: "#ID|USER TEXT", Pace: Messages, Group: People,
		Help:  helpReport,
		About: aboutReport, Run: report,
		Examples: examplesReport,
	},
	{
		Name: "help", Args: []Arg{{Name: "COMMAND", Kind: CommandName, Optional: true}}, Needs: Anyone, Group: Account,
		Help: helpHelp, Run: help,
		About: aboutHelp, Examples: examplesHelp,
	},
}

// The options.
const (
	flagTakeOver = "--take-over"
	flagQuiet    = "--quiet"
)

func logout(context.Context, *Call) (Effect, error) { return Effect{Logout: true}, nil }

func more(context.Context, *Call) (Effect, error) { return Effect{More: true}, nil }

// toOne is for somebody or for a room.
func toOne(p *Parsed) chat.Line {
	if to := p.Arg("WHO"); strings.HasPrefix(to, "#") {
		return chat.Line{Audience: chat.ToRoom, To: to, Text: p.Text()}
	}
	return chat.Line{Audience: chat.ToOne, To: p.Arg("WHO"), Text: p.Text()}
}

func toLast(p *Parsed) chat.Line { return chat.Line{Audience: chat.ToLast, Text: p.Text()} }

func toAll(p *Parsed) chat.Line { return chat.Line{Audience: chat.ToAll, Text: p.Text()} }

// Send sends what is typed with commands that have a Line, in that order; each is refused alone. A line
// that was sent is answered by itself: it comes back in its place among all others.
func Send(ctx context.Context, c *chat.Service, me chat.Actor, typed []Parsed) []chat.Outcome {
	lines := make([]chat.Line, len(typed))
	for i := range typed {
		lines[i] = typed[i].Line(&typed[i])
	}
	return c.Send(ctx, me, lines)
}

// listed is how many of one's own lines sent lists.
const listed = 20

func sent(ctx context.Context, c *Call) (Effect, error) {
	var id chat.EntryID
	if c.Arg(lineArg.Name) != "" {
		var err error
		if id, err = c.id(); err != nil {
			return Effect{}, err
		}
	}
	lines, err := c.Chat.Sent(ctx, c.Me, id, listed)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Sent(lines, c.Now())}, nil
}

// id is the number of a line as it is shown, with its #, or without.
func (c *Call) id() (chat.EntryID, error) {
	id, ok := lineNumber(c.Arg(lineArg.Name))
	if !ok {
		return 0, c.refuseUsage()
	}
	return id, nil
}

func lineNumber(typed string) (chat.EntryID, bool) {
	id, err := strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64)
	return chat.EntryID(id), err == nil && id > 0
}
