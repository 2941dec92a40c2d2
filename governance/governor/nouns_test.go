package governor

import (
	"encoding/binary"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"

	"mandate/governance"
)

// emitCode is a contract that emits one log.
func emitCode(l types.Log) []byte {
	from := 15 + 33*len(l.Topics)
	code := append([]byte{0x61}, binary.BigEndian.AppendUint16(nil, uint16(len(l.Data)))...)
	code = append(append(code, 0x61), binary.BigEndian.AppendUint16(nil, uint16(from+2))...)
	code = append(code, 0x5f, 0x39) // CODECOPY(0, from, len)
	for i := len(l.Topics) - 1; i >= 0; i-- {
		code = append(append(code, 0x7f), l.Topics[i][:]...)
	}
	code = append(append(code, 0x61), binary.BigEndian.AppendUint16(nil, uint16(len(l.Data)))...)
	code = append(code, 0x5f, 0xa0+byte(len(l.Topics)), 0x00) // LOGn(0, len, topics)
	for len(code) < from+2 {
		code = append(code, 0x00)
	}
	return append(code, l.Data...)
}

// emit lets a contract emit a log in a block of its own; its code is the fake's
// again afterwards.
func (w *world) emit(at common.Address, f fake, l types.Log) {
	w.t.Helper()
	var accounts []common.Address
	if err := w.rpc.CallContext(w.t.Context(), &accounts, "eth_accounts"); err != nil {
		w.t.Fatal(err)
	}
	w.call("anvil_setCode", at, hexutil.Bytes(emitCode(l)))
	w.call("evm_setAutomine", false) // its block is made before the code changes
	w.call("eth_sendTransaction", map[string]any{"from": accounts[0], "to": at, "gas": "0x989680"})
	w.call("anvil_mine", hexutil.Uint64(1))
	w.call("evm_setAutomine", true)
	w.call("anvil_setCode", at, hexutil.Bytes(f.code()))
}

// An edit is a whole new proposal to the reader, also where it was created in
// an earlier batch, by another reader.
func TestNounsEditedLater(t *testing.T) {
	w := newWorld(t, "1")
	at := w.put([]byte{0})
	f := fake{"state(uint256)": number(10), "quorumVotes(uint256)": number(6),
		"proposals(uint256)": words(number(5), number(0), number(1), number(4), number(0), number(1000), number(2000), number(2), number(1), number(3), number(0), number(0), number(0))}
	w.code(at, f.code())
	topicFor := func(signature string) string { return keccak(signature).Hex() }
	created := "ProposalCreated(uint256,address," + actionTypes + ",uint256,uint256,string)"
	edited := "ProposalUpdated(uint256,address," + actionTypes + ",string,string)"
	text := "ProposalDescriptionUpdated(uint256,address,string,string)"
	g := governance.Governor{ID: governance.GovernorID(1, at.Hex()), Chain: 1, Address: at.Hex(), Family: governance.FamilyNouns, Clock: governance.ClockBlocks}
	read := func(cursor string) *ledger {
		l := newLedger(t, w.g.Venue(g, nil))
		l.cursor = cursor
		l.read()
		return l
	}
	w.emit(at, f, encodeLog(t, at, created, topicFor(created), nil, args(big1(5), one, acts(), big1(1000), big1(2000), "# First")))
	w.call("anvil_mine", hexutil.Uint64(80))
	first := read("")
	ref := governance.GovernorRef(g.ID, "5")
	if p := first.proposals[ref]; p.Title != "First" || p.OnChain.State != governance.Updatable {
		t.Fatalf("first: %+v %v", p, first.skipped)
	}
	w.emit(at, f, encodeLog(t, at, edited, topicFor(edited), []int{0, 1}, args(big1(5), one, []common.Address{three}, []*big.Int{big1(9)}, []string{""}, [][]byte{{7}}, "# Second", "why")))
	w.call("anvil_mine", hexutil.Uint64(80))
	second := read(first.cursor)
	if p := second.proposals[ref]; p.Title != "Second" || len(p.OnChain.Calls) != 1 || p.OnChain.Calls[0].Value != "9" || contentOf(first, ref) == contentOf(second, ref) {
		t.Errorf("edited: %+v %v", p, second.skipped)
	}
	w.emit(at, f, encodeLog(t, at, text, topicFor(text), []int{0, 1}, args(big1(5), one, "# Third", "why")))
	w.call("anvil_mine", hexutil.Uint64(80))
	third := read(second.cursor)
	if p := third.proposals[ref]; p.Title != "Third" || len(p.OnChain.Calls) != 1 || p.OnChain.Calls[0].Value != "9" {
		t.Errorf("the text edited: %+v %v", p, third.skipped)
	}
	if p := read("").proposals[ref]; p.HashContent() != contentOf(third, ref) {
		t.Errorf("at once: %+v", p)
	}
	p, err := w.g.Fresh(t.Context(), g, ref, third.proposals[ref].OnChain.Block)
	if err != nil || p.HashContent() != contentOf(third, ref) {
		t.Errorf("fresh: %v %+v", err, p)
	}
}

func contentOf(l *ledger, ref governance.Ref) string {
	p := l.proposals[ref]
	return p.HashContent()
}

// Numbers that no float, date or row can hold.
func TestUnsafeNumbers(t *testing.T) {
	huge := new(big.Int).Sub(new(big.Int).Lsh(big1(1), 256), big1(1))
	answer := func(n ...*big.Int) governance.CallResult {
		var r governance.CallResult
		for _, x := range n {
			r.Data = append(r.Data, common.BigToHash(x).Bytes()...)
		}
		return r
	}
	most := new(big.Int).SetUint64(math.MaxUint64)
	v := kitVenue("oz5")
	v.g.Clock, v.g.Token.Decimals = governance.ClockSeconds, 1_000_000
	if st := v.stand(subject{id: huge}, []governance.CallResult{answer(big1(1)), answer(huge), answer(huge), answer(huge, huge, huge), answer(huge), answer(huge)}); st.err == nil {
		t.Errorf("times beyond 64 bits: %+v", st)
	}
	st := v.stand(subject{id: huge}, []governance.CallResult{answer(big1(5)), answer(most), answer(most), answer(huge, huge, huge), answer(most), answer(huge)})
	if st.err != nil {
		t.Fatal(st.err)
	}
	for _, clock := range []governance.Clock{governance.ClockSeconds, governance.ClockBlocks, governance.ClockL1Blocks} {
		r := &reading{times: timeline{clock: clock, rate: 12, off: 1}, blocks: map[uint64]governance.Block{}}
		c := v.count(huge, st, r)
		last := time.Unix(farthest, 0)
		if c.End.After(last) || c.Start.After(last) || c.Standing.ETA.After(last) || c.Standing.EndOff < 0 || c.Standing.For != huge.String() ||
			math.IsInf(c.Tally.Total, 0) || math.IsNaN(c.Tally.Quorum) || !strings.HasSuffix(string(c.Ref), huge.String()) {
			t.Errorf("%s: %+v %+v", clock, c, c.Standing)
		}
		if _, err := c.End.MarshalJSON(); err != nil {
			t.Errorf("%s: %v", clock, err)
		}
		cr := &creation{id: huge, start: math.MaxUint64, log: &types.Log{}}
		if p := v.proposal(cr, st, c, governance.Block{}); p.Snapshot < 0 {
			t.Errorf("%s: snapshot %d", clock, p.Snapshot)
		}
	}
}
