package reader

import (
	"strings"

	"mandate/governance/text"
)

// askPointsOf weighs what speaks for and against an amount being asked for.
func (p *page) askPointsOf(i int, a text.Amount) float64 {
	u := &p.units[i]
	near := strings.ToLower(p.text[max(u.from, a.From-70):min(u.to, a.To+50)])
	before := strings.ToLower(p.text[max(u.from, a.From-34):a.From])
	after := strings.ToLower(p.text[a.To:min(u.to, a.To+34)])
	points := 0.0
	add := func(holds bool, n float64) {
		if holds {
			points += n
		}
	}
	add(asks(u.low), 0.7)
	add(hasAny(near, strongPay), 1.3)
	add(hasAny(near, weakPay), 0.5)
	add(isAmountLabel(u.label), 1.5)
	if lead := p.leadOf(i); lead != nil {
		add(hasAny(lead.low, strongPay), 1.4)
	}
	add(len(u.addresses) > 0, 0.8)
	add(strings.Contains(after, " to ") || strings.Contains(after, " for "), 0.4)
	add(strings.Contains(strings.ToLower(p.title), strings.ToLower(p.text[a.From:a.To])), 1)
	switch p.sectionOf(u).role {
	case roleMoney:
		points++
	case roleSummary:
		points += 0.6
	case roleSpec, roleNone:
		points += 0.2
	case roleBackground, roleWhy, roleFor, roleAgainst:
		points -= 0.6
	case roleMeta:
		points -= 1.5
	}
	add(hasAny(near, notAsked), -2)
	add(hasAny(u.low, restsBefore), -1.2)
	add(startsWithOrder(p.words(u), p.text[u.from:a.From]), 2)
	first := a.From-u.from < 4
	add(first && (u.kind == itemUnit || u.to-a.To < 3) && p.sectionOf(u).role == roleMoney, 0.8)
	add(first && u.inSection == 0 && isAmountLabel(strings.ToLower(p.sectionOf(u).title)), 1)
	add(first && u.kind == itemUnit && handsOut(after), 1.3)
	add(strings.HasPrefix(after, " from the treasury"), 1.5)
	add(u.titled && u.to-a.To < 3, 1.8)
	add(u.kind == itemUnit && u.to-a.To < 3 && len(u.low) > 12, 0.5)
	add(isPrice(after, p.text[a.To:min(u.to, a.To+34)]), -2)
	add(isRange(before, after), -2.5)
	add(strings.Count(after, " per ") > 1, -1.8)
	add(hasAny(before, boundsBefore), -1.5)
	add(hasAny(after, ratesAfter), -1.8)
	add(hasAny(u.low, pastCues), -0.7)
	add(strings.HasPrefix(u.low, "since "), -1)
	add(strings.Contains(p.text[a.To:u.to], " = "), -1.5) // a part of a sum
	add(strings.HasSuffix(u.low, "?") && !asks(u.low), -0.5)
	return points
}

// leadOf is the line with a colon that introduces unit i, nil = none.
func (p *page) leadOf(i int) *unit {
	if lead := p.units[i].lead; lead >= 0 {
		return &p.units[lead]
	}
	if i > 0 && p.units[i-1].section == p.units[i].section && strings.HasSuffix(p.units[i-1].low, ":") {
		return &p.units[i-1]
	}
	return nil
}

// handsOut: "5 ETH to Ada", "5 ETH for each artist".
func handsOut(after string) bool {
	return strings.HasPrefix(after, " to ") || strings.HasPrefix(after, " each") || strings.HasPrefix(after, " for each")
}

// startsWithOrder: the line begins with what is done, and then the amount.
func startsWithOrder(line, before string) bool {
	if len(before) > 40 {
		return false
	}
	low := strings.ToLower(line)
	for _, verb := range orderVerbs {
		if verb != "$" && strings.HasPrefix(low, verb) {
			return true
		}
	}
	return false
}

// isPrice: "$0.75/LOOM" prices a token.
func isPrice(after, original string) bool {
	return len(after) > 1 && after[0] == '/' && (isUpper(original, 1) || hasAny(after, []string{"/token", "/nft"}))
}

// isRange: "$5k - $75k", "between 5 and 10 ETH" bound what others may ask.
func isRange(before, after string) bool {
	before = strings.TrimRight(before, " $~")
	after = strings.TrimLeft(after, " ")
	if strings.Contains(before, "between") || strings.HasPrefix(after, "- $") || strings.HasPrefix(after, "-$") || strings.HasPrefix(after, "– $") || strings.HasPrefix(after, "- usd") {
		return true
	}
	return len(before) > 2 && (before[len(before)-1] == '-' || strings.HasSuffix(before, "–")) && hasDigit(before[max(0, len(before)-8):])
}

func isUpper(s string, i int) bool { return i < len(s) && s[i] >= 'A' && s[i] <= 'Z' }
