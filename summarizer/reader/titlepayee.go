package reader

import "strings"

// statedPayee is who a section or a line of the text names as the payee:
// "Beneficiary address", "Recipient: Ada". "" where it names several.
func (p *page) statedPayee() string {
	only := ""
	for i := range p.units {
		u := &p.units[i]
		name := ""
		switch {
		case u.inSection == 0 && len(u.addresses) > 0 && isPayeeLabel(strings.ToLower(p.sectionOf(u).title)):
			name = u.addresses[0].Text
		case isPayeeLabel(strings.Trim(u.label, " .:*\"'")) && len(u.addresses) > 0:
			name = p.payeeOfLine(u)
		}
		if name == "" {
			continue
		}
		if only != "" && !strings.EqualFold(only, name) {
			return ""
		}
		only = name
	}
	return only
}

// agreements: with whom they are made is who is paid.
var agreements = [...]string{"partner with ", "partnership with ", "collaboration with ", "collaborate with ", "agreement with ", "contract with ", "retainer with ", "engagement with ", "engage with ", "work with ", "renewal with ", "deal with "}

// requests: titles that begin so go on with who asks.
var requests = [...]string{"grant request", "grant proposal", "grant application", "grant", "funding request", "funding proposal", "funding application", "budget request", "budget", "request for funding", "request", "application", "investment", "invest", "sponsorship"}

// titleParty reads the other side from a title: "Agreement with Ada Labs",
// "Grant Request - Ada Labs".
func titleParty(title string) string {
	low := strings.ToLower(title)
	if len(low) != len(title) {
		return ""
	}
	for _, w := range agreements {
		if i := strings.Index(low, w); i >= 0 {
			if name := anyName(title[i+len(w):]); name != "" {
				return name
			}
		}
	}
	for _, mark := range [...]string{" - ", ": ", " – ", " — ", " | "} {
		before, after, ok := strings.Cut(title, mark)
		if !ok {
			continue
		}
		for _, w := range requests {
			if strings.EqualFold(strings.TrimSpace(before), w) {
				return properName(after)
			}
		}
	}
	return ""
}
