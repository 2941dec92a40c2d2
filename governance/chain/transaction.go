package chain

import (
	"context"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
	"mandate/governance/ballot"
)

// sent is what is read of a transaction.
type sent struct {
	Hash  common.Hash
	From  common.Address
	To    *common.Address
	Input hexutil.Bytes
	Nonce hexutil.Uint64
	Value *hexutil.Big
	Gas   hexutil.Uint64
}

// Transaction returns what the chain says about a transaction. One that no
// node knows is no error: it may have been dropped, or not have arrived.
// Sent is only read for a transaction that a node knows, since it takes the
// sender; Reason as far as the node keeps the state that it ran on.
func (c *Chains) Transaction(ctx context.Context, chain uint64, hash string) (governance.Mined, error) {
	if hash = strings.ToLower(hash); !ballot.IsHash(hash) { // "0X" too: some wallets write it
		return governance.Mined{}, governance.Errorf(governance.Invalid, "%.80q is not the hash of a transaction: it takes 0x and 64 hex digits.", hash)
	}
	var tx *sent
	asked := common.HexToHash(hash)
	err := c.method(ctx, chain, &tx, "eth_getTransactionByHash", asked)
	if err != nil || tx == nil {
		return governance.Mined{}, err
	}
	if tx.Hash != asked {
		return governance.Mined{}, governance.Errorf(governance.Upstream, "A node of chain %d answered for another transaction.", chain)
	}
	mined := governance.Mined{Known: true, From: tx.From.Hex(), Data: tx.Input.String(), Nonce: uint64(tx.Nonce)}
	if tx.To != nil {
		mined.To = tx.To.Hex()
	}
	if err := c.receipt(ctx, chain, tx.Hash, &mined); err != nil {
		return mined, err
	}
	return mined, c.context(ctx, chain, tx, &mined)
}

// receipt adds what a block says. A chain that was rearranged may have lost
// the receipt again, so its block decides, not the transaction's.
func (c *Chains) receipt(ctx context.Context, chain uint64, hash common.Hash, mined *governance.Mined) error {
	var receipt *struct {
		BlockNumber *hexutil.Uint64
		BlockHash   *common.Hash
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
	if receipt.BlockHash != nil {
		mined.Hash = receipt.BlockHash.Hex()
	}
	if uint64(head) > mined.Block {
		mined.Depth = uint64(head) - mined.Block
	}
	return nil
}

// context adds what stands around the transaction: the sender's others, whether
// its block is final, and why it failed.
func (c *Chains) context(ctx context.Context, chain uint64, tx *sent, mined *governance.Mined) error {
	var nonce hexutil.Uint64
	if err := c.method(ctx, chain, &nonce, "eth_getTransactionCount", tx.From, "latest"); err != nil {
		return err
	}
	mined.Sent = uint64(nonce)
	if !mined.Mined {
		return nil
	}
	if mined.Reverted {
		mined.Reason = c.replay(ctx, chain, tx, mined.Block)
	}
	final, err := c.final(ctx, chain, mined.Block, mined.Hash)
	mined.Final = final
	return err
}

// final reports whether a block is the chain's for good.
func (c *Chains) final(ctx context.Context, chain, number uint64, hash string) (bool, error) {
	head, err := c.Head(ctx, chain)
	if err != nil || head.Finalized.Number < number {
		return false, err
	}
	blocks, err := c.Blocks(ctx, chain, []uint64{number})
	if err != nil {
		return false, err
	}
	return blocks[0].Hash == hash, nil
}

// replay runs a failed transaction on the state before its block. "" where
// that tells nothing: not every node keeps the state, and what came before it
// in the block is not there.
func (c *Chains) replay(ctx context.Context, chain uint64, tx *sent, block uint64) string {
	m := message{From: tx.From.Hex(), Data: tx.Input, Gas: tx.Gas, Value: tx.Value}
	if tx.To != nil {
		m.To = tx.To.Hex()
	}
	var out hexutil.Bytes
	err := c.method(ctx, chain, &out, "eth_call", m, blockTag(max(block, 1)-1))
	return reasonIn(err)
}
