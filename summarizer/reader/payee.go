package reader

import (
	"strings"
)

// payeeOf finds who gets the amount at from…to of unit i, as the text writes
// it: a name after "to", an address of the same line, a line that says
// "Recipient: …". "" = the text does not say it near the amount.
func (p *page) payeeOf(i int, from, to int) string {
	u := &p.units[i]
	if u.label != "" {
		if name := p.labelledPayee(i); name != "" {
			return name
		}
	}
	if name := p.nameAfter(u, to); name != "" {
		return name
	}
	if u.kind == itemUnit && from-u.from < 6 {
		if name := bracketName(p.text[to:u.to]); name != "" {
			return name
		}
	}
	if best := nearest(u, from); best != "" {
		return best
	}
	if name := nameBefore(p.text[u.from:from]); name != "" {
		return name
	}
	if name := p.followingPayee(i); name != "" {
		return name
	}
	if name := verbName(p.words(u)); name != "" {
		return name
	}
	if u.lead >= 0 && u.lead < i {
		return p.payeeOfLead(&p.units[u.lead])
	}
	return ""
}

// payeeOfLead reads "We will pay Ada:" before a list of amounts.
func (p *page) payeeOfLead(lead *unit) string {
	if name := verbName(p.words(lead)); name != "" {
		return name
	}
	if len(lead.addresses) == 1 {
		return lead.addresses[0].Text
	}
	return ""
}

// labelledPayee looks for the line with the payee among the labelled lines
// around i: "Amount: …", "Asset: …", "Spender: …".
func (p *page) labelledPayee(i int) string {
	for step := 1; step <= 8; step++ {
		for _, j := range [2]int{i + step, i - step} {
			if j < 0 || j >= len(p.units) || p.units[j].section != p.units[i].section || j < i-4 {
				continue
			}
			if isPayeeLabel(p.units[j].label) {
				return p.payeeOfLine(&p.units[j])
			}
		}
	}
	return ""
}

// followingPayee looks at the lines right after an amount.
func (p *page) followingPayee(i int) string {
	for j := i + 1; j < len(p.units) && j <= i+3 && p.units[j].section == p.units[i].section; j++ {
		next := &p.units[j]
		if isPayeeLabel(next.label) || len(next.addresses) > 0 && j == i+1 && !isAssetLabel(next.label) {
			return p.payeeOfLine(next)
		}
		if len(next.amounts) > 0 {
			return ""
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

// defaultPayee is who the proposal as a whole pays, where an amount does not
// say it: as the title or the request names it, or the only address.
func (p *page) defaultPayee() string {
	if name := p.statedPayee(); name != "" {
		return name
	}
	title := plainText(p.title)
	if name := verbName(title); name != "" {
		return name
	}
	if name := titleParty(title); name != "" {
		return name
	}
	if name := properNameAfter(title); name != "" && hasAny(strings.ToLower(title), givingTitles) {
		return name
	}
	if name := p.titleSubject(title); name != "" {
		return name
	}
	for i := range p.units {
		u := &p.units[i]
		if u.noise || !asks(u.low) {
			continue
		}
		if name := verbName(p.words(u)); name != "" {
			return name
		}
		if name := nameBefore(p.words(u)); name != "" {
			return name
		}
	}
	return p.onlyAddress()
}

// givingTitles: titles in which "to X" and "for X" name a payee.
var givingTitles = []string{"pay", "send", "transfer", "grant", "distribut", "allocat", "reimburs", "compensat", "donat", "fund", "award", "stream", "reward", "bounty", "budget", "retainer", "airdrop"}

// titleSubject: "Ada Labs: second year" is about Ada Labs, if the text is.
func (p *page) titleSubject(title string) string {
	before, ok, whole := "", false, false
	for n, end := range [...]string{":", "'s ", "’s ", "(", " -- ", " – ", " - "} {
		if before, _, ok = strings.Cut(title, end); ok {
			whole = n > 2
			break
		}
	}
	name := properName(before)
	if whole && len(name) < len(strings.TrimSpace(before)) {
		return ""
	}
	if !ok || name == "" || strings.Count(p.text, name) < 3 {
		return ""
	}
	return name
}

// onlyAddress is the address of a text that has just one.
func (p *page) onlyAddress() string {
	only := ""
	for i := range p.units {
		u := &p.units[i]
		if isAssetLabel(u.label) {
			continue
		}
		for _, a := range u.addresses {
			if only != "" && !strings.EqualFold(only, a.Text) {
				return ""
			}
			only = a.Text
		}
	}
	return only
}

func isPayeeLabel(label string) bool {
	switch strings.Trim(label, " *_:.#") {
	case "recipient", "recipients", "to", "spender", "receiver", "payee", "beneficiary", "beneficiary address", "grant recipient", "grant address", "payee address", "multi-sig address", "address", "wallet", "wallet address", "eth address", "recipient address", "payment address", "receiving address", "destination", "multisig", "multisig address", "空投合约", "收款地址", "接收地址", "receiver address", "payout address", "grantee", "applicant", "funds recipient", "recipient wallet":
		return true
	}
	return false
}

func isAssetLabel(label string) bool {
	switch label {
	case "asset", "token", "currency", "coin", "token address", "contract", "contract address", "target", "token contract", "asset address":
		return true
	}
	return false
}
