package main

import (
	"context"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"sshchat/internal/admin"
	"sshchat/internal/config"
)

// manual is a page as a person reads it, without roff's marks.
func manual(t *testing.T, page string) string {
	t.Helper()
	var out, errs strings.Builder
	if exit := run(context.Background(), []string{"man", page}, nil, nil, &out, &errs); exit != 0 {
		t.Fatalf("exit code %d: %s", exit, &errs)
	}
	return strings.NewReplacer(`\fB`, "", `\fP`, "", `\%`, "", `\&`, "", `\-`, "-", `\(dq`, `"`, `\(aq`, "'",
		`\(ti`, "~", `\(ha`, "^", `\(ga`, "`", `\(rs`, `\`).Replace(out.String())
}

func says(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
}

func TestManualSaysWhatTheCommandsAre(t *testing.T) {
	page := manual(t, programPage)
	for _, c := range (&program{}).root().Commands() {
		says(t, page, "\n.SS \""+c.UseLine())
		for line := range strings.Lines(c.Example) {
			says(t, page, strings.TrimRight(line, "\n")+"\n")
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			value, _ := pflag.UnquoteUsage(f)
			says(t, page, "\n"+strings.TrimSpace("--"+f.Name+" "+strings.ToUpper(value))+"\n")
		})
	}
	for _, c := range admin.Commands() {
		says(t, page, "\n.TP\n"+c.Usage+"\n"+upperFirst(c.Help)+".\n")
	}
	says(t, page, "\nsshchat - a chat server that people enter with ssh\n", "\n.TP\n78\n")
	if strings.Contains(page, "Commands:") {
		t.Error("the console's commands stand there twice")
	}
}

func TestManualSaysWhatTheSettingsAre(t *testing.T) {
	page := manual(t, settingsPage)
	for _, k := range config.Describe() {
		says(t, page, "\n.SH \"["+k.Section+"]\"\n", "\n.TP\n"+k.Name+" = "+k.Default+"\n"+k.Text+"\n")
	}
}

// The example is a file that serves.
func TestManualsExampleIsTaken(t *testing.T) {
	file := t.TempDir() + "/sshchat.toml"
	if err := os.WriteFile(file, []byte(manSettingsExample), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file, nil, config.Flags{})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Server.Listen != ":22" || len(cfg.Limits.Exempt) != 1 || cfg.Login.Signup != config.SignupClosed {
		t.Errorf("it says %+v", cfg)
	}
}

func TestMandocAcceptsTheManual(t *testing.T) {
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Skip("no mandoc here")
	}
	for _, page := range []string{programPage, settingsPage} {
		var out, errs strings.Builder
		run(context.Background(), []string{"man", page}, nil, nil, &out, &errs)
		c := exec.Command("mandoc", "-T", "lint", "-W", "warning")
		c.Stdin = strings.NewReader(out.String())
		found, _ := c.Output() // its status tells what it prints
		for line := range strings.Lines(string(found)) {
			if !strings.Contains(line, "missing date") { // a test is not stamped with its commit
				t.Errorf("%s: %s", page, line)
			}
		}
	}
}

func TestPagesBearTheDayOfTheCommit(t *testing.T) {
	info := func(key, value string) *debug.BuildInfo {
		return &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: key, Value: value}}}
	}
	if got := committed(info("vcs.time", "2026-11-29T12:37:36Z")); got.Format(time.DateOnly) != "2026-11-29" {
		t.Errorf("the day is %s", got)
	}
	for _, unknown := range []*debug.BuildInfo{info("vcs.time", "yesterday"), info("vcs", "git"), {}} {
		if got := committed(unknown); !got.IsZero() {
			t.Errorf("%v gives %s", unknown.Settings, got)
		}
	}
}
