package summarizer

import (
	"context"

	"mandate/governance"
)

// Sample is a set of values to start from. It is nobody's: pages say so.
type Sample struct {
	Key    string // stable
	Name   string
	About  string // one sentence
	Values governance.Values
}

// Samples returns the sample values. Their principles are compiled from their
// statements, so reading a sample again gives the same.
func Samples() []Sample {
	list := []Sample{
		{Key: "lean-treasury", Name: "Lean treasury", About: "Spend little, and only with a plan and a report.", Values: governance.Values{Statement: `I strongly care about a lean treasury.
I distrust token incentives.
I want regular reports on what was spent.
Token holders should not be diluted.
I like to see milestones before money.
Ask me above $250,000.`}},
		{Key: "growth", Name: "Growth", About: "Put the treasury to work.", Values: governance.Values{Statement: `Growth is very important to me.
I support partnerships with other protocols.
I want bold experiments.
Contributors should be paid well.
I tend to like incentives for new users.
Ask me above $1,000,000.`}},
		{Key: "security-first", Name: "Security first", About: "Better late than hacked.", Values: governance.Values{Statement: `Security comes first and must never be rushed.
I want audits before upgrades.
User funds must be protected.
I like timelocks and bug bounties.
I prefer stability.
Never support an upgrade without an audit.
Ask me when there are instructions to a model.`}},
		{Key: "public-goods", Name: "Public goods", About: "Fund what everybody uses.", Values: governance.Values{Statement: `I strongly support public goods.
Open source is very important.
I want grants for research and education.
Those who receive money should report in public.
I like fair pay for contributors.
Always abstain on elections.`}},
		{Key: "decentralist", Name: "Decentralist", About: "No single party may run it.", Values: governance.Values{Statement: `Decentralisation is essential.
I distrust insiders and whales.
I want transparency about conflicts.
Privacy is very important and I oppose KYC.
No single company should run the protocol.
Ask me about quorum changes.`}},
	}
	for i, s := range list {
		v, err := (&Compiler{}).Compile(context.Background(), s.Values.Statement)
		if err == nil { // the statements are ours and a test compiles them
			list[i].Values = v
		}
	}
	return list
}
