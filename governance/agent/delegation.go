package agent

import (
	"context"
	"fmt"

	"mandate/governance"
	"mandate/governance/ballot"
)

// typedAll is what has to be typed before all spaces are delegated at once.
const typedAll = "ALL"

// DelegationRequest is a delegation that somebody wants to make or end.
type DelegationRequest struct {
	Owner    string // the signed-in account
	Account  string // whose power it is
	DAO      string // not needed for an alias, nor with All
	Method   governance.DelegationKind
	Delegate string // or alias; "" or the zero address ends a delegation
	All      bool   // registry: all spaces at once
	Typed    string // has to be ALL with All
	Revoke   bool   // alias: end it
	// Contract is the votes token where a DAO has several ["" = the first].
	Contract string
	// BySignature makes a message of a token's delegation that anyone may relay.
	BySignature bool
}

// order is a delegation on its way to being prepared.
type order struct {
	DelegationRequest

	space    governance.Space
	rule     governance.DelegationRule
	governor *governance.Governor // with the token, nil = none is known
	id       [32]byte             // of the registry's entry
	entry    string               // the space, "" = all
	clear    bool
	now      string // who is named at present, "" = nobody
	data     string // the call
	fee      *governance.Fee
	warnings []string
}

// txPayload is what an intent keeps of a transaction that was shown.
type txPayload struct {
	Transaction governance.Transaction    `json:"transaction"`
	Kind        governance.DelegationKind `json:"kind"`
	Entry       string                    `json:"entry"`          // the registry's space, "" = all
	From        uint64                    `json:"from,omitempty"` // of a vote: block from which its log is looked for
}

// PrepareDelegation checks a delegation, or its end, as the contract will,
// stores it as an intent, and returns the transaction that the wallet shall
// send, or for an alias the message that it shall sign. Nothing is stored of
// what is refused. The intent of an entry for all spaces has no DAO. Errors:
// Invalid (the request), Conflict (it stands already), NotFound (the DAO),
// Denied (another account, no node set up), and those of the chain, the hub,
// the sequencer and the store.
func (a *Agent) PrepareDelegation(ctx context.Context, r DelegationRequest) (governance.Prepared, error) {
	o := &order{DelegationRequest: r}
	if err := o.check(); err != nil {
		return governance.Prepared{}, err
	}
	if o.Method == governance.DelegateAlias {
		return a.prepareAlias(ctx, o)
	}
	if err := a.chooseRule(ctx, o); err != nil {
		return governance.Prepared{}, err
	}
	check := a.checkRegistry
	if o.Method == governance.DelegateToken {
		check = a.checkToken
	}
	if err := check(ctx, o); err != nil {
		return governance.Prepared{}, err
	}
	if o.BySignature {
		return a.prepareDelegationBallot(ctx, o)
	}
	return a.prepareTransaction(ctx, o)
}

// check looks at the request alone.
func (o *order) check() (err error) {
	if o.Account, err = ballot.Checksum(o.Account); err != nil {
		return err
	}
	if !ballot.Same(o.Account, o.Owner) {
		return governance.Errorf(governance.Denied, "You are signed in as %s. Sign in as %s to delegate its power.", o.Owner, o.Account)
	}
	if o.Delegate != "" {
		if o.Delegate, err = ballot.Checksum(o.Delegate); err != nil {
			return err
		}
	}
	o.clear = o.Delegate == "" || o.Delegate == ballot.Zero
	switch {
	case o.Method == governance.DelegateSplit:
		return governance.Errorf(governance.Invalid, "Split delegation is shown here, not yet written. Change it at Snapshot.")
	case o.Method != governance.DelegateRegistry && o.Method != governance.DelegateToken && o.Method != governance.DelegateAlias:
		return governance.Errorf(governance.Invalid, "A delegation's method is registry, token or alias.")
	case o.BySignature && o.Method != governance.DelegateToken:
		return governance.Errorf(governance.Invalid, "Only the delegation of a votes token can be signed for others to relay.")
	case o.All && o.Method != governance.DelegateRegistry:
		return governance.Errorf(governance.Invalid, "Only the registry has an entry for all spaces.")
	case o.All && o.Typed != typedAll:
		return governance.Errorf(governance.Invalid, "This is about your power in every space at Snapshot. Type ALL to go on.")
	case o.Method != governance.DelegateToken && !o.clear && ballot.Same(o.Delegate, o.Account):
		return governance.Errorf(governance.Invalid, "An account cannot delegate to itself: its power is its own already.")
	}
	return nil
}

// chooseRule finds by which rule of the DAO the delegation is made.
func (a *Agent) chooseRule(ctx context.Context, o *order) error {
	if o.All && o.DAO == "" {
		o.rule = governance.DelegationRule{Kind: governance.DelegateRegistry, Contract: ballot.RegistryV1, Chain: 1}
		return a.needNode(o.rule.Chain)
	}
	space, governors, err := a.daoOf(ctx, o.DAO)
	if err != nil {
		return err
	}
	if space != nil {
		o.space = *space
	} else {
		o.space.Name = governors[0].DAOName
	}
	rules := ballot.DAORules(space, governors)
	for _, rule := range rules {
		if rule.Kind == o.Method && (o.Contract == "" || ballot.Same(rule.Contract, o.Contract)) {
			o.rule, o.governor = rule, governorWith(governors, rule)
			return a.needNode(rule.Chain)
		}
	}
	if o.clear && o.Method == governance.DelegateRegistry && space != nil { // what is left from before can be ended
		o.rule = governance.DelegationRule{Kind: o.Method, Contract: ballot.RegistryV1, Chain: ballot.ChainID(space.Network)}
		return a.needNode(o.rule.Chain)
	}
	return governance.Errorf(governance.Invalid, "%s does not count delegations of this kind. %s", named(o.space.Name, o.DAO), rules[0].Text)
}

// daoOf returns a DAO's space, nil where it has none, and its governors.
func (a *Agent) daoOf(ctx context.Context, id string) (*governance.Space, []governance.Governor, error) {
	governors, err := a.Store.GovernorsOf(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	space, err := a.spaceOf(ctx, id)
	if err != nil && len(governors) > 0 { // what its governors count is known all the same
		return nil, governors, nil
	}
	return &space, governors, err
}

// governorWith finds a governor whose votes token a rule is about.
func governorWith(list []governance.Governor, rule governance.DelegationRule) *governance.Governor {
	for i := range list {
		if g := &list[i]; rule.Kind == governance.DelegateToken && g.Chain == rule.Chain && ballot.Same(g.Token.Address, rule.Contract) {
			return g
		}
	}
	return nil
}

func (a *Agent) needNode(chain uint64) error {
	if a.Chains == nil || !a.Chains.Has(chain) {
		return governance.Errorf(governance.Denied, "Delegating on chain %d needs a node to read the chain by: set MANDATE_RPC_%d.", chain, chain)
	}
	return nil
}

// checkRegistry refuses what the registry would revert, and makes the call.
func (a *Agent) checkRegistry(ctx context.Context, o *order) (err error) {
	o.id = ballot.AllSpaces()
	if !o.All {
		if o.id, err = ballot.SpaceKey(o.DAO); err != nil {
			return err
		}
		o.entry = o.DAO
	}
	if o.now, err = a.Chains.RegistryDelegate(ctx, o.rule.Chain, o.rule.Contract, o.Account, o.entry); err != nil {
		return err
	}
	where := "in " + o.DAO
	if o.All {
		where = "for all spaces"
	}
	switch {
	case o.clear && o.now == "":
		return governance.Errorf(governance.Conflict, "No delegate is set %s, so there is nothing to end.", where)
	case !o.clear && ballot.Same(o.now, o.Delegate):
		return governance.Errorf(governance.Conflict, "Your power %s is delegated to %s already.", where, o.Delegate)
	case o.clear:
		o.data = ballot.ClearDelegate(o.id)
	default:
		o.data, err = ballot.SetDelegate(o.id, o.Delegate)
	}
	if err == nil {
		a.warnRegistry(ctx, o)
	}
	return err
}

// warnRegistry says how the entry for one space and that for all stand to
// each other.
func (a *Agent) warnRegistry(ctx context.Context, o *order) {
	if o.All {
		o.warnings = append(o.warnings, "This is for every space at Snapshot that counts the registry, also those that you do not know and those still to come. An entry for one space stays and goes before it.")
		return
	}
	all, err := a.Chains.RegistryDelegate(ctx, o.rule.Chain, o.rule.Contract, o.Account, "")
	switch {
	case err != nil || all == "":
	case o.clear:
		o.warnings = append(o.warnings, fmt.Sprintf("Your entry for all spaces then counts here too: %s votes with your power.", all))
	default:
		o.warnings = append(o.warnings, fmt.Sprintf("In this DAO it goes before your entry for all spaces, which names %s.", all))
	}
}

// checkToken refuses what would change nothing, and makes the call. To
// delegate to oneself is how many tokens begin to count.
func (a *Agent) checkToken(ctx context.Context, o *order) (err error) {
	if o.clear {
		o.Delegate = ballot.Zero
	}
	if o.now, err = a.Chains.TokenDelegate(ctx, o.rule.Chain, o.rule.Contract, o.Account); err != nil {
		return err
	}
	switch {
	case o.clear && o.now == "":
		return governance.Errorf(governance.Conflict, "The token names no delegate of yours, so there is nothing to end.")
	case !o.clear && ballot.Same(o.now, o.Delegate):
		return governance.Errorf(governance.Conflict, "The votes of your tokens are delegated to %s already.", o.Delegate)
	}
	o.warnings = append(o.warnings, "This is about all your tokens of this contract, wherever they count: here, in other DAOs, and in votes on chain.")
	if o.clear {
		o.warnings = append(o.warnings, "Nobody then votes with these tokens, not even you, until you delegate them to yourself or to somebody else.")
	}
	o.data, err = ballot.TokenDelegate(o.Delegate)
	return err
}
