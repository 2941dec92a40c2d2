package text

import "strings"

const maxSymbol = 16

// tokenAfter reads what a number counts: "USDC", "$FWB", "dollars", "枚aWSB".
// It returns the upper-case symbol and the bytes read; size 0 = no token.
// After a price ("$5k of GHO") what it buys is not its token.
func tokenAfter(s string, priced bool) (token string, size int) {
	at := 0
	for n := 0; n < 3 && at < len(s); n++ {
		switch c := s[at]; {
		case c == ' ' || c == '*' || c == '_' || c == '`' || c == '-' && at > 0 && s[at-1] != ' ' || c == '-' && at == 0:
			at++
			continue
		case strings.HasPrefix(s[at:], "\u00a0"):
			at += 2
			continue
		}
		break
	}
	counted := false
	for _, counter := range [...]string{"枚", "个", "個", "of the ", "of "} {
		if strings.HasPrefix(s[at:], counter) && !(priced && counter[0] == 'o') {
			at += len(counter)
			counted = counter[0] >= 0x80
			break
		}
	}
	at += spaces(s[at:], 0)
	sym, n := symbol(s[at:])
	if n == 0 && counted { // what is counted needs no capitals: 500个Awsb
		if end, capitals := symbolEnd(s[at:], 0); capitals > 0 && end > 2 && end <= maxSymbol {
			sym, n = strings.ToUpper(s[at:at+end]), end
		}
	}
	if n == 0 {
		return "", 0
	}
	return sym, at + n
}

// symbol reads a token symbol or the name of a currency at the start of s.
func symbol(s string) (token string, size int) {
	for _, c := range currencyWords {
		if hasPrefixFold(s, c.word) && wordEnds(s, len(c.word)) {
			return c.token, len(c.word)
		}
	}
	for _, c := range currencySigns {
		if strings.HasPrefix(s, c.word) && !(c.word == "$" && opens(s[1:])) {
			return c.token, len(c.word)
		}
	}
	dollar := 0
	if s != "" && s[0] == '$' {
		dollar = 1
	}
	end, capitals := symbolEnd(s, dollar)
	word := s[dollar:end]
	switch {
	case len(word) < 2 || len(word) > maxSymbol || word[0] >= '0' && word[0] <= '9' && dollar == 0:
		return "", 0
	case dollar == 1 && (word[0]|0x20 < 'a' || word[0]|0x20 > 'z'):
		return "", 0
	case dollar == 0 && (capitals < 2 || stopSymbols[strings.ToUpper(word)]):
		return "", 0
	case !wordEnds(s, end):
		return "", 0
	case isPair(s[end:]), peopleFollow(s[end:]):
		return "", 0
	}
	return strings.ToUpper(word), end
}

// opens: the dollar before s belongs to what follows: "$FWB", "4 * $ 181".
func opens(s string) bool {
	if s != "" && isLetter(s[0]) {
		return true
	}
	s = s[spaces(s, 0):]
	return s != "" && s[0] >= '0' && s[0] <= '9'
}

// symbolEnd reads letters, digits and inner marks as in USDC.e, BPT-V3.
func symbolEnd(s string, from int) (end, capitals int) {
	i := from
	for i < len(s) {
		c := s[i]
		switch {
		case c >= 'A' && c <= 'Z':
			capitals++
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9' && i > from:
		case c == '.' && hasPrefixFold(s[i:], ".e") && wordEnds(s, i+2):
		case c == '.' && i > from && i+2 < len(s) && s[i+1] == 'v' && s[i+2] >= '0' && s[i+2] <= '9' && wordEnds(s, i+3):
		default:
			return i, capitals
		}
		i++
	}
	return i, capitals
}

// isPair: "FRAX-OHM", "ETH/DAI" are pools, not tokens.
func isPair(s string) bool {
	return len(s) > 1 && (s[0] == '-' || s[0] == '/') && s[1] >= 'A' && s[1] <= 'Z'
}

// peopleFollow: "5 FWB members" are members, not tokens.
func peopleFollow(s string) bool {
	s = strings.TrimLeft(s, " ")
	for _, w := range [...]string{"member", "holder", "delegate", "signer", "owner", "voter", "user", "nft", "proposal", "pool", "season", "team", "communit", "contributor", "councilor", "steward"} {
		if hasPrefixFold(s, w) {
			return true
		}
	}
	return false
}

// tokenBefore reads "USDC 50,000", "$50,000", "€ 500": the sign or symbol
// that stands right before byte at of s, and where it starts. Any symbol may
// stand before a number that is written with thousands (large).
func tokenBefore(s string, at int, large bool) (token string, from int) {
	end := at
	for end > 0 && (s[end-1] == ' ' || s[end-1] == '*' || s[end-1] == '~' || s[end-1] == '\\') && at-end < 3 {
		end--
	}
	for _, c := range currencySigns {
		if strings.HasSuffix(s[:end], c.word) {
			from = end - len(c.word)
			if from > 1 && s[from-2:from] == "US" {
				from -= 2
			}
			return c.token, from
		}
	}
	if end == at || end == 0 {
		return "", at
	}
	from = end
	for from > 0 && isWordByte(s[from-1]) && end-from <= maxSymbol {
		from--
	}
	if from > 0 && s[from-1] == '$' {
		from--
	}
	if from == end || from > 0 && (isWordByte(s[from-1]) || s[from-1] == '-' || s[from-1] == '/' || s[from-1] == '#' || s[from-1] == '@') {
		return "", at
	}
	tok, size := symbol(s[from:end])
	if size != end-from || s[from] != '$' && !knownMoney[tok] && !(large && end-from > 2) {
		return "", at
	}
	return tok, from
}

type currency struct{ word, token string }

var currencySigns = [...]currency{{"$", "USD"}, {"€", "EUR"}, {"£", "GBP"}, {"Ξ", "ETH"}, {"¥", "CNY"}, {"₿", "BTC"}, {"＄", "USD"}, {"원", "KRW"}, {"美元", "USD"}, {"美金", "USD"}, {"刀", "USD"}, {"달러", "USD"}, {"円", "JPY"}, {"元", "CNY"}}

var currencyWords = [...]currency{
	{"dollars", "USD"}, {"dollar", "USD"}, {"us dollars", "USD"}, {"usd", "USD"}, {"usdc", "USDC"}, {"usdt", "USDT"}, {"dai", "DAI"},
	{"eth", "ETH"}, {"ether", "ETH"}, {"weth", "WETH"}, {"btc", "BTC"}, {"wbtc", "WBTC"}, {"euros", "EUR"}, {"euro", "EUR"}, {"eur", "EUR"},
	{"gho", "GHO"}, {"matic", "MATIC"}, {"bnb", "BNB"}, {"busd", "BUSD"}, {"frax", "FRAX"}, {"xdai", "XDAI"}, {"dólares", "USD"}, {"us$", "USD"}, {"ust", "UST"},
}

// knownMoney: symbols that may stand before a number. Others are names
// there: "EIP 712", "BIP 18".
var knownMoney = map[string]bool{"USD": true, "USDC": true, "USDT": true, "DAI": true, "ETH": true, "WETH": true, "BTC": true, "WBTC": true, "EUR": true, "GHO": true, "GBP": true, "BUSD": true, "FRAX": true, "USDS": true, "LUSD": true}

// stopSymbols are capitals that count no money.
var stopSymbols = setOf("DAO DAOS NFT NFTS TVL APR APY UTC GMT EST PST CET CEST EDT PDT PM AM AND OR THE FOR YES NO TO OF IN ON AT BY IS IT LP LPS " +
	"API APIS FAQ CEO CTO COO KYC EOA EOAS ID IDS UI UX PR AMA AMAS DEX CEX IP US UK EU VP ROI FDV TLDR PDF URL ABI EVM L1 L2 L1S L2S RPC SDK " +
	"EIP EIPS AIP AIPS BIP BIPS SIP SIPS YIP KIP LIP AGIP MIP IIP XIP CIP TIP PIP EP IPFS HTTP HTTPS JSON DNS OTC TWAP AMM ICO IDO IEO LBP MEV " +
	"VOTE VOTES WITH FROM THIS THAT WILL NOT ALL ANY NEW DAY DAYS WEEK WEEKS MONTH MONTHS YEAR YEARS HOURS HOUR MIN MAX TOTAL PER TOKEN TOKENS " +
	"HR HRS FTE FTES KPI KPIS OKR GB TB MB KB QA BD HQ CMO CFO IRL RFP SLA NDA LLC LTD INC ENS'S POAP POAPS WG SC OG OGS IC ICS AUM TX TXS BLOCKS BLOCK LTV LT LB RF IR " +
	"SOCIAL MEDIA AUG SEP SEPT OCT NOV DEC JAN FEB MAR APR JUN JUL MON TUE WED THU FRI SAT SUN Q1 Q2 Q3 Q4 H1 H2 V1 V2 V3 V4 BPS BP GAS WEI GWEI PX ERC IRS SEC USA UAE TEMP SQL PHD MSC CPU GPU RAM SSD " +
	"PRO PROS CON CONS MULTISIG DEFI GAMEFI WEB3 NA TBD TBA CRYPTO TWITTER DISCORD AVG APPROX")

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
