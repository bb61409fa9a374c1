package server

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"

	"sshchat/internal/shell"
	"sshchat/internal/sshd"
	"sshchat/internal/store"
)

// The exit codes of sysexits.h that Error.Exit takes; systemd shows them by name.
const (
	ExitData        = 65 // a damaged database
	ExitUnavailable = 69 // the port or the folder is in use
	ExitSoftware    = 70 // a fault of the program
	ExitCannotMake  = 73 // a file or folder cannot be made
	ExitNoPerm      = 77 // the system does not permit it
	ExitConfig      = 78 // something stands in the way that the operator set up
)

// Error is why a server cannot start, for the operator: what is wrong, and the way on.
type Error struct {
	Text string // one line, without a final stop
	Hint string // may be empty
	Exit int    // a code of sysexits.h
	Err  error  // the cause; may be nil
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Text
	}
	return fmt.Sprintf("%s: %v", e.Text, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

func cannotMake(path string, err error) *Error {
	return &Error{Exit: exitFor(err, ExitCannotMake), Err: cause(err),
		Text: fmt.Sprintf("cannot make the data folder %s", path),
		Hint: "make it yourself, or choose another with --data"}
}

func nothingThere(path string) *Error {
	return &Error{Exit: ExitCannotMake,
		Text: "no server runs on " + path,
		Hint: "start one with `sshchat serve`, or name the folder of another with --data"}
}

func notFolder(path string) *Error {
	return &Error{Exit: ExitCannotMake,
		Text: fmt.Sprintf("the data folder %s is a file", path),
		Hint: "choose a folder with --data"}
}

func openToOthers(path string, mode fs.FileMode) *Error {
	return &Error{Exit: ExitConfig,
		Text: fmt.Sprintf("others can write into the data folder %s (mode %04o)", path, mode),
		Hint: fmt.Sprintf("chmod go-w %s, or choose another with --data", shell.Quote(path))}
}

// ownedByOther refuses a folder, with words for what it is.
func ownedByOther(what, path string, uid int) *Error {
	return &Error{Exit: ExitConfig,
		Text: fmt.Sprintf("%s %s belongs to another user (uid %d)", what, path, uid),
		Hint: fmt.Sprintf("chown %d %s, or choose another data folder with --data", os.Geteuid(), shell.Quote(path))}
}

func lockIsLink(path string) *Error {
	return &Error{Exit: ExitConfig,
		Text: path + " is a symbolic link: to lock it would overwrite what it points to",
		Hint: "rm " + shell.Quote(path)}
}

func tooFewFiles(files, least int) *Error {
	return &Error{Exit: ExitConfig,
		Text: fmt.Sprintf("this process may open %d files, and needs at least %d", files, least),
		Hint: "raise it with ulimit -n or LimitNOFILE="}
}

func cannotWrite(dir string, err error) *Error {
	return &Error{Exit: exitFor(err, ExitCannotMake), Err: cause(err),
		Text: fmt.Sprintf("cannot write into the data folder %s", dir),
		Hint: "check its owner and mode, or choose another with --data"}
}

func alreadyServed(dir string, pid int) *Error {
	who := "another server"
	if pid > 0 {
		who = fmt.Sprintf("sshchat (pid %d)", pid)
	}
	return &Error{Exit: ExitUnavailable,
		Text: fmt.Sprintf("%s serves the data folder %s already", who, dir),
		Hint: "stop it first, or choose another folder with --data"}
}

// cannotListen says why there is no listening on an address, which flag chooses.
func cannotListen(address, flag string, err error) *Error {
	e := &Error{Exit: ExitUnavailable, Err: cause(err), Text: "cannot listen on " + address,
		Hint: "choose another address with " + flag}
	_, port, _ := net.SplitHostPort(address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		e.Text, e.Err = fmt.Sprintf("port %s is already in use", port), nil
		e.Hint = fmt.Sprintf("ss -ltnp 'sport = :%s' shows by whom; or choose another with %s", port, flag)
	case errors.Is(err, fs.ErrPermission):
		e.Exit, e.Err = ExitNoPerm, nil
		e.Text = fmt.Sprintf("this user may not listen on port %s", port)
		e.Hint = "AmbientCapabilities=CAP_NET_BIND_SERVICE in a drop-in of the systemd unit, or a .socket unit " +
			"with ListenStream=" + port + "; else setcap cap_net_bind_service=+ep on the program, " +
			"or a port above 1023 with " + flag
	}
	return e
}

// passedMany refuses what is not one socket; err says that nobody can tell how many there are.
func passedMany(n int, err error) *Error {
	e := &Error{Exit: ExitConfig, Err: err, Text: "cannot read LISTEN_FDS",
		Hint: "the .socket unit needs one ListenStream=, as [::]:PORT for IPv4 and IPv6"}
	if err == nil {
		e.Text = fmt.Sprintf("systemd has passed %d sockets, and a server listens on one", n)
	}
	return e
}

func passedOther(err error) *Error {
	return &Error{Exit: ExitConfig, Err: err, Text: "what systemd has passed is not a TCP socket that listens",
		Hint: "the .socket unit needs a ListenStream= with a port, and no Accept=yes"}
}

func cannotConsole(err error) *Error {
	return &Error{Exit: exitFor(err, ExitCannotMake), Err: cause(err), Text: "cannot open the console's socket"}
}

func badGroup(err error) *Error {
	return &Error{Exit: ExitConfig, Err: err, Text: "server.admin_group", Hint: "getent group lists them"}
}

func badHostKey(err error) error {
	var key *sshd.KeyError
	if !errors.As(err, &key) {
		return err
	}
	return &Error{Exit: exitFor(err, ExitConfig), Text: key.Error(), Hint: key.Hint}
}

// cannotStore words what the store says of its file, which it names.
func cannotStore(err error) error {
	var e *store.Error
	if !errors.As(err, &e) {
		return err
	}
	exit := map[store.Problem]int{
		store.Damaged: ExitData, store.Foreign: ExitData, store.Newer: ExitConfig,
		store.Exposed: ExitConfig, store.Denied: ExitNoPerm, store.Full: ExitCannotMake, store.InUse: ExitUnavailable,
	}[e.Problem]
	if exit == 0 {
		exit = ExitSoftware
	}
	return &Error{Exit: exit, Text: e.Text, Hint: e.Hint, Err: e.Err}
}

// exitFor is ExitNoPerm where the system does not permit it, else otherwise.
func exitFor(err error, otherwise int) int {
	if errors.Is(err, fs.ErrPermission) {
		return ExitNoPerm
	}
	return otherwise
}

// cause takes the path or the address out of an error: the text names it already.
func cause(err error) error {
	var (
		path *fs.PathError
		op   *net.OpError
		call *os.SyscallError
	)
	switch {
	case errors.As(err, &call):
		return call.Err
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &op):
		return op.Err
	}
	return err
}
