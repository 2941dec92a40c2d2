package devchain

import (
	"bytes"
	"crypto/ecdsa"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethdb"

	"mandate/governance/demo/devchain/contracts"
)

// The history of the DAOs: a block every six hours for forty days.
const (
	historyBlocks = 160
	historyStep   = 6 * time.Hour
)

// gasOfCall is more than any call of the history needs; making a contract
// needs more.
const (
	gasOfCall   = 1_500_000
	gasOfCreate = 8_000_000
)

// history is what happened before the chain's start: transactions by block.
// The first fault is kept in err and ends all that follows.
type history struct {
	chain    *big.Int
	compiled map[string]contracts.Contract
	maker    *ecdsa.PrivateKey // makes every contract, in the order of make's calls
	made     uint64
	calls    []past
	daos     []*dao
	err      error
}

// past is one transaction of the history.
type past struct {
	block int // from 1
	key   *ecdsa.PrivateKey
	to    *common.Address
	value *big.Int
	data  []byte
}

func newHistory(chain *big.Int) (*history, error) {
	compiled, err := contracts.All()
	if err != nil {
		return nil, err
	}
	return &history{chain: chain, compiled: compiled, maker: seedKey("mandate practice maker")}, nil
}

// seedKey makes a key that everybody knows.
func seedKey(seed string) *ecdsa.PrivateKey {
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte(seed)))
	if err != nil { // the hash is zero or above the order: never for the fixed texts
		panic(fmt.Sprintf("no key comes of %q: %v", seed, err))
	}
	return key
}

func addressOf(key *ecdsa.PrivateKey) common.Address { return crypto.PubkeyToAddress(key.PublicKey) }

func (h *history) fail(err error) {
	if h.err == nil {
		h.err = err
	}
}

// make makes a contract in a block. Later calls must not name earlier blocks:
// the address follows from their order.
func (h *history) make(block int, name string, args ...any) (common.Address, abi.ABI) {
	parsed := h.interfaceOf(name)
	packed, err := parsed.Pack("", args...)
	if err != nil {
		h.fail(fmt.Errorf("make %s: %w", name, err))
	}
	at := crypto.CreateAddress(addressOf(h.maker), h.made)
	h.made++
	h.calls = append(h.calls, past{block: block, key: h.maker, data: append(bytes.Clone(h.compiled[name].Bytecode), packed...)})
	return at, parsed
}

func (h *history) interfaceOf(name string) abi.ABI {
	parsed, err := abi.JSON(bytes.NewReader(h.compiled[name].ABI))
	if err != nil {
		h.fail(fmt.Errorf("read the interface of %s: %w", name, err))
	}
	return parsed
}

// send sends a transaction in a block.
func (h *history) send(block int, key *ecdsa.PrivateKey, to common.Address, value *big.Int, data []byte) {
	h.calls = append(h.calls, past{block, key, &to, value, data})
}

func (h *history) pack(contract abi.ABI, method string, args ...any) []byte {
	data, err := contract.Pack(method, args...)
	if err != nil {
		h.fail(fmt.Errorf("call %s: %w", method, err))
	}
	return data
}

// transactions signs the history: one list a block, in which every account's
// calls keep their order.
func (h *history) transactions() ([][]*types.Transaction, error) {
	slices.SortStableFunc(h.calls, func(a, b past) int { return a.block - b.block })
	signer, nonces := types.LatestSignerForChainID(h.chain), map[common.Address]uint64{}
	out := make([][]*types.Transaction, historyBlocks)
	for _, c := range h.calls {
		if h.err == nil && (c.block < 1 || c.block > historyBlocks) {
			h.fail(fmt.Errorf("the history has no block %d", c.block))
		}
		if h.err != nil {
			return nil, h.err
		}
		from, gas := addressOf(c.key), uint64(gasOfCall)
		if c.to == nil {
			gas = gasOfCreate
		}
		tx, err := types.SignNewTx(c.key, signer, &types.DynamicFeeTx{
			ChainID: h.chain, Nonce: nonces[from], To: c.to, Value: c.value, Data: c.data, Gas: gas, GasFeeCap: big.NewInt(50e9), GasTipCap: big.NewInt(1e9),
		})
		if err != nil {
			return nil, fmt.Errorf("sign the history: %w", err)
		}
		nonces[from]++
		out[c.block-1] = append(out[c.block-1], tx)
	}
	return out, h.err
}

// write makes the blocks of the history, and more of them a second apart, and
// puts them on the chain. A nil world has no history.
func (w *world) write(chain *core.BlockChain, db ethdb.Database, more int) error {
	var txs [][]*types.Transaction
	if w != nil {
		var err error
		if txs, err = w.transactions(); err != nil {
			return err
		}
	}
	blocks, receipts := core.GenerateChain(chain.Config(), chain.GetBlockByNumber(0), chain.Engine(), db, len(txs)+more, func(i int, b *core.BlockGen) {
		step, list := time.Second, []*types.Transaction{}
		if i < len(txs) {
			step, list = historyStep, txs[i]
		}
		b.OffsetTime(int64(step/time.Second) - 10) // the generator's own step is 10 seconds
		for _, tx := range list {
			b.AddTx(tx)
		}
	})
	for i, list := range receipts {
		for n, r := range list {
			if r.Status != types.ReceiptStatusSuccessful {
				return fmt.Errorf("transaction %d of block %d of the history was undone", n, i+1)
			}
		}
	}
	if _, err := chain.InsertChain(blocks); err != nil {
		return fmt.Errorf("write the history: %w", err)
	}
	return nil
}
