package governor

import (
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"mandate/governance"
)

func kitVenue(family string) *venue {
	return New(Config{}).venue(governance.Governor{
		ID: "eip155:1:" + testGovernor, Chain: 1, Address: testGovernor, Family: governance.Family(family), Clock: governance.ClockBlocks,
	}, nil)
}

// asksAnswered gives the same answer to every call.
func (v *venue) asksAnswered(s subject, data []byte) []governance.CallResult {
	out := make([]governance.CallResult, len(v.asks(s)))
	for i := range out {
		out[i].Data = data
	}
	return out
}

func wordsOf(numbers ...int64) governance.CallResult {
	var out []byte
	for _, n := range numbers {
		out = append(out, common.BigToHash(big.NewInt(n)).Bytes()...)
	}
	return governance.CallResult{Data: out}
}

func TestStands(t *testing.T) {
	no := governance.CallResult{Reverted: true}
	tests := []struct {
		name, family string
		answers      []governance.CallResult
		want         stand
		fails        string
	}{
		{"oz", "oz5", []governance.CallResult{wordsOf(5), wordsOf(10), wordsOf(20), wordsOf(1, 2, 3), wordsOf(99), wordsOf(4)},
			stand{state: governance.Queued, start: 10, end: 20, eta: 99, against: big1(1), pro: big1(2), abstain: big1(3), quorum: big1(4)}, ""},
		{"oz unknown", "oz5", []governance.CallResult{no, wordsOf(0), wordsOf(0), wordsOf(0, 0, 0), no, no}, stand{}, "does not know"},
		{"oz state beyond", "oz5", []governance.CallResult{wordsOf(8), wordsOf(0), wordsOf(0), wordsOf(0, 0, 0), no, no}, stand{}, "does not know"},
		{"bravo", "bravo", []governance.CallResult{wordsOf(7), wordsOf(5, 0, 99, 10, 20, 2, 1, 3, 0, 1), wordsOf(4)},
			stand{state: governance.Executed, start: 10, end: 20, eta: 99, against: big1(1), pro: big1(2), abstain: big1(3), quorum: big1(4)}, ""},
		{"alpha", "alpha", []governance.CallResult{wordsOf(3), wordsOf(5, 0, 0, 10, 20, 2, 1, 0, 1), wordsOf(4)},
			stand{state: governance.Defeated, start: 10, end: 20, against: big1(1), pro: big1(2), quorum: big1(4)}, ""},
		{"nouns", "nouns", []governance.CallResult{wordsOf(9), wordsOf(5, 0, 1, 4, 0, 10, 20, 2, 1, 3, 0, 0, 0), no},
			stand{state: governance.Objection, start: 10, end: 20, against: big1(1), pro: big1(2), abstain: big1(3), quorum: big1(4)}, ""},
		{"nouns behind an offset", "nouns", []governance.CallResult{wordsOf(10), wordsOf(32, 5, 0, 1, 4, 0, 10, 20, 2, 1, 3, 0, 0, 0), wordsOf(6)},
			stand{state: governance.Updatable, start: 10, end: 20, against: big1(1), pro: big1(2), abstain: big1(3), quorum: big1(6)}, ""},
		{"bravo another id", "bravo", []governance.CallResult{wordsOf(7), wordsOf(6, 0, 99, 10, 20, 2, 1, 3, 0, 1), wordsOf(4)}, stand{}, "does not know"},
		{"bravo cut off", "bravo", []governance.CallResult{wordsOf(7), wordsOf(5, 0, 99, 10), wordsOf(4)}, stand{}, "cut off"},
		{"aave", "aave-v3", []governance.CallResult{wordsOf(4), wordsOf(32, 4, 1, 50, 100, 70, 0, 0, 0, 0, 0, 0, 2, 1, 0, 480, 1, 137, 1, 17, 8)},
			stand{state: governance.Executed, start: 70, end: 170, against: big1(1), pro: big1(2)}, ""},
		{"aave canceled", "aave-v3", []governance.CallResult{wordsOf(6), wordsOf(32, 6)}, stand{state: governance.Canceled}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := kitVenue(test.family)
			got := v.stand(subject{id: big1(5)}, test.answers)
			if test.fails != "" {
				if got.err == nil || !strings.Contains(got.err.Error(), test.fails) {
					t.Errorf("error %v, want %q", got.err, test.fails)
				}
				return
			}
			if got.err != nil || got.state != test.want.state || got.start != test.want.start || got.end != test.want.end || got.eta != test.want.eta ||
				amount(got.against) != amount(test.want.against) || amount(got.pro) != amount(test.want.pro) ||
				amount(got.abstain) != amount(test.want.abstain) || amount(got.quorum) != amount(test.want.quorum) {
				t.Errorf("got %+v", got)
			}
			if test.name == "aave" && (len(got.payloads) != 1 || got.payloads[0].Chain != 137 || got.payloads[0].ID != 8) {
				t.Errorf("payloads %+v", got.payloads)
			}
		})
	}
}

// The id that OpenZeppelin makes is known from go-ethereum's encoder.
func TestHashID(t *testing.T) {
	l := createdLog(t, []common.Address{one, two}, []*big.Int{big1(1), big1(2)}, []string{"", ""}, [][]byte{{1, 2, 3}, {}}, "Text")
	s := kitScan()
	s.add([]types.Log{l})
	c := s.created[0]
	want := packed(t, "address[],uint256[],bytes[],bytes32", []common.Address{one, two}, []*big.Int{big1(1), big1(2)}, [][]byte{{1, 2, 3}, {}}, [32]byte(keccak("Text")))
	if got := c.hashID(); got.Cmp(new(big.Int).SetBytes(keccak(string(want)).Bytes())) != 0 {
		t.Errorf("id %x", got)
	}
	v := kitVenue("oz5")
	if v.bound(c) || v.proven(c, []governance.CallResult{wordsOf(6), {Reverted: true}}) == nil {
		t.Error("a log that does not fit its id is believed")
	}
	if err := v.proven(c, []governance.CallResult{wordsOf(5), {Reverted: true}}); err != nil {
		t.Errorf("a numbered proposal: %v", err)
	}
	c.id = c.hashID()
	if !v.bound(c) || v.proof(c) != nil {
		t.Error("an id that proves itself is asked about")
	}
	c.description = []byte("Another text")
	if v.bound(c) {
		t.Error("another text fits the id")
	}
	c.module, c.moduleData = two, []byte{9}
	want = packed(t, "address,address,bytes,bytes32", common.HexToAddress(testGovernor), two, []byte{9}, [32]byte(keccak("Another text")))
	if c.moduleID(v.address).Cmp(new(big.Int).SetBytes(keccak(string(want)).Bytes())) != 0 {
		t.Error("the id of a module's proposal")
	}
}

func TestSameActions(t *testing.T) {
	l := createdLog(t, []common.Address{one}, []*big.Int{big1(1)}, []string{"go()"}, [][]byte{{1}}, "Text")
	s := kitScan()
	s.add([]types.Log{l})
	v := kitVenue("bravo")
	answer := func(signature string) []governance.CallResult {
		return []governance.CallResult{{Data: packed(t, "address[],uint256[],string[],bytes[]", []common.Address{one}, []*big.Int{big1(1)}, []string{signature}, [][]byte{{1}})}}
	}
	if err := v.proven(s.created[0], answer("go()")); err != nil {
		t.Error(err)
	}
	if v.proven(s.created[0], answer("no()")) == nil || v.proven(s.created[0], []governance.CallResult{{Reverted: true}}) == nil || v.proven(s.created[0], []governance.CallResult{wordsOf(1)}) == nil {
		t.Error("other actions are believed")
	}
}
