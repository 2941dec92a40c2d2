package text

import "strings"

// unhide takes out comments and hidden markup, and ordinary HTML tags, so
// that what is left is what a person sees. It runs once over s.
func unhide(s string, r *removals) string {
	u := unhider{src: s, removed: r}
	u.out.Grow(len(s))
	for u.at < len(s) {
		if !u.step() {
			u.out.WriteByte(s[u.at])
			u.at++
		}
	}
	return u.out.String()
}

// unhider is the state of one pass. The noX fields remember that no closing
// X follows any more: without them hostile text would cost quadratic time.
type unhider struct {
	src       string
	at        int
	out       strings.Builder
	removed   *removals
	noComment bool
	noClose   map[string]bool
	links     []string // targets of open <a>
}

// step handles what starts at u.at and reports whether it moved on.
func (u *unhider) step() bool {
	rest := u.src[u.at:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		return u.comment(rest)
	case rest[0] == '<':
		return u.tag(rest)
	case rest[0] == '[' && (u.at == 0 || u.src[u.at-1] == '\n'):
		return u.reference(rest)
	case strings.HasPrefix(rest, "]("):
		return u.linkTitle(rest)
	}
	return false
}

// comment removes an HTML comment. One that never ends hides nothing here:
// only its mark goes, and its words stay visible.
func (u *unhider) comment(rest string) bool {
	end := -1
	if !u.noComment {
		end = strings.Index(rest[4:], "-->")
	}
	if end < 0 {
		u.noComment = true
		u.removed.count(RemovedComment, "<!--")
		u.skip(4)
		return true
	}
	u.removed.piece(RemovedComment, rest[4:4+end])
	u.skip(4 + end + 3)
	return true
}

// skip moves on, and keeps what was before and what comes after from
// forming new markup.
func (u *unhider) skip(n int) {
	u.at += n
	if out := u.out.String(); strings.HasSuffix(out, "<") || strings.HasSuffix(out, "<!") || strings.HasSuffix(out, "<!-") || strings.HasSuffix(out, "]") || strings.HasSuffix(out, "</") {
		u.out.WriteByte(' ')
	}
}

const maxTag = 2000 // bytes; a longer "tag" is text

// tag removes a known HTML tag, and hidden elements with what they enclose.
func (u *unhider) tag(rest string) bool {
	name, attrs, size := parseTag(rest)
	if size == 0 {
		return false
	}
	closing := strings.HasPrefix(name, "/")
	name = strings.TrimPrefix(name, "/")
	if !closing && (swallowed(name) || stylesHidden(attrs)) {
		if end := u.closing(rest[size:], name); end >= 0 {
			u.removed.piece(RemovedMarkup, rest[size:size+end])
			u.skip(size + end)
			return true
		}
		u.removed.count(RemovedMarkup, clip(rest[:size], sampleRunes))
		u.skip(size)
		return true
	}
	u.removed.count(RemovedTags, "")
	u.at += size
	u.replaceTag(name, attrs, closing)
	return true
}

// replaceTag writes what stands for a removed tag: a link stays a link, a
// block stays apart.
func (u *unhider) replaceTag(name, attrs string, closing bool) {
	switch {
	case name == "a" && !closing:
		u.links = append(u.links, strings.TrimSpace(attribute(attrs, "href")))
		u.out.WriteByte('[')
	case name == "a" && len(u.links) > 0:
		target := u.links[len(u.links)-1]
		u.links = u.links[:len(u.links)-1]
		u.out.WriteString("](" + strings.NewReplacer(" ", "%20", "<", "%3C", "(", "%28", ")", "%29", "\n", "").Replace(target) + ")")
	case isBlockTag(name):
		u.out.WriteByte('\n')
	default:
		u.skip(0)
	}
}

// closing finds the end of the element name in s, after its closing tag.
func (u *unhider) closing(s, name string) int {
	if u.noClose[name] {
		return -1
	}
	end := indexFold(s, "</"+name)
	if end < 0 {
		if u.noClose == nil {
			u.noClose = map[string]bool{}
		}
		u.noClose[name] = true
		return -1
	}
	if gt := strings.IndexByte(s[end:], '>'); gt >= 0 && gt < 80 {
		return end + gt + 1
	}
	return end + 2 + len(name)
}

// reference removes Markdown's comment trick, [//]: # (unseen), and the
// titles of link definitions.
func (u *unhider) reference(rest string) bool {
	line, _, _ := strings.Cut(rest, "\n")
	label, target, ok := strings.Cut(line, "]:")
	if !ok || len(label) > 300 || strings.Contains(label, "](") {
		return false
	}
	target = strings.TrimSpace(target)
	url, title, _ := strings.Cut(target, " ")
	if title = strings.TrimSpace(title); title == "" || !strings.ContainsAny(title[:1], `"'(`) {
		return false
	}
	if url == "#" || url == "<>" || strings.HasPrefix(label, "[//") {
		u.removed.piece(RemovedComment, title)
		u.at += len(line)
		return true
	}
	u.removed.piece(RemovedTitle, title)
	u.out.WriteString(label + "]: " + url)
	u.at += len(line)
	return true
}

// linkTitle removes the title of an inline link: it is seen by hovering only.
func (u *unhider) linkTitle(rest string) bool {
	inside := rest[2:min(len(rest), maxTag)]
	end := strings.IndexByte(inside, ')')
	if end < 0 {
		return false
	}
	quote := strings.IndexAny(inside[:end], `"'`)
	if quote <= 0 || inside[quote-1] != ' ' {
		return false
	}
	// The title ends at its quote followed by the closing bracket.
	title := inside[quote+1:]
	closed := strings.Index(title, inside[quote:quote+1]+")")
	if closed < 0 || strings.IndexByte(title[:closed], '\n') >= 0 {
		return false
	}
	u.removed.piece(RemovedTitle, title[:closed])
	u.out.WriteString("](" + strings.TrimRight(inside[:quote], " ") + ")")
	u.at += 2 + quote + 1 + closed + 2
	return true
}
