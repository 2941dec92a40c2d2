package web

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/store"
	"mandate/views"
)

// freshEnd is how long the end of something that was signed here is shown.
const freshEnd = 10 * time.Minute

// readState says how old an account's data on a page is and what is on its
// way: acts are the kinds of intents that belong to the page. asked is true
// for the fragment that a page asks for again while something moves.
func (s *Server) readState(ctx context.Context, w Caller, path, reading string, read time.Time, asked bool, acts ...governance.Act) (views.ReadState, error) {
	now := s.Now()
	st := views.ReadState{Src: path, Action: path, Read: views.NewWhen("", now, read)}
	intents, _, err := s.Store.Intents(ctx, store.IntentFilter{Owner: w.subject(), Acts: acts, Limit: 20})
	if err != nil {
		return st, err
	}
	if s.Agent.Reading(w.Account) {
		st.Reading, st.Poll = reading, true
	}
	var shown []*governance.Intent
	for i := range intents {
		in := &intents[i]
		moving := in.State == governance.IntentSigned || in.State == governance.IntentSent
		ended := !in.State.Live() && in.State != governance.IntentSuperseded && in.Digest != "" && now.Sub(in.Updated) < freshEnd
		if in.State == governance.IntentExpired && len(in.Envelope) == 0 && in.Receipt == nil {
			ended = false // prepared, never signed: nothing to tell
		}
		if in.Act == governance.ActVote && in.State == governance.IntentConfirmed {
			ended = false // it stands in the list, with its receipt
		}
		if moving || ended {
			st.Poll = st.Poll || moving
			shown = append(shown, in)
		}
	}
	names, err := s.namesFor(ctx, shown)
	if err != nil {
		return st, err
	}
	for _, in := range shown {
		st.Pending = append(st.Pending, pendingRow(in, names, now))
	}
	if asked && !st.Poll {
		st.Done = path
	}
	return st, nil
}

// pendingRow says where something that was signed stands.
func pendingRow(in *governance.Intent, names intentNames, now time.Time) views.PendingRow {
	r := views.PendingRow{Title: names.title(in), When: views.NewWhen("", now, in.Updated), Facts: evidence(in)}
	if in.Ref != "" {
		r.Href = refPath(in.Ref)
	}
	if in.Act == governance.ActToken && in.Method == governance.BySignature && in.State == governance.IntentSigned {
		r.File = "/api/v1/me/intents/" + url.PathEscape(in.ID) + "/ballot"
	}
	note := plainLine(in.Note)
	switch in.State {
	case governance.IntentSigned:
		r.Text = cmp.Or(note, "Signed and stored here. It is sent again until the other side answers; nothing has to be signed twice.")
	case governance.IntentSent:
		r.Text = cmp.Or(note, sentWords(in))
	case governance.IntentConfirmed:
		r.Tone, r.Text = views.You, cmp.Or(note, "Done, and read back.")
	default:
		r.Tone, r.Text = views.Danger, cmp.Or(note, "It did not come about. Nothing of it counts.")
	}
	return r
}

// evidence is the receipt of a message, or of a transaction.
func evidence(in *governance.Intent) []views.Fact {
	if in.Method != governance.ByTransaction {
		return receiptFacts(in)
	}
	facts := []views.Fact{{Name: "Transaction", Value: in.Digest, Mono: true}, {Name: "Chain", Value: chain(strconv.FormatUint(in.Chain, 10))}}
	if r := in.Receipt; r != nil {
		if r.Block > 0 {
			facts = append(facts, views.Fact{Name: "Block", Value: views.Number(float64(r.Block))})
		}
		facts = append(facts, views.Fact{Name: "Read back", Value: views.Exact(r.ReadBack), Note: plainLine(r.Note)})
	}
	return facts
}

func sentWords(in *governance.Intent) string {
	switch {
	case in.Safe:
		return "It waits for the owners of your Safe. Until enough of them have signed it does not count."
	case in.Method == governance.ByTransaction:
		return "The transaction is on its way. It counts once it is in a block and was read back."
	}
	return "Snapshot took it. It is read back now."
}

// intentNames are what intents are called by: the proposals voted on and the
// DAOs of delegations.
type intentNames struct {
	proposals map[governance.Ref]*governance.Proposal
	daos      map[string]string // by id
}

// namesFor reads the names of some intents, each once.
func (s *Server) namesFor(ctx context.Context, intents []*governance.Intent) (intentNames, error) {
	n := intentNames{daos: map[string]string{}}
	var refs []governance.Ref
	for _, in := range intents {
		if in.Act == governance.ActVote {
			refs = append(refs, in.Ref)
			continue
		}
		if _, read := n.daos[in.DAO]; read || in.DAO == "" {
			continue
		}
		d, err := s.Store.DAO(ctx, in.DAO, s.Now())
		if err != nil && governance.CodeOf(err) != governance.NotFound {
			return n, err
		}
		n.daos[in.DAO] = d.Name
	}
	var err error
	n.proposals, err = s.proposalsOf(ctx, refs)
	return n, err
}

// title says in a few words what an intent does.
func (n intentNames) title(in *governance.Intent) string {
	target := views.ShortAddress(in.Target)
	dao := views.Clip(plainLine(cmp.Or(n.daos[in.DAO], in.DAO, "all spaces")), 60)
	switch in.Act {
	case governance.ActVote:
		if p := n.proposals[in.Ref]; p != nil {
			return "Your vote on “" + views.Clip(plainLine(p.Title), 120) + "”"
		}
		return "Your vote"
	case governance.ActDelegate:
		return target + " as delegate for " + dao
	case governance.ActUndelegate:
		return "No delegate any more for " + dao
	case governance.ActToken:
		if in.Target == "" || in.Target == zeroAddress {
			return "No delegate any more for the token of " + dao
		}
		if strings.EqualFold(in.Target, in.Voter) {
			return "You vote yourself with the token of " + dao
		}
		return target + " as delegate for the token of " + dao
	case governance.ActAlias:
		return "Key " + target + " may speak as you at Snapshot"
	case governance.ActUnalias:
		return "Key " + target + " may not speak as you any more"
	}
	return "Something that you signed"
}

const zeroAddress = "0x0000000000000000000000000000000000000000"
