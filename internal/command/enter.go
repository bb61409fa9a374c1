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
	if r, ok := chat.AsRefusal(err); ok && r.Reason == chat.MustChange {
		begun, err = c.loginAnew(ctx, a)
	}
	if err != nil {
		return Effect{}, err
	}
	text := c.View.Say(textWelcomeBack(begun.User.Name))
	for _, q := range begun.Queued {
		text += c.View.Say(textQueued(q))
	}
	return Effect{Text: text, Begun: &begun, Quiet: c.has(flagQuiet)}, nil
}

// loginAnew has somebody choose a password before they are let in. Whoever does not is not logged in.
func (c *Call) loginAnew(ctx context.Context, a chat.Attempt) (chat.Begun, error) {
	password, err := c.newPassword(ctx, asking{
		name: chat.Name(a.Name), old: a.Password, note: c.View.Say(textChoose), first: askNew, again: askNewAgain})
	if err != nil {
		return chat.Begun{}, err
	}
	return c.Chat.LoginAnew(ctx, a, password, c.Session)
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
	code, err := c.invite(ctx)
	if err != nil {
		return Effect{}, err
	}
	password, err := c.newPassword(ctx, asking{name: name, first: askPassword, again: askPasswordAgain})
	if err != nil {
		return Effect{}, err
	}
	a := c.attempt(typed, password)
	a.Invite = code
	begun, err := c.Chat.SignUp(ctx, a, c.Session)
	if err != nil {
		return Effect{}, err
	}
	text := c.View.Say(textWelcome(begun.User.Name))
	if !c.View.Plain { // a script knows what it came for
		text += c.View.Section("", firstSteps)
	}
	return Effect{Text: text, Begun: &begun}, nil
}

// invite asks for the code that lets somebody make an account, where there is need of one.
func (c *Call) invite(ctx context.Context) (string, error) {
	if !c.Chat.Rules().SignUpInvited {
		return "", nil
	}
	code, err := c.Ask(ctx, Question{Prompt: askInvite, Hidden: true})
	if err != nil {
		return "", err
	}
	return code, c.Chat.CheckInvite(ctx, c.Visitor.Remote, code)
}

// changePassword asks for the present password first and checks it at once: an unattended terminal
// must not be enough to take an account over. While it is locked nothing is asked, as at login.
func changePassword(ctx context.Context, c *Call) (Effect, error) {
	if err := c.Chat.MayChangePassword(ctx, c.Me, c.Visitor.Remote); err != nil {
		return Effect{}, err
	}
	old, err := c.Ask(ctx, Question{Prompt: askPresent, Hidden: true})
	if err != nil {
		return Effect{}, err
	}
	if err := c.Chat.Confirm(ctx, c.Me, c.Visitor.Remote, old); err != nil {
		return Effect{}, err
	}
	password, err := c.newPassword(ctx, asking{name: c.Me.Name, old: old, first: askNew, again: askNewAgain})
	if err != nil {
		return Effect{}, err
	}
	if err := c.Chat.ChangePassword(ctx, c.Me, c.Visitor.Remote, old, password); err != nil {
		return Effect{}, err
	}
	return c.say(textPasswordChanged)
}

// closeAccount asks for the password twice: nobody does this by a slip, or at a terminal that its owner has left.
func closeAccount(ctx context.Context, c *Call) (Effect, error) {
	if !strings.EqualFold(c.Arg("close"), "close") {
		return Effect{}, c.refuseUsage()
	}
	if err := c.Chat.CheckLogin(ctx, c.Me.Name.Key(), c.Visitor.Remote); err != nil {
		return Effect{}, err
	}
	password, err := c.Ask(ctx, Question{Note: c.View.Say(textCloseAccount), Prompt: askPassword, Hidden: true})
	if err != nil {
		return Effect{}, err
	}
	again, err := c.Ask(ctx, Question{Prompt: askPasswordAgain, Hidden: true})
	switch {
	case err != nil:
		return Effect{}, err
	case again != password:
		return Effect{}, refuseDifferent
	}
	if err := c.Chat.CloseAccount(ctx, c.Me, c.Visitor.Remote, password); err != nil {
		return Effect{}, err
	}
	return Effect{Text: c.View.Say(textAccountClosed), Logout: true}, nil
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

// asking is how a new password is asked for.
type asking struct {
	name         chat.Name
	old          string // that it must not be; empty: there is none
	note         string // rendered lines to show before; may be empty
	first, again string // the prompts
}

// newPassword asks for a password and once more for the same, until it qualifies and both agree.
func (c *Call) newPassword(ctx context.Context, a asking) (string, error) {
	var wrong chat.Refusal
	for asked := 0; asked <= askAgain; asked++ {
		q := Question{Note: a.note, Prompt: a.first, Hidden: true}
		if asked > 0 {
			q.Note = c.View.Refusal(wrong)
		}
		password, err := c.Ask(ctx, q)
		if err != nil {
			return "", err
		}
		if err := c.Chat.CheckPassword(password, a.name, a.old); err != nil {
			var ok bool
			if wrong, ok = chat.AsRefusal(err); !ok {
				return "", err
			}
			continue
		}
		again, err := c.Ask(ctx, Question{Prompt: a.again, Hidden: true})
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
