package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"sshchat/internal/config"
	"sshchat/internal/password"
	"sshchat/internal/server"
)

// patience is how long one thing in a script may take. It bounds a script that waits in vain.
const patience = 30 * time.Second

// picture plays a script on a server of its own and draws what is on the screen at its end. Nothing is left of the
// server. An error names the line of the script, and shows the screen if something was waited for in vain.
func picture(ctx context.Context, script string) (svg []byte, err error) {
	s, err := parse(script)
	if err != nil {
		return nil, err
	}
	st := &stage{people: make(map[string]*person)}
	stop, err := st.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	defer st.close()
	for _, step := range s.steps {
		if err := st.do(ctx, step); err != nil {
			return nil, fmt.Errorf("line %d: %s: %w", step.line, step, err)
		}
	}
	return st.people[s.screen].screen.draw(s.title, s.about)
}

// stage is where a script is played.
type stage struct {
	addr   string
	clock  atomic.Pointer[time.Time]
	people map[string]*person // who is connected
}

// open starts the server. stop ends it and removes its data.
func (st *stage) open(ctx context.Context) (stop func() error, err error) {
	dir, err := os.MkdirTemp("", "pictures-")
	if err != nil {
		return nil, err
	}
	st.clock.Store(&time.Time{})
	srv, err := server.New(ctx, options(filepath.Join(dir, "data"), func() time.Time { return *st.clock.Load() }))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	st.addr = srv.Started().Addr.String()
	serving, end := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(serving) }() // stop waits for it
	return func() error {
		end()
		return errors.Join(<-ended, os.RemoveAll(dir))
	}, nil
}

// options are those of a server on which people do in a moment what takes them an hour: it has no paces. Its
// passwords protect nothing, so they need not cost anything.
func options(dir string, now func() time.Time) server.Options {
	c := config.Default()
	c.Server.Listen, c.Server.Data = "127.0.0.1:0", dir
	c.Limits.MessageRate, c.Limits.BroadcastRate = 0, 0
	c.Limits.SignupsPerAddress, c.Limits.StartupsPerAddress = 0, 0
	return server.Options{Config: c, Version: "pictures", Now: now, Password: password.Params{Memory: 64, Time: 1, Threads: 1}}
}

func (st *stage) close() {
	for _, p := range st.people {
		p.close()
	}
}

// do does one thing of a script.
func (st *stage) do(ctx context.Context, s step) error {
	if !s.at.IsZero() {
		st.clock.Store(&s.at)
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return verbs[s.verb].do(ctx, st, s)
}
