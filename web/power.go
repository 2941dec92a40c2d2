package web

import (
	"context"
	"time"

	"mandate/governance"
)

// maxPowers is how many readings of voting power an account has at once.
const maxPowers = 30

// power is an account's voting power for a proposal. What is kept is free;
// the hub is asked sixty times a minute at most for one account, so that
// nobody spends what the hub allows to all.
func (s *Server) power(ctx context.Context, account string, ref governance.Ref) (governance.PowerReport, error) {
	if kept, ok := s.Agent.KeptPower(account, ref); ok {
		return kept, nil
	}
	if !s.powers.take(account, s.Now()) {
		return governance.PowerReport{}, &governance.Error{Code: governance.Limited, Wait: 10 * time.Second,
			Message: "You asked for your voting power too often in the last minute. Try again in a moment."}
	}
	return s.Agent.PowerFor(ctx, account, ref)
}
