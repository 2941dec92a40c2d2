package agent

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"mandate/governance"
	"mandate/governance/ballot"
)

// shown says in people's words what the call or the ballot does.
func (d *chainDraft) shown() [][2]string {
	contract := d.g.Address
	if name := line(d.g.Name); name != "" {
		contract = name + " (" + d.g.Address + ")"
	}
	shown := [][2]string{
		{"DAO", named(d.p.DAOName, d.p.DAO)},
		{"Proposal", line(d.p.Title)},
		{"Your vote", d.choice.Words(line(d.g.Token.Symbol))},
	}
	if d.Reason != "" {
		shown = append(shown, [2]string{"Your reason", d.Reason})
	}
	shown = append(shown, [2]string{"Account", d.Account}, [2]string{"Voting power", amountText(wei(d.stand.Power), &d.g)})
	if d.stand.Voted {
		shown = append(shown, [2]string{"Not used yet", amountText(d.left, &d.g)})
	}
	shown = append(shown, [2]string{"Contract", contract}, [2]string{"Function", d.function}, [2]string{"Chain", strconv.FormatUint(d.g.Chain, 10)})
	if d.Method == governance.ByTransaction {
		shown = append(shown, [2]string{"Value", "0"}, [2]string{"Call", d.data}, [2]string{"Network fee", feeText(d.fee)})
	}
	shown = append(shown, [2]string{"Checked", checkedBy(&d.stand)})
	return append(shown, [2]string{"Final", "An on-chain vote cannot be changed."})
}

func checkedBy(b *governance.Ballot) string {
	at := fmt.Sprintf("at block %s", thousands(strconv.FormatUint(b.AtBlock, 10)))
	if b.Nodes > 1 {
		return fmt.Sprintf("%s by %d independent nodes that agree", at, b.Nodes)
	}
	return at + " by one node: nothing here can contradict it"
}

// warn says what to think of before signing.
func (d *chainDraft) warn() []string {
	out := append([]string{}, d.warnings...)
	if d.p.Risk >= governance.Danger.Rank() {
		out = append(out, "This proposal has findings of danger. Read them before you vote.")
	}
	if d.Method == governance.BySignature {
		out = append(out, "The signed ballot has no expiry: it is valid until the vote is used or voting ends, and anyone who has it may relay it. Signing it costs nothing; whoever relays it pays the fee.")
	} else {
		out = append(out, "It is a transaction: public, and it costs a network fee, also where it fails.")
		if d.fee == nil {
			out = append(out, "The fee could not be estimated just now. Look at what the wallet says.")
		}
	}
	if d.choice.Support() == ballot.Split {
		rest := new(big.Int).Sub(d.left, d.choice.Spends())
		if rest.Sign() > 0 {
			out = append(out, fmt.Sprintf("%s of your power stay unused. You can vote with them later, while voting is open.", amountText(rest, &d.g)))
		}
	} else if d.stand.Voted {
		out = append(out, fmt.Sprintf("You voted with part of your power before; that stays. This vote uses the rest, %s.", amountText(d.left, &d.g)))
	}
	if d.Reason != "" {
		out = append(out, "Your reason stands on the chain for ever.")
	}
	return out
}

// feeText writes a fee in the chain's coin.
func feeText(f *governance.Fee) string {
	if f == nil {
		return "not known"
	}
	return fmt.Sprintf("about %s, at most %s of the chain's own coin (%s gas)", coin(f.LikeWei), coin(f.MaxWei), thousands(strconv.FormatUint(f.Gas, 10)))
}

func coin(text string) string {
	number := governance.FormatUnits(wei(text), 18)
	whole, fraction, _ := strings.Cut(number, ".")
	digits := 6
	for digits < len(fraction) && strings.Trim(fraction[:digits], "0") == "" {
		digits++
	}
	if fraction = fraction[:min(digits, len(fraction))]; fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// wei reads a stored amount; what is none is zero.
func wei(text string) *big.Int {
	n, err := ballot.ParseWei(text)
	if err != nil {
		return new(big.Int)
	}
	return n
}

// tokens is an amount in whole tokens, for showing and sorting.
func tokens(n *big.Int, decimals int) float64 {
	f, _ := strconv.ParseFloat(governance.FormatUnits(n, decimals), 64)
	return f
}

func amountText(n *big.Int, g *governance.Governor) string {
	return powerText(tokens(n, g.Token.Decimals), g.Token.Symbol)
}

// whyNone says why an account has no power at a proposal's snapshot, by what
// it has today.
func whyNone(g *governance.Governor, b *governance.Ballot) []string {
	balance, now := wei(b.Balance), wei(b.PowerNow)
	var why []string
	switch {
	case b.Delegate != "" && !ballot.Same(b.Delegate, b.Account):
		why = append(why, fmt.Sprintf("The votes of your tokens are delegated to %s, who votes with them. Your own vote does not count beside it.", b.Delegate))
	case b.Delegate == "" && balance.Sign() > 0 && now.Sign() == 0:
		why = append(why, fmt.Sprintf("Your %s are delegated to nobody. Tokens count only once they are delegated, if only to yourself; doing so now counts for later proposals, not for this one.",
			amountText(balance, g)))
	}
	if now.Sign() > 0 {
		why = append(why, fmt.Sprintf("Voting power counts at %s. This account had none then; the %s that it has now counts for later proposals.", snapshotWords(g.Clock, b.VoteStart), amountText(now, g)))
	}
	if len(why) == 0 {
		symbol := line(g.Token.Symbol)
		if symbol == "" {
			symbol = "votes tokens"
		}
		if balance.Sign() > 0 { // delegated to itself, but too late
			return []string{fmt.Sprintf("Voting power counts at %s. This account had none then.", snapshotWords(g.Clock, b.VoteStart))}
		}
		why = append(why, fmt.Sprintf("This account holds no %s, and nobody delegated any to it.", symbol))
	}
	return why
}

// snapshotWords names the point of a governor's clock.
func snapshotWords(c governance.Clock, at uint64) string {
	number := thousands(strconv.FormatUint(at, 10))
	switch c {
	case governance.ClockSeconds:
		return moment(unixTime(at))
	case governance.ClockL1Blocks:
		return "block " + number + " of Ethereum"
	}
	return "block " + number
}
