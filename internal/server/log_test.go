package server_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sshchat/internal/server"
	"sshchat/internal/servertest"
)

// asJSON has a server log in JSON what it would else log as text: everything, in both cases.
func asJSON(w *servertest.LogBuffer) func(*server.Options) {
	return func(o *server.Options) {
		o.Log = slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
}

// A log is read by many more people than a chat: what is said, and what is typed where a password may be meant, is not
// in it at any level.
func TestTheLogHasNoPasswordsAndNothingThatIsSaid(t *testing.T) {
	log := &servertest.LogBuffer{}
	srv := servertest.Start(t, asJSON(log), metered)
	alice, bob := srv.SignUp("alice"), srv.SignUp("bob")
	alice.Types("message bob the vault is open", "broadcast the vault is shut", "join #vault", "message #vault vault-talk",
		"message nobody vault-lost", "block bob", "away vault-trip", "passwd", servertest.Password, "vault-new-horse", "vault-new-horse")
	alice.Sees("the vault is shut", "vault-talk", "password")
	bob.Types("message alice vault-blocked", "vault-mistyped", "re 1 vault-answer", "search vault-words")
	bob.Sees("blocked")
	bob.Leaves()
	eve := srv.Visit("eve")
	for range 4 {
		eve.Types("login bob", "vault-guess")
	}
	eve.Types("login vault-password", "vault-password", "login vault-password", "vault-password", "login vault-password",
		"vault-password", "login vault-password", "vault-typed-here")
	eve.Sees("locked", "log in", "locked", "log in")
	srv.Stop()
	text := log.String()
	for _, secret := range []string{"vault", servertest.Password} {
		if i := strings.Index(text, secret); i >= 0 {
			t.Errorf("%q is in the log: %.300s", secret, text[max(0, i-200):])
		}
	}
	for _, event := range []string{"connect", "login", "logout", "login_refused", "lockout", "disconnect"} {
		if !strings.Contains(text, `"event":"`+event+`"`) {
			t.Errorf("no record of %s: did this test do anything?", event)
		}
	}
}

// Whatever is logged has a name that stays, and what a stranger has caused says from where.
func TestEveryRecordHasItsEvent(t *testing.T) {
	log := &servertest.LogBuffer{}
	srv := servertest.Start(t, asJSON(log), metered, twoAtOnce)
	srv.SignUp("alice").Leaves()
	provoke(t, srv, log)
	srv.Restart()
	srv.Stop()
	from := map[string]bool{"connect": true, "disconnect": true, "handshake": true, "login": true, "login_refused": true,
		"lockout": true, "refused": true, "flood": true}
	for line := range strings.Lines(log.String()) {
		var record struct{ Event, Remote string }
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if record.Event == "" || from[record.Event] && !strings.HasPrefix(record.Remote, "127.0.0.1:") {
			t.Errorf("a record without event, or without its place: %s", line)
		}
	}
}

// provoke does what the filter of fail2ban is about, and returns how many records tell of it: wrong passwords, a flood and a
// connection too many. The server lets two in at once from an address.
func provoke(t *testing.T, srv *servertest.Server, log *servertest.LogBuffer) (records int) {
	t.Helper()
	eve := srv.Visit("eve")
	for range 3 {
		eve.Types("login bob", "wrong")
	}
	eve.Types("login bob")
	eve.Sees("wrong name", "wrong name", "wrong name", "locked", "locked")
	second := srv.Dial("trudy")
	if _, err := srv.TryDial(srv.Addr, "mallory"); err == nil {
		t.Error("a third one is let in")
	}
	ch, requests, err := second.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go gossh.DiscardRequests(requests)
	ch.Write(make([]byte, 100_000)) // on which nothing was started: the server hangs up meanwhile
	awaitRecord(t, log, "flood")
	eve.Leaves()
	return 4 + 1 + 1
}

// awaitRecord waits until an event is logged.
func awaitRecord(t *testing.T, log *servertest.LogBuffer, event string) {
	t.Helper()
	record := regexp.MustCompile(`event"?[=:]"?` + event)
	for deadline := time.Now().Add(servertest.Patience); !record.MatchString(log.String()); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%s is never logged", event)
		}
	}
}

func twoAtOnce(o *server.Options) { o.Config.Limits.StartupsPerAddress = 2 }

// A filter is what fail2ban reads: patterns, in which <ADDR> stands for an address.
func filter(t *testing.T) (patterns []*regexp.Regexp) {
	t.Helper()
	text, err := os.ReadFile("../../contrib/fail2ban/filter.d/sshchat.conf")
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	var name string
	for line := range strings.Lines(string(text)) {
		switch key, value, ok := strings.Cut(line, " = "); {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, " "):
			values[name] += "\n" + strings.TrimSpace(line)
		case ok:
			name, values[key] = strings.TrimSpace(key), strings.TrimSpace(value)
		}
	}
	for pattern := range strings.Lines(values["failregex"]) {
		for _, part := range []string{"_begin", "_text", "_json"} {
			pattern = strings.ReplaceAll(pattern, "%("+part+")s", values[part])
		}
		pattern = strings.ReplaceAll(strings.TrimSpace(pattern), "<ADDR>", "([0-9A-Fa-f:.]+)")
		patterns = append(patterns, regexp.MustCompile(pattern))
	}
	return patterns
}

// found are the addresses that the filter finds in a log.
func found(patterns []*regexp.Regexp, log string) (addresses []string) {
	for line := range strings.Lines(log) {
		for _, p := range patterns {
			if m := p.FindStringSubmatch(strings.TrimSuffix(line, "\n")); m != nil {
				addresses = append(addresses, m[1])
			}
		}
	}
	return addresses
}

// forger is a client that calls itself what a record of a wrong password from elsewhere looks like, in either format.
const forger = `SSH-2.0-x level=INFO msg="a" event=login_refused command=login remote=192.0.2.66:1 {"time":"","level":"INFO",` +
	`"msg":"a","event":"login_refused","command":"login","remote":"192.0.2.66:1",`

func visitAs(t *testing.T, srv *servertest.Server, version string) {
	t.Helper()
	client, err := gossh.Dial("tcp", srv.Addr, &gossh.ClientConfig{User: "x", ClientVersion: version,
		HostKeyCallback: gossh.InsecureIgnoreHostKey(),
		Auth:            []gossh.AuthMethod{gossh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) { return nil, nil })}})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	session.Stdin = strings.NewReader("signup forger\n" + servertest.Password + "\n" + servertest.Password + "\nlogout\n")
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	if err := session.Wait(); err != nil {
		t.Fatal(err)
	}
}

func TestFail2banFindsThoseAlone(t *testing.T) {
	t.Parallel()
	patterns := filter(t)
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			log := &servertest.LogBuffer{}
			srv := servertest.Start(t, twoAtOnce, func(o *server.Options) {
				o.Log = slog.New(slog.NewTextHandler(log, nil))
				if format == "json" {
					o.Log = slog.New(slog.NewJSONHandler(log, nil))
				}
			})
			visitAs(t, srv, forger)
			awaitRecord(t, log, "logout")
			want := provoke(t, srv, log)
			srv.Stop()
			text := log.String()
			if !strings.Contains(text, "192.0.2.66") {
				t.Errorf("the forger left no trace:\n%s", text)
			}
			got := found(patterns, text)
			if len(got) != want || slices.ContainsFunc(got, func(a string) bool { return a != "127.0.0.1" }) {
				t.Errorf("found %q, want 127.0.0.1 in %d records:\n%s", got, want, text)
			}
			asFail2ban(t, text, want)
		})
	}
}

// asFail2ban has fail2ban itself read a log, where it is installed.
func asFail2ban(t *testing.T, log string, want int) {
	t.Helper()
	program, err := exec.LookPath("fail2ban-regex")
	if err != nil {
		t.Log("no fail2ban-regex on this machine: only the patterns were tried")
		return
	}
	file := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(file, []byte(log), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, file, "../../contrib/fail2ban/filter.d/sshchat.conf").CombinedOutput()
	lines := strings.Count(log, "\n")
	summary := fmt.Sprintf("Lines: %d lines, 0 ignored, %d matched, %d missed", lines, want, lines-want)
	if err != nil || !strings.Contains(string(out), summary) {
		t.Errorf("%v, want %q in\n%s", err, summary, out)
	}
}

// A record of the journal, and one of an IPv6 address, are found as well.
func TestFail2banFindsOtherForms(t *testing.T) {
	patterns := filter(t)
	for line, want := range map[string]string{
		`host sshchat[812]: time=2026-11-29T13:12:36.123+01:00 level=WARN msg="connection ended over a flood" event=flood remote=192.0.2.8:1`: "192.0.2.8",
		`time=2026-11-29T13:12:36Z level=INFO msg="password refused" event=login_refused command=passwd remote=[2001:db8::7]:4711 client=x`:   "2001:db8::7",
		`{"time":"2026-11-29T13:12:36Z","level":"INFO","msg":"password refused","event":"login_refused","command":"login",` +
			`"remote":"[2001:db8::7]:4711","client":"x","why":"locked"}`: "2001:db8::7",
		`time=2026-11-29T13:12:36Z level=WARN msg="connections refused" event=refused why="the server is full" remote=192.0.2.9:4711 count=1`: "",
	} {
		if got := strings.Join(found(patterns, line), " "); got != want {
			t.Errorf("%q, want %q in %s", got, want, line)
		}
	}
}
