package admin

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sshchat/internal/sanitize"
	"sshchat/internal/store"
)

// Host is what the server does for its operator beside the chat. It is an interface only because package server, whose
// Server is the real one, imports this one.
type Host interface {
	// Drain announces that the server stops after in, and returns when that will be.
	Drain(in time.Duration, why sanitize.Text) time.Time
	// CancelDrain reports whether there was a drain, which is over.
	CancelDrain() bool
	// Reload reads the configuration again. A chat.Refusal says what is wrong with it.
	Reload() (Reloaded, error)
	// Retention is how long what people say is kept; 0: for good. Expire deletes now what is older than keep.
	Retention() time.Duration
	Expire(ctx context.Context, keep time.Duration) (store.Expiry, error)
	LogLevel() slog.Level
	SetLogLevel(slog.Level)
}

// longWait is how long the verbs may take that read or write all there is.
const longWait = time.Hour

// note writes the audit row of an act that changes nothing else in the database.
func (r *request) note(ctx context.Context, target, detail string) error {
	a := r.audit(sanitize.Line(detail))
	a.Target = sanitize.Line(target).String()
	return r.Store.Audit(ctx, a)
}

// path is the file that is named. A client may send what it likes, and what is relative to this process means nothing to
// whoever has typed it.
func (r *request) path() (string, error) {
	p := r.Params["file"]
	if !filepath.IsAbs(p) {
		return "", refusePath
	}
	return filepath.Clean(p), nil
}

func serveBackup(ctx context.Context, r *request) (BackedUp, error) {
	path, err := r.path()
	if err != nil {
		return BackedUp{}, err
	}
	f, err := r.Store.Backup(ctx, path, r.Params[yesArg.name] == yes)
	if errors.Is(err, fs.ErrExist) {
		return BackedUp{}, r.confirmed(wouldReplace(path))
	}
	if err != nil {
		return BackedUp{}, refuseStore(err)
	}
	if err := r.note(ctx, path, ""); err != nil {
		return BackedUp{}, err
	}
	b := BackedUp{File: path, Content: contentOf(f)}
	if info, err := os.Stat(path); err == nil {
		b.Bytes = info.Size()
	}
	return b, nil
}

func contentOf(f store.Facts) Content {
	return Content{Accounts: f.Users, Lines: f.Lines, Newest: f.Newest}
}

// serveRestore is only done where no server runs: there is no Chat then.
func serveRestore(ctx context.Context, r *request) (Restored, error) {
	if r.Chat != nil {
		return Restored{}, refuseRunning
	}
	path, err := r.path()
	if err != nil {
		return Restored{}, err
	}
	now := time.Now()
	x, err := store.Survey(ctx, path, r.Database, now)
	if err != nil {
		return Restored{}, refuseStore(err)
	}
	if err := r.confirmed(wouldRestore(x)); err != nil {
		return Restored{}, err
	}
	a := r.audit(sanitize.Text{})
	a.Target = sanitize.Line(path).String()
	if err := x.Do(ctx, a, now); err != nil {
		return Restored{}, refuseStore(err)
	}
	done := Restored{File: path, Content: contentOf(x.Backup)}
	if x.IsThere {
		done.Aside = x.Aside
	}
	return done, nil
}

func serveCheck(ctx context.Context, r *request) (Checked, error) {
	found, err := store.Check(ctx, r.Database)
	switch {
	case err != nil:
		return Checked{}, refuseStore(err)
	case len(found.Found) > 0:
		return Checked{}, refuseDamage(found.Found)
	}
	return Checked{Content: contentOf(found.Facts)}, nil
}

// serveDrain begins, changes or cancels a drain.
func serveDrain(ctx context.Context, r *request) (Drained, error) {
	if r.Params["cancel"] == yes {
		if !r.Host.CancelDrain() {
			return Drained{}, refuseNoDrain
		}
		return Drained{}, r.note(ctx, "", "cancelled")
	}
	in, err := drainTime(r.Params["in"])
	if err != nil {
		return Drained{}, err
	}
	if len(r.Params["text"]) > maxReason {
		return Drained{}, refuseReason
	}
	why := sanitize.Line(r.Params["text"])
	// Audited before: a stop that comes at once would leave no time for it.
	if err := r.note(ctx, "", drainDetail(in, why)); err != nil {
		return Drained{}, err
	}
	return Drained{StopsAt: r.Host.Drain(in, why)}, nil
}

// drainDetail is what the audit table has of a drain: how soon, and why.
func drainDetail(in time.Duration, why sanitize.Text) string {
	if why.IsEmpty() {
		return "in " + elapsed(in)
	}
	return "in " + elapsed(in) + ": " + why.String()
}

// The time from the announcement to the stop.
const (
	usualDrain = 5 * time.Minute
	mostDrain  = 24 * time.Hour
)

func drainTime(typed string) (time.Duration, error) {
	if typed == "" {
		return usualDrain, nil
	}
	in, err := time.ParseDuration(typed)
	if err != nil || in < 0 || in > mostDrain {
		return 0, refuseDrainTime
	}
	return in, nil
}

func serveReload(ctx context.Context, r *request) (Reloaded, error) {
	done, err := r.Host.Reload()
	if err != nil {
		return Reloaded{}, err
	}
	return done, r.note(ctx, "", strings.Join(slices.Concat(done.Now, done.AtRestart), " "))
}

// serveRetention shows the setting and the last run.
func serveRetention(ctx context.Context, r *request) (Retention, error) {
	last, err := r.Store.LastExpiry(ctx)
	return retentionOf(r.Host.Retention(), last), err
}

func retentionOf(keep time.Duration, last store.Expiry) Retention {
	return Retention{Days: int(keep / (24 * time.Hour)), LastAt: last.At, Before: last.Before, Lines: last.Lines}
}

func serveExpire(ctx context.Context, r *request) (Retention, error) {
	keep := r.Host.Retention()
	if keep == 0 {
		return Retention{}, refuseNoRetention
	}
	done, err := r.Host.Expire(ctx, keep)
	if err != nil {
		return Retention{}, refuseStore(err)
	}
	return retentionOf(keep, done), r.note(ctx, "", count(done.Lines, "line"))
}

func serveVacuum(ctx context.Context, r *request) (Vacuumed, error) {
	before := r.size()
	if err := r.Store.Vacuum(ctx); err != nil {
		return Vacuumed{}, refuseStore(err)
	}
	return Vacuumed{Before: before, After: r.size()}, r.note(ctx, "", "")
}

// size is how many bytes the database takes, its write-ahead log included.
func (r *request) size() (bytes int64) {
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(r.Database + suffix); err == nil {
			bytes += info.Size()
		}
	}
	return bytes
}

// levels are those that can be logged by, as the configuration spells them.
var levels = []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError}

func levelWords() (list []string) {
	for _, l := range levels {
		list = append(list, levelWord(l))
	}
	return list
}

func serveLogLevel(ctx context.Context, r *request) (LogLevel, error) {
	typed := strings.ToLower(r.Params["level"])
	if typed == "" {
		return LogLevel{levelWord(r.Host.LogLevel())}, nil
	}
	i := slices.IndexFunc(levels, func(l slog.Level) bool { return levelWord(l) == typed })
	if i < 0 {
		return LogLevel{}, refuseLevel(typed)
	}
	r.Host.SetLogLevel(levels[i])
	return LogLevel{typed}, r.note(ctx, typed, "")
}

func levelWord(l slog.Level) string { return strings.ToLower(l.String()) }

// refuseStore words what a database or a file is refused for. What is the fault of neither stays a fault.
func refuseStore(err error) error {
	e, ok := errors.AsType[*store.Error](err)
	if !ok {
		return err
	}
	p := &problem{"invalid", strings.TrimPrefix(e.Error(), "store: "), e.Hint}
	if e.Problem == store.Damaged || e.Problem == store.Foreign {
		p.Reason = reasonDamaged
	}
	return p
}
