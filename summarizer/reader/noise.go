package reader

import "strings"

// dropFrontMatter takes off "key: value" lines before the text begins.
func dropFrontMatter(s string, blocks []block) []block {
	n := 0
	for n < len(blocks) && n < 24 && blocks[n].kind != heading && isFrontMatter(s[blocks[n].from:blocks[n].to]) {
		n++
	}
	return blocks[n:]
}

// isFrontMatter: a line that says about the paper, not about the matter.
func isFrontMatter(s string) bool {
	if len(s) > 300 {
		return false
	}
	at, label := inlineHeading(s)
	if at == 0 {
		return false
	}
	return isPaperKey(label)
}

// isPaperKey: keys by which templates begin.
func isPaperKey(label string) bool {
	switch strings.ToLower(strings.Trim(label, " *_#")) {
	case "author", "authors", "co-author", "co-authors", "coauthors", "title", "status", "created", "date", "created at", "discussions-to", "discussion", "discussions", "type", "network", "shortdescription", "short description",
		"version", "tags", "category", "requires", "replaces", "collaborators", "co-signers", "contributors", "proposer", "proposed by", "submitted by", "link", "links", "forum", "forum link", "forum discussion", "discourse", "discourse thread", "discord",
		"read the discord discussion", "gip number", "aip", "eip", "sip", "temp check", "temperature check", "snapshot", "snapshot vote", "twitter", "telegram", "website", "github", "stakeholders", "sponsor", "discussions to", "proposal number", "doodle id for kudos", "gotchi id", "discourse link", "created by", "updated", "last updated", "作者", "日期", "editor", "layer", "sector", "proposal type", "previous discussion", "related discussions", "original post":
		return true
	}
	return false
}

// isNoise: what is in the text but says nothing about the matter.
func (p *page) isNoise(u *unit) bool {
	if u.kind == codeUnit || u.kind == rowUnit && u.head {
		return true
	}
	s := p.words(u)
	if u.titled && p.isTitle(s) || isPlaceholder(s) || isFrontMatter(s) && len(s) < 160 {
		return true
	}
	bare, links := withoutLinks(u.low)
	letters := 0
	for i := range len(bare) {
		if isLetter(bare[i]) || bare[i] >= 0x80 {
			letters++
		}
	}
	if letters < 4 && len(u.amounts) == 0 && len(u.addresses) == 0 || links > 0 && letters < 25 && len(u.amounts) == 0 {
		return true
	}
	if strings.HasPrefix(u.low, "by 0x") {
		return true
	}
	for _, phrase := range noisePhrases {
		if strings.Contains(u.low, phrase) {
			return true
		}
	}
	for _, greeting := range greetings {
		if strings.HasPrefix(u.low, greeting) && len(u.low) < 80 {
			return true
		}
	}
	return false
}

// isTitle: the text begins with its own title once more.
func (p *page) isTitle(s string) bool {
	return plainTitle(plainText(s)) == plainTitle(plainText(p.doc.Title))
}

// isPlaceholder: instructions of a template that the author left in.
func isPlaceholder(s string) bool {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		return true
	}
	if strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") {
		return true
	}
	at, _ := inlineHeading(s)
	if at == 0 {
		return false
	}
	rest := strings.Trim(s[at:], " *_.")
	return strings.HasPrefix(rest, "[") && strings.HasSuffix(rest, "]") && len(rest) < 120
}

// withoutLinks drops URLs and counts them; words of links stay.
func withoutLinks(low string) (string, int) {
	if !strings.Contains(low, "http") && !strings.Contains(low, "](") && !strings.Contains(low, "www.") {
		return low, 0
	}
	var b strings.Builder
	n := 0
	for i := 0; i < len(low); {
		rest := low[i:]
		switch {
		case strings.HasPrefix(rest, "http://"), strings.HasPrefix(rest, "https://"), strings.HasPrefix(rest, "www."):
			n++
			for i < len(low) && low[i] > ' ' && low[i] != ')' && low[i] != ']' && low[i] != '>' {
				i++
			}
		case strings.HasPrefix(rest, "]("):
			i += 2
			if end := strings.IndexByte(low[i:], ')'); end >= 0 && !strings.HasPrefix(low[i:], "http") && !strings.HasPrefix(low[i:], "www.") {
				n++
				i += end
			}
		default:
			b.WriteByte(low[i])
			i++
		}
	}
	return b.String(), n
}

var noisePhrases = []string{
	"simple summary", "if you can't explain it simply", "provide a simplified", "please describe", "copyright and related rights", "all rights reserved", "not financial advice", "this is not investment advice",
	"click here", "read more here", "full proposal can be", "full text can be", "more details can be found", "discussion can be found", "can be read here", "please read the full", "view the full", "see the full", "join our discord", "join us on", "follow us", "for more information", "more information can be found", "the codebase can be found",
	"always verify the", "do not buy tokens from", "click on the", "you're the master of", "congratulations", "votes can be changed but not", "in this section", "a brief explanation of", "a brief description of", "please explain", "for specific instructions",
	"follow this guide", "one step away", "confirm the transaction", "select carefully", "please attach", "provide a brief", "provide a short", "feel free to explain", "vote on this proposal on", "below is an abbreviated", "as usual, it needs to be", "write a short", "attach them to", "for example: why", "your own creativity",
	"this template", "delete this", "a one-line description", "word limit",
}

var greetings = []string{"hi ", "hi,", "hello", "hey", "dear ", "gm ", "gm,", "gm!", "greetings", "thank you", "thanks", "cheers", "best regards", "regards", "sincerely", "best,", "gn", "happy ", "good morning", "welcome"}
