package chain

import (
	"context"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
	"mandate/governance/ballot"
)

// RegistryDelegate returns whom an account named in a delegate registry, for
// a space or, with "", for all spaces: EIP-55, "" = nobody. Invalid where no
// registry answers.
func (c *Chains) RegistryDelegate(ctx context.Context, chain uint64, registry, account, space string) (string, error) {
	of, err := parseAddress(account)
	if err != nil {
		return "", err
	}
	id, err := spaceKey(space)
	if err != nil {
		return "", err
	}
	return c.addressOf(ctx, chain, registry, "a delegate registry", pack("delegation(address,bytes32)", of, id))
}

// TokenDelegate returns whom an account gave the votes of its tokens (ERC-5805):
// EIP-55, the account itself if it keeps them active, "" = nobody, and then
// they do not count. Invalid where no such token answers.
func (c *Chains) TokenDelegate(ctx context.Context, chain uint64, token, account string) (string, error) {
	of, err := parseAddress(account)
	if err != nil {
		return "", err
	}
	return c.addressOf(ctx, chain, token, "a token with votes", pack("delegates(address)", of))
}

func (c *Chains) addressOf(ctx context.Context, chain uint64, contract, what string, question []byte) (string, error) {
	contract, err := ballot.Checksum(contract)
	if err != nil {
		return "", err
	}
	answer, err := c.viewOrNothing(ctx, chain, contract, question)
	if err != nil {
		return "", err
	}
	address, ok := addressAt(answer, 0)
	if !ok {
		return "", notThat(chain, contract, what)
	}
	return address, nil
}

func notThat(chain uint64, contract, what string) error {
	return governance.Errorf(governance.Invalid, "%s on chain %d does not answer as %s does.", contract, chain, what)
}

// maxSplit is how many shares of one delegation are read.
const maxSplit = 200

// SplitDelegation returns how an account split its power in a space (split
// delegation v2), in the contract's order. Nothing where it did not, or where
// that has expired. Invalid where no such contract answers.
func (c *Chains) SplitDelegation(ctx context.Context, chain uint64, contract, space, account string) ([]governance.Holder, error) {
	of, err := parseAddress(account)
	if err != nil {
		return nil, err
	}
	contract, err = ballot.Checksum(contract)
	if err != nil {
		return nil, err
	}
	answer, err := c.viewOrNothing(ctx, chain, contract, pack("getDelegation(string,address)", []byte(space), of))
	if err != nil {
		return nil, err
	}
	holders, ok := readSplit(answer)
	if !ok {
		return nil, notThat(chain, contract, "the split delegation contract")
	}
	if len(holders) > 0 && !holders[0].Expires.IsZero() && !c.now().Before(holders[0].Expires) {
		return nil, nil
	}
	return holders, nil
}

// readSplit decodes (Delegation{bytes32 delegate, uint256 ratio}[], uint256
// expiration). A delegate that is no EVM address keeps its share, unseen.
func readSplit(data []byte) ([]governance.Holder, bool) {
	from, ok := numberAt(data, 0)
	ends, known := wordAt(data, word)
	count, counted := numberAt(data, from)
	if !ok || !known || !counted || count > maxSplit {
		return nil, false
	}
	var holders []governance.Holder
	var ratios []*big.Int
	sum := new(big.Int)
	for i := range count {
		at := from + word + 2*word*i
		ratio, ok := wordAt(data, at+word)
		if !ok {
			return nil, false
		}
		share := new(big.Int).SetBytes(ratio)
		sum.Add(sum, share)
		if delegate, ok := addressAt(data, at); ok && delegate != "" {
			ratios = append(ratios, share)
			holders = append(holders, governance.Holder{Address: delegate, Kind: governance.DelegateSplit, Expires: unix(ends)})
		}
	}
	for i := range holders {
		holders[i].Share = fraction(ratios[i], sum)
	}
	return holders, true
}

func fraction(part, whole *big.Int) float64 {
	if whole.Sign() == 0 {
		return 0
	}
	f, _ := new(big.Rat).SetFrac(part, whole).Float64()
	return f
}

// unix reads a time in seconds. What no calendar holds is never.
func unix(w []byte) time.Time {
	n := new(big.Int).SetBytes(w)
	if n.Sign() == 0 || n.BitLen() > 37 { // after the year 6000
		return time.Time{}
	}
	return time.Unix(n.Int64(), 0).UTC()
}

func parseAddress(text string) (common.Address, error) {
	address, err := ballot.Checksum(text)
	return common.HexToAddress(address), err
}

// spaceKey is the registry's id of a space, "" standing for all of them.
func spaceKey(space string) ([32]byte, error) {
	if space == "" {
		return ballot.AllSpaces(), nil
	}
	return ballot.SpaceKey(space)
}
