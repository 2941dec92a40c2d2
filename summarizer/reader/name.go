package reader

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxName = 60

// nameAfter reads "… to Ada Labs", "… for the Grants Committee" after an
// amount, within its clause.
func (p *page) nameAfter(u *unit, at int) string {
	return afterWords(p.text[at:u.to], 120)
}

// properNameAfter is nameAfter for a title.
func properNameAfter(s string) string { return afterWords(s, len(s)) }

func afterWords(s string, reach int) string {
	s = head(s, 300)
	low := strings.ToLower(s)
	reach = min(reach, len(low))
	for _, word := range [...]string{" to ", " for ", " towards ", " into ", " with ", " from "} {
		if word == " from " {
			break
		}
		for at := 0; ; {
			i := strings.Index(low[at:min(len(low), reach)], word)
			if i < 0 {
				break
			}
			at += i + len(word)
			if strings.ContainsAny(low[:at-len(word)], ";!?") || strings.Contains(low[:at-len(word)], ". ") {
				break
			}
			if word == " with " && !strings.HasSuffix(low[:at-len(word)], "partner") {
				continue
			}
			if name := anyName(s[at:]); name != "" {
				return name
			}
		}
	}
	return ""
}

// bracketName reads the name in "5,000 ARB [Research]", "500 DAI - Ada".
func bracketName(s string) string {
	s = strings.TrimLeft(s, " *_\\")
	for _, mark := range [...]string{"[", "(", "- ", "– ", "— ", ": "} {
		if strings.HasPrefix(s, mark) {
			return properName(s[len(mark):])
		}
	}
	return ""
}

// anyName reads a proper name, or words that end in what may be paid:
// "the affected member", "a new multi-sig address", "mod team".
func anyName(s string) string {
	s = strings.TrimLeft(s, " *_`[\"'“(")
	reach := 2
	for _, article := range [...]string{"the ", "a ", "an ", "our ", "all ", "The "} {
		if strings.HasPrefix(s, article) {
			s, reach = s[len(article):], 4
		}
	}
	s = strings.TrimLeft(s, "[*_")
	if name := properName(s); name != "" {
		return name
	}
	end := 0
	for n := 0; n < reach && end < len(s); n++ {
		word := wordAt(s[end:])
		low := strings.ToLower(word)
		if word == "" || isVerbLike(low) || strings.HasSuffix(low, "ing") || strings.HasSuffix(low, "ly") {
			return ""
		}
		end += len(word)
		if isRoleWord(low) {
			return strings.TrimSpace(s[:end])
		}
		if end >= len(s) || s[end] != ' ' {
			return ""
		}
		end++
	}
	return ""
}

// isVerbLike: words at which a noun has ended or never began.
func isVerbLike(w string) bool {
	switch w {
	case "be", "is", "are", "will", "that", "which", "and", "or", "for", "to", "in", "on", "at", "of", "by", "with", "from", "their", "this", "these", "each", "any", "do", "help", "use", "make", "create", "cover", "vote", "continue", "ensure", "support", "per", "up", "enable", "allow", "further", "attract", "reward", "incentivize", "incentivise", "pay", "encourage", "fund", "compensate", "build", "hire", "engage", "onboard", "bring", "give", "let", "get", "become", "new", "more":
		return true
	}
	return false
}

// properName reads a name at the start of s: capitalised words, a handle, an
// address.
func properName(s string) string {
	s = strings.TrimLeft(s, " *_`[\"'“(")
	if strings.HasPrefix(s, "0x") && len(s) >= 42 && !strings.ContainsAny(s[:42], " .,)") {
		return s[:42]
	}
	end, capital := 0, false
	for end < len(s) && end < maxName {
		word := wordAt(s[end:])
		if word == "" {
			break
		}
		first, _ := utf8.DecodeRuneInString(word)
		switch {
		case first == '@' || first == '$' && len(word) > 1 && isLetter(word[1]) || unicode.IsUpper(first) || isCamel(word) || strings.HasSuffix(word, ".eth"):
			capital = true
		case !capital, !joinsName(word):
			return finishName(s[:end], capital)
		}
		end += len(word)
		if end >= len(s) || s[end] != ' ' || strings.HasSuffix(word, "'s") || strings.HasSuffix(word, "’s") {
			break
		}
		end++
	}
	return finishName(s[:end], capital)
}

func wordAt(s string) string {
	s = head(s, maxName+20)
	for i, c := range s {
		if !(unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("@$._-'’&#/", c)) {
			return strings.TrimRight(s[:i], ".'’-/")
		}
	}
	return strings.TrimRight(s, ".'’-/")
}

// isCamel: "mStable", "eRPC" are names as well.
func isCamel(w string) bool {
	return len(w) > 3 && w[0] >= 'a' && w[0] <= 'z' && isUpper(w, 1) && !startsWithDigit(w)
}

// isOrganisation: what ends so is somebody, even if it begins like a purpose:
// "Marketing Guild".
func isOrganisation(low string) bool {
	switch low[strings.LastIndexByte(low, ' ')+1:] {
	case "workstream", "team", "committee", "guild", "squad", "group", "pod", "dao", "subdao", "labs", "foundation", "council", "multisig", "collective", "studio", "llc", "ltd":
		return strings.Contains(low, " ")
	}
	return false
}

// joinsName: small words inside names, and what names end in.
func joinsName(w string) bool {
	switch w {
	case "of", "and", "&", "the", "de":
		return true
	}
	return isRoleWord(w)
}

// isRoleWord: what may be paid without a name.
func isRoleWord(w string) bool {
	switch w {
	case "contributors", "delegates", "stewards", "grantees", "members", "member", "holders", "stakers", "signers", "users", "voters", "multisig", "multi-sig", "community", "team", "wallet", "address", "committee", "contract",
		"pool", "pools", "pair", "pod", "foundation", "squad", "council", "winners", "participants", "providers", "lps", "farmers", "candidate", "moderators", "mods", "devs", "developers", "artist", "artists", "distributor", "autowrapper", "translators", "ambassadors", "subscribers", "holder", "fund":
		return true
	}
	return false
}

func finishName(s string, capital bool) string {
	s = strings.TrimRight(s, " ,.;:-&/")
	for _, tail := range [...]string{" of", " and", " the", " &", " de", "'s", "’s"} {
		s = strings.TrimSuffix(s, tail)
	}
	low := strings.ToLower(s)
	if len(s) < 2 || !capital || notNames[low] || isCategory(low) || startsWithDigit(s) {
		return ""
	}
	if s[0] == '$' && !strings.Contains(s, " ") {
		return ""
	}
	// A bare token, an all-caps word, is what is paid rather than who.
	if !strings.Contains(s, " ") && tokenIn(s) != "" && s[0] != '$' && s[0] != '@' && len(s) <= 5 && strings.ToUpper(s) == s {
		return ""
	}
	return s
}

// notNames are capitalised for other reasons.
var notNames = map[string]bool{"q1": true, "q2": true, "q3": true, "q4": true, "usd": true, "usdc": true, "eth": true, "i": true, "this": true, "the": true, "we": true, "january": true, "february": true, "march": true, "april": true, "may": true, "june": true, "july": true,
	"august": true, "september": true, "october": true, "november": true, "december": true, "total": true, "yes": true, "no": true, "for": true, "against": true, "tvl": true, "apr": true, "proposal": true, "dai": true, "usdt": true, "phase": true, "season": true, "ethereum": true, "arbitrum": true, "polygon": true, "mainnet": true, "uniswap": true,
	"should": true, "jan": true, "feb": true, "mar": true, "jun": true, "jul": true, "aug": true, "sep": true, "sept": true, "oct": true, "nov": true, "dec": true, "yip": true, "minimum quorum": true, "if": true, "our": true, "it": true, "they": true, "he": true, "she": true, "you": true, "in": true, "at": true, "on": true, "dao": true, "currently": true, "nft": true, "nfts": true, "v2": true, "v3": true, "twitter": true, "request": true, "requests": true, "application": true, "notices": true, "program": true, "programme": true, "size": true, "discord": true}

// isCategory: what money is for, where a payee might stand.
func isCategory(low string) bool {
	if isOrganisation(low) {
		return false
	}
	for _, w := range [...]string{"total", "subtotal", "salar", "legal", "software", "office", "marketing", "expense", "funding", "budget", "cost", "payment", "fee", "travel", "contingency", "misc", "operat", "audit", "gas", "initial", "set ", "transfer", "approve", "option", "step", "phase", "q1", "q2", "q3", "q4", "week", "month", "year", "tl;dr", "tldr", "summary", "design", "infrastructure", "insurance", "accounting", "development", "event", "engineering", "note", "update", "amount", "description", "example", "reward", "incentive", "grants", "bounty", "payout", "spp", "clawback"} {
		if strings.HasPrefix(low, w) {
			return true
		}
	}
	return false
}

// cleanName drops Markdown and leading counts from a cell or a value.
func cleanName(s string) string {
	s = plainText(head(s, 400))
	s = strings.Trim(s, " *_`:.-–,;")
	if rest := strings.TrimLeft(s, "0123456789 x"); rest != "" && len(rest) < len(s) && !strings.HasPrefix(s, "0x") && !strings.HasPrefix(s, "1inch") {
		s = rest
	}
	if len(s) > maxName {
		s = strings.TrimSpace(head(s, maxName))
	}
	return s
}
