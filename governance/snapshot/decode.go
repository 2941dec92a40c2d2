package snapshot

import (
	"encoding/json"
	"time"

	"mandate/governance"
)

// DecodeProposal reads one proposal as the hub writes it. Unlike a row of the
// hub it may lack an id and a space, which a file written by hand has no use
// for. It returns Invalid if raw is not one JSON object with a title or a
// body.
func DecodeProposal(raw []byte) (governance.Proposal, error) {
	if !json.Valid(raw) {
		return governance.Proposal{}, governance.Errorf(governance.Invalid, "The proposal is not valid JSON.")
	}
	d := newDecoder(time.Time{})
	p, reason := d.proposal(raw)
	if reason != "" { // without a name: the content alone
		p = governance.Proposal{}
		members(raw, func(key string, v field) {
			d.content(&p, key, v)
			decodeTally(&p.Tally, key, v)
		})
	}
	if p.Title == "" && p.Body == "" {
		return p, governance.Errorf(governance.Invalid, "The JSON holds no proposal: it needs the field title or body, as Snapshot's hub names them.")
	}
	return p, nil
}
