package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func TestParse(t *testing.T) {
	cases := map[string]struct {
		line  string
		name  string
		args  []string
		flags []string
	}{
		"words":                        {"block bob", "block", []string{"bob"}, nil},
		"a slash":                      {"/block bob", "block", []string{"bob"}, nil},
		"any case":                     {"BLOCK Bob", "block", []string{"Bob"}, nil},
		"an alias":                     {"/M bob hi", "message", []string{"bob", "hi"}, nil},
		"space around words":           {"   block    bob   ", "block", []string{"bob"}, nil},
		"text keeps its spaces":        {"message bob  two  spaces ", "message", []string{"bob", " two  spaces "}, nil},
		"text keeps its line breaks":   {"message bob one\n two\n\nthree", "message", []string{"bob", "one\n two\n\nthree"}, nil},
		"a line break separates":       {"message\nbob\none\ntwo", "message", []string{"bob", "one\ntwo"}, nil},
		"text may look like a command": {"reply /logout --quiet", "reply", []string{"/logout --quiet"}, nil},
		"text after one space":         {"broadcast  x", "broadcast", []string{" x"}, nil},
		"tabs are spaces":              {"block\tbob", "block", []string{"bob"}, nil},
		"an optional argument":         {"sent 12", "sent", []string{"12"}, nil},
		"one left out":                 {"sent", "sent", []string{""}, nil},
		"controls go":                  {"message bob \x1b[2Jhi\x07", "message", []string{"bob", "[2Jhi"}, nil},
		"not UTF-8":                    {"message bob \xff\xfe", "message", []string{"bob", "\uFFFD"}, nil},
		"a name of nobody":             {"whois --x", "whois", []string{"--x"}, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p, err := Parse(c.line, "alice", chat.Conversation{})
			if err != nil {
				t.Fatal(err)
			}
			if p.Name != c.name {
				t.Errorf("it is %q, want %q", p.Name, c.name)
			}
			if diff := cmp.Diff(c.args, p.args); diff != "" {
				t.Errorf("arguments: %s", diff)
			}
			if diff := cmp.Diff(c.flags, p.flags); diff != "" {
				t.Errorf("options: %s", diff)
			}
		})
	}
}

func TestOptionsStandAnywhere(t *testing.T) {
	for _, line := range []string{
		"login --take-over --quiet bob", "login bob --quiet --take-over", "login --QUIET bob --Take-Over"} {
		p, err := Parse(line, "", chat.Conversation{})
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if p.Arg("NAME") != "bob" || !p.has(flagQuiet) || !p.has(flagTakeOver) {
			t.Errorf("%s is %q with %q", line, p.args, p.flags)
		}
	}
	if p, err := Parse("login --quiet", "", chat.Conversation{}); err != nil || p.has(flagTakeOver) || p.Arg("NAME") != "" {
		t.Errorf("login --quiet is %+v, %v", p, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	cases := map[string]struct {
		line string
		me   chat.Name
		want string
	}{
		"nothing":             {"", "alice", "nothing typed — help lists the commands"},
		"only space":          {" \n ", "alice", "nothing typed — help lists the commands"},
		"only a slash":        {"/", "alice", "nothing typed — help lists the commands"},
		"unknown":             {"frobnicate", "alice", `no command "frobnicate" — help lists them`},
		"nearly":              {"mesage bob hi", "alice", `no command "mesage" — did you mean message? (help lists them)`},
		"nearly, in capitals": {"/MESAGE bob hi", "alice", `no command "MESAGE" — did you mean message? (help lists them)`},
		"very long": {strings.Repeat("x", 1000), "alice",
			`no command "` + strings.Repeat("x", 40) + `…" — help lists them`},
		"what may be a password": {"hunter2hunter2", "",
			"that is no command here — log in first (help lists how)"},
		"nearly what needs a login": {"/mesage bob hi", "",
			`no command "mesage" — did you mean message? log in first (help lists how)`},
		"nearly what is for before it": {"singup", "alice", `no command "singup" — help lists them`},
		"nearly, before login":         {"singup", "", `no command "singup" — did you mean signup? (help lists them)`},
		"a missing argument":           {"message", "alice", "usage: message WHO TEXT — write to somebody, online or not"},
		"a missing text":               {"message bob", "alice", "usage: message WHO TEXT — write to somebody, online or not"},
		"a text of spaces":             {"message bob   \n ", "alice", "usage: message WHO TEXT — write to somebody, online or not"},
		"an argument too many":         {"block bob carol", "alice", "usage: block USER — stop USER from reaching you"},
		"an option too many":           {"login --force bob", "", `usage: login [--take-over] [--quiet] [NAME] — no option "--force"`},
		"an option behind":             {"login bob --force", "", `usage: login [--take-over] [--quiet] [NAME] — no option "--force"`},
		"before login":                 {"whoelse", "", "log in or sign up first — login NAME, or signup NAME"},
		"before login, a usage":        {"message", "", "log in or sign up first — login NAME, or signup NAME"},
		"after login":                  {"login bob", "alice", "you are logged in as alice — logout first"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(c.line, c.me, chat.Conversation{})
			if _, ok := chat.AsRefusal(err); !ok || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestEveryCommandIsRefusedInTheStateThatItIsNotFor(t *testing.T) {
	for _, c := range table {
		_, before := Parse(c.Name, "", chat.Conversation{})
		_, after := Parse(c.Name, "alice", chat.Conversation{})
		switch c.Needs {
		case LoggedIn:
			if !errors.Is(before, chat.NotLoggedIn) {
				t.Errorf("%s before login: %v", c.Name, before)
			}
		case LoggedOut:
			if after == nil || !strings.Contains(after.Error(), "you are logged in as alice") {
				t.Errorf("%s after login: %v", c.Name, after)
			}
		case Anyone:
			if before != nil || after != nil {
				t.Errorf("%s: %v before login, %v after", c.Name, before, after)
			}
		}
	}
}

func TestEveryCommandSaysHowItIsUsed(t *testing.T) {
	for i := range table {
		c := &table[i]
		me := chat.Name("alice")
		if c.Needs == LoggedOut {
			me = ""
		}
		var lines []string
		if len(c.Args) > 0 && !c.Args[0].Optional {
			lines = append(lines, c.Name)
		}
		if n := len(c.Args); n == 0 || c.Args[n-1].Kind != Text {
			lines = append(lines, c.Name+strings.Repeat(" x", n+1))
		}
		for _, line := range lines {
			if _, err := Parse(line, me, chat.Conversation{}); err == nil || !strings.HasPrefix(err.Error(), "usage: "+c.Usage()) {
				t.Errorf("%q: %v", line, err)
			}
		}
	}
}

func TestTheTableIsSound(t *testing.T) {
	seen := map[string]string{}
	for _, c := range table {
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			if other, taken := seen[name]; taken {
				t.Errorf("%q is both %s and %s", name, other, c.Name)
			}
			seen[name] = c.Name
			if name != strings.ToLower(name) || len(name) > longestName {
				t.Errorf("%q cannot be found", name)
			}
		}
		for i, a := range c.Args {
			if a.Kind == Text && i != len(c.Args)-1 {
				t.Errorf("%s has something behind its text", c.Name)
			}
			if i > 0 && c.Args[i-1].Optional && c.Args[i-1].Kind != Room && c.Args[i-1].Kind != Line && !a.Optional {
				t.Errorf("%s has something that is needed behind what is not", c.Name)
			}
		}
		if c.Line != nil && !slices.ContainsFunc(c.Args, func(a Arg) bool { return a.Kind == Text && !a.Optional }) {
			t.Errorf("%s sends a line without a text", c.Name)
		}
		if c.Line != nil && c.Pace == Unpaced {
			t.Errorf("%s sends lines without a pace", c.Name)
		}
		if (c.Run == nil) == (c.Line == nil) || c.Help == "" || strings.Contains(c.Help, "\n") {
			t.Errorf("%s lacks something", c.Name)
		}
	}
}

func TestWithTextChangesNothingElse(t *testing.T) {
	p, err := Parse("message bob one", "alice", chat.Conversation{})
	if err != nil {
		t.Fatal(err)
	}
	q := p.WithText(sanitize.Message("two"))
	if p.Text().String() != "one" || q.Text().String() != "two" || q.Arg("WHO") != "bob" {
		t.Errorf("%q, %q", p.args, q.args)
	}
	p, _ = Parse("whoelse", "alice", chat.Conversation{})
	if q := p.WithText(sanitize.Message("two")); !q.Text().IsEmpty() || q.Arg("WHO") != "" {
		t.Errorf("whoelse has a text: %q", q.args)
	}
}

func TestReplyToBecomesAMessage(t *testing.T) {
	p, _ := Parse("r  yes", "alice", chat.Conversation{})
	if q := p.ReplyTo("bob"); q.Name != "message" || q.Arg("WHO") != "bob" || q.Text().String() != " yes" || q.Pace != Messages {
		t.Errorf("%s %q", q.Name, q.args)
	}
	if q := p.ReplyTo(""); q.Name != "reply" {
		t.Errorf("a reply to nobody is %s", q.Name)
	}
	p, _ = Parse("broadcast hi", "alice", chat.Conversation{})
	if q := p.ReplyTo("bob"); q.Name != "broadcast" {
		t.Errorf("a broadcast is %s", q.Name)
	}
}

// Whatever is typed gives either a command with clean arguments, each of which was in the line, or a
// Refusal; and a slash in front changes nothing.
func FuzzParse(f *testing.F) {
	for _, line := range []string{
		"message bob hi", "/m bob  two\nlines ", "login --quiet --take-over bob", "sent #12", "help /msg",
		"mesage", "/", "//", " \n\t", "broadcast \xff\x1b[2J", "block bob carol", "reply \u202ex", "login --", "wholast 1h30m",
	} {
		f.Add(line, true)
		f.Add(line, false)
	}
	f.Fuzz(func(t *testing.T, line string, loggedIn bool) {
		me := chat.Name("")
		if loggedIn {
			me = "alice"
		}
		p, err := Parse(line, me, chat.Conversation{})
		if err != nil {
			if r, ok := chat.AsRefusal(err); !ok || r.Text == "" || sanitize.Line(r.Error()).String() != r.Error() {
				t.Fatalf("%q is refused with %q", line, err)
			}
			return
		}
		if !p.open(me) || len(p.args) != len(p.Args) {
			t.Fatalf("%q is %s with %q", line, p.Name, p.args)
		}
		clean := sanitize.Message(line).String()
		for i, a := range p.args {
			if !strings.Contains(clean, a) || a == "" && !p.Args[i].Optional {
				t.Errorf("argument %q of %q", a, line)
			}
			if p.Args[i].Kind != Text && strings.ContainsAny(a, blanks) {
				t.Errorf("argument %q of %q is no word", a, line)
			}
		}
		if first := strings.TrimLeft(clean, blanks); !strings.HasPrefix(first, "/") {
			q, err := Parse("/"+first, me, chat.Conversation{})
			if err != nil || q.Command != p.Command || !slices.Equal(q.args, p.args) || !slices.Equal(q.flags, p.flags) {
				t.Errorf("%q with a slash is %q, %v", line, q.args, err)
			}
		}
	})
}

// Whoever comes from another program is told what its command is called here.
func TestWordsOfOtherPrograms(t *testing.T) {
	refusal := func(line string, me chat.Name) string {
		_, err := Parse(line, me, chat.Conversation{})
		return fmt.Sprint(err)
	}
	for word, want := range map[string]string{
		"/query bob": `no command "query" — did you mean talk? (help lists them)`,
		"/Whowas x":  `no command "Whowas" — did you mean seen? (help lists them)`,
		"/nick rob":  `no command "nick" — a name stays what it was at signup`,
		"/CLEAR":     `no command "CLEAR" — ^L clears the screen`,
	} {
		if got := refusal(word, "alice"); got != want {
			t.Errorf("%s is refused with\n%s\nwant\n%s", word, got, want)
		}
	}
	if got, want := refusal("names", ""), `no command "names" — did you mean members? log in first (help lists how)`; got != want {
		t.Errorf("before the login names is refused with\n%s\nwant\n%s", got, want)
	}
	for word, name := range foreign {
		if table.find(word) != nil || table.find(name) == nil || elsewhere[word] != "" {
			t.Errorf("%s is not for %s", word, name)
		}
	}
	for word := range elsewhere {
		if table.find(word) != nil {
			t.Errorf("%s is a command of ours", word)
		}
	}
}
