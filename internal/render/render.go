// Package render turns values of the domain into text for one viewer: the width of their terminal,
// its colours, their time zone, and who they are. It writes nowhere.
//
// What it returns is whole lines, each ended by "\n"; turning that into what the wire needs is the
// business of whoever sends it. The forms and words, on which programs rely, stand in texts.go.
//
// No person can make a line that looks like another's or the server's:
//
//   - What an account said begins in column 0 with a time and a name, and a name is made of
//     letters, digits, _ and - only (see name). Where one looks back, the line's number stands before them.
//   - What happens to a room begins, as all that the server says, with the rule, then a time and the room's
//     name, which is made as those of accounts are, behind a #.
//   - What the server says on its own begins in column 0 with the rule "──", or "--" for whoever wants no lines drawn.
//   - Whatever follows a line break, be it the author's or ours, is indented, in every width. In
//     plain mode an author's line break is shown as " ⏎ ".
//   - No row is wider on the screen than we think, so that no terminal has to break it, which
//     would put the rest into column 0 (see columns, and the one exception there).
//   - No escape sequence has anything of an author's but a URL of printable ASCII (see url.go), and all
//     end in the row in which they begin. Without colours there are none.
package render

import (
	"time"

	"sshchat/internal/chat"
)

// Viewer is whom something is rendered for. The zero value is a stranger with 80 columns, no
// colours and the server's time zone.
type Viewer struct {
	Width  int            // columns, kept within 5 and 1,000; 0 is 80
	Plain  bool           // no terminal: no escape byte, nothing is wrapped, an entry is one line
	Colour Colour         // Off if Plain
	Zone   *time.Location // nil: time.Local
	Half   bool           // the day has twice 12 hours: 02:02pm
	Me     chat.UserID    // called "you"; zero: nobody is
	Name   chat.Name      // of Me: lines in rooms that mention it are marked
	Marked []string       // as are those with one of these words, which are as chat.Settings.Highlights gives them
	Room   chat.RoomID    // what is said in it is shown without its name; zero: none
	Linear bool           // no lines are drawn: a screen reader would read them out
}

const (
	defaultWidth, minWidth, maxWidth = 80, 5, 1000

	// narrow is the width below which heads are short, and an indent under the text would leave too
	// little room for it.
	narrow = 50
	// least is the indent that is always there.
	least = 2
)

func (v Viewer) width() int {
	if v.Width == 0 {
		return defaultWidth
	}
	return min(max(v.Width, minWidth), maxWidth)
}

func (v Viewer) colour() Colour {
	if v.Plain {
		return Off
	}
	return v.Colour
}

func (v Viewer) zone() *time.Location {
	if v.Zone == nil {
		return time.Local
	}
	return v.Zone
}

func (v Viewer) isNarrow() bool { return v.Width < narrow && v.Width != 0 && !v.Plain }

// ruleOpen and ruleClose are around what the server says on its own.

func (v Viewer) ruleOpen() string {
	if v.Linear {
		return linearOpen
	}
	return ruleOpen
}

func (v Viewer) ruleClose() string {
	if v.Linear {
		return linearClose
	}
	return ruleClose
}

// layout begins something whose further rows are indented by indent columns, if that leaves them
// room.
func (v Viewer) layout(indent int) layout {
	if v.Plain {
		return layout{room: unlimited, indent: least}
	}
	w := v.width()
	if w < narrow || indent > w/2 {
		indent = least
	}
	return layout{room: w - 1, indent: indent, colour: v.Colour}
}
