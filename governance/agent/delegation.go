package agent

import (
	"context"
	"time"

	"mandate/governance"
)

// submitTransaction takes the hash of a transaction that the wallet sent.
func (a *Agent) submitTransaction(context.Context, governance.Intent, Signed) (governance.Intent, error) {
	return governance.Intent{}, governance.Errorf(governance.Denied, "Delegations cannot be sent from here yet.")
}

// followTransaction looks for a sent transaction on its chain and returns when
// to look again, 0 = never.
func (a *Agent) followTransaction(context.Context, *governance.Intent) (time.Duration, error) {
	return 0, nil
}
