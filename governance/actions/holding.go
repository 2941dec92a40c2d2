package actions

import (
	"context"
	"math/big"
	"strings"
	"unicode"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// maxTokens bounds how many tokens of one proposal are asked about.
const maxTokens = 40

// tokensOf lists the tokens that effects on a chain name.
func tokensOf(list []governance.Action, chain uint64) []string {
	seen := map[string]bool{}
	var out []string
	var walk func([]governance.Action)
	walk = func(list []governance.Action) {
		for i := range list {
			for _, e := range list[i].Effects {
				if key := strings.ToLower(e.Token); list[i].ChainID == chain && key != "" && !seen[key] && len(out) < maxTokens {
					seen[key] = true
					out = append(out, key)
				}
			}
			walk(list[i].Nested)
		}
	}
	walk(list)
	return out
}

// readTokens asks tokens that are not known for their symbol and decimals. A
// contract may lie about both: its symbol is only shown where no known token
// has it, and an answer that is no small number is none.
func readTokens(ctx context.Context, n Nodes, chain, at uint64, addresses []string, known Known) ([]Token, error) {
	symbol, decimals := selectorOf("symbol()"), selectorOf("decimals()")
	var calls []governance.ContractCall
	var asked []string
	for _, a := range addresses {
		if _, ok := known.Token(chain, a); !ok {
			asked = append(asked, a)
			calls = append(calls, governance.ContractCall{To: a, Data: symbol[:]}, governance.ContractCall{To: a, Data: decimals[:]})
		}
	}
	if len(calls) == 0 {
		return nil, nil
	}
	answers, _, err := n.Agreed(ctx, chain, at, calls)
	if err != nil {
		return nil, err
	}
	var out []Token
	for i, a := range asked {
		decimals := new(big.Int).SetBytes(clampWord(answers[2*i+1].Data))
		if answers[2*i+1].Reverted || len(answers[2*i+1].Data) < 32 || !decimals.IsInt64() || decimals.Int64() > 36 {
			continue
		}
		out = append(out, Token{ChainID: chain, Address: a, Symbol: symbolOf(answers[2*i].Data), Decimals: int(decimals.Int64())})
	}
	return out, nil
}

func clampWord(data []byte) []byte { return data[:min(len(data), 32)] }

// symbolOf reads a string, or the bytes32 of old tokens: letters, digits and
// a few signs, at most 16.
func symbolOf(data []byte) string {
	raw := data
	if len(data) >= 64 {
		size := new(big.Int).SetBytes(data[32:64])
		if size.IsInt64() && size.Int64() <= int64(len(data)-64) {
			raw = data[64 : 64+size.Int64()]
		}
	}
	var out strings.Builder
	for _, r := range string(raw[:min(len(raw), 64)]) {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-._+$", r)) && out.Len() < 16 {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// treasury reads what an executor holds of its chain's coin and of tokens.
// Only tokens of the embedded list are worth dollars: a symbol that a contract
// gives itself is none.
func treasury(ctx context.Context, n Nodes, chain, at uint64, holder string, tokens []string, known Known) ([]Holding, error) {
	if holder == "" {
		return nil, nil
	}
	wei, err := n.Balances(ctx, chain, at, []string{holder})
	if err != nil {
		return nil, err
	}
	out := []Holding{{Chain: chain, Symbol: governance.CoinSymbol(chain), Decimals: 18, Amount: wei[0].String()}}
	var calls []governance.ContractCall
	balance := selectorOf("balanceOf(address)")
	for _, t := range tokens {
		data := append(balance[:len(balance):len(balance)], common.LeftPadBytes(common.HexToAddress(holder).Bytes(), 32)...)
		calls = append(calls, governance.ContractCall{To: t, Data: data})
	}
	if len(calls) == 0 {
		return out, nil
	}
	answers, _, err := n.Agreed(ctx, chain, at, calls)
	if err != nil {
		return nil, err
	}
	for i, t := range tokens {
		if answers[i].Reverted || len(answers[i].Data) != 32 {
			continue
		}
		h := Holding{Chain: chain, Token: common.HexToAddress(t).Hex(), Decimals: -1, Amount: new(big.Int).SetBytes(answers[i].Data).String()}
		if token, ok := known.Token(chain, t); ok {
			h.Symbol, h.Decimals = token.Symbol, token.Decimals
		}
		if token, ok := (Known{}).Token(chain, t); ok {
			h.USD = stableUSD(token, answers[i].Data)
		}
		out = append(out, h)
	}
	return out, nil
}

// stableUSD is the worth of a holding of a dollar token, 0 for others: no
// price is fetched.
func stableUSD(t Token, amount []byte) float64 {
	price, ok := governance.PriceTable(nil).PriceUSD(t.Symbol)
	if !ok || t.Decimals < 0 {
		return 0
	}
	v, _ := new(big.Float).SetInt(new(big.Int).SetBytes(amount)).Float64()
	for range t.Decimals {
		v /= 10
	}
	return v * price
}
