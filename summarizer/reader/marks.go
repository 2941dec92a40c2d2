package reader

import "strings"

func hashes(s string) int {
	n := 0
	for n < len(s) && s[n] == '#' {
		n++
	}
	if n == 0 || n > 6 || n < len(s) && s[n] != ' ' && !isLetter(s[n]) && s[n] < 0x80 && s[n] != '*' {
		return 0
	}
	if n == 1 && n < len(s) && s[n] != ' ' && s[n] != '*' { // #tag
		return 0
	}
	return n
}

// boldLine: a short line that is all bold is a heading.
func boldLine(s string) int {
	if len(s) > 100 || len(s) < 3 {
		return 0
	}
	for _, m := range [...]string{"***", "**", "__"} {
		inner := strings.TrimSuffix(s, ":")
		if strings.HasPrefix(inner, m) && strings.HasSuffix(inner, m) && len(inner) > 2*len(m) {
			if inner = inner[len(m) : len(inner)-len(m)]; strings.Contains(inner, m) || endsSentence(inner) {
				return 0
			}
			return 4
		}
	}
	return 0
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, " *_")
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "。")
}

// marker returns the size of a list mark at the start of s, and its number.
func marker(s string) (size, number int) {
	for _, m := range [...]string{"- ", "* ", "+ ", "• ", "•\t", "– ", "— ", "● ", "▪ ", "◦ ", "○ ", "✅ ", "❌ ", "➡ ", "→ ", "•"} {
		if strings.HasPrefix(s, m) {
			return len(m), 0
		}
	}
	i := 0
	if s[0] == '(' {
		i = 1
	}
	from := i
	for i < len(s) && i-from < 3 && s[i] >= '0' && s[i] <= '9' {
		number = number*10 + int(s[i]-'0')
		i++
	}
	if i == from && i < len(s) && s[i]|0x20 >= 'a' && s[i]|0x20 <= 'h' && i+1 < len(s) && (s[i+1] == ')' || s[i+1] == '.') {
		number = int(s[i]|0x20-'a') + 1
		i++
	}
	if i == from || i >= len(s) || !strings.ContainsRune(".)]:", rune(s[i])) {
		return 0, 0
	}
	if i++; i >= len(s) || s[i] != ' ' && s[i] != '\t' && (s[i-1] == '.' || s[i-1] == ':') {
		return 0, 0
	}
	return i, number
}

// trim drops blanks at both ends of s[a:b].
func trim(s string, a, b int) (int, int) {
	for a < b && (s[a] == ' ' || s[a] == '\t') {
		a++
	}
	for a < b && (s[b-1] == ' ' || s[b-1] == '\t' || s[b-1] == '\n') {
		b--
	}
	return a, b
}

// trimMarks drops blanks and emphasis at both ends.
func trimMarks(s string, a, b int) (int, int) {
	for a < b && strings.IndexByte(" \t\n*_#`>|", s[a]) >= 0 {
		a++
	}
	for a < b && strings.IndexByte(" \t\n*_#`|\\", s[b-1]) >= 0 {
		b--
	}
	return a, b
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
