package reader

import "strings"

// plainText drops Markdown's marks from s, for people to read.
func plainText(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && !isWordByte(s[i+1]) && s[i+1] < 0x80:
			i++
			b.WriteByte(s[i])
		case c == '*' || c == '`' || c == '_' && (i == 0 || i+1 == len(s) || !isWordByte(s[i-1]) || !isWordByte(s[i+1])):
			continue
		case c == '!' && i+1 < len(s) && s[i+1] == '[':
			continue
		case c == '[':
			if strings.Contains(s[i:], "](") || !strings.Contains(s[i:], "]") {
				continue
			}
			b.WriteByte(c)
		case c == ']' && i+1 < len(s) && s[i+1] == '(':
			if end := strings.IndexByte(s[i:], ')'); end > 0 {
				i += end
				continue
			}
			i = len(s)
		case c == '\n':
			b.WriteByte(' ')
		case c == '|':
			b.WriteString(" · ")
		default:
			b.WriteByte(c)
		}
	}
	return strings.Trim(strings.Join(strings.Fields(b.String()), " "), " ·")
}
