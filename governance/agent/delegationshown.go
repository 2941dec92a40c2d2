package agent

import (
	"context"
	"encoding/json"
	"strconv"

	"mandate/governance"
	"mandate/governance/ballot"
)

// act is what the intent does, and whom it names.
func (o *order) act() (governance.Act, string) {
	switch {
	case o.Method == governance.DelegateToken:
		return governance.ActToken, o.Delegate
	case o.clear:
		return governance.ActUndelegate, ""
	}
	return governance.ActDelegate, o.Delegate
}

// prepareTransaction stores an armed intent of a transaction and returns what
// the wallet is asked.
func (a *Agent) prepareTransaction(ctx context.Context, o *order) (governance.Prepared, error) {
	tx := governance.Transaction{ChainID: o.rule.Chain, From: o.Account, To: o.rule.Contract, Data: o.data, Value: "0x0"}
	fee, err := a.feeOf(ctx, tx, "delegation")
	if err != nil {
		return governance.Prepared{}, err
	}
	tx.Fee, o.fee = fee, fee
	raw, err := json.Marshal(txPayload{Transaction: tx, Kind: o.Method, Entry: o.entry})
	if err != nil {
		return governance.Prepared{}, governance.Wrap(governance.Internal, err, "encode a transaction")
	}
	now := a.now()
	i := governance.Intent{ID: newID(), Owner: ballot.Lower(o.Owner), Voter: o.Account, Method: governance.ByTransaction, DAO: o.DAO, Chain: o.rule.Chain,
		State: governance.IntentArmed, Payload: raw, Created: now, Expires: now.Add(signWithin)}
	i.Act, i.Target = o.act()
	if o.All {
		i.DAO = ""
	}
	if err := a.Store.AddIntent(ctx, i); err != nil {
		return governance.Prepared{}, err
	}
	return governance.Prepared{ID: i.ID, Transaction: &tx, Expires: i.Expires, Shown: o.shown(), Warnings: append(o.warnings,
		"Power counts as it stood at each proposal's own block: this changes nothing for proposals that exist already.",
		"It is a transaction: public, and it costs a network fee.")}, nil
}

// shown says in people's words what the call does.
func (o *order) shown() [][2]string {
	return append(o.does(), [2]string{"From", o.Account}, [2]string{"Contract", o.rule.Contract}, [2]string{"Chain", strconv.FormatUint(o.rule.Chain, 10)},
		[2]string{"Value", "0"}, [2]string{"Call", o.data}, [2]string{"Network fee", feeText(o.fee)})
}

// does says what a delegation does, where, and what that means there.
func (o *order) does() [][2]string {
	does, where := "Delegate your voting power to "+o.Delegate, named(o.space.Name, o.DAO)
	if o.clear {
		does = "End your delegation"
	}
	if o.All {
		where = "All spaces"
	}
	rows := [][2]string{{"What it does", does}, {"Where", where}}
	if o.now != "" {
		rows = append(rows, [2]string{"Delegate until now", o.now})
	}
	if o.rule.Text != "" && !o.All {
		rows = append(rows, [2]string{"What it means here", o.rule.Text})
	}
	return rows
}
