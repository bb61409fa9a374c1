package password

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// cheap makes hashing take microseconds.
var cheap = Params{Memory: 8, Time: 1, Threads: 1}

func hash(t *testing.T, h *Hasher, password string) string {
	t.Helper()
	stored, err := h.Hash(t.Context(), 0, "here", password)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func TestHashAndVerifyWithTheDefaults(t *testing.T) {
	h := New(Settings{})
	stored := hash(t, h, "correct horse")
	if prefix := "$argon2id$v=19$m=19456,t=2,p=1$"; !strings.HasPrefix(stored, prefix) {
		t.Errorf("%s does not start with %s", stored, prefix)
	}
	if again := hash(t, h, "correct horse"); again == stored {
		t.Error("two hashes of one password are equal: the salt is not random")
	}
	for password, want := range map[string]bool{"correct horse": true, "correct Horse": false, "": false} {
		ok, outdated, err := h.Verify(t.Context(), 0, "here", stored, password)
		if ok != want || outdated || err != nil {
			t.Errorf("Verify(%q) = %v, %v, %v", password, ok, outdated, err)
		}
	}
}

// The hash is argon2's reference implementation's (its src/test.c, version 19).
func TestVerifyReadsTheReferenceImplementation(t *testing.T) {
	const stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	ok, outdated, err := New(Settings{}).Verify(t.Context(), 0, "here", stored, "password")
	if !ok || !outdated || err != nil {
		t.Errorf("ok = %v, outdated = %v, err = %v, want true, true, nil", ok, outdated, err)
	}
}

func TestVerifyNormalises(t *testing.T) {
	h := New(Settings{Params: cheap})
	stored := hash(t, h, "caf\u00E9 \u00FCber alles")
	for password, want := range map[string]bool{
		"caf\u00E9 \u00FCber alles":      true,
		"cafe\u0301 u\u0308ber alles":    true,
		"caf\u00E9\u00A0\u00FCber alles": true,
		"cafe uber alles":                false,
	} {
		if ok, _, err := h.Verify(t.Context(), 0, "here", stored, password); ok != want || err != nil {
			t.Errorf("Verify(%+q) = %v, %v, want %v", password, ok, err, want)
		}
	}
}

func TestVerifyTellsWhatIsOutdated(t *testing.T) {
	h := New(Settings{Params: cheap})
	tests := []struct {
		name     string
		params   Params
		password string
		want     bool
	}{
		{"present parameters", cheap, "correct horse", false},
		{"other memory", Params{Memory: 16, Time: 1, Threads: 1}, "correct horse", true},
		{"other time", Params{Memory: 8, Time: 2, Threads: 1}, "correct horse", true},
		{"other lanes", Params{Memory: 16, Time: 1, Threads: 2}, "correct horse", true},
		{"other time, wrong password", Params{Memory: 8, Time: 2, Threads: 1}, "wrong", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stored := hash(t, New(Settings{Params: tt.params}), "correct horse")
			ok, outdated, err := h.Verify(t.Context(), 0, "here", stored, tt.password)
			if ok != (tt.password == "correct horse") || outdated != tt.want || err != nil {
				t.Errorf("ok = %v, outdated = %v, err = %v", ok, outdated, err)
			}
		})
	}
}

func TestOtherLengthsAreOutdated(t *testing.T) {
	h := New(Settings{Params: cheap})
	for _, r := range []record{
		{cheap, make([]byte, 8), make([]byte, keyLen)},
		{cheap, make([]byte, saltLen), make([]byte, 16)},
	} {
		r.key = argon2id("correct horse", r)
		if ok, outdated, err := h.Verify(t.Context(), 0, "here", r.String(), "correct horse"); !ok || !outdated || err != nil {
			t.Errorf("%s: ok = %v, outdated = %v, err = %v", r, ok, outdated, err)
		}
	}
}

// Whoever measures how long an answer takes must not learn which names exist.
func TestUnknownNamesCostWhatWrongPasswordsCost(t *testing.T) {
	h := New(Settings{Params: cheap})
	stored := hash(t, h, "correct horse")
	type work struct {
		Params
		salt, key int
	}
	var done []work
	derive := h.derive
	h.derive = func(password string, r record) []byte {
		done = append(done, work{r.Params, len(r.salt), len(r.key)})
		return derive(password, r)
	}
	tests := []struct{ name, stored, password string }{
		{"wrong password", stored, "wrong"},
		{"unknown name", "", "correct horse"},
		{"unknown name, no password", "", ""},
		{"control characters", stored, "correct\x00horse"},
		{"unknown name, control characters", "", "\x1b"},
		{"too long", stored, strings.Repeat("x", 1<<20)},
		{"not UTF-8", stored, "\xff\xfe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			done = nil
			ok, outdated, err := h.Verify(t.Context(), 0, "here", tt.stored, tt.password)
			if ok || outdated || err != nil {
				t.Errorf("Verify = %v, %v, %v", ok, outdated, err)
			}
			if len(done) != 1 || done[0] != (work{cheap, saltLen, keyLen}) {
				t.Errorf("work done: %v", done)
			}
		})
	}
}

// Even a hash that comes out as the dummy's must not open an account that does not exist.
func TestUnknownNamesNeverMatch(t *testing.T) {
	h := New(Settings{Params: cheap})
	h.derive = func(_ string, r record) []byte { return r.key }
	if ok, _, _ := h.Verify(t.Context(), 0, "here", "", "correct horse"); ok {
		t.Error("an unknown name matched")
	}
	if ok, _, _ := h.Verify(t.Context(), 0, "here", hash(t, h, "correct horse"), "\x00"); ok {
		t.Error("an unusable password matched")
	}
}

func TestVerifyOfDamagedHash(t *testing.T) {
	ok, _, err := New(Settings{}).Verify(t.Context(), 0, "here", "$2y$10$abcdefghijklmnopqrstuv", "correct horse")
	if ok || err == nil || strings.Contains(err.Error(), "abcdef") {
		t.Errorf("ok = %v, err = %v: want an error that keeps the hash to itself", ok, err)
	}
}

func TestHashRefusesWhatCannotBeVerified(t *testing.T) {
	h := New(Settings{Params: cheap})
	for _, password := range []string{"", "a\x00b", "a\nb", "\xff", strings.Repeat("x", maxRaw+1)} {
		if _, err := h.Hash(t.Context(), 0, "here", password); !errors.Is(err, errUnusable) {
			t.Errorf("Hash(%.20q) = %v", password, err)
		}
	}
}

// A hash that New's parameters make must be one that parse accepts.
func TestParamsAreBroughtWithinBounds(t *testing.T) {
	tests := []struct{ in, want Params }{
		{Params{}, Params{19456, 2, 1}},
		{Params{Time: 3}, Params{19456, 3, 1}},
		{Params{Memory: 1, Threads: 4}, Params{32, 2, 4}},
		{Params{1 << 30, 1 << 30, 255}, Params{256 << 10, 10, 4}},
	}
	for _, tt := range tests {
		got := New(Settings{Params: tt.in}).params
		if got != tt.want {
			t.Errorf("%+v became %+v, want %+v", tt.in, got, tt.want)
		}
		if _, err := parse(record{got, make([]byte, saltLen), make([]byte, keyLen)}.String()); err != nil {
			t.Errorf("%+v: %v", got, err)
		}
	}
}

// slow makes a Hasher whose hashes take until finish is received from.
func slow(s Settings) (h *Hasher, finish chan struct{}) {
	h, finish = New(s), make(chan struct{})
	h.derive = func(string, record) []byte {
		<-finish
		return nil
	}
	return h, finish
}

// start calls Verify n times at once; each sends its error.
func start(ctx context.Context, h *Hasher, n int) <-chan error {
	errs := make(chan error, n)
	for range n {
		go func() {
			_, _, err := h.Verify(ctx, 0, "here", "", "correct horse")
			errs <- err
		}()
	}
	synctest.Wait()
	return errs
}

func TestNoMoreThanConcurrentAreHashedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Settings{Concurrent: 3, Waiting: 100})
		var running, most atomic.Int32
		h.derive = func(string, record) []byte {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(time.Millisecond) // of the bubble's clock: all who can run do
			running.Add(-1)
			return nil
		}
		errs := start(t.Context(), h, 60)
		for range 60 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if most.Load() != 3 {
			t.Errorf("%d ran at once, want 3", most.Load())
		}
	})
}

func TestBusyWhenTooManyWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, finish := slow(Settings{Concurrent: 2, Waiting: 3})
		errs := start(t.Context(), h, 5)
		began := time.Now()
		if _, err := h.Hash(t.Context(), 0, "here", "correct horse"); !errors.Is(err, ErrBusy) {
			t.Errorf("the sixth got %v", err)
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("the sixth was told after %v", waited)
		}
		close(finish)
		for range 5 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestBusyWhenTheWaitIsTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, finish := slow(Settings{Concurrent: 1})
		errs := start(t.Context(), h, 1)
		began := time.Now()
		_, _, err := h.Verify(t.Context(), 0, "here", "", "correct horse")
		if waited := time.Since(began); !errors.Is(err, ErrBusy) || waited != 5*time.Second {
			t.Errorf("%v after %v, want busy after 5 s", err, waited)
		}
		close(finish)
		if err := <-errs; err != nil {
			t.Errorf("the one that was being hashed: %v", err)
		}
		if len(h.turns.waiting) != 0 || h.turns.taken != 0 {
			t.Errorf("places kept: %d waiting, %d hashing", len(h.turns.waiting), h.turns.taken)
		}
	})
}

func TestEndOfContextFreesThePlace(t *testing.T) {
	gone := errors.New("the session ended")
	synctest.Test(t, func(t *testing.T) {
		h, finish := slow(Settings{Concurrent: 1, Waiting: 1})
		first := start(t.Context(), h, 1)
		ctx, cancel := context.WithCancelCause(t.Context())
		second := start(ctx, h, 1)
		cancel(gone)
		began := time.Now()
		if err := <-second; !errors.Is(err, gone) || time.Since(began) != 0 {
			t.Errorf("%v after %v, want the context's cause at once", err, time.Since(began))
		}
		if _, err := h.Hash(ctx, 0, "here", "correct horse"); !errors.Is(err, gone) {
			t.Errorf("with a context that has ended: %v", err)
		}
		third := start(t.Context(), h, 1) // takes the place that the second left
		close(finish)
		for _, errs := range []<-chan error{first, third} {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestEndedContextHashesNothing(t *testing.T) {
	gone := errors.New("the session ended")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	h := New(Settings{})
	h.derive = func(string, record) []byte {
		t.Error("hashed for nobody")
		return nil
	}
	if _, _, err := h.Verify(ctx, 0, "here", "", "correct horse"); !errors.Is(err, gone) {
		t.Errorf("err = %v", err)
	}
}

func TestTurnsComeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, finish := slow(Settings{Concurrent: 1})
		var served []int
		var mu sync.Mutex
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				if _, _, err := h.Verify(t.Context(), 0, "here", "", "correct horse"); err != nil {
					t.Error(err)
				}
				mu.Lock()
				served = append(served, i)
				mu.Unlock()
			})
			synctest.Wait()
		}
		for range 10 {
			finish <- struct{}{}
			synctest.Wait()
		}
		all.Wait()
		for i, n := range served {
			if i != n {
				t.Fatalf("served in the order %v", served)
			}
		}
	})
}

func TestPanicFreesTheTurn(t *testing.T) {
	h := New(Settings{Concurrent: 1})
	h.derive = func(string, record) []byte { panic("injected") }
	func() {
		defer func() { recover() }()
		h.Verify(t.Context(), 0, "here", "", "correct horse")
	}()
	if h.turns.taken != 0 {
		t.Error("the turn is kept")
	}
}

func BenchmarkHash(b *testing.B) {
	h := New(Settings{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Hash(b.Context(), 0, "here", "correct horse"); err != nil {
			b.Fatal(err)
		}
	}
}

// Each hash is told, also that for an account which does not exist; the wait for a turn is not in it.
func TestWhatIsToldOfHashes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var told []time.Duration
		h := New(Settings{Params: cheap, Concurrent: 1, Wait: time.Hour, Hashed: func(took time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, took)
		}})
		h.derive = func(string, record) []byte {
			time.Sleep(time.Second)
			return make([]byte, keyLen)
		}
		var asking sync.WaitGroup
		for range 3 {
			asking.Go(func() { h.Verify(t.Context(), 0, "here", "", "x") })
		}
		asking.Wait()
		if !slices.Equal(told, []time.Duration{time.Second, time.Second, time.Second}) {
			t.Errorf("told %v", told)
		}
	})
}
