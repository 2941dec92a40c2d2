package agent

import (
	"context"
	"errors"
	"slices"
	"strings"

	"mandate/governance"
	"mandate/governance/ballot"
)

// Follower is a hub that knows which spaces an account follows.
type Follower interface {
	Follows(ctx context.Context, address string) ([]string, error)
}

// Bounds of one reading.
const (
	daosMost   = 100 // DAOs of one account
	daosSearch = 40  // this many spaces are searched for power that is not known of; more are not
	namesMost  = 20  // holders whose names are looked up, for each DAO
)

// AccountOnce reads an account's votes, aliases, and for each of its DAOs
// power, delegate and delegators, and stores them. Each part is read even if
// another fails; a DAO that fails keeps what was known of it, with the error.
// Its DAOs are those that it follows, has voted in, has a delegation in, or
// has power in, or holds a votes token of. It returns the errors of all parts, joined, or the context's.
func (a *Agent) AccountOnce(ctx context.Context, account string) error {
	if a.Hub == nil && a.Governors == nil {
		return governance.Errorf(governance.Denied, "Accounts cannot be read here: no Snapshot hub and no node is set up.")
	}
	account, err := ballot.Checksum(account)
	if err != nil {
		return err
	}
	failed := errors.Join(a.saveHistory(ctx, account), a.saveAliases(ctx, account))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errors.Join(failed, a.saveDelegations(ctx, account))
}

// holdings is one reading of an account's DAOs.
type holdings struct {
	account  string
	old      map[string]governance.Delegation
	known    map[string]bool // followed or voted in: shown even without power
	names    map[string]string
	received map[place]delegators
	spaces   []governance.Space

	governors map[string][]governance.Governor // by DAO
	tokens    map[place]tokenHolding
}

// place is a registry on a chain.
type place struct {
	chain    uint64
	contract string
}

// delegators is what a first search for all spaces together found.
type delegators struct {
	some bool
	err  error
}

func (a *Agent) saveDelegations(ctx context.Context, account string) error {
	h := &holdings{account: account, old: map[string]governance.Delegation{}, known: map[string]bool{}, names: map[string]string{}, received: map[place]delegators{}}
	stored, err := a.Store.Delegations(ctx, account)
	if err != nil {
		return err
	}
	for _, d := range stored {
		h.old[d.DAO] = d
	}
	ids, failed := a.daosOf(ctx, h)
	h.spaces, err = a.spacesOf(ctx, ids)
	failed = errors.Join(failed, err, a.readTokens(ctx, h))
	var list []governance.Delegation
	for i := range h.spaces {
		d := a.readDAO(ctx, h, &h.spaces[i])
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if h.worthShowing(&d) || h.holds(d.DAO) {
			list = append(list, d)
		}
	}
	list = append(list, a.governorDAOs(ctx, h)...)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errors.Join(failed, a.Store.SaveDelegations(ctx, account, list))
}

func (h *holdings) worthShowing(d *governance.Delegation) bool {
	return h.known[d.DAO] || d.Power > 0 || len(d.Held) > 0 || len(d.Delegators) > 0
}

// readDAO reads one DAO. What fails leaves what was known before.
func (a *Agent) readDAO(ctx context.Context, h *holdings, space *governance.Space) governance.Delegation {
	old := h.old[space.ID]
	d := governance.Delegation{Account: h.account, DAO: space.ID, DAOName: space.Name, Symbol: space.Symbol, Rules: ballot.DAORules(space, h.governors[space.ID]), Tokens: h.held(space.ID), Read: a.now()}
	if space.Seen.IsZero() && len(old.Rules) > 0 { // its settings could not be read
		d.DAOName, d.Symbol, d.Rules = old.DAOName, old.Symbol, old.Rules
	}
	power, err := a.spacePower(ctx, h, space.ID)
	if err == nil {
		d.Power, d.PowerState = power.Total, power.State
	} else {
		d.Power, d.PowerState, d.PowerError, d.Read = old.Power, old.PowerState, governance.MessageOf(err), old.Read
	}
	if err := a.readChain(ctx, h, &d); err != nil {
		d.ChainError = governance.MessageOf(err)
		if len(d.Held) == 0 {
			d.Held = old.Held
		}
		if len(d.Delegators) == 0 {
			d.Delegators = old.Delegators
		}
	}
	a.nameHolders(ctx, h, d.Held)
	a.nameHolders(ctx, h, d.Delegators)
	return d
}

// spacePower reads the account's power in a space now.
func (a *Agent) spacePower(ctx context.Context, h *holdings, space string) (governance.Power, error) {
	if a.Hub == nil {
		return governance.Power{}, governance.Errorf(governance.Denied, "No Snapshot hub is set up here.")
	}
	return a.Hub.Power(ctx, h.account, space, "")
}

// readChain reads who holds the account's power, and whose power it holds, by
// each of the DAO's rules.
func (a *Agent) readChain(ctx context.Context, h *holdings, d *governance.Delegation) (failed error) {
	for _, rule := range d.Rules {
		if rule.Kind == governance.DelegateNone {
			continue
		}
		if a.Chains == nil || !a.Chains.Has(rule.Chain) {
			failed = errors.Join(failed, governance.Errorf(governance.Denied, "Who holds this power stands on chain %d, which is not read here: it needs MANDATE_RPC_%d.", rule.Chain, rule.Chain))
			continue
		}
		held, err := a.heldIn(ctx, h, rule, d.DAO)
		d.Held = append(d.Held, held...)
		if failed = errors.Join(failed, err); rule.Kind == governance.DelegateRegistry {
			from, err := a.delegatorsOf(ctx, h, rule, d.DAO)
			d.Delegators = append(d.Delegators, from...)
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// heldBy reads who holds an account's power by one rule.
func (a *Agent) heldBy(ctx context.Context, rule governance.DelegationRule, account, space string) ([]governance.Holder, error) {
	one := func(address string, all bool, err error) ([]governance.Holder, error) {
		if err != nil || address == "" || ballot.Same(address, account) {
			return nil, err
		}
		return []governance.Holder{{Address: address, Kind: rule.Kind, All: all, Share: 1}}, nil
	}
	switch rule.Kind {
	case governance.DelegateToken:
		address, err := a.Chains.TokenDelegate(ctx, rule.Chain, rule.Contract, account)
		return one(address, false, err)
	case governance.DelegateSplit:
		return a.Chains.SplitDelegation(ctx, rule.Chain, rule.Contract, space, account)
	case governance.DelegateRegistry:
		for _, entry := range entriesOf(space) {
			address, err := a.Chains.RegistryDelegate(ctx, rule.Chain, rule.Contract, account, entry)
			if err != nil || address != "" {
				return one(address, entry == "", err)
			}
		}
	}
	return nil, nil
}

// entriesOf lists a registry's entries that count in a space, the first one
// that names somebody before the others: the space's own, that of its name
// without ".eth" as in old times, and that for all spaces, "".
func entriesOf(space string) (entries []string) {
	for _, id := range []string{space, strings.TrimSuffix(space, ".eth")} {
		if _, err := ballot.SpaceKey(id); err == nil { // longer ids have no entry
			entries = append(entries, id)
		}
	}
	return append(slices.Compact(entries), "")
}

// delegatorsOf reads whose power the account holds in one space. A search
// through the logs is long, so one for all spaces together comes first: most
// accounts are nobody's delegate.
func (a *Agent) delegatorsOf(ctx context.Context, h *holdings, rule governance.DelegationRule, space string) ([]governance.Holder, error) {
	at := place{rule.Chain, rule.Contract}
	first, done := h.received[at]
	if !done {
		found, err := a.Chains.RegistryDelegators(ctx, rule.Chain, rule.Contract, h.account, h.spacesAt(at))
		first = delegators{some: len(found) > 0, err: err}
		h.received[at] = first
	}
	if !first.some {
		return nil, first.err
	}
	if _, err := ballot.SpaceKey(space); err != nil {
		return a.Chains.RegistryDelegators(ctx, rule.Chain, rule.Contract, h.account, nil)
	}
	return a.Chains.RegistryDelegators(ctx, rule.Chain, rule.Contract, h.account, []string{space})
}

// spacesAt lists the spaces that count one registry.
func (h *holdings) spacesAt(at place) (ids []string) {
	for _, s := range h.spaces {
		_, err := ballot.SpaceKey(s.ID)
		if err == nil && slices.ContainsFunc(ballot.DelegationRules(s), func(r governance.DelegationRule) bool {
			return r.Kind == governance.DelegateRegistry && r.Chain == at.chain && ballot.Same(r.Contract, at.contract)
		}) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// nameHolders adds the names of addresses where the main network is read. A
// name that cannot be read is left out.
func (a *Agent) nameHolders(ctx context.Context, h *holdings, list []governance.Holder) {
	if a.Chains == nil || !a.Chains.Has(1) {
		return
	}
	for i := range list[:min(len(list), namesMost)] {
		address := list[i].Address
		if _, known := h.names[address]; !known {
			name, err := a.Chains.Name(ctx, address)
			if err != nil {
				name = list[i].Name
			}
			h.names[address] = name
		}
		list[i].Name = h.names[address]
	}
}
