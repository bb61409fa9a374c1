package command

import "context"

// report tells the moderators of a line, or of somebody. How many of them are there is not told: whoever wants to know that
// could report for it.
func report(ctx context.Context, c *Call) (Effect, error) {
	who := c.Arg("WHO")
	var err error
	if id, ok := lineNumber(who); ok { // no name is a number
		err = c.Chat.ReportLine(ctx, c.Me, id, c.Text())
	} else {
		err = c.Chat.ReportUser(ctx, c.Me, who, c.Text())
	}
	if err != nil {
		return Effect{}, err
	}
	return c.say(textPassedOn)
}
