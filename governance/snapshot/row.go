package snapshot

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"mandate/governance"
)

// decoder reads rows. Most proposals of a space carry the same strategies, so
// their canonical form is made once.
type decoder struct {
	now   time.Time
	canon map[string]json.RawMessage
}

func newDecoder(now time.Time) *decoder {
	return &decoder{now: now, canon: map[string]json.RawMessage{}}
}

func (d *decoder) free(v field) json.RawMessage {
	if have, ok := d.canon[string(v)]; ok {
		return have
	}
	out := v.free()
	if len(d.canon) < 1000 && len(v) < 16<<10 {
		d.canon[string(v)] = out
	}
	return out
}

// proposal reads a row of the content fragment. It returns a reason if the row
// cannot be named; any other field may be missing or odd.
func (d *decoder) proposal(raw []byte) (governance.Proposal, string) {
	p := governance.Proposal{Seen: d.now}
	var id, space string
	whole := members(raw, func(key string, v field) {
		switch key {
		case "id":
			id = v.text()
		case "space":
			var flagged bool
			space, flagged = decodeSpaceRef(v)
			p.Flagged = p.Flagged || flagged
		case "flagged":
			p.Flagged = p.Flagged || v.bool()
		default:
			d.content(&p, key, v)
			decodeTally(&p.Tally, key, v)
		}
	})
	if !whole {
		return p, "the row is not an object"
	}
	ref, reason := refOf(space, id)
	if reason != "" {
		return p, reason
	}
	p.Ref, p.DAO, p.URL = ref, space, proposalURL(space, id)
	return p, ""
}

func (d *decoder) content(p *governance.Proposal, key string, v field) {
	switch key {
	case "title":
		p.Title = v.text()
	case "body":
		p.Body = v.text()
	case "discussion":
		p.Discussion = v.text()
	case "choices":
		p.Choices = v.texts()
	case "labels":
		p.Labels = v.texts()
	case "type":
		p.Type = governance.VotingType(v.text())
	case "strategies":
		p.Strategies = d.free(v)
	case "plugins":
		p.Plugins = d.free(v)
	case "privacy":
		p.Privacy = v.text()
	case "quorum":
		p.Quorum = v.amount()
	case "quorumType":
		p.QuorumType = v.text()
	default:
		decodeFacts(p, key, v)
	}
}

func decodeFacts(p *governance.Proposal, key string, v field) {
	switch key {
	case "author":
		p.Author = v.text()
	case "created":
		p.Created = v.at()
	case "updated":
		p.Updated = v.at()
	case "start":
		p.Start = v.at()
	case "end":
		p.End = v.at()
	case "snapshot":
		p.Snapshot = max(0, v.int()) // a block of 2^31 and above arrives as null
	case "network":
		p.Network = v.text()
	case "symbol":
		p.Symbol = v.text()
	case "app":
		p.App = v.text()
	case "ipfs":
		p.IPFS = v.text()
	}
}

func decodeTally(t *governance.Tally, key string, v field) {
	switch key {
	case "scores":
		t.Scores = v.floats()
	case "scores_total":
		t.Total = v.amount()
	case "scores_state":
		t.State = v.text()
	case "scores_updated":
		t.Updated = v.at()
	case "votes":
		t.Voters = v.count()
	case "quorum":
		t.Quorum = v.amount()
	}
}

// light is a row of the count fragment, or only its name.
type light struct {
	ref              governance.Ref
	id               string
	created, updated int64
	count            governance.Count
}

// decodeLight reads what it can; ref is "" if the row cannot be named.
func decodeLight(raw []byte) light {
	var l light
	var space string
	members(raw, func(key string, v field) {
		switch key {
		case "id":
			l.id = v.text()
		case "created":
			l.created = v.int()
		case "updated":
			l.updated = v.int()
		case "space":
			var flagged bool
			space, flagged = decodeSpaceRef(v)
			l.count.Flagged = l.count.Flagged || flagged
		case "flagged":
			l.count.Flagged = l.count.Flagged || v.bool()
		default:
			decodeTally(&l.count.Tally, key, v)
		}
	})
	l.ref, _ = refOf(space, l.id)
	l.count.Ref = l.ref
	return l
}

func decodeSpaceRef(v field) (id string, flagged bool) {
	members(v, func(key string, v field) {
		switch key {
		case "id":
			id = v.text()
		case "flagged":
			flagged = v.bool()
		}
	})
	return id, flagged
}

func refOf(space, id string) (governance.Ref, string) {
	switch {
	case id == "":
		return "", "it has no id"
	case space == "":
		return "", fmt.Sprintf("proposal %s: it has no space", strconv.QuoteToASCII(clipID(id)))
	}
	ref, err := governance.ParseRef(string(governance.SnapshotRef(space, id)))
	if err != nil {
		return "", fmt.Sprintf("proposal %s: its id or its space's is malformed", strconv.QuoteToASCII(clipID(id)))
	}
	return ref, ""
}

func proposalURL(space, id string) string {
	return "https://snapshot.box/#/s:" + url.PathEscape(space) + "/proposal/" + url.PathEscape(id)
}
