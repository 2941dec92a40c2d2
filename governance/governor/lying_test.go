package governor

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"mandate/governance"
	"mandate/governance/governancetest"
	"mandate/governance/governancetest/govkit"
)

const (
	createdEvent = "ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)"
	voteEvent    = "VoteCast(address,uint256,uint8,uint256,string)"
)

// lied is a chain with a voted proposal and two ways to it.
type lied struct {
	*livingWorld
	liar *liar
	ref  governance.Ref
}

func newLied(t *testing.T, kind govkit.Kind) lied {
	t.Helper()
	w := lied{livingWorld: newLivingWorld(t, kind)}
	w.liar = newLiar(t, w.URL)
	id := w.Pay("# A quite plain text")
	w.ToVote(id)
	w.Vote(w.Voters[0], id, 1)
	w.Settle()
	w.ref = w.livingWorld.ref(id)
	return w
}

// readAll reads with fresh readers of some nodes, up to an error.
func (w lied) readAll(t *testing.T, urls ...string) (*ledger, error) {
	t.Helper()
	l := newLedger(t, governorsAt(urls...).Venue(w.governor, nil))
	for range 100 {
		b, err := l.venue.Read(t.Context(), governance.Scope{}, l.cursor)
		if err != nil {
			return l, err
		}
		l.apply(b)
		if l.cursor = b.Next; b.Done {
			return l, nil
		}
	}
	return l, fmt.Errorf("reading does not end")
}

func TestTwoNodesOneLying(t *testing.T) {
	w := newLied(t, govkit.OZ4)
	other := func(data []byte) []byte { data[31] ^= 1; return data }
	tests := map[string]func(*liar){
		"drops a proposal": func(l *liar) { l.logs = without(createdEvent) },
		"drops votes":      func(l *liar) { l.logs = without(voteEvent) },
		"forges a vote": func(l *liar) {
			l.logs = twice(voteEvent, func(b []byte) []byte { return b }, argument(common.Address{9}))
		},
		"forges a proposal":     func(l *liar) { l.logs = twice(createdEvent, other, common.Hash{}) },
		"changes a description": func(l *liar) { l.logs = replaced(createdEvent, "plain", "PLAIN") },
		"leaves out everything": func(l *liar) { l.logs = func([]types.Log) []types.Log { return nil } },
		"changes a state": func(l *liar) {
			l.calls = func(params, result string) string {
				if strings.Contains(params, "0x3e4f49e6") { // state(uint256)
					return strings.Replace(result, "1\"", "7\"", 1)
				}
				return result
			}
		},
		"changes counts": func(l *liar) {
			l.calls = func(params, result string) string {
				if strings.Contains(params, "0x544ffc9c") { // proposalVotes(uint256)
					return strings.Replace(result, "0x0", "0x1", 1)
				}
				return result
			}
		},
	}
	for name, lie := range tests {
		t.Run(name, func(t *testing.T) {
			w.liar.set(lie)
			for _, urls := range [][]string{{w.URL, w.liar.URL}, {w.liar.URL, w.URL}} {
				l, err := w.readAll(t, urls...)
				if governance.CodeOf(err) != governance.Conflict || !strings.Contains(err.Error(), "disagree") || len(l.proposals)+len(l.events) > 0 {
					t.Errorf("%v; %d proposals and %d events are stored", err, len(l.proposals), len(l.events))
				}
			}
		})
	}
	w.liar.set(func(*liar) {})
	l, err := w.readAll(t, w.URL, w.liar.URL)
	if err != nil || len(l.proposals) != 1 || l.kinds() != "vote" || l.proposals[w.ref].OnChain.Nodes != 2 {
		t.Errorf("two honest ones: %v, %+v", err, l.proposals)
	}
}

// Alone, a node cannot make up or change what an OpenZeppelin governor hashes.
func TestOneNodeLyingAboutHashes(t *testing.T) {
	w := newLied(t, govkit.OZ4)
	w.liar.set(func(l *liar) { l.logs = replaced(createdEvent, "plain", "PLAIN") })
	l, err := w.readAll(t, w.liar.URL)
	if err != nil || len(l.proposals) > 0 || !strings.Contains(strings.Join(l.skipped, " "), errUnfit.Error()) {
		t.Errorf("another text: %v %+v %v", err, l.proposals, l.skipped)
	}
	w.liar.set(func(l *liar) {
		l.logs = twice(createdEvent, func(data []byte) []byte { data[31] ^= 1; return data }, common.Hash{})
	})
	l, err = w.readAll(t, w.liar.URL)
	if err != nil || len(l.proposals) != 1 || l.proposals[w.ref].Title != "A quite plain text" || !strings.Contains(strings.Join(l.skipped, " "), "does not know") {
		t.Errorf("a forged one: %v %+v %v", err, l.proposals, l.skipped)
	}
}

// Numbered proposals have gaps where one is left out, and calls that differ
// stop the reading until a node tells the truth.
func TestOneNodeLyingAboutNumbers(t *testing.T) {
	w := newLied(t, govkit.Alpha)
	l := newLedger(t, governorsAt(w.liar.URL).Venue(w.governor, nil))
	l.read()
	id := w.ProposeFrom(w.Voters[1], []common.Address{w.Voters[4].Address}, []*big.Int{big1(5)}, nil, [][]byte{{1, 2, 3}}, "The second")
	w.Settle()
	for name, lie := range map[string]func([]types.Log) []types.Log{
		"leaves out": without(createdEvent),
		"not what":   replaced(createdEvent, "\x01\x02\x03", "\x01\x02\x04"),
	} {
		w.liar.set(func(l *liar) { l.logs = lie })
		if _, err := l.venue.Read(t.Context(), governance.Scope{}, l.cursor); governance.CodeOf(err) != governance.Upstream || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.liar.set(func(*liar) {})
	l.read()
	if p := l.proposals[w.livingWorld.ref(id)]; p.Title != "The second" || len(l.proposals) != 2 {
		t.Errorf("after the truth: %+v", l.proposals)
	}
}

func TestLongDescription(t *testing.T) {
	w := newLied(t, govkit.Alpha)
	long := strings.Repeat("Many words of a text that does not end.\n", 26_000)
	w.liar.set(func(l *liar) {
		l.logs = func(logs []types.Log) []types.Log {
			for i, g := range logs {
				if g.Topics[0] != keccak(createdEvent) {
					continue
				}
				at := int(new(big.Int).SetBytes(g.Data[8*32 : 9*32]).Uint64())
				logs[i].Data = append(g.Data[:at:at], append(argument(uint64(len(long))).Bytes(), common.RightPadBytes([]byte(long), (len(long)+31)/32*32)...)...)
			}
			return logs
		}
	})
	l, err := w.readAll(t, w.liar.URL)
	p := l.proposals[w.ref]
	if err != nil || p.Body != long || p.Title != "Many words of a text that does not end." || len(p.OnChain.Description) != 2+2*len(long) {
		t.Errorf("%v, %d of %d bytes, %v", err, len(p.Body), len(long), l.skipped)
	}
}

// Any cursor on the way leads to the same rows, with a node that gives few
// blocks at once.
func TestResume(t *testing.T) {
	w := newLied(t, govkit.OZ4)
	for i := range 4 {
		w.Pay(fmt.Sprintf("Another %d", i))
		w.Mine(70)
	}
	w.liar.set(func(l *liar) {
		l.before = func(rw http.ResponseWriter, method string, params json.RawMessage) bool {
			var asked []struct{ FromBlock, ToBlock string }
			if method != "eth_getLogs" || json.Unmarshal(params, &asked) != nil {
				return false
			}
			from, to := new(big.Int).SetBytes(common.FromHex(asked[0].FromBlock)), new(big.Int).SetBytes(common.FromHex(asked[0].ToBlock))
			if to.Uint64()-from.Uint64() < 3 {
				return false
			}
			_, _ = rw.Write([]byte(`{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"block range limited to 3"}}`))
			return true
		}
	})
	v := governorsAt(w.liar.URL).Venue(w.governor, nil)
	whole := newLedger(t, v)
	whole.read()
	steps := newLedger(t, v)
	var cursors []string
	var events []int
	for {
		cursors, events = append(cursors, steps.cursor), append(events, len(steps.events))
		b, err := v.Read(t.Context(), governance.Scope{}, steps.cursor)
		if err != nil {
			t.Fatal(err)
		}
		steps.apply(b)
		if steps.cursor = b.Next; b.Done {
			break
		}
	}
	if len(cursors) < 4 || len(whole.proposals) != 5 {
		t.Fatalf("%d batches, %d proposals", len(cursors), len(whole.proposals))
	}
	for i, c := range cursors {
		rest := newLedger(t, governorsAt(w.liar.URL).Venue(w.governor, nil))
		rest.cursor = c
		rest.read()
		if !slices.Equal(rest.events, whole.events[events[i]:]) {
			t.Errorf("from cursor %d: %d events, want %d", i, len(rest.events), len(whole.events)-events[i])
		}
		for ref, p := range rest.proposals {
			if q := whole.proposals[ref]; p.HashContent() != q.HashContent() || p.Outcome != q.Outcome {
				t.Errorf("from cursor %d: %+v is not %+v", i, p, q)
			}
		}
	}
}

// A history that shares no block with what was read is read from the start.
func TestDeepReorg(t *testing.T) {
	w := newLied(t, govkit.OZ4)
	l := newLedger(t, governorsAt(w.URL).Venue(w.governor, nil))
	l.read()
	var c cursor
	if err := json.Unmarshal([]byte(l.cursor), &c); err != nil || len(c.Tail) < 2 {
		t.Fatalf("%s %v", l.cursor, err)
	}
	for i := range c.Tail {
		c.Tail[i].Hash = common.Hash{byte(i + 1)}.Hex()
	}
	events := len(l.events)
	l.cursor = c.text()
	l.read()
	if l.rollbacks != 1 || len(l.events) != events || len(l.proposals) != 1 {
		t.Errorf("%d rollbacks, %d events (%d before), %d proposals", l.rollbacks, len(l.events), events, len(l.proposals))
	}
}

// A node that has not got what was read already changes nothing.
func TestNodeBehind(t *testing.T) {
	w := newLied(t, govkit.OZ4)
	mark := w.Snapshot()
	w.Mine(50)
	l := newLedger(t, governorsAt(w.URL).Venue(w.governor, nil))
	l.read()
	w.Revert(mark)
	before := l.cursor
	b, err := governorsAt(w.URL).Venue(w.governor, nil).Read(t.Context(), governance.Scope{}, before)
	if err != nil || !b.Done || b.Rollback != nil || b.Next != before || len(b.Events)+len(b.Proposals) > 0 {
		t.Errorf("%v %+v", err, b)
	}
}

func TestNodeThatLimitsAndForeignOne(t *testing.T) {
	w := newLied(t, govkit.OZ4)
	left := 3
	w.liar.set(func(l *liar) {
		l.before = func(rw http.ResponseWriter, _ string, _ json.RawMessage) bool {
			if left--; left < 0 {
				return false
			}
			rw.Header().Set("Retry-After", "1")
			rw.WriteHeader(http.StatusTooManyRequests)
			return true
		}
	})
	l := newLedger(t, governorsAt(w.liar.URL).Venue(w.governor, nil))
	limited := 0
	for range 20 {
		b, err := l.venue.Read(t.Context(), governance.Scope{}, l.cursor)
		if err != nil {
			if governance.CodeOf(err) != governance.Limited || governance.WaitOf(err) <= 0 {
				t.Fatalf("limited: %v", err)
			}
			limited++
			continue
		}
		l.apply(b)
		if l.cursor = b.Next; b.Done {
			break
		}
	}
	if limited == 0 || len(l.proposals) != 1 || l.kinds() != "vote" {
		t.Errorf("%d times limited, then %d proposals", limited, len(l.proposals))
	}
	_, err := w.readAll(t, governancetest.Anvil(t, "--chain-id", "5"))
	if governance.CodeOf(err) != governance.Upstream || !strings.Contains(err.Error(), "5") {
		t.Errorf("of another chain: %v", err)
	}
}

func TestCanceledEnds(t *testing.T) {
	w := newLivingWorld(t, govkit.OZ5)
	id := w.Pay("Taken back")
	receipt := w.Cancel(id)
	w.Settle()
	l := newLedger(t, w.governors.Venue(w.governor, nil))
	l.read()
	p := l.is(w.ref(id), governance.Canceled)
	block, err := w.Client.HeaderByNumber(t.Context(), receipt.BlockNumber)
	if err != nil || p.End.Unix() != int64(block.Time) || p.OnChain.EndOff != 0 || l.kinds() != "canceled" {
		t.Errorf("ended %v (%d s off), canceled %d: %v, %s", p.End, p.OnChain.EndOff, block.Time, err, l.kinds())
	}
}

// One honest node beside one that is down is read as one node, and says so.
func TestTwoNodesOneDown(t *testing.T) {
	w := newLied(t, govkit.OZ4)
	w.liar.set(func(l *liar) {
		l.before = func(rw http.ResponseWriter, _ string, _ json.RawMessage) bool {
			rw.WriteHeader(http.StatusBadGateway)
			return true
		}
	})
	for _, urls := range [][]string{{w.URL, w.liar.URL}, {w.liar.URL, w.URL}} {
		l, err := w.readAll(t, urls...)
		if err != nil || len(l.proposals) != 1 || l.kinds() != "vote" || l.proposals[w.ref].OnChain.Nodes != 1 {
			t.Errorf("%v: %+v", err, l.proposals)
		}
	}
}
