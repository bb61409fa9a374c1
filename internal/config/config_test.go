package config

import (
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// written makes a file called sshchat.toml with that content and returns its path.
func written(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "sshchat.toml")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func load(t *testing.T, content string, environ ...string) Config {
	t.Helper()
	c, err := Load(written(t, content), environ, Flags{})
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

// refused returns the error as an operator sees it, the folder of the file cut off.
func refused(t *testing.T, content string, environ []string, flags Flags) *Error {
	t.Helper()
	name := written(t, content)
	c, err := Load(name, environ, flags)
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("Load gave %+v and error %v, want an *Error", c, err)
	}
	e.Where = strings.TrimPrefix(e.Where, filepath.Dir(name)+"/")
	return e
}

func TestDefaults(t *testing.T) {
	want := Config{
		Server: Server{Listen: ":2222", Data: ".", MaxSessions: 10_000},
		Limits: Limits{
			Startups:           200,
			StartupsPerAddress: 30,
			SessionsPerAddress: 0,
			SignupsPerAddress:  20,
			Channels:           4,
			MessageBytes:       4000,
			MessageLines:       20,
			RoomsPerPerson:     100,
			EditWindow:         10 * time.Minute,
			MessageBurst:       10,
			MessageRate:        2,
			BroadcastBurst:     5,
			BroadcastRate:      1,
			OutputQueue:        256 << 10,
			Hashes:             0,
			HandshakeGrace:     30 * time.Second,
			LoginGrace:         5 * time.Minute,
		},
		Login: Login{
			Strikes:         3,
			Lockout:         60 * time.Second,
			AddressFailures: 9,
			AddressWindow:   10 * time.Minute,
			AddressBurst:    30,
			AddressEvery:    10 * time.Second,
			Signup:          SignupOpen,
			MinPassword:     8,
		},
		Log: Log{Level: slog.LevelInfo, Format: FormatText},
	}
	if got := Default(); !reflect.DeepEqual(got, want) {
		t.Errorf("Default() = %+v\nwant %+v", got, want)
	}
	got, err := Load("", nil, Flags{})
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Load with nothing = %+v, %v\nwant the defaults", got, err)
	}
}

// cases has, for every key, a value that is not its default, as the environment and as TOML spell
// it, and what must then be in the settings.
var cases = map[string]struct {
	text, toml string
	got        func(Config) any
	want       any
}{
	"server.listen":      {"[::1]:0", `"[::1]:0"`, func(c Config) any { return c.Server.Listen }, "[::1]:0"},
	"server.data":        {"/srv/chat", `"/srv/chat"`, func(c Config) any { return c.Server.Data }, "/srv/chat"},
	"server.admin_group": {"chat-admins", `"chat-admins"`, func(c Config) any { return c.Server.AdminGroup }, "chat-admins"},
	"server.proxy_from": {"10.0.0.5,2001:db8::/64", `["10.0.0.5", "2001:db8::/64"]`,
		func(c Config) any { return c.Server.ProxyFrom },
		[]netip.Prefix{netip.MustParsePrefix("10.0.0.5/32"), netip.MustParsePrefix("2001:db8::/64")}},
	"server.max_sessions": {"0", "0", func(c Config) any { return c.Server.MaxSessions }, 0},

	"limits.startups":             {"1", "1", func(c Config) any { return c.Limits.Startups }, 1},
	"limits.startups_per_address": {"2", "2", func(c Config) any { return c.Limits.StartupsPerAddress }, 2},
	"limits.sessions_per_address": {"3", "3", func(c Config) any { return c.Limits.SessionsPerAddress }, 3},
	"limits.signups_per_address":  {"4", "4", func(c Config) any { return c.Limits.SignupsPerAddress }, 4},
	"limits.exempt": {
		"192.0.2.7, 10.0.0.0/8,2001:db8::/32,::ffff:10.1.0.0/112,::ffff:192.0.2.8",
		`["192.0.2.7", "10.0.0.0/8", "2001:db8::/32", "::ffff:10.1.0.0/112", "::ffff:192.0.2.8"]`,
		func(c Config) any { return c.Limits.Exempt },
		[]netip.Prefix{
			netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("10.0.0.0/8"),
			netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("10.1.0.0/16"),
			netip.MustParsePrefix("192.0.2.8/32"),
		},
	},
	"limits.channels":         {"5", "5", func(c Config) any { return c.Limits.Channels }, 5},
	"limits.message_bytes":    {"65536", "65_536", func(c Config) any { return c.Limits.MessageBytes }, 65536},
	"limits.edit_window":      {"1h", `"1h"`, func(c Config) any { return c.Limits.EditWindow }, time.Hour},
	"limits.rooms_per_person": {"7", "7", func(c Config) any { return c.Limits.RoomsPerPerson }, 7},
	"limits.message_lines":    {"7", "7", func(c Config) any { return c.Limits.MessageLines }, 7},
	"limits.message_burst":    {"8", "8", func(c Config) any { return c.Limits.MessageBurst }, 8},
	"limits.message_rate":     {"0.5", "0.5", func(c Config) any { return c.Limits.MessageRate }, 0.5},
	"limits.broadcast_burst":  {"9", "9", func(c Config) any { return c.Limits.BroadcastBurst }, 9},
	"limits.broadcast_rate":   {"10", "10", func(c Config) any { return c.Limits.BroadcastRate }, 10.0},
	"limits.broadcast":        {"168h", `"168h"`, func(c Config) any { return c.Limits.Broadcast }, Broadcasters{Age: 168 * time.Hour}},
	"limits.output_queue":     {"65536", "65536", func(c Config) any { return c.Limits.OutputQueue }, 65536},
	"limits.hashes":           {"11", "11", func(c Config) any { return c.Limits.Hashes }, 11},
	"limits.handshake_grace":  {"1m30s", `"1m30s"`, func(c Config) any { return c.Limits.HandshakeGrace }, 90 * time.Second},
	"limits.login_grace":      {"0", "0", func(c Config) any { return c.Limits.LoginGrace }, time.Duration(0)},

	"login.strikes":          {"12", "12", func(c Config) any { return c.Login.Strikes }, 12},
	"login.lockout":          {"24h", `"24h"`, func(c Config) any { return c.Login.Lockout }, 24 * time.Hour},
	"login.address_failures": {"13", "13", func(c Config) any { return c.Login.AddressFailures }, 13},
	"login.address_window":   {"1s", `"1s"`, func(c Config) any { return c.Login.AddressWindow }, time.Second},
	"login.address_burst":    {"14", "14", func(c Config) any { return c.Login.AddressBurst }, 14},
	"login.address_every":    {"250ms", `"250ms"`, func(c Config) any { return c.Login.AddressEvery }, 250 * time.Millisecond},
	"login.signup":           {"invite", `"invite"`, func(c Config) any { return c.Login.Signup }, SignupInvite},
	"login.auth_command": {"/usr/bin/check, -q", `["/usr/bin/check", "-q"]`,
		func(c Config) any { return c.Login.AuthCommand }, []string{"/usr/bin/check", "-q"}},
	"login.min_password": {"1", "1", func(c Config) any { return c.Login.MinPassword }, 1},

	"log.level":  {"debug", `"debug"`, func(c Config) any { return c.Log.Level }, slog.LevelDebug},
	"log.format": {"json", `"json"`, func(c Config) any { return c.Log.Format }, FormatJSON},

	"metrics.listen":    {"127.0.0.1:9222", `"127.0.0.1:9222"`, func(c Config) any { return c.Metrics.Listen }, "127.0.0.1:9222"},
	"storage.retention": {"90d", `"90d"`, func(c Config) any { return c.Storage.Retention }, 90 * 24 * time.Hour},
}

func TestEachKeyFromFileAndEnvironment(t *testing.T) {
	for i := range keys {
		k := &keys[i]
		t.Run(k.path(), func(t *testing.T) {
			tc, ok := cases[k.path()]
			if !ok {
				t.Fatal("the table of cases lacks this key")
			}
			if before := tc.got(Default()); reflect.DeepEqual(before, tc.want) {
				t.Fatalf("the case sets the default, %v: it cannot fail", before)
			}
			inFile := load(t, "["+k.section+"]\n"+k.name+" = "+tc.toml+"\n")
			if got := tc.got(inFile); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("from the file: %v, want %v", got, tc.want)
			}
			variable := "SSHCHAT_" + strings.ToUpper(strings.ReplaceAll(k.path(), ".", "_"))
			inEnviron := load(t, "", variable+"="+tc.text)
			if got := tc.got(inEnviron); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("from %s: %v, want %v", variable, got, tc.want)
			}
			if !reflect.DeepEqual(inFile, inEnviron) {
				t.Errorf("file and environment differ:\n%+v\n%+v", inFile, inEnviron)
			}
		})
	}
	if len(cases) != len(keys) {
		t.Errorf("%d cases for %d keys", len(cases), len(keys))
	}
}

// A key whose field nothing fills, or two keys with one field, would show here: every field of the
// settings has exactly one key.
func TestEachFieldHasOneKey(t *testing.T) {
	fields := 0
	for section := range reflect.TypeFor[Config]().Fields() {
		fields += section.Type.NumField()
	}
	if fields != len(keys) {
		t.Errorf("%d fields, %d keys", fields, len(keys))
	}
}

func TestLevels(t *testing.T) {
	for name, want := range map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	} {
		if got := load(t, "", "SSHCHAT_LOG_LEVEL="+name).Log.Level; got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

func TestFlagsOverEnvironmentOverFileOverDefault(t *testing.T) {
	file := written(t, "[server]\nlisten = \":1\"\nmax_sessions = 1\n[limits]\nchannels = 1\n")
	environ := []string{"SSHCHAT_SERVER_LISTEN=:2", "SSHCHAT_SERVER_MAX_SESSIONS=2"}
	listen := ":3"
	c, err := Load(file, environ, Flags{Listen: &listen})
	if err != nil {
		t.Fatal(err)
	}
	if c.Server.Listen != ":3" || c.Server.MaxSessions != 2 || c.Limits.Channels != 1 || c.Limits.Startups != 200 {
		t.Errorf("listen %s, max_sessions %d, channels %d, startups %d; want :3 of the flag, 2 of the environment, 1 of the file, 200 by default",
			c.Server.Listen, c.Server.MaxSessions, c.Limits.Channels, c.Limits.Startups)
	}
}

func TestDataFolderOrder(t *testing.T) {
	flag := "by-flag"
	const inFile = "[server]\ndata = \"by-file\"\n"
	for _, tc := range []struct {
		name    string
		flag    *string
		environ []string
		file    string
		want    string
	}{
		{"nothing is said", nil, nil, "", "."},
		{"systemd", nil, []string{"STATE_DIRECTORY=/var/lib/sshchat"}, "", "/var/lib/sshchat"},
		{"systemd with two folders", nil, []string{"STATE_DIRECTORY=/var/lib/a:/var/lib/b"}, "", "/var/lib/a"},
		{"systemd with none", nil, []string{"STATE_DIRECTORY="}, "", "."},
		{"file over systemd", nil, []string{"STATE_DIRECTORY=/var/lib/sshchat"}, inFile, "by-file"},
		{"environment over file", nil, []string{"SSHCHAT_DATA=by-env"}, inFile, "by-env"},
		{"environment by its long name", nil, []string{"SSHCHAT_SERVER_DATA=by-env"}, inFile, "by-env"},
		{"both names agree", nil, []string{"SSHCHAT_DATA=by-env", "SSHCHAT_SERVER_DATA=by-env"}, "", "by-env"},
		{"an empty variable is none", nil, []string{"SSHCHAT_DATA=", "SSHCHAT_SERVER_DATA="}, inFile, "by-file"},
		{"one name empty", nil, []string{"SSHCHAT_DATA=", "SSHCHAT_SERVER_DATA=by-env"}, inFile, "by-env"},
		{"flag over all", &flag, []string{"SSHCHAT_DATA=by-env", "STATE_DIRECTORY=/x"}, inFile, "by-flag"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			file := written(t, tc.file)
			c, err := Load(file, tc.environ, Flags{Data: tc.flag})
			if err != nil || c.Server.Data != tc.want {
				t.Errorf("Load: %q, %v; want %q", c.Server.Data, err, tc.want)
			}
			c, err = ForConsole(file, tc.environ, tc.flag)
			if err != nil || c.Server.Data != tc.want {
				t.Errorf("ForConsole: %q, %v; want %q", c.Server.Data, err, tc.want)
			}
		})
	}
}

func TestTheDataFolderByFlagAsksNothingElse(t *testing.T) {
	dir := "/srv/chat"
	got, err := ForConsole("no such file", []string{"SSHCHAT_TYPO=1"}, &dir)
	if err != nil || got.Server.Data != dir {
		t.Errorf("ForConsole = %q, %v; want %q", got.Server.Data, err, dir)
	}
	home := "~/chat"
	if _, err := ForConsole("", nil, &home); err == nil {
		t.Error("a flag that no shell expanded is taken as a folder called ~")
	}
}

func TestHashesOn(t *testing.T) {
	for _, tc := range []struct{ hashes, cores, want int }{
		{0, 0, 1}, {0, 1, 1}, {0, 2, 1}, {0, 4, 2}, {0, 7, 3}, {0, 8, 4}, {0, 64, 4}, {16, 2, 16},
	} {
		if got := (Limits{Hashes: tc.hashes}).HashesOn(tc.cores); got != tc.want {
			t.Errorf("hashes = %d on %d cores: %d, want %d", tc.hashes, tc.cores, got, tc.want)
		}
	}
}

// A limit of 0 is lifted, whatever its burst says: 0 as well.
func TestZeroLimitWithZeroBurst(t *testing.T) {
	c := load(t, `
[limits]
message_burst = 0
message_rate = 0
broadcast_burst = 0
broadcast_rate = -0.0
[login]
address_burst = 0
address_every = "0s"
address_window = 0
address_failures = 0
`)
	l, in := c.Limits, c.Login
	if l.MessageBurst != 0 || l.MessageRate != 0 || l.BroadcastBurst != 0 || l.BroadcastRate != 0 ||
		in.AddressBurst != 0 || in.AddressEvery != 0 || in.AddressWindow != 0 || in.AddressFailures != 0 {
		t.Errorf("not all are 0: %+v %+v", l, in)
	}
}

// Nothing turns the metrics off again, whichever layer says so; what is no address is refused as everywhere.
func TestMetricsCanBeTurnedOff(t *testing.T) {
	const on = "[metrics]\nlisten = \"127.0.0.1:9222\"\n"
	if c := load(t, "[metrics]\nlisten = \"\"\n"); c.Metrics.Listen != "" {
		t.Errorf("from the file: %q", c.Metrics.Listen)
	}
	off, other, port := "", "[::1]:0", "9222"
	path := written(t, on)
	for flag, want := range map[*string]string{nil: "127.0.0.1:9222", &off: "", &other: "[::1]:0"} {
		if c, err := Load(path, nil, Flags{Metrics: flag}); err != nil || c.Metrics.Listen != want {
			t.Errorf("%q, %v; want %q", c.Metrics.Listen, err, want)
		}
	}
	if e := refused(t, "", nil, Flags{Metrics: &port}); !strings.HasPrefix(e.Error(), "--metrics: metrics.listen wants HOST:PORT") ||
		e.Hint != `did you mean ":9222"?` {
		t.Errorf("%v, hint %q", e, e.Hint)
	}
}

// What separates the arguments of a program elsewhere does not in the file: names of a directory have commas.
func TestAnArgumentMayHaveAComma(t *testing.T) {
	want := []string{"/usr/bin/check", "-b", "dc=example,dc=org"}
	got := load(t, "[login]\nauth_command = [\"/usr/bin/check\", \"-b\", \"dc=example,dc=org\"]\n").Login.AuthCommand
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	if got := load(t, "[login]\nauth_command = []\n").Login.AuthCommand; len(got) != 0 {
		t.Errorf("nothing is %q", got)
	}
}
