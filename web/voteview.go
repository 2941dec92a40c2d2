package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"

	"mandate/governance"
	"mandate/views"
)

// ballotBuilder makes the ballot of one account on one proposal.
type ballotBuilder struct {
	builder
	account  string               // EIP-55
	governor *governance.Governor // nil at Snapshot
	src      string
	edited   bool                    // the page shows another content than is stored
	way      *governance.Intent      // signed or sent
	failed   *governance.Intent      // the newest one, if nothing came after it
	stopped  *governance.Intent      // a Safe's that is not waited for any more, if nothing came after it
	done     *governance.Intent      // confirmed
	vote     *governance.Vote        // as its venue shows it
	power    *governance.PowerReport // nil = not asked for
	powerErr error
}

// mayVote reports whether there is a ballot to fill in.
func (b *ballotBuilder) mayVote() bool {
	p := &b.d.Proposal
	if b.onChain() && (b.governor == nil || b.governor.ReadOnly != "" || b.voted() && !b.governor.Fractional) {
		return false
	}
	return votingOpen(p.StateAt(b.now)) && p.Type.Known() && !p.Deleted && !b.edited && b.way == nil && len(p.Choices) > 0
}

// votingOpen reports whether votes are taken now. Nouns' objection period takes
// votes against.
func votingOpen(s governance.State) bool {
	return s == governance.Active || s == governance.Objection
}

// voted reports whether a vote of the account counts already.
func (b *ballotBuilder) voted() bool { return b.done != nil || b.vote != nil }

func (b *ballotBuilder) view() views.Ballot {
	p := &b.d.Proposal
	view := views.Ballot{Ref: string(p.Ref), Src: b.src, Heading: "Your vote", Notices: b.ballotNotices(), Venue: venueLink(p), Way: b.wayView(), Cast: b.castView()}
	if !b.mayVote() {
		return view
	}
	if b.spent() {
		return view
	}
	if b.power != nil {
		view.Power = b.powerLine()
	}
	if b.power == nil || b.power.Total > 0 || b.powerErr != nil {
		view.Form = b.form()
	}
	return view
}

// ballotNotices say why there is no ballot, or what to mind.
func (b *ballotBuilder) ballotNotices() []views.Notice {
	var out []views.Notice
	p := &b.d.Proposal
	state := p.StateAt(b.now)
	switch {
	case p.Deleted && b.onChain():
		return []views.Notice{{Tone: views.Caution, Title: "No longer on its chain", Text: "The blocks that held it were replaced. Nothing can be voted on it any more."}}
	case p.Deleted:
		return []views.Notice{{Tone: views.Caution, Title: "Deleted at Snapshot", Text: "Nothing can be voted on it any more."}}
	case b.edited:
		out = append(out, views.Notice{Tone: views.Caution, Title: "The proposal was edited since this page was drawn", Alert: true,
			Text: "Read it as it is now before you vote.", Actions: []views.Link{{Label: "Load the proposal as it is now", Href: refPath(p.Ref)}}})
	case state == governance.Pending:
		out = append(out, views.Notice{Title: "Not open yet", Text: b.votingLine() + " Your voting power is fixed when the proposal is made, so it need not be moved."})
	case b.d.Proposal.Ended(b.now) && b.done == nil && b.vote == nil && b.way == nil:
		out = append(out, views.Notice{Title: "Voting has ended", Text: b.votingLine() + " No vote of yours was read here."})
	case !p.Type.Known():
		out = append(out, views.Notice{Title: "Not from here", Text: typeRule(p.Type)})
	case b.onChain() && (b.governor == nil || b.governor.ReadOnly != ""):
		out = append(out, views.Notice{Title: "Not from here", Text: "Votes at this contract cannot be cast from here."})
	}
	if p.Flagged && state == governance.Active {
		out = append(out, views.Notice{Tone: views.Danger, Title: "Marked as spam or phishing", Text: "Snapshot marked this proposal. Follow no link of it, and sign nothing that it asks for elsewhere."})
	}
	if b.powerErr != nil {
		out = append(out, views.Notice{Tone: views.Caution, Title: "Your voting power could not be read", Text: governance.MessageOf(b.powerErr) + " You can vote all the same: it is read again before you sign."})
	}
	return out
}

func (b *ballotBuilder) powerLine() *views.PowerLine {
	r := b.power
	line := &views.PowerLine{Amount: strings.TrimSpace(views.Number(r.Total) + " " + views.Clip(plainLine(r.Symbol), 16)), Why: r.Why}
	switch {
	case r.Block > 0:
		line.Note = b.powerAt(r.Block)
	case r.State == "pending":
		line.Note = "may change until the end"
	}
	return line
}

// choiceWords says a cast choice in the labels of the proposal.
func (b *ballotBuilder) choiceWords(raw json.RawMessage) string {
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return "Encrypted; the secret of this server does not open it"
	case shielded(raw):
		return "Encrypted until the end"
	}
	if b.onChain() {
		return cmp.Or(supportWords(&b.d.Proposal, raw), "A choice that this proposal does not have")
	}
	return cmp.Or(choiceIn(&b.d.Proposal, raw), "A choice that this proposal does not have")
}

func shielded(raw json.RawMessage) bool { return bytes.HasPrefix(bytes.TrimSpace(raw), []byte(`"0x`)) }

// fromHere reports whether the vote that counts is the one cast from here.
func (b *ballotBuilder) fromHere() bool {
	if b.done == nil {
		return false
	}
	return b.vote == nil || strings.EqualFold(b.vote.ID, b.done.Digest) || !b.vote.Created.After(b.done.Created)
}

func (b *ballotBuilder) castView() *views.CastVote {
	switch {
	case b.onChain():
		return b.chainCast()
	case b.fromHere():
		in := b.done
		cast := &views.CastVote{Choice: b.choiceWords(in.Choice), When: views.NewWhen("", b.now, in.Created), Reason: plainLine(in.Reason), From: "You voted from here", Facts: receiptFacts(in)}
		if in.Receipt != nil && in.Receipt.Power > 0 {
			cast.Power = b.withPower(in.Receipt.Power)
		}
		if b.d.Proposal.Privacy != "" && !b.d.Proposal.Ended(b.now) {
			cast.From = "You voted from here; only you can read it until the end"
		}
		return cast
	case b.vote != nil:
		v := b.vote
		cast := &views.CastVote{Choice: b.choiceWords(v.Choice), When: views.NewWhen("", b.now, v.Created), Reason: plainLine(v.Reason), From: "You voted elsewhere",
			Facts: []views.Fact{{Name: "Message", Value: v.ID, Mono: true}, {Name: "IPFS", Value: v.IPFS, Mono: true}, {Name: "Cast with", Value: views.Clip(plainLine(v.App), 24)}}}
		if v.Power > 0 {
			cast.Power = b.withPower(v.Power)
		}
		return cast
	}
	return nil
}

func (b *ballotBuilder) withPower(n float64) string {
	return strings.TrimSpace("with " + views.Number(n) + " " + views.Clip(plainLine(b.d.Proposal.Symbol), 16))
}

// receiptFacts are the evidence of a vote that was sent from here.
func receiptFacts(in *governance.Intent) []views.Fact {
	r := in.Receipt
	if r == nil {
		return nil
	}
	verified := "not verified"
	if r.Verified {
		verified = "the id is the digest you signed; the relayer's signature is right"
	}
	facts := []views.Fact{{Name: "Message", Value: r.ID, Mono: true}, {Name: "Verified", Value: verified}}
	add := func(name, value string, mono bool) {
		if value != "" {
			facts = append(facts, views.Fact{Name: name, Value: value, Mono: mono})
		}
	}
	add("IPFS", r.IPFS, true)
	add("Relayer", r.Relayer, true)
	add("Answered", views.Exact(r.At), false)
	if !r.ReadBack.IsZero() {
		add("Read back", views.Exact(r.ReadBack), false)
	}
	add("Note", plainLine(r.Note), false)
	return facts
}

// wayView is the vote between signature and read-back, or why it failed.
func (b *ballotBuilder) wayView() *views.VoteWay {
	if in := b.way; in != nil && b.onChain() {
		return b.chainWay(in)
	}
	if in := b.way; in != nil {
		way := &views.VoteWay{State: string(in.State), Title: "Your vote is on its way", Choice: b.choiceWords(in.Choice), Poll: pollEvery(in, b.now), Facts: receiptFacts(in), Text: "Your signature is stored. It is sent again until Snapshot answers; nothing has to be signed twice."}
		sent := in.State == governance.IntentSent
		if sent {
			way.Title, way.Text = "Snapshot took your vote", "It is read back now, to be sure that it counts."
		}
		if sent && in.Safe {
			way.Stop = in.ID
			way.Title, way.Text = "Waiting for the owners of your Safe", "The relayer hands the vote over as soon as enough of them have signed on chain. Until then it does not count."
		}
		if in.Note != "" {
			way.Text = plainLine(in.Note)
		}
		way.Steps = []views.VoteStep{{Name: "Signed", Done: true}, {Name: "Sent", Done: sent, Now: !sent}, {Name: "Read back", Now: sent}}
		return way
	}
	if in := b.failed; in != nil {
		text := plainLine(in.Note)
		if text == "" {
			text = "It was not taken."
		}
		return &views.VoteWay{State: string(in.State) + in.ID, Tone: views.Danger, Title: "Your vote was not cast", Text: text + " " + b.afterFailure()}
	}
	if in := b.stopped; in != nil && (b.vote == nil || !strings.EqualFold(b.vote.ID, in.Digest)) {
		return &views.VoteWay{State: string(in.State) + in.ID, Title: "The owners of your Safe are not waited for any more", Text: plainLine(in.Note)}
	}
	return nil
}

func (b *ballotBuilder) afterFailure() string {
	if b.mayVote() {
		return "Nothing of it counts. You can vote again below."
	}
	return "Nothing of it counts."
}
