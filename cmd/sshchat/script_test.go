package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
	_ "modernc.org/sqlite" // for the command sql

	"sshchat/internal/admin"
	"sshchat/internal/servertest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sshchat": main})
}

// The scripts know, besides testscript's own commands:
//
//	serve [ARG ...]      run `sshchat serve` on a free loopback port until terminate; sets ADDR, PORT and PID
//	terminate            send it SIGTERM; it must exit with 0. What it logged is in $WORK/log
//	ends                 wait until it exits by itself, with 0
//	hangup               send it SIGHUP
//	logs TEXT            wait until it has logged TEXT, behind what the last logs waited for
//	person NAME          sign up over SSH
//	refused NAME TEXT    come over SSH, be told TEXT and no more
//	visits NAME          connect without an account
//	learns VAR           set VAR to the last word of what the last command printed
//	types NAME LINE ...  type lines
//	sees NAME TEXT ...   wait until NAME's session has shown each TEXT, in this order, since the last sees
//	! sees NAME TEXT     NAME's session has shown nothing of TEXT, after all that was typed before
//	leaves NAME          log out
//	returns NAME         log in again
//	exits CODE CMD ...   run a command that must exit with CODE
//	sql FILE STATEMENT   change a database
//	damage FILE          overwrite its second half
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			s := &scene{people: map[string]*servertest.Person{}}
			s.tb, _ = e.T().(testing.TB)
			e.Values[sceneKey{}] = s
			e.Defer(s.end)
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Getuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": cmdServe, "terminate": cmdTerminate, "person": cmdPerson, "visits": cmdVisits, "learns": cmdLearns, "sees": cmdSees,
			"types": cmdTypes, "leaves": cmdLeaves, "returns": cmdReturns,
			"ends": cmdEnds, "hangup": cmdHangup, "logs": cmdLogs, "refused": cmdRefused,
			"exits": cmdExits, "sql": cmdSQL, "damage": cmdDamage,
		},
	})
}

// The day at the console is one of every command.
func TestTheDayAtTheConsoleHasEveryCommand(t *testing.T) {
	elsewhere := []string{"events on", "events off", "pprof"} // for a terminal, and for a file
	story, err := txtar.ParseFile("testdata/script/console.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var typed strings.Builder
	for _, f := range story.Files {
		if f.Name == "day" || f.Name == "night" {
			typed.WriteString("\n" + string(f.Data))
		}
	}
	for _, c := range admin.Commands() {
		name := regexp.QuoteMeta(c.Name())
		if !slices.Contains(elsewhere, c.Name()) && !regexp.MustCompile(`\n`+name+`\b`).MatchString(typed.String()) {
			t.Errorf("nobody types %s", c.Name())
		}
	}
}

type sceneKey struct{}

// scene is what a script has running.
type scene struct {
	tb      testing.TB
	clients *servertest.Server // what is at addr
	server  *exec.Cmd
	log     servertest.LogBuffer
	logging sync.WaitGroup
	read    int           // up to where logs has read it
	logged  chan struct{} // holds one when there is more of log; closed at its end
	people  map[string]*servertest.Person
}

func sceneOf(ts *testscript.TestScript) *scene { return ts.Value(sceneKey{}).(*scene) }

// end leaves no server behind a script that failed.
func (s *scene) end() {
	if s.server != nil {
		s.server.Process.Kill()
		s.logging.Wait()
		s.server.Wait()
	}
}

var startedRecord = regexp.MustCompile(`server_started.* ?"?listen"?[=:]"?([0-9.:]+)`)

func cmdServe(ts *testscript.TestScript, _ bool, args []string) {
	s := sceneOf(ts)
	s.server = exec.Command(inPath(ts, "sshchat"), append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	s.server.Dir = ts.MkAbs(".")
	s.server.Env = []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.Getenv("HOME"), "TMPDIR=" + ts.Getenv("TMPDIR"), "USER=ann"}
	stderr, err := s.server.StderrPipe()
	ts.Check(err)
	ts.Check(s.server.Start())
	s.log = servertest.LogBuffer{}
	s.logged, s.read = make(chan struct{}, 1), 0
	started := make(chan string, 1)
	s.logging.Go(func() {
		defer close(started)
		defer close(s.logged)
		for lines := bufio.NewReader(stderr); ; {
			line, err := lines.ReadString('\n')
			io.WriteString(&s.log, line)
			select {
			case s.logged <- struct{}{}:
			default:
			}
			if m := startedRecord.FindStringSubmatch(line); m != nil {
				started <- m[1]
			}
			if err != nil {
				return
			}
		}
	})
	addr, ok := <-started
	if !ok {
		s.server.Wait()
		ts.Fatalf("it does not serve:\n%s", s.log.String())
	}
	s.clients = &servertest.Server{TB: s.tb, Addr: addr}
	_, port, err := net.SplitHostPort(addr)
	ts.Check(err)
	ts.Setenv("ADDR", addr)
	ts.Setenv("PORT", port)
	ts.Setenv("PID", strconv.Itoa(s.server.Process.Pid))
}

// inPath finds a program where the script finds it.
func inPath(ts *testscript.TestScript, name string) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	ts.Fatalf("no %s in PATH", name)
	return ""
}

func cmdTerminate(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(sceneOf(ts).server.Process.Signal(syscall.SIGTERM))
	cmdEnds(ts, false, nil)
}

func cmdEnds(ts *testscript.TestScript, _ bool, _ []string) {
	s := sceneOf(ts)
	s.logging.Wait()
	err := s.server.Wait()
	s.server = nil
	ts.Check(os.WriteFile(ts.MkAbs("log"), []byte(s.log.String()), 0o600))
	if err != nil {
		ts.Fatalf("the server ended with %v:\n%s", err, s.log.String())
	}
}

func cmdHangup(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(sceneOf(ts).server.Process.Signal(syscall.SIGHUP))
}

func cmdLogs(ts *testscript.TestScript, _ bool, args []string) {
	s := sceneOf(ts)
	for goesOn := true; ; _, goesOn = <-s.logged {
		if at := strings.Index(s.log.String()[s.read:], args[0]); at >= 0 {
			s.read += at + len(args[0])
			return
		}
		if !goesOn {
			ts.Fatalf("it never logged %q", args[0])
		}
	}
}

func cmdRefused(ts *testscript.TestScript, _ bool, args []string) {
	p := sceneOf(ts).clients.Visit(args[0])
	p.Sees(args[1])
	p.Gone()
}

func cmdPerson(ts *testscript.TestScript, _ bool, args []string) {
	s := sceneOf(ts)
	s.people[args[0]] = s.clients.SignUp(args[0])
}

func cmdVisits(ts *testscript.TestScript, _ bool, args []string) {
	s := sceneOf(ts)
	s.people[args[0]] = s.clients.Visit(args[0])
}

func cmdLearns(ts *testscript.TestScript, _ bool, args []string) {
	words := strings.Fields(ts.ReadFile("stdout"))
	if len(words) == 0 {
		ts.Fatalf("nothing was printed")
	}
	ts.Setenv(args[0], words[len(words)-1])
}

func cmdTypes(ts *testscript.TestScript, _ bool, args []string) {
	sceneOf(ts).people[args[0]].Types(args[1:]...)
}

func cmdSees(ts *testscript.TestScript, not bool, args []string) {
	p := sceneOf(ts).people[args[0]]
	if !not {
		p.Sees(args[1:]...)
		return
	}
	for _, text := range args[1:] {
		p.SawNothingOf(text)
	}
}

func cmdLeaves(ts *testscript.TestScript, _ bool, args []string) {
	sceneOf(ts).people[args[0]].Leaves()
}

func cmdReturns(ts *testscript.TestScript, _ bool, args []string) {
	s := sceneOf(ts)
	s.people[args[0]] = s.clients.Login(args[0])
}

func cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		got = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func cmdSQL(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[1])
	ts.Check(err)
}

func cmdDamage(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_RDWR, 0)
	ts.Check(err)
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	ts.Check(err)
	_, err = f.WriteAt(bytes.Repeat([]byte("damage! "), int(size/16)), size/2)
	ts.Check(err)
}
