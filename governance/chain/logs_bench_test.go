package chain

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
)

const emitter = "0x0000000000000000000000000000000000e417e7"

// emits is the first topic of the emitter's logs.
func emits() common.Hash { return crypto.Keccak256Hash([]byte("Emitted(uint256,bytes)")) }

// emitterCode emits as many logs of 160 bytes and two topics as the first word
// of its input says.
func emitterCode() string {
	return "0x6000355b8015603b5780600052807f" + strings.TrimPrefix(emits().Hex(), "0x") + "60a06000a2600190036003565b00"
}

// emit puts logs into new blocks, one transaction each.
func (w *world) emit(blocks, each int) {
	w.t.Helper()
	w.ask(nil, "anvil_setCode", emitter, emitterCode())
	to := address(emitter)
	for range blocks {
		n := common.BigToHash(big.NewInt(int64(each)))
		if r := w.mined(w.send(w.accounts[0], &to, n[:])); r.Status != 1 { // waited for: two at once share a block
			w.t.Fatal("nothing was emitted")
		}
	}
}

// BenchmarkLogs reads 50,000 logs, and the same ranges with ethclient.
func BenchmarkLogs(b *testing.B) {
	w := newWorld(b)
	w.emit(500, 100)
	ctx, addresses, topics := context.Background(), []common.Address{address(emitter)}, [][]common.Hash{{emits()}}
	c := w.chains()
	head, err := c.Head(ctx, 1)
	if err != nil {
		b.Fatal(err)
	}
	type part struct{ from, to uint64 }
	var parts []part
	walk := func() (count int) {
		parts = parts[:0]
		for from := uint64(0); from <= head.Latest.Number; {
			logs, end, err := c.Logs(ctx, 1, from, min(from+99, head.Latest.Number), addresses, topics)
			if err != nil {
				b.Fatal(err)
			}
			count += len(logs)
			parts = append(parts, part{from, end})
			from = end + 1
		}
		return count
	}
	walk()
	b.Run("Chains", func(b *testing.B) {
		for b.Loop() {
			if n := walk(); n != 50_000 {
				b.Fatal(n)
			}
		}
		b.ReportMetric(50_000*float64(b.N)/b.Elapsed().Seconds(), "logs/s")
	})
	b.Run("ethclient", func(b *testing.B) {
		client, err := ethclient.Dial(w.url)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			count := 0
			for _, p := range parts {
				logs, err := client.FilterLogs(ctx, ethereum.FilterQuery{FromBlock: new(big.Int).SetUint64(p.from), ToBlock: new(big.Int).SetUint64(p.to), Addresses: addresses, Topics: topics})
				if err != nil {
					b.Fatal(err)
				}
				count += len(logs)
			}
			if count != 50_000 {
				b.Fatal(count)
			}
		}
		b.ReportMetric(50_000*float64(b.N)/b.Elapsed().Seconds(), "logs/s")
	})
}

// BenchmarkDecodeLogs leaves the node out.
func BenchmarkDecodeLogs(b *testing.B) {
	one := `{"address":"0x` + hex.EncodeToString(address(emitter).Bytes()) + `","topics":["` + emits().Hex() + `","` + aHash + `"],"data":"0x` + strings.Repeat("00", 160) + `","blockHash":"` + aHash +
		`","blockNumber":"0x10","blockTimestamp":"0x6924c9a1","transactionHash":"` + aHash + `","transactionIndex":"0x0","logIndex":"0x0","removed":false}`
	raw := []byte("[" + strings.Repeat(one+",", 9999) + one + "]")
	answer := []byte(`{"jsonrpc":"2.0","id":1,"result":` + string(raw) + "}")
	b.Run("ours", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		for b.Loop() {
			l, err := readLogs(answer)
			if err != nil || len(l.logs) != 10_000 {
				b.Fatal(err)
			}
		}
	})
	b.Run("go-ethereum", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		for b.Loop() {
			var l []types.Log
			if err := json.Unmarshal(raw, &l); err != nil || len(l) != 10_000 {
				b.Fatal(err)
			}
		}
	})
}
