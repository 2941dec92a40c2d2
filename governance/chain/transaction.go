package chain

import (
	"context"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
	"mandate/governance/ballot"
)

// Transaction returns what the chain says about a transaction. One that no
// node knows is no error: it may have been dropped, or not have arrived.
func (c *Chains) Transaction(ctx context.Context, chain uint64, hash string) (governance.Mined, error) {
	if hash = strings.ToLower(hash); !ballot.IsHash(hash) { // "0X" too: some wallets write it
		return governance.Mined{}, governance.Errorf(governance.Invalid, "%.80q is not the hash of a transaction: it takes 0x and 64 hex digits.", hash)
	}
	var tx *struct {
		Hash  common.Hash
		From  common.Address
		To    *common.Address
		Input hexutil.Bytes
	}
	asked := common.HexToHash(hash)
	err := c.method(ctx, chain, &tx, "eth_getTransactionByHash", asked)
	if err != nil || tx == nil {
		return governance.Mined{}, err
	}
	if tx.Hash != asked {
		return governance.Mined{}, governance.Errorf(governance.Upstream, "A node of chain %d answered for another transaction.", chain)
	}
	mined := governance.Mined{Known: true, From: tx.From.Hex(), Data: tx.Input.String()}
	if tx.To != nil {
		mined.To = tx.To.Hex()
	}
	return mined, c.receipt(ctx, chain, tx.Hash, &mined)
}

// receipt adds what a block says. A chain that was rearranged may have lost
// the receipt again, so its block decides, not the transaction's.
func (c *Chains) receipt(ctx context.Context, chain uint64, hash common.Hash, mined *governance.Mined) error {
	var receipt *struct {
		BlockNumber *hexutil.Uint64
		Status      *hexutil.Uint64
	}
	err := c.method(ctx, chain, &receipt, "eth_getTransactionReceipt", hash)
	if err != nil || receipt == nil || receipt.BlockNumber == nil {
		return err
	}
	var head hexutil.Uint64
	if err := c.method(ctx, chain, &head, "eth_blockNumber"); err != nil {
		return err
	}
	mined.Mined, mined.Block = true, uint64(*receipt.BlockNumber)
	mined.Reverted = receipt.Status != nil && *receipt.Status == 0
	if uint64(head) > mined.Block {
		mined.Depth = uint64(head) - mined.Block
	}
	return nil
}
