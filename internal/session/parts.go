package session

import (
	"strings"
	"unicode/utf8"

	"sshchat/internal/sanitize"
)

// fits reports whether text can be one message. A limit of 0 is no limit.
func fits(text string, maxBytes, maxLines int) bool {
	return (maxBytes <= 0 || len(text) <= maxBytes) && (maxLines <= 0 || strings.Count(text, "\n") < maxLines)
}

// parts cuts a text into messages that fit: at line breaks where it can, else at a space, else
// between clusters. Line breaks at which it is cut, and those around them, belong to no part.
func parts(text sanitize.Text, maxBytes, maxLines int) []sanitize.Text {
	var all []sanitize.Text
	part, empty := "", true
	end := func() {
		if part = strings.Trim(part, "\n"); strings.Trim(part, " \n") != "" {
			all = append(all, sanitize.Message(part))
		}
		part, empty = "", true
	}
	for line := range strings.SplitSeq(text.String(), "\n") {
		for {
			longer := part + "\n" + line
			if empty {
				longer = line
			}
			if fits(longer, maxBytes, maxLines) {
				part, empty = longer, false
				break
			}
			if !empty {
				end()
				continue
			}
			part, line = cutLine(line, maxBytes)
			end()
		}
	}
	end()
	return all
}

// cutLine cuts a line that is longer than max. The space at which it is cut is dropped.
func cutLine(line string, max int) (head, tail string) {
	head = sanitize.Field(line, max).String()
	if head == "" || !strings.HasPrefix(line, head) {
		head = firstRunes(line, max)
	}
	if i := strings.LastIndexByte(head, ' '); i > len(head)/2 && !strings.HasPrefix(line[len(head):], " ") {
		head = head[:i]
	}
	return head, strings.TrimPrefix(line[len(head):], " ")
}

// firstRunes is as many whole characters of s as have room in max bytes, and at least one.
func firstRunes(s string, max int) string {
	n := 0
	for i, r := range s {
		if size := utf8.RuneLen(r); i+size > max && i > 0 {
			break
		} else {
			n = i + size
		}
	}
	return s[:n]
}
