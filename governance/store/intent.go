package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mandate/governance"
)

type intentRow struct {
	bun.BaseModel `bun:"table:intents"`
	ID            string `bun:",pk"`
	Owner         string
	Voter         string
	Act           governance.Act
	Subject       string
	Ref           governance.Ref
	State         governance.IntentState
	Digest        string
	Tries         int
	ExpiresMs     int64
	CreatedMs     int64
	UpdatedMs     int64
	Data          string
	Payload       []byte
	Envelope      []byte
	Sealed        []byte
}

// unsigned are the states before a signature, and more.
func unsigned(more ...governance.IntentState) any {
	return bun.List(append(more, governance.IntentDecided, governance.IntentWaiting, governance.IntentAsked, governance.IntentArmed))
}

func live() any { return unsigned(governance.IntentSigned, governance.IntentSent) }

// subject is what there may be one live intent about, for each voter and act.
func subject(i *governance.Intent) string {
	switch i.Act {
	case governance.ActVote:
		return cleanText(string(i.Ref))
	case governance.ActAlias, governance.ActUnalias:
		return accountKey(i.Target)
	}
	return fmt.Sprintf("%s|%d", cleanText(i.DAO), i.Chain)
}

func newIntentRow(i *governance.Intent) (intentRow, error) {
	open := *i
	if i.Sigma != "" {
		open.Choice = nil
	}
	data, err := json.Marshal(&open)
	return intentRow{ID: cleanText(i.ID), Owner: accountKey(i.Owner), Voter: accountKey(i.Voter), Act: i.Act, Subject: subject(i),
		Ref: governance.Ref(cleanText(string(i.Ref))), State: i.State, Digest: strings.ToLower(cleanText(i.Digest)), Tries: i.Tries,
		ExpiresMs: toMilli(i.Expires), CreatedMs: toMilli(i.Created), UpdatedMs: toMilli(i.Updated),
		Data: string(data), Payload: notNil(i.Payload), Envelope: notNil(i.Envelope), Sealed: []byte{}}, err
}

func notNil(raw []byte) []byte {
	if raw == nil {
		return []byte{}
	}
	return raw
}

// hiddenChoice is what a shielded vote hides until its end: the choice, and
// what opens it in the message.
type hiddenChoice struct {
	Choice json.RawMessage `json:"choice"`
	Sigma  string          `json:"sigma"`
}

func (r *intentRow) place() string { return "intent|" + r.ID }

// hide seals what a shielded vote hides. It is written once and never after.
func (s *Store) hide(r *intentRow, i *governance.Intent) error {
	if i.Sigma == "" {
		return nil
	}
	text, err := json.Marshal(hiddenChoice{Choice: i.Choice, Sigma: i.Sigma})
	if err == nil {
		r.Sealed = s.seal(text, r.place())
	}
	return err
}

// intent reads a row. Where the secret does not open what is sealed, only the
// choice is missing: a signed vote can still be sent and read back.
func (s *Store) intent(r *intentRow) (governance.Intent, error) {
	var i governance.Intent
	err := json.Unmarshal([]byte(r.Data), &i)
	i.Owner, i.State, i.Digest, i.Tries = r.Owner, r.State, r.Digest, r.Tries
	i.Created, i.Updated, i.Expires = fromMilli(r.CreatedMs), fromMilli(r.UpdatedMs), fromMilli(r.ExpiresMs)
	if len(r.Payload) > 0 {
		i.Payload = r.Payload
	}
	if len(r.Envelope) > 0 {
		i.Envelope = r.Envelope
	}
	if len(r.Sealed) > 0 {
		var h hiddenChoice
		if text, sealed := s.unseal(r.Sealed, r.place()); sealed == nil && json.Unmarshal(text, &h) == nil {
			i.Choice, i.Sigma = h.Choice, h.Sigma
		}
	}
	return i, err
}

// AddIntent stores a new intent. An unsigned live one about the same (voter,
// act, and ref, DAO or alias) becomes superseded; where one is signed or sent
// and has not ended it returns Conflict. Created and Updated are set where
// they are zero.
func (s *Store) AddIntent(ctx context.Context, i governance.Intent) error {
	now := s.now()
	if i.Created.IsZero() {
		i.Created = now
	}
	if i.Updated.IsZero() {
		i.Updated = now
	}
	row, err := newIntentRow(&i)
	if err == nil {
		err = s.hide(&row, &i)
	}
	if err != nil {
		return s.fail(err, "encode an intent")
	}
	return s.fail(s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if i.State.Live() {
			if err := s.makeRoom(ctx, tx, &row); err != nil {
				return err
			}
		}
		_, err := tx.NewInsert().Model(&row).Exec(ctx)
		return err
	}), "store an intent")
}

// makeRoom supersedes the unsigned intent that row replaces.
func (s *Store) makeRoom(ctx context.Context, tx bun.Tx, row *intentRow) error {
	var old []intentRow
	q := tx.NewSelect().Model(&old).Where("voter = ?", row.Voter).Where("act = ?", row.Act).Where("subject = ?", row.Subject).
		Where("state IN (?)", live())
	if s.pg {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return err
	}
	for n := range old {
		i, err := s.intent(&old[n])
		if err != nil {
			return err
		}
		if !i.State.MayBecome(governance.IntentSuperseded) || len(i.Envelope) > 0 || i.State == governance.IntentSent {
			return governance.Errorf(governance.Conflict, "The one before is signed and still on its way. Wait until it is confirmed or has failed.")
		}
		i.State, i.Note = governance.IntentSuperseded, "Prepared anew."
		if err := s.saveIntent(ctx, tx, &i); err != nil {
			return err
		}
	}
	return nil
}

// saveIntent writes what may change of an intent.
func (s *Store) saveIntent(ctx context.Context, tx bun.Tx, i *governance.Intent) error {
	i.Updated = s.now()
	row, err := newIntentRow(i)
	if err != nil {
		return err
	}
	_, err = tx.NewUpdate().Model(&row).WherePK().Column("state", "digest", "tries", "updated_ms", "data", "envelope").Exec(ctx)
	return err
}

// Intent returns one intent of an owner. NotFound if the owner has none of
// that id.
func (s *Store) Intent(ctx context.Context, owner, id string) (governance.Intent, error) {
	var row intentRow
	err := s.read.NewSelect().Model(&row).Where("id = ?", cleanText(id)).Where("owner = ?", accountKey(owner)).Scan(ctx)
	if err != nil {
		return governance.Intent{}, s.fail(err, "read an intent")
	}
	i, err := s.intent(&row)
	return i, s.fail(err, "decode an intent")
}

// MoveIntent brings an intent into another state and applies change to it (nil
// = none); with the state that it has, it only applies the change. What was
// signed, shown or decided cannot be changed this way: change may set Held,
// Note, SendBy, VetoUntil, Receipt, Tries and Safe. It returns Conflict for an
// edge that the graph of states does not have, NotFound for an unknown id.
func (s *Store) MoveIntent(ctx context.Context, id string, to governance.IntentState, change func(*governance.Intent)) (governance.Intent, error) {
	var moved governance.Intent
	err := s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		i, err := s.lockIntent(ctx, tx, id)
		if err != nil {
			return err
		}
		if i.State != to && !i.State.MayBecome(to) {
			return governance.Errorf(governance.Conflict, "This is %s and cannot become %s.", i.State, to)
		}
		if moved = i; change != nil {
			moved = changed(i, change)
		}
		moved.State = to
		return s.saveIntent(ctx, tx, &moved)
	})
	return moved, s.fail(err, "move an intent")
}

// changed applies change to the fields that may change.
func changed(i governance.Intent, change func(*governance.Intent)) governance.Intent {
	to := i
	change(&to)
	i.Held, i.Note, i.SendBy, i.VetoUntil, i.Receipt, i.Tries, i.Safe = to.Held, to.Note, to.SendBy, to.VetoUntil, to.Receipt, to.Tries, to.Safe
	return i
}

// lockIntent reads an intent for a change in the same transaction.
func (s *Store) lockIntent(ctx context.Context, tx bun.Tx, id string) (governance.Intent, error) {
	var row intentRow
	q := tx.NewSelect().Model(&row).Where("id = ?", cleanText(id))
	if s.pg {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return governance.Intent{}, err
	}
	return s.intent(&row)
}

// expireIntents removes what was prepared, never signed, and expired long ago.
func expireIntents(ctx context.Context, tx bun.Tx, before time.Time) (int, error) {
	return deleted(tx.NewDelete().Model((*intentRow)(nil)).Where("expires_ms <= ?", toMilli(before)).Where("length(envelope) = 0").
		Where("state IN (?)", unsigned(governance.IntentSuperseded, governance.IntentExpired)).Exec(ctx))
}
