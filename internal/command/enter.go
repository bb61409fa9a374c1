package command

import (
	"cmp"
	"context"
	"strings"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// askAgain is how often a new password is asked for again.
const askAgain = 3

// login asks for the password only if it could be right: a name that is locked is told so at once,
// one that does not exist is not, as that would tell who has an account.
func login(ctx context.Context, c *Call) (Effect, error) {
	if err := c.Chat.CheckOpen(); err != nil {
		return Effect{}, err
	}
	name, err := c.name(ctx)
	if err != nil {
		return Effect{}, err
	}
	if err := c.Chat.CheckLogin(ctx, name, c.Visitor.Remote); err != nil {
		return Effect{}, err
	}
	password, err := c.Ask(ctx, Question{Prompt: askPassword, Hidden: true})
	if err != nil {
		return Effect{}, err
	}
	a := c.attempt(name, password)
	a.TakeOver = c.has(flagTakeOver)
	begun, err := c.Chat.Login(ctx, a, c.Session)
	if err != nil {
		return Effect{}, err
	}
	text := c.View.Say(textWelcomeBack(begun.User.Name))
	for _, q := range begun.Queued {
		text += c.View.Say(textQueued(q))
	}
	return Effect{Text: text, Begun: &begun, Quiet: c.has(flagQuiet)}, nil
}

// signUp refuses the name before it asks for a password, so that nobody types one for nothing, and
// has the service check it again after.
func signUp(ctx context.Context, c *Call) (Effect, error) {
	typed, err := c.name(ctx)
	if err != nil {
		return Effect{}, err
	}
	name, err := c.Chat.CheckSignUp(ctx, typed, c.Visitor.Remote.Addr())
	if err != nil {
		return Effect{}, err
	}
	password, err := c.newPassword(ctx, name, askPassword, askPasswordAgain)
	if err != nil {
		return Effect{}, err
	}
	begun, err := c.Chat.SignUp(ctx, c.attempt(typed, password), c.Session)
	if err != nil {
		return Effect{}, err
	}
	text := c.View.Say(textWelcome(begun.User.Name))
	if !c.View.Plain { // a script knows what it came for
		text += c.View.Section("", firstSteps)
	}
	return Effect{Text: text, Begun: &begun}, nil
}

// changePassword asks for the present password first and checks it at once: an unattended terminal
// must not be enough to take an account over. While it is locked nothing is asked, as at login.
func changePassword(ctx context.Context, c *Call) (Effect, error) {
	if err := c.Chat.CheckLogin(ctx, c.Me.Name.Key(), c.Visitor.Remote); err != nil {
		return Effect{}, err
	}
	old, err := c.Ask(ctx, Question{Prompt: askPresent, Hidden: true})
	if err != nil {
		return Effect{}, err
	}
	if err := c.Chat.Confirm(ctx, c.Me, c.Visitor.Remote, old); err != nil {
		return Effect{}, err
	}
	password, err := c.newPassword(ctx, c.Me.Name, askNew, askNewAgain)
	if err != nil {
		return Effect{}, err
	}
	if err := c.Chat.ChangePassword(ctx, c.Me, c.Visitor.Remote, old, password); err != nil {
		return Effect{}, err
	}
	return c.say(textPasswordChanged)
}

// attempt is what the service judges. Neither name nor password was changed on its way there.
func (c *Call) attempt(name, password string) chat.Attempt {
	return chat.Attempt{Name: name, Password: password, Remote: c.Visitor.Remote, Client: c.Visitor.Client}
}

// name is the account's name, asked for if it was not given. The name that the ssh client gave is
// suggested if an account can have it.
func (c *Call) name(ctx context.Context) (string, error) {
	if name := c.Arg("NAME"); name != "" {
		return name, nil
	}
	suggestion := ""
	if n, err := chat.ParseName(c.Visitor.User); err == nil {
		suggestion = string(n)
	}
	typed, err := c.Ask(ctx, Question{Prompt: askName(suggestion)})
	if err != nil {
		return "", err
	}
	typed = strings.TrimSpace(sanitize.Field(typed, 2*chat.MaxName).String())
	if typed = cmp.Or(typed, suggestion); typed == "" {
		return "", c.refuseUsage()
	}
	return typed, nil
}

// newPassword asks for a password and once more for the same, until it qualifies and both agree.
func (c *Call) newPassword(ctx context.Context, name chat.Name, first, second string) (string, error) {
	var wrong chat.Refusal
	for asked := 0; asked <= askAgain; asked++ {
		q := Question{Prompt: first, Hidden: true}
		if asked > 0 {
			q.Note = c.View.Refusal(wrong)
		}
		password, err := c.Ask(ctx, q)
		if err != nil {
			return "", err
		}
		if err := c.Chat.CheckPassword(password, name); err != nil {
			var ok bool
			if wrong, ok = chat.AsRefusal(err); !ok {
				return "", err
			}
			continue
		}
		again, err := c.Ask(ctx, Question{Prompt: second, Hidden: true})
		if err != nil {
			return "", err
		}
		if again == password {
			return password, nil
		}
		wrong = refuseDifferent
	}
	wrong.Hint = c.textStartAgain()
	return "", wrong
}
