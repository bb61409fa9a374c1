//go:build unix

package attack

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
)

// What a server says, and scripts may rely on.
const (
	saysFull        = "the server is full"
	saysAddressFull = "too many connections from your address"
	saysBusy        = "busy"
	saysLocked      = "locked"
	saysWrong       = "wrong name or password"
	saysSlowDown    = "slow down"
	saysLoggedIn    = "already logged in"
	saysTooLong     = "at most"
)

// The defaults of the limits of these names.
const (
	startups           = 200
	startupsPerAddress = 30
	signupsPerAddress  = 20
	channels           = 4
)

// silent connections come from many addresses; 10 from each, none of which is too many.
func silent(f *field) (string, error) {
	return f.silence(saysFull, startups, func(i int) string { return address(i / 10) })
}

func silentFromOne(f *field) (string, error) {
	return f.silence(saysAddressFull, startupsPerAddress, func(int) string { return address(0) })
}

// silence opens connections that say nothing. At most so many are held at a time; the others are told why not.
func (f *field) silence(words string, most int64, from func(i int) string) (string, error) {
	var held, told, cut atomic.Int64
	var hearing sync.WaitGroup
	for i := range f.n {
		conn, err := f.dial(from(i))
		if err != nil {
			return "", err
		}
		conn.SetReadDeadline(f.end)
		hearing.Go(func() {
			said, err := io.ReadAll(io.LimitReader(conn, 64<<10))
			switch timeout, _ := err.(net.Error); {
			case strings.Contains(string(said), words):
				told.Add(1)
			case timeout != nil && timeout.Timeout():
				held.Add(1)
			default:
				cut.Add(1)
			}
		})
	}
	hearing.Wait()
	result := fmt.Sprintf("%d held, %d told, %d cut", held.Load(), told.Load(), cut.Load())
	if held.Load() > most || told.Load() == 0 {
		return result, fmt.Errorf("want at most %d held, and others told %q", most, words)
	}
	return result, nil
}

// handshakes runs whole handshakes in a loop.
func handshakes(f *field) (string, error) {
	var done, refused atomic.Int64
	err := f.each(func(i int) error {
		for turn := 0; f.going(); turn++ {
			c, err := f.enters(address(i*10 + turn%10))
			switch {
			case err == nil:
				done.Add(1)
			case errors.Is(err, errNoAddresses):
				return err
			default:
				refused.Add(1)
			}
			if c != nil {
				c.Close()
			}
		}
		return nil
	})
	if err == nil && done.Load() == 0 {
		err = errors.New("no handshake was done")
	}
	return fmt.Sprintf("%d done, %d refused", done.Load(), refused.Load()), err
}

// halfPackets promises packets of 256 KiB and sends what the server lets it, before the keys and after.
// x/crypto would take the memory on the word of the length alone.
func halfPackets(f *field) (string, error) {
	var plain, encrypted atomic.Int64
	err := f.each(func(i int) error {
		c, err := f.speak(address(i / 20))
		if errors.Is(err, errNoAddresses) {
			return err
		}
		if err != nil {
			return nil // there was no place
		}
		phase := &plain
		if i%2 == 1 {
			if phase = &encrypted; c.exchange() != nil {
				return nil
			}
		}
		phase.Add(1)
		c.Write(u32(256<<10 - 4))
		for range 255 {
			if _, err := c.Write(make([]byte, 1<<10)); err != nil {
				break // the server had enough
			}
		}
		return nil
	})
	f.rest()
	if err == nil && (plain.Load() == 0 || encrypted.Load() == 0) {
		err = errors.New("one of the two was never tried")
	}
	return fmt.Sprintf("%d in the clear, %d encrypted", plain.Load(), encrypted.Load()), err
}
