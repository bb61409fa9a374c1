package command

import (
	"context"
	"strconv"
	"strings"
	"time"
)

func whoElse(ctx context.Context, c *Call) (Effect, error) {
	ps, err := c.Chat.WhoElse(ctx, c.Me)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Presences(ps, c.Now())}, nil
}

func whoLastHour(ctx context.Context, c *Call) (Effect, error) { return c.within(ctx, time.Hour) }

func whoLast(ctx context.Context, c *Call) (Effect, error) {
	d, ok := ParseSpan(c.Arg("DURATION"))
	if !ok {
		return Effect{}, c.refuseUsage()
	}
	return c.within(ctx, d)
}

// within lists who logged in within the last d.
func (c *Call) within(ctx context.Context, d time.Duration) (Effect, error) {
	ps, err := c.Chat.WhoLast(ctx, c.Me, d)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.PresencesWithin(ps, d, c.Now())}, nil
}

// longestSpan is the longest span of time that somebody may type.
const longestSpan = 366 * 24 * time.Hour

// units are those of a span, by their first letter. A month is none: nobody knows how long it is.
var units = map[byte]time.Duration{
	's': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour,
}

// ParseSpan reads a span of time: numbers with units such as 1h30m, 2d, or one number without, which
// counts minutes. It is more than nothing and at most 366 days.
func ParseSpan(s string) (d time.Duration, ok bool) {
	if s != "" && strings.Trim(s, "0123456789") == "" {
		s += "m"
	}
	for s != "" {
		digits := 0
		for digits < len(s) && '0' <= s[digits] && s[digits] <= '9' {
			digits++
		}
		if digits == 0 || digits == len(s) {
			return 0, false
		}
		n, _ := strconv.Atoi(s[:digits]) // of too many digits it makes the largest int
		unit, known := units[s[digits]|0x20]
		if !known || time.Duration(n) > longestSpan/unit {
			return 0, false
		}
		if d += time.Duration(n) * unit; d > longestSpan {
			return 0, false
		}
		s = s[digits+1:]
	}
	return d, d > 0
}

func whoIs(ctx context.Context, c *Call) (Effect, error) {
	p, err := c.Chat.WhoIs(ctx, c.Me, c.Arg("USER"))
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Profile(p, c.Now())}, nil
}

func block(ctx context.Context, c *Call) (Effect, error) {
	p, err := c.Chat.Block(ctx, c.Me, c.Arg("USER"))
	if err != nil {
		return Effect{}, err
	}
	return c.say(textBlocked(p.Name))
}

func unblock(ctx context.Context, c *Call) (Effect, error) {
	p, err := c.Chat.Unblock(ctx, c.Me, c.Arg("USER"))
	if err != nil {
		return Effect{}, err
	}
	return c.say(textUnblocked(p.Name))
}

func blocked(ctx context.Context, c *Call) (Effect, error) {
	ps, err := c.Chat.BlockedBy(ctx, c.Me)
	if err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Blocked(ps)}, nil
}
