package reader

import (
	"strings"

	"mandate/governance/text"
)

// budgetTables are the tables that end in a total: their rows are parts of
// one sum.
func (p *page) budgetTables() map[int]bool {
	found := map[int]bool{}
	for i := range p.units {
		if u := &p.units[i]; u.kind == rowUnit && !u.head && strings.Contains(head(u.low, 40), "total") && len(u.amounts) > 0 {
			found[u.table] = true
		}
	}
	return found
}

// cell is one cell of a table row, in bytes.
type cell struct{ from, to int }

const maxCells = 40

// cells splits a table row.
func cells(s string, from, to int) []cell {
	var list []cell
	start := from
	for i := from; i <= to && len(list) < maxCells; i++ {
		if i < to && s[i] != '|' {
			continue
		}
		a, z := trimMarks(s, start, i)
		if start > from || a < z { // no empty cell before a leading bar
			list = append(list, cell{a, z})
		}
		start = i + 1
	}
	if n := len(list); n > 0 && list[n-1].from >= list[n-1].to {
		list = list[:n-1]
	}
	return list
}

// column is what the header of a table says about a column.
type column struct {
	title  string // lower case
	token  string // the token that it counts
	amount bool   // it holds amounts
	asset  bool   // it names tokens
	payee  bool   // it names who is paid
}

// columns reads the header of a table.
func (p *page) columns(table int) []column {
	i, ok := p.tables[table]
	if !ok {
		return nil
	}
	var list []column
	for _, c := range cells(p.text, p.units[i].from, p.units[i].to) {
		list = append(list, readColumn(head(p.text[c.from:c.to], 80)))
	}
	return list
}

func readColumn(title string) column {
	low := strings.ToLower(title)
	c := column{title: low}
	c.token = tokenIn(title)
	c.amount = hasAny(low, []string{"amount", "cost", "budget", "allocation", "total", "payment", "compensation", "funding", "price", "salary", "reward", "grant", "request", "pay", "sum", "bounty", "fee", "quantity", "award", "allowance", "disbursement"})
	c.amount = c.amount || c.token != ""
	c.asset = low == "token" || low == "asset" || low == "currency" || low == "symbol" || low == "coin"
	c.payee = hasAny(low, []string{"recipient", "payee", "name", "provider", "contributor", "member", "address", "wallet", "beneficiary", "receiver", "who", "team", "project", "role", "purpose", "item", "category", "candidate", "service", "destination", "multisig", "grantee"})
	return c
}

// tokenIn finds a token symbol in a few words: "ROOK Allocation", "Cost ($)".
func tokenIn(s string) string {
	// A number before the words lets the number parser judge the symbol.
	for _, w := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(" ()[]/*#:", c) }) {
		for _, a := range text.Amounts("1 " + w) {
			if a.Token != "" {
				return a.Token
			}
		}
	}
	return ""
}

// rowAmount is an amount of a table row with its token and its payee.
type rowAmount struct {
	value, token, payee, written string
	column                       column
	to                           int // where its cell ends
}

// rowAmounts reads the money of a table row.
func (p *page) rowAmounts(u *unit, columns []column) []rowAmount {
	row := cells(p.text, u.from, u.to)
	asset, payee := "", ""
	for i, c := range row {
		words := p.text[c.from:c.to]
		col := columnAt(columns, i)
		if asset == "" && (col.asset || !hasDigit(words)) {
			asset = tokenIn(words)
		}
		if name := cleanName(words); payee == "" && (col.payee || i == 0) && name != "" && !startsWithDigit(name) && !isCategory(strings.ToLower(name)) {
			payee = name
		}
	}
	var list []rowAmount
	total := strings.Contains(u.low, "total")
	for i, c := range row {
		col := columnAt(columns, i)
		for _, a := range u.amounts[:min(len(u.amounts), 2*maxCells)] {
			if a.From < c.from || a.From >= c.to || a.Percent || a.Value == "0" {
				continue
			}
			token := a.Token
			if token == "" {
				token = col.token
			}
			if token == "" && col.amount {
				token = asset
			}
			// A column that only converts the others says nothing new.
			if token == "USD" && len(list) > 0 && !total && strings.Contains(col.title, "usd") {
				break
			}
			if strings.EqualFold(payee, token) {
				payee = ""
			}
			if token == "" || !p.counts(c, a) {
				continue
			}
			list = append(list, rowAmount{value: a.Value, token: token, payee: payee, column: col, to: c.to, written: p.text[a.From:a.To]})
			if !strings.HasPrefix(strings.TrimLeft(p.text[a.To:c.to], " *"), "+") {
				break
			}
		}
	}
	return list
}

// counts: in a cell that says more than its amount only a result, a part of
// a sum, or what stands before a remark counts.
func (p *page) counts(c cell, a text.Amount) bool {
	if (a.To-a.From)*2 >= c.to-c.from-8 {
		return true
	}
	before, after := strings.TrimRight(p.text[c.from:a.From], " *"), strings.TrimLeft(p.text[a.To:c.to], " *")
	if strings.HasSuffix(before, "=") || strings.HasSuffix(before, "+") {
		return true
	}
	return before == "" && (strings.HasPrefix(after, "(") || strings.HasPrefix(after, "+"))
}

func columnAt(columns []column, i int) column {
	if i < len(columns) {
		return columns[i]
	}
	return column{}
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

func startsWithDigit(s string) bool {
	s = strings.TrimLeft(s, "$€~ ")
	return s == "" || isDigit(s[0])
}
