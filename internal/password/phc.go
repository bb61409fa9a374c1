package password

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

const (
	saltLen = 16 // bytes, of what Hash makes
	keyLen  = 32

	// The limits of what is read. Only a damaged or foreign database can ask for more, and it
	// must not be able to take the machine's memory at a login.
	maxPHC       = 256 // bytes; the longest within the other limits has 214
	maxMemory    = 256 << 10
	maxTime      = 10
	maxThreads   = 4
	minSalt      = 8
	minKey       = 16
	maxSaltOrKey = 64
)

// record is what a PHC string holds.
type record struct {
	Params
	salt, key []byte
}

var errMalformed = errors.New("malformed PHC string")

// String returns $argon2id$v=19$m=19456,t=2,p=1$salt$key, in base64 without padding, as the
// reference implementation writes it and the PHC string format describes it
// (github.com/P-H-C/phc-string-format).
func (r record) String() string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, r.Memory, r.Time, r.Threads, b64(r.salt), b64(r.key))
}

// madeWith reports whether Hash would make r with p.
func (r record) madeWith(p Params) bool {
	return r.Params == p && len(r.salt) == saltLen && len(r.key) == keyLen
}

// parse reads what String writes, and nothing else. No error holds any of s, which is a secret.
func parse(s string) (record, error) {
	if len(s) > maxPHC {
		return record{}, errMalformed
	}
	fields := strings.Split(s, "$")
	if len(fields) != 6 {
		return record{}, errMalformed
	}
	if fields[1] != "argon2id" || fields[2] != "v="+strconv.Itoa(argon2.Version) {
		return record{}, errors.New("not argon2id of version 19")
	}
	params, err := parseParams(fields[3])
	if err != nil {
		return record{}, err
	}
	r := record{Params: params, salt: decode(fields[4]), key: decode(fields[5])}
	if len(r.salt) < minSalt || len(r.salt) > maxSaltOrKey || len(r.key) < minKey || len(r.key) > maxSaltOrKey {
		return record{}, errors.New("salt or hash damaged or of a length out of bounds")
	}
	// One spelling a record: it settles leading zeros, signs, and the line breaks and spare bits
	// that base64 ignores.
	if r.String() != s {
		return record{}, errMalformed
	}
	return r, nil
}

// parseParams reads m=..,t=..,p=.. in that order.
func parseParams(s string) (Params, error) {
	fields := strings.Split(s, ",")
	if len(fields) != 3 {
		return Params{}, errMalformed
	}
	var values [3]uint32
	for i, key := range []string{"m=", "t=", "p="} {
		digits, ok := strings.CutPrefix(fields[i], key)
		n, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil {
			return Params{}, errMalformed
		}
		values[i] = uint32(n)
	}
	m, t, p := values[0], values[1], values[2]
	if t < 1 || t > maxTime || p < 1 || p > maxThreads || m < leastMemory(uint8(p)) || m > maxMemory {
		return Params{}, errors.New("argon2 parameters out of bounds")
	}
	return Params{Memory: m, Time: t, Threads: uint8(p)}, nil
}

// leastMemory is RFC 9106's: 8 KiB a lane.
func leastMemory(threads uint8) uint32 { return 8 * uint32(threads) }

// decode returns nil for what is no base64.
func decode(s string) []byte {
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	return b
}
