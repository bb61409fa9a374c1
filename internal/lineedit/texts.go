package lineedit

import "fmt"

// The words that people see.

func searchPrompt(failed bool, needle string) string {
	if failed {
		return fmt.Sprintf("(no match) '%s': ", needle)
	}
	return fmt.Sprintf("(search) '%s': ", needle)
}

func moreWords(n int) string { return fmt.Sprintf("… and %d more", n) }
