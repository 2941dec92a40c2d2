package text

import "strings"

// mismatchesLinks reports whether a link's words name one site while its
// target is on another.
func mismatchesLinks(s string) bool {
	for at := 0; ; {
		i := strings.Index(s[at:], "](")
		if i < 0 {
			return false
		}
		at += i + 2
		end := strings.IndexAny(s[at:min(len(s), at+maxTag)], " )\n")
		if end < 0 {
			continue
		}
		label := linkLabel(s[:at-2])
		shown, target := hostOf(label, true), hostOf(s[at:at+end], false)
		if shown != "" && target != "" && !sameSite(shown, target) {
			return true
		}
	}
}

// linkLabel is the text between the last [ and the end of s.
func linkLabel(s string) string {
	s = s[max(0, len(s)-300):]
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		s = s[i+1:]
	}
	open := strings.LastIndexByte(s, '[')
	if open < 0 {
		return ""
	}
	return strings.TrimSpace(strings.Trim(s[open+1:], "*_` "))
}

// hostOf reads the host of a URL, or of a label that is written like one.
func hostOf(s string, label bool) string {
	s = strings.ToLower(strings.TrimSpace(s))
	scheme := false
	for _, prefix := range []string{"https://", "http://", "<https://", "<http://", "//"} {
		if strings.HasPrefix(s, prefix) {
			s, scheme = s[len(prefix):], true
			break
		}
	}
	if !scheme && (!label || strings.ContainsAny(s, " @") && !strings.Contains(s, "/")) {
		return ""
	}
	if i := strings.IndexAny(s, "/?#:> "); i >= 0 {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if !scheme && !knownEnding(s) || !strings.Contains(s, ".") {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(s, "www."), ".")
}

// knownEnding keeps file and contract names ("v2.sol", "vitalik.eth") from
// counting as sites.
func knownEnding(host string) bool {
	i := strings.LastIndexByte(host, '.')
	if i <= 0 {
		return false
	}
	switch host[i+1:] {
	case "com", "org", "net", "io", "fi", "xyz", "finance", "co", "app", "info", "exchange", "network", "gg", "me", "link", "dev", "page", "site", "box", "fund", "world":
		return true
	}
	return false
}

// sameSite compares registered names: sub-domains and URL shorteners of the
// same owner are the same site.
func sameSite(a, b string) bool {
	if a == b || strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a) {
		return true
	}
	return site(a) == site(b) || aliases[site(a)] != "" && aliases[site(a)] == aliases[site(b)]
}

func site(host string) string {
	parts := strings.Split(host, ".")
	if len(parts) < 2 {
		return host
	}
	n := 2
	if last := parts[len(parts)-2]; len(parts) > 2 && (last == "co" || last == "com" || last == "org") && len(parts[len(parts)-1]) == 2 {
		n = 3
	}
	return strings.Join(parts[len(parts)-n:], ".")
}

// aliases: names under which one owner serves the same pages.
var aliases = map[string]string{
	"twitter.com": "x", "x.com": "x", "t.me": "telegram", "telegram.org": "telegram", "telegram.me": "telegram",
	"discord.gg": "discord", "discord.com": "discord", "discordapp.com": "discord", "youtube.com": "youtube",
	"youtu.be": "youtube", "medium.com": "medium", "github.com": "github", "github.io": "github", "ipfs.io": "ipfs", "dweb.link": "ipfs",
}
