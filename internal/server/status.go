package server

import (
	"context"
	"os"
	"runtime"
	"time"

	"sshchat/internal/admin"
)

// status is what the console tells of a server that has run since since.
func (s *Server) status(ctx context.Context, o Options, since time.Time) (admin.Status, error) {
	logins, err := s.chat.Logins(ctx)
	if err != nil {
		return admin.Status{}, err
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	st := admin.Status{
		Version: o.Version, PID: os.Getpid(),
		Data: s.started.Data, Listen: s.started.Addr.String(),
		Since: since, Now: o.Now(),
		Online: len(logins), MemoryBytes: memory.Sys - memory.HeapReleased,
	}
	if d := s.drains.get(); !d.isNone() {
		st.StopsAt, st.StopsFor = d.at.UTC().Round(0), d.why.String()
	}
	if raid, on := s.chat.Raid(); on {
		st.Raid = admin.RaidOf(raid)
	}
	for _, suffix := range []string{"", "-wal"} {
		// Stat takes no lock of SQLite's away, as opening and closing would.
		if info, err := os.Stat(s.database() + suffix); err == nil {
			st.DatabaseBytes += info.Size()
		}
	}
	return st, nil
}
