package chat_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func TestWhatSettingsTake(t *testing.T) {
	for _, c := range []struct{ name, typed, want string }{
		{"BELL", "All", "all"},
		{"bell", " off ", "off"},
		{"presence", "off", "off"},
		{"linear", "on", "on"},
		{"notify", "osc777", "osc777"},
		{"tz", "Europe/Paris", "Europe/Paris"},
		{"tz", "AUTO", "auto"},
		{"about", "  runs the printer ", "runs the printer"},
		{"about", "-", "-"},
		{"about", strings.Repeat("x", 200), strings.Repeat("x", 200)},
		{"about", "a\x1b[2Jb", "a[2Jb"},
		{"highlight", "deploy, outage on-call", "deploy outage on-call"},
		{"highlight", "a,b,c,d,e,f,g,h,i,j", "a b c d e f g h i j"},
		{"highlight", "-", "-"},
	} {
		s, err := chat.Settings{}.With(c.name, c.typed)
		if err != nil {
			t.Errorf("%s %q: %v", c.name, c.typed, err)
			continue
		}
		x, err := chat.FindSetting(c.name)
		if err != nil {
			t.Fatal(err)
		}
		if got := x.Get(s); got != c.want {
			t.Errorf("%s %q is %q, want %q", c.name, c.typed, got, c.want)
		}
	}
	for setting, want := range map[string]string{
		"about " + strings.Repeat("x", 201):           "one line of at most 200 bytes, or - for none",
		"about two\nlines":                            "one line",
		"highlight a b c d e f g h i j k":             "at most 10 words, 200 bytes in all, or - for none",
		"highlight a ; b":                             "at most 10 words",
		"highlight " + strings.Repeat("deploy", 40):   "200 bytes in all",
		"highlight , ,":                               "at most 10 words",
		"presence everybody":                          "presence is one of rooms, all, off",
		"notify bel":                                  "notify is one of off, osc9, osc777",
		"linear -":                                    "linear is one of off, on",
		"tz " + strings.Repeat("../", 30) + "etc/pwd": "tz is auto, or a name such as Europe/Paris",
		"nothing x":                                   `no setting "nothing"`,
	} {
		name, value, _ := strings.Cut(setting, " ")
		if _, err := (chat.Settings{}).With(name, value); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", setting, err, want)
		}
	}
}

// What With lets in is short and clean, is let in again, and is what a store reads back.
func FuzzSettings(f *testing.F) {
	for _, x := range chat.SettingTable {
		for _, value := range append(x.Values, "Europe/Paris", "a, b;c", "x\ny", "\x1b]9;x\a", "\u202Ee\u0301", strings.Repeat("é", 100), " - ", "\xff") {
			f.Add(x.Name, value)
		}
	}
	f.Fuzz(func(t *testing.T, name, typed string) {
		s, err := chat.Settings{}.With(name, typed)
		if err != nil {
			if s != (chat.Settings{}) {
				t.Fatalf("refused, and changed to %+v", s)
			}
			return
		}
		x, err := chat.FindSetting(name)
		if err != nil {
			t.Fatal(err)
		}
		value := x.Get(s)
		if len(value) > 200 || sanitize.Line(value).String() != value {
			t.Errorf("%s is %q", name, value)
		}
		if again, err := s.With(name, value); err != nil || again != s {
			t.Errorf("%s: %q is not let in again: %+v, %v", name, value, again, err)
		}
		if again := s.Checked(); again != s {
			t.Errorf("%s: %q does not pass: %+v", name, value, again)
		}
		var stored chat.Settings
		text, err := json.Marshal(s)
		if err == nil {
			err = json.Unmarshal(text, &stored)
		}
		if err != nil || stored != s {
			t.Errorf("%s comes back as %+v, %v", text, stored, err)
		}
		if n := len(s.Highlights()); n > 10 {
			t.Errorf("%d words are marked", n)
		}
	})
}

func TestWhatIsStoredIsChecked(t *testing.T) {
	until := time.Date(2026, 11, 25, 17, 30, 0, 0, time.UTC)
	got := chat.Settings{Colour: "\x1b[31m", Zone: "../x", Bell: chat.BellAll, About: "a\nb", Highlight: strings.Repeat("x ", 11), Linear: "yes", DND: until}.Checked()
	if want := (chat.Settings{Bell: chat.BellAll, DND: until}); got != want {
		t.Errorf("%+v", got)
	}
}

func TestWordsThatAreMarked(t *testing.T) {
	s, err := chat.Settings{}.With("highlight", "Deploy, on-call 本語 café")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"a deploy!": true, "DEPLOY": true, "who is on call?": true, "on-call": true, "日本語": true, "Cafe": true,
		"deployed": false, "call on": false, "on the call": false, "本の語": false, "": false, "redeploy": false,
	} {
		if got := chat.Mentions(sanitize.Message(text), "bob", s.Highlights()); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if chat.Mentions(sanitize.Message("deploy"), "bob", chat.Settings{}.Highlights()) {
		t.Error("no word is marked")
	}
}

// What is said in a room is looked through for everyone who is in it.
func BenchmarkMentions(b *testing.B) {
	text := sanitize.Message(strings.Repeat("the printer on the second floor works again, ", 3))
	for _, words := range []string{"-", "deploy outage on-call"} {
		s, err := chat.Settings{}.With("highlight", words)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("%d", len(s.Highlights())), func(b *testing.B) {
			marked := s.Highlights()
			for b.Loop() {
				chat.Mentions(text, "bob", marked)
			}
		})
	}
}
