package config

import (
	"strings"
	"testing"
)

func TestFileIsRefused(t *testing.T) {
	for _, tc := range []struct {
		name, file string
		want       string // where and text
		hint       string // a part of the hint; empty: no hint
	}{
		// Keys and sections that there are not.
		{"a misspelt key", "\n\n[server]\nlisen = \":1\"\n",
			`sshchat.toml:4: unknown key "lisen" (did you mean "listen"?)`, ""},
		{"letters swapped", "[limits]\nchanenls = 1\n",
			`sshchat.toml:2: unknown key "chanenls" (did you mean "channels"?)`, ""},
		{"capitals", "[server]\nListen = \":1\"\n",
			`sshchat.toml:2: unknown key "Listen" (did you mean "listen"?)`, ""},
		{"a key of another section", "[limits]\nstrikes = 3\n",
			`sshchat.toml:2: unknown key "strikes" (did you mean "strikes" in [login]?)`, ""},
		{"a key like no other", "[log]\ncolour = true\n",
			`sshchat.toml:2: unknown key "colour"`, "keys of [log]: level, format"},
		{"a key with a dot", "[log]\n\nlevel = \"info\"\nfoo.bar = 1\n",
			`sshchat.toml:4: unknown key "foo"`, "keys of [log]"},
		{"a key in an inline table", "\nlog = { levle = \"info\" }\n",
			`sshchat.toml:2: unknown key "levle" (did you mean "level"?)`, ""},
		{"the first of several", "[log]\nlevel = 5\n[server]\nlisen = 1\n",
			`sshchat.toml:2: log.level wants "debug", "info", "warn" or "error", not the number 5`, "quotes"},
		{"a misspelt section", "# settings\n[limit]\nchannels = 1\n",
			`sshchat.toml:2: unknown section "limit" (did you mean "limits"?)`, ""},
		{"a section like no other", "\n[frobnicate]\n",
			`sshchat.toml:2: unknown section "frobnicate"`, "sections: [server], [limits], [login], [log]"},
		{"a section with dots alone", "\nlimit.channels = 1\n",
			`sshchat.toml:2: unknown section "limit" (did you mean "limits"?)`, ""},
		{"a section in two brackets that there is not", "[[logs]]\n",
			`sshchat.toml:1: unknown section "logs" (did you mean "log"?)`, ""},
		{"a key in no section", "listen = \":1\"\n",
			`sshchat.toml:1: key "listen" stands in no section (did you mean "listen" in [server]?)`, ""},
		{"an unknown key in no section", "frobnicate = 1\n",
			`sshchat.toml:1: key "frobnicate" stands in no section`, "sections: "},
		{"a section as a key", "\nlimits = 4\n",
			`sshchat.toml:2: limits is the name of a section`, "[limits] stands on a line of its own"},
		{"a section in two brackets", "[[limits]]\nchannels = 4\n",
			`sshchat.toml:1: limits is the name of a section`, "[limits] stands on a line of its own"},
		{"a long key with escapes", "[log]\n\"\\u001b[31m" + strings.Repeat("x", 100) + "\" = 1\n",
			`sshchat.toml:2: unknown key "\x1b[31m` + strings.Repeat("x", 55) + `"...`, "keys of [log]"},

		// Values of another type.
		{"text for a number", "[limits]\nchannels = \"4\"\n",
			`sshchat.toml:2: limits.channels wants a whole number from 0 to 1000, not the string "4"`, "without quotes"},
		{"a fraction for a whole number", "[limits]\nchannels = 4.5\n",
			`sshchat.toml:2: limits.channels wants a whole number from 0 to 1000, not the number 4.5`, ""},
		{"a truth value", "[limits]\nmessage_rate = true\n",
			`sshchat.toml:2: limits.message_rate wants a number from 0.001 to 1000000, or 0, not true`, ""},
		{"a date", "[limits]\nmessage_rate = 2026-01-01\n",
			`sshchat.toml:2: limits.message_rate wants a number from 0.001 to 1000000, or 0, not a date`, ""},
		{"a number for text", "[server]\nlisten = 2222\n",
			`sshchat.toml:2: server.listen wants HOST:PORT, such as ":2222" or "127.0.0.1:2222", not the number 2222`, "quotes"},
		{"seconds without unit", "[login]\nlockout = 60\n",
			`sshchat.toml:2: login.lockout wants a duration from "1s" to "24h", or 0, not the number 60`, `as in "60s"`},
		{"one network without brackets", "[limits]\nexempt = \"10.0.0.0/8\"\n",
			`sshchat.toml:2: limits.exempt wants networks such as "10.1.0.0/16", "2001:db8::/32" or "192.0.2.7", not the string "10.0.0.0/8"`, "brackets"},
		{"a list of numbers", "[limits]\nexempt = [\n  10,\n]\n",
			`sshchat.toml:2: limits.exempt wants networks such as "10.1.0.0/16", "2001:db8::/32" or "192.0.2.7", not such a list`, "brackets"},
		{"a list for text", "[log]\nformat = [\"text\"]\n",
			`sshchat.toml:2: log.format wants "text" or "json", not such a list`, "quotes"},
		{"a table for a value", "\n[server.listen]\nhost = 1\n",
			`sshchat.toml:2: server.listen wants HOST:PORT, such as ":2222" or "127.0.0.1:2222", not a section`, "quotes"},
		{"a value with dots below it", "\nserver.listen.host = 1\n",
			`sshchat.toml:2: server.listen wants HOST:PORT, such as ":2222" or "127.0.0.1:2222", not a section`, "quotes"},

		// Values that cannot be meant.
		{"below zero", "[limits]\nstartups = -1\n",
			`sshchat.toml:2: limits.startups wants a whole number from 0 to 1000000, not "-1"`, ""},
		{"absurdly many", "[server]\nmax_sessions = 1_000_001\n",
			`sshchat.toml:2: server.max_sessions wants a whole number from 0 to 1000000, not "1000001"`, ""},
		{"a queue smaller than a message", "[limits]\noutput_queue = 4096\n",
			`sshchat.toml:2: limits.output_queue wants a whole number from 65536 to 1073741824, or 0, not "4096"`, ""},
		{"no password at all", "[login]\nmin_password = 0\n",
			`sshchat.toml:2: login.min_password wants a whole number from 1 to 256, not "0"`, ""},
		{"a negative rate", "[limits]\nmessage_rate = -2\n",
			`sshchat.toml:2: limits.message_rate wants a number from 0.001 to 1000000, or 0, not "-2"`, ""},
		{"an endless rate", "[limits]\nmessage_rate = inf\n",
			`sshchat.toml:2: limits.message_rate wants a number from 0.001 to 1000000, or 0, not "+Inf"`, ""},
		{"a rate that is no number", "[limits]\nmessage_rate = nan\n",
			`sshchat.toml:2: limits.message_rate wants a number from 0.001 to 1000000, or 0, not "NaN"`, ""},
		{"a rate of centuries", "[limits]\nbroadcast_rate = 1e-12\n",
			`sshchat.toml:2: limits.broadcast_rate wants a number from 0.001 to 1000000, or 0, not "1e-12"`, ""},
		{"nobody who may broadcast", "[limits]\nbroadcast = \"none\"\n",
			`sshchat.toml:2: limits.broadcast wants "all", "moderators" or a duration from "1s" to "8760h", not "none"`, ""},
		{"a misspelt word of who may broadcast", "[limits]\nbroadcast = \"moderator\"\n",
			`sshchat.toml:2: limits.broadcast wants "all", "moderators" or a duration from "1s" to "8760h", not "moderator"`, `"moderators"`},
		{"an age without unit", "[limits]\nbroadcast = \"60\"\n",
			`sshchat.toml:2: limits.broadcast wants "all", "moderators" or a duration from "1s" to "8760h", not "60"`, `"60s"`},
		{"an age of no time", "[limits]\nbroadcast = \"0s\"\n",
			`sshchat.toml:2: limits.broadcast wants "all", "moderators" or a duration from "1s" to "8760h", not "0s"`, ""},
		{"a negative duration", "[login]\nlockout = \"-1s\"\n",
			`sshchat.toml:2: login.lockout wants a duration from "1s" to "24h", or 0, not "-1s"`, ""},
		{"milliseconds for seconds", "[login]\nlockout = \"60ms\"\n",
			`sshchat.toml:2: login.lockout wants a duration from "1s" to "24h", or 0, not "60ms"`, ""},
		{"a duration of days", "[login]\nlockout = \"25h\"\n",
			`sshchat.toml:2: login.lockout wants a duration from "1s" to "24h", or 0, not "25h"`, ""},
		{"days without unit", "[storage]\nretention = \"90\"\n",
			`sshchat.toml:2: storage.retention wants a number of days from "1d" to "36500d", or 0, not "90"`, `as in "90d"`},
		{"no days", "[storage]\nretention = \"0d\"\n",
			`sshchat.toml:2: storage.retention wants a number of days from "1d" to "36500d", or 0, not "0d"`, ""},
		{"hours for days", "[storage]\nretention = \"48h\"\n",
			`sshchat.toml:2: storage.retention wants a number of days from "1d" to "36500d", or 0, not "48h"`, ""},
		{"too many days", "[storage]\nretention = \"36501d\"\n",
			`sshchat.toml:2: storage.retention wants a number of days from "1d" to "36500d", or 0, not "36501d"`, ""},
		{"a duration in words", "[login]\nlockout = \"a minute\"\n",
			`sshchat.toml:2: login.lockout wants a duration from "1s" to "24h", or 0, not "a minute"`, ""},
		{"a quoted duration without unit", "[login]\nlockout = \"60\"\n",
			`sshchat.toml:2: login.lockout wants a duration from "1s" to "24h", or 0, not "60"`, `as in "60s"`},
		{"a program without brackets", "[login]\nauth_command = \"/bin/check -q\"\n",
			`sshchat.toml:2: login.auth_command wants a list such as ["/usr/local/bin/check", "--quiet"], not the string "/bin/check -q"`, "brackets"},
		{"a program without its folder", "[login]\nauth_command = [\"check\"]\n",
			`sshchat.toml:2: login.auth_command wants a list such as ["/usr/local/bin/check", "--quiet"], not "check"`, "absolute path"},
		{"a misspelt word", "[login]\nsignup = \"closd\"\n",
			`sshchat.toml:2: login.signup wants "open", "invite" or "closed", not "closd"`, `did you mean "closed"?`},
		{"a level in capitals", "[log]\nlevel = \"WARN\"\n",
			`sshchat.toml:2: log.level wants "debug", "info", "warn" or "error", not "WARN"`, `did you mean "warn"?`},
		{"a network that is none", "[limits]\nexempt = [\"10.0.0.0/8\", \"10.0.0.0/33\"]\n",
			`sshchat.toml:2: limits.exempt wants networks such as "10.1.0.0/16", "2001:db8::/32" or "192.0.2.7", not "10.0.0.0/33"`, ""},
		{"bits behind the mask", "[limits]\nexempt = [\"10.1.2.3/8\"]\n",
			`sshchat.toml:2: limits.exempt wants networks such as "10.1.0.0/16", "2001:db8::/32" or "192.0.2.7", not "10.1.2.3/8"`, `did you mean "10.0.0.0/8"?`},
		{"an address with a zone", "[limits]\nexempt = [\"fe80::1%eth0\"]\n",
			`sshchat.toml:2: limits.exempt wants networks such as "10.1.0.0/16", "2001:db8::/32" or "192.0.2.7", not "fe80::1%eth0"`, ""},
		{"an empty network", "[limits]\nexempt = [\"10.0.0.0/8\", \"\"]\n",
			`sshchat.toml:2: limits.exempt wants networks such as "10.1.0.0/16", "2001:db8::/32" or "192.0.2.7", not ""`, ""},
		{"an empty folder", "[server]\ndata = \"\"\n",
			`sshchat.toml:2: server.data wants the path of a folder, not ""`, ""},
		{"a folder with a NUL", "[server]\ndata = \"a\\u0000b\"\n",
			`sshchat.toml:2: server.data wants the path of a folder, not "a\x00b"`, ""},
		{"a home folder", "[server]\ndata = \"~/chat\"\n",
			`sshchat.toml:2: server.data wants the path of a folder, not "~/chat"`, "write the home folder out"},

		// Zeros that would let nobody through.
		{"no burst", "[limits]\n\nmessage_burst = 0\n",
			`sshchat.toml:3: limits.message_burst cannot be 0 while message_rate is not`, "message_rate = 0 lifts"},
		{"no burst of broadcasts", "[limits]\nbroadcast_burst = 0\n",
			`sshchat.toml:2: limits.broadcast_burst cannot be 0 while broadcast_rate is not`, "broadcast_rate = 0 lifts"},
		{"no burst for an address", "[login]\naddress_burst = 0\n",
			`sshchat.toml:2: login.address_burst cannot be 0 while address_every is not`, "address_every = 0 lifts"},
		{"no window", "[login]\naddress_window = 0\n",
			`sshchat.toml:2: login.address_window cannot be 0 while address_failures is not`, "address_failures = 0 lifts"},

		// What is not TOML.
		{"a duration without quotes", "[login]\nlockout = 60s\n",
			`sshchat.toml:2: not TOML: expected a top-level item to end with a newline, comment, or EOF, but got 's' instead`, "quotes"},
		{"an address without quotes", "[server]\nlisten = :2222\n",
			`sshchat.toml:2: not TOML: expected value but found ':' instead`, "quotes"},
		{"a key twice", "[log]\nlevel = \"info\"\nlevel = \"warn\"\n",
			`sshchat.toml:3: not TOML: Key 'log.level' has already been defined.`, "quotes"},
		{"bytes that are not UTF-8", "[log]\nlevel = \"\xff\"\n",
			`sshchat.toml:2: not TOML: invalid UTF-8 byte: 0xff`, "quotes"},
		{"brackets without end", "[limits]\nexempt = " + strings.Repeat("[", 50_000),
			`sshchat.toml:2: not TOML: unexpected EOF; expected value`, "quotes"},
		{"a long word without quotes", "[log]\nlevel = " + strings.Repeat("J", 5000),
			`sshchat.toml:2: not TOML: expected value but found "` + strings.Repeat("J", 94) + `...`, "quotes"},
		{"a file that is far too large", strings.Repeat("#\n", 200_000),
			`sshchat.toml: larger than 256 KiB`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := refused(t, tc.file, nil, Flags{})
			if e.Error() != tc.want {
				t.Errorf("error: %s\n want: %s", e, tc.want)
			}
			if !strings.Contains(e.Hint, tc.hint) || tc.hint == "" && e.Hint != "" {
				t.Errorf("hint: %q, want %q", e.Hint, tc.hint)
			}
		})
	}
}

func TestVariableIsRefused(t *testing.T) {
	for _, tc := range []struct {
		name    string
		environ []string
		want    string
		hint    string
	}{
		{"a misspelt key", []string{"HOME=/root", "SSHCHAT_LIMITS_MESAGE_RATE=5"},
			"SSHCHAT_LIMITS_MESAGE_RATE: unknown variable (did you mean SSHCHAT_LIMITS_MESSAGE_RATE?)", ""},
		{"like no other", []string{"SSHCHAT_SERVER_FROBNICATE=1"},
			"SSHCHAT_SERVER_FROBNICATE: unknown variable", "SSHCHAT_SECTION_KEY"},
		{"unknown though empty", []string{"SSHCHAT_LOG_FROBNICATE="},
			"SSHCHAT_LOG_FROBNICATE: unknown variable", "SSHCHAT_SECTION_KEY"},
		{"nothing but the section", []string{"SSHCHAT_LOGIN_=1"},
			"SSHCHAT_LOGIN_: unknown variable", "SSHCHAT_SECTION_KEY"},
		{"escapes in its name", []string{"SSHCHAT_LIMITS_\x1b[31m=1"},
			"SSHCHAT_LIMITS_\uFFFD[31m: unknown variable", "SSHCHAT_SECTION_KEY"},
		{"no number", []string{"SSHCHAT_LIMITS_CHANNELS=four"},
			`SSHCHAT_LIMITS_CHANNELS: limits.channels wants a whole number from 0 to 1000, not "four"`, ""},
		{"a number past all", []string{"SSHCHAT_LIMITS_CHANNELS=99999999999999999999"},
			`SSHCHAT_LIMITS_CHANNELS: limits.channels wants a whole number from 0 to 1000, not "99999999999999999999"`, ""},
		{"no unit", []string{"SSHCHAT_LOGIN_LOCKOUT=60"},
			`SSHCHAT_LOGIN_LOCKOUT: login.lockout wants a duration from "1s" to "24h", or 0, not "60"`, `as in "60s"`},
		{"a comma too many", []string{"SSHCHAT_LIMITS_EXEMPT=10.0.0.0/8,,192.0.2.7"},
			`SSHCHAT_LIMITS_EXEMPT: limits.exempt wants networks such as "10.1.0.0/16", "2001:db8::/32" or "192.0.2.7", not ""`, ""},
		{"two names of the folder that differ", []string{"SSHCHAT_DATA=a", "SSHCHAT_SERVER_DATA=b"},
			`SSHCHAT_SERVER_DATA: "b", but SSHCHAT_DATA says "a"`, "unset one"},
		{"a burst of 0", []string{"SSHCHAT_LIMITS_MESSAGE_BURST=0"},
			"SSHCHAT_LIMITS_MESSAGE_BURST: limits.message_burst cannot be 0 while message_rate is not", "message_rate = 0"},
		{"systemd's folder", []string{"STATE_DIRECTORY=/var\x01"},
			`STATE_DIRECTORY: server.data wants the path of a folder, not "/var\x01"`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := refused(t, "", tc.environ, Flags{})
			if e.Error() != tc.want {
				t.Errorf("error: %s\n want: %s", e, tc.want)
			}
			if !strings.Contains(e.Hint, tc.hint) || tc.hint == "" && e.Hint != "" {
				t.Errorf("hint: %q, want %q", e.Hint, tc.hint)
			}
		})
	}
}

// What merely starts as our variables do keeps no server from its start: a cluster in which a service is
// called sshchat sets such. But it is told, as it may be a typo.
func TestVariablesOfOthersAreNamed(t *testing.T) {
	for _, tc := range []struct {
		name    string
		environ []string
		want    string
	}{
		{"none", []string{"HOME=/root", "SSHCHAT_DATA=data", "SSHCHAT_LOG_LEVEL=info", "STATE_DIRECTORY=/x"}, ""},
		{"a service link", []string{"SSHCHAT_SERVICE_HOST=10.0.0.1", "SSHCHAT_DATA=x", "SSHCHAT_PORT=tcp://10.0.0.1:2222"},
			"ignored: SSHCHAT_SERVICE_HOST, SSHCHAT_PORT"},
		{"a misspelt section", []string{"SSHCHAT_LIMIT_CHANNELS=5"},
			"ignored: SSHCHAT_LIMIT_CHANNELS (did you mean SSHCHAT_LIMITS_CHANNELS?)"},
		{"a misspelt key of no section", []string{"SSHCHAT_DATTA=x"}, "ignored: SSHCHAT_DATTA (did you mean SSHCHAT_DATA?)"},
		{"a section alone", []string{"SSHCHAT_SERVER=x", "SSHCHAT_=x"}, "ignored: SSHCHAT_SERVER, SSHCHAT_"},
		{"set to nothing", []string{"SSHCHAT_PORT="}, ""},
		{"escapes and length", []string{"SSHCHAT_\x1b" + strings.Repeat("X", 5000) + "=1"},
			"ignored: SSHCHAT_\uFFFD" + strings.Repeat("X", 2*mostShown-len("SSHCHAT_")-1) + "..."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if c, err := Load("", tc.environ, Flags{}); err != nil {
				t.Errorf("refused: %v; %+v", err, c)
			}
			if got := Ignored(tc.environ); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

func TestListenFlagIsRefused(t *testing.T) {
	for _, tc := range []struct{ listen, hint string }{
		{"2222", `did you mean ":2222"?`},
		{"localhost", `did you mean "localhost:2222"?`},
		{"::1", `did you mean "[::1]:2222"?`},
		{"[::1]", `did you mean "[::1]:2222"?`},
		{"::1:2222:", ""},
		{":ssh", ""},
		{":65536", ""},
		{":-1", ""},
		{":", ""},
		{"a b:1", ""},
		{"http://host:22", ""},
		{"\x1b:1", ""},
		{"", ""},
	} {
		e := refused(t, "", nil, Flags{Listen: &tc.listen})
		want := `--listen: server.listen wants HOST:PORT, such as ":2222" or "127.0.0.1:2222", not ` + quote(tc.listen)
		if e.Error() != want || e.Hint != tc.hint {
			t.Errorf("%q: error %s, hint %q\nwant        %s, hint %q", tc.listen, e, e.Hint, want, tc.hint)
		}
	}
}

func TestListenFlagIsTaken(t *testing.T) {
	for _, listen := range []string{":2222", ":0", "0.0.0.0:22", "[::]:2222", "[fe80::1%eth0]:2222", "chat.example.org:2222", "my_box:22"} {
		if c, err := Load("", nil, Flags{Listen: &listen}); err != nil || c.Server.Listen != listen {
			t.Errorf("%q: %q, %v", listen, c.Server.Listen, err)
		}
	}
}

// A mistake in the file is one even while the environment overrides it: it would wait there.
func TestOverriddenMistakeIsRefused(t *testing.T) {
	e := refused(t, "[limits]\nchannels = -4\n", []string{"SSHCHAT_LIMITS_CHANNELS=4"}, Flags{})
	if e.Where != "sshchat.toml:2" {
		t.Errorf("refused at %s, want sshchat.toml:2", e.Where)
	}
}

func TestFileThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	for _, tc := range []struct{ name, want string }{
		{dir + "/none.toml", dir + "/none.toml: cannot open the file: no such file or directory"},
		{"no\x1b[31m", "no\uFFFD[31m: cannot open the file: no such file or directory"},
		{dir, dir + ": cannot read the file: is a directory"},
	} {
		if _, err := Load(tc.name, nil, Flags{}); err == nil || err.Error() != tc.want {
			t.Errorf("Load(%q): %v, want %s", tc.name, err, tc.want)
		}
	}
}

func TestByteOrderMark(t *testing.T) {
	if c := load(t, "\xef\xbb\xbf[limits]\r\nchannels = 5\r\n"); c.Limits.Channels != 5 {
		t.Errorf("channels = %d, want 5", c.Limits.Channels)
	}
	if e := refused(t, "\xef\xbb\xbf[limits]\r\nchanels = 5\r\n", nil, Flags{}); e.Where != "sshchat.toml:2" {
		t.Errorf("refused at %s, want sshchat.toml:2", e.Where)
	}
}
