package chat

import (
	"strings"

	"sshchat/internal/sanitize"
)

// Name is an account's name as its owner typed it: an ASCII letter, then ASCII letters, digits,
// '_' and '-', 2 to 20 of them in all. Only [ParseName] and the store make one.
type Name string

// The lengths of a name, in bytes, which are characters.
const (
	MinName = 2
	MaxName = 20
)

// reserved cannot be names of accounts: people would take them for the server, for somebody with
// power, or for a word that addresses. Their look-alikes are refused as well.
var reserved = []string{
	"root", "admin", "administrator", "system", "server", "sshchat", "guest",
	"me", "you", "all", "here", "everyone", "nobody",
}

// ParseName checks what somebody typed as the name of an account to be made. The refusal says what a name
// is, or which reserved word this one is or looks like.
func ParseName(s string) (Name, error) {
	if !isName(s) {
		return "", refuseNameForm(s)
	}
	n := Name(s)
	for _, word := range reserved {
		if n.Key() == word {
			return "", refuseReserved(n)
		}
		if sanitize.LooksLike(string(n), word) {
			return "", refuseLookAlike(n, Name(word))
		}
	}
	return n, nil
}

// Key is the name for comparing: case does not tell two names apart.
func (n Name) Key() string { return strings.ToLower(string(n)) }

// Skeleton is the same for names that people confuse.
func (n Name) Skeleton() string { return sanitize.Skeleton(string(n)) }

func isName(s string) bool {
	if len(s) < MinName || len(s) > MaxName || !isLetter(s[0]) {
		return false
	}
	for i := range len(s) {
		if !isNameByte(s[i]) {
			return false
		}
	}
	return true
}

func isNameByte(c byte) bool { return isLetter(c) || '0' <= c && c <= '9' || c == '_' || c == '-' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
