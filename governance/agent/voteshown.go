package agent

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/text"
)

// shownVote says in people's words what the message says in fields.
func shownVote(d *draft) [][2]string {
	public := "Your account, your choice and your reason. Snapshot publishes them for ever."
	if d.p.Privacy == privacyShutter {
		public = "Your account, now. Your choice after the end of the vote."
	}
	shown := [][2]string{
		{"DAO", named(d.space.Name, d.p.DAO)},
		{"Proposal", line(d.p.Title)},
		{"Your vote", line(d.choice.Labels(d.p.Choices))},
	}
	if d.Reason != "" {
		shown = append(shown, [2]string{"Your reason", d.Reason})
	}
	return append(shown, [2]string{"Account", d.Account}, [2]string{"Voting power", powerText(d.power.Total, d.p.Symbol)},
		[2]string{"Signed time", moment(d.at)}, [2]string{"Public", public})
}

// warnVote says what to think of before signing.
func warnVote(d *draft) []string {
	var out []string
	if d.previous != nil {
		out = append(out, fmt.Sprintf("This replaces your vote of %s: %s.", moment(d.previous.Created), spoken(&d.p, d.previous)))
	}
	if d.p.Flagged || d.space.Flagged {
		out = append(out, "Snapshot flags this proposal or its DAO as possible spam or fraud.")
	}
	if d.p.Privacy == privacyShutter {
		out = append(out, "The choice is encrypted until the end of the vote. Who votes is public, and how long the encrypted choice is.")
	}
	if d.power.State == "pending" {
		out = append(out, "Your voting power may still change: it depends on who else votes. Snapshot counts it finally after the end.")
	}
	if d.Safe {
		out = append(out, "The owners of this wallet have to sign on chain before Snapshot counts the vote. It is waited for until the end of the vote, at most six days.")
		if !ballot.RelayerWatches(ballot.ChainID(d.space.Network)) {
			out = append(out, "Snapshot's relayer is not known to watch the chain of this DAO, and may never see that they signed. They can also sign off chain, in the wallet's own interface.")
		}
	}
	return append(out, fmt.Sprintf("Votes on Snapshot are public and can be changed until %s.", moment(d.p.End)))
}

// spoken says a cast vote in the labels of its proposal.
func spoken(p *governance.Proposal, v *governance.Vote) string {
	choice, err := ballot.ParseChoice(p.Type, len(p.Choices), v.Choice)
	switch {
	case err == nil:
		return line(choice.Labels(p.Choices))
	case strings.HasPrefix(string(v.Choice), `"0x`):
		return "a shielded choice"
	}
	return "a choice that the proposal does not have"
}

func named(name, id string) string {
	if name == "" {
		return id
	}
	return line(name) + " (" + id + ")"
}

// line makes a stranger's text fit for one line of a page: nothing in it is
// invisible, and it is not endless.
func line(s string) string {
	clean, _ := text.Canonical(s)
	clean = strings.Join(strings.Fields(clean), " ")
	if r := []rune(clean); len(r) > 300 {
		return string(r[:300]) + "…"
	}
	return clean
}

// powerText writes power with two decimals at most; what is less keeps three
// digits.
func powerText(power float64, symbol string) string {
	number := strconv.FormatFloat(math.Round(power*100)/100, 'f', -1, 64)
	if power > 0 && power < 0.01 {
		number = strconv.FormatFloat(power, 'g', 3, 64)
	}
	return strings.TrimSpace(thousands(number) + " " + line(symbol))
}

// thousands sets commas into a decimal number.
func thousands(number string) string {
	whole, fraction, _ := strings.Cut(number, ".")
	if strings.ContainsFunc(whole, func(r rune) bool { return r < '0' || r > '9' }) {
		return number // negative, or with an exponent
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	return whole
}

// moment writes a time to the second, because seconds decide at the end.
func moment(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04:05") + " UTC" }
