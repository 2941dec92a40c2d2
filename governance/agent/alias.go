package agent

import (
	"context"
	"fmt"
	"slices"

	"mandate/governance"
	"mandate/governance/ballot"
)

// prepareAlias prepares the message by which an account lets another key
// speak for it at Snapshot, or ends that.
func (a *Agent) prepareAlias(ctx context.Context, o *order) (governance.Prepared, error) {
	if a.Hub == nil || a.Sequencer == nil {
		return governance.Prepared{}, governance.Errorf(governance.Denied, "Alias keys are not set up here: they need a Snapshot hub and a sequencer.")
	}
	if o.clear {
		return governance.Prepared{}, governance.Errorf(governance.Invalid, "An alias is named by its address.")
	}
	standing, err := a.standingAlias(ctx, o)
	if err != nil {
		return governance.Prepared{}, err
	}
	at, err := a.signTime(ctx)
	if err != nil {
		return governance.Prepared{}, err
	}
	if standing != nil && !at.After(standing.Created) {
		return governance.Prepared{}, governance.Errorf(governance.Conflict, "This key was authorised in this very second. Try again in a moment.")
	}
	i := governance.Intent{Owner: ballot.Lower(o.Owner), Voter: o.Account, Act: governance.ActAlias, Target: o.Delegate, Chain: 1} // where the sequencer asks contract wallets
	message, does, warnings := ballot.Alias, "Let "+o.Delegate+" speak as your account", warnAlias(standing)
	if o.Revoke {
		i.Act = governance.ActUnalias
		message, does = ballot.RevokeAlias, "End what "+o.Delegate+" may do as your account"
		warnings = []string{"What this key did stays: its votes and proposals are not undone.",
			fmt.Sprintf("A sequencer that does not know this message refuses it. The key then ends by itself %d days after it was authorised, with some sequencers 90.", governance.AliasDays)}
	}
	typed, err := message(o.Account, o.Delegate, at)
	if err != nil {
		return governance.Prepared{}, err
	}
	shown := [][2]string{{"What it does", does}, {"Where", "Every space at Snapshot"}, {"Account", o.Account}, {"Key", o.Delegate}, {"Signed time", moment(at)}}
	return a.prepare(ctx, i, typed, payload{}, shown, warnings)
}

// standingAlias finds the alias at the hub, nil = not there or over. It
// returns Conflict where one shall be ended that is not there.
func (a *Agent) standingAlias(ctx context.Context, o *order) (*governance.Alias, error) {
	list, err := a.Hub.Aliases(ctx, o.Account)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(list, func(x governance.Alias) bool { return ballot.Same(x.Address, o.Delegate) })
	switch {
	case at >= 0 && (o.Revoke || a.now().Before(list[at].Expires)):
		return &list[at], nil
	case o.Revoke:
		return nil, governance.Errorf(governance.Conflict, "%s is no alias of your account at Snapshot, so there is nothing to end.", o.Delegate)
	}
	return nil, nil
}

// warnAlias says how much an alias may do.
func warnAlias(standing *governance.Alias) []string {
	out := []string{
		"This key can then do everything at Snapshot that your account can: vote with all your power, and change your votes, in every space.",
		"It can also propose in your name, edit and delete your proposals, and follow spaces. There is no way to allow less.",
		fmt.Sprintf("It lasts %d days, with some sequencers 90, unless you end it before. It cannot move tokens or delegate.", governance.AliasDays),
		"Whoever holds the key can do all this. Authorise only a key that you control.",
	}
	if standing != nil {
		out = append(out, fmt.Sprintf("It is an alias already, until about %s. This begins its time anew.", moment(standing.Expires)))
	}
	return out
}
