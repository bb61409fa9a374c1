package server

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/delivery"
	"sshchat/internal/metrics"
	"sshchat/internal/panics"
	"sshchat/internal/store"
)

// A meter counts what the rooms of a server tell their observers (observers.go). The rooms know nothing of it: what things are
// called in the documentation, on the dashboard and in alerts is decided here.
//
// A label is never a person, a room or an address: strangers choose those, and there is no end of them.
type meter struct {
	metrics.Registry
	edge     *edgeMeter
	chat     *chatMeter
	sessions *sessionMeter
	lines    *lineMeter
	database *databaseMeter
	hashes   *metrics.Histogram
}

// newMeter makes what can be counted before there are rooms.
func newMeter(version string, log *slog.Logger) *meter {
	m := new(meter)
	m.addBuild(version)
	m.edge = newEdgeMeter(&m.Registry)
	m.hashes = m.Histogram("sshchat_auth_hash_duration_seconds", "Time to compute the hash of a password, without the wait for its turn.",
		durations(10, 25, 50, 100, 250, 500, 1000, 2500))
	m.chat = newChatMeter(&m.Registry, log)
	m.sessions = newSessionMeter(&m.Registry)
	m.lines = newLineMeter(&m.Registry)
	m.database = newDatabaseMeter(&m.Registry)
	m.CounterFunc("sshchat_panics_total", "Faults of the program that one connection, session or request did not survive.",
		func() (float64, bool) { return float64(panics.Count()), true })
	metrics.AddProcess(&m.Registry)
	return m
}

// addBuild tells the release, as version begins with it, and what it was built from.
func (m *meter) addBuild(version string) {
	release, _, _ := strings.Cut(version, " ")
	m.GaugeFunc("sshchat_build_info", "Always 1; the labels say which release this is.",
		func() (float64, bool) { return 1, true },
		"version", release, "revision", revision(), "goversion", runtime.Version())
}

// revision is the commit of the sources; "unknown" if the build does not say.
func revision() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return "unknown"
}

// durations are the bounds of a histogram, in milliseconds.
func durations(ms ...float64) (all []time.Duration) {
	for _, n := range ms {
		all = append(all, time.Duration(n*float64(time.Millisecond)))
	}
	return all
}

// lookWait bounds what the database is asked for the metrics.
const lookWait = time.Second

// A look is what is found out of the rooms when the metrics are read. What could not be found out is not told.
type look struct {
	known  bool
	counts store.Counts
	locks  map[chat.LockScope]int
}

// addRooms makes the metrics of what the rooms know by themselves.
func (m *meter) addRooms(st *store.Store, hub *delivery.Hub, service *chat.Service, dir string) {
	var now look
	m.Refresh(func() { now = lookAt(st, service) })
	found := func(n func() int) func() (float64, bool) {
		return func() (float64, bool) {
			if !now.known {
				return 0, false
			}
			return float64(n()), true
		}
	}
	m.GaugeFunc("sshchat_users_online", "Accounts that are logged in.",
		func() (float64, bool) { return float64(hub.Online()), true })
	m.GaugeFunc("sshchat_users_registered", "Accounts that there are.", found(func() int { return now.counts.Accounts }))
	m.GaugeFunc("sshchat_rooms", "Rooms that are not closed.", found(func() int { return now.counts.Rooms }))
	for _, scope := range []chat.LockScope{chat.LockPort, chat.LockAddress, chat.LockNames} {
		m.GaugeFunc("sshchat_lockouts_active", "Locks that hold, by what is locked.",
			found(func() int { return now.locks[scope] }), "scope", string(scope))
	}
	m.CounterFunc("sshchat_mailbox_overflows_total", "Sessions that fell so far behind that they read the log instead.",
		func() (float64, bool) { return float64(hub.Overflows()), true })
	path := filepath.Join(dir, databaseName)
	m.GaugeFunc("sshchat_db_size_bytes", "Size of the database's file.", fileSize(path))
	m.GaugeFunc("sshchat_db_wal_size_bytes", "Size of its write-ahead log.", fileSize(path+"-wal"))
}

// addUpkeep makes the metrics of what the operator does. What was not done yet is not told.
func (m *meter) addUpkeep(s *Server) {
	m.GaugeFunc("sshchat_draining", "1 while a stop is announced and nobody is let in, else 0.",
		func() (float64, bool) { return number(s.Draining()), true })
	m.GaugeFunc("sshchat_backup_last_success_timestamp_seconds", "When the last backup of this run was complete.",
		func() (float64, bool) { return seconds(s.store.LastBackup()) })
	m.GaugeFunc("sshchat_config_last_reload_successful", "1 if the configuration that was read last has been taken, else 0.",
		func() (float64, bool) {
			at, ok := s.reloaded.last()
			return number(ok), !at.IsZero()
		})
	m.GaugeFunc("sshchat_config_last_reload_success_timestamp_seconds", "When a configuration that was read again was taken last.",
		func() (float64, bool) { return seconds(s.reloaded.success()) })
}

func number(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// seconds is a time as Prometheus has it; false for the zero time.
func seconds(t time.Time) (float64, bool) { return float64(t.UnixMilli()) / 1000, !t.IsZero() }

// reloaded is what came of reading the configuration again.
type reloaded struct {
	mu        sync.Mutex
	at, taken time.Time // the last time, and the last that it was taken
}

func (r *reloaded) note(now time.Time, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at = now
	if ok {
		r.taken = now
	}
}

func (r *reloaded) last() (at time.Time, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at, r.at.Equal(r.taken)
}

func (r *reloaded) success() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.taken
}

func lookAt(st *store.Store, service *chat.Service) (l look) {
	ctx, cancel := context.WithTimeout(context.Background(), lookWait)
	defer cancel()
	counts, err := st.Counts(ctx)
	if err != nil {
		return look{}
	}
	locks, err := service.Locks(ctx)
	if err != nil {
		return look{}
	}
	l = look{known: true, counts: counts, locks: map[chat.LockScope]int{}}
	for _, lock := range locks {
		l.locks[lock.Scope]++
	}
	return l
}

// fileSize asks by name: to open and close the database's file would take away SQLite's locks.
func fileSize(path string) func() (float64, bool) {
	return func() (float64, bool) {
		info, err := os.Stat(path)
		if err != nil {
			return 0, false
		}
		return float64(info.Size()), true
	}
}
