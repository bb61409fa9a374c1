package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/charmbracelet/x/vt"

	"sshchat/internal/pictures"
)

// The size of everybody's terminal. What is drawn has only the rows that are used.
const (
	columns = 80
	height  = 40
)

// terminal is the screen of one session. One goroutine writes to it, and another looks.
type terminal struct {
	mu       sync.Mutex
	emulator *vt.Emulator
	change   chan struct{} // closed and replaced when something comes
}

// newTerminal is a terminal in which a command was typed.
func newTerminal(command string) *terminal {
	t := &terminal{emulator: vt.NewEmulator(columns, height), change: make(chan struct{})}
	// The emulator answers what a terminal is asked, and would wait for somebody who reads the answers.
	if answers, ok := t.emulator.InputPipe().(io.Closer); ok {
		answers.Close()
	}
	t.emulator.WriteString("$ " + command + "\r\n")
	return t
}

// Write takes what comes to the screen.
func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.emulator.Write(p)
	close(t.change)
	t.change = make(chan struct{})
	return len(p), nil
}

func (t *terminal) draw(title, about string) ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return pictures.Draw(t.emulator, title, about)
}

// wait waits until something holds of the screen. The error shows the screen.
func (t *terminal) wait(ctx context.Context, holds func(t *terminal) bool) error {
	for {
		t.mu.Lock()
		ok, change := holds(t), t.change
		t.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return fmt.Errorf("%w; the screen is\n%s", ctx.Err(), t.text())
		}
	}
}

// beforeCursor is the row of the cursor left of it; mu is held.
func (t *terminal) beforeCursor() string {
	at := t.emulator.CursorPosition()
	return t.row(at.Y, at.X)
}

// aboveCursor is what stands in the rows above that of the cursor; mu is held.
func (t *terminal) aboveCursor() string { return t.rows(t.emulator.CursorPosition().Y) }

func (t *terminal) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimRight(t.rows(height), "\n")
}

func (t *terminal) rows(n int) string {
	var b strings.Builder
	for y := range n {
		b.WriteString(strings.TrimRight(t.row(y, columns), " ") + "\n")
	}
	return b.String()
}

// row is the text of the first columns of a row.
func (t *terminal) row(y, columns int) string {
	var b strings.Builder
	for x := 0; x < columns; {
		cell := t.emulator.CellAt(x, y)
		b.WriteString(cell.Content)
		x += max(cell.Width, 1)
	}
	return b.String()
}
