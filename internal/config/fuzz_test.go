package config

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzLoad gives an operator's file and environment any content. Either they are refused, with an
// error that is printable and says where, or every number in the settings is one to work with.
func FuzzLoad(f *testing.F) {
	f.Add("[server]\nlisten = \":22\" # ours\n[login]\nlockout = \"5m\"\nsignup = \"closed\"", "SSHCHAT_DATA=/srv\nSTATE_DIRECTORY=/a:/b")
	f.Add("[server]\nlisen = 1", "SSHCHAT_LIMITS_MESAGE_RATE=1")
	f.Add("limits.channels.x = [[1], [{}]]", "SSHCHAT_LIMITS_EXEMPT=10.0.0.0/8, ::1")
	f.Add("[limits]\nmessage_rate = -nan\nexempt = [\"::ffff:0:0/96\"]", "SSHCHAT_SERVER_LISTEN=[::1%x]:0")
	f.Add("[limits]\nbroadcast_rate = -0.0", "")
	f.Add("[[limits]]\n[limits.\"\x1b\"]", "SSHCHAT_=\nSSHCHAT_LOGIN_LOCKOUT=1e9h")
	f.Add("login = { strikes = 0x7fffffffffffffff, lockout = \"9999999h\" }", "=")
	f.Fuzz(func(t *testing.T, file, environ string) {
		c, err := loadText(file, strings.Split(environ, "\n"))
		if err != nil {
			checkError(t, err)
			return
		}
		checkNumbers(t, reflect.ValueOf(c))
		if c.Server.Data == "" || c.Server.Listen == "" || c.Login.MinPassword < 1 {
			t.Errorf("%+v", c)
		}
		for _, p := range c.Limits.Exempt {
			if p != p.Masked() || p.Addr().Is4In6() && p.Bits() >= 96 {
				t.Errorf("exempt: %v", p)
			}
		}
	})
}

// loadText is Load with the content of the file instead of its name.
func loadText(file string, environ []string) (Config, error) {
	inFile, err := parse("f.toml", file)
	if err != nil {
		return Config{}, err
	}
	inEnviron, err := fromEnviron(environ)
	if err != nil {
		return Config{}, err
	}
	c := Default()
	return c, c.apply(fromSystemd(environ), inFile, inEnviron)
}

func checkError(t *testing.T, err error) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("%T: %v", err, err)
	}
	if e.Where == "" || e.Text == "" || utf8.RuneCountInString(e.Text) > 1000 {
		t.Errorf("%+v", e)
	}
	for _, s := range []string{e.Where, e.Text, e.Hint} {
		if strings.ContainsFunc(s, unicode.IsControl) {
			t.Errorf("not printable: %q", s)
		}
	}
}

// checkNumbers looks at all numbers in v: none is below 0, none is endless or no number.
func checkNumbers(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.Type().Name() != "Level" { // slog's debug is -4
				checkNumbers(t, field)
			}
		}
	case reflect.Int, reflect.Int64:
		if v.Int() < 0 {
			t.Errorf("%v is below 0", v)
		}
	case reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) || math.Signbit(f) {
			t.Errorf("%v is no rate", f)
		}
	}
}
