package agent

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

const privacyShutter = "shutter"

// Bounds of the clocks. The sequencer refuses what is more than five minutes
// ahead of it; much less already tells of a clock that nobody should sign by.
const (
	maxSkew      = 30 * time.Second
	maxVoteDelay = 3 * time.Second // to come after the account's previous vote
)

// checkCaller checks who asks, and that voting is on.
func (a *Agent) checkCaller(_ context.Context, d *draft) (err error) {
	if a.Hub == nil || a.Sequencer == nil {
		return governance.Errorf(governance.Denied, "Voting is not set up here: it needs a Snapshot hub and a sequencer.")
	}
	if d.Account, err = ballot.Checksum(d.Account); err != nil {
		return err
	}
	if !ballot.Same(d.Account, d.Owner) {
		return governance.Errorf(governance.Denied, "You are signed in as %s. Sign in as %s to vote with its power.", d.Owner, d.Account)
	}
	d.Ref, err = governance.ParseRef(string(d.Ref))
	return err
}

// rereadProposal reads the proposal at its venue and stores what changed, so
// that the page shows it. It returns Conflict where the page showed something
// else.
func (a *Agent) rereadProposal(ctx context.Context, d *draft) error {
	before, after, err := a.reread(ctx, d.Ref)
	if err != nil {
		return err
	}
	d.p = after.Proposal
	shown := d.ContentHash
	if shown == "" {
		shown = before.Proposal.ContentHash
	}
	if shown != d.p.ContentHash {
		return governance.Errorf(governance.Conflict, "The proposal was edited since you read it: %s. Read it again before you vote.",
			differences(contentOf(before.Proposal, after.Versions, shown), d.p))
	}
	dao, err := a.Store.DAO(ctx, d.p.DAO, a.now())
	if err != nil && governance.CodeOf(err) != governance.NotFound {
		return err
	}
	d.space = governance.Space{ID: d.p.DAO, Network: d.p.Network}
	if dao.Space != nil {
		d.space = *dao.Space
	}
	return nil
}

// contentOf finds the content that was shown: what was stored before, or an
// earlier version; nil where it is not known any more.
func contentOf(before governance.Proposal, versions []governance.Version, hash string) *governance.Proposal {
	if before.ContentHash == hash {
		return &before
	}
	for _, v := range versions {
		if v.ContentHash == hash {
			// Of earlier versions only what people read is kept.
			before.Title, before.Body, before.Choices = v.Title, v.Body, v.Choices
			return &before
		}
	}
	return nil
}

// differences says what of a proposal changed.
func differences(old *governance.Proposal, p governance.Proposal) string {
	if old == nil {
		return "its content is not what the page showed"
	}
	var parts []string
	for what, same := range map[string]bool{
		"title":           old.Title == p.Title,
		"text":            old.Body == p.Body && old.Discussion == p.Discussion,
		"choices":         slices.Equal(old.Choices, p.Choices),
		"kind of vote":    old.Type == p.Type,
		"start or end":    old.Start.Equal(p.Start) && old.End.Equal(p.End),
		"privacy":         old.Privacy == p.Privacy,
		"voting power":    old.Snapshot == p.Snapshot && string(old.Strategies) == string(p.Strategies),
		"plugin settings": string(old.Plugins) == string(p.Plugins),
	} {
		if !same {
			parts = append(parts, what)
		}
	}
	slices.Sort(parts)
	switch {
	case len(parts) == 0:
		return "its settings changed"
	case slices.Equal(parts, []string{"choices"}):
		return fmt.Sprintf("the choices are now %s", strings.Join(quoted(p.Choices), ", "))
	}
	return "changed: " + strings.Join(parts, ", ")
}

func quoted(labels []string) []string {
	out := make([]string, 0, len(labels))
	for i, l := range labels {
		out = append(out, fmt.Sprintf("%d “%s”", i+1, line(l)))
	}
	return out
}

// checkBallot checks the window, and the choice against the proposal as it is
// now.
func (a *Agent) checkBallot(_ context.Context, d *draft) (err error) {
	if err := a.checkWindow(&d.p); err != nil {
		return err
	}
	if d.p.Privacy != "" && d.p.Privacy != privacyShutter {
		return governance.Errorf(governance.Denied, "This proposal hides votes in a way that is not known here. Vote at Snapshot: %s", d.p.URL)
	}
	if d.p.Privacy == privacyShutter && d.Reason != "" {
		return governance.Errorf(governance.Invalid, "A shielded vote cannot carry a reason: it would show the choice.")
	}
	if d.choice, err = ballot.ParseChoice(d.p.Type, len(d.p.Choices), d.Choice); err != nil {
		return err
	}
	// The rest of the message's own rules, before anything is asked of others.
	_, err = ballot.Vote(ballot.VoteMessage{From: d.Account, Space: d.p.DAO, Proposal: d.p.Ref.ID(), Timestamp: a.now(), Type: d.p.Type,
		Choice: d.choice, Reason: d.Reason, App: a.app()})
	return err
}

// checkWindow lets through what is open now. In the second of its start a
// proposal may still be edited, so voting begins after it.
func (a *Agent) checkWindow(p *governance.Proposal) error {
	now := a.now()
	switch {
	case p.Deleted:
		return errDeleted()
	case now.Unix() <= p.Start.Unix():
		return governance.Errorf(governance.Conflict, "Voting has not begun: it is open from %s.", moment(p.Start))
	case now.After(p.End):
		return governance.Errorf(governance.Conflict, "Voting ended at %s.", moment(p.End))
	}
	return nil
}

func errDeleted() error {
	return governance.Errorf(governance.NotFound, "This proposal was deleted at Snapshot, so nobody can vote on it.")
}

// checkPower asks the same questions as the sequencer will.
func (a *Agent) checkPower(ctx context.Context, d *draft) (err error) {
	if d.power, err = a.Hub.Power(ctx, d.Account, d.p.DAO, d.p.Ref.ID()); err != nil {
		return err
	}
	if d.power.Total <= 0 {
		why := "Snapshot counts no voting power of this account for this proposal."
		if report, err := a.PowerFor(ctx, d.Account, d.Ref); err == nil && report.Total <= 0 && len(report.Why) > 0 {
			why = strings.Join(report.Why, " ")
		}
		return governance.Errorf(governance.Denied, "%s", why)
	}
	return a.Sequencer.MayVote(ctx, d.Account, d.space, &d.p)
}

// checkSafe refuses to wait for owners where there is no contract.
func (a *Agent) checkSafe(ctx context.Context, d *draft) error {
	chain := ballot.ChainID(d.space.Network)
	if !d.Safe || a.Chains == nil || !a.Chains.Has(chain) {
		return nil
	}
	contract, err := a.Chains.IsContract(ctx, chain, d.Account)
	if err == nil && !contract {
		return governance.Errorf(governance.Invalid, "%s is no contract wallet on chain %d, which this DAO votes on.", d.Account, chain)
	}
	return err
}

func (a *Agent) readPrevious(ctx context.Context, d *draft) (err error) {
	d.previous, err = a.Hub.VoteOf(ctx, d.p.Ref.ID(), d.Account)
	return err
}

// signTime is what is signed as the time: the earlier of our and the
// sequencer's clock, so that it is not ahead of either. Conflict where they are
// too far apart.
func (a *Agent) signTime(ctx context.Context) (time.Time, error) {
	theirs, err := a.Sequencer.Clock(ctx)
	if err != nil {
		return time.Time{}, err
	}
	ours := a.now()
	if skew := ours.Sub(theirs); skew.Abs() > maxSkew {
		return time.Time{}, governance.Errorf(governance.Conflict, "The clock of this server is %s from Snapshot's. Set it right before you sign.", skew.Abs().Round(time.Second))
	}
	return earlier(ours, theirs).Truncate(time.Second), nil
}

// setTime sets the signed time after the account's previous vote, because of
// two votes the later one counts.
func (a *Agent) setTime(ctx context.Context, d *draft) (err error) {
	if d.at, err = a.signTime(ctx); err != nil {
		return err
	}
	last, err := a.lastVoteTime(ctx, d)
	if err != nil {
		return err
	}
	if wait := last.Add(time.Second).Sub(d.at); !last.IsZero() && wait > 0 {
		if wait > maxVoteDelay {
			return governance.Errorf(governance.Conflict, "Your previous vote is dated %s, which is still to come. Try again after it.", moment(last))
		}
		if err := a.sleep(ctx, wait); err != nil {
			return err
		}
		d.at = d.at.Add(wait)
	}
	if !d.at.After(d.p.Start) {
		return governance.Errorf(governance.Conflict, "Voting has just begun. Try again in a few seconds.")
	}
	return a.checkWindow(&d.p)
}

// lastVoteTime is when the account's newest vote on the proposal was signed,
// at Snapshot or from here.
func (a *Agent) lastVoteTime(ctx context.Context, d *draft) (last time.Time, err error) {
	if d.previous != nil {
		last = d.previous.Created
	}
	list, _, err := a.Store.Intents(ctx, intentsOn(d.Owner, d.p.Ref))
	for _, i := range list {
		if at := signedTime(&i); len(i.Envelope) > 0 && at.After(last) {
			last = at
		}
	}
	return last, err
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
