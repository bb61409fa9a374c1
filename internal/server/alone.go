package server

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"sshchat/internal/admin"
	"sshchat/internal/chat"
	"sshchat/internal/config"
	"sshchat/internal/delivery"
	"sshchat/internal/password"
	"sshchat/internal/store"
)

// Alone takes the data folder of a server that does not run, for a console that works on the database itself. Nothing is
// made: where there is no database, there is nothing to work on. The error is an *admin.NoDatabase. Release gives
// the folder back.
func Alone(ctx context.Context, c config.Config) (_ *admin.Server, release func(), err error) {
	s := &Server{log: discard, config: c}
	defer func() {
		if err != nil {
			s.release()
			err = noDatabase(err)
		}
	}()
	s.started.Data, err = filepath.Abs(c.Server.Data)
	if err != nil {
		return nil, nil, err
	}
	if _, err := os.Stat(s.database()); errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nothingThere(s.started.Data)
	}
	if err := s.takeFolder(s.started.Data); err != nil {
		return nil, nil, err
	}
	node, err := s.openStore(ctx, time.Now, nil)
	if err != nil {
		return nil, nil, err
	}
	hasher := password.New(password.Settings{})
	service := chat.New(chat.Config{
		Store: s.store, Sessions: delivery.New(s.store, discard), Node: node, Rules: rules(c), Now: time.Now,
		Passwords: hasher, Authority: authority(c, hasher, discard), Weakness: password.Weakness,
	})
	if err := service.Load(ctx); err != nil {
		return nil, nil, cannotStore(err)
	}
	s.retention = &retention{store: s.store, now: time.Now, keep: s.Retention}
	return &admin.Server{Chat: service, Store: s.store, Database: s.database(), Host: s}, s.release, nil
}

// Bare takes the data folder like Alone, but not the database in it: that is to be replaced, or to be looked at as it is. Where
// there is no folder one is made, for a restore on a new machine.
func Bare(c config.Config) (_ *admin.Server, release func(), err error) {
	s := &Server{log: discard}
	if err := s.takeFolder(c.Server.Data); err != nil {
		return nil, nil, noDatabase(err)
	}
	return &admin.Server{Database: s.database(), Host: s}, s.release, nil
}

// openStore opens the database, and begins a new epoch of this node: the logins of earlier ones are over.
func (s *Server) openStore(ctx context.Context, now func() time.Time, did func(store.Op, time.Duration, bool)) (chat.Node, error) {
	var err error
	s.store, err = store.Open(ctx, s.database(), store.Settings{Now: now, Log: s.log, Did: did})
	if err != nil {
		return chat.Node{}, cannotStore(err)
	}
	node, err := s.store.StartNode(ctx, theNode)
	if err != nil {
		return chat.Node{}, cannotStore(err)
	}
	return node, nil
}

// noDatabase puts an error in the console's form.
func noDatabase(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return &admin.NoDatabase{Text: e.Error(), Hint: e.Hint, Damaged: e.Exit == ExitData}
	}
	return &admin.NoDatabase{Text: err.Error()}
}
