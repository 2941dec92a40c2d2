package actions

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// maxEffects bounds the effects of one call.
const maxEffects = 2_000

// coinPlace is how many contracts write "the chain's own coin".
const coinPlace = "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE"

func (s *scope) effect(e governance.Effect) { s.action.Effects = append(s.action.Effects, e) }

// apply turns a specification into effects, one for each element of its lists.
func (s *scope) apply(spec effectSpec) {
	columns := make(map[string]column, len(spec.values))
	all := make([]column, 0, len(spec.values))
	for key, r := range spec.values {
		columns[key] = r.column(s.args)
		all = append(all, columns[key])
	}
	n, same := rows(all...)
	if !same {
		s.doubt("Its lists have different lengths.")
		s.action.Named = false
	}
	for i := range n {
		if len(s.action.Effects) >= maxEffects {
			s.doubt("Only the first %d effects are listed.", maxEffects)
			return
		}
		s.effect(s.effectAt(spec.kind, columns, i))
	}
}

func (s *scope) effectAt(kind governance.EffectKind, columns map[string]column, i int) governance.Effect {
	at := func(key string) string { return s.textAt(columns[key], i) }
	who := func(key string) string { return s.addressAt(columns[key], i) }
	e := governance.Effect{Kind: kind, Decimals: -1, From: who("from"), To: who("to"), Target: who("target"), Setting: at("setting"),
		Old: short(at("old"), 200), New: short(at("new"), 200), Role: s.roleAt(columns["role"], i)}
	if e.To == "" && e.New == "" {
		e.New = short(at("to"), 200) // a recipient on a chain whose addresses are longer
	}
	switch kind {
	case governance.EffectTransfer:
		if e.From == "" {
			e.From = s.fromText()
		}
	case governance.EffectApprove, governance.EffectStream:
	default:
		if e.Target == "" {
			e.Target = s.action.Target
		}
	}
	s.money(&e, columns, i)
	return e
}

// money fills token and amount.
func (s *scope) money(e *governance.Effect, columns map[string]column, i int) {
	amount, ok := columns["amount"]
	if ok {
		e.Amount = s.amountAt(amount, i)
	}
	nft, isNFT := columns["nft"]
	if isNFT {
		e.Amount, e.Setting, e.Decimals = "1", "token no. "+s.textAt(nft, i), 0
	}
	token, named := columns["token"]
	switch {
	case !named && ok:
		e.Symbol, e.Decimals = governance.CoinSymbol(s.chain), 18
	case named && token.kind == refText:
		// The token stands in the contract, not in the call.
	case named:
		s.setToken(e, s.addressAt(token, i), isNFT)
	}
}

func (s *scope) setToken(e *governance.Effect, address string, isNFT bool) {
	a := common.HexToAddress(address)
	if a == (common.Address{}) || a.Hex() == coinPlace {
		e.Symbol, e.Decimals = governance.CoinSymbol(s.chain), 18
		return
	}
	e.Token = a.Hex()
	t, ok := s.known.tokenOf(s.chain, a)
	if !ok {
		return
	}
	e.Symbol = t.Symbol
	switch {
	case t.NFT && !isNFT && e.Amount != "" && e.Kind != governance.EffectMint:
		e.Amount, e.Setting, e.Decimals = "1", "token no. "+e.Amount, 0
	case !isNFT:
		e.Decimals = t.Decimals
	}
}

// amountAt is a decimal; the largest number of its type means "all".
func (s *scope) amountAt(c column, i int) string {
	v, ok := c.at(i)
	if !ok {
		return s.textAt(c, i)
	}
	n := v.number()
	if n == nil {
		return v.text()
	}
	if v.typ.kind == abiUint && v.typ.size >= 96 && isMax(n, v.typ.size) {
		return "all"
	}
	return n.String()
}

func isMax(n *big.Int, bits int) bool {
	return n.BitLen() == bits && new(big.Int).Add(n, big.NewInt(1)).BitLen() == bits+1
}

// textAt is the text of an argument in an effect.
func (s *scope) textAt(c column, i int) string {
	switch c.kind {
	case refSelf:
		return s.action.Target
	case refCoin:
		return s.call.value.String()
	case refText:
		if c.text == "0" {
			return common.Address{}.Hex()
		}
		return c.text
	}
	v, ok := c.at(i)
	if !ok {
		return ""
	}
	if v.typ.kind == abiString {
		return short(string(v.raw), 200)
	}
	if v.typ.kind == abiFixed && v.typ.size == 32 && isAddressKey(v) {
		a, _ := v.address()
		return a.Hex()
	}
	return v.text()
}

// addressAt is an address in an effect, "" where the argument is none.
func (s *scope) addressAt(c column, i int) string {
	if v, ok := c.at(i); ok {
		if a, ok := v.address(); ok {
			return a.Hex()
		}
		return ""
	}
	if text := s.textAt(c, i); isHexAddress(text) {
		return text
	}
	return ""
}

// isAddressKey: a bytes32 that is an address with zeros before it.
func isAddressKey(v value) bool {
	return zero(v.raw[:12]) && !zero(v.raw[12:16])
}

func (s *scope) roleAt(c column, i int) string {
	if c.kind != refPath {
		return c.text
	}
	v, ok := c.at(i)
	if !ok {
		return ""
	}
	if v.typ.kind == abiFixed && v.typ.size == 32 {
		if name := s.registry.roleName(v.raw); name != "" {
			return name
		}
	}
	return v.text()
}

// fromText is who pays, "" = the executor.
func (s *scope) fromText() string {
	if s.runner == nil || !s.nested {
		return ""
	}
	return s.runner.Hex()
}

func (s *scope) runnerText() string {
	if s.runner == nil {
		return ""
	}
	return s.runner.Hex()
}
