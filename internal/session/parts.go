package session

import (
	"strings"
	"unicode/utf8"

	"sshchat/internal/command"
	"sshchat/internal/sanitize"
)

// fits reports whether p is one message. Whether it is one is decided, and refused, by the domain:
// this only spares a line that is refused the wait for the pace.
func (s *session) fits(p command.Parsed) bool {
	rules := s.srv.Chat.Rules()
	return fits(p.Text().String(), rules.MessageBytes, rules.MessageLines)
}

// fits reports whether text can be one message. A limit of 0 is no limit.
func fits(text string, maxBytes, maxLines int) bool {
	return (maxBytes <= 0 || len(text) <= maxBytes) && (maxLines <= 0 || strings.Count(text, "\n") < maxLines)
}

// parts cuts a text into messages that fit: at line breaks where it can, else at a space, else
// between clusters. Line breaks at which it is cut, and those around them, belong to no part.
func parts(text sanitize.Text, maxBytes, maxLines int) (all []sanitize.Text) {
	for rest := strings.TrimLeft(text.String(), "\n"); rest != ""; rest = strings.TrimLeft(rest, "\n") {
		var part string
		if n := wholeLines(rest, maxBytes, maxLines); n > 0 {
			part, rest = rest[:n], rest[n:]
		} else {
			part, rest = cutLine(rest, maxBytes)
		}
		if part = strings.TrimRight(part, "\n"); strings.Trim(part, " \n") != "" {
			all = append(all, sanitize.Message(part))
		}
	}
	return all
}

// wholeLines is the length of as many lines of text as can be one message; 0 if not even the first.
func wholeLines(text string, maxBytes, maxLines int) (n int) {
	for count := 1; maxLines <= 0 || count <= maxLines; count++ {
		end := len(text)
		if i := strings.IndexByte(text[min(n+1, len(text)):], '\n'); i >= 0 {
			end = n + 1 + i
		}
		if maxBytes > 0 && end > maxBytes {
			return n
		}
		if n = end; n == len(text) {
			return n
		}
	}
	return n
}

// cutLine cuts a text whose first line is longer than max. The space at which it is cut is dropped.
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
