package agent

import (
	"bytes"
	"context"
	"encoding/hex"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// Signed is what the wallet gave back.
type Signed struct {
	Signature string // 0x…; empty where a Safe's owners sign on chain
	TxHash    string // of a transaction that the wallet sent
}

// unsigned is the signature of a message that waits for a Safe's owners.
const unsigned = "0x"

// Submit takes what a wallet signed for a prepared vote, alias or delegation.
// It checks that the right account signed exactly what was shown, that it is
// not too late, and that the proposal is still the same; stores the bytes;
// and only then has them sent, by a job. It waits a few seconds for the first
// answer. A ballot or delegation for a contract is only stored: BallotFile
// returns what anyone may relay. The same signature again returns the same
// intent and sends nothing new. Errors: Invalid (the signature), Conflict (too late, edited, already
// signed), NotFound, and those of the hub, the chain and the store; the
// intent stays as it was where trying again may help.
func (a *Agent) Submit(ctx context.Context, owner, id string, in Signed) (governance.Intent, error) {
	i, err := a.Store.Intent(ctx, owner, id)
	if err != nil {
		return governance.Intent{}, err
	}
	if i.Method == governance.ByTransaction {
		return a.submitTransaction(ctx, i, in)
	}
	if relayed(&i) {
		return a.submitBallot(ctx, i, in)
	}
	typed, err := typedOf(&i)
	if err != nil {
		return governance.Intent{}, err
	}
	sig, err := a.signatureOf(ctx, &i, in.Signature)
	if err != nil {
		return governance.Intent{}, err
	}
	envelope, err := typed.Envelope(i.Voter, sig)
	if err != nil {
		return governance.Intent{}, err
	}
	if i.State != governance.IntentArmed {
		if bytes.Equal(i.Envelope, envelope) {
			return i, nil
		}
		return governance.Intent{}, governance.Errorf(governance.Conflict, "This is %s already. Prepare it again to sign anew.", i.State)
	}
	if err := a.checkSubmission(ctx, &i, typed, sig); err != nil {
		return governance.Intent{}, err
	}
	return a.signAndSend(ctx, &i, envelope, sig)
}

// signAndSend stores the bytes and waits for what becomes of them.
func (a *Agent) signAndSend(ctx context.Context, i *governance.Intent, envelope []byte, sig string) (governance.Intent, error) {
	if safe := sig == unsigned; safe != i.Safe {
		if _, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentArmed, func(i *governance.Intent) { i.Safe = safe }); err != nil {
			return governance.Intent{}, err
		}
	}
	answer := a.listen(i.ID)
	defer a.deaf(i.ID, answer)
	signed, err := a.Store.SignIntent(ctx, i.ID, envelope, i.Digest, sig, CastArgs{Owner: i.Owner, Intent: i.ID})
	if err != nil {
		return governance.Intent{}, err
	}
	a.log(ctx).InfoContext(ctx, "A signed message is stored.", "intent", i.ID, "action", i.Act, "digest", i.Digest)
	return a.firstAnswer(ctx, signed, answer), nil
}

// firstAnswer waits a little for the first step after what was stored.
func (a *Agent) firstAnswer(ctx context.Context, i governance.Intent, answer <-chan struct{}) governance.Intent {
	patience := time.NewTimer(a.patience())
	defer patience.Stop()
	select {
	case <-answer:
	case <-patience.C:
	case <-ctx.Done():
		return i // the job goes on without whoever asked
	}
	if now, err := a.Store.Intent(ctx, i.Owner, i.ID); err == nil {
		return now
	}
	return i
}

func (a *Agent) patience() time.Duration {
	if a.answerWait <= 0 {
		return 5 * time.Second
	}
	return a.answerWait
}

// signatureOf returns the signature as the envelope has it.
func (a *Agent) signatureOf(ctx context.Context, i *governance.Intent, raw string) (string, error) {
	if raw = strings.TrimSpace(raw); raw == "" || raw == unsigned {
		if i.Safe || raw == unsigned && a.isContract(ctx, i) {
			return unsigned, nil
		}
	}
	sig, err := ballot.ParseSignature(raw)
	if err != nil {
		return "", err
	}
	// Wallets answer with 65 bytes. 64 may be EIP-2098, but more likely a
	// signature that lost its last byte.
	if len(sig) == 64 {
		return "", governance.Errorf(governance.Invalid, "The signature has 64 bytes. A wallet's signature has 65.")
	}
	return "0x" + hex.EncodeToString(sig), nil
}

// isContract reports whether a node says that the account is a contract.
func (a *Agent) isContract(ctx context.Context, i *governance.Intent) bool {
	if a.Chains == nil || !a.Chains.Has(i.Chain) {
		return false
	}
	contract, err := a.Chains.IsContract(ctx, i.Chain, i.Voter)
	return err == nil && contract
}

func (a *Agent) checkSubmission(ctx context.Context, i *governance.Intent, typed ballot.TypedData, sig string) error {
	digest, err := typed.Digest()
	if err != nil {
		return err
	}
	if "0x"+hex.EncodeToString(digest[:]) != i.Digest {
		return governance.Errorf(governance.Internal, "the stored message of intent %s has another digest", i.ID)
	}
	if sig != unsigned {
		if err := a.checkSigner(ctx, i, digest, sig); err != nil {
			return err
		}
	}
	if a.now().After(i.Expires) {
		return a.end(ctx, i, governance.IntentExpired, "It was not signed in time.",
			governance.Errorf(governance.Conflict, "This was prepared too long ago. Prepare it again, then sign."))
	}
	if i.Act == governance.ActVote {
		return a.checkUnchanged(ctx, i)
	}
	return nil
}

// checkSigner checks that the account itself signed: by its key, or by the
// contract that it is, on the chain of the space.
func (a *Agent) checkSigner(ctx context.Context, i *governance.Intent, digest [32]byte, text string) error {
	sig, err := ballot.ParseSignature(text)
	if err != nil {
		return err
	}
	who, wrong := ballot.Recover(digest, sig)
	if wrong == nil && ballot.Same(who, i.Voter) {
		return nil
	}
	readable := a.Chains != nil && a.Chains.Has(i.Chain)
	if readable {
		valid, err := a.Chains.ValidSignature(ctx, i.Chain, i.Voter, digest, sig)
		if valid && err == nil {
			return nil
		}
		if err != nil && governance.CodeOf(err) != governance.Invalid {
			return err
		}
	}
	switch {
	case wrong == nil:
		return governance.Errorf(governance.Invalid, "Signed by %s, but the %s is of %s. Choose that account in the wallet and sign again.", who, noun(i.Act), i.Voter)
	case len(sig) <= 65:
		return wrong
	case !readable:
		return governance.Errorf(governance.Denied, "The signature of a contract wallet cannot be checked here: chain %d needs MANDATE_RPC_%d.", i.Chain, i.Chain)
	}
	return governance.Errorf(governance.Invalid, "%s does not accept this signature on chain %d.", i.Voter, i.Chain)
}

func noun(act governance.Act) string {
	switch act {
	case governance.ActVote:
		return "vote"
	case governance.ActAlias, governance.ActUnalias:
		return "authorisation"
	}
	return "delegation"
}

// checkUnchanged reads the proposal once more: what was decided on must still
// be what is voted on.
func (a *Agent) checkUnchanged(ctx context.Context, i *governance.Intent) error {
	before, after, err := a.reread(ctx, i.Ref)
	switch {
	case governance.CodeOf(err) == governance.NotFound:
		return a.end(ctx, i, governance.IntentSuperseded, "The proposal was deleted.", err)
	case err != nil:
		return err
	case after.Proposal.ContentHash != i.ContentHash:
		return a.end(ctx, i, governance.IntentSuperseded, "The proposal was edited.",
			governance.Errorf(governance.Conflict, "The proposal was edited before you signed: %s. Nothing was sent. Read it again and vote anew.",
				differences(contentOf(before.Proposal, after.Versions, i.ContentHash), after.Proposal)))
	}
	if err := a.checkWindow(&after.Proposal); err != nil {
		return a.end(ctx, i, governance.IntentExpired, "Voting ended before it was signed.", err)
	}
	return nil
}

// end closes an intent and returns why, or the store's error.
func (a *Agent) end(ctx context.Context, i *governance.Intent, to governance.IntentState, note string, why error) error {
	if _, err := a.Store.MoveIntent(ctx, i.ID, to, func(i *governance.Intent) { i.Note = note }); err != nil {
		return err
	}
	return why
}

// listen registers for the end of an intent's next step.
func (a *Agent) listen(id string) chan struct{} {
	c := make(chan struct{})
	a.state.do(func(s *state) { s.answered[id] = append(s.answered[id], c) })
	return c
}

// deaf ends listening.
func (a *Agent) deaf(id string, c chan struct{}) {
	a.state.do(func(s *state) {
		var rest []chan struct{}
		for _, other := range s.answered[id] {
			if other != c {
				rest = append(rest, other)
			}
		}
		if s.answered[id] = rest; len(rest) == 0 {
			delete(s.answered, id)
		}
	})
}
