package text

import "strings"

// parseTag reads an HTML tag at the start of s. Size 0 = there is none, or
// one that HTML does not know, such as a type parameter or <https://…>.
func parseTag(s string) (name, attrs string, size int) {
	end := strings.IndexByte(s[:min(len(s), maxTag)], '>')
	if end < 2 {
		return "", "", 0
	}
	inner := s[1:end]
	n := 0
	if inner[0] == '/' {
		n = 1
	}
	for n < len(inner) && (inner[n]|0x20 >= 'a' && inner[n]|0x20 <= 'z' || n > 1 && inner[n] >= '1' && inner[n] <= '6' || n == 1 && inner[n] >= '1' && inner[n] <= '6') {
		n++
	}
	name, attrs = strings.ToLower(inner[:n]), inner[n:]
	if attrs != "" && !strings.ContainsAny(attrs[:1], " \t\n/") || strings.IndexByte(attrs, '<') >= 0 {
		return "", "", 0
	}
	if !knownTag(strings.TrimPrefix(name, "/")) {
		return "", "", 0
	}
	return name, attrs, end + 1
}

func knownTag(name string) bool {
	switch name {
	case "a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark", "q", "s",
		"small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "picture", "source", "video", "audio",
		"input", "button", "label", "form", "select", "option", "textarea", "svg", "math", "base", "meta", "link":
		return true
	}
	return isBlockTag(name) || swallowed(name)
}

func isBlockTag(name string) bool {
	switch name {
	case "article", "aside", "blockquote", "body", "br", "center", "col", "colgroup", "dd", "details", "div",
		"dl", "dt", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
		"html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
		"thead", "tr", "ul":
		return true
	}
	return false
}

// swallowed: elements whose content no page shows.
func swallowed(name string) bool {
	switch name {
	case "script", "style", "template", "noscript", "iframe", "object", "embed", "head", "title", "canvas":
		return true
	}
	return false
}

// stylesHidden reports whether attributes make an element unseen.
func stylesHidden(attrs string) bool {
	if attrs == "" {
		return false
	}
	for _, f := range strings.Fields(strings.ToLower(attrs)) {
		if f == "hidden" || strings.HasPrefix(f, "hidden=") || f == `aria-hidden="true"` {
			return true
		}
	}
	if c := strings.ToLower(attribute(attrs, "color")); c == "white" || c == "#fff" || c == "#ffffff" || c == "transparent" {
		return true
	}
	for _, rule := range strings.Split(strings.ToLower(attribute(attrs, "style")), ";") {
		property, value, _ := strings.Cut(rule, ":")
		if unseen(strings.TrimSpace(property), strings.TrimSpace(value)) {
			return true
		}
	}
	return false
}

// unseen reports whether one CSS rule hides an element.
func unseen(property, value string) bool {
	zero := strings.HasPrefix(value, "0") && !strings.ContainsAny(value, "123456789")
	switch property {
	case "display":
		return strings.HasPrefix(value, "none")
	case "visibility":
		return strings.HasPrefix(value, "hidden")
	case "font-size":
		return zero || strings.HasPrefix(value, "1px")
	case "opacity", "height", "width", "max-height", "max-width":
		return zero
	case "color":
		return strings.HasPrefix(value, "white") || strings.HasPrefix(value, "#fff") || strings.HasPrefix(value, "transparent")
	case "text-indent", "left", "top":
		return strings.HasPrefix(value, "-9")
	case "clip", "clip-path":
		return true
	}
	return false
}

// attribute returns the value of an attribute, "" if there is none.
func attribute(attrs, name string) string {
	at := indexFold(attrs, name+"=")
	if at < 0 {
		return ""
	}
	v := attrs[at+len(name)+1:]
	if v == "" {
		return ""
	}
	if q := v[0]; q == '"' || q == '\'' {
		v = v[1:]
		if end := strings.IndexByte(v, q); end >= 0 {
			return v[:end]
		}
		return v
	}
	v, _, _ = strings.Cut(v, " ")
	return v
}

// indexFold finds an ASCII lower-case needle in s, whatever s's case.
func indexFold(s, needle string) int {
	first := needle[0]
	for i := 0; i+len(needle) <= len(s); i++ {
		if lower(s[i]) != first {
			continue
		}
		j := 1
		for j < len(needle) && lower(s[i+j]) == needle[j] {
			j++
		}
		if j == len(needle) {
			return i
		}
	}
	return -1
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}
