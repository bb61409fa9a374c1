package command

import (
	"errors"
	"fmt"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/password"
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
	textPasswordChanged = "your password is changed"
	textHelpMore        = "help COMMAND says more"
	textHelpBefore      = "Once you have logged in there is more. help COMMAND says more about one"
)

func textBlocked(n chat.Name) string {
	return fmt.Sprintf("blocked %s; they are told if they write to you", n)
}

func textUnblocked(n chat.Name) string {
	return fmt.Sprintf("unblocked %s; what they sent meanwhile stays hidden", n)
}

func textAliases(names []string) string { return "also: " + strings.Join(names, ", ") }

var groupNames = [groups]string{Account: "account", Talk: "talk", People: "people", Help: "help"}

// One line for each command, for help.
const (
	helpSignUp      = "make an account and log in"
	helpLogin       = "log in"
	helpLogout      = "leave (^D on an empty line, too)"
	helpPasswd      = "change your password"
	helpMessage     = "write to somebody, online or not"
	helpReply       = "write to whoever wrote to you last"
	helpBroadcast   = "write to everyone, online or not"
	helpSent        = "what became of your lines"
	helpMore        = "more of the lines that wait for you"
	helpWhoElse     = "who else is online"
	helpWhoLastHour = "who else logged in within the last hour"
	helpWhoLast     = "the same within 30 (minutes), 2h, 3d"
	helpWhoIs       = "what is known of somebody"
	helpBlock       = "stop USER from reaching you"
	helpUnblock     = "let USER reach you again"
	helpBlocked     = "whom you block"
	helpHelp        = "this list, or more about COMMAND"
)

// What help COMMAND says beyond the one line.
const (
	aboutSignUp = "Without NAME you are asked for it. A name is a letter from a to z, then such letters, digits, _ or -."
	aboutLogin  = "Without NAME you are asked for it.\n" +
		flagTakeOver + " ends a login of yours that is still open elsewhere.\n" +
		flagQuiet + " leaves the lines that wait for you waiting: more shows them."
	aboutLogout  = "If lines of yours still wait to be sent you are asked once more."
	aboutMessage = "TEXT may have several lines: paste them, or Alt-Enter. The line comes back to you once it is stored."
	aboutSent    = "Without ID your newest lines. \"got it\" means that their ssh has the line, not that anybody has read it."
	aboutMore    = "At login the newest 200 are shown; the earlier ones wait, also over a logout."
	aboutWhoLast = "DURATION is a number of minutes, or numbers with s, m, h, d or w: 90m, 1h30m, 2d; a year at most."
	aboutBlock   = "They cannot reach you by message, broadcast or room. What they send during the block stays hidden after unblock."
)

var (
	refuseNothing   = chat.Refusal{Reason: chat.Usage, Text: "nothing typed", Hint: "help lists the commands"}
	refuseDifferent = chat.Refusal{Reason: chat.Invalid, Text: "the two are not the same"}
	refuseHashing   = chat.Refusal{Reason: chat.Busy, Text: "the server is busy, try again"}
	refuseNoRoom    = chat.Refusal{Reason: chat.Busy, Text: "not done: the server's disk is full", Hint: "try again later"}
)

// refuseUnknown answers what is no command. Before a login it does not repeat what was typed unless it
// is nearly one: it may be a password, typed ahead to a login that was refused at once.
func refuseUnknown(typed string, near *Command, me chat.Name) chat.Refusal {
	r := chat.Refusal{Reason: chat.Usage, Text: "no command " + quoted(typed), Hint: "help lists them"}
	switch {
	case near != nil && near.open(me):
		r.Hint = fmt.Sprintf("did you mean %s? (help lists them)", near.Name)
	case near != nil:
		r.Hint = fmt.Sprintf("did you mean %s? %s", near.Name, chat.NotLoggedIn.Error())
	case me == "":
		r.Text, r.Hint = "that is no command here", chat.NotLoggedIn.Error()
	}
	return r
}

func refuseNoHelp(typed string, near *Command) chat.Refusal {
	r := chat.Refusal{Reason: chat.NotFound, Text: "no command " + quoted(typed), Hint: "help lists them"}
	if near != nil {
		r.Hint = fmt.Sprintf("did you mean %s?", near.Name)
	}
	return r
}

func refuseLoggedIn(me chat.Name) chat.Refusal {
	return chat.Refusal{Reason: chat.Invalid, Text: fmt.Sprintf("you are logged in as %s", me), Hint: "logout first"}
}

func (c *Command) refuseUsage() chat.Refusal {
	return chat.Refusal{Reason: chat.Usage, Text: "usage: " + c.Usage(), Hint: c.Help}
}

func (c *Command) refuseFlag(word string) chat.Refusal {
	r := c.refuseUsage()
	r.Hint = "no option " + quoted(word)
	return r
}

// textStartAgain says what to do after too many tries.
func (c *Call) textStartAgain() string { return "type " + c.Name + " to start again" }

// quoted is a word that somebody typed, with a length that does not fill the answer.
func quoted(word string) string {
	const most = 40
	short := sanitize.Field(word, most).String()
	if short != word {
		short += "…"
	}
	return fmt.Sprintf("%q", short)
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
