package demo

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// fillDefaults gives a proposal what every row of the real hub has.
func fillDefaults(p *Proposal, s *Space) {
	if p.ID == "" {
		p.ID = hashID(p.Space + "/" + p.Title)
	}
	if p.IPFS == "" {
		p.IPFS = fakeCID(p.ID + p.Body)
	}
	if p.Author == "" {
		p.Author = fakeAddress(p.ID)
	}
	orElse(&p.Network, s.Network)
	orElse(&p.Symbol, s.Symbol)
	orElse(&p.QuorumType, "default")
	if p.Strategies == nil {
		p.Strategies = s.Strategies
	}
	if p.Validation == nil { // the hub keeps the space's rule for voters with the proposal
		p.Validation = s.VoteValidation
	}
	if len(p.Plugins) == 0 {
		p.Plugins = json.RawMessage("{}")
	}
	if p.Created == 0 {
		p.Created = p.Start
	}
}

func orElse(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// fillSpace gives a space the settings that the hub never leaves null.
func fillSpace(s *Space) {
	orElse(&s.Name, s.ID)
	orElse(&s.Network, "1")
	orElse(&s.Symbol, "VOTE")
	orElse(&s.Voting.QuorumType, "default")
	if len(s.Plugins) == 0 {
		s.Plugins = json.RawMessage("{}")
	}
	if s.Strategies == nil {
		s.Strategies = []Strategy{tokenStrategy(s.Network, s.Symbol, fakeAddress(s.ID))}
	}
	if s.Validation == nil {
		s.Validation = &Validation{Name: "any", Params: json.RawMessage("{}")}
	}
	if s.VoteValidation == nil {
		s.VoteValidation = &Validation{Name: "any", Params: json.RawMessage("{}")}
	}
	if s.SkinSettings == nil {
		s.SkinSettings = map[string]string{}
	}
	for _, list := range []*[]string{&s.Admins, &s.Members, &s.Moderators, &s.Categories} {
		if *list == nil {
			*list = []string{}
		}
	}
	s.Treasuries, s.Labels, s.Children = notNil(s.Treasuries), notNil(s.Labels), notNil(s.Children)
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func tokenStrategy(network, symbol, token string) Strategy {
	params, err := json.Marshal(map[string]any{"symbol": symbol, "address": token, "decimals": 18})
	if err != nil {
		params = json.RawMessage("{}")
	}
	return Strategy{Name: "erc20-balance-of", Network: network, Params: params}
}

// madeUpSpace stands for a space of which only the id is known.
func madeUpSpace(id string, created int64) *Space {
	name := strings.TrimSuffix(strings.TrimSuffix(id, ".eth"), ".dao")
	s := &Space{ID: id, Name: name, Created: created}
	fillSpace(s)
	return s
}

// hashID is a proposal id in the form of the real ones.
func hashID(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return "0x" + hex.EncodeToString(sum[:])
}

// fakeAddress is a stable address that nobody holds a key for.
func fakeAddress(seed string) string {
	sum := sha256.Sum256([]byte("address " + seed))
	return checksum(hex.EncodeToString(sum[:20]))
}

func fakeCID(seed string) string {
	sum := sha256.Sum256([]byte("cid " + seed))
	text := base64.RawURLEncoding.EncodeToString(sum[:])
	return "bafkrei" + strings.ToLower(strings.NewReplacer("-", "a", "_", "b").Replace(text))
}
