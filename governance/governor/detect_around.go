package governor

import (
	"context"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// under puts a prefix before the names of questions to another contract, so
// that one batch can ask several.
func under(prefix string, qs []question) []question {
	for i := range qs {
		qs[i].name = prefix + qs[i].name
	}
	return qs
}

// under returns the answers to questions of that prefix, by their own names.
func (a answers) under(prefix string) answers {
	out := answers{}
	for name, r := range a {
		if own, ok := strings.CutPrefix(name, prefix); ok {
			out[own] = r
		}
	}
	return out
}

const (
	ofToken    = "token: "
	ofTimelock = "timelock: "
)

// surroundings asks, in one batch, the token, the timelock, and the quorum at
// the last settled timepoint.
func (g *Governors) surroundings(ctx context.Context, s *survey, out *governance.Governor) error {
	if out.Family == governance.FamilyAave {
		s.aaveFacts(out)
		return nil
	}
	token, found := s.tokenAddress(out.Family)
	timelock, behind := s.got.address("timelock()")
	qs := []question{probe(s.address, "quorum(uint256)", "now", s.timepoint(out.Clock))}
	if found {
		qs = append(qs, under(ofToken, tokenProbes(token.Hex()))...)
	}
	if behind {
		qs = append(qs, under(ofTimelock, timelockProbes(timelock.Hex(), s.address))...)
	}
	got, _, err := g.questions(ctx, s.chain, s.at.Number, qs)
	if err != nil {
		return err
	}
	s.quorum(out, got)
	if !found {
		s.note("token()", s.got.shown("token()"), "no votes token was found, so nobody's power can be read")
		if out.ReadOnly == "" {
			out.ReadOnly = "The contract does not tell its votes token, so nobody's power can be read and no votes are cast from here."
		}
	} else if err := g.token(ctx, s, out, token, got.under(ofToken)); err != nil {
		return err
	}
	if !behind {
		s.note("timelock()", s.got.shown("timelock()"), "no timelock: the governor carries out what was decided itself, at once")
		return nil
	}
	return g.timelock(ctx, s, out, timelock, got.under(ofTimelock))
}

// quorum: Compound's is fixed; Agora's and Nouns' depend on the proposal.
func (s *survey) quorum(out *governance.Governor, got answers) {
	switch out.Family {
	case governance.FamilyAlpha, governance.FamilyBravo:
		out.Quorum = s.got.decimal("quorumVotes()")
	case governance.FamilyOZ4, governance.FamilyOZ5, governance.FamilyArbitrum:
		out.Quorum = got.decimal("quorum(now)")
		s.note("quorum(now)", got.shown("quorum(now)"), "votes needed, in the token's smallest unit")
	case governance.FamilyAgora, governance.FamilyNouns, governance.FamilyAave:
	}
}

// aaveFacts are from our list: the core contract does not tell them.
func (s *survey) aaveFacts(out *governance.Governor) {
	out.Controllers = s.listing.Controllers
	if s.listing.Token != "" {
		out.Token = governance.VotesToken{Address: common.HexToAddress(s.listing.Token).Hex(), Symbol: "AAVE", Decimals: 18}
		s.note("list", "of Mandate", "token and payload controllers are from the list that comes with Mandate, not from the contract")
	}
}
