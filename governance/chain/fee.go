package chain

import (
	"context"
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance"
)

// Fee estimates what a transaction would cost now. The cap allows for a base
// fee twice as high and a fifth more gas. What a rollup takes for its data on
// Ethereum is not in it. Invalid where the transaction would fail; the message
// tells the contract's reason.
func (c *Chains) Fee(ctx context.Context, chain uint64, tx governance.Transaction) (governance.Fee, error) {
	m, err := asMessage(tx)
	if err != nil {
		return governance.Fee{}, err
	}
	var fee governance.Fee
	err = c.ask(ctx, chain, func(ctx context.Context, n *node) (err error) {
		fee, err = n.fee(ctx, m)
		return err
	})
	var f *failure
	if errors.As(err, &f) && f.kind == refused {
		return fee, wouldFail(f)
	}
	return fee, err
}

func wouldFail(f *failure) error {
	if f.reason == "" {
		return governance.Wrap(governance.Invalid, f, "The transaction would fail.")
	}
	return governance.Wrap(governance.Invalid, f, "The transaction would fail: %s.", f.reason)
}

func asMessage(tx governance.Transaction) (message, error) {
	data, err := hexutil.Decode(orElse(tx.Data, "0x"))
	if err != nil || !common.IsHexAddress(tx.To) || !common.IsHexAddress(tx.From) {
		return message{}, governance.Errorf(governance.Invalid, "The transaction is not whole: it takes two addresses and data in hex.")
	}
	value, ok := new(big.Int).SetString(orElse(tx.Value, "0"), 10)
	if !ok || value.Sign() < 0 {
		return message{}, governance.Errorf(governance.Invalid, "%.80q is no amount of wei.", tx.Value)
	}
	return message{From: tx.From, To: tx.To, Data: data, Value: (*hexutil.Big)(value)}, nil
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// prices are what gas costs: of the next block where it is known.
type prices struct {
	BaseFeePerGas []*hexutil.Big   `json:"baseFeePerGas"`
	Reward        [][]*hexutil.Big `json:"reward"`
}

func (n *node) fee(ctx context.Context, m message) (governance.Fee, error) {
	var gas hexutil.Uint64
	var history prices
	var price hexutil.Big
	elems := []rpc.BatchElem{
		{Method: "eth_estimateGas", Args: []any{m}, Result: &gas},
		{Method: "eth_feeHistory", Args: []any{"0x5", "latest", []int{50}}, Result: &history},
		{Method: "eth_gasPrice", Result: &price},
	}
	if err := n.many(ctx, elems); err != nil {
		return governance.Fee{}, err
	}
	if elems[0].Error != nil {
		return governance.Fee{}, n.classify(elems[0].Error)
	}
	base, tip := history.now()
	if elems[1].Error != nil || base == nil { // a chain without EIP-1559
		if elems[2].Error != nil {
			return governance.Fee{}, n.classify(elems[2].Error)
		}
		base, tip = price.ToInt(), new(big.Int)
	}
	return feeOf(uint64(gas), base, tip), nil
}

// now returns the base fee of the next block and the usual tip, nil where the
// history tells none.
func (p *prices) now() (base, tip *big.Int) {
	if len(p.BaseFeePerGas) == 0 || p.BaseFeePerGas[len(p.BaseFeePerGas)-1] == nil {
		return nil, nil
	}
	tip = new(big.Int)
	for _, of := range p.Reward {
		if len(of) == 1 && of[0] != nil && of[0].ToInt().Cmp(tip) > 0 {
			tip = of[0].ToInt()
		}
	}
	return p.BaseFeePerGas[len(p.BaseFeePerGas)-1].ToInt(), tip
}

func feeOf(gas uint64, base, tip *big.Int) governance.Fee {
	amount := new(big.Int).SetUint64(gas)
	like := new(big.Int).Mul(amount, new(big.Int).Add(base, tip))
	most := new(big.Int).Add(new(big.Int).Lsh(base, 1), tip)
	most.Mul(most, amount).Mul(most, big.NewInt(6)).Div(most, big.NewInt(5))
	return governance.Fee{Gas: gas, MaxWei: most.String(), LikeWei: like.String()}
}
