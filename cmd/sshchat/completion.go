package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sshchat/internal/admin"
)

// A shellKind is one whose completion can be written.
type shellKind struct {
	name  string
	write func(*cobra.Command, io.Writer) error
}

var shells = []shellKind{
	{"bash", func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
	{"zsh", (*cobra.Command).GenZshCompletion},
	{"fish", func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }},
}

func (p *program) completionCommand() *cobra.Command {
	names := make([]string, len(shells))
	for i, s := range shells {
		names[i] = s.name
	}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "What completes sshchat's command line in " + strings.Join(names, ", "),
		Example: `  source <(sshchat completion bash)
  sshchat completion zsh > ~/.zsh/functions/_sshchat
  sshchat completion fish > ~/.config/fish/completions/sshchat.fish`,
		DisableFlagsInUseLine: true,
		Args:                  cobra.ArbitraryArgs,
		ValidArgs:             names,
		RunE: func(c *cobra.Command, args []string) error {
			name, err := oneOf(c, args, names)
			if err != nil {
				return err
			}
			return p.printCompletion(c.Root(), name)
		},
	}
}

func (p *program) printCompletion(root *cobra.Command, name string) error {
	var script bytes.Buffer
	for _, s := range shells {
		if s.name == name {
			if err := s.write(root, &script); err != nil {
				return err
			}
		}
	}
	return p.print(script.String())
}

// oneOf is the only argument, which must be one of those that there are.
func oneOf(c *cobra.Command, args, known []string) (string, error) {
	list := strings.Join(known, ", ")
	switch {
	case len(args) == 0:
		return "", &failure{c.CommandPath() + ": which? " + list, "usage: " + c.UseLine(), exitUsage}
	case len(args) > 1:
		return "", &failure{fmt.Sprintf("%s: %q is too much", c.CommandPath(), clip(args[1])), "usage: " + c.UseLine(), exitUsage}
	}
	if slices.Contains(known, args[0]) {
		return args[0], nil
	}
	return "", &failure{fmt.Sprintf("%s: no %q", c.CommandPath(), clip(args[0])), "there is " + list, exitUsage}
}

// completeFlags has the shells complete folders and files behind the flags that name one, wherever they are.
func completeFlags(c *cobra.Command) {
	for _, sub := range c.Commands() {
		for flag, mark := range map[string]func(string) error{
			"data":   func(name string) error { return sub.MarkFlagDirname(name) },
			"config": func(name string) error { return sub.MarkFlagFilename(name, "toml") },
		} {
			if sub.Flags().Lookup(flag) != nil {
				mark(flag) // fails for no flag that is there
			}
		}
	}
}

// completeHelp completes the command that help is asked for.
func completeHelp(c *cobra.Command, args []string, typed string) (found []cobra.Completion, _ cobra.ShellCompDirective) {
	for _, sub := range c.Root().Commands() {
		if len(args) == 0 && sub.IsAvailableCommand() && strings.HasPrefix(sub.Name(), typed) {
			found = append(found, cobra.CompletionWithDesc(sub.Name(), sub.Short))
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}

// completeAdmin completes what stands behind "admin". Cobra leaves its flags to us, as the command does.
func completeAdmin(c *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		switch args[len(args)-1] {
		case "--data":
			return nil, cobra.ShellCompDirectiveFilterDirs
		case "--config":
			return []cobra.Completion{"toml"}, cobra.ShellCompDirectiveFilterFileExt
		}
	}
	a, err := splitAdmin(c, args)
	switch {
	case err != nil:
		return nil, cobra.ShellCompDirectiveNoFileComp
	case len(a.words) == 0 && strings.HasPrefix(typed, "-"):
		return ownFlags(c, typed), cobra.ShellCompDirectiveNoFileComp
	}
	return nextWords(admin.Commands(), a.words, typed), cobra.ShellCompDirectiveNoFileComp
}

// ownFlags are the flags of c that begin as typed.
func ownFlags(c *cobra.Command, typed string) (found []cobra.Completion) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if name := "--" + f.Name; strings.HasPrefix(name, typed) {
			_, usage := pflag.UnquoteUsage(f)
			found = append(found, cobra.CompletionWithDesc(name, usage))
		}
	})
	return found
}

// nextWords are what the names of commands go on with behind the words before: kick; user, then add. A word that
// several go on with comes once, and without help, which would be that of one of them.
func nextWords(commands []admin.Command, before []string, typed string) (found []cobra.Completion) {
	seen := map[string]int{}
	for _, c := range commands {
		words := strings.Fields(c.Name())
		n := len(before)
		if len(words) <= n || !slices.Equal(words[:n], before) || !strings.HasPrefix(words[n], typed) {
			continue
		}
		word := words[n]
		if at, again := seen[word]; again {
			found[at] = word
			continue
		}
		seen[word] = len(found)
		found = append(found, cobra.CompletionWithDesc(word, c.Help))
	}
	return found
}
