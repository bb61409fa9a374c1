package server

import (
	"fmt"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

var refuseNoReload = chat.Refusal{Reason: chat.Invalid, Text: "this server has no configuration to read again"}

// What people are told of a stop that is announced.

func textStops(left time.Duration, why sanitize.Text) sanitize.Text {
	return sanitize.Line(because("the server stops in "+span(left), why))
}

func textStopped(why sanitize.Text) string { return because(ErrShuttingDown.Error(), why) }

var textGoesOn = sanitize.Line("the server does not stop after all")

func because(text string, why sanitize.Text) string {
	if why.String() == "" {
		return text
	}
	return text + ": " + sanitize.Line(why.String()).String()
}

// span is a time in the unit that suits it, such as 5 min.
func span(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}
