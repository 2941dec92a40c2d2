package reader

import (
	"sort"
	"strings"

	"mandate/governance/text"
)

// ask is an amount that may be asked for.
type ask struct {
	value, token, payee, schedule string
	unit                          int    // -1: from the title or a choice
	from, to                      int    // bytes of the quote; 0, 0 = none
	written                       string // the amount as the text writes it
	general                       bool   // the payee is that of the whole text
	points                        float64
}

// maxAsks: a longer list is a budget table; its head is enough.
const maxAsks = 14

// maxPerUnit is how many amounts of one sentence are looked at.
const maxPerUnit = 16

// maxRow is how long a table row is quoted whole.
const maxRow = 200

// askPoints is from how many points an amount counts as asked for.
const askPoints = 2.5

// asks finds what the proposal asks for.
func (p *page) asks(stances []stanceOf) []ask {
	var found []ask
	willing := p.willing()
	columns := map[int][]column{}
	budgets := p.budgetTables()
	for i := range p.units {
		u := &p.units[i]
		if u.kind == rowUnit {
			if _, ok := columns[u.table]; !ok {
				columns[u.table] = p.columns(u.table)
			}
			willing := willing
			if budgets[u.table] {
				willing += 0.7
			}
			found = append(found, p.rowAsks(i, columns[u.table], willing)...)
			continue
		}
		if !u.noise || u.kind == codeUnit && len(u.low) < 90 || u.label != "" {
			found = append(found, p.unitAsks(i, willing)...)
		}
	}
	found = append(found, p.titleAsks(found, willing)...)
	if willing > 0 || payingLabels(p.doc.Choices) {
		found = append(found, choiceAsks(p.doc.Choices, stances, found)...)
	}
	found = distinct(found)
	payee := ""
	for i := range found {
		if found[i].payee != "" {
			continue
		}
		if payee == "" {
			payee = p.defaultPayee()
		}
		found[i].payee, found[i].general = payee, true
	}
	return found
}

// willing says how much the document as a whole is about paying.
func (p *page) willing() float64 {
	title := strings.ToLower(p.title)
	points := 0.0
	if hasAny(title, payTitles) {
		points++
	}
	if hasAny(title, ruleTitles) {
		points -= 1.5
	}
	for i := range p.units {
		u := &p.units[i]
		if !u.noise && len(u.amounts) > 0 && hasMoney(u.amounts) && asks(u.low) && hasAny(u.low, strongPay) {
			return points + 1
		}
	}
	return points
}

func hasMoney(list []text.Amount) bool {
	for _, a := range list {
		if a.Token != "" {
			return true
		}
	}
	return false
}

// unitAsks judges the amounts of a sentence or an item.
func (p *page) unitAsks(i int, willing float64) []ask {
	u := &p.units[i]
	var list []ask
	for _, a := range u.amounts[:min(len(u.amounts), maxPerUnit)] {
		token := a.Token
		if token == "" && !a.Percent && isAmountLabel(u.label) {
			token = p.assetBefore(i)
		}
		if token == "" || a.Percent || a.Value == "0" {
			continue
		}
		points := p.askPointsOf(i, a) + willing
		if willing < 0 && startsWithOrder(p.words(u), p.text[u.from:a.From]) {
			points -= willing
		}
		if points < askPoints {
			continue
		}
		from, to := p.quoteAround(u, a.From, a.To)
		list = append(list, ask{value: a.Value, token: token, unit: i, from: from, to: to, points: points, written: p.text[a.From:a.To],
			payee: p.payeeOf(i, a.From, a.To), schedule: scheduleIn(p.text[u.from:u.to])})
	}
	return list
}

// rowAsks judges the amounts of a table row.
func (p *page) rowAsks(i int, columns []column, willing float64) []ask {
	u := &p.units[i]
	var list []ask
	if u.head {
		return nil
	}
	role := p.sectionOf(u).role
	heading := strings.ToLower(p.sectionOf(u).title)
	for _, r := range p.rowAmounts(u, columns) {
		points := willing + 1
		if r.column.amount {
			points += 0.8
		}
		if hasAny(r.column.title, strongPay) {
			points += 0.7
		}
		if role == roleMoney || hasAny(heading, strongPay) {
			points++
		}
		if u.lead >= 0 && hasAny(p.units[u.lead].low, strongPay) {
			points += 0.7
		}
		if role == roleMeta || role == roleBackground || hasAny(r.column.title, notAsked) || hasAny(u.low, notAsked) || hasAny(r.column.title, []string{"current", "price", "tvl", "cap", "before", "original", "previous", "old "}) {
			points -= 2
		}
		if strings.Contains(u.low, "total") {
			points += 0.6
		}
		if points < askPoints+0.5 {
			continue
		}
		to := u.to
		if to-u.from > maxRow { // its tail: links, remarks
			to = r.to
		}
		list = append(list, ask{value: r.value, token: r.token, payee: r.payee, written: r.written, unit: i, from: u.from, to: to, points: points - 0.5, schedule: scheduleIn(r.column.title)})
	}
	return list
}

func has(list []ask, value, token string) bool {
	for _, a := range list {
		if a.value == value && a.token == token {
			return true
		}
	}
	return false
}

// distinct keeps one ask for each amount, token and payee, and of a long
// budget the lines that weigh most, in the order of the text.
func distinct(found []ask) []ask {
	var list []ask
	for _, a := range found {
		same := -1
		for i := range list {
			if list[i].value == a.value && list[i].token == a.token && (list[i].payee == a.payee || list[i].payee == "" || a.payee == "" || list[i].unit < 0 || a.points < askPoints+1) {
				same = i
			}
		}
		switch {
		case same < 0:
			list = append(list, a)
		case list[same].payee == "" && a.payee != "":
			list[same].payee = a.payee
		}
	}
	if len(list) <= maxAsks {
		return list
	}
	points := make([]float64, len(list))
	for i := range list {
		points[i] = list[i].points
	}
	sort.Sort(sort.Reverse(sort.Float64Slice(points)))
	least := points[maxAsks-1]
	kept := list[:0]
	for _, a := range list {
		if a.points >= least && len(kept) < maxAsks {
			kept = append(kept, a)
		}
	}
	return kept
}

// isAmountLabel: "Cost: …", "Amount: …".
func isAmountLabel(label string) bool {
	switch label {
	case "amount", "cost", "costs", "total", "budget", "funding", "funding request", "requested amount", "amount requested", "ask", "the ask", "price", "payment", "compensation", "grant", "grant amount", "total cost", "total budget", "reward", "salary", "request", "requested budget", "total amount", "funding requested", "budget request", "requested funding", "grant size", "pay", "空投预算", "预算", "总预算", "费用", "金额", "presupuesto", "coste", "costo", "importe", "montant", "coût", "예산", "requested grant", "amount of tokens", "proposed budget":
		return true
	}
	if label == "total tokens" || label == "total supply" || strings.HasPrefix(label, "total value") {
		return false
	}
	return strings.HasPrefix(label, "total ") || strings.HasPrefix(label, "requested ") || strings.HasSuffix(label, " amount") || strings.HasSuffix(label, " cost") || strings.HasSuffix(label, " budget")
}

// assetBefore is the token that the lines before i name: "Asset: USDC".
func (p *page) assetBefore(i int) string {
	for j := i; j >= 0 && j >= i-3 && p.units[j].section == p.units[i].section; j-- {
		switch p.units[j].label {
		case "asset", "token", "currency", "coin":
			at, _ := inlineHeading(p.words(&p.units[j]))
			return tokenIn(p.text[p.units[j].from+at : p.units[j].to])
		}
	}
	return ""
}

// quoteAround widens an amount to the clause around it.
func (p *page) quoteAround(u *unit, from, to int) (int, int) {
	a, z := u.from, u.to
	cutClauses(p.text, u.from, u.to, u.to-u.from <= 160, func(x, y int) {
		if x <= from && to <= y {
			a, z = trimQuote(p.text, x, y)
		}
	})
	return a, z
}
