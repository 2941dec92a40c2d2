package governor

import (
	"bytes"
	"encoding/binary"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
)

const (
	standardCreated = "ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)"
	standardTopic   = "0x7d84a6263ae0d98d3329bd7b46bb4e8d6f98cd35a7adb45c274c8b7fd5ebd5e0"
)

func createdLog(t testing.TB, targets []common.Address, values []*big.Int, signatures []string, calldatas [][]byte, description string) types.Log {
	t.Helper()
	return encodeLog(t, common.HexToAddress("0xa0"), standardCreated, standardTopic, nil,
		[]any{big1(5), three, targets, values, signatures, calldatas, big1(10), big1(20), description})
}

func TestMalformedEvents(t *testing.T) {
	good := func() types.Log {
		return createdLog(t, []common.Address{one}, []*big.Int{big1(1)}, []string{""}, [][]byte{{1}}, "Text")
	}
	word := func(l *types.Log, i int, v string) { copy(l.Data[i*wordSize:], common.HexToHash(v).Bytes()) }
	huge := "0x" + strings.Repeat("ff", 32)
	tests := []struct {
		name, want string
		spoil      func(*types.Log)
	}{
		{"no data", "ends too early", func(l *types.Log) { l.Data = nil }},
		{"cut off", "ends too early", func(l *types.Log) { l.Data = l.Data[:len(l.Data)-64] }},
		{"offset beyond", "offset leads out", func(l *types.Log) { word(l, 2, huge) }},
		{"offset at the edge", "ends too early", func(l *types.Log) { word(l, 8, hexutil.EncodeUint64(uint64(len(l.Data)))) }},
		{"length beyond", "length leads out", func(l *types.Log) { word(l, 9, huge) }},
		{"length too large", "length leads out", func(l *types.Log) { word(l, 9, "0x1000") }},
		{"dirty address", "address has dirty bits", func(l *types.Log) { word(l, 1, huge) }},
		{"dirty target", "address has dirty bits", func(l *types.Log) { word(l, 10, huge) }},
		{"overlap", "overlap", func(l *types.Log) {
			for i := range 4 {
				word(l, 2+i, "0x0")
			}
			word(l, 0, "0x9")
			for i := range 9 {
				word(l, 1+i, "0x0")
			}
		}},
		{"lists differ", "different lengths (1, 0, 1, 1)", func(l *types.Log) {
			*l = createdLog(t, []common.Address{one}, nil, []string{""}, [][]byte{{1}}, "Text")
		}},
		{"signatures differ", "different lengths (1, 1, 0, 1)", func(l *types.Log) {
			*l = createdLog(t, []common.Address{one}, []*big.Int{big1(1)}, nil, [][]byte{{1}}, "Text")
		}},
		{"endless vote", "never", func(l *types.Log) { word(l, 7, huge) }},
		{"ends before its start", "ends before", func(l *types.Log) { word(l, 7, "0x1") }},
		{"too many topics", "topics", func(l *types.Log) { l.Topics = append(l.Topics, hashA, hashA, hashA) }},
		{"dirty topic", "dirty bits", func(l *types.Log) {
			row := shapeRows()[8]
			*l = encodeLog(t, common.HexToAddress("0xa0"), row.signature, row.topic, row.indexed, row.values)
			l.Topics[1] = common.HexToHash(huge)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := good()
			test.spoil(&l)
			s := kitScan()
			s.add([]types.Log{l})
			if len(s.created) != 0 || len(s.skipped) != 1 || !strings.Contains(s.skipped[0], test.want) {
				t.Errorf("got %s", told(s))
			}
		})
	}
}

func TestMalformedVotes(t *testing.T) {
	row := shapeRows()[8]
	l := encodeLog(t, common.HexToAddress("0xa0"), row.signature, row.topic, row.indexed, row.values)
	for name, place := range map[string]int{"support 300": wordSize + 30, "support 7": wordSize + 31} {
		bad := l
		bad.Data = bytes.Clone(l.Data)
		bad.Data[place] = 7
		s := kitScan()
		s.add([]types.Log{bad})
		if len(s.events) != 0 || len(s.skipped) != 1 {
			t.Errorf("%s: %s", name, told(s))
		}
	}
}

func TestLargeProposals(t *testing.T) {
	const n = 500
	var targets []common.Address
	var values []*big.Int
	var calldatas [][]byte
	for i := range n {
		targets, values = append(targets, one), append(values, big1(int64(i)))
		calldatas = append(calldatas, bytes.Repeat([]byte{byte(i)}, i))
	}
	text := strings.Repeat("A long text. ", 1<<20/13)
	s := kitScan()
	s.add([]types.Log{createdLog(t, targets, values, make([]string, n), calldatas, text)})
	if len(s.created) != 1 {
		t.Fatalf("skipped %v", s.skipped)
	}
	c := s.created[0]
	calls := c.actions.calls()
	if len(calls) != n || calls[499].Value != "499" || len(calls[499].Calldata) != 2+2*499 || string(c.description) != text {
		t.Error("something of it was lost")
	}
}

func TestBrokenText(t *testing.T) {
	raw := "# Title \xff\x00\nBody #proposer=0x" + strings.Repeat("aB", 20)
	s := kitScan()
	s.add([]types.Log{createdLog(t, []common.Address{one}, []*big.Int{big1(0)}, []string{"\xff()"}, [][]byte{{9}}, raw)})
	if len(s.created) != 1 {
		t.Fatalf("skipped %v", s.skipped)
	}
	c := s.created[0]
	if string(c.description) != raw {
		t.Error("the exact bytes are lost")
	}
	if body := bodyOf(c.description); body != "# Title \uFFFD\uFFFD\nBody " || titleOf(body) != "Title \uFFFD\uFFFD" {
		t.Errorf("body %q, title %q", body, titleOf(body))
	}
	four := selector("\xff()")
	if call := c.actions.calls()[0]; call.Signature != "" || call.Calldata != hexutil.Encode(append(four[:], 9)) {
		t.Errorf("a signature that is no text: %+v", call)
	}
}

// FuzzEvents decodes hostile data as every shape; nothing that comes out may
// be larger than what went in.
func FuzzEvents(f *testing.F) {
	rows := shapeRows()
	for i, row := range rows {
		l := encodeLog(f, common.HexToAddress(row.at), row.signature, row.topic, row.indexed, row.values)
		var topics []byte
		for _, topic := range l.Topics[1:] {
			topics = append(topics, topic[:]...)
		}
		f.Add(byte(i), topics, l.Data)
	}
	f.Fuzz(func(t *testing.T, which byte, topics, data []byte) {
		row := rows[int(which)%len(rows)]
		l := types.Log{Address: common.HexToAddress(row.at), Topics: []common.Hash{common.HexToHash(row.topic)}, Data: data, BlockNumber: 7}
		for ; len(topics) >= wordSize && len(l.Topics) < 4; topics = topics[wordSize:] {
			l.Topics = append(l.Topics, common.BytesToHash(topics[:wordSize]))
		}
		s := kitScan()
		s.add([]types.Log{l})
		s.foreign()
		if len(s.created)+len(s.events)+len(s.skipped) > 1 {
			t.Errorf("one log says %s", told(s))
		}
		for _, c := range s.created {
			size := len(c.description)
			for _, call := range c.actions.calls() {
				size += len(call.Calldata) / 2
			}
			if size > len(data)+4*wordSize*len(c.actions.targets)+wordSize {
				t.Errorf("%d bytes of %d", size, len(data))
			}
			_ = c.hashID()
			_ = titleOf(bodyOf(c.description))
		}
	})
}

// FuzzStanding reads hostile answers of a contract.
func FuzzStanding(f *testing.F) {
	f.Add(byte(0), binary.BigEndian.AppendUint64(make([]byte, 24), 32))
	f.Fuzz(func(t *testing.T, family byte, data []byte) {
		families := []string{"alpha", "bravo", "oz4", "oz5", "arbitrum", "agora", "nouns", "aave-v3"}
		v := kitVenue(families[int(family)%len(families)])
		c := &creation{id: big1(5), log: &types.Log{}}
		s := subject{id: c.id, fresh: c}
		r := v.asksAnswered(s, data)
		_ = v.stand(s, r)
		_ = v.stand(subject{id: c.id}, v.asksAnswered(subject{id: c.id}, data))
	})
}
