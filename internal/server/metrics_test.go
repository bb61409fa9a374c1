package server_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"sshchat/internal/config"
	"sshchat/internal/server"
	"sshchat/internal/servertest"
)

// metered has a server tell its metrics.
func metered(o *server.Options) { o.Config.Metrics.Listen = "127.0.0.1:0" }

// asks sends one request to where a server tells its metrics, on a connection of its own.
func asks(t testing.TB, srv *servertest.Server, method, path string) (status int, body string) {
	t.Helper()
	status, body, err := tryAsk(t, srv, method, path)
	if err != nil {
		t.Fatal(err)
	}
	return status, body
}

func tryAsk(t testing.TB, srv *servertest.Server, method, path string) (status int, body string, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+srv.Metrics+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Close = true
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	return a.StatusCode, string(b), err
}

// scrape is what a server tells, by series.
func scrape(t testing.TB, srv *servertest.Server) map[string]float64 {
	t.Helper()
	status, text := asks(t, srv, "GET", "/metrics")
	if status != http.StatusOK {
		t.Fatalf("status %d: %s", status, text)
	}
	all := map[string]float64{}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		i := strings.LastIndexByte(line, ' ')
		v, err := strconv.ParseFloat(strings.TrimSpace(line[i:]), 64)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		all[line[:i]] = v
	}
	return all
}

// tells checks some of the series, and waits for those that come behind what a person sees.
func tells(t testing.TB, srv *servertest.Server, want map[string]float64) {
	t.Helper()
	var wrong []string
	for deadline := time.Now().Add(servertest.Patience); time.Now().Before(deadline); {
		wrong = nil
		got := scrape(t, srv)
		for series, v := range want {
			if g, ok := got[series]; !ok || g != v {
				wrong = append(wrong, series+" is "+strconv.FormatFloat(g, 'g', -1, 64)+", want "+strconv.FormatFloat(v, 'g', -1, 64))
			}
		}
		if len(wrong) == 0 {
			return
		}
	}
	t.Error(strings.Join(wrong, "\n"))
}

func TestMetricsTellWhatPeopleDo(t *testing.T) {
	srv := servertest.Start(t, metered)
	alice, bob := srv.SignUp("alice"), srv.SignUp("bob")
	alice.Types("message bob häh", "message bob two", "broadcast all of you", "message nobody hi", "join #ops")
	alice.Sees("all of you", "no user", "#ops")
	alice.Types("message #ops in the room", "me waves")
	alice.Sees("in the room")
	bob.Sees("all of you")
	bob.Types("block alice")
	bob.Sees("blocked alice")
	alice.Types("message bob three", "whoelse", "whoelse", "whois nobody")
	alice.Sees("bob", "no user")
	tells(t, srv, map[string]float64{
		`sshchat_messages_total{kind="direct"}`:    2,
		`sshchat_messages_total{kind="broadcast"}`: 1,
		`sshchat_messages_total{kind="room"}`:      1,
		`sshchat_message_bytes_total`:              float64(len("häh") + len("two") + len("all of you") + len("in the room")),

		`sshchat_messages_rejected_total{reason="not_found"}`: 1,
		`sshchat_messages_rejected_total{reason="blocked"}`:   1,

		`sshchat_commands_total{surface="chat",command="whoelse",result="ok"}`:     2,
		`sshchat_commands_total{surface="chat",command="whois",result="refused"}`:  1,
		`sshchat_commands_total{surface="chat",command="signup",result="ok"}`:      2,
		`sshchat_commands_total{surface="chat",command="whoelse",result="failed"}`: 0,

		`sshchat_users_online`:                              2,
		`sshchat_users_registered`:                          2,
		`sshchat_rooms`:                                     1,
		`sshchat_connections_active`:                        2,
		`sshchat_sessions_active{kind="plain"}`:             2,
		`sshchat_sessions_active{kind="terminal"}`:          0,
		`sshchat_auth_hash_duration_seconds_count`:          2,
		`sshchat_db_errors_total{op="commit"}`:              0,
		`sshchat_handshake_duration_seconds_count`:          2,
		`sshchat_mailbox_overflows_total`:                   0,
		`sshchat_lockouts_active{scope="port"}`:             0,
		`sshchat_disconnects_total{cause="closed"}`:         0,
		`sshchat_connections_total{result="full"}`:          0,
		`sshchat_messages_total{kind="action"}`:             0,
		`sshchat_messages_rejected_total{reason="invalid"}`: 0,
	})
	bob.Leaves()
	tells(t, srv, map[string]float64{
		`sshchat_users_online`:                                 1,
		`sshchat_users_registered`:                             2,
		`sshchat_connections_active`:                           1,
		`sshchat_sessions_active{kind="plain"}`:                1,
		`sshchat_session_duration_seconds_count{kind="plain"}`: 1,
		`sshchat_disconnects_total{cause="closed"}`:            1,
	})
	got := scrape(t, srv)
	for _, series := range []string{"sshchat_db_size_bytes", "sshchat_db_wal_size_bytes", "go_goroutines",
		`sshchat_db_query_duration_seconds_count{op="read"}`, `sshchat_db_query_duration_seconds_sum{op="commit"}`,
		"sshchat_message_fanout_duration_seconds_count", "process_start_time_seconds"} {
		if got[series] <= 0 {
			t.Errorf("%s is %v", series, got[series])
		}
	}
}

func TestMetricsTellOfGuesses(t *testing.T) {
	srv := servertest.Start(t, metered, func(o *server.Options) { o.Config.Limits.StartupsPerAddress = 2 })
	eve := srv.Visit("eve")
	for range 3 {
		eve.Types("login bob", "wrong")
		eve.Sees("wrong name or password")
	}
	eve.Types("login bob")
	eve.Sees("locked")
	stranger, err := net.Dial("tcp", srv.Addr)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := srv.TryDial(srv.Addr, "mallory"); err == nil {
		t.Error("a third one is let in")
	}
	stranger.Close()
	tells(t, srv, map[string]float64{
		`sshchat_auth_attempts_total{method="password",result="denied"}`:   3,
		`sshchat_auth_attempts_total{method="password",result="locked"}`:   1,
		`sshchat_auth_attempts_total{method="password",result="accepted"}`: 0,
		`sshchat_lockouts_total{scope="port"}`:                             1,
		`sshchat_lockouts_total{scope="address"}`:                          0,
		`sshchat_lockouts_active{scope="port"}`:                            1,
		`sshchat_lockouts_active{scope="names"}`:                           0,
		`sshchat_connections_total{result="authenticated"}`:                1,
		`sshchat_connections_total{result="handshake_failed"}`:             1,
		`sshchat_connections_total{result="address_full"}`:                 1,
		`sshchat_sessions_active{kind="plain"}`:                            1,
	})
}

// Nothing that people choose is ever a label: there would be no end of them, and a stranger could fill the memory.
func TestNobodysNameIsALabel(t *testing.T) {
	srv := servertest.Start(t, metered)
	alice := srv.SignUp("alice")
	before := len(scrape(t, srv))
	for _, name := range []string{"mallory", "trudy"} {
		srv.SignUp(name).Leaves()
	}
	alice.Types("join #hideout", "message #hideout x", "frobnicate", "login x")
	alice.SawNothingOf("mallory → ")
	_, text := asks(t, srv, "GET", "/metrics")
	for _, word := range []string{"alice", "mallory", "hideout", "frobnicate", "127.0.0.1"} {
		if strings.Contains(text, word) {
			t.Errorf("the metrics name %q", word)
		}
	}
	if after := len(scrape(t, srv)); after != before {
		t.Errorf("%d series, and %d before", after, before)
	}
}

func TestHealthAndWhatElseCanBeAsked(t *testing.T) {
	srv := servertest.Start(t, metered)
	for _, c := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/livez", 200, "ok\n"},
		{"GET", "/readyz", 200, "ok\n"},
		{"HEAD", "/livez", 200, ""},
		{"HEAD", "/metrics", 200, ""},
		{"POST", "/metrics", 405, "Method Not Allowed\n"},
		{"DELETE", "/readyz", 405, "Method Not Allowed\n"},
		{"GET", "/", 404, "404 page not found\n"},
		{"GET", "/debug/pprof/heap", 404, "404 page not found\n"},
		{"GET", "/livez?" + strings.Repeat("x", 20<<10), 431, "431 Request Header Fields Too Large"},
	} {
		if status, body := asks(t, srv, c.method, c.path); status != c.status || body != c.body {
			t.Errorf("%s %.20s: %d %q", c.method, c.path, status, body)
		}
	}
}

// The listener of the metrics outlives the sessions: from the begin of the stop on it says that the server goes.
func TestNotReadyFromTheBeginOfTheStop(t *testing.T) {
	t.Parallel()
	srv := servertest.Start(t, metered)
	alice := srv.SignUp("alice")
	srv.SignUp("bob").Leaves()
	link := srv.Link()
	bob := srv.LoginTo(link.Addr, "bob")
	link.GoesDeaf() // so that nothing bob sees is proven, for which the stop waits some seconds
	alice.Types("message bob hello")
	bob.Sees("hello")
	stopped := make(chan struct{})
	go func() { srv.Stop(); close(stopped) }()
	for {
		status, body, err := tryAsk(t, srv, "GET", "/readyz")
		if err != nil {
			t.Fatalf("it has stopped, and never said so: %v", err)
		}
		if status == http.StatusServiceUnavailable {
			if body != "the server is shutting down\n" {
				t.Errorf("%q", body)
			}
			break
		}
	}
	if status, _ := asks(t, srv, "GET", "/livez"); status != http.StatusOK {
		t.Errorf("livez: %d while it stops", status)
	}
	<-stopped
	if _, _, err := tryAsk(t, srv, "GET", "/livez"); err == nil {
		t.Error("it answers after the stop")
	}
}

// Whoever holds connections open, or sends nothing, takes a few places there and none from the chat.
func TestConnectionsToTheMetricsAreFew(t *testing.T) {
	t.Parallel()
	srv := servertest.Start(t, metered)
	held := map[net.Conn]bool{}
	closed := make(chan net.Conn, 40)
	answered := make(chan bool, 40)
	for range 40 {
		c, err := net.Dial("tcp", srv.Metrics)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		held[c] = true
	}
	for c := range held {
		go func() {
			if _, err := c.Read(make([]byte, 1)); err == nil {
				answered <- true
			} else {
				closed <- c
			}
		}()
	}
	for range 40 - 16 {
		delete(held, <-closed)
	}
	srv.SignUp("alice").Leaves()
	for c := range held { // which are not too many
		io.WriteString(c, "GET /livez HTTP/1.1\r\nHost: sshchat\r\n\r\n")
		select {
		case <-answered:
		case <-closed:
			t.Fatal("one of those that are let in was closed")
		}
		c.Close()
	}
	for { // until the server has seen that they are gone
		if status, _, err := tryAsk(t, srv, "GET", "/livez"); err == nil {
			if status != http.StatusOK {
				t.Errorf("status %d", status)
			}
			return
		}
	}
}

func TestWhereMetricsCannotBeTold(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	c := config.Default()
	c.Server.Listen, c.Server.Data, c.Metrics.Listen = "127.0.0.1:0", filepath.Join(t.TempDir(), "data"), taken.Addr().String()
	_, err = server.New(t.Context(), server.Options{Config: c})
	e, ok := errors.AsType[*server.Error](err)
	if !ok || e.Exit != server.ExitUnavailable || e.Text != "port "+port+" is already in use" ||
		!strings.HasSuffix(e.Hint, "or choose another with --metrics") {
		t.Errorf("%v", err)
	}
}

func TestOpenMetricsAreNoted(t *testing.T) {
	for listen, noted := range map[string]bool{"127.0.0.1:0": false, "[::1]:0": false, "0.0.0.0:0": true, ":0": true, "": false} {
		c := config.Default()
		c.Server.Listen, c.Server.Data, c.Metrics.Listen = "127.0.0.1:0", filepath.Join(t.TempDir(), "data"), listen
		s, err := server.New(t.Context(), server.Options{Config: c})
		if err != nil {
			if strings.HasPrefix(listen, "[") {
				continue // there is no IPv6 here
			}
			t.Fatal(err)
		}
		started := s.Started()
		ended, end := context.WithCancel(t.Context())
		end()
		if err := s.Serve(ended); err != nil {
			t.Error(err)
		}
		notes := strings.Join(started.Notes, "\n")
		if got := strings.Contains(notes, "for anybody who can reach that address"); got != noted {
			t.Errorf("%q: notes %q", listen, notes)
		}
		if (started.Metrics == nil) != (listen == "") {
			t.Errorf("%q: %v", listen, started.Metrics)
		}
	}
}
