package shell

import (
	"os/exec"
	"testing"
)

func TestQuotedForAShell(t *testing.T) {
	for _, path := range []string{"/srv/chat", "/srv/my chat", "/srv/it's", "/srv/$HOME", "/srv/`id`", "/srv/a\\b", `/"`, "/*", "/é", "", "a\nb", "~/x"} {
		out, err := exec.Command("sh", "-c", "printf %s "+Quote(path)).Output()
		if err != nil || string(out) != path {
			t.Errorf("%q: the shell reads %q, %v", path, out, err)
		}
	}
	if Quote("/srv/chat-1.2_x") != "/srv/chat-1.2_x" {
		t.Error("quoted without need")
	}
}
