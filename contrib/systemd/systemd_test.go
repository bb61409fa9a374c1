//go:build linux

package systemd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// maxExposure is what `systemd-analyze security` may give the server, in tenths.
const maxExposure = "15"

// tool finds one of systemd's programs; where there is none, nothing can be said.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("no %s here", name)
	}
	return path
}

// output is all that a program prints. It must exit with 0.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return string(out)
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// installed copies the units to a folder in which the program that they start is there, and returns it.
func installed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "sshchat")
	write(t, program, "#!/bin/sh\n")
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "sshchat.service"), strings.ReplaceAll(read(t, "sshchat.service"), "/usr/bin/sshchat", program))
	write(t, filepath.Join(dir, "sshchat.service.d", "port-22.conf"), read(t, "port-22.conf"))
	write(t, filepath.Join(dir, "sshchat.socket"), read(t, "sshchat.socket"))
	return dir
}

// systemd warns of what it does not know, and exits with 0.
func TestSystemdUnderstandsTheUnits(t *testing.T) {
	analyze := tool(t, "systemd-analyze")
	dir := installed(t)
	for _, unit := range []string{"sshchat.service", "sshchat.socket"} {
		for line := range strings.Lines(output(t, analyze, "verify", "--man=no", filepath.Join(dir, unit))) {
			if strings.Contains(line, dir) || strings.Contains(line, "sshchat") { // others' units are not ours to mend
				t.Errorf("%s: %s", unit, line)
			}
		}
	}
}

func TestExposure(t *testing.T) {
	analyze := tool(t, "systemd-analyze")
	output(t, analyze, "security", "--offline=true", "--no-pager", "--threshold="+maxExposure, "sshchat.service")
}

// Behind a namespace of users the console's socket could not tell who asks.
func TestPeersKeepTheirNumbers(t *testing.T) {
	for line := range strings.Lines(read(t, "sshchat.service")) {
		if strings.HasPrefix(line, "PrivateUsers=") || strings.HasPrefix(line, "DynamicUser=") {
			t.Errorf("the unit has %s", line)
		}
	}
}

func TestTheUserIsMade(t *testing.T) {
	sysusers := tool(t, "systemd-sysusers")
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := filepath.Abs("sshchat.sysusers")
	if err != nil {
		t.Fatal(err)
	}
	output(t, sysusers, "--root="+root, file)
	if users := read(t, filepath.Join(root, "etc", "passwd")); !strings.HasPrefix(users, "sshchat:x:") ||
		!strings.HasSuffix(users, ":/var/lib/sshchat:/usr/sbin/nologin\n") {
		t.Errorf("the users are %q", users)
	}
}

func TestTheDataFolderIsForNobodyElse(t *testing.T) {
	tmpfiles := tool(t, "systemd-tmpfiles")
	if os.Getuid() != 0 {
		t.Skip("only root can give a folder away")
	}
	root := t.TempDir()
	write(t, filepath.Join(root, "etc/passwd"), "sshchat:x:995:995::/var/lib/sshchat:/usr/sbin/nologin\n")
	write(t, filepath.Join(root, "etc/group"), "sshchat:x:995:\n")
	rules := filepath.Join(t.TempDir(), "sshchat.conf") // another ending is no file of rules
	write(t, rules, read(t, "sshchat.tmpfiles"))
	output(t, tmpfiles, "--root="+root, "--create", rules)
	info, err := os.Stat(filepath.Join(root, "var/lib/sshchat"))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v", info, err)
	}
}
