package chat

import (
	"context"
	"strings"
	"time"
)

// Settings are how an account likes things. An empty one is the default: the first of its values.
type Settings struct {
	Colour string `json:"colour"` // auto, 16, 256, off
	Zone   string `json:"tz"`     // of the IANA database, such as Europe/Paris; auto: the client's, else the server's
	Clock  string `json:"clock"`  // 24, 12
	Bell   string `json:"bell"`   // off, mention, direct, all
}

// The values of settings that mean something to others than people.
const (
	Auto = "auto"

	ColourBasic = "16"
	ColourRich  = "256"
	Off         = "off"

	Clock12 = "12"

	BellMention = "mention" // in a room
	BellDirect  = "direct"  // that, and messages to oneself
	BellAll     = "all"     // whatever others say
)

// A Setting is one of the things that can be set.
type Setting struct {
	Name   string
	Values []string // the first is the default; others may be allowed as well
	About  string
	of     func(*Settings) *string
	other  func(value string) bool // whether a value that is not of Values is allowed
}

// SettingTable lists what can be set.
var SettingTable = []Setting{
	{"colour", []string{Auto, ColourBasic, ColourRich, Off}, aboutColour, func(s *Settings) *string { return &s.Colour }, nil},
	{"tz", []string{Auto}, aboutZone, func(s *Settings) *string { return &s.Zone }, isZone},
	{"clock", []string{"24", Clock12}, aboutClock, func(s *Settings) *string { return &s.Clock }, nil},
	{"bell", []string{Off, BellMention, BellDirect, BellAll}, aboutBell, func(s *Settings) *string { return &s.Bell }, nil},
}

// Get is the value that s has for a setting of the table.
func (x Setting) Get(s Settings) string {
	if v := *x.of(&s); v != "" {
		return v
	}
	return x.Values[0]
}

// With is s with one thing set as somebody has typed it.
func (s Settings) With(name, value string) (Settings, error) {
	for _, x := range SettingTable {
		if !strings.EqualFold(x.Name, name) {
			continue
		}
		for _, v := range x.Values {
			if strings.EqualFold(v, value) {
				*x.of(&s) = v
				return s, nil
			}
		}
		if x.other != nil && x.other(value) {
			*x.of(&s) = value
			return s, nil
		}
		return s, refuseSetting(x, value)
	}
	return s, refuseNoSetting(name)
}

// isZone reports whether a name is one of a time zone that is known here.
func isZone(name string) bool { return ZoneOf(name) != nil }

// longestZone is longer than any name in the database of zones.
const longestZone = 64

// ZoneOf finds a time zone by its IANA name, which may come from anywhere; nil if there is none.
func ZoneOf(name string) *time.Location {
	if name == "" || name == "Local" || len(name) > longestZone {
		return nil
	}
	zone, err := time.LoadLocation(name) // which refuses what leads out of the database
	if err != nil {
		return nil
	}
	return zone
}

// SaveSettings keeps how me likes things.
func (s *Service) SaveSettings(ctx context.Context, me Actor, x Settings) error {
	return s.store.SaveSettings(ctx, me.ID, x)
}
