package text

// Amount is a number with what it counts.
type Amount struct {
	Start, End int    // code points
	Value      string // plain decimal: no separators, no exponent
	Token      string // upper-case symbol, USD for dollars, "" = none
	Percent    bool   // a share, not money
}

// Amounts finds the amounts in s.
func Amounts(s string) []Amount { return nil }

// Addresses finds addresses and ENS names in s.
func Addresses(s string) []Span { return nil }

// Dates finds dates in s.
func Dates(s string) []Span { return nil }
