package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
	"sshchat/internal/password"
	"sshchat/internal/sanitize"
)

// logIn tries a password.
func (w *world) logIn(name, password string) error {
	_, err := w.chat.Login(w.Context(), chat.Attempt{Name: name, Password: password, Remote: remote}, &person{})
	return err
}

func (w *world) refused(err error, reason chat.Reason) {
	w.Helper()
	if r, ok := chat.AsRefusal(err); !ok || r.Reason != reason {
		w.Errorf("got %v, want a refusal for reason %d", err, reason)
	}
}

// file is a file of the operator's with some text in it.
func (w *world) file(text string) string {
	w.Helper()
	path := filepath.Join(w.TempDir(), "class.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
	return path
}

const aKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKXv4sRKDdPAFL0xnuLGEFSTJnaWKaaCGzqd2QShfrnN"

func TestAnAccountIsAdded(t *testing.T) {
	w := newWorld(t)
	w.types("user", "add", "alice").says("made alice; the password for the first login, which asks for another:", oneTime)
	w.refused(w.logIn("alice", oneTime), chat.MustChange)
	w.types("users").says(
		"account               "+pad("created")+"  "+pad("last login")+"  state",
		"alice                 "+at(noon)+"  "+pad("never")+"  has a password to change")
	w.types("user", "add", "Alice").fails(1, `"Alice" is taken`, "")
	w.types("user", "add", "a1ice").fails(1, `"a1ice" is taken: it looks like "alice"`, "")
	w.types("user", "add", "root").fails(1, `"root" is taken: the word is reserved`, "choose another name")
	w.types("user", "add").fails(64, "user add: NAME is missing", "usage: user add NAME")
}

func TestAFileOfAccountsIsImported(t *testing.T) {
	w := newWorld(t)
	path := w.file("\ufeff# the class of 2026\r\nalice\r\n\r\n  bob " + aKey + " bob@home\r\n#carol\n")
	w.types("user", "import", path).says("alice "+oneTime, "bob "+oneTime)
	w.refused(w.logIn("bob", oneTime), chat.MustChange)
	console(t, w.dir, "dave\n", "user", "import", "-").says("dave " + oneTime)
	w.types("user", "import", w.file("erin "+aKey)).fails(1,
		"line 1: the key SHA256:PVx45CtRUxdhMgxQhq/umf83oGZmDkoAVEqjQHLnKCo is another account's", "")
}

// What is wrong is told with its line, and nobody has been made.
func TestAnImportIsAllOrNothing(t *testing.T) {
	w := newWorld(t)
	w.signUp("carol")
	for _, c := range []struct{ text, want, hint string }{
		{"alice\n\nx\n", `line 3: "x" is no name`, "a name is a letter from a to z, then such letters, digits, _ or -, 2 to 20 in all"},
		{"alice\n# x\ncarol\n", `line 3: "carol" is taken`, ""},
		{"alice\nALICE\n", `line 2: "ALICE" is taken`, ""},
		{"alice\nbob ssh-rsa AAAA\n", "line 2: that is no public key: it is TYPE BASE64, as in authorized_keys", ""},
		{"alice " + aKey + "\nbob " + aKey, "line 2: the key SHA256:PVx45CtRUxdhMgxQhq/umf83oGZmDkoAVEqjQHLnKCo is another account's", ""},
		{"alice bob", "line 1: that is no public key: it is TYPE BASE64, as in authorized_keys", ""},
		{"# nobody\n\n", "there is no account in it", "a line is a name, and a public key if there is one"},
		{"", "there is no account in it", "a line is a name, and a public key if there is one"},
		{"\xff\xfe\n", "line 1: \"\uFFFD\uFFFD\" is no name", "a name is a letter from a to z, then such letters, digits, _ or -, 2 to 20 in all"},
	} {
		w.types("user", "import", w.file(c.text)).fails(1, c.want, c.hint)
	}
	if out := w.types("users").out; strings.Count(out, "\n") != 2 {
		t.Errorf("somebody was made:\n%s", out)
	}
	r := w.types("user", "import", "missing.txt")
	if r.exit != 1 || !strings.HasPrefix(r.err, "error: cannot read the file: open missing.txt: ") {
		t.Errorf("%d, %q", r.exit, r.err)
	}
	console(t, w.dir, "user import -\n").fails(64, "the commands come from the standard input, so it is no file", "name a file")
}

func TestAnImportIsBounded(t *testing.T) {
	w := newWorld(t)
	w.types("user", "import", w.file(strings.Repeat("x", maxImport+1))).fails(1, "the file is too long: at most 8 MiB", "")
	lines := strings.Repeat("alice\n", mostImported+1)
	w.types("user", "import", w.file(lines)).fails(1, "too many accounts: at most 10000 at once", "split the file")
	// JSON's longest spelling of a file of the greatest size is still taken apart.
	w.types("user", "import", w.file(strings.Repeat("\"", maxImport))).fails(1,
		"line 1: that is no name", "a name is a letter from a to z, then such letters, digits, _ or -, 2 to 20 in all")
}

// A name that the whole school has is made in one request.
func TestTheLongestImport(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 accounts")
	}
	w := newWorld(t)
	var b strings.Builder
	for i := range mostImported {
		fmt.Fprintf(&b, "u%s\n", letters(i)+letters(i/1296))
	}
	r := w.types("user", "import", w.file(b.String()))
	if r.exit != 0 || strings.Count(r.out, " "+oneTime+"\n") != mostImported {
		t.Errorf("exit %d, %d lines, %s", r.exit, strings.Count(r.out, "\n"), r.err)
	}
}

func FuzzParseImport(f *testing.F) {
	for _, text := range []string{"", "alice", "alice\nbob\r\n", "# x\n\n a1 " + aKey + " c\n", "\ufeffalice", "bob ssh-rsa AAAA", "\x00", "alice\tx"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parseImport(text)
		if (err == nil) == (len(list) == 0) {
			t.Fatalf("%d accounts and %v", len(list), err)
		}
		for _, one := range list {
			if _, err := chat.ParseName(one.Name); err != nil || one.line < 1 || strings.ContainsAny(one.Key.Label, "\r\n\x1b") {
				t.Errorf("%+v, %v", one, err)
			}
		}
	})
}

func TestPasswdMakesAPassword(t *testing.T) {
	w := newWorld(t)
	w.leaves(w.signUp("bob"))
	w.types("passwd", "bob", "--random").says("changed the password of bob:", oneTime)
	w.refused(w.logIn("bob", "secret"), chat.Denied)
	if err := w.logIn("bob", oneTime); err != nil {
		t.Error(err)
	}
	w.types("passwd", "bob", "--random", "--must-change").says("changed the password of bob, which the next login asks to change:", oneTime)
	w.refused(w.logIn("bob", oneTime), chat.MustChange)
	w.types("passwd", "bob").fails(64, "a password is typed at a terminal only", "passwd USER --random makes one")
	w.types("passwd", "bob", "geheim").fails(64, `passwd: "geheim" is too much`, "usage: passwd USER [--random] [--must-change]")
	w.types("passwd", "bobb", "--random").fails(67, `no user "bobb"`, "did you mean bob?")
}

func TestRoles(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	w.types("promote", "bob", "moderator").says("bob is a moderator now")
	w.types("promote", "BOB", "admin").says("bob is an admin now")
	w.types("users").says(
		"account               "+pad("created")+"  "+pad("last login")+"  state",
		"bob                   "+at(noon)+"  "+at(noon)+"  admin")
	w.types("promote", "bob", "admin").fails(1, "bob is admin already", "")
	w.types("promote", "bob", "king").fails(64, `no role "king"`, "it is moderator or admin")
	w.types("promote", "bob").fails(64, "promote: ROLE is missing", "usage: promote USER ROLE")
	w.types("demote", "bob").says("bob has no role any more")
	w.types("demote", "bob").fails(1, "bob is neither moderator nor admin", "")
}

func TestDisableAndEnable(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	w.types("disable", "bob", "--reason", "has", "left").says("disabled bob")
	if bob.cause == nil || bob.cause.Error() != "this account was closed by an administrator: has left" {
		t.Errorf("bob was told %v", bob.cause)
	}
	w.refused(w.logIn("bob", "secret"), chat.Banned)
	w.types("users").says(
		"account               "+pad("created")+"  "+pad("last login")+"  state",
		"bob                   "+at(noon)+"  "+at(noon)+"  disabled since "+at(noon))
	w.types("disable", "bob").fails(1, "bob is disabled already", "")
	w.types("ban", "bob").fails(1, "bob is disabled already", "")
	w.types("enable", "bob").says("enabled bob")
	w.types("enable", "bob").fails(1, "bob is not disabled", "")
	if err := w.logIn("bob", "secret"); err != nil {
		t.Error(err)
	}
}

func TestRename(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	w.signUp("carol")
	w.types("rename", "bob", "robert").says("bob is called robert now")
	if bob.cause == nil || !strings.Contains(bob.cause.Error(), "you are robert now") {
		t.Errorf("bob was told %v", bob.cause)
	}
	w.types("kick", "bob").fails(67, `no user "bob"`, "did you mean robert?")
	w.types("rename", "carol", "bob").fails(1, `"bob" is taken`, "")
	w.types("user", "add", "b0b").fails(1, `"b0b" is taken: it looks like "bob"`, "")
	w.types("rename", "robert", "bob").says("robert is called bob now")
	if err := w.logIn("bob", "secret"); err != nil {
		t.Error(err)
	}
}

// No password gets into the audit table or the log, and what is refused does not either.
func TestWhatIsDoneToAccountsIsAudited(t *testing.T) {
	w := newWorld(t)
	for _, args := range [][]string{
		{"user", "add", "bob"}, {"user", "add", "bob"}, {"user", "import", w.file("carol\ndave\n")},
		{"passwd", "bob", "--random", "--must-change"}, {"promote", "bob", "moderator"}, {"demote", "bob"}, {"demote", "bob"},
		{"disable", "bob", "--reason", "gone"}, {"enable", "bob"}, {"rename", "bob", "robert"},
	} {
		w.types(args...)
	}
	want := []string{
		"user add|bob|", "user import|carol|", "user import|dave|", "passwd|bob|must change", "promote|bob|moderator", "demote|bob|",
		"disable|bob|gone", "enable|bob|", "rename|bob|robert",
	}
	for i := range want {
		want[i] = me() + "|console|" + want[i]
	}
	got := w.audited()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
	if log := w.log.String(); strings.Contains(log, oneTime) || strings.Contains(log, "dave") || slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, oneTime) }) {
		t.Errorf("somebody has told:\n%s", log)
	}
}

func TestAccountsOnTheWire(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ path, body, want string }{
		{"user/add", `{"name":"bob"}`, `{"users":[{"user":"bob","password":"` + oneTime + `","must_change":true}]}`},
		{"user/import", `{"file":"carol\n"}`, `{"users":[{"user":"carol","password":"` + oneTime + `","must_change":true}]}`},
		{"passwd", `{"user":"bob","random":"yes"}`, `{"user":"bob","password":"` + oneTime + `","must_change":false}`},
		{"passwd", `{"user":"bob","password":"typed","must-change":"yes"}`, `{"user":"bob","must_change":true}`},
		{"promote", `{"user":"bob","role":"admin"}`, `{"user":"bob","role":"admin"}`},
		{"demote", `{"user":"bob"}`, `{"user":"bob","role":""}`},
		{"disable", `{"user":"bob"}`, `{"user":"bob"}`},
		{"enable", `{"user":"bob"}`, `{"user":"bob"}`},
		{"rename", `{"user":"bob","new":"robert"}`, `{"user":"robert","was":"bob"}`},
	} {
		if status, answer := w.send("POST", "/v1/"+c.path, c.body); status != 200 || answer != c.want+"\n" {
			t.Errorf("%s %s: %d %s", c.path, c.body, status, answer)
		}
	}
}

func TestErase(t *testing.T) {
	w := newWorld(t)
	bob := w.signUp("bob")
	const does = `this erases bob for good: settings, keys, logins, blocks and memberships; what it has said stays, as of "deleted account"; ` +
		"rooms that it owns go to an operator, else to the oldest member, else they are closed"
	w.types("user", "erase", "bob").fails(1, does, "--yes does it")
	if bob.cause != nil {
		t.Errorf("bob was told %v", bob.cause)
	}
	w.types("user", "erase", "bob", "--messages").fails(1, strings.Replace(does, `stays, as of "deleted account"`, "as well", 1), "--yes does it")
	w.types("user", "erase", "bob", "--messages", "--yes").says("erased bob")
	if bob.cause == nil || !strings.Contains(bob.cause.Error(), "erased by an administrator") {
		t.Errorf("bob was told %v", bob.cause)
	}
	w.types("users").says("there are no accounts yet")
	w.types("user", "erase", "bob", "--yes").fails(67, `no user "bob"`, "")
	if diff := cmp.Diff([]string{me() + "|console|user erase|account 1|messages too"}, w.audited()); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
}

// writes has somebody without a session write to somebody.
func (w *world) writes(from, to, text string) {
	w.Helper()
	u, err := w.chat.Known(w.Context(), from)
	if err != nil {
		w.Fatal(err)
	}
	o := w.chat.Send(w.Context(), chat.Actor{Person: u.Person}, []chat.Line{{Audience: chat.ToOne, To: to, Text: sanitize.Message(text)}})
	if o[0].Err != nil {
		w.Fatal(o[0].Err)
	}
}

// An export is JSON Lines of all that there is, and no password.
func TestExport(t *testing.T) {
	w := newWorld(t)
	w.signUp("alice")
	w.types("user", "import", w.file("bob "+aKey+" bob@home\n"))
	w.types("promote", "bob", "admin")
	w.writes("bob", "alice", "hello\n<b>")
	w.writes("alice", "bob", "hi")
	r := w.types("user", "export", "BOB")
	want := []string{
		`{"record":"account","name":"bob","role":"admin","created_at":"2026-11-25T12:00:00Z","must_change":true}`,
		`{"record":"settings"}`,
		`{"record":"key","fingerprint":"SHA256:PVx45CtRUxdhMgxQhq/umf83oGZmDkoAVEqjQHLnKCo","public":"` + aKey + `","label":"bob@home","added_at":"2026-11-25T12:00:00Z"}`,
		`{"record":"audit","at":"2026-11-25T12:00:00Z","actor":"` + me() + `","via":"console","action":"user import","target":"bob"}`,
		`{"record":"audit","at":"2026-11-25T12:00:00Z","actor":"` + me() + `","via":"console","action":"promote","target":"bob","detail":"admin"}`,
		`{"record":"audit","at":"2026-11-25T12:00:00Z","actor":"` + me() + `","via":"console","action":"user export","target":"bob"}`,
		`{"record":"message","id":1,"at":"2026-11-25T12:00:00Z","kind":"told","to":"bob","text":"an administrator has made you an admin — /admin help lists what you may do"}`,
		`{"record":"message","id":2,"at":"2026-11-25T12:00:00Z","kind":"direct","from":"bob","to":"alice","text":"hello\n<b>"}`,
		`{"record":"message","id":3,"at":"2026-11-25T12:00:00Z","kind":"direct","from":"alice","to":"bob","text":"hi"}`,
	}
	if diff := cmp.Diff(want, strings.Split(strings.TrimSuffix(r.out, "\n"), "\n")); diff != "" || r.exit != 0 || r.err != "" {
		t.Errorf("exit %d, %s (-want +got):\n%s", r.exit, r.err, diff)
	}
	if status, _ := w.send("POST", "/v1/user/export", `{"name":"bob","from":"-1"}`); status != 400 {
		t.Errorf("a line of no number: %d", status)
	}
}

// More lines than a page holds come all the same, each once.
func TestALongExport(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	w.signUp("alice")
	u, err := w.chat.Known(t.Context(), "bob")
	if err != nil {
		t.Fatal(err)
	}
	const n = exportedAtOnce + 3
	lines := make([]chat.Line, n)
	for i := range lines {
		lines[i] = chat.Line{Audience: chat.ToOne, To: "alice", Text: sanitize.Message(fmt.Sprint("number ", i))}
	}
	w.chat.Send(t.Context(), chat.Actor{Person: u.Person}, lines)
	out := w.types("user", "export", "bob").out
	for i := range lines {
		if strings.Count(out, fmt.Sprintf(`"number %d"`, i)) != 1 {
			t.Fatalf("number %d is there %d times", i, strings.Count(out, fmt.Sprintf(`"number %d"`, i)))
		}
	}
}

func TestInvites(t *testing.T) {
	w := newWorld(t)
	w.types("invite", "list").says("there are no invites")
	w.types("invite", "create", "--uses", "20", "--for", "7d").says("invite 1, for 20 accounts, until "+at(noon.Add(7*24*time.Hour))+":", oneTime,
		`nobody needs it now: login.signup is "open"`)
	w.types("invite", "list").says(
		"invite  accounts left  "+pad("made")+"  until",
		"1       20             "+at(noon)+"  "+at(noon.Add(7*24*time.Hour)))
	w.types("invite", "revoke", "7").fails(67, "there is no such invite", "invite list shows them")
	w.types("invite", "revoke", "1").says("invite 1 is revoked")
	w.allow(func(r *chat.Rules) { r.SignUpInvited = true })
	w.types("invite", "create").says("invite 2, for 1 account:", oneTime)
	w.types("invite", "list").says("invite  accounts left  "+pad("made")+"  until", "2       1              "+at(noon)+"  for good")
	w.types("invite", "revoke", strings.ToUpper(oneTime)).says("invite 2 is revoked")
	w.types("invite", "create", "--uses", "0").fails(64, "an invite is for 1 to 10000 accounts", "")
	w.types("invite", "create", "--uses", "many").fails(64, "--uses is a whole number", "")
	for _, typed := range []string{"0d", "367d", "-1h", "soon", "99999999999999d"} {
		w.types("invite", "create", "--for", typed).fails(64, fmt.Sprintf("invite create: %q is no length of time", typed),
			"one is as 90s, 10m, 2h or 7d, at most 366d")
	}
	w.types("invite", "create", "--for", "36h")
	want := []string{"invite create|invite 1|uses 20 for 7d", "invite revoke|invite 1|", "invite create|invite 2|", "invite revoke|invite 2|",
		"invite create|invite 3|for 36h"}
	for i := range want {
		want[i] = me() + "|console|" + want[i]
	}
	if diff := cmp.Diff(want, w.audited()); diff != "" {
		t.Errorf("the audit table (-want +got):\n%s", diff)
	}
}

// allow changes the rules, as a reload does.
func (w *world) allow(change func(*chat.Rules)) {
	rules := w.chat.Rules()
	change(&rules)
	w.chat.SetRules(rules)
}

// Whoever makes an invite that lets nobody in is told so, but not where only a server would know.
func TestAnInviteThatLetsNobodyIn(t *testing.T) {
	w := newWorld(t)
	create := func(signUp string) {
		t.Helper()
		var made Invite
		if err := json.Unmarshal([]byte(w.types("invite", "create", "--json").out), &made); err != nil || made.SignUp != signUp {
			t.Errorf("told of %q, want %q; %v", made.SignUp, signUp, err)
		}
		w.types("invite", "revoke", oneTime) // the next has the same code
	}
	create("open")
	w.allow(func(r *chat.Rules) { r.SignUpClosed = true })
	create("closed")
	w.types("invite", "create").says("invite 3, for 1 account:", oneTime, `nobody can use it now: login.signup is "closed"`)
	if out := w.types("invite", "list", "--json").out; strings.Contains(out, "signup") {
		t.Errorf("a list tells of it:\n%s", out)
	}
	w.types("invite", "revoke", oneTime)
	w.allow(func(r *chat.Rules) { r.SignUpClosed, r.SignUpInvited = false, true })
	create("")
	w.stop()
	w.allow(func(r *chat.Rules) { r.SignUpInvited = false })
	alone := &Server{Chat: w.chat, Store: w.store}
	var out, errs bytes.Buffer
	c := Console{Data: w.dir, Out: &out, Err: &errs, Alone: func(context.Context) (*Server, func(), error) {
		return alone, func() {}, nil
	}}
	if exit := c.Run(t.Context(), []string{"invite", "create"}); exit != 0 || out.String() != "invite 5, for 1 account:\n"+oneTime+"\n" {
		t.Errorf("exit %d, %s%s", exit, &out, &errs)
	}
}

// overrun hashes nothing: too many wait.
type overrun struct{ plainly }

func (overrun) Hash(context.Context, int, string, string) (string, error) {
	return "", password.ErrBusy
}

func TestAServerThatIsBusyHashingSaysSo(t *testing.T) {
	w := newWorld(t)
	w.stop()
	l, _, err := Listen(w.dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.serve(&Server{Chat: chat.New(chat.Config{Store: w.store, Passwords: overrun{}, Now: time.Now,
		Weakness: func(string, string, int) string { return "" }})}, l)
	w.signUp("bob")
	status, answer := w.send("POST", "/v1/passwd", `{"user":"bob","password":"geheim"}`)
	if want := `{"error":{"reason":"busy","text":"too many passwords are being checked","hint":"try again"}}` + "\n"; status != 503 || answer != want {
		t.Errorf("%d %s", status, answer)
	}
}
