package reader

import (
	"strings"

	"mandate/governance/text"
)

// titleAsks: amounts of the title, where the text does not say them too.
func (p *page) titleAsks(found []ask, willing float64) []ask {
	var list []ask
	low := strings.ToLower(p.doc.Title)
	if len(found) > 0 || hasAny(low, notAsked) || hasAny(low, ruleTitles) {
		return nil
	}
	for _, a := range text.Amounts(p.doc.Title) {
		if a.Token == "" || a.Percent || a.Value == "0" || !hasAny(low, strongPay) && !hasAny(low, weakPay) && willing < 1 {
			continue
		}
		name := properNameAfter(p.doc.Title[a.To:])
		list = append(list, ask{value: a.Value, token: a.Token, unit: -1, from: 0, to: len(p.doc.Title), points: 2.6, payee: name})
	}
	return list
}

// payingLabels: the choices say by themselves that they spend.
func payingLabels(labels []string) bool {
	return hasAny(strings.ToLower(strings.Join(labels, " ")), []string{"allocat", "fund", "pay ", "grant", "budget", "spend", "send ", "$", "€", "loan", "donat", "buy "})
}

// choiceAsks: where the choices are amounts, each is what is asked if it
// wins. The label is not part of the text, so there is no quote.
func choiceAsks(labels []string, stances []stanceOf, found []ask) []ask {
	var list []ask
	for i, l := range labels {
		if i < len(stances) && stances[i].stance != "support" || len(l) > 120 {
			continue
		}
		low := strings.ToLower(l)
		for _, a := range text.Amounts(l) {
			if a.Token == "" || a.Percent || a.Value == "0" || hasAny(low, []string{"per block", "/block", "fee", "price", "cap ", "threshold", "minimum"}) || has(found, a.Value, a.Token) {
				continue
			}
			list = append(list, ask{value: a.Value, token: a.Token, unit: -1, points: 2.5})
			break
		}
	}
	if len(list) < 2 && len(labels) > 2 || len(list) > 8 {
		return nil
	}
	return list
}
