package command

import (
	"context"
	"strings"

	"sshchat/internal/chat"
)

// lineArg is the line that a command changes: the newest of one's own if it is left out.
var lineArg = Arg{Name: "#ID", Kind: Line, Optional: true}

// ownLine finds the line that is to be changed: the one with the number, else one's newest in the current conversation,
// or anywhere.
func (c *Call) ownLine(ctx context.Context) (chat.EntryID, error) {
	if typed := c.Arg(lineArg.Name); typed != "" {
		id, ok := lineNumber(typed)
		if !ok {
			return 0, c.refuseUsage()
		}
		return id, nil
	}
	e, err := c.Chat.LastOwn(ctx, c.Me, c.Parsed.talk)
	if err != nil {
		return 0, err
	}
	return e.ID, nil
}

// edit changes a line. As a line that is sent, it comes back in its place: that is the answer.
func edit(ctx context.Context, c *Call) (Effect, error) {
	if err := c.checkNumber(ctx); err != nil {
		return Effect{}, err
	}
	id, err := c.ownLine(ctx)
	if err != nil {
		return Effect{}, err
	}
	_, err = c.Chat.Edit(ctx, c.Me, id, c.Text())
	return Effect{}, err
}

// checkNumber holds back a text that begins with the number of an own line: other commands take a number without its #, and
// here it would overwrite another line.
func (c *Call) checkNumber(ctx context.Context) error {
	text := c.Text().String()
	word, rest := cutWord(text)
	id, ok := lineNumber(word)
	if c.Arg(lineArg.Name) != "" || !ok || !isNumber(word) || strings.Trim(rest, blanks) == "" {
		return nil
	}
	e, err := c.Chat.Line(ctx, c.Me, id)
	if _, isRefused := chat.AsRefusal(err); isRefused || err == nil && e.Sender.ID != c.Me.ID {
		return nil
	}
	if err != nil {
		return err
	}
	newest, err := c.ownLine(ctx)
	if err != nil {
		return err
	}
	return refuseNumber(id, newest, rest)
}

func deleteLine(ctx context.Context, c *Call) (Effect, error) {
	id, err := c.ownLine(ctx)
	if err != nil {
		return Effect{}, err
	}
	_, err = c.Chat.Delete(ctx, c.Me, id)
	return Effect{}, err
}

// toLine is for wherever the line was said that it answers.
func toLine(p *Parsed) chat.Line {
	l := chat.Line{Audience: chat.ToLine, To: p.Arg("WHO"), In: p.talk, Text: p.Text()}
	l.Answers, _ = lineNumber(l.To) // no name is a number
	return l
}

// exportedAtOnce is how many lines are read at once to be exported.
const exportedAtOnce = 256

// export gives all that the person has said, the oldest first.
func export(_ context.Context, c *Call) (Effect, error) {
	me, view, from := c.Me, c.View, chat.EntryID(1)
	return Effect{Pages: func(ctx context.Context) (string, error) {
		lines, err := c.Chat.Own(ctx, me, from, exportedAtOnce)
		if err != nil || len(lines) == 0 {
			return "", err
		}
		from = lines[len(lines)-1].ID + 1
		return view.Export(lines), nil
	}}, nil
}
