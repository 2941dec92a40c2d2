package store

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/uptrace/bun"

	"mandate/governance"
)

// Signature is a row of the trail of everything that was signed here.
type Signature struct {
	Voter     string // lower case
	Venue     string
	Proposal  string // or what else was signed about
	Revision  int    // 0 = an agent's, 1… = by a person's hand
	Digest    string // 0x…, lower case
	Signature string
	Envelope  []byte
	Intent    string
	Signed    time.Time
}

type signatureRow struct {
	bun.BaseModel `bun:"table:signatures"`
	Voter         string
	Venue         string
	Proposal      string
	Revision      int
	Digest        string
	Signature     string
	Envelope      []byte
	Intent        string
	SignedMs      int64
}

// signedAbout is under which venue and name the trail has an intent. Votes
// stand under their proposal, everything else under what it does and to whom.
func signedAbout(i *governance.Intent) (venue, proposal string) {
	switch {
	case i.Act == governance.ActVote:
		return string(i.Ref.Venue()), cleanText(string(i.Ref))
	case i.Method == governance.ByTransaction, i.Act == governance.ActToken:
		return fmt.Sprintf("eip155:%d", i.Chain), string(i.Act) + "|" + subject(i)
	}
	return string(governance.VenueSnapshot), string(i.Act) + "|" + subject(i)
}

// SignIntent makes an armed intent signed: its bytes, their row in the trail
// and the job that sends them are stored in one transaction that has reached
// the disk when SignIntent returns. A person's signature is the next revision
// of its proposal, from 1 on. With the same bytes again it returns the same
// intent; with others, or where the intent is not armed or was prepared with
// another digest, Conflict. NotFound for an unknown id.
func (s *Store) SignIntent(ctx context.Context, id string, envelope []byte, digest, signature string, job river.JobArgs) (governance.Intent, error) {
	digest = strings.ToLower(cleanText(digest))
	var signed governance.Intent
	err := s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		i, err := s.lockIntent(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case len(envelope) == 0 || digest == "":
			return governance.Errorf(governance.Invalid, "There is nothing to sign.")
		case len(i.Envelope) > 0 && bytes.Equal(i.Envelope, envelope) && i.Digest == digest:
			signed = i
			return nil
		case len(i.Envelope) > 0:
			return governance.Errorf(governance.Conflict, "This is signed already, with another signature.")
		case i.State != governance.IntentArmed:
			return governance.Errorf(governance.Conflict, "This is %s: it cannot be signed any more. Prepare it again.", i.State)
		case i.Digest != "" && i.Digest != digest:
			return governance.Errorf(governance.Conflict, "This is not the message that was prepared.")
		}
		i.State, i.Digest, i.Envelope = governance.IntentSigned, digest, bytes.Clone(envelope)
		if err := s.trail(ctx, tx, &i, cleanText(signature)); err != nil {
			return err
		}
		if err := s.saveIntent(ctx, tx, &i); err != nil {
			return err
		}
		signed = i
		return s.enqueueIn(ctx, tx, job)
	})
	if err != nil {
		return governance.Intent{}, s.fail(err, "store a signature")
	}
	return signed, nil
}

// trail adds the row that nothing changes or removes.
func (s *Store) trail(ctx context.Context, tx bun.Tx, i *governance.Intent, signature string) error {
	row := signatureRow{Voter: accountKey(i.Voter), Digest: i.Digest, Signature: signature, Envelope: i.Envelope, Intent: cleanText(i.ID), SignedMs: toMilli(s.now())}
	row.Venue, row.Proposal = signedAbout(i)
	if row.Venue == string(governance.VenueGovernor) {
		// Ballots of older governors do not name their voter: two accounts, or
		// one that signs anew, sign the same.
		row.Digest += "|" + row.Intent
	}
	err := tx.NewSelect().Model((*signatureRow)(nil)).ColumnExpr("coalesce(max(revision), 0) + 1").
		Where("voter = ?", row.Voter).Where("venue = ?", row.Venue).Where("proposal = ?", row.Proposal).Scan(ctx, &row.Revision)
	if err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(&row).Exec(ctx)
	return err
}

func (s *Store) enqueueIn(ctx context.Context, tx bun.Tx, job river.JobArgs) error {
	if job == nil {
		return nil
	}
	_, err := s.inserter.InsertTx(ctx, tx.Tx, job, nil)
	return err
}

// HandIntent notes that a wallet has handed an armed intent's transaction to
// the network: armed → sent, with the transaction's hash as digest, and the
// job that follows it. The trail has no row for it: the signature is the
// wallet's and already public. With the same hash again it returns the intent
// as it is; with another, or where the intent is neither armed nor sent,
// Conflict. NotFound for an unknown id.
func (s *Store) HandIntent(ctx context.Context, id, txHash string, job river.JobArgs) (governance.Intent, error) {
	txHash = strings.ToLower(cleanText(txHash))
	var handed governance.Intent
	err := s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		i, err := s.lockIntent(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case i.Method != governance.ByTransaction:
			return governance.Errorf(governance.Invalid, "This needs a signature, not a transaction.")
		case i.State != governance.IntentArmed && i.Digest == txHash:
			handed = i
			return nil
		case i.State != governance.IntentArmed:
			return governance.Errorf(governance.Conflict, "This is %s already.", i.State)
		}
		i.State, i.Digest, i.Envelope = governance.IntentSent, txHash, []byte(txHash)
		if err := s.saveIntent(ctx, tx, &i); err != nil {
			return err
		}
		handed = i
		return s.enqueueIn(ctx, tx, job)
	})
	if err != nil {
		return governance.Intent{}, s.fail(err, "store a transaction")
	}
	return handed, nil
}

// Signatures returns the trail of one owner's intent, oldest first.
func (s *Store) Signatures(ctx context.Context, owner, intent string) ([]Signature, error) {
	var rows []signatureRow
	err := s.read.NewSelect().Model(&rows).Where("intent = ?", cleanText(intent)).
		Where("EXISTS (SELECT 1 FROM intents AS i WHERE i.id = intent AND i.owner = ?)", accountKey(owner)).OrderExpr("signed_ms, revision").Scan(ctx)
	if err != nil {
		return nil, s.fail(err, "read the trail")
	}
	out := make([]Signature, len(rows))
	for n, r := range rows {
		digest, _, _ := strings.Cut(r.Digest, "|")
		out[n] = Signature{Voter: r.Voter, Venue: r.Venue, Proposal: r.Proposal, Revision: r.Revision, Digest: digest,
			Signature: r.Signature, Envelope: r.Envelope, Intent: r.Intent, Signed: fromMilli(r.SignedMs)}
	}
	return out, nil
}
