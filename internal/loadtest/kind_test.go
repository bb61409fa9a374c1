package loadtest

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func TestNamesAreGoodAndNoneLooksLikeAnother(t *testing.T) {
	seen := map[string]string{}
	for _, name := range names(1000) {
		if _, err := chat.ParseName(name); err != nil {
			t.Fatal(err)
		}
		if len(name) != len("loadaaaaa") {
			t.Fatalf("%q is of another length", name)
		}
		key := sanitize.Skeleton(name)
		if other, ok := seen[key]; ok {
			t.Fatalf("%q looks like %q", name, other)
		}
		seen[key] = name
	}
}

func TestALineFitsARowAndHasTheMarkOnce(t *testing.T) {
	for _, i := range []int{0, 1, 999_999} {
		line := "14:03 " + names(1)[0] + " → all  " + text(i)
		if n := utf8.RuneCountInString(line); n > 79 {
			t.Errorf("%q has %d columns", line, n)
		}
		if bytes.Count([]byte(line), []byte{mark}) != 1 {
			t.Errorf("the mark in %q", line)
		}
	}
}

func TestALineInTheRoomIsAsLongAsOneToAll(t *testing.T) {
	if _, err := chat.ParseRoom(lounge); err != nil {
		t.Fatal(err)
	}
	name := names(1)[0]
	room, all := "14:03 "+lounge+" "+name+"  "+text(0), "14:03 "+name+" → all  "+text(0)
	if len(room) != len(all) {
		t.Errorf("%q has %d bytes, %q has %d", room, len(room), all, len(all))
	}
	if got := chatKind("").inRoom("hello"); got != "message #lounge hello" {
		t.Errorf("in the room one types %q", got)
	}
	if got := bareKind("", nil).inRoom("hello"); got != "hello" {
		t.Errorf("in the bare loop one types %q", got)
	}
}

func TestTheServerHasNoSettingsButTheGenerators(t *testing.T) {
	t.Setenv("SSHCHAT_LIMITS_MESSAGE_RATE", "5")
	t.Setenv("SSHCHAT_SERVER_LISTEN", ":22")
	t.Setenv("LOADTEST_OTHER", "kept")
	cmd := chatKind("/bin/sshchat").command(context.Background(), "/data")
	if got := strings.Join(cmd.Args, " "); got != "/bin/sshchat serve --listen 127.0.0.1:0 --data /data" {
		t.Errorf("it runs %s", got)
	}
	var ours []string
	for _, v := range cmd.Env {
		if strings.HasPrefix(v, "SSHCHAT_") {
			ours = append(ours, v)
		}
	}
	if !slices.Equal(ours, noPaces) {
		t.Errorf("its settings are %q", ours)
	}
	if !slices.Contains(cmd.Env, "LOADTEST_OTHER=kept") {
		t.Error("the rest of the environment is gone")
	}
}

func TestALoopThatStoresIsToldWhere(t *testing.T) {
	args := append(make([]string, 0, 9), "bare") // which neither kind may write behind
	for _, c := range []struct {
		kind kind
		want string
	}{
		{bareKind("run", args), "run bare"},
		{sqliteKind("run", args), "run bare -store /data"},
	} {
		if got := strings.Join(c.kind.command(context.Background(), "/data").Args, " "); got != c.want {
			t.Errorf("%s runs %s, want %s", c.kind.name, got, c.want)
		}
	}
	if got := sqliteKind("run", args).broadcast("hello"); got != "hello" {
		t.Errorf("to all one types %q", got)
	}
}

func TestEachLoopThatStoresHasAFileOfItsOwn(t *testing.T) {
	t.Setenv(act, "1")
	b := bench{dir: t.TempDir()}
	k := sqliteKind(os.Args[0], []string{actBare})
	for _, file := range []string{"0", "1"} {
		p, err := b.start(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		defer p.stop()
		gather(t, hall{kind: k, addr: p.addr, senders: 1}, 1)
		if _, err := os.Stat(filepath.Join(b.dir, file)); err != nil {
			t.Error(err)
		}
	}
}

func TestACopiedFolderKeepsModes(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "from"), filepath.Join(t.TempDir(), "to")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(from, "hostkeys"), 0o700),
		os.WriteFile(filepath.Join(from, "hostkeys", "key"), []byte("secret"), 0o600),
		os.WriteFile(filepath.Join(from, "key.pub"), []byte("public"), 0o644),
		os.Symlink("key.pub", filepath.Join(from, "link")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := copyFolder(to, from); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{
		"hostkeys": os.ModeDir | 0o700, "hostkeys/key": 0o600, "key.pub": 0o644,
	} {
		if info, err := os.Stat(filepath.Join(to, path)); err != nil || info.Mode() != mode {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	if got, err := os.ReadFile(filepath.Join(to, "hostkeys/key")); err != nil || string(got) != "secret" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := os.Lstat(filepath.Join(to, "link")); err == nil {
		t.Error("a link was copied")
	}
	if err := copyFolder(to, from); err == nil {
		t.Error("no error where the folder exists")
	}
}
