// Package server is the whole: it builds the rooms from a configuration and owns the order in
// which they start and stop. What the program runs, tests run too.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sshchat/internal/admin"
	"sshchat/internal/chat"
	"sshchat/internal/config"
	"sshchat/internal/delivery"
	"sshchat/internal/password"
	"sshchat/internal/sanitize"
	"sshchat/internal/session"
	"sshchat/internal/sshd"
	"sshchat/internal/store"
	"sshchat/internal/workers"
)

// ErrShuttingDown is the cause with which everyone's session ends when the server stops.
var ErrShuttingDown = errors.New("the server is shutting down")

// Options are what a Server is made of.
type Options struct {
	Config  config.Config
	Log     *slog.Logger     // nil: nothing is logged
	Version string           // of the program, for the console's status
	Now     func() time.Time // nil: time.Now
	// Load reads the configuration again, for Reload; nil: it cannot be.
	Load func() (config.Config, error)
	// Level is that of Log, to be changed while the server runs; nil: it stays.
	Level *slog.LevelVar
	// Password are the costs of a hash; zero: the defaults. Tests that make hundreds of accounts
	// ask for cheap ones.
	Password password.Params
	// Keepalive is that of sshd.Settings; zero: its default.
	Keepalive time.Duration
	// Listener is where to serve, a TCP one, which New takes over; nil: it listens on Config.Server.Listen.
	Listener net.Listener
}

// Server is a chat server on one data folder.
type Server struct {
	log       *slog.Logger
	options   Options
	config    config.Config // that is in force; guarded by reloading
	lock      *folderLock
	reloading sync.Mutex
	reloaded  reloaded
	retention *retention
	store     *store.Store
	chat      *chat.Service
	draining  sync.Mutex // one Drain or CancelDrain at a time
	drains    *drains
	hub       *delivery.Hub
	turns     *workers.Pool
	listener  net.Listener
	sshd      *sshd.Server
	admin     *admin.Server
	events    *admin.Events
	console   net.Listener
	meter     *meter
	web       *web        // nil: nobody asks for metrics
	stopping  atomic.Bool // nobody new should come
	started   Started
}

// Started is what there is to say about a server that is about to serve.
type Started struct {
	Data        string // absolute
	DataCreated bool
	HostKeys    []HostKey
	Addr        net.Addr
	Passed      bool     // the address is that of Options.Listener
	Metrics     net.Addr // nil: they are off
	AdminSocket string
	Notes       []string // what the operator should know, a line each
}

// HostKey is one of the server's identities.
type HostKey struct {
	Path        string
	Type        string // as ssh-keygen calls it: ED25519, ECDSA
	Fingerprint string // as ssh-keygen -lf prints it
	Created     bool
}

// New takes the data folder and everything in it, and the address; it serves nobody yet. The
// error is an *Error wherever the operator can do something about it. Serve gives back
// what New has taken, so each New needs its Serve.
func New(ctx context.Context, o Options) (_ *Server, err error) {
	if o.Log == nil {
		o.Log = discard
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	var events admin.Events
	o.Log = slog.New(events.Handler(o.Log.Handler()))
	if o.Level == nil {
		o.Level = new(slog.LevelVar)
	}
	s := &Server{log: o.Log, events: &events, options: o, config: o.Config, drains: newDrains(), listener: o.Listener,
		meter: newMeter(o.Version, o.Log)}
	defer func() {
		if err != nil {
			s.release()
		}
	}()
	settings := edge(o)
	note, err := fit(&settings, fileLimit())
	if err != nil {
		return nil, err
	}
	if note != "" {
		s.started.Notes = append(s.started.Notes, note)
	}
	if err := s.takeFolder(o.Config.Server.Data); err != nil {
		return nil, err
	}
	keys, err := s.loadHostKeys()
	if err != nil {
		return nil, err
	}
	if err := s.listen(o.Config.Server.Listen); err != nil {
		return nil, err
	}
	if err := s.listenWeb(o.Config.Metrics.Listen); err != nil {
		return nil, err
	}
	return s, s.build(ctx, o, settings, keys)
}

var discard = slog.New(slog.DiscardHandler)

func (s *Server) takeFolder(path string) (err error) {
	s.started.Data, s.started.DataCreated, err = openFolder(path)
	if err != nil {
		return err
	}
	s.lock, err = lockFolder(s.started.Data)
	return err
}

func (s *Server) listen(address string) (err error) {
	if s.started.Passed = s.listener != nil; !s.started.Passed {
		if s.listener, err = net.Listen("tcp", address); err != nil {
			return cannotListen(address, "--listen", err)
		}
	}
	s.started.Addr = s.listener.Addr()
	return nil
}

// build opens the store and puts the rooms on top of each other.
func (s *Server) build(ctx context.Context, o Options, settings sshd.Settings, keys []gossh.Signer) (err error) {
	node, err := s.openStore(ctx, o.Now, s.meter.database.did)
	if err != nil {
		return err
	}
	s.hub = delivery.New(meteredFeed{s.store, s.meter.lines}, o.Log)
	hasher := password.New(password.Settings{
		Params: o.Password, Concurrent: o.Config.Limits.HashesOn(runtime.NumCPU()), Hashed: s.meter.hashes.Observe})
	s.chat = chat.New(chat.Config{
		Store: s.store, Sessions: s.hub, Node: node, Rules: rules(o.Config), Now: o.Now,
		Passwords: hasher, Authority: authority(o.Config, hasher, o.Log), Weakness: password.Weakness, Observer: s.meter.chat,
	})
	if err := s.chat.Load(ctx); err != nil {
		return cannotStore(err)
	}
	s.meter.addRooms(s.store, s.hub, s.chat, s.started.Data)
	s.meter.addUpkeep(s)
	s.turns = workers.New()
	people := &session.Server{Chat: s.chat, Hub: s.hub, Turns: s.turns, Log: o.Log, Now: o.Now, Observer: s.meter.sessions}
	s.sshd = &sshd.Server{
		Settings: settings, HostKeys: keys, Handler: people.Serve, Log: o.Log, Observer: s.meter.edge,
		RefuseAddress: s.chat.RefuseAddress, RefuseClient: s.chat.RefuseClient, RefuseKey: s.chat.RefuseKey,
	}
	s.retention = &retention{store: s.store, now: o.Now, keep: s.Retention}
	if err := s.openConsole(o); err != nil {
		return err
	}
	people.Console = s.admin
	return nil
}

// databaseName is the file that holds all state, in the data folder.
const databaseName = "sshchat.db"

// theNode is the id of the only node on a SQLite file.
const theNode = 1

func (s *Server) openConsole(o Options) (err error) {
	group := 0
	if name := s.config.Server.AdminGroup; name != "" {
		if group, err = admin.GroupID(name); err != nil {
			return badGroup(err)
		}
	}
	s.console, s.started.AdminSocket, err = admin.Listen(s.started.Data, group)
	if err != nil {
		return cannotConsole(err)
	}
	since := o.Now()
	s.admin = &admin.Server{
		Chat: s.chat, Store: s.store, Database: s.database(), Host: s, Log: o.Log, Events: s.events,
		KeysInUse: s.fingerprints(), Group: group,
		Status: func(ctx context.Context) (admin.Status, error) { return s.status(ctx, o, since) },
	}
	return nil
}

// database is the path of the file that holds all state.
func (s *Server) database() string { return filepath.Join(s.started.Data, databaseName) }

// Started says what the server has taken.
func (s *Server) Started() Started { return s.started }

// Serve serves until ctx ends or a drain does, or until the listener fails. Then everyone is told, what they were shown is
// proven and saved, and everything that was started has ended when it returns: sessions first,
// then what they stand on.
func (s *Server) Serve(ctx context.Context) error {
	defer s.release()
	// Not derived from ctx, whose end would carry its own cause to the sessions.
	above, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	stop := func(cause error) {
		s.stopping.Store(true)
		cancel(cause)
	}
	defer context.AfterFunc(ctx, func() { stop(ErrShuttingDown) })()

	// The hub and the console outlive the sessions: these still save, and a console that asks
	// for the stop gets its answer. So do the metrics, which tell how the stop gets on.
	below, stopBelow := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBelow()
	var rooms sync.WaitGroup
	rooms.Go(func() { s.retention.daily(below, s.expiryFailed) })
	rooms.Go(func() { s.drains.run(below, s.tellStop, func(why sanitize.Text) { stop(stopped{why}) }) })
	rooms.Go(func() { s.hub.Run(below) })
	rooms.Go(func() { s.chat.Run(below) })
	rooms.Go(func() {
		if err := s.admin.Serve(below, s.console); err != nil {
			s.log.Error("the console ended", "event", "console_error", "err", err)
		}
	})
	if s.web != nil {
		rooms.Go(func() {
			if err := s.web.serve(); err != nil {
				s.log.Error("the metrics ended", "event", "metrics_error", "err", err)
			}
		})
	}
	err := s.sshd.Serve(above, s.listener)
	s.stopping.Store(true)
	s.turns.Stop()
	stopBelow()
	if s.web != nil {
		s.web.close()
	}
	rooms.Wait()
	return err
}

func (s *Server) tellStop(left time.Duration, why sanitize.Text) { s.hub.TellAll(textStops(left, why)) }

// release gives back what was taken, in reverse. What Serve has closed already is closed twice,
// which does no harm.
func (s *Server) release() {
	if s.console != nil {
		s.console.Close()
	}
	if s.web != nil {
		s.web.close()
	}
	if s.listener != nil {
		s.listener.Close()
	}
	if s.store != nil {
		if err := s.store.Close(); err != nil {
			s.log.Error("close the database", "event", "store_error", "err", err)
		}
	}
	if s.lock != nil {
		s.lock.Close()
	}
}
