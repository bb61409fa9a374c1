//go:build unix

package server_test

import (
	"os/exec"
	"strings"
	"testing"

	"sshchat/internal/servertest"
)

// Through the real ssh, on a screen.

func (s screenTest) signUp(name string) *servertest.Terminal {
	s.Helper()
	term := s.Terminal(80, 24)
	term.Enters("signup " + name)
	term.Shows("password:")
	term.Enters(servertest.Password)
	term.Shows("again")
	term.Enters(servertest.Password)
	term.Shows("Welcome")
	term.Row(name + "> ‸")
	return term
}

type screenTest struct{ *servertest.Server }

func TestSSHConnectsWithoutAQuestionAndHidesThePassword(t *testing.T) {
	srv := screenTest{servertest.Start(t)}
	bob := srv.signUp("bob")
	if strings.Contains(bob.Raw(), servertest.Password) {
		t.Errorf("the password came back:\n%q", bob.Raw())
	}
	bob.Enters("logout")
	if status := bob.Ends(); status != 0 {
		t.Errorf("ssh ends with %d", status)
	}
	again := srv.Terminal(80, 24)
	again.Enters("login bob")
	again.Shows("password:")
	again.Enters("not this one")
	again.Shows("wrong name or password")
}

func TestMessagesLeaveWhatOneTypesAlone(t *testing.T) {
	srv := screenTest{servertest.Start(t)}
	bob := srv.signUp("bob")
	alice := srv.SignUp("alice")
	const left = "\x1b[D"
	bob.Keys("message alice 你好世界", left, left)
	bob.Row("bob> message alice 你好‸世界")
	alice.Types("message bob hello there")
	bob.Shows("alice → you  hello there")
	bob.Row("bob> message alice 你好‸世界")
	bob.Keys("👩‍👩‍👧‍👦", "\x7f", "é", "X")
	bob.Row("bob> message alice 你好éX‸世界")
	alice.Types("broadcast and once more")
	bob.Shows("alice → all  and once more")
	bob.Row("bob> message alice 你好éX‸世界")
	bob.Keys("\r")
	alice.Sees("bob → you  你好éX世界")
	bob.Shows("you → alice  你好éX世界")
	bob.Row("bob> ‸")
}

func TestResizeWhileTyping(t *testing.T) {
	srv := screenTest{servertest.Start(t)}
	bob := srv.signUp("bob")
	alice := srv.SignUp("alice")
	bob.Keys("message alice this is a rather long line to type")
	bob.Row("bob> message alice this is a rather long line to type‸")
	bob.Resize(40, 24)
	bob.Until("scrolls the line at 40 columns", func(screen string) bool {
		return !strings.Contains(screen, "bob> message alice this")
	})
	alice.Types("message bob one two three four five six seven eight nine ten")
	bob.Until("wraps at 40 columns", func(screen string) bool {
		return strings.Contains(screen, "seven") && !strings.Contains(screen, "four five six")
	})
	bob.Resize(100, 24)
	bob.Row("bob> message alice this is a rather long line to type‸")
	bob.Keys("\r")
	alice.Sees("this is a rather long line to type")
}

func TestAPasteIsOneMessage(t *testing.T) {
	srv := screenTest{servertest.Start(t)}
	bob := srv.signUp("bob")
	alice := srv.SignUp("alice")
	bob.Keys("message alice ", "\x1b[200~one\ntwo\nthree\x1b[201~", "\r")
	alice.Sees("bob → you  one ⏎ two ⏎ three\n")
	bob.Until("shows three lines, the later ones indented", func(screen string) bool {
		i := strings.Index(screen, "you → alice  one\n")
		if i < 0 {
			return false
		}
		rest := strings.Split(screen[i:], "\n")
		return len(rest) > 2 && strings.TrimSpace(rest[1]) == "two" && rest[1][0] == ' ' &&
			strings.TrimSpace(rest[2]) == "three" && rest[2][0] == ' '
	})
}

func TestTabCompletes(t *testing.T) {
	srv := screenTest{servertest.Start(t)}
	srv.SignUp("alexander")
	bob := srv.signUp("bob")
	bob.Keys("mess\t")
	bob.Row("bob> message ‸WHO TEXT")
	bob.Keys("alex\t")
	bob.Row("bob> message alexander ‸TEXT")
}

func TestHistoryHoldsNoPassword(t *testing.T) {
	srv := screenTest{servertest.Start(t)}
	bob := srv.signUp("bob")
	bob.Enters("whoelse")
	bob.Shows("nobody else is online")
	bob.Keys("\x1b[A")
	bob.Row("bob> whoelse‸")
	bob.Keys("\x1b[A") // nor anything else of before the login
	bob.Row("bob> whoelse‸")
}

func TestSSHWithoutATerminal(t *testing.T) {
	servertest.NeedSSH(t)
	srv := servertest.Start(t)
	srv.SignUp("bob").Leaves()
	alice := srv.SignUp("alice")
	cmd := exec.Command("ssh", append(srv.SSHArgs("-T"), "127.0.0.1")...)
	cmd.Stdin = strings.NewReader("login bob\n" + servertest.Password + "\nmessage alice hi\n")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	alice.Sees("bob → you  hi\n")
	for _, want := range []string{"password:", "Welcome", "you → alice  hi\n"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.ContainsAny(string(out), "\x1b\r") {
		t.Errorf("an escape or a carriage return in %q", out)
	}
}

func TestSSHIsRefusedWhatThisIsNot(t *testing.T) {
	servertest.NeedSSH(t)
	srv := servertest.Start(t)
	for name, args := range map[string][]string{
		"a command":  {"127.0.0.1", "ls"},
		"sftp":       {"-s", "127.0.0.1", "sftp"},
		"forwarding": {"-W", "127.0.0.1:1", "127.0.0.1"},
	} {
		cmd := exec.Command("ssh", append(srv.SSHArgs(), args...)...)
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%s was accepted:\n%s", name, out)
		}
	}
}

func TestADumbTerminalGetsNoEscapes(t *testing.T) {
	srv := servertest.Start(t)
	srv.SignUp("bob").Leaves()
	term := srv.TerminalOf("dumb", 80, 24)
	term.Enters("login bob")
	term.Shows("password:")
	term.Enters(servertest.Password)
	term.Shows("Welcome")
	term.Enters("whoelse")
	term.Shows("nobody else is online")
	if strings.Contains(term.Raw(), "\x1b") {
		t.Errorf("an escape for a dumb terminal: %q", term.Raw())
	}
}
