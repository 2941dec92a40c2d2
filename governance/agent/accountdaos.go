package agent

import (
	"context"
	"errors"
	"slices"
	"strings"

	"mandate/governance"
)

// daosOf lists the DAOs to look at, most likely ones first.
func (a *Agent) daosOf(ctx context.Context, h *holdings) (ids []string, failed error) {
	if f, ok := a.Hub.(Follower); ok {
		ids, failed = f.Follows(ctx, h.account)
	}
	voted, err := a.Store.VotedDAOs(ctx, h.account)
	failed = errors.Join(failed, err)
	for _, id := range append(ids, voted...) {
		h.known[id] = true
	}
	ids = append(ids, voted...)
	for id := range h.old {
		ids = append(ids, id)
		if failed != nil { // whether it is followed is not known now
			h.known[id] = true
		}
	}
	slices.Sort(ids[len(ids)-len(h.old):])
	all, err := a.Store.SpaceIDs(ctx)
	if len(all) <= daosSearch {
		ids = append(ids, all...)
	}
	ids = unique(ids)
	return ids[:min(len(ids), daosMost)], errors.Join(failed, err)
}

// spacesOf returns the settings of spaces: from the store, and of the others
// from the hub, which are not stored, because nobody chose to follow them here.
// Those that do not exist are left out; with an error, those that could not be
// read have their id alone.
func (a *Agent) spacesOf(ctx context.Context, ids []string) ([]governance.Space, error) {
	found := map[string]governance.Space{}
	var missing []string
	for _, id := range ids {
		dao, err := a.Store.DAO(ctx, id, a.now())
		switch {
		case err == nil && dao.Space != nil && !dao.Space.Seen.IsZero():
			found[id] = *dao.Space
		case strings.HasPrefix(id, "eip155:"): // a DAO of a governor alone
		case err == nil || governance.CodeOf(err) == governance.NotFound:
			missing = append(missing, id)
		default:
			return nil, err
		}
	}
	var failed error
	if reader, ok := a.Hub.(SpaceReader); ok && len(missing) > 0 {
		var read []governance.Space
		read, failed = reader.Spaces(ctx, missing)
		for _, s := range read {
			found[s.ID] = s
		}
	}
	out := make([]governance.Space, 0, len(ids))
	for _, id := range ids {
		if s, ok := found[id]; ok {
			out = append(out, s)
		} else if failed != nil {
			out = append(out, governance.Space{ID: id})
		}
	}
	return out, failed
}

func unique(ids []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(ids, func(id string) bool {
		twice := seen[id] || id == ""
		seen[id] = true
		return twice
	})
}

// spaceOf returns the settings of a DAO's space.
func (a *Agent) spaceOf(ctx context.Context, id string) (governance.Space, error) {
	if id != "" {
		spaces, err := a.spacesOf(ctx, []string{id})
		if err != nil {
			return governance.Space{}, err
		}
		if len(spaces) > 0 {
			return spaces[0], nil
		}
	}
	return governance.Space{}, governance.Errorf(governance.NotFound, "Nothing is known here of a DAO %s.", line(id))
}
