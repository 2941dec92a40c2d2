package agent

import (
	"context"
	"time"

	"mandate/governance"
)

const (
	spacesAge    = 24 * time.Hour // after which settings are read again
	spacesAtOnce = 500            // five requests at the hub
)

// SpacesOnce reads the settings of spaces in scope that were not asked for
// since yesterday, at most 500, and returns how many it stored. Without a venue
// that has any it does nothing. It returns the venue's and the store's errors.
func (a *Agent) SpacesOnce(ctx context.Context, v governance.Venue) (int, error) {
	reader, ok := v.(SpaceReader)
	if !ok {
		return 0, nil
	}
	ids, err := a.spacesDue(ctx)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	now := a.now()
	spaces, err := reader.Spaces(ctx, ids)
	if err != nil {
		a.restSpaces(v.Source(), err)
		return 0, err
	}
	if _, err := a.Store.Apply(ctx, v.Source(), governance.Batch{Spaces: spaces, Requests: (len(ids) + 99) / 100}); err != nil {
		return 0, err
	}
	a.change(func(s *state) {
		delete(s.failures, v.Source()+" spaces")
		for _, id := range ids {
			s.spaces[id] = now
		}
		for i := range spaces {
			s.expected[spaces[i].ID] = spaces[i].ProposalsCount
		}
	})
	return len(spaces), nil
}

// restSpaces leaves the settings alone for a while after a failure. Proposals
// are read all the same.
func (a *Agent) restSpaces(source string, err error) {
	key := source + " spaces"
	a.state.do(func(s *state) {
		s.failures[key]++
		s.next[key] = a.now().Add(pauseAfter(err, s.failures[key]))
	})
}

// spacesDue lists the spaces whose settings are not known or old.
func (a *Agent) spacesDue(ctx context.Context) ([]string, error) {
	want := a.Scope.Spaces
	if a.Scope.All {
		daos, err := a.Store.DAOs(ctx, a.now())
		if err != nil {
			return nil, err
		}
		want = nil
		for _, d := range daos {
			want = append(want, d.ID)
		}
	}
	var due []string
	a.state.do(func(s *state) {
		for _, id := range want {
			if a.now().Sub(s.spaces[id]) > spacesAge && len(due) < spacesAtOnce {
				due = append(due, id)
			}
		}
	})
	return due, nil
}
