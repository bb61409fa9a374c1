package server

import (
	"errors"
	"log/slog"

	"sshchat/internal/admin"
	"sshchat/internal/chat"
	"sshchat/internal/config"
)

// Reload reads the configuration again and has it hold for all that is done from now on: it is taken whole, or, if anything
// in it is wrong, not at all. A key that is read at the start only stays as it is until then. The error is a
// chat.Refusal that says what is wrong, and where.
func (s *Server) Reload() (admin.Reloaded, error) {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	done, err := s.reload()
	s.reloaded.note(s.options.Now(), err == nil)
	if err != nil {
		s.log.Error("the configuration stays as it was", "event", "config_refused", "err", err)
		return admin.Reloaded{}, err
	}
	s.log.Info("configuration read", "event", "config_reloaded", "now", done.Now, "at_restart", done.AtRestart)
	return done, nil
}

func (s *Server) reload() (admin.Reloaded, error) {
	if s.options.Load == nil {
		return admin.Reloaded{}, refuseNoReload
	}
	next, err := s.options.Load()
	if err != nil {
		return admin.Reloaded{}, refuseConfig(err)
	}
	running, now, later := next.Over(s.config)
	o := s.options
	o.Config = running
	settings := edge(o)
	note, err := fit(&settings, fileLimit())
	if err != nil {
		return admin.Reloaded{}, refuseConfig(err)
	}
	s.chat.SetRules(rules(running))
	s.sshd.Change(settings)
	if running.Log.Level != s.config.Log.Level {
		s.options.Level.Set(running.Log.Level)
	}
	s.config = running
	return admin.Reloaded{Now: append([]string{}, now...), AtRestart: append([]string{}, later...), Note: note}, nil
}

// refuseConfig puts what is wrong with a configuration into the console's form.
func refuseConfig(err error) error {
	r := chat.Refusal{Reason: chat.Invalid, Text: err.Error()}
	if e, ok := errors.AsType[*config.Error](err); ok {
		r.Hint = e.Hint
	}
	if e, ok := errors.AsType[*Error](err); ok {
		r.Hint = e.Hint
	}
	return r
}

// LogLevel is the least that is logged.
func (s *Server) LogLevel() slog.Level { return s.options.Level.Level() }

// SetLogLevel has other records logged, until the configuration has another level or the server is started again.
func (s *Server) SetLogLevel(l slog.Level) { s.options.Level.Set(l) }
