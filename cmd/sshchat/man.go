package main

import (
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sshchat/internal/admin"
	"sshchat/internal/config"
	"sshchat/internal/roff"
)

// The manual pages, by the names under which man knows them.
const (
	programPage  = "sshchat"
	settingsPage = "sshchat.toml"
)

func (p *program) manCommand() *cobra.Command {
	pages := []string{programPage, settingsPage}
	return &cobra.Command{
		Use:   "man [PAGE]",
		Short: "The manual, pages " + strings.Join(pages, " and ") + ", for man to show",
		Example: `  sshchat man | man -l -
  sshchat man sshchat.toml > sshchat.toml.5`,
		DisableFlagsInUseLine: true,
		Args:                  cobra.ArbitraryArgs,
		ValidArgs:             pages,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = pages[:1]
			}
			page, err := oneOf(c, args, pages)
			if err != nil {
				return err
			}
			if page == settingsPage {
				return p.print(settingsManual())
			}
			return p.print(programManual(c.Root()))
		},
	}
}

// programManual is sshchat(1), made of the tree of commands and of the console's table.
func programManual(root *cobra.Command) string {
	var page roff.Page
	page.Title(programPage, 1, built(), "sshchat "+release())
	page.Section("NAME")
	page.Text("sshchat - " + lowerFirst(root.Short))
	page.Section("SYNOPSIS")
	var usages []string
	for _, c := range documented(root) {
		usages = append(usages, c.UseLine())
	}
	page.Verbatim(strings.Join(usages, "\n"))
	page.Section("DESCRIPTION")
	page.Text(manDescription)
	page.Section("COMMANDS")
	for _, c := range documented(root) {
		describe(&page, c)
	}
	page.Section("CONSOLE")
	page.Text(manConsole)
	for _, c := range admin.Commands() {
		page.Item(c.Usage, upperFirst(c.Help)+".")
	}
	items(&page, "ENVIRONMENT", manEnvironment)
	items(&page, "FILES", manFiles)
	items(&page, "EXIT STATUS", manExits())
	page.Section("SEE ALSO")
	page.Text("`sshchat.toml`(5), `ssh`(1), `systemd.service`(5)")
	return page.String()
}

// documented are the commands that help lists.
func documented(root *cobra.Command) (all []*cobra.Command) {
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			all = append(all, c)
		}
	}
	return all
}

func describe(page *roff.Page, c *cobra.Command) {
	page.Subsection(c.UseLine())
	about, _, _ := strings.Cut(c.Long, consoleHeading) // the console has a section of its own
	if about == "" {
		about = c.Short + "."
	}
	page.Text(about)
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		page.Item(strings.TrimSpace("--"+f.Name+" "+strings.ToUpper(value)), upperFirst(usage)+".")
	})
	if c.Example != "" {
		page.Verbatim(c.Example)
	}
}

// settingsManual is sshchat.toml(5), made of the table of keys.
func settingsManual() string {
	var page roff.Page
	page.Title(settingsPage, 5, built(), "sshchat "+release())
	page.Section("NAME")
	page.Text("sshchat.toml - settings of the chat server sshchat")
	page.Section("DESCRIPTION")
	page.Text(manSettings)
	section := ""
	for _, k := range config.Describe() {
		if k.Section != section {
			section = k.Section
			page.Section("[" + section + "]")
		}
		page.Item(k.Name+" = "+k.Default, k.Text)
	}
	page.Section("EXAMPLES")
	page.Verbatim(manSettingsExample)
	page.Section("SEE ALSO")
	page.Text("`sshchat`(1)")
	return page.String()
}

func items(page *roff.Page, heading string, pairs [][2]string) {
	page.Section(heading)
	for _, pair := range pairs {
		page.Item(pair[0], pair[1])
	}
}

// release is the version without what it was built of.
func release() string {
	name, _, _ := strings.Cut(version(), " ")
	return name
}

// built is when the sources were committed, or the zero time if the build does not know. The clock would make each
// build another.
func built() time.Time {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return time.Time{}
	}
	return committed(info)
}

func committed(info *debug.BuildInfo) time.Time {
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			t, _ := time.Parse(time.RFC3339, s.Value) // the zero time if it is none
			return t
		}
	}
	return time.Time{}
}

// upperFirst and lowerFirst change the first letter of a text of ours, which is ASCII.
func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
