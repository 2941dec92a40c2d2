package governor

import (
	"context"
	"encoding/hex"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// question is a read with the words under which its answer is kept and shown.
type question struct {
	name string
	call governance.ContractCall
}

// probe makes a question; its name is the function, with the arguments in
// words where label tells them.
func probe(to, signature, label string, args ...any) question {
	name := signature
	if label != "" {
		name = signature[:strings.IndexByte(signature, '(')] + "(" + label + ")"
	}
	return question{name: name, call: call(to, signature, args...)}
}

// plainly makes questions of functions without arguments.
func plainly(to string, signatures ...string) []question {
	out := make([]question, len(signatures))
	for i, s := range signatures {
		out[i] = probe(to, s, "")
	}
	return out
}

// answers are what one contract gave back, by the question's name.
type answers map[string]governance.CallResult

// questions asks one contract many things at one block, of two nodes where
// there are two. It returns how many said the same.
func (g *Governors) questions(ctx context.Context, chain, at uint64, qs []question) (answers, int, error) {
	calls := make([]governance.ContractCall, len(qs))
	for i, q := range qs {
		calls[i] = q.call
	}
	results, nodes, err := g.nodes.Agreed(ctx, chain, at, calls)
	if err != nil {
		return nil, 0, err
	}
	if len(results) != len(calls) {
		return nil, 0, governance.Errorf(governance.Upstream, "The node of chain %d left questions unanswered.", chain)
	}
	out := make(answers, len(qs))
	for i, q := range qs {
		out[q.name] = results[i]
	}
	return out, nodes, nil
}

// did reports whether a contract gave a word or more.
func (a answers) did(name string) bool {
	_, ok := word(a[name], 0)
	return ok
}

// yes reports whether it gave exactly true.
func (a answers) yes(name string) bool {
	v, ok := boolOf(a[name], 0)
	return ok && v
}

// address returns an address other than zero.
func (a answers) address(name string) (common.Address, bool) {
	v, ok := addressOf(a[name], 0)
	return v, ok && v != (common.Address{})
}

func (a answers) text(name string) string {
	s, _ := stringOf(a[name], 0)
	return s
}

// decimal returns a number in decimal, "" where there is none.
func (a answers) decimal(name string) string {
	if n, ok := uintOf(a[name], 0); ok {
		return n.String()
	}
	return ""
}

// shown is an answer in words for the evidence.
func (a answers) shown(name string) string {
	r, ok := a[name]
	switch {
	case !ok:
		return "not asked"
	case r.Reverted && r.Reason != "":
		return "refused: " + clean(r.Reason, 80)
	case r.Reverted:
		return "refused"
	case len(r.Data) == 0:
		return "nothing"
	case len(r.Data) < wordSize:
		return "0x" + hex.EncodeToString(r.Data)
	}
	if s, ok := stringOf(r, 0); ok && len(r.Data) > 2*wordSize && s != "" {
		return clean(s, 80)
	}
	n, _ := uintOf(r, 0)
	switch {
	case strings.HasPrefix(name, "supportsInterface") && n.BitLen() <= 1:
		return map[bool]string{true: "true", false: "false"}[n.Sign() > 0]
	case n.BitLen() > 96 && n.BitLen() <= 160:
		return common.BigToAddress(n).Hex()
	}
	return clean(n.String(), 40)
}

// survey is what the detector has found out so far about one address.
type survey struct {
	chain    uint64
	at       governance.Block
	address  string
	contract contract
	got      answers
	listing  Listing
	listed   bool
	nodes    int
	evidence []governance.Evidence
}

// says records a probe that decided something.
func (s *survey) says(name, meaning string) {
	s.note(name, s.got.shown(name), meaning)
}

func (s *survey) note(name, answer, meaning string) {
	s.evidence = append(s.evidence, governance.Evidence{Probe: name, Answer: answer, Says: meaning})
}

// has reports whether the code offers a function: its selector stands there,
// pushed as the compiler does it.
func (s *survey) has(signature string) bool { return s.contract.offers(signature) }

// Names of probes with arguments.
const (
	probeERC165     = "supportsInterface(0x01ffc9a7)"
	probeNoID       = "supportsInterface(0xffffffff)"
	probeOZ5        = "supportsInterface(0x65455a86)"
	probeOZ4        = "supportsInterface(0x79dd796f)"
	probeOZ43       = "supportsInterface(0xbf26d897)"
	probeOZTimelock = "supportsInterface(0x6e665ced)"
	probeUsed       = "usedVotes(0, 0x0)"
	probeCast       = "voteWeightCast(0, 0x0)"
	probeOverride   = "hasVotedOverride(0, 0x0)"
	probeNonce      = "nonces(0x0)"
	probeKeyed      = "nonces(0x0, 0)"
	probeSupply     = "getPastCirculatingSupply(1)"
	probeModules    = "approvedModules(0x0)"
	probeApprovals  = "approvals(0x0)"
	probeReceipt    = "getReceipt(0, 0x0)"
)

func interfaceProbe(to string, id [4]byte) question {
	return probe(to, "supportsInterface(bytes4)", "0x"+hex.EncodeToString(id[:]), id)
}

// tokenGetters are under what names governors tell their votes token, the
// usual ones first; forks of Alpha and Bravo name it after themselves.
func tokenGetters() []string {
	return []string{"token()", "comp()", "uni()", "nouns()", "xvsVault()", "gtc()", "idle()", "ndx()", "ctx()", "pool()", "usf()", "forth()", "hifi()", "staking()", "protocolToken()", "inst()"}
}

// governorProbes are all that is asked of an address, in one batch.
func governorProbes(to string) []question {
	qs := []question{}
	for _, id := range [][4]byte{{0x01, 0xff, 0xc9, 0xa7}, {0xff, 0xff, 0xff, 0xff}, {0x65, 0x45, 0x5a, 0x86}, {0x79, 0xdd, 0x79, 0x6f}, {0xbf, 0x26, 0xd8, 0x97}, {0x6e, 0x66, 0x5c, 0xed}} {
		qs = append(qs, interfaceProbe(to, id))
	}
	qs = append(qs, plainly(to, tokenGetters()...)...)
	qs = append(qs, plainly(to,
		"name()", "version()", "eip712Domain()", "DOMAIN_SEPARATOR()", "COUNTING_MODE()", "CLOCK_MODE()", "clock()",
		"timelock()", "accessManager()", "votingDelay()", "votingPeriod()", "proposalThreshold()",
		"quorumVotes()", "quorumNumerator()", "quorumDenominator()", "proposalCount()", "initialProposalId()",
		"guardian()", "proposalGuardian()", "whitelistGuardian()", "vetoer()", "manager()", "hooks()",
		"lateQuorumVoteExtension()", "latestProposalId()", "EXCLUDE_ADDRESS()",
		"PROPOSAL_TYPES_CONFIGURATOR()", "VOTABLE_SUPPLY_ORACLE()", "minQuorumVotesBPS()", "objectionPeriodDurationInBlocks()",
		"proposalUpdatablePeriodInBlocks()", "getVotingPortalsCount()", "getProposalsCount()", "hat()",
		"symbol()", "decimals()", "totalSupply()", "getMinDelay()", "delay()", "GRACE_PERIOD()", "admin()", "getOwners()", "getThreshold()")...)
	zero := common.Address{}
	return append(qs,
		probe(to, "usedVotes(uint256,address)", "0, 0x0", uint64(0), zero),
		probe(to, "voteWeightCast(uint256,address)", "0, 0x0", uint64(0), zero),
		probe(to, "hasVotedOverride(uint256,address)", "0, 0x0", uint64(0), zero),
		probe(to, "nonces(address)", "0x0", zero),
		probe(to, "nonces(address,uint192)", "0x0, 0", zero, uint64(0)),
		probe(to, "getPastCirculatingSupply(uint256)", "1", uint64(1)),
		probe(to, "approvedModules(address)", "0x0", zero),
		probe(to, "approvals(address)", "0x0", zero),
		probe(to, "getReceipt(uint256,address)", "0, 0x0", uint64(0), zero),
	)
}
