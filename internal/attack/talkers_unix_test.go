//go:build unix

package attack

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
)

// messageFlood has people pour lines at a bystander. Each is let through at the pace of the settings, and told
// to slow down past its queue.
func messageFlood(f *field) (string, error) {
	var typed atomic.Int64
	err := f.each(func(i int) error {
		c, err := f.signUp(address(i/10), fmt.Sprintf("flood-%d", i))
		if err != nil {
			return err
		}
		lines := append(slices.Repeat([]string{"message bob again, and again, and again"}, 200), "end")
		for turn := 0; turn == 0 || f.going(); turn++ {
			// No more than is answered: past 256 KiB typed ahead the connection ends, and the flood with it.
			said, err := c.hears(lines, `"end"`)
			if err != nil {
				return err
			}
			if !strings.Contains(said, saysSlowDown) {
				return fmt.Errorf("not told to slow down, but %q", tail(said, 200))
			}
			typed.Add(int64(len(lines)))
		}
		return nil
	})
	return fmt.Sprintf("%d lines typed, most told to slow down", typed.Load()), err
}

// stalledReaders log in and read nothing, while 2 MB are said to all: far more than their windows and the
// queues of the server and the kernel take.
func stalledReaders(f *field) (string, error) {
	for i := range f.n {
		c, err := f.visit(address(i/10), "", 8<<10)
		if err != nil {
			return "", err
		}
		if _, err := c.says([]string{fmt.Sprintf("signup stall-%d", i), secret, secret}, "Welcome"); err != nil {
			return "", err
		}
	}
	speaker, err := f.signUp(address(9000), "speaker")
	if err != nil {
		return "", err
	}
	const lines = 600
	long := strings.Repeat("the printer works again ", 150)
	for i := range lines {
		end := fmt.Sprintf("no %d.", i)
		if _, err := speaker.says([]string{"broadcast " + long + end}, end); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d lines of 3.6 KB said to all", lines), nil
}

// neverRead asks for long answers and reads none. The server stops listening to such a client, then ends the
// connection.
func neverRead(f *field) (string, error) {
	var asked, ended atomic.Int64
	err := f.each(func(i int) error {
		c, err := f.visit(address(i/20), "", 32<<10)
		for err == nil && f.going() {
			if c.types(slices.Repeat([]string{"help"}, 100)...) != nil {
				ended.Add(1)
				return nil
			}
			asked.Add(100)
		}
		return err
	})
	return fmt.Sprintf("%d answers asked for, %d ended as floods", asked.Load(), ended.Load()), err
}

// oneByte types one byte a packet.
func oneByte(f *field) (string, error) {
	return f.typists(func(id uint32, _ int) [][]byte { return slices.Repeat([][]byte{channelData(id, "x")}, 1000) })
}

// deepPaste opens pastes in pastes and ends none.
func deepPaste(f *field) (string, error) {
	text := strings.Repeat("\x1b[200~x\n\x1b[201\x1b[200~", 400)
	return f.typists(func(id uint32, _ int) [][]byte { return [][]byte{channelData(id, text)} })
}

// windowChanges tells of new sizes without a pause.
func windowChanges(f *field) (string, error) {
	return f.typists(func(id uint32, turn int) (all [][]byte) {
		for i := range uint32(200) {
			all = append(all, channelRequest(id, "window-change", false, u32(uint32(turn)+i), u32(i), u32(0), u32(0)))
		}
		return all
	})
}

// typists send packets at terminals, and read what comes, until the time is over. A connection that the
// server ends as a flood is replaced.
func (f *field) typists(packets func(id uint32, turn int) [][]byte) (string, error) {
	var typed, ended atomic.Int64
	err := f.each(func(i int) error {
		for f.going() {
			c, err := f.visit(address(i/10), "xterm", plenty)
			if err != nil {
				return err
			}
			f.discards(c)
			for turn := 0; f.going(); turn++ {
				n, err := c.Write(c.pack(packets(c.id, turn)...))
				if typed.Add(int64(n)); err != nil {
					ended.Add(1)
					break
				}
			}
			c.Close()
		}
		return nil
	})
	return fmt.Sprintf("%d KB sent, %d ended as floods", typed.Load()>>10, ended.Load()), err
}

// giantLines are lines of 200 KB, each refused and survived, and lines of 2 MB typed at once, which may end
// the connection.
func giantLines(f *field) (string, error) {
	var refused, ended atomic.Int64
	err := f.each(func(i int) error {
		c, err := f.visit(address(i/20), "", plenty)
		if err != nil {
			return err
		}
		if i%2 == 0 {
			for range 5 {
				said, err := c.hears([]string{strings.Repeat("x", 200_000), "end"}, "log in first")
				if err == nil && !strings.Contains(said, saysTooLong) {
					err = fmt.Errorf("a line of 200 KB is answered %q", said)
				}
				if err != nil {
					return err
				}
				refused.Add(1)
			}
			return nil
		}
		_, err = c.says([]string{strings.Repeat("x", 2_000_000)}, saysTooLong)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return err
		case err != nil:
			ended.Add(1)
		default:
			refused.Add(1)
		}
		return nil
	})
	return fmt.Sprintf("%d refused in words, %d ended as floods", refused.Load(), ended.Load()), err
}

// environment sets variables that are too large, before anything is started.
func environment(f *field) (string, error) {
	value := str(strings.Repeat("x", 30_000))
	var sent atomic.Int64
	err := f.each(func(i int) error {
		c, err := f.enters(address(i / 20))
		if err != nil {
			return err
		}
		if err := c.open(plenty); err != nil {
			return err
		}
		for f.going() {
			if err := c.send(channelRequest(c.id, "env", true, str("LANG"), value)); err != nil {
				return err
			}
			if _, err := c.expect(msgChannelFailure); err != nil {
				return err
			}
			sent.Add(1)
		}
		return nil
	})
	return fmt.Sprintf("%d of 30 KB refused", sent.Load()), err
}

// channelFlood opens f.n channels in all on 4 connections: a few on each are allowed.
func channelFlood(f *field) (string, error) {
	const connections = 4
	count := map[byte]int{}
	for range connections {
		c, err := f.enters(address(0))
		if err != nil {
			return "", err
		}
		for i := range f.n / connections {
			if err := c.send(channelOpen(uint32(i), 1000)); err != nil {
				return "", err
			}
			p, err := c.read()
			if err != nil {
				return "", err
			}
			count[p[0]]++
		}
	}
	result := fmt.Sprintf("%d opened, %d refused", count[msgChannelConfirm], count[msgChannelRefusal])
	if count[msgChannelConfirm] != connections*channels {
		return result, fmt.Errorf("want %d opened", connections*channels)
	}
	return result, nil
}

// keyExchanges exchanges keys until the server ends the connection.
func keyExchanges(f *field) (string, error) {
	var done atomic.Int64
	err := f.each(func(i int) error {
		c, err := f.visit(address(i/10), "", plenty)
		if err != nil {
			return err
		}
		for range 100 {
			if c.exchange() != nil {
				return nil
			}
			done.Add(1)
		}
		return errors.New("100 key exchanges in a row were done for one connection")
	})
	return fmt.Sprintf("%d done, then each connection ended", done.Load()), err
}
