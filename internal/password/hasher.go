// Package password turns passwords into what is stored and checks them: argon2id in PHC strings,
// with a bound on how much of it runs at once, and the rule for what a password may be.
//
// Every password is brought to PRECIS OpaqueString (RFC 8265) first, so that "é" matches however a
// keyboard composes it. What that profile refuses never matches.
package password

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/crypto/argon2"
)

// Params are the costs of a hash. In a zero field the default counts: m=19456, t=2, p=1, which is
// OWASP's least for argon2id. Values past what Verify accepts are brought to its limits.
type Params struct {
	Memory  uint32 // KiB; at least 8 a lane, at most 256 MiB
	Time    uint32 // passes; at most 10
	Threads uint8  // lanes; at most 4
}

// Settings of a Hasher. The zero value works; a field that is zero or less has its default.
type Settings struct {
	Params     Params
	Concurrent int           // hashes computed at once; half of GOMAXPROCS, at least 1, at most 4
	Waiting    int           // callers that wait for their turn; 64
	Wait       time.Duration // how long one waits at most; 5 s
	// Hashed is told how long each hash took to compute, without the wait for its turn; nil: nobody is told.
	Hashed func(took time.Duration)
}

// ErrBusy says that too many wait already, or that the wait was too long: try again later.
var ErrBusy = errors.New("password: too many hashes at once")

var errUnusable = errors.New("password: control characters, empty or too long")

// Hasher hashes and verifies. Its methods may be called at the same time.
//
// A hash takes Params.Memory KiB while it runs; a turn is waited for before that is allocated. So
// at most Concurrent times that is in use (by default 2 x 19 MiB on 4 cores), and at most about as
// much again has ended and waits for the garbage collector: x/crypto's argon2 has no way to use a
// buffer again. Without a bound, 200 logins at once took 3.8 GB.
type Hasher struct {
	params Params
	dummy  record // what is hashed against where there is no account
	turns  turns
	hashed func(time.Duration)
	derive func(password string, r record) []byte // argon2id; a seam, so that tests can count
}

// New makes a Hasher.
func New(s Settings) *Hasher {
	p := s.Params.withDefaults()
	if s.Hashed == nil {
		s.Hashed = func(time.Duration) {}
	}
	return &Hasher{
		params: p,
		dummy:  record{Params: p, salt: make([]byte, saltLen), key: make([]byte, keyLen)},
		turns: turns{
			most:  orDefault(s.Concurrent, min(max(runtime.GOMAXPROCS(0)/2, 1), 4)),
			seats: orDefault(s.Waiting, 64),
			wait:  orDefault(s.Wait, 5*time.Second),
		},
		hashed: s.Hashed,
		derive: argon2id,
	}
}

// Hash returns the PHC string to store for password, which must have passed Weakness: what cannot
// be normalised is an error. Of those who wait for their turn the one with the highest rank is next, and of one rank the first from each
// place in turn. It returns
// ErrBusy, or the cause of ctx's end if that comes before its turn.
func (h *Hasher) Hash(ctx context.Context, rank int, from, password string) (string, error) {
	password, ok := normalise(password)
	if !ok {
		return "", errUnusable
	}
	r := record{Params: h.params, salt: make([]byte, saltLen), key: make([]byte, keyLen)}
	rand.Read(r.salt) // never fails
	key, err := h.inTurn(ctx, rank, from, password, r)
	if err != nil {
		return "", err
	}
	r.key = key
	return r.String(), nil
}

// Verify reports whether stored was made from password. stored "" stands for an account that does
// not exist: it takes the same time, by hashing with the present parameters, and never matches. So
// does a password that cannot be normalised.
//
// outdated says that password matched, but that stored was made with other parameters: hash it
// again. The error is Hash's, or tells what is wrong with stored; ok is then false.
func (h *Hasher) Verify(ctx context.Context, rank int, from, stored, password string) (ok, outdated bool, err error) {
	r := h.dummy
	if stored != "" {
		if r, err = parse(stored); err != nil {
			return false, false, fmt.Errorf("verify password: %w", err)
		}
	}
	password, usable := normalise(password)
	key, err := h.inTurn(ctx, rank, from, password, r)
	if err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(key, r.key) == 1
	ok = same && usable && stored != ""
	return ok, ok && !r.madeWith(h.params), nil
}

// Turn waits for a turn among the hashes, for what costs as much: see Hash. The error is Hash's.
func (h *Hasher) Turn(ctx context.Context, rank int, from string) (release func(), err error) {
	if err := h.turns.acquire(ctx, rank, from); err != nil {
		return nil, err
	}
	return h.turns.release, nil
}

// inTurn computes the key for password with the parameters of r. What costs next to nothing takes as long as the
// rest all the same: nobody can tell by it which names are accounts that wait for their first login.
func (h *Hasher) inTurn(ctx context.Context, rank int, from, password string, r record) ([]byte, error) {
	if err := h.turns.acquire(ctx, rank, from); err != nil {
		return nil, err
	}
	defer h.turns.release()
	began := time.Now()
	if r.Params == cheapest && h.params != cheapest {
		h.derive(password, h.dummy)
	}
	key := h.derive(password, r)
	h.hashed(time.Since(began))
	return key, nil
}

func argon2id(password string, r record) []byte {
	return argon2.IDKey([]byte(password), r.salt, r.Time, r.Memory, r.Threads, uint32(len(r.key)))
}

// withDefaults fills in zero fields and keeps the others within what parse accepts: a hash that
// could be made but not verified would lock its owner out.
func (p Params) withDefaults() Params {
	p.Time = min(cmp.Or(p.Time, 2), maxTime)
	p.Threads = min(cmp.Or(p.Threads, 1), maxThreads)
	p.Memory = cmp.Or(p.Memory, 19456)
	p.Memory = min(max(p.Memory, leastMemory(p.Threads)), maxMemory)
	return p
}

func orDefault[T int | time.Duration](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}
