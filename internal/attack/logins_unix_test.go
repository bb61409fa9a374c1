//go:build unix

package attack

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// answers counts what many were told.
type answers struct {
	mu     sync.Mutex
	counts map[string]int
}

func (a *answers) add(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.counts == nil {
		a.counts = map[string]int{}
	}
	a.counts[what]++
}

func (a *answers) String() (s string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, what := range []string{saysWrong, saysLocked, saysBusy, saysLoggedIn} {
		if n := a.counts[what]; n > 0 {
			s += fmt.Sprintf(", %d %s", n, what)
		}
	}
	return s
}

// wrongPasswords has many type wrong passwords, each from addresses of its own, and for names that do not
// exist, which costs the server the same. Somebody logs in meanwhile, again and again.
func wrongPasswords(f *field) (string, error) {
	return f.logsInMeanwhile(func(i int, told *answers) error {
		for turn := 0; f.going(); turn++ {
			if err := f.guesses(address(i*40+turn), told); errors.Is(err, errNoAddresses) {
				return err
			}
		}
		return nil
	})
}

// guesses types wrong passwords on one connection until the server will not take them any more.
func (f *field) guesses(from string, told *answers) error {
	c, err := f.visit(from, "", plenty)
	if c != nil {
		defer c.Close()
	}
	for i := 0; err == nil && f.going(); i++ {
		var said string
		said, err = c.says([]string{fmt.Sprintf("login nobody%d", i), "not this one"}, saysWrong, saysLocked, saysBusy)
		if told.add(said); said == saysLocked {
			return nil
		}
	}
	return err
}

// rightPasswords has many log in to accounts of their own that are logged in already: no failure counts.
func rightPasswords(f *field) (string, error) {
	name := func(i int) string { return fmt.Sprintf("own-%d", i) }
	for i := range f.n {
		owner, err := f.signUp(address(i/10), name(i))
		if err != nil {
			return "", err
		}
		f.answers(owner) // else the link counts as dead, and the login makes way
	}
	return f.logsInMeanwhile(func(i int, told *answers) error {
		c, err := f.visit(address(i/10), "", plenty)
		for err == nil && f.going() {
			var said string
			said, err = c.says([]string{"login " + name(i), secret}, saysLoggedIn, saysBusy)
			told.add(said)
		}
		return err
	})
}

// logsInMeanwhile runs f.n attackers, and has somebody log in and out as long as they go on.
func (f *field) logsInMeanwhile(attacker func(i int, told *answers) error) (string, error) {
	c, err := f.signUp(home, "erin")
	if err != nil {
		return "", err
	}
	c.Close()
	f.starts()
	var told answers
	var attacking sync.WaitGroup
	var failed error
	attacking.Go(func() { failed = f.each(func(i int) error { return attacker(i, &told) }) })
	took, busy, err := f.logins("erin")
	attacking.Wait()
	if err = errors.Join(err, failed); err != nil {
		return told.String(), err
	}
	w := waitsOf(took)
	return fmt.Sprintf("%d logins: median %s, worst %s, %d times busy%s", len(took), short(w.median), short(w.worst), busy, &told), nil
}

// logins logs in and out, and measures each login from the connection to the welcome, with all that had to be
// tried again because the server was busy.
func (f *field) logins(name string) (took []time.Duration, busy int, err error) {
	for len(took) == 0 || f.going() {
		start := time.Now()
		c, err := f.visit(home, "", plenty)
		for said := ""; err == nil && said != "Welcome"; {
			said, err = c.says([]string{"login " + name, secret}, "Welcome", saysBusy, saysLoggedIn)
			switch {
			case said == "Welcome":
				took = append(took, time.Since(start))
			case time.Since(start) > patience:
				err = fmt.Errorf("%s is not let in: %q", name, said)
			default:
				busy++
			}
		}
		if err == nil {
			_, err = c.says([]string{"logout"}, "goodbye")
		}
		if c != nil {
			c.Close()
		}
		if err != nil {
			return took, busy, err
		}
	}
	return took, busy, nil
}

// guessing tries passwords of one account from many addresses, on new ports each time: 3 at each of 3 ports,
// then the address is locked. Its owner then logs in, from where nobody has guessed.
func guessing(f *field) (string, error) {
	victim, err := f.signUp(home, "erin")
	if err != nil {
		return "", err
	}
	victim.Close()
	for i := range f.n {
		for port := range 4 {
			if err := f.threeStrikes(address(i), port == 3); err != nil {
				return "", fmt.Errorf("address %d, port %d: %w", i, port, err)
			}
		}
	}
	_, _, err = f.logins("erin")
	return fmt.Sprintf("%d guesses from %d addresses, then locked there; the owner got in", 9*f.n, f.n), err
}

// threeStrikes is three wrong passwords from one port; where the address is locked, not even a password is asked for.
func (f *field) threeStrikes(from string, locked bool) error {
	c, err := f.visit(from, "", plenty)
	if err != nil {
		return err
	}
	defer c.Close()
	for range 3 {
		switch said, err := c.says([]string{"login erin"}, "password", saysLocked); {
		case err != nil:
			return err
		case locked != (said == saysLocked):
			return fmt.Errorf("the answer to a name is %q", said)
		case locked:
			return nil
		}
		if _, err := c.says([]string{"not this one"}, saysWrong); err != nil {
			return err
		}
	}
	return nil
}

// signUps makes accounts from one address until the pace stops it; another address still can.
func signUps(f *field) (string, error) {
	var made, refused int
	for i := range f.n {
		c, err := f.visit(address(0), "", plenty)
		if err != nil {
			return "", err
		}
		said, err := c.says([]string{fmt.Sprintf("signup new-%d", i)}, "password", saysSlowDown)
		if said == "password" {
			said, err = c.says([]string{secret, secret}, "Welcome", saysSlowDown)
		}
		c.Close()
		switch {
		case err != nil:
			return "", err
		case said == "Welcome":
			made++
		default:
			refused++
		}
	}
	result := fmt.Sprintf("%d made, %d told to slow down", made, refused)
	if made != min(f.n, signupsPerAddress) {
		return result, fmt.Errorf("want %d made", signupsPerAddress)
	}
	_, err := f.signUp(address(1), "erin")
	return result, err
}

// churn has some log in and out without a pause.
func churn(f *field) (string, error) {
	name := func(i int) string { return fmt.Sprintf("churn-%d", i) }
	for i := range f.n {
		c, err := f.signUp(address(0), name(i))
		if err != nil {
			return "", err
		}
		c.Close()
	}
	f.starts()
	var all []time.Duration
	var mu sync.Mutex
	err := f.each(func(i int) error {
		took, _, err := f.logins(name(i))
		mu.Lock()
		defer mu.Unlock()
		all = slices.Concat(all, took)
		return err
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d logins, median %s", len(all), short(waitsOf(all).median)), nil
}
