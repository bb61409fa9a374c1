package session

import (
	"fmt"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/render"
	"sshchat/internal/sanitize"
)

// Every text of this package that a person reads stands in this file.

// greeting is what somebody with a terminal sees first. The words that programs wait for must not be
// in it: the one that a login ends with, and the one for a password.
func greeting(v render.Viewer, makesAccounts bool) string {
	text := v.Say("This is sshchat: talk to whoever is here, and whoever is not gets it later.")
	ways := []render.Item{{Typed: "login NAME", Does: "if you have an account here"}}
	if makesAccounts {
		ways = append(ways, render.Item{Typed: "signup NAME", Does: "if you have none yet"})
	}
	ways = append(ways, render.Item{Typed: "help", Does: "for the rest; ^D leaves"})
	return text + v.Section("", ways)
}

// textIsAway and textNotHere answer a message to somebody who may not read it soon.
func textIsAway(who chat.Name, why sanitize.Text) string {
	if why.String() == chat.JustAway {
		return fmt.Sprintf("%s is away", who)
	}
	return fmt.Sprintf("%s is away: %s", who, why)
}

func textNotHere(who chat.Name) string {
	return fmt.Sprintf("%s is not here: they read it at their next login", who)
}

// The titles of what whoever runs the server has posted.
const (
	titleBanner = "from whoever runs this server"
	titleMotd   = "message of the day"
)

// promptText is what stands in front of the line that is typed.
func promptText(me chat.Name, talk chat.Conversation, waiting int) string {
	where := string(me)
	switch {
	case talk.Room.ID != 0:
		where = talk.String()
	case !talk.IsNone():
		where = "→ " + talk.String() // bob's own is bob>
	}
	if waiting > 0 {
		return fmt.Sprintf("%s (%d wait)> ", where, waiting)
	}
	return where + "> "
}

func (s *session) goodbye() string {
	if s.login == nil {
		return "goodbye"
	}
	return fmt.Sprintf("goodbye, %s", s.name())
}

func textTalkOver(was chat.Conversation) string {
	return fmt.Sprintf("you are not in %s any more: what you type does not go there", was)
}

// textAside says where lines that were begun have gone.
func textAside(all []chat.Unsent) string {
	var names []string
	for _, u := range all {
		names = append(names, nameOf(u.In))
	}
	what := "lines that you began come"
	if len(all) == 1 {
		what = "a line that you began comes"
	}
	return what + " back when you talk to " + strings.Join(names, ", ")
}

func textBegunDropped(u chat.Unsent) string {
	return fmt.Sprintf("you have begun too many lines: dropped the one to %s: %s", nameOf(u.In), clip(u.Text.String()))
}

// nameOf is how a conversation is named that a line was begun in.
func nameOf(c chat.Conversation) string {
	switch {
	case c.IsNone():
		return "nobody"
	case isGone(c):
		return "a room that you have left"
	}
	return c.String()
}

// textHere is the notification that somebody has come; notifier is who shows one.
func textHere(who chat.Name) string { return fmt.Sprintf("%s is here", who) }

const notifier = "sshchat"

const (
	noCommands     = "sshchat takes no command on the ssh line"
	hintNoCommands = "connect without one, and type it there"

	textHowToLeave = "^D or logout leaves"
	textPanic      = "something went wrong on the server; it has been logged"
)

func noSubsystem(name string) string { return fmt.Sprintf("sshchat has no subsystem %q", name) }

func textLineTooLong(most int) string {
	return fmt.Sprintf("not done: a line has at most %d bytes", most)
}

func textNoRoom(most int) string {
	return fmt.Sprintf("not taken in: a line has at most %d bytes", most)
}

// clip keeps a line that was typed from filling the screen again.
func clip(line string) string {
	const most = 200
	if len(line) <= most {
		return line
	}
	return sanitize.Field(line, most).String() + "…"
}

func countLines(n int) string {
	if n == 1 {
		return "1 line"
	}
	return fmt.Sprintf("%d lines", n)
}

// textExpired says what of what waited has gone.
func textExpired(n int) string {
	if n == 1 {
		return "1 line that waited for you was too old to be kept, and is deleted"
	}
	return countLines(n) + " that waited for you were too old to be kept, and are deleted"
}

func textDropped(n int) string { return countLines(n) + " that waited to be sent: dropped" }

func textStillWait(n int) string {
	return countLines(n) + " still to be sent — logout again drops them, or wait"
}

func hintInParts(n int) string { return fmt.Sprintf("Enter again sends it as %d messages", n) }

func refuseTooFast(n int) chat.Refusal {
	return chat.Refusal{Reason: chat.TooFast, Text: "not sent, slow down: " + countLines(n) + " of yours wait already"}
}

func refuseFull(err error) chat.Refusal {
	return chat.Refusal{Reason: chat.Busy, Text: err.Error(), Hint: "try again later"}
}

// Why a login has ended, for those who look at the logins.
const (
	whyLogout = "logout"
	whyEnded  = "end of input"
	whyPanic  = "a fault of the server"
)

// whyRefused is what the log says of a password that was refused. It does not repeat the name: people type their password
// there, too.
func whyRefused(r chat.Reason) string {
	if r == chat.Locked {
		return "locked"
	}
	return "wrong name or password"
}
