package store

import (
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sshchat/internal/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSuite(t *testing.T) {
	storetest.Run(t, func(t *testing.T, now func() time.Time) storetest.Engine {
		return openAt(t, filepath.Join(t.TempDir(), "sshchat.db"), Settings{Now: now})
	})
}

// openAt opens a store that is closed when the test ends.
func openAt(t testing.TB, path string, s Settings) *Store {
	t.Helper()
	st, err := Open(t.Context(), path, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}
