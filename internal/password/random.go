package password

import (
	"crypto/rand"
	"strings"
)

const (
	// parts of a random password, and the characters in each, of 5 bits: 80 bits in all.
	parts, partLen = 4, 4
	// letters are those that nobody takes for one another, in print or read aloud: 32, so that each byte gives one of
	// them with the same chance.
	letters = "abcdefghijkmnpqrstuvwxyz23456789"
)

// cheapest are the least costs there are.
var cheapest = Params{Memory: 8, Time: 1, Threads: 1}

// Random makes a password by chance, such as d4kf-x9mh-2bqt-w7nz, and the PHC string to store. To guess it takes 2^79
// attempts, so a hash that costs next to nothing protects it as well as any other. It needs no turn, and 10,000
// accounts can be made at once. Its owner's first login has it hashed as usual.
func (h *Hasher) Random() (password, stored string) {
	password = random()
	r := record{Params: cheapest, salt: make([]byte, saltLen), key: make([]byte, keyLen)}
	rand.Read(r.salt) // never fails
	r.key = h.derive(password, r)
	return password, r.String()
}

func random() string {
	var raw [parts * partLen]byte
	rand.Read(raw[:]) // never fails
	var b strings.Builder
	for i, c := range raw {
		if i > 0 && i%partLen == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[int(c)%len(letters)])
	}
	return b.String()
}
