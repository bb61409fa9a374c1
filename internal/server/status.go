package server

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"sshchat/internal/admin"
	"sshchat/internal/chat"
)

// status is what the console tells of a server that has run since since.
func (s *Server) status(ctx context.Context, o Options, service *chat.Service, since time.Time) (admin.Status, error) {
	logins, err := service.Logins(ctx)
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
	for _, suffix := range []string{"", "-wal"} {
		// Stat takes no lock of SQLite's away, as opening and closing would.
		if info, err := os.Stat(filepath.Join(s.started.Data, databaseName) + suffix); err == nil {
			st.DatabaseBytes += info.Size()
		}
	}
	return st, nil
}
