package admin

import (
	"context"
	"errors"
	"io"
	"os"
)

// errInterrupted is the cause of the end of a command's context by ^C.
var errInterrupted = errors.New("interrupted")

// breaks takes ^C over where a person types. Whoever feeds us a script wants it to end all: then there are none.
func (r *run) breaks(typed bool) <-chan os.Signal {
	if !typed || r.Interrupts == nil {
		return nil
	}
	return r.Interrupts()
}

// interruptible does one command, which ^C ends. A second is for a command that does not heed the first, as one that reads a
// file which never comes: then over reports that the console ends without waiting for it.
func (r *run) interruptible(ctx context.Context, breaks <-chan os.Signal, words []string) (exit int, over bool) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	select {
	case <-breaks: // of before
	default:
	}
	done := make(chan int, 1)
	go func() { done <- r.command(ctx, words) }()
	for {
		select {
		case exit := <-done:
			return exit, false
		case <-breaks:
			switch {
			case r.screen.isRaw(): // somebody else's signal: a question has ^C as a key
				continue
			case ctx.Err() != nil:
				return 0, true
			}
			io.WriteString(r.Out, "\n") // behind the ^C that the terminal shows
			cancel(errInterrupted)
		}
	}
}

// isInterrupted reports whether ^C has ended ctx.
func isInterrupted(ctx context.Context) bool {
	return errors.Is(context.Cause(ctx), errInterrupted)
}
