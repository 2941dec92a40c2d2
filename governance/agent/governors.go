package agent

import (
	"context"

	"mandate/governance"
)

// Detector finds out what stands at an address, and reads what it found:
// governor.Governors.
type Detector interface {
	Detect(ctx context.Context, chain uint64, address string) (governance.Governor, error)
	Changed(ctx context.Context, g governance.Governor) (bool, error)
	Venue(g governance.Governor, watch []string) governance.Venue
}
