//go:build unix

package attack

import "time"

// anySignups is for attackers who need accounts; else it would take them hours.
const anySignups = "SSHCHAT_LIMITS_SIGNUPS_PER_ADDRESS=0"

// attacks are in the order in which the table has them.
var attacks = []*attack{
	{name: "silent connections", small: scale{300, time.Second}, full: scale{1000, 8 * time.Second}, run: silent},
	{name: "silent, one address", small: scale{60, time.Second / 2}, full: scale{1000, 5 * time.Second}, run: silentFromOne},
	{name: "newcomers, silent flood", full: scale{50, 40 * time.Second}, run: newcomers},
	{name: "the same by random drop", full: scale{50, 40 * time.Second}, run: newcomersByChance,
		env: []string{"SSHCHAT_LIMITS_STARTUPS=0", "SSHCHAT_LIMITS_STARTUPS_PER_ADDRESS=0"}},
	{name: "handshakes", small: scale{4, time.Second / 2}, full: scale{16, 8 * time.Second}, run: handshakes},
	{name: "bytes before login", small: scale{60, 0}, full: scale{600, 2 * time.Second}, run: halfPackets},
	{name: "malformed packets", small: scale{4, time.Second}, full: scale{8, 20 * time.Second}, run: malformed},
	{name: "wrong passwords", small: scale{10, time.Second}, full: scale{150, 15 * time.Second}, run: wrongPasswords},
	{name: "right passwords", small: scale{4, time.Second}, full: scale{90, 15 * time.Second}, run: rightPasswords,
		env: []string{anySignups}},
	{name: "guessing", small: scale{2, 0}, full: scale{50, 0}, run: guessing},
	{name: "signups", small: scale{22, 0}, full: scale{200, 0}, run: signUps},
	{name: "logins and logouts", small: scale{2, time.Second / 2}, full: scale{8, 10 * time.Second}, run: churn,
		env: []string{anySignups}},
	{name: "messages", small: scale{5, time.Second / 2}, full: scale{100, 10 * time.Second}, run: messageFlood,
		env: []string{anySignups}},
	{name: "stalled readers", small: scale{10, 0}, full: scale{300, 0}, run: stalledReaders,
		env: []string{anySignups, "SSHCHAT_LIMITS_BROADCAST_RATE=0"}},
	{name: "answers never read", small: scale{5, time.Second / 2}, full: scale{100, 10 * time.Second}, run: neverRead},
	{name: "one-byte packets", small: scale{4, time.Second / 2}, full: scale{50, 10 * time.Second}, run: oneByte},
	{name: "giant lines", small: scale{4, 0}, full: scale{100, 0}, run: giantLines},
	{name: "deep paste", small: scale{4, time.Second / 2}, full: scale{50, 10 * time.Second}, run: deepPaste},
	{name: "window changes", small: scale{4, time.Second / 2}, full: scale{50, 10 * time.Second}, run: windowChanges},
	{name: "environment", small: scale{4, time.Second / 2}, full: scale{50, 10 * time.Second}, run: environment},
	{name: "channels", small: scale{2000, 0}, full: scale{20_000, 0}, run: channelFlood},
	{name: "key exchanges", small: scale{4, 0}, full: scale{100, 0}, run: keyExchanges},
	{name: "terminal escapes", small: scale{1, 0}, full: scale{20, 0}, run: escapes},
	{name: "names like others", small: scale{1, 0}, full: scale{5, 0}, run: lookAlikes,
		env: []string{anySignups}},
}
