package agent

import (
	"testing"
	"time"

	"mandate/governance/governancetest/govkit"
)

// A governor at which nothing happens is left alone for five minutes, one at
// which something did is visited at every turn, and on chains of one's own,
// which are read more often than every minute, all are.
func TestTurnsOfGovernors(t *testing.T) {
	r := newChainRig(t, govkit.OZ4)
	r.agent.Detector = r.reads
	requests := func() (n int64) {
		t.Helper()
		if err := r.agent.governorsJob(t.Context(), GovernorsArgs{}); err != nil {
			t.Fatal(err)
		}
		health, err := r.store.Health(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range health {
			if h.Source == r.gov.ID {
				n = h.Requests
			}
		}
		return n
	}
	r.Pay("# Lamps\n\nOne ether.")
	r.Mine(80)
	first := requests()
	if found, err := r.store.Counts(t.Context(), r.clock.now()); err != nil || found.Proposals != 1 {
		t.Fatalf("%+v, %v: the proposal was not read", found, err)
	}
	idle := requests()
	r.Mine(80)
	if again := requests(); again != idle {
		t.Errorf("visited while it rests: %d requests, then %d", idle, again)
	}
	r.clock.move(quietPause + time.Second)
	r.Mine(80)
	later := requests()
	if later == idle || idle < first {
		t.Errorf("not visited after the rest: %d, %d, %d requests", first, idle, later)
	}
	r.agent.Interval = 5 * time.Second
	r.clock.move(quietPause + time.Second)
	for range 3 {
		r.Mine(80)
		if now := requests(); now == later {
			t.Error("not visited at its turn")
		} else {
			later = now
		}
	}
}
