package main

import (
	"github.com/spf13/cobra"

	"sshchat/internal/config"
)

func (p *program) configCommand() *cobra.Command {
	return &cobra.Command{
		Use:                   "config",
		DisableFlagsInUseLine: true,
		Short:                 "Every setting with its meaning and default, as a file to start from",
		Example: `  sshchat config > sshchat.toml
  sshchat serve --config sshchat.toml`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return p.print(config.Sample()) },
	}
}
