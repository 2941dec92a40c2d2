package demo

import (
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
)

// transaction is what a page asks to send. Nonce and fees are the wallet's.
type transaction struct {
	From    string          `json:"from"`
	To      *common.Address `json:"to"`
	Data    hexutil.Bytes   `json:"data"`
	Input   hexutil.Bytes   `json:"input"`
	Value   *hexutil.Big    `json:"value"`
	Gas     hexutil.Uint64  `json:"gas"`
	ChainID *hexutil.Uint64 `json:"chainId"`
}

func readTransaction(params []json.RawMessage) (transaction, error) {
	var tx transaction
	if len(params) != 1 || json.Unmarshal(params[0], &tx) != nil {
		return tx, walletFault(codeParams, "The transaction cannot be read.")
	}
	if tx.To == nil {
		return tx, walletFault(codeParams, "The transaction has no receiver: the practice wallet makes no contracts.")
	}
	if len(tx.Input) > 0 {
		tx.Data = tx.Input
	}
	if tx.Value == nil {
		tx.Value = new(hexutil.Big)
	}
	if tx.Value.ToInt().Sign() < 0 || tx.Value.ToInt().BitLen() > 256 {
		return tx, walletFault(codeParams, "The transaction's value is no amount.")
	}
	return tx, nil
}

// send is eth_sendTransaction. What the chain would undo is refused with the
// chain's reason, before anything is sent.
func (p *wallet) send(ctx context.Context, params []json.RawMessage) (string, error) {
	tx, err := readTransaction(params)
	if err != nil {
		return "", err
	}
	a, err := p.account(tx.From)
	if err != nil {
		return "", err
	}
	if tx, err = a.through(tx); err != nil {
		return "", err
	}
	return p.submit(ctx, a.key, tx)
}

// submit signs a transaction and hands it to the chain.
func (p *wallet) submit(ctx context.Context, key *ecdsa.PrivateKey, tx transaction) (string, error) {
	p.sending.Lock()
	defer p.sending.Unlock()
	filled, err := p.fill(ctx, tx)
	if err != nil {
		return "", err
	}
	signed, err := types.SignNewTx(key, types.LatestSignerForChainID(filled.ChainID), filled)
	if err != nil {
		return "", walletFault(codeInternal, "The practice wallet could not sign the transaction.")
	}
	raw, err := signed.MarshalBinary()
	if err != nil {
		return "", walletFault(codeInternal, "The practice wallet could not write the transaction.")
	}
	var hash common.Hash
	if err = p.call(ctx, &hash, "eth_sendRawTransaction", hexutil.Encode(raw)); err != nil {
		return "", err
	}
	return hash.Hex(), nil
}

// fill asks the chain for what the page leaves open.
func (p *wallet) fill(ctx context.Context, tx transaction) (*types.DynamicFeeTx, error) {
	chain, err := p.chainID(ctx)
	if err != nil {
		return nil, err
	}
	if tx.ChainID != nil && uint64(*tx.ChainID) != chain {
		return nil, walletFault(codeParams, "The transaction is for network %d, the practice wallet is on %d.", *tx.ChainID, chain)
	}
	gas := tx.Gas
	if gas == 0 {
		err = p.call(ctx, &gas, "eth_estimateGas", map[string]any{"from": tx.From, "to": tx.To, "data": tx.Data, "value": (*hexutil.Big)(orZero(tx.Value))})
		// What it costs may have changed when it is mined. The node tries it in
		// the last block; where that block has a checkpoint of the same votes,
		// one more in the next block writes words that this did not.
		gas += gas/5 + 50_000
	}
	var nonce hexutil.Uint64
	var tip hexutil.Big
	var head struct {
		BaseFee *hexutil.Big `json:"baseFeePerGas"`
	}
	for _, ask := range []struct {
		out    any
		method string
		args   []any
	}{
		{&nonce, "eth_getTransactionCount", []any{tx.From, "pending"}},
		{&tip, "eth_maxPriorityFeePerGas", nil},
		{&head, "eth_getBlockByNumber", []any{"latest", false}},
	} {
		if err == nil {
			err = p.call(ctx, ask.out, ask.method, ask.args...)
		}
	}
	if err != nil {
		return nil, err
	}
	most := new(big.Int).Add(tip.ToInt(), new(big.Int).Lsh(orZero(head.BaseFee), 1))
	return &types.DynamicFeeTx{
		ChainID: new(big.Int).SetUint64(chain), Nonce: uint64(nonce), To: tx.To, Value: orZero(tx.Value), Data: tx.Data,
		Gas: uint64(gas), GasTipCap: tip.ToInt(), GasFeeCap: most,
	}, nil
}

func orZero(n *hexutil.Big) *big.Int {
	if n == nil {
		return new(big.Int)
	}
	return n.ToInt()
}
