package agent

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// ballotFormat is the name of a BallotFile's form.
const ballotFormat = "mandate-ballot/1"

// Notes of what was signed for others to relay.
const (
	ballotWaits     = "Anyone may relay this ballot: hand its file to whoever sends the transaction, or send it yourself. It has no expiry: it is valid until the vote is used or voting ends."
	delegationWaits = "Anyone may relay this delegation, until its time runs out: hand its file to whoever sends the transaction, or send it yourself."
)

// relayed reports whether an intent is a ballot or a delegation by signature,
// which somebody brings to the chain as a call.
func relayed(i *governance.Intent) bool {
	return i.Method == governance.BySignature && (i.Act == governance.ActToken || i.Act == governance.ActVote && i.Ref.Venue() == governance.VenueGovernor)
}

// BallotFile returns what a signed ballot or delegation is relayed by: the
// complete call. Errors: NotFound, Invalid (something else), Conflict (not
// signed).
func (a *Agent) BallotFile(ctx context.Context, owner, id string) (governance.BallotFile, error) {
	var f governance.BallotFile
	i, err := a.Store.Intent(ctx, owner, id)
	switch {
	case err != nil:
		return f, err
	case !relayed(&i):
		return f, governance.Errorf(governance.Invalid, "Only ballots and delegations that were signed for a contract have a file.")
	case len(i.Envelope) == 0:
		return f, governance.Errorf(governance.Conflict, "This is not signed, so there is nothing to relay.")
	}
	err = json.Unmarshal(i.Envelope, &f)
	return f, governance.Wrap(governance.Internal, err, "read a stored ballot")
}

// submitBallot takes the signature of a ballot or a delegation. It checks that
// the account signed exactly what was shown, that the contract would take it
// from anybody now, and that nothing changed; and stores the file.
func (a *Agent) submitBallot(ctx context.Context, i governance.Intent, in Signed) (governance.Intent, error) {
	sig, err := a.signatureOf(ctx, &i, in.Signature)
	if err != nil {
		return governance.Intent{}, err
	}
	if sig == unsigned {
		return governance.Intent{}, governance.Errorf(governance.Invalid, "The contract needs the wallet's signature itself: owners cannot sign on chain for it.")
	}
	g, err := a.governorOfIntent(ctx, &i)
	if err != nil {
		return governance.Intent{}, err
	}
	file, err := a.fileOf(ctx, &i, &g, sig)
	if err != nil {
		return governance.Intent{}, err
	}
	envelope, err := json.Marshal(file)
	if err != nil {
		return governance.Intent{}, governance.Wrap(governance.Internal, err, "encode a ballot")
	}
	if i.State != governance.IntentArmed {
		if bytes.Equal(i.Envelope, envelope) {
			return i, nil
		}
		return governance.Intent{}, governance.Errorf(governance.Conflict, "This is %s already. Prepare it again to sign anew.", i.State)
	}
	if err := a.checkBallotSubmission(ctx, &i, &g, file); err != nil {
		return governance.Intent{}, err
	}
	return a.keepBallot(ctx, &i, envelope, sig)
}

// keepBallot stores the bytes and looks for them on the chain from then on.
func (a *Agent) keepBallot(ctx context.Context, i *governance.Intent, envelope []byte, sig string) (governance.Intent, error) {
	signed, err := a.Store.SignIntent(ctx, i.ID, envelope, i.Digest, sig, CastArgs{Owner: i.Owner, Intent: i.ID})
	if err != nil {
		return governance.Intent{}, err
	}
	a.log(ctx).InfoContext(ctx, "A signed ballot is stored.", "intent", i.ID, "action", i.Act, "digest", i.Digest)
	note := ballotWaits
	if i.Act == governance.ActToken {
		note = delegationWaits
	}
	if err := a.note(ctx, &signed, note); err != nil {
		return signed, nil //nolint:nilerr // the ballot is stored; its first step notes it
	}
	return a.Store.Intent(ctx, i.Owner, i.ID)
}

// governorOfIntent returns the governor that a ballot is for, or one with the
// token that a delegation is of.
func (a *Agent) governorOfIntent(ctx context.Context, i *governance.Intent) (governance.Governor, error) {
	if i.Act == governance.ActVote {
		return a.governorOf(ctx, i.Ref)
	}
	if err := a.needNode(i.Chain); err != nil {
		return governance.Governor{}, err
	}
	p, err := ballotOf(i)
	if err != nil {
		return governance.Governor{}, err
	}
	list, err := a.Store.GovernorsOf(ctx, i.DAO)
	if err != nil {
		return governance.Governor{}, err
	}
	for _, g := range list {
		if g.Chain == i.Chain && ballot.Same(g.Token.Address, p.Token) {
			return g, nil
		}
	}
	return governance.Governor{}, governance.Errorf(governance.Conflict, "The governor whose token this is about was removed here.")
}

func ballotOf(i *governance.Intent) (p payload, err error) {
	err = json.Unmarshal(i.Payload, &p)
	return p, governance.Wrap(governance.Internal, err, "read a stored message")
}

// fileOf makes the call from the signature. It makes the message anew from
// what is known of the contract now: where that gives another one than was
// signed, nothing is relayed.
func (a *Agent) fileOf(ctx context.Context, i *governance.Intent, g *governance.Governor, sig string) (governance.BallotFile, error) {
	raw, err := ballot.ParseSignature(sig)
	if err != nil {
		return governance.BallotFile{}, err
	}
	typed, call, err := a.messageOf(i, g)
	if err != nil {
		return governance.BallotFile{}, err
	}
	digest, err := typed.Digest()
	if err != nil {
		return governance.BallotFile{}, err
	}
	if "0x"+hex.EncodeToString(digest[:]) != i.Digest {
		return governance.BallotFile{}, governance.Errorf(governance.Conflict, "What is known of the contract changed since this was prepared. Prepare it again.")
	}
	if err := a.checkBallotSignature(ctx, i, g, digest, raw); err != nil {
		return governance.BallotFile{}, err
	}
	f := governance.BallotFile{Format: ballotFormat, Chain: i.Chain, To: g.Address, Value: "0x0", Account: i.Voter, Ref: i.Ref, Digest: i.Digest, Signature: sig, Note: ballotNote(i)}
	if i.Act == governance.ActToken {
		f.To = g.Token.Address
	}
	if f.Data, err = call(raw); err != nil {
		return governance.BallotFile{}, err
	}
	f.TypedData, err = typed.Wallet()
	return f, err
}

// messageOf makes an intent's message, and what makes its call of a signature.
func (a *Agent) messageOf(i *governance.Intent, g *governance.Governor) (ballot.TypedData, func([]byte) (string, error), error) {
	p, err := ballotOf(i)
	if err != nil {
		return ballot.TypedData{}, nil, err
	}
	if i.Act == governance.ActToken {
		d := ballot.TokenDelegation{Token: g.Token, Chain: g.Chain, Delegate: i.Target, Nonce: p.Nonce, Expires: time.Unix(p.Expiry, 0)}
		typed, err := d.Message()
		return typed, d.Relay, err
	}
	choice, err := ballot.ParseGovernorChoice(g, governance.GovernorVote, i.Choice)
	if err != nil {
		return ballot.TypedData{}, nil, err
	}
	v := ballot.GovernorVote{Governor: g, Proposal: i.Ref.ID(), Choice: choice, Reason: i.Reason, Voter: i.Voter, Nonce: p.Nonce}
	typed, err := v.Ballot()
	return typed, func(sig []byte) (string, error) {
		data, _, err := v.Relay(sig)
		return data, err
	}, err
}

// checkBallotSignature lets keys sign, and contract wallets where the governor
// asks them (OpenZeppelin 5).
func (a *Agent) checkBallotSignature(ctx context.Context, i *governance.Intent, g *governance.Governor, digest [32]byte, sig []byte) error {
	who, wrong := ballot.Recover(digest, sig)
	if wrong == nil && ballot.Same(who, i.Voter) {
		return nil
	}
	if i.Act == governance.ActVote && g.BallotSig == governance.BallotOZ5 && a.isContract(ctx, i) {
		valid, err := a.Chains.ValidSignature(ctx, i.Chain, i.Voter, digest, sig)
		if err != nil || valid {
			return err
		}
		return governance.Errorf(governance.Invalid, "%s does not accept this signature on chain %d.", i.Voter, i.Chain)
	}
	if wrong != nil {
		return wrong
	}
	return governance.Errorf(governance.Invalid, "Signed by %s, but the %s is of %s. Choose that account in the wallet and sign again.", who, noun(i.Act), i.Voter)
}

// ballotNote says what a file does and until when it is valid.
func ballotNote(i *governance.Intent) string {
	if i.Act == governance.ActToken {
		p, _ := ballotOf(i) // read a moment ago
		return fmt.Sprintf("Delegates the votes of %s to %s once it is relayed. Valid until %s.", i.Voter, i.Target, moment(time.Unix(p.Expiry, 0)))
	}
	return fmt.Sprintf("The vote of %s on %s. Anyone may relay it. It has no expiry: it is valid until the vote is used or voting ends.", i.Voter, i.Ref)
}

// checkBallotSubmission checks what may have changed since the preparation,
// and lets the contract say whether it would take the call from a stranger.
func (a *Agent) checkBallotSubmission(ctx context.Context, i *governance.Intent, g *governance.Governor, f governance.BallotFile) error {
	if a.now().After(i.Expires) {
		return a.end(ctx, i, governance.IntentExpired, "It was not signed in time.",
			governance.Errorf(governance.Conflict, "This was prepared too long ago. Prepare it again, then sign."))
	}
	if i.Act == governance.ActVote {
		if err := a.checkBallotOpen(ctx, i, g); err != nil {
			return err
		}
	}
	results, err := a.Chains.Calls(ctx, i.Chain, 0, []governance.ContractCall{{To: f.To, Data: hexBytes(f.Data)}})
	switch {
	case err != nil:
		return err
	case len(results) == 1 && results[0].Reverted:
		return governance.Errorf(governance.Invalid, "The contract would refuse this signature: %s", reasonOf(results[0].Reason))
	}
	return nil
}

// checkBallotOpen reads proposal and standing once more.
func (a *Agent) checkBallotOpen(ctx context.Context, i *governance.Intent, g *governance.Governor) error {
	d := &chainDraft{VoteRequest: VoteRequest{Account: i.Voter, Ref: i.Ref, ContentHash: i.ContentHash}, g: *g}
	if err := a.rereadOnChain(ctx, d); err != nil {
		if governance.CodeOf(err) == governance.Conflict {
			return a.end(ctx, i, governance.IntentSuperseded, "The proposal was changed.", err)
		}
		return err
	}
	if err := a.checkStanding(ctx, d); err != nil {
		return err
	}
	if p, err := ballotOf(i); err != nil || p.Nonce != d.stand.Nonce && g.BallotSig == governance.BallotOZ5 {
		return governance.Errorf(governance.Conflict, "Another ballot of this account was used since this was prepared. Prepare it again.")
	}
	return nil
}

func reasonOf(reason string) string {
	if reason == "" {
		return "it gives no reason."
	}
	return line(reason)
}

func hexBytes(text string) []byte {
	raw, _ := hex.DecodeString(text[min(2, len(text)):]) // our own text
	return raw
}
