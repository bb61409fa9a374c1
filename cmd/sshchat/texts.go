package main

import (
	"strconv"

	"sshchat/internal/server"
)

// What the manual says besides the tables that it is made of. Backquotes set in bold.

const manDescription = "`sshchat serve` runs a chat server that people enter with the `ssh` that they have. They make an account" + `
inside the session, and talk to one another, in rooms, and to everyone; what is said while they are away waits for
them. What they can type there, help tells them.

The server needs no settings, and keeps all it has in one folder. The other commands look after it.`

const manConsole = "What `sshchat admin` takes as its command, and what can be typed at its prompt."

const manSettings = "A file in TOML, which `sshchat serve --config FILE` reads. Every key may be left out, and is then what" + `
stands behind its name here. A key that is not known, or a value that cannot be meant, keeps the server from starting,
and is named with its line.

` + "Each key can be set in the environment too, as `SSHCHAT_SECTION_KEY`" + `, which overrides the file; a flag overrides both.
Durations are texts such as "90s", "5m" or "1h30m".

` + "`sshchat config` prints this page as a file to start from."

const manSettingsExample = `[server]
listen = ":22"

[limits]
exempt = ["192.0.2.0/24"]

[login]
signup = "closed"`

var manEnvironment = [][2]string{
	{"SSHCHAT_DATA", "The data folder."},
	{"SSHCHAT_SECTION_KEY", "A setting, such as `SSHCHAT_LIMITS_MESSAGE_RATE`; `sshchat.toml`(5) lists them."},
	{"STATE_DIRECTORY", "The data folder where nothing else names one: systemd sets it."},
}

var manFiles = [][2]string{
	{"sshchat.db, sshchat.db-wal, sshchat.db-shm", "In the data folder: the accounts and all that is said. The newest lines may be in `sshchat.db-wal` alone."},
	{"hostkeys/", "In the data folder: the keys by which clients know the server. With others in their place every ssh warns."},
	{"admin.sock", "In the data folder: where the console reaches the server that runs."},
	{"sshchat.lock", "In the data folder: what keeps a second server from it."},
	{"/etc/sshchat/sshchat.toml", "The settings, where the server was installed as a package. No command reads it unasked: the unit names it."},
}

func manExits() [][2]string {
	code := strconv.Itoa
	return [][2]string{
		{"0", "Done."},
		{"1", "Refused by the server, as is a kick of somebody who is not online."},
		{code(exitUsage), "The command line makes no sense."},
		{code(server.ExitData), "The database, or a backup of it, is damaged."},
		{"67", "There is no such account, room, line, report or invite."},
		{code(server.ExitUnavailable), "The port or the folder is in use; or no server runs, or none that is well."},
		{code(server.ExitSoftware), "A fault of the program."},
		{code(server.ExitCannotMake), "A file or folder cannot be made."},
		{code(exitIO), "The answer cannot be written."},
		{code(server.ExitNoPerm), "The system, or the server, does not permit it."},
		{code(server.ExitConfig), "A setting is wrong, or something that the operator set up is in the way."},
	}
}
