package store

import (
	"context"
	"testing"
	"time"

	"mandate/governance"
)

func TestForget(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		tests := []struct {
			subject string
			saved   []time.Duration // how long before now each version was saved
			stays   bool
		}{
			{"session:gone", []time.Duration{300, 100}, false},
			{"session:almost", []time.Duration{100 - 1}, true},
			{"session:kept up", []time.Duration{300, 200, 1}, true},
			{"0x00000000000000000000000000000000000000aa", []time.Duration{900}, true},
			{"SESSION:not one", []time.Duration{900}, true},
			{"sessions", []time.Duration{900}, true},
			{"session", []time.Duration{900}, true},
		}
		for _, tt := range tests {
			for _, days := range tt.saved {
				s.now = func() time.Time { return t0().Add(-24 * time.Hour * days) }
				if _, err := s.SaveValues(ctx, tt.subject, governance.Values{Statement: "x"}); err != nil {
					t.Fatal(err)
				}
			}
		}
		s.now = t0
		for _, want := range []Forgotten{{Values: 2}, {}} {
			if f, err := s.Forget(ctx); err != nil || f != want {
				t.Errorf("%+v, want %+v; %v", f, want, err)
			}
		}
		for _, tt := range tests {
			want := 0
			if tt.stays {
				want = len(tt.saved)
			}
			if v, err := s.Values(ctx, tt.subject); err != nil || v.Version != want {
				t.Errorf("%s: version %d, want %d; %v", tt.subject, v.Version, want, err)
			}
		}
	})
}
