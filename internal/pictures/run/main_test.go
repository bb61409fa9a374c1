package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const documented = "../../../docs/pictures"

// copyScripts copies the scripts of the documentation to a folder of the test's.
func copyScripts(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	paths, err := filepath.Glob(filepath.Join(documented, "*"+scriptEnd))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d scripts, %v", len(paths), err)
	}
	for _, path := range paths {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), read(t, path), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func made(t *testing.T, dir string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"+pictureEnd))
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	for _, path := range paths {
		all[filepath.Base(path)] = string(read(t, path))
	}
	return all
}

// The pictures of the documentation show what the server does today, and each run makes the same.
func TestThePicturesDoNotLie(t *testing.T) {
	want := made(t, documented)
	for range 2 {
		dir := copyScripts(t)
		if err := run(t.Context(), []string{"-dir", dir}, io.Discard); err != nil {
			t.Fatal(err)
		}
		got := made(t, dir)
		for name := range got {
			if got[name] != want[name] {
				t.Errorf("%s is not what the server shows today: make pictures, and look at it. It would be\n%s", name, got[name])
			}
		}
		if len(got) != len(want) {
			t.Errorf("%d pictures are made, and there are %d", len(got), len(want))
		}
	}
}

// The README shows all of them.
func TestTheReadmeShowsThem(t *testing.T) {
	readme := string(read(t, "../../../README.md"))
	for name := range made(t, documented) {
		if !strings.Contains(readme, "(docs/pictures/"+name+")") {
			t.Errorf("the README does not show %s", name)
		}
	}
}

func TestItSaysWhatItHasMade(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a"+scriptEnd)
	script := "title T\nabout A\nscreen bob\nclock 2026-03-16 14:02\nbob connects ssh\nbob sees ^D leaves\nbob at >\n"
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-dir", dir}, &out); err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, "a.svg") + "\n"; out.String() != want {
		t.Errorf("it says %q, want %q", out.String(), want)
	}
	if svg := made(t, dir)["a.svg"]; !strings.Contains(svg, "$ ssh<") {
		t.Errorf("it has made\n%s", svg)
	}
}

func TestWhatCannotBeMade(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"+scriptEnd), []byte("title T\nnonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-dir", t.TempDir()}, "there is no script in "},
		{[]string{"-dir", dir}, `a.script: line 2: nonsense cannot ""`},
		{[]string{"first"}, `what is "first"?`},
		{[]string{"-unknown"}, "flag provided but not defined"},
	} {
		if err := run(t.Context(), c.args, io.Discard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.args, err, c.want)
		}
	}
	if err := run(t.Context(), []string{"-help"}, io.Discard); err != nil {
		t.Errorf("-help: %v", err)
	}
}
