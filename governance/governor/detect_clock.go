package governor

import (
	"slices"
	"strings"

	"mandate/governance"
)

// clockSlack is how far a contract's clock may be from its chain's: a day, in
// seconds or in blocks of a second.
const clockSlack = 86_400

// clock finds out what the governor counts time in. Invalid: in something
// that is not known, or in something else than it says.
func (s *survey) clock() (governance.Clock, error) {
	mode := clean(s.got.text("CLOCK_MODE()"), 80)
	fields := parameters(mode)
	if from := fields["from"]; from != "" && from != "default" {
		return "", s.invalid("its clock is that of another chain (" + mode + "), which is not read here")
	}
	now, told := numberOf(s.got["clock()"], 0)
	switch {
	case !s.got.did("CLOCK_MODE()") || fields["mode"] == "blocknumber":
		clock := s.blocks(now, told)
		if told && far(now, s.at.Number) && (s.at.L1 == 0 || far(now, s.at.L1)) && !s.mayBeL1() {
			return "", s.invalid("it says that it counts blocks, but its clock is not the chain's block number")
		}
		return clock, nil
	case fields["mode"] == "timestamp":
		if told && far(now, uint64(max(0, s.at.Time.Unix()))) {
			return "", s.invalid("it says that it counts seconds, but its clock is not the time of the chain")
		}
		s.says("CLOCK_MODE()", "delays and deadlines are times")
		return governance.ClockSeconds, nil
	}
	return "", s.invalid("its clock (" + mode + ") is not known here")
}

// blocks tells a chain's own blocks from Ethereum's, which contracts see on
// Arbitrum's chains unless they ask its system contract.
func (s *survey) blocks(now uint64, told bool) governance.Clock {
	says := "delays and deadlines are block numbers"
	if !s.got.did("CLOCK_MODE()") {
		says = "no clock of its own, so it is older than 4.9: " + says
	}
	if own := told && !far(now, s.at.Number); s.mayBeL1() && !own {
		s.says("CLOCK_MODE()", says+" of Ethereum, as contracts see them on Arbitrum's chains")
		return governance.ClockL1Blocks
	}
	s.says("CLOCK_MODE()", says)
	return governance.ClockBlocks
}

// mayBeL1: the chain's headers tell Ethereum's block number, or it is one of
// Arbitrum's chains: One, Nova, Sepolia.
func (s *survey) mayBeL1() bool {
	return s.at.L1 > 0 || slices.Contains([]uint64{42161, 42170, 421614}, s.chain)
}

func far(a, b uint64) bool { return max(a, b)-min(a, b) > clockSlack }

// parameters reads a text such as "mode=timestamp&from=default".
func parameters(mode string) map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq(mode, "&") {
		key, value, _ := strings.Cut(part, "=")
		if _, twice := out[key]; !twice {
			out[key] = strings.TrimSpace(value)
		}
	}
	return out
}

// counting reads how votes are counted.
func (s *survey) counting(out *governance.Governor) {
	switch out.Family {
	case governance.FamilyAave:
		out.ReadOnly = "Aave's votes are cast on other chains with proofs of balances, and its actions are payloads that wait on several chains. They are shown here, not voted on."
		return
	case governance.FamilyAlpha, governance.FamilyBravo, governance.FamilyNouns:
		out.QuorumFor = true
		return
	case governance.FamilyOZ4, governance.FamilyOZ5, governance.FamilyArbitrum, governance.FamilyAgora:
	}
	out.Counting = clean(s.got.text("COUNTING_MODE()"), 200)
	fields := parameters(out.Counting)
	support, quorum := strings.Split(fields["support"], ","), strings.Split(fields["quorum"], ",")
	out.Fractional = fields["params"] == "fractional" || slices.Contains(support, "fractional")
	// "bravo" as a quorum means votes For, as Compound counts it.
	out.QuorumFor = fields["quorum"] == "bravo" || fields["quorum"] == "for"
	switch {
	case out.Counting == "":
		out.ReadOnly = "The contract does not say how it counts votes, so none are cast from here."
	case !slices.Contains(support, "bravo"):
		out.ReadOnly = "The contract counts votes in a way that is not known here (" + out.Counting + "), so none are cast from here."
	}
	s.says("COUNTING_MODE()", countingWords(out, quorum))
}

func countingWords(out *governance.Governor, quorum []string) string {
	switch {
	case out.ReadOnly != "":
		return "votes cannot be cast from here"
	case out.Fractional:
		return "one account may split its votes; For and Abstain count for the quorum unless it says otherwise"
	case out.QuorumFor:
		return "Against, For, Abstain; only For counts for the quorum"
	case slices.Contains(quorum, "against"):
		return "Against, For, Abstain; all of them count for the quorum"
	}
	return "Against, For, Abstain; For and Abstain count for the quorum"
}

// timepoint is the last one whose votes are settled: one before now.
func (s *survey) timepoint(clock governance.Clock) uint64 {
	now, ok := numberOf(s.got["clock()"], 0)
	switch {
	case ok:
	case clock == governance.ClockSeconds:
		now = uint64(max(0, s.at.Time.Unix()))
	case clock == governance.ClockL1Blocks && s.at.L1 > 0:
		now = s.at.L1
	default:
		now = s.at.Number
	}
	return max(now, 1) - 1
}
