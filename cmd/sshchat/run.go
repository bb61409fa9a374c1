package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sshchat/internal/admin"
)

// program is one run of the program, with all that it has of the world but the file system and
// the network.
type program struct {
	env      []string // as os.Environ
	in       io.Reader
	out, err io.Writer
}

// run does what the command line says and returns an exit code.
func run(ctx context.Context, args, env []string, in io.Reader, out, errs io.Writer) int {
	p := &program{env, in, out, errs}
	root := p.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	return p.exit(root.ExecuteContext(ctx))
}

// root is the tree of commands. Errors are left to exit.
func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "sshchat",
		Short: "A chat server that people enter with ssh",
		Example: `  sshchat serve
  sshchat admin kick bob --reason "too noisy"`,
		Version:               version(),
		DisableFlagsInUseLine: true,
		SilenceErrors:         true,
		SilenceUsage:          true,
		// Otherwise a flag behind a misspelt command would be what is complained about.
		DisableFlagParsing: true,
		Args:               cobra.ArbitraryArgs,
		RunE:               p.noCommand,
		CompletionOptions:  cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetFlagErrorFunc(badFlag)
	root.AddCommand(p.serveCommand(), p.adminCommand(), p.configCommand(), p.healthCommand(), p.versionCommand(),
		p.manCommand(), p.completionCommand())
	root.SetHelpCommand(p.helpCommand())
	completeFlags(root)
	return root
}

// noCommand is for what names none of the commands.
func (p *program) noCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return root.Help()
	}
	switch first := args[0]; {
	case first == "-h", first == "--help":
		return root.Help()
	case first == "-v", first == "--version":
		return p.printVersion()
	case strings.HasPrefix(first, "-"):
		return refuseFlag(root, first)
	default:
		return refuseCommand(root, first)
	}
}

// helpCommand replaces cobra's, which takes a name that it does not know for a success.
func (p *program) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:                   "help [COMMAND]",
		DisableFlagsInUseLine: true,
		Short:                 "How a command is used",
		ValidArgsFunction:     completeHelp,
		RunE: func(c *cobra.Command, args []string) error {
			found, _, err := c.Root().Find(args)
			if err != nil || found == c.Root() && len(args) > 0 {
				return refuseCommand(c.Root(), args[0])
			}
			found.InitDefaultHelpFlag()
			found.InitDefaultVersionFlag()
			return found.Help()
		},
	}
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:                   "version",
		DisableFlagsInUseLine: true,
		Short:                 "Which release this is, in one line",
		Args:                  noArgs,
		RunE:                  func(*cobra.Command, []string) error { return p.printVersion() },
	}
}

func (p *program) printVersion() error { return p.print("sshchat " + version() + "\n") }

// consoleHeading stands between what the console is and its commands.
const consoleHeading = "\n\nCommands:\n"

func (p *program) adminCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "admin [--data DIR] [--config FILE] [--json] [COMMAND ...]",
		Short: "The console of the server that runs on this machine",
		Long: `The console of the server that runs on this machine. With a command it does that and exits; alone it asks
for commands until quit. Only root, the user who runs the server, and the group in server.admin_group may use it.` +
			consoleHeading + indent(admin.Help()),
		Example: `  sshchat admin
  sshchat admin sessions --data /srv/chat
  sshchat admin announce "back in five minutes"`,
		DisableFlagsInUseLine: true,
		DisableFlagParsing:    true, // what stands behind the console's command is the console's
		RunE:                  p.admin,
		ValidArgsFunction:     completeAdmin,
	}
	// For help alone: splitAdmin reads them.
	c.Flags().String("data", "", dataUsage)
	c.Flags().String("config", "", configUsage)
	c.Flags().Bool("json", false, "answers and errors as JSON, a document each")
	return c
}

func indent(lines string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(lines, "\n"), "\n", "\n  ")
}
