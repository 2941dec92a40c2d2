package reader

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxName = 60

// payeeOf finds who gets an amount: an address of the same line or the lines
// that belong to it, or the name that the sentence gives after "to" or "for".
func (p *page) payeeOf(i int, from, to int) string {
	u := &p.units[i]
	if name := p.nameAfter(u, to); name != "" {
		return name
	}
	if best := nearest(u, from); best != "" {
		return best
	}
	if name := nameBefore(p.text[u.from:from]); name != "" {
		return name
	}
	for j := i + 1; j < len(p.units) && j <= i+3 && p.units[j].section == u.section; j++ {
		next := &p.units[j]
		if isPayeeLabel(next.label) || len(next.addresses) > 0 && (j == i+1 || next.label != "") {
			return p.payeeOfLine(next)
		}
		if len(next.amounts) > 0 {
			break
		}
	}
	return ""
}

// payeeOfLine reads a line that only says who is paid.
func (p *page) payeeOfLine(u *unit) string {
	if len(u.addresses) > 0 {
		return u.addresses[0].Text
	}
	at, _ := inlineHeading(p.words(u))
	return cleanName(p.text[u.from+at : u.to])
}

func isPayeeLabel(label string) bool {
	switch label {
	case "recipient", "recipients", "to", "spender", "receiver", "payee", "beneficiary", "address", "wallet", "wallet address", "eth address", "recipient address", "payment address", "receiving address", "destination", "multisig", "multisig address", "空投合约", "收款地址", "接收地址":
		return true
	}
	return false
}

// nearest is the address of u that is closest after, else before, the amount.
func nearest(u *unit, at int) string {
	best, distance := "", 1<<30
	for _, a := range u.addresses {
		d := a.From - at
		if d < 0 {
			d = -d + 40
		}
		if d < distance {
			best, distance = a.Text, d
		}
	}
	return best
}

// nameAfter reads "… to Ada Labs", "… for the Grants Committee".
func (p *page) nameAfter(u *unit, at int) string {
	rest := p.text[at:u.to]
	low := strings.ToLower(rest)
	reach := min(len(low), 120)
	for _, word := range [...]string{" to the ", " to ", " for the ", " for ", " towards ", " into "} {
		i := strings.Index(low[:reach], word)
		if i < 0 || strings.ContainsAny(low[:i], ".;!?") {
			continue
		}
		if name := properName(rest[i+len(word):]); name != "" {
			return name
		}
	}
	return ""
}

// nameBefore reads "Ada Labs requests 5 ETH", "pay Ada 5 ETH", "Ada: 5 ETH".
func nameBefore(s string) string {
	low := strings.ToLower(s)
	for _, verb := range [...]string{"pay ", "reimburse ", "compensate ", "fund ", "grant ", "send ", "give ", "award ", "reward ", "provide "} {
		if i := strings.LastIndex(low, verb); i >= 0 && (i == 0 || !isWordByte(low[i-1])) {
			if name := properName(strings.TrimPrefix(s[i+len(verb):], "the ")); name != "" {
				return name
			}
		}
	}
	for _, verb := range [...]string{" requests", " is requesting", " will receive", " receives", " gets ", " asks", " will be paid", " proposes", " is asking", " would receive", " seeks"} {
		if i := strings.Index(low, verb); i > 0 {
			if name := properName(s[:i]); name != "" && len(name)+2 >= i-2 {
				return name
			}
		}
	}
	label, _, ok := strings.Cut(s, ":")
	if ok && len(label) < 40 && !isAmountLabel(strings.ToLower(strings.Trim(label, " *_"))) {
		return properName(strings.TrimLeft(label, "*_ -"))
	}
	return ""
}

// properName reads a name at the start of s: capitalised words, a handle, an
// address, "the X committee".
func properName(s string) string {
	s = strings.TrimLeft(s, " *_`[\"'“(")
	if s == "" {
		return ""
	}
	if strings.HasPrefix(s, "0x") && len(s) >= 42 {
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
		case unicode.IsUpper(first) || first == '@' || first == '$' || strings.HasSuffix(word, ".eth"):
			capital = true
		case !capital && end > 0, capital && !joinsName(word), !capital && !isRoleWord(word):
			return finishName(s[:end], capital)
		}
		end += len(word)
		if end < len(s) && s[end] == ' ' {
			end++
			continue
		}
		break
	}
	return finishName(s[:end], capital)
}

func wordAt(s string) string {
	for i, c := range s {
		if !(unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("@$._-'’&#/", c)) {
			return strings.TrimRight(s[:i], ".'’")
		}
	}
	return strings.TrimRight(s, ".'’")
}

// joinsName: small words inside names, and what names end in.
func joinsName(w string) bool {
	switch w {
	case "of", "and", "&", "the", "de", "multisig", "multi-sig", "committee", "team", "wallet", "contract", "treasury", "holders", "pool", "pod", "fund", "foundation", "contributors", "stewards", "delegates", "squad", "council":
		return true
	}
	return false
}

// isRoleWord: payees that are written without a capital.
func isRoleWord(w string) bool {
	switch w {
	case "contributors", "delegates", "stewards", "grantees", "members", "holders", "stakers", "signers", "users", "voters", "multisig", "multi-sig", "treasury", "community", "team":
		return true
	}
	return false
}

func finishName(s string, capital bool) string {
	s = strings.TrimRight(s, " ,.;:-&/")
	for _, tail := range [...]string{" of", " and", " the", " &", " de"} {
		s = strings.TrimSuffix(s, tail)
	}
	if len(s) < 2 || !capital && !isRoleWord(s) || notNames[strings.ToLower(s)] || hasDigit(s) && !strings.ContainsAny(s, "@#.0x") {
		return ""
	}
	return s
}

var notNames = map[string]bool{"q1": true, "q2": true, "q3": true, "q4": true, "usd": true, "usdc": true, "eth": true, "i": true, "this": true, "the": true, "we": true, "january": true, "february": true, "march": true, "april": true, "may": true, "june": true, "july": true,
	"august": true, "september": true, "october": true, "november": true, "december": true, "total": true, "yes": true, "no": true, "for": true, "against": true, "tvl": true, "apr": true, "proposal": true, "dai": true, "usdt": true, "phase": true, "season": true, "ethereum": true, "arbitrum": true, "polygon": true, "mainnet": true, "uniswap": true}

// cleanName drops Markdown from a cell or a value.
func cleanName(s string) string {
	s = plainText(s)
	s = strings.Trim(s, " *_`:.-–,;")
	if len(s) > maxName {
		s = strings.TrimSpace(head(s, maxName))
	}
	return s
}
