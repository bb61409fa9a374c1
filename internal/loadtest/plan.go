// Package loadtest measures what sshchat costs. It starts servers as processes of their own, on
// loopback, has many people come to them over real SSH connections, and reports each figure beside that
// of the bare loop (package bare), measured in turns within one run: a ratio holds on a machine
// where a time does not. Some rows measure a third server, the bare loop that stores each line in plain
// SQLite before anyone sees it: durability is promised by sshchat, too, and this is what it costs by itself.
//
// The generator runs on the same cores as the server. So what it takes from a server's /proc, CPU
// and memory, is exact; what it takes from the clock includes its own work, which is the
// same for all servers.
package loadtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Plan is what is to be measured, and how long.
type Plan struct {
	Bare     string    `json:"-"` // the program that serves the bare loop
	BareArgs []string  `json:"-"` // its arguments; with "-store FILE" after them it stores
	Chat     string    `json:"-"` // the sshchat program; empty measures the bare loops alone
	Dir      string    `json:"-"` // where data folders are made and removed; on a real disk, not tmpfs
	Progress io.Writer `json:"-"` // takes a line for each thing that is begun

	Rows     []string      `json:"rows"`     // see Rows; empty is all
	Rounds   int           `json:"rounds"`   // how often each figure is measured
	Time     time.Duration `json:"time"`     // that a measurement takes
	Settle   time.Duration `json:"settle"`   // for which memory must have stood still
	Sessions []int         `json:"sessions"` // to which the cpu and room rows send
	Pairs    int           `json:"pairs"`    // of people, who send each other messages, of the pairs row
	Idle     int           `json:"idle"`     // sessions of the memory rows; the slope is that of the second half
	Screens  int           `json:"screens"`  // of the latency row
	Senders  []int         `json:"senders"`  // of the stored row
	Logins   int           `json:"logins"`   // one after the other, of the login row
}

// Standard is what the project's goals speak of. It takes more than half an hour.
func Standard() Plan {
	return Plan{Rounds: 3, Time: 4 * time.Second, Settle: 3 * time.Second, Sessions: []int{10, 100, 500, 1000},
		Pairs: 50, Idle: 500, Screens: 100, Senders: []int{1, 10, 100}, Logins: 40}
}

// Quick is a look at everything, in about a minute: enough to see that something is off, not by how much.
func Quick() Plan {
	return Plan{Rounds: 1, Time: time.Second, Settle: time.Second, Sessions: []int{50},
		Pairs: 10, Idle: 100, Screens: 50, Senders: []int{1, 10}, Logins: 10}
}

// A row is what is measured with one way of setting up.
type row struct {
	name  string
	kinds []string       // that it measures, by name
	names func(Plan) int // how many accounts it needs
	run   func(*bench, context.Context) error
}

// Which servers a row compares. Only sshchat acknowledges what is for people who are away, and echoes keys.
var (
	three    = []string{nameBare, nameSQLite, nameChat}
	both     = []string{nameBare, nameChat}
	chatOnly = []string{nameChat}
)

var rows = []row{
	{"cpu", three, mostSessions, (*bench).cpuPlain},
	{"cpu-pty", both, mostSessions, (*bench).cpuTerminal},
	{"room", three, mostSessions, (*bench).room},
	{"pairs", both, func(p Plan) int { return 2 * p.Pairs }, (*bench).pairs},
	{"memory", both, func(p Plan) int { return p.Idle }, (*bench).memoryPlain},
	{"memory-pty", both, func(p Plan) int { return p.Idle }, (*bench).memoryTerminal},
	{"stored", chatOnly, func(p Plan) int { return 2 * slices.Max(p.Senders) }, (*bench).stored},
	{"login", both, func(p Plan) int { return max(p.Logins, newcomers*accountsAtATime) }, (*bench).logins},
	{"latency", three, func(p Plan) int { return p.Screens }, (*bench).latency},
	{"echo", chatOnly, func(Plan) int { return 2 }, (*bench).echo},
}

func mostSessions(p Plan) int { return slices.Max(p.Sessions) }

// measured are those of all that the row measures.
func (r row) measured(all []kind) []kind {
	return slices.DeleteFunc(slices.Clone(all), func(k kind) bool { return !slices.Contains(r.kinds, k.name) })
}

// Rows are the names of all rows.
func Rows() []string {
	var names []string
	for _, r := range rows {
		names = append(names, r.name)
	}
	return names
}

// shortest is a time in which some lines are delivered even on a slow machine.
const shortest = 100 * time.Millisecond

// check refuses what nothing would come of.
func (p Plan) check() error {
	for _, name := range p.Rows {
		if !slices.Contains(Rows(), name) {
			return fmt.Errorf("no row %q: there are %s", name, strings.Join(Rows(), ", "))
		}
	}
	numbers := slices.Concat(p.Sessions, p.Senders, []int{p.Rounds, p.Screens, p.Logins, p.Pairs, p.Idle / 2})
	if len(p.Sessions) == 0 || len(p.Senders) == 0 || slices.Min(numbers) < 1 {
		return errors.New("every number of a plan is at least 1, and idle sessions at least 2")
	}
	if slices.Max(append(numbers, 2*p.Pairs, 2*slices.Max(p.Senders))) > mostNames {
		return fmt.Errorf("more than %d sessions are too many", mostNames)
	}
	if min(p.Time, p.Settle) < shortest {
		return fmt.Errorf("every time of a plan is at least %v", shortest)
	}
	return nil
}

func (p Plan) rows() []row {
	return slices.DeleteFunc(slices.Clone(rows), func(r row) bool {
		return len(p.Rows) > 0 && !slices.Contains(p.Rows, r.name)
	})
}

// Run measures. When it fails, or ctx ends, the report holds what was measured until then. All servers
// have ended and all data folders are gone when it returns.
func (p Plan) Run(ctx context.Context) (_ *Report, err error) {
	report := newReport(p)
	if err := p.check(); err != nil {
		return report, err
	}
	b := &bench{Plan: p, report: report, all: []kind{bareKind(p.Bare, p.BareArgs), sqliteKind(p.Bare, p.BareArgs)}}
	if p.Chat != "" {
		b.all = append(b.all, chatKind(p.Chat))
	}
	if b.dir, err = os.MkdirTemp(p.Dir, "data-"); err != nil {
		return report, fmt.Errorf("make a folder for data: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if b.dir, err = filepath.Abs(b.dir); err != nil {
		return report, err
	}
	switch err := b.run(ctx); {
	case err == nil:
		return report, nil
	case ctx.Err() != nil: // whatever it was, it came of that
		return report, context.Cause(ctx)
	default:
		return report, b.explain(err)
	}
}
