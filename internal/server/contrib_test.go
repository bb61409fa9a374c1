package server_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/config"
	"sshchat/internal/server"
	"sshchat/internal/servertest"
)

const (
	dashboard = "../../contrib/grafana/sshchat.json"
	alerts    = "../../contrib/prometheus/alerts.yml"
	observe   = "../../docs/observe.md"
)

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	metric     = regexp.MustCompile(`\b(?:sshchat|go|process)_[a-z0-9_]+\b`)
	metricHelp = regexp.MustCompile(`(?m)^# HELP (\S+) `)
	label      = regexp.MustCompile(`(\w+)="([^"]*)"`)
)

// A dashboard that asks for what there is not shows nothing, and an alert never rings: nobody would see the mistake.
func TestEveryMetricThatIsNamedExists(t *testing.T) {
	srv := servertest.Start(t, metered, func(o *server.Options) {
		same := o.Config
		o.Load = func() (config.Config, error) { return same, nil }
	})
	consoleSays(srv, "reload") // before that there is nothing to say of it
	consoleSays(srv, "backup", filepath.Join(t.TempDir(), "backup.db"))
	there := map[string]bool{}
	for series := range scrape(t, srv) {
		name, _, _ := strings.Cut(series, "{")
		there[name] = true
	}
	_, text := asks(t, srv, "GET", "/metrics")
	families := metricHelp.FindAllStringSubmatch(text, -1)
	for _, f := range families {
		there[f[1]] = true
	}
	for _, file := range []string{dashboard, alerts, observe} {
		named := metric.FindAllString(read(t, file), -1)
		if len(named) < 6 {
			t.Errorf("%s names %q", file, named)
		}
		for _, name := range named {
			if !there[name] {
				t.Errorf("%s names %s: there is no such metric", file, name)
			}
		}
	}
	documented := read(t, observe)
	for _, f := range families {
		if !strings.Contains(documented, "`"+f[1]) {
			t.Errorf("%s does not say what %s is", observe, f[1])
		}
	}
}

// The same for values of labels.
func TestEveryLabelOfTheAlertsExists(t *testing.T) {
	srv := servertest.Start(t, metered)
	text := strings.Join(slices.Collect(maps.Keys(scrape(t, srv))), "\n")
	var found []string
	for _, expr := range regexp.MustCompile(`(?m)^ *expr: .*$`).FindAllString(read(t, alerts), -1) {
		found = append(found, label.FindAllString(expr, -1)...)
	}
	if len(found) < 2 {
		t.Errorf("found %q", found)
	}
	for _, l := range found {
		if !strings.Contains(text, l) {
			t.Errorf("no series has %s", l)
		}
	}
}

func TestTheDashboardIsOne(t *testing.T) {
	var d struct {
		Title, UID string
		Panels     []struct {
			ID      int
			Title   string
			GridPos struct{ X, Y, W, H int }
			Targets []struct{ RefID, Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, dashboard)), &d); err != nil {
		t.Fatal(err)
	}
	if d.Title != "sshchat" || d.UID != "sshchat" || len(d.Panels) < 6 {
		t.Errorf("%q, %q, %d panels", d.Title, d.UID, len(d.Panels))
	}
	places := map[[2]int]bool{}
	for i, p := range d.Panels {
		if p.ID != i+1 || p.Title == "" || len(p.Targets) == 0 || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("panel %+v", p)
		}
		places[[2]int{p.GridPos.X, p.GridPos.Y}] = true
		for _, target := range p.Targets {
			if !strings.Contains(target.Expr, `instance=~"$instance"`) || strings.Count(target.Expr, "(") != strings.Count(target.Expr, ")") {
				t.Errorf("%s: %s", p.Title, target.Expr)
			}
		}
	}
	if len(places) != len(d.Panels) {
		t.Error("one panel lies on another")
	}
}

func TestPrometheusTakesMetricsAndAlerts(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("no promtool on this machine")
	}
	srv := servertest.Start(t, metered)
	srv.SignUp("alice").Leaves()
	_, text := asks(t, srv, "GET", "/metrics")
	check := exec.Command(promtool, "check", "metrics")
	check.Stdin = strings.NewReader(text)
	if out, err := check.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("metrics: %v\n%s", err, out)
	}
	out, err := exec.Command(promtool, "check", "rules", alerts).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "SUCCESS: 6 rules found") {
		t.Errorf("rules: %v\n%s", err, out)
	}
}

// Whoever searches a log by an event finds in the documentation what it says, and no event is told of that there is not.
func TestEveryEventIsDocumented(t *testing.T) {
	logged := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, m := range regexp.MustCompile(`"event", "(\w+)"`).FindAllStringSubmatch(read(t, path), -1) {
			logged[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(read(t, observe), "| event | level | when |\n|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	documented := map[string]bool{}
	for row := range strings.Lines(table) {
		events := strings.Split(row, "|")[1]
		for _, m := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(events, -1) {
			documented[m[1]] = true
		}
	}
	if diff := cmp.Diff(logged, documented); diff != "" {
		t.Errorf("events (-logged +documented):\n%s", diff)
	}
}
