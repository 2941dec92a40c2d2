package governor

import (
	"bytes"
	"context"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// maxDecimals is the most that a token's units are believed to have.
const maxDecimals = 36

// tokenAddress is where the governor says that votes come from; what is not
// said may be in our list.
func (s *survey) tokenAddress(family governance.Family) (common.Address, bool) {
	getters := tokenGetters()
	if family == governance.FamilyNouns {
		getters = []string{"nouns()"}
	}
	for _, getter := range getters {
		if a, ok := s.got.address(getter); ok {
			s.note(getter, a.Hex(), "votes come from this token")
			return a, true
		}
	}
	if s.listing.Token != "" {
		s.note("list", s.listing.Token, "the contract does not tell its token; this one is from the list that comes with Mandate")
		return common.HexToAddress(s.listing.Token), true
	}
	return common.Address{}, false
}

const probeNFT = "supportsInterface(0x80ac58cd)"

func tokenProbes(to string) []question {
	zero := common.Address{}
	qs := plainly(to, "symbol()", "name()", "version()", "decimals()", "eip712Domain()", "DOMAIN_SEPARATOR()")
	return append(qs,
		interfaceProbe(to, [4]byte{0x80, 0xac, 0x58, 0xcd}), interfaceProbe(to, [4]byte{0xff, 0xff, 0xff, 0xff}),
		probe(to, "getVotes(address)", "0x0", zero),
		probe(to, "getCurrentVotes(address)", "0x0", zero),
		probe(to, "nonces(address)", "0x0", zero),
	)
}

// token describes the votes token. It reads the token's code to see whether
// it takes delegations by signature.
func (g *Governors) token(ctx context.Context, s *survey, out *governance.Governor, address common.Address, got answers) error {
	t := governance.VotesToken{Address: address.Hex(), Symbol: symbolOf(got["symbol()"])}
	t.NFT = out.Family == governance.FamilyNouns || got.yes(probeNFT) && !got.yes(probeNoID)
	t.Comp = !got.did("getVotes(0x0)") && got.did("getCurrentVotes(0x0)")
	if t.Comp {
		s.note("getCurrentVotes(address)", "answered", "the token counts votes as Compound's does")
	} else if !got.did("getVotes(0x0)") {
		s.note("getVotes(address)", got.shown("getVotes(0x0)"), "the token does not tell anybody's votes in a way that is known here")
		if out.ReadOnly == "" {
			out.ReadOnly = "The token does not tell anybody's votes in a way that is known here, so no votes are cast from here."
		}
	}
	s.decimals(&t, got)
	c, err := g.stands(ctx, s.chain, s.at.Number, t.Address)
	if err != nil {
		return err
	}
	if c.offers("delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)") && got.did("nonces(0x0)") {
		s.delegation(&t, got)
	}
	out.Token = t
	return nil
}

// decimals believes a token only so far: a count of decimals that no token
// has would move every amount shown.
func (s *survey) decimals(t *governance.VotesToken, got answers) {
	n, ok := numberOf(got["decimals()"], 0)
	switch {
	case t.NFT:
		t.Decimals = 0
	case ok && n <= maxDecimals:
		t.Decimals = int(n)
	default:
		t.Decimals = 18
		s.note("decimals()", got.shown("decimals()"), "the token does not tell its decimals in a way that can be believed; 18 are assumed")
	}
}

// delegation finds the domain for delegations by signature: the token's own
// word, or the one whose hash it tells, or the one of its lineage.
func (s *survey) delegation(t *governance.VotesToken, got answers) {
	claim, err := domainClaim(got["eip712Domain()"], s.chain, t.Address)
	told, tells := word(got["DOMAIN_SEPARATOR()"], 0)
	switch {
	case err == nil && (!tells || told == separator(claim)):
		t.Domain, t.BySig = claim, true
	case got.did("eip712Domain()"):
	default:
		for _, d := range s.domains(t, got) {
			if !tells || told == separator(d) {
				t.Domain, t.BySig = d, true
				break
			}
		}
	}
	answer, says := "known", "the token takes delegations by signature"
	if !t.BySig {
		answer, says = "not known", "no delegations by signature, since the domain that the token wants cannot be made out"
	}
	s.note("domain of "+t.Address, answer, says)
}

// domains are what a token's may be, the likeliest first. Compound's lineage
// has no version.
func (s *survey) domains(t *governance.VotesToken, got answers) []governance.Domain {
	name, ok := exactText(got["name()"], 0)
	if !ok || name == "" {
		return nil
	}
	bare := governance.Domain{Name: name, ChainID: s.chain, Contract: t.Address}
	one, own := bare, bare
	one.Version = "1"
	own.Version, _ = exactText(got["version()"], 0)
	if t.Comp || t.NFT && own.Version == "" {
		return []governance.Domain{bare, one}
	}
	if own.Version != "" && own.Version != "1" {
		return []governance.Domain{own, one, bare}
	}
	return []governance.Domain{one, bare}
}

// symbolOf reads a symbol, also the 32 bytes that the oldest tokens give.
func symbolOf(r governance.CallResult) string {
	text, ok := stringOf(r, 0)
	if w, is := word(r, 0); !ok && is && len(r.Data) == wordSize {
		text = string(bytes.TrimRight(w[:], "\x00"))
	}
	if text = clean(text, 16); text == "" {
		return "votes"
	}
	return text
}
