package chat

import (
	"context"
	"slices"
	"strings"
	"time"

	"sshchat/internal/sanitize"
)

// Settings are how an account likes things. An empty one is the default: the first of its values.
type Settings struct {
	Colour    string `json:"colour"`    // auto, 16, 256, off
	Zone      string `json:"tz"`        // of the IANA database, such as Europe/Paris; auto: the client's, else the server's
	Clock     string `json:"clock"`     // 24, 12
	Bell      string `json:"bell"`      // off, mention, direct, all
	Notify    string `json:"notify"`    // off, osc9, osc777
	Highlight string `json:"highlight"` // at most mostHighlights words, a space between them
	Presence  string `json:"presence"`  // rooms, all, off
	Linear    string `json:"linear"`    // off, on
	About     string `json:"about"`     // one line of at most maxAbout bytes

	DND time.Time `json:"dnd"` // nothing rings until then
}

// The values of settings that mean something to others than people.
const (
	Auto = "auto"

	ColourBasic = "16"
	ColourRich  = "256"
	Off         = "off"
	On          = "on"

	Clock12 = "12"

	BellMention = "mention" // in a room
	BellDirect  = "direct"  // that, and messages to oneself
	BellAll     = "all"     // whatever others say

	// How a terminal is told to show a notification.
	NotifyOSC9   = "osc9"
	NotifyOSC777 = "osc777"

	// Whose comings and goings are shown.
	PresenceRooms = "rooms" // those of people in one's rooms
	PresenceAll   = "all"

	none = "-" // typed to empty a setting that is text
)

// A Setting is one of the things that can be set.
type Setting struct {
	Name   string
	Values []string // the first is the default; others may be allowed as well
	About  string
	Text   bool // the value is text: the default, which is none, empties it
	of     func(*Settings) *string
	other  func(typed string) (value string, ok bool) // what is kept of a value that is not of Values; nil: there are no others
	form   string                                     // what those others are
}

// SettingTable lists what can be set.
var SettingTable = []Setting{
	{Name: "colour", Values: []string{Auto, ColourBasic, ColourRich, Off}, About: aboutColour,
		of: func(s *Settings) *string { return &s.Colour }},
	{Name: "tz", Values: []string{Auto}, About: aboutZone,
		of: func(s *Settings) *string { return &s.Zone }, other: zoneName, form: formZone},
	{Name: "clock", Values: []string{"24", Clock12}, About: aboutClock,
		of: func(s *Settings) *string { return &s.Clock }},
	{Name: "bell", Values: []string{Off, BellMention, BellDirect, BellAll}, About: aboutBell,
		of: func(s *Settings) *string { return &s.Bell }},
	{Name: "notify", Values: []string{Off, NotifyOSC9, NotifyOSC777}, About: aboutNotify,
		of: func(s *Settings) *string { return &s.Notify }},
	{Name: "highlight", Values: []string{none}, About: aboutHighlight, Text: true,
		of: func(s *Settings) *string { return &s.Highlight }, other: highlights, form: formHighlight},
	{Name: "presence", Values: []string{PresenceRooms, PresenceAll, Off}, About: aboutPresence,
		of: func(s *Settings) *string { return &s.Presence }},
	{Name: "linear", Values: []string{Off, On}, About: aboutLinear,
		of: func(s *Settings) *string { return &s.Linear }},
	{Name: "about", Values: []string{none}, About: aboutAbout, Text: true,
		of: func(s *Settings) *string { return &s.About }, other: aboutOneself, form: formAbout},
}

// Get is the value that s has for a setting of the table.
func (x Setting) Get(s Settings) string {
	if v := *x.of(&s); v != "" {
		return v
	}
	return x.Values[0]
}

// value is what is kept of what somebody has typed; false if that cannot be set.
func (x Setting) value(typed string) (value string, ok bool) {
	typed = strings.Trim(typed, " \n")
	switch i := slices.IndexFunc(x.Values, func(v string) bool { return strings.EqualFold(v, typed) }); {
	case i >= 0 && x.Text:
		return "", true
	case i >= 0:
		return x.Values[i], true
	case x.other == nil:
		return "", false
	}
	return x.other(typed)
}

// FindSetting finds a setting of the table by its name, in any case.
func FindSetting(name string) (Setting, error) {
	i := slices.IndexFunc(SettingTable, func(x Setting) bool { return strings.EqualFold(x.Name, name) })
	if i < 0 {
		return Setting{}, refuseNoSetting(name)
	}
	return SettingTable[i], nil
}

// With is s with one thing set as somebody has typed it.
func (s Settings) With(name, value string) (Settings, error) {
	x, err := FindSetting(name)
	if err != nil {
		return s, err
	}
	v, ok := x.value(value)
	if !ok {
		return s, refuseSetting(x, value)
	}
	*x.of(&s) = v
	return s, nil
}

// Checked is s without what With would not have let in: what is stored may come from another program.
func (s Settings) Checked() Settings {
	for _, x := range SettingTable {
		v := x.of(&s)
		checked, ok := x.value(*v)
		if !ok {
			checked = "" // as it was, if it was the default
		}
		*v = checked
	}
	return s
}

// zoneName is a name that is one of a time zone that is known here.
func zoneName(typed string) (string, bool) { return typed, ZoneOf(typed) != nil }

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

// maxAbout is the longest that somebody says of themselves, in bytes.
const maxAbout = 200

func aboutOneself(typed string) (string, bool) { return oneLine(typed, maxAbout) }

// oneLine is a text that somebody has typed if it is one line of at most most bytes that says something.
func oneLine(typed string, most int) (string, bool) {
	if len(typed) > 4*most { // which cleaning would not make short enough
		return "", false
	}
	text := strings.Trim(sanitize.Message(typed).String(), " ")
	return text, text != "" && len(text) <= most && !strings.Contains(text, "\n")
}

// The bounds of what one has marked: how many words, and bytes of them all.
const (
	mostHighlights = 10
	maxHighlight   = 200
)

// highlights are words with commas or spaces between them. Each is made of what Words makes one of: it may be
// several, as in on-call, which then have to stand in a row.
func highlights(typed string) (string, bool) {
	line, ok := oneLine(strings.ReplaceAll(typed, ",", " "), maxHighlight)
	items := strings.Fields(line)
	if !ok || len(items) > mostHighlights || slices.ContainsFunc(items, func(item string) bool { return len(Words(item)) == 0 }) {
		return "", false
	}
	return strings.Join(items, " "), true
}

// Highlights are the words of s.Highlight for Mentions.
func (s Settings) Highlights() (all []string) {
	for _, item := range strings.Fields(s.Highlight) {
		all = append(all, inRow(Words(item)))
	}
	return all
}

// SaveSettings keeps how me likes things. Who is muted has nothing new to say of themselves.
func (s *Service) SaveSettings(ctx context.Context, me Actor, x Settings) error {
	if x.About != "" {
		u, err := s.self(ctx, me)
		if err == nil && x.About != u.About.String() {
			err = s.mayBeHeard(u)
		}
		if err != nil {
			return err
		}
	}
	return s.store.SaveSettings(ctx, me.ID, x)
}
