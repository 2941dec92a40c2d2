package governor

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// layout is which functions tell how a proposal stands.
type layout uint8

const (
	layoutOZ    layout = iota // proposalVotes, proposalDeadline
	layoutBravo               // proposals(id): Alpha, Bravo, Nouns
	layoutAave                // getProposal
)

func (v *venue) layout() layout {
	switch v.g.Family {
	case governance.FamilyAlpha, governance.FamilyBravo, governance.FamilyNouns:
		return layoutBravo
	case governance.FamilyAave:
		return layoutAave
	}
	return layoutOZ
}

// subject is a proposal to be asked about.
type subject struct {
	id    *big.Int
	fresh *creation // of a proposal that is new: its log is compared as well
}

// stand is how a proposal stands at a block, in the contract's terms.
type stand struct {
	state                 governance.State
	start, end, eta       uint64
	against, pro, abstain *big.Int
	quorum                *big.Int // nil = not told
	payloads              []governance.Payload
	created               uint64 // Aave, Unix seconds
	asked                 bool   // for the quorum
	err                   error  // why the proposal is not believed
}

// stands asks about all subjects at one block. Results are in their order; the
// number is how many nodes said the same.
func (v *venue) stands(ctx context.Context, at uint64, subjects []subject, b *governance.Batch) ([]stand, int, error) {
	var calls []governance.ContractCall
	var until []int
	for _, s := range subjects {
		calls = append(calls, v.asks(s)...)
		until = append(until, len(calls))
	}
	answers, nodes, err := v.nodes.Agreed(ctx, v.g.Chain, at, calls)
	b.Requests += max(1, nodes)
	if err != nil {
		return nil, 0, err
	}
	if len(answers) != len(calls) {
		return nil, 0, governance.Errorf(governance.Upstream, "The node answered other calls than asked.")
	}
	out := make([]stand, len(subjects))
	from := 0
	for i, s := range subjects {
		out[i] = v.stand(s, answers[from:until[i]])
		from = until[i]
	}
	return out, nodes, v.quorums(ctx, at, subjects, out, b)
}

// asks are the calls for one proposal: how it stands, the quorum where its
// argument is known, and the proof of a new one.
func (v *venue) asks(s subject) []governance.ContractCall {
	to, id := v.g.Address, s.id
	out := []governance.ContractCall{call(to, "state(uint256)", id)}
	switch v.layout() {
	case layoutAave:
		return []governance.ContractCall{call(to, "getProposalState(uint256)", id), call(to, "getProposal(uint256)", id)}
	case layoutBravo:
		out = append(out, call(to, "proposals(uint256)", id), v.quorumCall(id, 0))
	case layoutOZ:
		start, known := v.startOf(s)
		out = append(out, call(to, "proposalSnapshot(uint256)", id), call(to, "proposalDeadline(uint256)", id),
			v.votesCall(id), call(to, "proposalEta(uint256)", id))
		if known {
			out = append(out, v.quorumCall(id, start))
		}
	}
	if s.fresh != nil {
		out = append(out, v.proof(s.fresh)...)
	}
	return out
}

// quorumCall asks for the quorum with what each family wants to know.
func (v *venue) quorumCall(id *big.Int, start uint64) governance.ContractCall {
	switch v.g.Family {
	case governance.FamilyNouns:
		return call(v.g.Address, "quorumVotes(uint256)", id)
	case governance.FamilyAlpha, governance.FamilyBravo:
		return call(v.g.Address, "quorumVotes()")
	case governance.FamilyAgora:
		return call(v.g.Address, "quorum(uint256)", id)
	}
	return call(v.g.Address, "quorum(uint256)", start)
}

// startOf is a proposal's vote start where it is known without asking.
func (v *venue) startOf(s subject) (uint64, bool) {
	if s.fresh != nil {
		return s.fresh.start, true
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	start, ok := v.starts[s.id.String()]
	return start, ok
}

// maxStarts bounds what a venue remembers of vote starts.
const maxStarts = 4096

func (v *venue) keepStart(id *big.Int, start uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.starts) >= maxStarts {
		clear(v.starts)
	}
	v.starts[id.String()] = start
}

// quorums asks once more for those whose vote start was only learnt now.
func (v *venue) quorums(ctx context.Context, at uint64, subjects []subject, out []stand, b *governance.Batch) error {
	var calls []governance.ContractCall
	var of []int
	for i := range out {
		if v.layout() != layoutOZ || out[i].err != nil {
			continue
		}
		if !out[i].asked {
			calls, of = append(calls, v.quorumCall(subjects[i].id, out[i].start)), append(of, i)
		}
		v.keepStart(subjects[i].id, out[i].start)
	}
	if len(calls) == 0 {
		return nil
	}
	answers, nodes, err := v.nodes.Agreed(ctx, v.g.Chain, at, calls)
	b.Requests += max(1, nodes)
	if err != nil {
		return err
	}
	for i, r := range answers {
		out[of[i]].quorum, _ = known(uintOf(r, 0))
	}
	return nil
}

func known(n *big.Int, ok bool) (*big.Int, bool) {
	if !ok {
		return nil, false
	}
	return n, true
}

// stand reads the answers to asks.
func (v *venue) stand(s subject, r []governance.CallResult) (out stand) {
	switch v.layout() {
	case layoutAave:
		out = aaveStand(r)
	case layoutBravo:
		out = v.bravoStand(s.id, r)
		r = r[3:]
	default:
		out = v.ozStand(r)
		r = r[min(len(r), 6):]
	}
	if out.err == nil && out.state == "" {
		out.err = fmt.Errorf("the governor does not know proposal %s", s.id)
	}
	if c := s.fresh; out.err == nil && c != nil && v.layout() != layoutAave {
		if out.start != c.start {
			out.err = errUnfit
		} else {
			out.err = v.proven(c, r)
		}
	}
	return out
}

func (v *venue) ozStand(r []governance.CallResult) (out stand) {
	var ok [4]bool
	out.state = stateAt(v.g.Family, r[0])
	out.start, ok[0] = numberOf(r[1], 0)
	out.end, ok[1] = numberOf(r[2], 0)
	against, pro, abstain := v.votesPlaces()
	out.against, ok[2] = known(uintOf(r[3], against))
	out.pro, ok[3] = known(uintOf(r[3], pro))
	out.abstain, _ = known(uintOf(r[3], abstain))
	out.eta, _ = numberOf(r[4], 0)
	if out.asked = len(r) > 5; out.asked {
		out.quorum, _ = known(uintOf(r[5], 0))
	}
	if out.state != "" && (!ok[0] || !ok[1]) {
		out.err = fmt.Errorf("the governor tells no times of its vote")
	}
	return out
}

// bravoStand reads proposals(id). Its first words are the same in Alpha and
// Bravo; Nouns has two more before them.
func (v *venue) bravoStand(id *big.Int, r []governance.CallResult) (out stand) {
	out.state = stateAt(v.g.Family, r[0])
	row, at := r[1], 0
	if n, ok := uintOf(row, 0); ok && n.Cmp(id) != 0 && n.Cmp(big.NewInt(wordSize)) == 0 {
		at = 1 // a struct with parts of variable length is behind an offset
	}
	if n, ok := uintOf(row, at); !ok || n.Cmp(id) != 0 {
		out.err = fmt.Errorf("the governor does not know proposal %s", id)
		return out
	}
	out.quorum, _ = known(uintOf(r[2], 0))
	at += 2
	if v.g.Family == governance.FamilyNouns {
		if out.quorum == nil {
			out.quorum, _ = known(uintOf(row, at+1))
		}
		at += 2
	}
	var ok [5]bool
	out.eta, ok[0] = numberOf(row, at)
	out.start, ok[1] = numberOf(row, at+1)
	out.end, ok[2] = numberOf(row, at+2)
	out.pro, ok[3] = known(uintOf(row, at+3))
	out.against, ok[4] = known(uintOf(row, at+4))
	if v.g.Family != governance.FamilyAlpha {
		out.abstain, _ = known(uintOf(row, at+5))
	}
	if ok != [5]bool{true, true, true, true, true} {
		out.err = fmt.Errorf("the governor's answer about proposal %s is cut off", id)
	}
	return out
}

// The words of Aave's proposal (IGovernanceCore.Proposal).
const (
	aaveCreated, aaveDuration, aaveActivated, aaveQueued = 2, 3, 4, 5
	aaveFor, aaveAgainst, aavePayloads                   = 11, 12, 14
	aavePayloadWords, maxPayloads                        = 4, 500
)

// aaveStand reads getProposal: votes are counted on another chain and arrive
// with the result.
func aaveStand(r []governance.CallResult) (out stand) {
	out.state = stateAt(governance.FamilyAave, r[0])
	if n, ok := numberOf(r[1], 0); !ok || n != wordSize {
		out.err = fmt.Errorf("the governor does not know the proposal")
		return out
	}
	row := governance.CallResult{Data: r[1].Data[wordSize:]}
	duration, ok := numberOf(row, aaveDuration)
	out.created, _ = numberOf(row, aaveCreated)
	out.start, _ = numberOf(row, aaveActivated)
	if ok && out.start > 0 {
		out.end = out.start + duration
	}
	out.pro, _ = known(uintOf(row, aaveFor))
	out.against, _ = known(uintOf(row, aaveAgainst))
	at, ok := numberOf(row, aavePayloads)
	if !ok || at%wordSize != 0 || at > uint64(len(row.Data)) {
		return out
	}
	first := int(at / wordSize)
	count, _ := numberOf(row, first)
	for i := range int(min(count, maxPayloads)) {
		if p, ok := payloadAt(row, first+1+i*aavePayloadWords); ok {
			out.payloads = append(out.payloads, p)
		}
	}
	return out
}

func payloadAt(row governance.CallResult, at int) (p governance.Payload, ok bool) {
	var okc, oka, okp bool
	var controller common.Address
	p.Chain, okc = numberOf(row, at)
	controller, oka = addressOf(row, at+2)
	p.ID, okp = numberOf(row, at+3)
	p.Controller = controller.Hex()
	return p, okc && oka && okp
}
