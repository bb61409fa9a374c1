package server_test

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"sshchat/internal/admin"
	"sshchat/internal/servertest"
)

// operates has the console of a server do something.
func operates(srv *servertest.Server, words ...string) {
	srv.Helper()
	var errs bytes.Buffer
	console := admin.Console{Data: srv.Dir, In: strings.NewReader(""), Out: new(bytes.Buffer), Err: &errs}
	if exit := console.Run(srv.Context(), words); exit != 0 {
		srv.Fatalf("%s: exit %d, %s", words, exit, errs.String())
	}
}

// refusedWith checks what somebody who connects is told.
func refusedWith(srv *servertest.Server, words ...string) {
	srv.Helper()
	client, err := srv.TryDial(srv.Addr, "eve")
	if err == nil {
		client.Close()
		srv.Fatalf("let in; want %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			srv.Errorf("told %q, want %q", err, w)
		}
	}
}

// Who comes from a banned address is told so before anything else, whoever is there is ended, and a restart ends no ban.
func TestABannedAddressIsRefusedAtTheDoor(t *testing.T) {
	srv := servertest.Start(t)
	bob := srv.SignUp("bob")
	atTheDialogue := srv.Visit("eve")
	operates(srv, "ban", "127.0.0.0/8", "--for", "1h", "--reason", "flood")
	bob.Sees("your address was banned by an administrator until ", ": flood")
	if status := bob.Ends(); status != 1 {
		t.Errorf("bob's ssh ends with %d", status)
	}
	atTheDialogue.Types("login bob", servertest.Password)
	atTheDialogue.Sees("your address is banned until ", ": flood")
	refusedWith(srv, "your address is banned until ", ": flood")
	srv.Restart()
	refusedWith(srv, "your address is banned until ", ": flood")
	operates(srv, "unban", "127.0.0.0/8")
	srv.Login("bob").Leaves()
}

func TestABannedClientIsRefusedInWords(t *testing.T) {
	srv := servertest.Start(t)
	bob := srv.SignUp("bob")
	operates(srv, "ban", "client=SSH-2.0-Go*")
	bob.Sees("your ssh client was banned by an administrator")
	refusedWith(srv, "your ssh client is banned")
	operates(srv, "unban", "client=SSH-2.0-Go*")
	srv.Login("bob").Leaves()
}

func TestABannedKeyLetsNobodyIn(t *testing.T) {
	srv := servertest.Start(t)
	key, err := gossh.NewSignerFromKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	operates(srv, "ban", "key="+gossh.FingerprintSHA256(key.PublicKey()), "--reason", "stolen")
	var told string
	dial := func(auth ...gossh.AuthMethod) error {
		c, err := gossh.Dial("tcp", srv.Addr, &gossh.ClientConfig{User: "eve", Auth: auth, Timeout: servertest.Patience,
			HostKeyCallback: gossh.InsecureIgnoreHostKey(), BannerCallback: func(s string) error { told = s; return nil }})
		if err == nil {
			c.Close()
		}
		return err
	}
	anyone := gossh.KeyboardInteractive(func(_, _ string, _ []string, _ []bool) ([]string, error) { return nil, nil })
	if err := dial(gossh.PublicKeys(key), anyone); err == nil || told != "your key is banned: stolen\r\n" {
		t.Errorf("%v, told %q", err, told)
	}
	if err := dial(anyone); err != nil {
		t.Errorf("without the key: %v", err)
	}
}
