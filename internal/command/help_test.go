package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sshchat/internal/chat"
	"sshchat/internal/render"
)

func TestHelpBeforeLogin(t *testing.T) {
	p := &person{h: newHouse(t)}
	p.reads("help", `  signup [NAME]   make an account and log in
  login [NAME]    log in
  logout          leave (^D on an empty line, too)
  help [COMMAND]  what you can do, or about COMMAND
Once you have logged in there is more. help COMMAND says more about one`)
	p.reads("help /R", `reply TEXT: write to whoever wrote to you last
  also: r
examples
  reply on my way  to whoever wrote to you last`)
	p.reads("help unblock", "unblock USER: let USER reach you again")
	p.isRefused("help reading", "log in or sign up first — login NAME, or signup NAME")
	p.isRefused("help acount", `no command "acount" — did you mean account?`)
}

// What would be refused is not offered; with an invite it would not be.
func TestSignUpIsOfferedOnlyWhereAccountsAreMade(t *testing.T) {
	h := newHouse(t)
	h.signUp("bob")
	p := &person{h: h}
	offered := func() (all []bool) {
		for _, typed := range []string{"help", "help reading", "login bob"} {
			e, err := p.runs(typed, "wrong")
			text := e.Text
			if err != nil {
				text = err.Error()
			}
			all = append(all, strings.Contains(text, "sign"))
		}
		return all
	}
	for _, c := range []struct {
		name string
		rule func(*chat.Rules)
		want bool
	}{
		{"open", func(*chat.Rules) {}, true},
		{"invite", func(r *chat.Rules) { r.SignUpInvited = true }, true},
		{"closed", func(r *chat.Rules) { r.SignUpClosed = true }, false},
	} {
		rules := h.chat.Rules()
		c.rule(&rules)
		h.chat.SetRules(rules)
		if got := offered(); !slices.Equal(got, []bool{c.want, c.want, c.want}) {
			t.Errorf("%s: signup is in %v of help, a refusal and a wrong password", c.name, got)
		}
	}
}

func TestHelpOfAGroup(t *testing.T) {
	p := newHouse(t).signUp("alice")
	p.reads("help /READING", `the group reading
  sent [#ID]           what became of your lines
  history [WHO] [N] …  what was said, with line numbers
  search WORDS         find what was said, by its words
  context #ID          what stood around the line with a number
  export               all that you have said, as JSON Lines
  more                 more of the lines that wait for you
  unread               where there is something unread
  next                 go to what is unread next (Alt-A)
  read [WHO | all]     count as read what was said
  mentions [N] [SPAN]  lines in rooms that name you
  quiet [#ROOM] …      have a room neither ring nor come up`)
	p.reads("help account", `account close: erase your account, for ever
  It asks twice for what you log in with. Settings, rooms, blocks and logins 
  are erased and your name is free; what you have said stays, as of "deleted 
  account". delete takes back a line before; export gives you all of yours.
the group account
  logout             leave (^D on an empty line, too); also: quit, exit
  settings [NAME] …  your colours, times, bell and more
  passwd             change your password
  account close      erase your account, for ever
  help [COMMAND]     what you can do, or about COMMAND`)
	p.isRefused("help acount", `no command "acount" — did you mean account?`)
	p.isRefused("help "+strings.Repeat("x", 17), `no command "`+strings.Repeat("x", 17)+`" — help lists them`)
}

// talk, rooms and account are the names of a command and of a group: whoever types them sees both.
func TestAGroupWithTheNameOfACommand(t *testing.T) {
	p := newHouse(t).signUp("alice")
	for _, name := range groupNames {
		e, err := p.runs("help " + name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		before, _, ok := strings.Cut(e.Text, "the group "+name+"\n")
		if c := table.find(name); !ok || (c != nil) != strings.HasPrefix(before, name) || c == nil && before != "" {
			t.Errorf("help %s: %s", name, e.Text)
		}
	}
}

// What is typed into a conversation is said there, unless it begins with a slash: so do the examples.
func TestHelpInAConversation(t *testing.T) {
	p := newHouse(t).signUp("alice")
	for line, want := range map[string]string{
		"/help":      "What you type goes to #ops; commands have a / in front.",
		"/HELP":      "\n/help GROUP says more about a group, /help COMMAND about one, with examples\n",
		"/help more": "more: more of the lines",
		"/help join": "examples\n  /join #ops  come in",
		"/help talk": "  /talk bob   what you type is for bob\n  /talk #ops  what you type is for the room\n  /talk       neither any more\n",
		"/help room": "  /room #ops slow 10s       a member",
	} {
		if got := p.helped(line, inOps); !strings.Contains(got, want) {
			t.Errorf("%s says\n%s\nwant %s", line, got, want)
		}
	}
	if got := p.helped("help talk", chat.Conversation{}); !strings.Contains(got, "\n  talk #ops  what") || !strings.Contains(got, "\n  /talk      neither") {
		t.Errorf("outside it says\n%s", got)
	}
	if got := p.helped("/help", inOps); !strings.Contains(got, "\n  /message WHO TEXT  ") || strings.Contains(got, "\n  message") {
		t.Errorf("it cannot be typed like that:\n%s", got)
	}
}

// helped is what help answers in a conversation.
func (p *person) helped(line string, talk chat.Conversation, change ...func(*Call)) string {
	p.h.Helper()
	parsed, err := Parse(line, p.me.Name, talk)
	if err != nil {
		p.h.Fatal(err)
	}
	c := &Call{Parsed: parsed, Me: p.me, Chat: p.h.chat}
	for _, f := range change {
		f(c)
	}
	e, err := help(p.h.Context(), c)
	if err != nil {
		p.h.Fatal(err)
	}
	return e.Text
}

func TestEveryCommandIsInTheHelp(t *testing.T) {
	p := newHouse(t).signUp("alice")
	all := p.helped("help", chat.Conversation{})
	for i := range table {
		c := &table[i]
		if c.Needs != LoggedOut && !strings.Contains(strings.ReplaceAll(all, "\n", " "), " "+c.Name+" ") {
			t.Errorf("%s is not in\n%s", c.Name, all)
		}
		if got := p.helped("help "+c.Name, chat.Conversation{}); !strings.HasPrefix(got, c.Usage()+": "+c.Help) {
			t.Errorf("help %s says\n%s", c.Name, got)
		}
		group := p.helped("help "+groupNames[c.Group], chat.Conversation{})
		if row := textAlso(c.Help, c.Aliases) + "\n"; c.Needs != LoggedOut && !strings.Contains(group, row) {
			t.Errorf("%q has no row of its own in\n%s", row, group)
		}
	}
}

// screenRows are those of a screen of 24 that are left for an answer beside what was typed and the prompt.
const screenRows = 22

func TestHelpFitsTheScreen(t *testing.T) {
	p := newHouse(t).signUp("alice")
	for _, line := range append([]string{"help"}, groupLines()...) {
		for _, talk := range []chat.Conversation{{}, {With: chat.Person{ID: 9, Name: "abcdefghij0123456789"}}} {
			lead := map[bool]string{true: "", false: "/"}[talk.IsNone()]
			text := p.helped(lead+line, talk)
			if n := strings.Count(text, "\n"); n > screenRows {
				t.Errorf("%s has %d rows:\n%s", line, n, text)
			}
		}
	}
}

func groupLines() (lines []string) {
	for _, name := range groupNames {
		lines = append(lines, "help "+name)
	}
	return lines
}

// With 70 commands the page is still one screen.
func TestHelpWithManyCommands(t *testing.T) {
	p := newHouse(t).signUp("alice")
	many := append(Table(nil), table...)
	for len(many) < 70 {
		g := Group(len(many)) % groups
		many = append(many, Command{Name: fmt.Sprintf("do%d", len(many)), Group: g})
	}
	text := p.helped("help", chat.Conversation{}, func(c *Call) { c.table = many })
	if n := strings.Count(text, "\n"); n > screenRows || !strings.Contains(text, "69 ") && !strings.Contains(text, "69\n") {
		t.Errorf("%d commands, %d rows:\n%s", len(many), n, text)
	}
}

// In 80 columns a row of help is never broken, and in 40 what an example does, or an everyday command,
// has one row below it.
func TestLinesOfHelpAreShort(t *testing.T) {
	const beside, below = 79 - 2 - mostUsage - 2, 40 - 1 - 4
	for i := range table {
		c := &table[i]
		if n := utf8.RuneCountInString(c.short()); n > mostUsage || n == 0 {
			t.Errorf("%q has %d columns", c.short(), n)
		}
		if row := textAlso(c.Help, c.Aliases); c.Help == "" || strings.Contains(row, "\n") || utf8.RuneCountInString(row) > beside {
			t.Errorf("%s: %q does not fit", c.Name, row)
		}
		if c.Everyday && utf8.RuneCountInString(c.Help) > below {
			t.Errorf("%s: %q is long for one that people need most", c.Name, c.Help)
		}
		for _, e := range c.Examples {
			if e.Does == "" || strings.ContainsAny(e.Typed+e.Does, "\n") || utf8.RuneCountInString(e.Does) > below {
				t.Errorf("%s: %q does not fit", e.Typed, e.Does)
			}
			if len(e.Typed)+len("/") > 40-1-2 {
				t.Errorf("%s is long", e.Typed)
			}
		}
	}
}

func TestShortUsage(t *testing.T) {
	for want, c := range map[string]Command{
		"x":                      {Name: "x", Flags: []string{"--quiet"}},
		"x A [B]":                {Name: "x", Args: []Arg{{Name: "A"}, {Name: "B", Optional: true}}},
		"x [A B]":                {Name: "x", Args: []Arg{{Name: "A", Optional: true}, {Name: "B", Optional: true}}, Form: "[A B]"},
		"x ABCDEFGHIJKLMNOPQRST": {Name: "x", Args: []Arg{{Name: "ABCDEFGHIJKLMNOPQRST"}}},
		"x …":                    {Name: "x", Args: []Arg{{Name: "ABCDEFGHIJKLMNOPQRSTU"}}},
		"x [A] …":                {Name: "x", Args: []Arg{{Name: "A", Optional: true}, {Name: "BCDEFGHIJKLMNOPQR"}}, Form: "[A] | " + strings.Repeat("B", 20)},
		"x [A] [B]":              {Name: "x", Args: []Arg{{Name: "A", Optional: true}, {Name: "B", Optional: true}}, Form: "[A] | " + strings.Repeat("B", 20)},
	} {
		if got := c.short(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// An example can be typed as it stands, by those who can use the command, and is that command.
func TestExamplesParse(t *testing.T) {
	for i := range table {
		c := &table[i]
		me := chat.Name("alice")
		if c.Needs == LoggedOut {
			me = ""
		}
		for _, e := range c.Examples {
			if p, err := Parse(e.Typed, me, chat.Conversation{}); err != nil || p.Name != c.Name {
				t.Errorf("%s: %q is %v, %v", c.Name, e.Typed, p.Command, err)
			}
			inside := "/" + strings.TrimPrefix(e.Typed, "/")
			if p, err := Parse(inside, me, inOps); me != "" && (err != nil || p.Name != c.Name) {
				t.Errorf("%s: in a conversation %q is %v, %v", c.Name, inside, p.Command, err)
			}
		}
	}
}

// Nor does a command take an example for a mistake: alice can do them, in a house where bob and #ops are.
func TestExamplesAreTaken(t *testing.T) {
	for i := range table {
		c := &table[i]
		for _, e := range c.Examples {
			h := newHouse(t)
			alice := h.signUp("alice")
			alice.runs("join #ops")
			h.signUp("bob").runs("join #ops")
			p := alice
			if c.Needs == LoggedOut {
				p = &person{h: h}
			}
			_, err := p.runs(e.Typed, goodPassword, goodPassword)
			r, refused := chat.AsRefusal(err)
			if want := refusedThere[e.Typed]; err != nil && !refused || refused != (want != "") || !strings.HasPrefix(r.Text, want) {
				t.Errorf("%s: %v", e.Typed, err)
			}
		}
	}
}

// refusedThere are the examples for which the house is not the right one.
var refusedThere = map[string]string{
	"signup alice":               `"alice" is taken`,
	"login alice":                "already logged in",
	"login --quiet alice":        "already logged in",
	"invite #ops bob":            "bob is in #ops already",
	"reply on my way":            "nobody has written to you yet",
	"/talk":                      "no conversation is current",
	"sent #120":                  "you have sent no line with that number",
	"report #120 this is spam":   "there is no line with that number",
	"pin #120":                   "there is no line with that number",
	"hand #class my build fails": "no room #class",
	"hand #class down":           "no room #class",
	"hand #class next":           "no room #class",
	"re bob at three":            "bob has said nothing",
	"re #120 at three":           "there is no line with that number",
	"edit see you at four":       "you have said nothing",
	"edit #120 see you at four":  "there is no line with that number",
	"context #120":               "there is no line with that number",
}

func TestSomebodyNewIsToldHowToBegin(t *testing.T) {
	h := newHouse(t)
	p := &person{h: h}
	p.reads("signup alice", `Welcome, alice: the account is yours. help lists what you can do
  whoelse           who else is here
  message WHO TEXT  write to somebody
  rooms             rooms to meet in
  help              all the rest`, goodPassword, goodPassword)
	again := &person{h: h}
	again.reads("login --take-over alice", "Welcome, alice", goodPassword)
	for _, it := range firstSteps {
		if c := table.find(strings.Fields(it.Typed)[0]); c == nil || c.Usage() != it.Typed && c.Name != it.Typed {
			t.Errorf("%q is not how it is typed", it.Typed)
		}
	}
	if text := (render.Viewer{Width: 40}).Section("", firstSteps); strings.Count(text, "\n") != len(firstSteps) {
		t.Errorf("in 40 columns it is\n%s", text)
	}
}

// A script that signs up knows what it came for.
func TestAScriptIsNotToldHowToBegin(t *testing.T) {
	h := newHouse(t)
	parsed, err := Parse("signup carol", "", chat.Conversation{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := signUp(t.Context(), &Call{Parsed: parsed, Chat: h.chat, View: render.Viewer{Plain: true}, Session: nobody{},
		Ask: func(context.Context, Question) (string, error) { return goodPassword, nil }})
	if want := "Welcome, carol: the account is yours. help lists what you can do\n"; err != nil || e.Text != want {
		t.Errorf("got %q, %v", e.Text, err)
	}
}

// No page of help has the word that ends a login, and only passwd has the one that asks for a secret.
func TestHelpDoesNotMisleadPrograms(t *testing.T) {
	p := newHouse(t).signUp("alice")
	for i := range table {
		text, _, _ := strings.Cut(p.helped("help "+table[i].Name, chat.Conversation{}), "the group account\n") // which has passwd
		if strings.Contains(text, "Welcome") || strings.Contains(text, "password") && table[i].Name != "passwd" {
			t.Errorf("%q misleads", text)
		}
	}
}
