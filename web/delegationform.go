package web

import (
	"net/url"
	"slices"
	"strconv"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/views"
)

// What costs and undoing are like for every entry on chain.
const (
	oneTransaction = "one transaction"
	costsGas       = "a transaction's fee"
)

func spaceURL(space string) string { return "https://snapshot.box/#/s:" + url.PathEscape(space) }

// form is the choice of who votes in one DAO, nil where nothing can be signed
// from here.
func (b *delegationBuilder) form(d *governance.Delegation, id string, w voter, open bool) *views.DelegationForm {
	f := &views.DelegationForm{ID: id + "-who", Account: b.account, DAO: d.DAO, Name: delegationDAO(d).Name, Open: open}
	f.Options = []views.DelegationOption{keepOption(w)}
	for _, r := range d.Rules {
		f.Options = append(f.Options, b.options(d, r)...)
	}
	for _, o := range f.Options {
		f.ToPick = f.ToPick || o.Act == "set"
		f.All = f.All || o.All
		f.BySig = f.BySig || o.Sig != nil
	}
	if !slices.ContainsFunc(f.Options, func(o views.DelegationOption) bool { return o.Act != "" }) {
		return nil
	}
	return f
}

func keepOption(w voter) views.DelegationOption {
	o := views.DelegationOption{Now: true, Label: "Keep it yourself", What: "You vote by hand.", Keep: "Everything", Risk: "You forget to vote", Cost: "nothing", Undo: "nothing to undo"}
	switch {
	case w.unknown:
		o.Label, o.What, o.Risk = "Leave it as it is", "Who votes now is not known here.", "Somebody votes whom you forgot"
	case w.nobody:
		o.Label, o.What, o.Risk = "Leave it", "Nobody votes with your tokens.", "Decisions are made without you"
	case w.idle:
		o.Label, o.What, o.Keep, o.Risk = "Leave it as it is", "On chain nobody votes with your tokens.", "Tokens", "Decisions on chain are made without you"
	case w.other:
		o.Label, o.What, o.Keep, o.Risk = "Keep it with "+w.words, "They go on voting with your power.", "Tokens", "They vote against your values, and nobody asks you"
	}
	return o
}

// options are what one way of delegating offers.
func (b *delegationBuilder) options(d *governance.Delegation, r governance.DelegationRule) []views.DelegationOption {
	switch r.Kind {
	case governance.DelegateRegistry:
		return b.registryOptions(d, r)
	case governance.DelegateToken:
		return b.tokenOptions(d, r)
	case governance.DelegateSplit:
		return []views.DelegationOption{{Label: "Split it", What: "Parts to several delegates, through the split delegation contract.", Keep: "Tokens", Risk: "More to watch; not every tool counts it", Cost: costsGas, Undo: oneTransaction, Off: "Shown only. It is set at Snapshot."}}
	}
	return nil
}

func keptBy(r governance.DelegationRule) string {
	if r.Override {
		return "Tokens, and your own vote overrides theirs"
	}
	return "Tokens only: your own vote does not count meanwhile"
}

func (b *delegationBuilder) registryOptions(d *governance.Delegation, r governance.DelegationRule) []views.DelegationOption {
	base := views.DelegationOption{Method: string(governance.DelegateRegistry), Chain: strconv.FormatUint(r.Chain, 10), To: r.Contract, Cost: costsGas, Undo: oneTransaction}
	var out []views.DelegationOption
	add := func(act, label, what, keep, risk string, all bool) {
		o := base
		o.Act, o.Label, o.What, o.Keep, o.Risk, o.All = act, label, what, keep, risk, all
		out = append(out, o)
	}
	here := slices.ContainsFunc(d.Held, func(h governance.Holder) bool { return h.Kind == governance.DelegateRegistry && !h.All })
	everywhere := slices.ContainsFunc(d.Held, func(h governance.Holder) bool { return h.Kind == governance.DelegateRegistry && h.All })
	_, err := ballot.SpaceKey(d.DAO)
	if here || d.ChainError != "" {
		add("clear", "Take it back", "Your entry for this space is removed. An entry for all spaces, if there is one, holds here again.", "Everything", "You forget to vote", false)
	}
	add("set", "Give it to a person", "Your entry for this space names them. They vote as they see fit.", keptBy(r), "They vote against your values; nobody asks you", false)
	if err != nil {
		for i := range out {
			out[i].Off = "The space's id is too long for the registry."
		}
	}
	add("set", "Set a delegate for ALL spaces", "One entry for every space that has none of its own.", keptBy(r), "It also holds in spaces that you join later. You must type ALL.", true)
	if everywhere || d.ChainError != "" {
		add("clear", "Remove the delegate for ALL spaces", "Your entry for all spaces is removed. Entries for single spaces stay.", "Everything", "It ends in every space at once. You must type ALL.", true)
	}
	return out
}

// signable is the domain of a token that takes signed delegations. What a
// token says of its domain is believed as to name and version alone.
func (b *delegationBuilder) signable(r governance.DelegationRule) *views.SigDomain {
	for i := range b.governors {
		if t := &b.governors[i].Token; b.governors[i].Chain == r.Chain && ballot.Same(t.Address, r.Contract) && t.BySig && t.Domain.ChainID == r.Chain && ballot.Same(t.Domain.Contract, t.Address) {
			return &views.SigDomain{Name: t.Domain.Name, Version: t.Domain.Version}
		}
	}
	return nil
}

func (b *delegationBuilder) tokenOptions(d *governance.Delegation, r governance.DelegationRule) []views.DelegationOption {
	base := views.DelegationOption{Method: string(governance.DelegateToken), Chain: strconv.FormatUint(r.Chain, 10), To: r.Contract, Cost: costsGas, Undo: oneTransaction}
	base.Sig = b.signable(r)
	var out []views.DelegationOption
	add := func(act, label, what, keep, risk string) {
		o := base
		o.Act, o.Label, o.What, o.Keep, o.Risk = act, label, what, keep, risk
		out = append(out, o)
	}
	named, known := tokenDelegate(d, r)
	if !ballot.Same(named, b.account) {
		add("self", "Vote with the token yourself", "The token names you as its delegate. It counts for you from the next proposal on.", "Everything", "You forget to vote")
	}
	add("set", "Give the token's votes to a person", "The token names them as its delegate, in every DAO that counts this token.", keptBy(r), "They vote against your values; nobody asks you")
	if !known || named != "" {
		add("clear", "Let nobody vote with the token", "The token names no delegate. It counts for nobody.", "Tokens", "Your tokens have no say at all")
	}
	return out
}

// tokenDelegate is whom a votes token names, "" = nobody, where that was read.
func tokenDelegate(d *governance.Delegation, r governance.DelegationRule) (address string, known bool) {
	for _, t := range d.Tokens {
		if t.Chain == r.Chain && ballot.Same(t.Contract, r.Contract) {
			return t.Delegate, true
		}
	}
	for _, h := range d.Held {
		if h.Kind == governance.DelegateToken {
			return h.Address, true
		}
	}
	return "", false
}
