package governor

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance"
	"mandate/governance/chain"
	"mandate/governance/governancetest"
)

// votesCode emits as many votes with a reason as the first word of its input
// says, each by another voter: VoteCast(n, 1, 1, n, "because of the roads").
func votesCode() []byte {
	reason := "because of the roads"
	text := "6001600052" + "6001602052" + "6080606052" + "6014608052" + "7f" + hex.EncodeToString(common.RightPadBytes([]byte(reason), 32)) + "60a052"
	text += "600035"
	loop := len(text) / 2
	topic := strings.TrimPrefix(keccak("VoteCast(address,uint256,uint8,uint256,string)").Hex(), "0x")
	body := "80604052" + "80" + "7f" + topic + "60c0" + "6000" + "a2" + "6001900360" + fmt.Sprintf("%02x", loop) + "56"
	end := loop + 5 + len(body)/2
	return common.FromHex(text + "5b8015" + fmt.Sprintf("60%02x57", end+1) + body + "5b00")
}

// backfill is a chain with many votes at a governor.
type backfill struct {
	url      string
	governor governance.Governor
	votes    int
}

const votesABlock = 50

func newBackfill(b *testing.B, votes int) backfill {
	b.Helper()
	f := backfill{url: governancetest.Anvil(b, "--chain-id", "1"), votes: votes}
	client, err := rpc.Dial(f.url)
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	call := func(out any, method string, args ...any) {
		if err := client.CallContext(context.Background(), out, method, args...); err != nil {
			b.Fatalf("%s: %v", method, err)
		}
	}
	at := common.HexToAddress(testGovernor)
	var accounts []common.Address
	call(&accounts, "eth_accounts")
	call(nil, "anvil_setCode", at, hexutil.Bytes(votesCode()))
	call(nil, "evm_setAutomine", false)
	for range votes / votesABlock {
		n := common.BigToHash(big.NewInt(votesABlock))
		call(nil, "eth_sendTransaction", map[string]any{"from": accounts[0], "to": at, "data": n, "gas": "0x989680"})
		call(nil, "anvil_mine", "0x1")
	}
	answers := fake{"state(uint256)": number(4), "proposalSnapshot(uint256)": number(1), "proposalDeadline(uint256)": number(50),
		"proposalVotes(uint256)": words(number(1), number(2), number(3)), "quorum(uint256)": number(1)}
	call(nil, "anvil_setCode", at, hexutil.Bytes(answers.code()))
	call(nil, "anvil_mine", "0x80")
	f.governor = governance.Governor{ID: governance.GovernorID(1, testGovernor), Chain: 1, Address: at.Hex(), Family: governance.FamilyOZ4, Clock: governance.ClockBlocks}
	return f
}

// counting is a transport that counts questions for logs.
type counting struct{ logs *atomic.Int64 }

func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	if body, err := r.GetBody(); err == nil {
		data, _ := io.ReadAll(io.LimitReader(body, 200))
		if strings.Contains(string(data), "eth_getLogs") {
			c.logs.Add(1)
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

// ranging remembers which ranges were read.
type ranging struct {
	*chain.Chains
	mu     sync.Mutex
	ranges [][2]uint64
}

// AgreedLogs implements Nodes.
func (r *ranging) AgreedLogs(ctx context.Context, chain, from, to uint64, addresses []common.Address, topics [][]common.Hash) ([]types.Log, uint64, int, error) {
	logs, end, n, err := r.Chains.AgreedLogs(ctx, chain, from, to, addresses, topics)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ranges = append(r.ranges, [2]uint64{from, end})
	return logs, end, n, err
}

// run reads everything and returns the ranges and the requests for logs.
func (f backfill) run(b *testing.B) ([][2]uint64, int64) {
	var asked atomic.Int64
	nodes := &ranging{Chains: chain.New(chain.Config{URLs: map[uint64][]string{1: {f.url}}, Client: &http.Client{Transport: counting{&asked}}})}
	v := New(Config{Nodes: nodes}).Venue(f.governor, nil)
	events, cursor := 0, ""
	for {
		batch, err := v.Read(b.Context(), governance.Scope{}, cursor)
		if err != nil {
			b.Fatal(err)
		}
		events += len(batch.Events)
		if cursor = batch.Next; batch.Done {
			break
		}
	}
	if events != f.votes {
		b.Fatalf("%d events, want %d", events, f.votes)
	}
	return nodes.ranges, asked.Load()
}

// bare reads the same ranges as ethclient does.
func (f backfill) bare(b *testing.B, ranges [][2]uint64) {
	client, err := ethclient.Dial(f.url)
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	v := New(Config{}).venue(f.governor, nil)
	count := 0
	for _, r := range ranges {
		logs, err := client.FilterLogs(b.Context(), ethereum.FilterQuery{FromBlock: new(big.Int).SetUint64(r[0]), ToBlock: new(big.Int).SetUint64(r[1]),
			Addresses: v.main.addresses, Topics: v.main.topics})
		if err != nil {
			b.Fatal(err)
		}
		count += len(logs)
	}
	if count != f.votes {
		b.Fatalf("%d logs, want %d", count, f.votes)
	}
}

// peak runs a reading and returns the largest heap meanwhile, in bytes.
func peak(read func()) uint64 {
	runtime.GC()
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		var top uint64
		for tick := time.NewTicker(2 * time.Millisecond); ; {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			top = max(top, m.HeapAlloc)
			select {
			case <-stop:
				tick.Stop()
				most <- top
				return
			case <-tick.C:
			}
		}
	}()
	read()
	close(stop)
	return <-most
}

// BenchmarkBackFill reads all votes of a governor: as the venue does, with
// rows and standings, and with a loop of ethclient over the same ranges of the
// same node that keeps nothing. The two take turns; the best of each counts.
func BenchmarkBackFill(b *testing.B) {
	for _, votes := range []int{50_000, 100_000, 200_000} {
		b.Run(strconv.Itoa(votes), func(b *testing.B) {
			f := newBackfill(b, votes)
			ranges, asked := f.run(b)
			f.bare(b, ranges)
			ours, bare := time.Duration(1<<62), time.Duration(1<<62)
			for b.Loop() {
				for range 3 {
					start := time.Now()
					f.run(b)
					ours = min(ours, time.Since(start))
					start = time.Now()
					f.bare(b, ranges)
					bare = min(bare, time.Since(start))
				}
			}
			b.ReportMetric(float64(votes)/ours.Seconds(), "events/s")
			b.ReportMetric(float64(votes)/bare.Seconds(), "ethclient-logs/s")
			b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
			b.ReportMetric(float64(asked), "getLogs")
			b.ReportMetric(float64(len(ranges)), "ranges")
			b.ReportMetric(float64(peak(func() { f.run(b) }))/(1<<20), "peak-MB")
			b.ReportMetric(float64(peak(func() { f.bare(b, ranges) }))/(1<<20), "ethclient-peak-MB")
		})
	}
}
