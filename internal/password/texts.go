package password

import "fmt"

// Every text of this package that a person reads stands in this file.

const (
	textCharacters = "a password cannot contain control or unknown characters"
	textIsName     = "a password must not equal the name"
	textCommon     = "that is among the 10,000 most common passwords"
)

func textTooLong() string { return fmt.Sprintf("a password has at most %d characters", MaxLength) }

func textTooShort(least int) string {
	if least <= 1 {
		return "a password cannot be empty"
	}
	return fmt.Sprintf("a password has at least %d characters", least)
}
