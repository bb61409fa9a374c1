package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sshchat/internal/chat"
)

// send is a request of a program that is not our console.
func (w *world) send(method, path, body string) (status int, answer string) {
	w.Helper()
	c := newClient(w.dir)
	r, err := http.NewRequestWithContext(w.Context(), method, "http://sshchat"+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	a, err := c.http.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		w.Fatal(err)
	}
	return a.StatusCode, string(b)
}

// The names of fields are a promise to programs.
func TestAnswersOnTheWire(t *testing.T) {
	w := newWorld(t)
	w.signUp("bob")
	w.strikes("bob")
	w.strikes("carol")
	for _, c := range []struct{ method, path, body, want string }{
		{"GET", "/v1/status", "", `{"version":"1.2.3","pid":812,"data":"` + w.dir + `","listen":"[::]:2222",` +
			`"since":"2026-11-23T11:00:00Z","now":"2026-11-25T12:00:00Z","online":7,"memory_bytes":12300000,"database_bytes":4096}`},
		{"GET", "/v1/sessions", "", `{"sessions":[{"session":1,"account":"bob","remote":"192.0.2.7:4711",` +
			`"client":"SSH-2.0-OpenSSH_9.2","since":"2026-11-25T12:00:00Z",` +
			`"idle_seconds":65,"sent_bytes":1500,"received_bytes":70,"behind":0}]}`},
		{"GET", "/v1/users?limit=1", "", `{"users":[{"name":"bob","created_at":"2026-11-25T12:00:00Z","last_login_at":"2026-11-25T12:00:00Z"}]}`},
		{"GET", "/v1/lockouts", "", `{"lockouts":[` +
			`{"scope":"port","account":"bob","remote":"192.0.2.7:4711","until":"2026-11-25T12:01:00Z"},` +
			`{"scope":"port","account":"carol","remote":"192.0.2.7:4711","until":"2026-11-25T12:01:00Z"}]}`},
		{"POST", "/v1/ban", `{"who":"BOB","reason":"<spam>","for":"1h"}`, `{"kind":"account","what":"bob",` +
			`"since":"2026-11-25T12:00:00Z","until":"2026-11-25T13:00:00Z","by":"` + me() + `","reason":"<spam>"}`},
		{"GET", "/v1/bans", "", `{"bans":[{"kind":"account","what":"bob",` +
			`"since":"2026-11-25T12:00:00Z","until":"2026-11-25T13:00:00Z","by":"` + me() + `","reason":"<spam>"}]}`},
		{"POST", "/v1/unban", `{"who":"bob"}`, `{"kind":"account","what":"bob"}`},
		{"POST", "/v1/announce", `{"text":"hi"}`, `{"id":1}`},
		{"GET", "/v1/sessions", "", `{"sessions":[]}`},
		{"GET", "/v1/users?prefix=x", "", `{"users":[]}`},
	} {
		status, answer := w.send(c.method, c.path, c.body)
		if diff := cmp.Diff(c.want, utc(t, answer)); diff != "" || status != http.StatusOK {
			t.Errorf("%s %s: %d (-want +got):\n%s", c.method, c.path, status, diff)
		}
	}
}

// utc is an answer without its line break. Times of the store come in the machine's zone.
func utc(t *testing.T, answer string) string {
	t.Helper()
	return strings.TrimSuffix(strings.ReplaceAll(answer, noon.Local().Format("-07:00"), "Z"), "\n")
}

func TestRequestsThatMakeNoSense(t *testing.T) {
	w := newWorld(t)
	const kick = `"hint":"usage: kick USER|SESSION [--reason TEXT]"}}`
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/v1/kick", "", 400, `{"error":{"reason":"usage","text":"kick wants POST"}}`},
		{"POST", "/v1/status", "{}", 400, `{"error":{"reason":"usage","text":"status wants GET"}}`},
		{"POST", "/v1/kick", "", 400, `{"error":{"reason":"usage","text":"kick: the body is no JSON object of strings",` + kick},
		{"POST", "/v1/kick", "null", 400, `{"error":{"reason":"usage","text":"kick: the body is no JSON object of strings",` + kick},
		{"POST", "/v1/kick", `{"user":7}`, 400, `{"error":{"reason":"usage","text":"kick: the body is no JSON object of strings",` + kick},
		{"POST", "/v1/kick", `{"user":"bob"}{}`, 400, `{"error":{"reason":"usage","text":"kick: the body is no JSON object of strings",` + kick},
		{"POST", "/v1/kick", `{}`, 400, `{"error":{"reason":"usage","text":"kick: USER|SESSION is missing",` + kick},
		{"POST", "/v1/kick", `{"user":"bob","force":"yes"}`, 400, `{"error":{"reason":"usage","text":"kick: no parameter \"force\"",` + kick},
		{"POST", "/v1/kick", `{"user":"bob"}`, 404, `{"error":{"reason":"not_found","text":"no user \"bob\""}}`},
		{"GET", "/v1/users?limit=0", "", 400, `{"error":{"reason":"usage","text":"limit is a number from 1 to 500"}}`},
		{"GET", "/v1/users?limit=501", "", 400, `{"error":{"reason":"usage","text":"limit is a number from 1 to 500"}}`},
		{"GET", "/v2/status", "", 404, `{"error":{"reason":"no_verb","text":"this server has no \"/v2/status\"",` +
			`"hint":"server and console may be of different releases"}}`},
		{"POST", "/v1/announce", `{"text":"` + strings.Repeat("x", maxBody) + `"}`, 413,
			`{"error":{"reason":"too_long","text":"the request is too long"}}`},
	} {
		status, answer := w.send(c.method, c.path, c.body)
		if got := strings.TrimSuffix(answer, "\n"); got != c.want || status != c.status {
			t.Errorf("%s %s %.40s: %d %s\nwant %d %s", c.method, c.path, c.body, status, got, c.status, c.want)
		}
	}
}

func TestCompletionPagesByPrefix(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"bob", "Bobby", "bo-2", "boa", "bz", "al"} {
		w.signUp(name)
	}
	for prefix, want := range map[string]string{
		"bob": "bob Bobby", "BO": "bo-2 boa bob Bobby", "b": "bo-2 boa bob Bobby bz", "c": "", "": "al bo-2 boa bob Bobby bz",
	} {
		_, body := w.send("GET", "/v1/users?prefix="+prefix, "")
		var page Users
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range page.Users {
			got = append(got, u.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("prefix %q: %q, want %q", prefix, got, want)
		}
	}
}

// A reason without a word of its own would reach programs as a number, and as the wrong exit code.
func TestEveryReasonHasAWord(t *testing.T) {
	for r := chat.Invalid; r <= chat.Usage; r++ {
		p := problemOf(chat.Refusal{Reason: r})
		if _, ok := classes[p.Reason]; !ok {
			t.Errorf("reason %d is %q, which has no class", r, p.Reason)
		}
	}
	if p := problemOf(chat.Refusal{Reason: 999}); p.exit() != exitRefused || p.status() != http.StatusConflict {
		t.Errorf("a reason of the future: %+v", p)
	}
}

// A fault is told by a reference alone; the operator finds the rest by it in the log.
func TestAFaultIsLoggedAndNotTold(t *testing.T) {
	w := newWorld(t, func(s *Server) {
		s.Status = func(context.Context) (Status, error) { return Status{}, errors.New("the disk is on fire") }
	})
	r := w.types("status")
	if r.exit != 70 || strings.Contains(r.err, "fire") || !strings.Contains(r.err, "logged (ref ") {
		t.Errorf("exit %d, %q", r.exit, r.err)
	}
	_, ref, _ := strings.Cut(r.err, "(ref ")
	w.stop()
	if log := w.log.String(); !strings.Contains(log, "the disk is on fire") || !strings.Contains(log, "ref="+ref[:6]) {
		t.Errorf("the log:\n%s", log)
	}
}

// A panic is told like any other fault, ends no more than its request, and leaves one line in the log.
func TestAPanicIsAFault(t *testing.T) {
	w := newWorld(t, func(s *Server) {
		s.Status = func(context.Context) (Status, error) { panic("it burns") }
	})
	r := w.types("status")
	if r.exit != 70 || strings.Contains(r.err, "burns") || !strings.Contains(r.err, "logged (ref ") {
		t.Errorf("exit %d, %q", r.exit, r.err)
	}
	_, ref, _ := strings.Cut(r.err, "(ref ")
	w.types("lockouts").says("nobody is locked out")
	w.stop()
	log := w.log.String()
	if !strings.Contains(log, "panic.value=\"it burns\"") || !strings.Contains(log, "ref="+ref[:6]) {
		t.Errorf("the log:\n%s", log)
	}
	if strings.Contains(log, "goroutine") || strings.Count(log, "burns") != 1 {
		t.Errorf("a stack trace in the log:\n%s", log)
	}
}

// answering is a folder with a socket on which something answers everything with the same bytes.
func answering(t *testing.T, answer string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	l, err := net.Listen("unix", dir+"/"+socketName)
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Read(make([]byte, 4096))
			io.WriteString(c, answer)
			c.Close()
		}
	})
	t.Cleanup(func() { l.Close(); serving.Wait() })
	return dir
}

// What answers on the socket need not be a server of ours.
func TestAnswersThatMakeNoSense(t *testing.T) {
	for name, answer := range map[string]string{
		"hangs up": "", "no HTTP": "220 smtp ready\r\n\r\n",
		"no JSON": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "no error": "HTTP/1.1 500 x\r\nContent-Length: 2\r\n\r\n{}",
	} {
		t.Run(name, func(t *testing.T) {
			r := console(t, answering(t, answer), "", "sessions")
			if r.exit != exitUnavailable && r.exit != exitSoftware || r.out != "" || !strings.HasPrefix(r.err, "error: ") {
				t.Errorf("exit %d, %q, %q", r.exit, r.out, r.err)
			}
		})
	}
}

// Nor do its words control the operator's terminal, or pass for a hint of ours.
func TestARefusalIsCleaned(t *testing.T) {
	body := `{"error":{"reason":"of the future","text":"no\nhint: run rm","hint":"\u001b]0;x\u0007"}}`
	dir := answering(t, fmt.Sprintf("HTTP/1.1 409 x\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
	console(t, dir, "", "sessions").fails(1, "no hint: run rm", "]0;x")
}
