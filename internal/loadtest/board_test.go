package loadtest

import (
	"errors"
	"strings"
	"testing"
)

func TestALineIsWholeOnceAllScreensHaveIt(t *testing.T) {
	b := newBoard()
	for line := range 2 {
		b.expects(line, 2)
	}
	first := b.sees([]byte("one~\ntw"), 0)
	first = b.sees([]byte("o~\n"), first)
	second := b.sees([]byte("one~"), 0)
	if first != 2 || second != 1 {
		t.Fatalf("the screens have %d and %d lines", first, second)
	}
	if a, err := b.wait(); err != nil || a.line != 0 {
		t.Fatalf("line %d, %v", a.line, err)
	}
	select {
	case a := <-b.whole:
		t.Fatalf("line %d counts as whole while one screen lacks it", a.line)
	default:
	}
	b.sees([]byte("\ntwo~\n"), second)
	if a, err := b.wait(); err != nil || a.line != 1 {
		t.Fatalf("line %d, %v", a.line, err)
	}
	if got := b.bytes.Load(); got != int64(len("one~\ntwo~\n")*2) {
		t.Errorf("%d bytes", got)
	}
}

func TestMoreLinesThanFitTheBoardPassOneAfterTheOther(t *testing.T) {
	b := newBoard()
	next := 0
	for line := range 3 * inFlight {
		b.expects(line, 1)
		next = b.sees([]byte("line~\n"), next)
		if a, err := b.wait(); err != nil || a.line != line {
			t.Fatalf("line %d came as %d, %v", line, a.line, err)
		}
	}
}

func TestALineTooManyIsAnError(t *testing.T) {
	b := newBoard()
	b.expects(0, 1)
	b.sees([]byte("one~\none~\n"), 0)
	if _, err := b.wait(); err == nil {
		_, err = b.wait()
		if err == nil || !strings.Contains(err.Error(), "number 1") {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestTheFirstErrorCounts(t *testing.T) {
	b := newBoard()
	want := errors.New("first")
	b.fail(want)
	b.fail(errors.New("second"))
	if _, err := b.wait(); err != want {
		t.Errorf("the error is %v", err)
	}
}
