package summarizer

import (
	"slices"
	"strings"

	"mandate/governance/text"
)

// amountIn reports whether an ask's amount and token stand in its quote. A
// bare amount, as in a table's cell, may have its token elsewhere in the
// document, as in the table's head. An ask without an amount is a promise
// without a sum.
func amountIn(amount, token, quote, document string) bool {
	if amount != "" && !statesAmount(amount, quote) {
		return false
	}
	return tokenIn(token, quote) || (isBare(amount, quote) && tokenIn(token, document))
}

// tokenIn reports whether words name the token, by its symbol or, of dollars,
// by their sign or word.
func tokenIn(token, words string) bool {
	n := numbers{source: words, lower: strings.ToLower(words)}
	switch {
	case token == "" || n.hasWord(token) || strings.Contains(words, "$"+token):
		return true
	case token == "USD" && (strings.ContainsAny(words, "$＄") || strings.Contains(n.lower, "dollar")):
		return true
	}
	return slices.ContainsFunc(text.Amounts(words), func(a text.Amount) bool { return a.Token == token })
}

// isBare reports whether no token stands beside the amount in the quote.
func isBare(amount, quote string) bool {
	return !slices.ContainsFunc(text.Amounts(quote), func(a text.Amount) bool {
		return a.Token != "" && a.Value != "" && trimZeros(a.Value) == trimZeros(amount)
	})
}

func statesAmount(amount, quote string) bool {
	amount = trimZeros(amount)
	return slices.ContainsFunc(figuresIn(quote), func(f figure) bool { return f.plain() == amount }) ||
		slices.ContainsFunc(text.Amounts(quote), func(a text.Amount) bool { return !a.Percent && a.Value != "" && trimZeros(a.Value) == amount })
}

// plain writes the figure out as a plain decimal: 1.5 m is 1500000.
func (f figure) plain() string {
	zeros := map[string]int{"": 0, "k": 3, "m": 6, "b": 9, "t": 12}
	shift, ok := zeros[f.scale]
	if !ok {
		return "" // a percentage is no amount
	}
	whole, part, _ := strings.Cut(f.digits, ".")
	for range shift {
		if part == "" {
			whole += "0"
			continue
		}
		whole, part = whole+part[:1], part[1:]
	}
	return trimZeros(whole + "." + part)
}

func trimZeros(decimal string) string {
	whole, part, _ := strings.Cut(decimal, ".")
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	if whole == "" {
		whole = "0"
	}
	if part == "" {
		return whole
	}
	return whole + "." + part
}
