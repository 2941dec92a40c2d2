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
			saved   []int // days before now at which the versions were saved
			stays   bool
		}{
			{"session:gone", []int{300, 100}, false},
			{"session:almost", []int{100 - 1}, true},
			{"session:kept up", []int{300, 200, 1}, true},
			{"0x00000000000000000000000000000000000000aa", []int{900}, true},
			{"SESSION:not one", []int{900}, true},
			{"sessions", []int{900}, true},
			{"session", []int{900}, true},
		}
		for _, tt := range tests {
			for _, days := range tt.saved {
				s.now = func() time.Time { return t0().AddDate(0, 0, -days) }
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
