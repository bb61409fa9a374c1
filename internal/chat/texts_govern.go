package chat

import (
	"fmt"
	"time"

	"sshchat/internal/sanitize"
)

// What is said of what moderators, admins and operators do, to them and to those whom it concerns.

// refuseEnrol is refuseTaken and refuseLookAlike for whoever makes an account for somebody else.
func refuseEnrol(n Name, other Name) Refusal {
	if n.Key() == other.Key() {
		return Refusal{Reason: Taken, Text: fmt.Sprintf("%q is taken", n)}
	}
	return Refusal{Reason: Taken, Text: refuseLookAlike(n, other).Text}
}

func refuseKeyTaken(k Key) Refusal {
	return Refusal{Reason: Taken, Text: fmt.Sprintf("the key %s is another account's", k.Fingerprint)}
}

func refuseOffline(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("%s is not online", n), ""}
}

func refuseNoSession(id int64) Refusal {
	return Refusal{Invalid, fmt.Sprintf("no session %d", id), "sessions lists them"}
}

func refuseBannedAlready(who string) Refusal {
	return Refusal{Invalid, who + " is banned already", ""}
}

func refuseNoRole(role string) Refusal {
	return Refusal{Usage, fmt.Sprintf("no role %q", clip(role)), fmt.Sprintf("it is %s or %s", Moderator, Admin)}
}

func refuseRoleAlready(n Name, role string) Refusal {
	if role == "" {
		return Refusal{Invalid, fmt.Sprintf("%s is neither %s nor %s", n, Moderator, Admin), ""}
	}
	return Refusal{Invalid, fmt.Sprintf("%s is %s already", n, role), ""}
}

func refuseShutAlready(u User) Refusal {
	if !u.Closed && !u.Disabled.IsZero() {
		return refuseBannedAlready(string(u.Name))
	}
	return Refusal{Invalid, fmt.Sprintf("%s is disabled already", u.Name), ""}
}

func refuseNotClosed(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("%s is not disabled", n), ""}
}

func refuseNameAlready(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("that is what %s is called already", n), ""}
}

func refuseYoung(age, left time.Duration) Refusal {
	return Refusal{NotAllowed, fmt.Sprintf("not sent: accounts broadcast here once they are %s old; yours will be in %s",
		lasts(age), lasts(left)), "message WHO TEXT, or say it in a room"}
}

func refuseNotBanned(who string) Refusal {
	return Refusal{Invalid, who + " is not banned", ""}
}

func refuseAddressForm(typed string) Refusal {
	return Refusal{Usage, fmt.Sprintf("%q is no address", clip(typed)), "one is as 192.0.2.7 or 2001:db8::1, a network as 192.0.2.0/24"}
}

func (s *Service) refuseMuted(m *MutedError) Refusal {
	left := ""
	if !m.Until.IsZero() {
		left = ", " + lasts(m.Until.Sub(s.now())) + " left"
	}
	return Refusal{NotAllowed, because("not sent: you are muted by an administrator"+left, m.Reason), ""}
}

func refuseCloseMuted(until time.Time) Refusal {
	return Refusal{NotAllowed, "not done: you are muted by an administrator" + untilText(until) + ", and your account stays as long as that",
		"ask whoever runs this server if it has to go now"}
}

// mutedText is what somebody is told who may say nothing any more; length 0 is until somebody ends it.
func mutedText(length time.Duration, reason sanitize.Text) sanitize.Text {
	what := "an administrator has muted you: nothing that you say is sent"
	if length > 0 {
		what += " for " + lasts(length)
	}
	return sanitize.Line(because(what, reason))
}

var unmutedText = sanitize.Line("you are not muted any more")

func refuseNotMuted(n Name) Refusal {
	return Refusal{Invalid, fmt.Sprintf("%s is not muted", n), ""}
}

// roleText is what somebody is told who has another role than before, which is "" for none.
func roleText(was, is string) sanitize.Text {
	if is == "" {
		return sanitize.Line(fmt.Sprintf("you are not %s any more", ARole(was)))
	}
	return sanitize.Line(fmt.Sprintf("an administrator has made you %s — /admin help lists what you may do", ARole(is)))
}

// ARole is what somebody with a role is: a moderator, an admin.
func ARole(role string) string {
	if role == Admin {
		return "an admin"
	}
	return "a " + role
}

// ReportSeenTo is what somebody is told whose report of an account was closed. What the moderators have noted of it is
// for them.
func ReportSeenTo(about Name) sanitize.Text {
	return sanitize.Line(fmt.Sprintf("a moderator has looked at your report of %s", about))
}

// textReported is what moderators are told of a report.
func textReported(id int64, by, about Name, line *Entry, text sanitize.Text) string {
	what := string(about)
	if line != nil {
		what = fmt.Sprintf("#%d of %s", line.ID, about)
	}
	return fmt.Sprintf("report %d: %s reports %s: %s (admin reports shows it)", id, by, what, Clip(text))
}

// What somebody is told whose session is ended by somebody else; takenOver is by themselves.

func kicked(reason sanitize.Text) Refusal {
	return Refusal{Denied, because("you were logged out by an administrator", reason), ""}
}

// isBanned is the answer to whoever a ban keeps out, wasBanned to whoever was there when it began.

func isBanned(b Ban) Refusal {
	return Refusal{Banned, because(bannedThing(b.Kind)+" is banned"+untilText(b.Until), b.Reason), "ask whoever runs this server"}
}

func wasBanned(b Ban) Refusal {
	return Refusal{Banned, because(bannedThing(b.Kind)+" was banned by an administrator"+untilText(b.Until), b.Reason), ""}
}

func bannedThing(k BanKind) string {
	switch k {
	case BanAddress:
		return "your address"
	case BanKey:
		return "your key"
	case BanClient:
		return "your ssh client"
	}
	return "this account"
}

// untilText is nothing for what somebody has to end.
func untilText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " until " + t.Local().Format("2 Jan 2006 15:04 MST")
}

func closed(reason sanitize.Text) Refusal {
	return Refusal{Banned, because("this account was closed by an administrator", reason), ""}
}

func renamed(n Name) Refusal {
	return Refusal{LoggedOut, fmt.Sprintf("an administrator has renamed your account: you are %s now", n),
		fmt.Sprintf("connect again and: login %s", n)}
}

func because(what string, reason sanitize.Text) string {
	if reason.IsEmpty() {
		return what
	}
	return what + ": " + reason.String()
}

// detailMessages is in the audit table.
const detailMessages = "messages too"

// raidText is what everybody is told when a raid begins; length 0 is until somebody ends it.
func raidText(length time.Duration) sanitize.Text {
	until := ""
	if length > 0 {
		until = " for " + lasts(length)
	}
	return sanitize.Line(fmt.Sprintf("raid mode is on%s: no new accounts, and one line in %s a person in rooms and to all",
		until, seconds(raidPace.Every)))
}

var raidOverText = sanitize.Line("raid mode is over")

func refuseRaidPace(left time.Duration) Refusal {
	return Refusal{TooFast, fmt.Sprintf("not sent, slow down: in raid mode one line in %s goes to a room or to all, %s left",
		seconds(raidPace.Every), seconds(left)), ""}
}

func refuseBannerWord(word string) Refusal {
	return Refusal{Invalid, fmt.Sprintf("not done: there is %q in that, which programs wait for at the login", word), "say it without that word"}
}
