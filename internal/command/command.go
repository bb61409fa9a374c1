// Package command is the table of what people can type: each command is a value with its name, its
// arguments, who may use it, its help and what it does. Parsing, completion and help read that one
// table, so that they cannot disagree.
//
// A command runs beside the session that it was typed in and changes nothing there: what is to
// change it returns as an [Effect].
package command

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/render"
	"sshchat/internal/sanitize"
)

// A Command is one row of the table.
type Command struct {
	Name    string
	Aliases []string
	Args    []Arg
	Form    string   // how usage shows the arguments, if that says more than their names do
	Flags   []string // the options that it takes, each with its two dashes
	Needs   Need
	Pace    Pace
	Group   Group
	Help    string // one line, for the list
	About   string // what else there is to say, for help COMMAND; may be empty
	// Everyday says that help shows it among those that people need most.
	Everyday bool
	// ReadsOnly says that it changes nothing but how far somebody has read.
	ReadsOnly bool
	Examples  []Example
	Run       func(context.Context, *Call) (Effect, error)
	// Line is what a command sends that does nothing else; it has no Run. Several of them can be
	// sent at once.
	Line func(*Parsed) chat.Line
}

// Stops reports whether ^C may stop the command: until it is done it has done nothing that would have to be undone.
func (c *Command) Stops() bool { return c.Needs == LoggedOut || c.ReadsOnly }

// An Example is what can be typed of a command, and in a few words what that does. It has a "/" only if it
// is for a conversation alone.
type Example struct{ Typed, Does string }

// An Arg is an argument, in the order in which they are typed.
type Arg struct {
	Name     string // as usage shows it
	Kind     ArgKind
	Optional bool
	Words    []string // of a Choice, or those that a Text may be instead
	OrRoom   bool     // a #room will do as well
	// WordsOf are those of one that depends on the word before it; of a #room by "#", and of a word behind one by "#" and
	// that word.
	WordsOf map[string][]string
}

// ArgKind says what an argument is: how much of the line it takes, and how Tab completes it.
type ArgKind int

// The kinds of arguments.
const (
	Word    ArgKind = iota
	User            // the name of an account
	Room            // the name of a room, with its # if it can be left out
	Anybody         // a User or a Room
	Line            // the number of a line, with its # if it can be left out
	Choice          // one of a few words
	Text            // the rest of the line as it is, line breaks included; the last argument
	CommandName
)

// Need is the state in which a command can be used.
type Need int

// The needs.
const (
	LoggedIn Need = iota
	LoggedOut
	Anyone
)

// Pace says which of the paces a command falls under.
type Pace int

// The paces.
const (
	Unpaced Pace = iota
	Messages
	Broadcasts
)

// Group is where help lists a command, in this order: what people need most stands first.
type Group int

// The groups.
const (
	Talk Group = iota
	Reading
	Rooms
	Operators
	People
	Account
	groups // how many there are
)

// Usage is the line that says how c is typed: message WHO TEXT.
func (c *Command) Usage() string {
	if c.Form != "" {
		return c.Name + " " + c.Form
	}
	words := []string{c.Name}
	for _, f := range c.Flags {
		words = append(words, "["+f+"]")
	}
	return strings.Join(append(words, c.argNames()...), " ")
}

// argNames are the arguments as usage shows them.
func (c *Command) argNames() (names []string) {
	for _, a := range c.Args {
		if a.Optional {
			names = append(names, "["+a.Name+"]")
		} else {
			names = append(names, a.Name)
		}
	}
	return names
}

// A Call is a command on its way, with all that it may use.
type Call struct {
	Parsed
	Chat    *chat.Service
	Now     func() time.Time
	View    render.Viewer
	Me      chat.Actor // zero before login
	Likes   chat.Settings
	Visitor Visitor
	Console Console // nil: nobody can use it here
	// Session stands behind a login that the command begins.
	Session chat.Session
	// Progress is how far the session has come; nil before login.
	Progress func() chat.Progress
	// Ask puts a question to the person and waits for the answer. Its error is Cancelled when the
	// person does not want to answer, or the cause of the end of ctx.
	Ask func(ctx context.Context, q Question) (string, error)
}

// Visitor is what is known of somebody who need not have logged in.
type Visitor struct {
	Remote netip.AddrPort
	Client string // the client's version, cleaned
	User   string // the name that the ssh client gave, cleaned: a suggestion
}

// A Question is put to the person who typed a command.
type Question struct {
	Note   string // rendered lines to show before it; may be empty
	Prompt string // ends with ": "
	Hidden bool   // the answer is a password: it is never shown
}

// Cancelled is what a question comes back with that the person did not want to answer.
var Cancelled = chat.Refusal{Reason: chat.Invalid, Text: textCancelled}

// An Effect is what a command asks the session for, besides what it did itself.
type Effect struct {
	After  chat.EntryID // what is to be shown of the log before Text; 0: no matter
	Answer *chat.Entry  // what the command has come to, if that is shown in its place in the log
	Text   string       // rendered lines to show
	Begun  *chat.Begun  // a login has begun
	Quiet  bool         // leave its waiting lines waiting
	More   bool         // show more of what waits
	Logout bool         // end the session
	// Pages gives rows to show, piece by piece as the client takes them, until it gives none.
	Pages func(context.Context) (rows string, err error)
	Say   bool // send the text that was typed, which Guarded held back
	// Talk is the conversation that is to be current; the zero value of it: none.
	Talk   *chat.Conversation
	Likes  *chat.Settings // how the person likes things from now on
	Notice *RoomNotice
}

func (c *Call) say(text string) (Effect, error) { return Effect{Text: c.View.Say(text)}, nil }

// Arg is the argument of that name as it was typed; empty if it was left out.
func (p *Parsed) Arg(name string) string {
	for i, a := range p.Args {
		if a.Name == name && i < len(p.args) {
			return p.args[i]
		}
	}
	return ""
}

// Text is the Text argument; empty if there is none.
func (p *Parsed) Text() sanitize.Text {
	if i := len(p.Args) - 1; i >= 0 && p.Args[i].Kind == Text && i < len(p.args) {
		return sanitize.Message(p.args[i])
	}
	return sanitize.Text{}
}

// WithText is p with another text: a long message that is sent in parts is the same command for
// each of them.
func (p Parsed) WithText(t sanitize.Text) Parsed {
	if i := len(p.Args) - 1; i >= 0 && p.Args[i].Kind == Text {
		p.args = append(append([]string(nil), p.args[:i]...), t.String())
	}
	return p
}

// ReplyTo binds a reply to whom it is for: it becomes the message to them. Any other command, and a
// reply to nobody, stays what it is.
func (p Parsed) ReplyTo(who chat.Name) Parsed {
	if p.Name != "reply" || who == "" {
		return p
	}
	text := p.Text().String()
	p.Command = p.table.find("message")
	p.args = []string{string(who), text}
	return p
}

// has reports whether an option was given.
func (p *Parsed) has(flag string) bool {
	for _, f := range p.flags {
		if f == flag {
			return true
		}
	}
	return false
}
