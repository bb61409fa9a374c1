package server_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"sshchat/internal/servertest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		servertest.RemoveBinary()
		os.Exit(code)
	}))
}
