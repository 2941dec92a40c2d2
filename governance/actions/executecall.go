package actions

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// executeData is the call of a governor that executes a queued proposal, nil
// where a family has none that is known.
func executeData(f governance.Family, p *governance.Proposal) []byte {
	switch f {
	case governance.FamilyAlpha, governance.FamilyBravo, governance.FamilyNouns:
		id, ok := new(big.Int).SetString(p.Ref.ID(), 10)
		if !ok || id.Sign() < 0 || id.BitLen() > 256 {
			return nil
		}
		sel := selectorOf("execute(uint256)")
		return append(sel[:], common.BigToHash(id).Bytes()...)
	case governance.FamilyOZ4, governance.FamilyOZ5, governance.FamilyArbitrum, governance.FamilyAgora:
		return executeLists(p.OnChain)
	case governance.FamilyAave:
	}
	return nil
}

// executeLists encodes execute(address[],uint256[],bytes[],bytes32).
func executeLists(o *governance.OnChain) []byte {
	count := len(o.Calls)
	targets, values, heads, tails := abiWord(uint64(count)), abiWord(uint64(count)), abiWord(uint64(count)), []byte{}
	for _, c := range o.Calls {
		value, ok := new(big.Int).SetString(c.Value, 10)
		if !ok || value.Sign() < 0 || value.BitLen() > 256 || !common.IsHexAddress(c.Target) {
			return nil
		}
		data := common.FromHex(c.Calldata)
		if c.Signature != "" {
			sel := selectorOf(c.Signature)
			data = append(sel[:], data...)
		}
		targets = append(targets, common.LeftPadBytes(common.HexToAddress(c.Target).Bytes(), 32)...)
		values = append(values, common.BigToHash(value).Bytes()...)
		heads = append(heads, abiWord(uint64(32*count+len(tails)))...)
		tails = append(tails, abiDynamic(data)...)
	}
	sel := selectorOf("execute(address[],uint256[],bytes[],bytes32)")
	at := uint64(4 * 32)
	out := append(sel[:], abiWord(at)...)
	out = append(out, abiWord(at+uint64(len(targets)))...)
	out = append(out, abiWord(at+uint64(len(targets)+len(values)))...)
	out = append(out, crypto.Keccak256(common.FromHex(o.Description))...)
	out = append(out, targets...)
	out = append(out, values...)
	out = append(out, heads...)
	return append(out, tails...)
}

// brought is what may have to come with the execution: Compound's governors
// pay out of what their caller sends, their forks out of the timelock.
func brought(f governance.Family, calls []governance.Call) []*big.Int {
	sum := new(big.Int)
	for _, c := range calls {
		if v, ok := new(big.Int).SetString(c.Value, 10); ok && v.Sign() > 0 {
			sum.Add(sum, v)
		}
	}
	none := new(big.Int)
	switch {
	case sum.Sign() == 0 || sum.BitLen() > 80 || f != governance.FamilyAlpha && f != governance.FamilyBravo:
		return []*big.Int{none}
	case f == governance.FamilyAlpha:
		return []*big.Int{sum}
	}
	return []*big.Int{none, sum}
}
