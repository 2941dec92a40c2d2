package web

import (
	"cmp"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"mandate/governance"
	"mandate/views"
)

// chainForm is the ballot of a vote at a governor, nil where nothing can be
// cast there from here.
func (b *ballotBuilder) chainForm() *views.ChainBallot {
	g := b.governor
	if g == nil || g.ReadOnly != "" || !b.d.Proposal.Type.Known() {
		return nil
	}
	symbol := views.Clip(plainLine(g.Token.Symbol), 16)
	c := &views.ChainBallot{ChainID: strconv.FormatUint(g.Chain, 10), Governor: g.Address, Family: string(g.Family), BallotSig: string(g.BallotSig),
		Domain: [2]string{g.Domain.Name, g.Domain.Version}, Decimals: strconv.Itoa(g.Token.Decimals), Symbol: symbol, Split: g.Fractional && b.d.Proposal.Type == governance.GovernorFractional,
		ByTx:  "Your wallet sends it to " + chain(strconv.FormatUint(g.Chain, 10)) + " and pays a network fee.",
		BySig: "No fee for you. You get a file, and the vote counts once somebody has sent it to the chain."}
	if b.power != nil {
		c.Left = cmp.Or(b.power.Left, views.Number(b.power.Total)) + " " + symbol
	}
	return c
}

// chainLast is what is said below the button of a vote at a governor.
const chainLast = "Next you see every field that your wallet will sign or send. A vote on chain is final: it cannot be changed."

// chainWay is a vote at a governor between signature and read-back.
func (b *ballotBuilder) chainWay(in *governance.Intent) *views.VoteWay {
	way := &views.VoteWay{State: string(in.State), Title: "Your vote is on its way", Choice: b.choiceWords(in.Choice), Poll: pollEvery(in, b.now), Facts: chainReceipt(in), Text: plainLine(in.Note)}
	sent := in.State == governance.IntentSent
	if in.Method == governance.BySignature {
		way.Title = "Your ballot is signed. It does not count yet."
		way.Steps = []views.VoteStep{{Name: "Signed", Done: true}, {Name: "Relayed", Done: sent, Now: !sent}, {Name: "Final", Now: sent}}
		way.File = views.Link{Label: "Save the ballot as a file", Href: "/api/v1/me/intents/" + in.ID + "/ballot"}
		if way.Text == "" {
			way.Text = "Anyone may send it to the chain: the signature binds you, not the sender."
		}
		return way
	}
	mined := in.Receipt != nil && in.Receipt.Block > 0
	way.Steps = []views.VoteStep{{Name: "Sent", Done: true}, {Name: "In a block", Done: mined, Now: !mined}, {Name: "Final", Now: mined}}
	if way.Text == "" {
		way.Text = "The transaction waits for a block."
	}
	return way
}

// chainReceipt is the evidence of a vote on chain.
func chainReceipt(in *governance.Intent) []views.Fact {
	r := in.Receipt
	if r == nil {
		return nil
	}
	facts := []views.Fact{{Name: "Transaction", Value: r.ID, Mono: true}}
	if r.Block > 0 {
		facts = append(facts, views.Fact{Name: "Block", Value: views.Number(float64(r.Block))})
	}
	if !r.ReadBack.IsZero() {
		facts = append(facts, views.Fact{Name: "Read back", Value: views.Exact(r.ReadBack)})
	}
	if r.Note != "" {
		facts = append(facts, views.Fact{Name: "Note", Value: plainLine(r.Note)})
	}
	return facts
}

// onChain reports whether the ballot is one at a governor.
func (b *ballotBuilder) onChain() bool { return b.d.Proposal.Ref.Venue() == governance.VenueGovernor }

// parsedSupport reads a stored choice of either venue; ok is false where it fits
// none.
func parsedSupport(raw []byte, choices int) (support int, ok bool) {
	n, err := strconv.Atoi(string(raw))
	return n, err == nil && n >= 0 && n < choices
}

// supportWords says a vote at a governor in the labels of its proposal: one
// choice, or how the power was split, the largest support value last; "" where
// it is neither.
func supportWords(p *governance.Proposal, raw []byte) string {
	if n, ok := parsedSupport(raw, len(p.Choices)); ok {
		return choiceLabel(p, n)
	}
	var shares map[string]json.RawMessage
	if json.Unmarshal(raw, &shares) != nil {
		return ""
	}
	symbol := views.Clip(plainLine(p.Symbol), 16)
	var parts []string
	for n := range p.Choices {
		share, err := strconv.ParseFloat(strings.Trim(string(shares[strconv.Itoa(n)]), `"`), 64)
		if err != nil || !(share > 0) {
			continue
		}
		amount := strconv.FormatFloat(math.Round(share*1e6)/1e6, 'f', -1, 64)
		parts = append(parts, strings.TrimSpace(amount+" "+symbol)+" "+choiceLabel(p, n))
	}
	return strings.Join(parts, ", ")
}

// countedHere reports whether the vote at the governor is the one that was
// cast from here: both are of the same transaction.
func (b *ballotBuilder) countedHere() bool {
	in := b.done
	if in == nil || b.vote == nil {
		return in != nil
	}
	return strings.EqualFold(b.vote.ID, in.Digest) || in.Receipt != nil && strings.EqualFold(b.vote.ID, in.Receipt.ID)
}

// chainCast is what counts at the governor: all parts of a split vote together.
// While a vote of the account is on its way, the governor may show it already;
// then only what was final before is told.
func (b *ballotBuilder) chainCast() *views.CastVote {
	in, v := b.done, b.vote
	if b.way != nil {
		v = nil
	}
	if v == nil && in == nil {
		return nil
	}
	cast := &views.CastVote{From: "You voted from here"}
	if in != nil {
		cast.Choice, cast.When, cast.Reason, cast.Facts = b.choiceWords(in.Choice), views.NewWhen("", b.now, in.Created), plainLine(in.Reason), chainReceipt(in)
		if in.Receipt != nil && in.Receipt.Power > 0 {
			cast.Power = b.withPower(in.Receipt.Power)
		}
	}
	if v == nil {
		return cast
	}
	cast.Choice, cast.When, cast.Reason, cast.Power = b.choiceWords(v.Choice), views.NewWhen("", b.now, v.Created), plainLine(v.Reason), ""
	if v.Power > 0 {
		cast.Power = b.withPower(v.Power)
	}
	if !b.countedHere() {
		cast.From, cast.Facts = "You voted elsewhere", []views.Fact{{Name: "Transaction", Value: v.ID, Mono: true}}
	}
	return cast
}

// spent reports whether no power is left for another part of a split vote.
func (b *ballotBuilder) spent() bool { return b.power != nil && b.power.Left == "0" }

// powerAt says when the power counts, by the clock of the governor or of the
// space.
func (b *ballotBuilder) powerAt(block int64) string {
	if b.governor != nil && b.governor.Clock == governance.ClockSeconds {
		return "counted on " + views.Exact(time.Unix(block, 0))
	}
	if b.governor != nil && b.governor.Clock == governance.ClockL1Blocks {
		return "counted at block " + views.Number(float64(block)) + " of Ethereum"
	}
	return "counted at block " + views.Number(float64(block))
}
