package actions

import (
	"math/big"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
	"mandate/governance/chain"
	"mandate/governance/governancetest"
	"mandate/governance/governancetest/govkit"
	detector "mandate/governance/governor"
)

// rig is a real governor on anvil, with an inspector that reads it.
type rig struct {
	*govkit.Kit
	url  string
	gov  governance.Governor
	look Inspector
	read *detector.Governors
	born map[string]uint64 // blocks of the proposals
}

func newRig(t *testing.T, kind govkit.Kind) *rig {
	t.Helper()
	url := governancetest.Anvil(t, "--chain-id", "1", "--slots-in-an-epoch", "1")
	r := &rig{Kit: govkit.Deploy(t, url, kind), url: url, born: map[string]uint64{}}
	r.look = r.inspector(url)
	r.read = detector.New(detector.Config{Nodes: r.look.Nodes.(*chain.Chains), Now: time.Now})
	var err error
	if r.gov, err = r.read.Detect(t.Context(), 1, r.Governor.Hex()); err != nil {
		t.Fatal(err)
	}
	return r
}

// inspector reads through nodes whose answers are never kept.
func (r *rig) inspector(urls ...string) Inspector {
	var n atomic.Int64
	begin := time.Now()
	hurried := func() time.Time { return begin.Add(time.Duration(n.Add(1)) * 2 * time.Second) }
	return Inspector{Now: time.Now, Nodes: chain.New(chain.Config{URLs: map[uint64][]string{1: urls}, Client: &http.Client{Timeout: 10 * time.Second}, Now: hurried})}
}

// step is one call of a proposal.
type step struct {
	to    common.Address
	value *big.Int
	data  []byte
}

func (r *rig) propose(t *testing.T, text string, steps ...step) *big.Int {
	t.Helper()
	var targets []common.Address
	var values []*big.Int
	var data [][]byte
	for _, s := range steps {
		if s.value == nil {
			s.value = new(big.Int)
		}
		targets, values, data = append(targets, s.to), append(values, s.value), append(data, s.data)
	}
	id := r.Propose(targets, values, nil, data, text)
	r.born[id.String()] = r.Head()
	return id
}

// queue leads a proposal into the timelock.
func (r *rig) queue(t *testing.T, id *big.Int) {
	t.Helper()
	r.ToVote(id)
	for _, v := range r.Voters[:4] {
		r.Vote(v, id, 1)
	}
	r.ToEnd(id)
	r.Queue(id)
}

func (r *rig) subject(t *testing.T, id *big.Int) Subject {
	t.Helper()
	r.Mine(4) // now it is confirmed
	p, err := r.read.Fresh(t.Context(), r.gov, governance.GovernorRef(r.gov.ID, id.String()), r.born[id.String()])
	if err != nil {
		t.Fatal(err)
	}
	p.ContentHash = p.HashContent()
	return Subject{Proposal: &p, Governor: &r.gov, Governors: []governance.Governor{r.gov}}
}

func (r *rig) inspect(t *testing.T, s Subject) governance.Inspection {
	t.Helper()
	found, err := r.look.Inspect(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// put sets the code at an address.
func (r *rig) put(t *testing.T, at common.Address, code []byte) {
	t.Helper()
	if err := r.Client.Client().CallContext(t.Context(), nil, "anvil_setCode", at, hexutil.Bytes(code)); err != nil {
		t.Fatal(err)
	}
}

// rules are the ids of the findings of a severity.
func rules(found governance.Inspection, of governance.Severity) (out []string) {
	for _, f := range found.Findings {
		if f.Severity == of {
			out = append(out, f.Rule)
		}
	}
	return out
}

// door is code that refuses every call before a time.
func door(from uint64) []byte {
	code := append([]byte{0x64}, new(big.Int).SetUint64(from).FillBytes(make([]byte, 5))...)
	return append(code, 0x42, 0x10, 0x60, 0x0c, 0x57, 0x00, 0x5b, 0x5f, 0x5f, 0xfd)
}
