//go:build unix

package attack

import (
	"net"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"sshchat/internal/servertest"
)

// ssh-audit, where it is installed, finds nothing to warn of but what is kept for older clients: NIST's curves, among
// them that of the ecdsa host key, hmac-sha2-256 without encrypt-then-MAC, and exchanges that a quantum computer
// could break. Names that its version does not know yet are no finding either.
func TestSSHAudit(t *testing.T) {
	audit, err := exec.LookPath("ssh-audit")
	if err != nil {
		t.Skip("no ssh-audit on this machine")
	}
	srv := servertest.StartLimitedProcess(t)
	_, port, err := net.SplitHostPort(srv.Addr)
	if err != nil {
		t.Fatal(err)
	}
	// Its exit status tells how bad its worst finding is; what they are tells more.
	out, _ := exec.CommandContext(t.Context(), audit, "--batch", "--no-colors", "--port", port, "127.0.0.1").CombinedOutput()
	report := string(out)
	for _, part := range []string{"(kex) curve25519-sha256", "(key) ssh-ed25519", "(enc) ", "(mac) "} {
		if !strings.Contains(report, part) {
			t.Errorf("the report does not speak of %q", part)
		}
	}
	kept := regexp.MustCompile(`nistp|hmac-sha2-256 |unknown algorithm|post-quantum`)
	finding := regexp.MustCompile(`\[(warn|fail)\]`)
	for line := range strings.Lines(report) {
		if finding.MatchString(line) && !kept.MatchString(line) {
			t.Errorf("ssh-audit: %s", line)
		}
	}
}
