package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"sshchat/internal/admin"
	"sshchat/internal/config"
	"sshchat/internal/server"
)

func (p *program) admin(c *cobra.Command, args []string) error {
	a, err := splitAdmin(c, args)
	if err != nil {
		return err
	}
	if a.help {
		return c.Help()
	}
	cfg, err := config.ForConsole(a.config, p.env, a.data)
	if err != nil {
		return err
	}
	console := admin.Console{Data: cfg.Server.Data, In: p.in, Out: p.out, Err: p.err, JSON: a.json, Interrupts: takeInterrupts,
		Alone: func(ctx context.Context) (*admin.Server, func(), error) {
			return server.Alone(ctx, cfg)
		},
		Bare: func(context.Context) (*admin.Server, func(), error) { return server.Bare(cfg) }}
	if exit := console.Run(c.Context(), a.words); exit != 0 {
		return silent(exit)
	}
	return nil
}

// adminArgs are what stands behind "admin".
type adminArgs struct {
	data   *string
	config string
	help   bool
	json   bool
	words  []string // the console's
}

// splitAdmin takes our flags out of args, wherever they stand in front of a "--". What else stands behind
// the console's command is left to the console.
func splitAdmin(c *cobra.Command, args []string) (a adminArgs, err error) {
	for len(args) > 0 {
		first := args[0]
		args = args[1:]
		name, value, assigned := strings.Cut(first, "=")
		switch {
		case first == "--":
			if len(a.words) > 0 {
				a.words = append(a.words, first) // it says the same to the console
			}
			a.words = append(a.words, args...)
			return a, nil
		case name == "--data", name == "--config":
			if !assigned {
				if len(args) == 0 {
					return a, refuseNoValue(c, name)
				}
				value, args = args[0], args[1:]
			}
			switch {
			case name == "--data":
				a.data = &value
			case value == "":
				return a, refuseNoValue(c, name) // see refuseNoFile
			default:
				a.config = value
			}
		case len(a.words) > 0 || !strings.HasPrefix(first, "-"):
			a.words = append(a.words, first)
		case first == "-h", first == "--help":
			a.help = true
		case first == "--json":
			a.json = true
		default:
			return a, refuseFlag(c, first)
		}
	}
	return a, nil
}
