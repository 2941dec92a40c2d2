package agent

import (
	"context"
	"encoding/hex"
	"errors"
	"maps"
	"math/big"
	"slices"
	"strings"

	"mandate/governance"
	"mandate/governance/ballot"
)

// tokenHolding is what an account has of a votes token now.
type tokenHolding struct {
	votes, balance *big.Int // smallest unit
	delegate       string   // EIP-55, "" = nobody
	err            error
}

// readTokens reads the votes tokens of all governors, with one request for
// each chain. What fails is kept with its token.
func (a *Agent) readTokens(ctx context.Context, h *holdings) error {
	h.governors, h.tokens = map[string][]governance.Governor{}, map[place]tokenHolding{}
	if a.Governors == nil || a.Chains == nil {
		return nil
	}
	list, err := a.Store.Governors(ctx)
	if err != nil {
		return err
	}
	chains := map[uint64][]governance.VotesToken{}
	seen := map[place]bool{}
	for _, g := range list {
		h.governors[g.DAO] = append(h.governors[g.DAO], g)
		at := placeOf(&g)
		if _, err := ballot.Checksum(g.Token.Address); err == nil && !seen[at] && a.Chains.Has(g.Chain) {
			seen[at] = true
			chains[g.Chain] = append(chains[g.Chain], g.Token)
		}
	}
	var failed error
	for _, chain := range slices.Sorted(maps.Keys(chains)) {
		failed = errors.Join(failed, a.readTokensOf(ctx, h, chain, chains[chain]))
	}
	return failed
}

func placeOf(g *governance.Governor) place {
	return place{chain: g.Chain, contract: ballot.Lower(g.Token.Address)}
}

// readTokensOf asks each token three questions, all in one batch.
func (a *Agent) readTokensOf(ctx context.Context, h *holdings, chain uint64, tokens []governance.VotesToken) error {
	word := strings.Repeat("0", 24) + strings.ToLower(h.account[2:])
	var calls []governance.ContractCall
	for _, t := range tokens {
		votes := "9ab24eb0" // getVotes(address)
		if t.Comp {
			votes = "b4b5ea57" // getCurrentVotes(address)
		}
		for _, selector := range []string{votes, "70a08231", "587cde1e"} { // balanceOf, delegates
			data, _ := hex.DecodeString(selector + word) // our own text
			calls = append(calls, governance.ContractCall{To: t.Address, Data: data})
		}
	}
	results, err := a.Chains.Calls(ctx, chain, 0, calls)
	if err == nil && len(results) != len(calls) {
		err = governance.Errorf(governance.Upstream, "A node of chain %d answered fewer questions than were asked.", chain)
	}
	for i, t := range tokens {
		held := tokenHolding{votes: new(big.Int), balance: new(big.Int), err: err}
		if err == nil {
			held.read(chain, t, results[3*i:3*i+3])
		}
		h.tokens[place{chain: chain, contract: ballot.Lower(t.Address)}] = held
	}
	return err
}

func (h *tokenHolding) read(chain uint64, t governance.VotesToken, answers []governance.CallResult) {
	for _, r := range answers {
		if r.Reverted || len(r.Data) < 32 {
			h.err = governance.Errorf(governance.Invalid, "%s on chain %d does not answer as a token with votes does.", t.Address, chain)
			return
		}
	}
	h.votes.SetBytes(answers[0].Data[:32])
	h.balance.SetBytes(answers[1].Data[:32])
	if address, err := ballot.Checksum("0x" + hex.EncodeToString(answers[2].Data[12:32])); err == nil && address != ballot.Zero {
		h.delegate = address
	}
}

// heldIn is heldBy that asks no token twice.
func (a *Agent) heldIn(ctx context.Context, h *holdings, rule governance.DelegationRule, dao string) ([]governance.Holder, error) {
	held, known := h.tokens[place{chain: rule.Chain, contract: ballot.Lower(rule.Contract)}]
	if rule.Kind != governance.DelegateToken || !known {
		return a.heldBy(ctx, rule, h.account, dao)
	}
	if held.err != nil || held.delegate == "" || ballot.Same(held.delegate, h.account) {
		return nil, held.err
	}
	return []governance.Holder{{Address: held.delegate, Kind: rule.Kind, Share: 1}}, nil
}

// governorDAOs reads the DAOs that have governors and no space among those
// that were read.
func (a *Agent) governorDAOs(ctx context.Context, h *holdings) (list []governance.Delegation) {
	for _, id := range slices.Sorted(maps.Keys(h.governors)) {
		if slices.ContainsFunc(h.spaces, func(s governance.Space) bool { return s.ID == id }) {
			continue
		}
		if d := a.readGovernorDAO(ctx, h, id); h.worthShowing(&d) || h.holds(id) {
			list = append(list, d)
		}
	}
	return list
}

// holds reports whether the account has tokens of a DAO's governors, delegated
// or not.
func (h *holdings) holds(dao string) bool {
	return slices.ContainsFunc(h.governors[dao], func(g governance.Governor) bool {
		held, known := h.tokens[placeOf(&g)]
		return known && held.balance.Sign() > 0
	})
}

// held lists what the account has of a DAO's votes tokens.
func (h *holdings) held(dao string) (list []governance.TokenHeld) {
	seen := map[place]bool{}
	for _, g := range h.governors[dao] {
		at := placeOf(&g)
		held, known := h.tokens[at]
		if !known || held.err != nil || seen[at] {
			continue
		}
		seen[at] = true
		list = append(list, governance.TokenHeld{Chain: g.Chain, Contract: g.Token.Address, Symbol: g.Token.Symbol, Balance: tokens(held.balance, g.Token.Decimals), Votes: tokens(held.votes, g.Token.Decimals), Delegate: held.delegate})
	}
	return list
}

// readGovernorDAO tells what the votes token of a DAO's first governor that is
// read says. What fails leaves what was known before.
func (a *Agent) readGovernorDAO(ctx context.Context, h *holdings, id string) governance.Delegation {
	governors, old := h.governors[id], h.old[id]
	g := governors[0]
	for _, other := range governors {
		if _, known := h.tokens[placeOf(&other)]; known {
			g = other
			break
		}
	}
	d := governance.Delegation{Account: h.account, DAO: id, DAOName: g.DAOName, Symbol: g.Token.Symbol, Rules: ballot.DAORules(nil, governors), Tokens: h.held(id), Read: a.now()}
	held, known := h.tokens[placeOf(&g)]
	switch {
	case known && held.err == nil:
		d.Power, d.PowerState = tokens(held.votes, g.Token.Decimals), "final"
	case known:
		d.Power, d.PowerState, d.PowerError, d.Read = old.Power, old.PowerState, governance.MessageOf(held.err), old.Read
	default:
		if err := a.needNode(g.Chain); err != nil {
			d.PowerError = governance.MessageOf(err)
		}
	}
	if err := a.readChain(ctx, h, &d); err != nil {
		d.ChainError = governance.MessageOf(err)
		if len(d.Held) == 0 {
			d.Held = old.Held
		}
	}
	a.nameHolders(ctx, h, d.Held)
	return d
}
