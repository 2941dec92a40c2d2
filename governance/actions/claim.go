package actions

import (
	"strings"

	"mandate/governance"
	"mandate/governance/text"
)

// ClaimKind is what kind of thing a text states.
type ClaimKind string

// The kinds.
const (
	ClaimAmount   ClaimKind = "amount"   // a number that may be money
	ClaimAddress  ClaimKind = "address"  // 0x…
	ClaimName     ClaimKind = "name"     // an ENS name: whose it is cannot be told from here
	ClaimVerb     ClaimKind = "verb"     // a word for what is done to powers or money
	ClaimFunction ClaimKind = "function" // a function's name, in code marks or with its brackets
	ClaimCalldata ClaimKind = "calldata" // raw calldata, word for word
)

// Claim is one thing that a text states. Offsets are bytes of the text.
type Claim struct {
	Kind     ClaimKind
	From, To int
	Text     string // word for word

	Value  string // amount: plain decimal; function: its bare name
	Token  string // amount: upper-case symbol, "USD" for dollars, "" = not said
	Scaled bool   // amount: written with k, million, …
	Approx bool   // amount: "about", "~", "up to"
	// Address is lower case.
	Address string
	// Effects are what a verb may announce.
	Effects []governance.EffectKind
	// Setting is what a governance verb is about: "quorum", "delay", …
	Setting string
	// Asked: a function or an address that the text says is called.
	Asked bool
}

// maxClaims bounds each kind: no proposal comes near it.
const maxClaims = 5000

// Claims reads what the canonical text states, each kind in text order. It
// never fails and takes linear time.
func Claims(s string) []Claim {
	var list []Claim
	list = append(list, amountClaims(s)...)
	list = append(list, addressClaims(s)...)
	list = append(list, hexClaims(s)...)
	list = append(list, functionClaims(s)...)
	return append(list, verbClaims(s)...)
}

func amountClaims(s string) []Claim {
	var list []Claim
	for _, a := range text.Amounts(s) {
		if a.Percent || len(list) >= maxClaims || isGas(s, a.To) {
			continue
		}
		c := Claim{Kind: ClaimAmount, From: a.From, To: a.To, Text: s[a.From:a.To], Value: a.Value, Token: trimToken(a.Token), Scaled: a.Scaled, Approx: isApprox(s, a.From)}
		list = append(list, c)
		if v := pointedThousands(c); v != "" {
			c.Value = v
			list = append(list, c)
		}
	}
	return append(list, powerClaims(s)...)
}

// trimToken drops what an editor's dot or a chain's suffix adds: USDC.E.
func trimToken(t string) string {
	t, _, _ = strings.Cut(t, ".")
	return strings.TrimPrefix(t, "$")
}

// isGas: a number of gas or gwei is no money that a proposal moves.
func isGas(s string, at int) bool {
	rest := strings.ToLower(strings.TrimLeft(s[at:min(len(s), at+12)], " *`"))
	return strings.HasPrefix(rest, "gwei") || strings.HasPrefix(rest, "wei") || strings.HasPrefix(rest, "gas")
}

func approxWords() []string {
	return []string{"~", "≈", "about", "around", "approximately", "approx", "approx.", "roughly", "circa", "nearly", "almost", "up to", "maximum of"}
}

func isApprox(s string, at int) bool {
	before := strings.ToLower(strings.TrimRight(s[max(0, at-18):at], " *\\$"))
	for _, w := range approxWords() {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	return false
}

// pointedThousands: "42.500 ARB" may be forty-two thousand five hundred where points
// part thousands, and its three digits make it so.
func pointedThousands(c Claim) string {
	written := strings.Trim(c.Text, "$ *_`~")
	end := 0
	for end < len(written) && (written[end] >= '0' && written[end] <= '9' || written[end] == '.') {
		end++
	}
	whole, part, ok := strings.Cut(written[:end], ".")
	if !ok || c.Scaled || len(part) != 3 || len(whole) == 0 || len(whole) > 3 || whole[0] == '0' {
		return ""
	}
	return whole + part
}

// powerClaims reads the numbers of code: 517,500e6 and 10 ** 18 forms as the
// whole token amounts before the exponent.
func powerClaims(s string) []Claim {
	var list []Claim
	for i := 1; i+1 < len(s) && len(list) < maxClaims; i++ {
		if s[i]|0x20 != 'e' || !isDigit(s[i-1]) || !isDigit(s[i+1]) {
			continue
		}
		from := i
		for from > 0 && i-from < 40 && (isDigit(s[from-1]) || strings.IndexByte(",._", s[from-1]) >= 0) {
			from--
		}
		if from > 0 && isWord(s[from-1]) {
			continue
		}
		end := i + 1
		for end < len(s) && isDigit(s[end]) {
			end++
		}
		for _, a := range text.Amounts(strings.Trim(s[from:i], ",._")) {
			list = append(list, Claim{Kind: ClaimAmount, From: from, To: end, Text: s[from:end], Value: a.Value})
		}
	}
	return list
}

func addressClaims(s string) []Claim {
	var list []Claim
	for _, span := range text.Addresses(s) {
		if len(list) >= maxClaims {
			break
		}
		c := Claim{Kind: ClaimName, From: span.From, To: span.To, Text: span.Text}
		if strings.HasPrefix(strings.ToLower(span.Text), "0x") && len(span.Text) == 42 {
			c.Kind, c.Address = ClaimAddress, strings.ToLower(span.Text)
		}
		list = append(list, c)
	}
	return list
}

// hexClaims finds raw calldata: a selector and whole words behind it.
func hexClaims(s string) []Claim {
	var list []Claim
	for i := 0; i+10 <= len(s) && len(list) < maxClaims; i++ {
		if s[i] != '0' || s[i+1]|0x20 != 'x' || i > 0 && isWord(s[i-1]) {
			continue
		}
		end := i + 2
		for end < len(s) && isHex(s[end]) {
			end++
		}
		if n := end - i - 10; n >= 64 && n%64 == 0 && (end == len(s) || !isWord(s[end])) {
			list = append(list, Claim{Kind: ClaimCalldata, From: i, To: end, Text: s[i:end], Value: strings.ToLower(s[i:end])})
		}
		i = end
	}
	return list
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func isWord(c byte) bool {
	return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80
}
