package web

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"mandate/governance"
	"mandate/views"
)

// namesKept is how long the names of governors are kept: every page has the
// state of the sources, and none should ask the database for it.
const namesKept = 30 * time.Second

// sourceNames keeps the names of the governors that are read, by source.
type sourceNames struct {
	mu     sync.Mutex
	byID   map[string]string
	loaded time.Time
}

// governorNames are the names of governors, "Basalt on Ethereum"; what could
// not be read is left as it was.
func (s *Server) governorNames(ctx context.Context) map[string]string {
	k := &s.sourceNames
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := time.Now(); now.Sub(k.loaded) > namesKept {
		if list, err := s.Store.Governors(ctx); err == nil {
			k.byID, k.loaded = governorNames(list), now
		}
	}
	return k.byID
}

// governorNames tells governors of one DAO on one chain apart by address.
func governorNames(list []governance.Governor) map[string]string {
	name := func(g *governance.Governor) string {
		return views.Clip(plainLine(cmp.Or(g.DAOName, g.Name, "Governor")), 40) + " on " + chain(strconv.FormatUint(g.Chain, 10))
	}
	count := map[string]int{}
	for i := range list {
		count[name(&list[i])]++
	}
	out := make(map[string]string, len(list))
	for i := range list {
		g := &list[i]
		out[g.ID] = name(g)
		if count[out[g.ID]] > 1 {
			out[g.ID] += ", " + views.ShortAddress(g.Address)
		}
	}
	return out
}

// sourceName is "Snapshot, hub.example.org" for the source "snapshot", and a
// governor's name for its id.
func (s *Server) sourceName(ctx context.Context, source string) string {
	if id, address, err := governance.ParseGovernorID(source); err == nil {
		return cmp.Or(s.governorNames(ctx)[source], "Governor "+views.ShortAddress(address)+" on "+chain(strconv.FormatUint(id, 10)))
	}
	name, _, _ := strings.Cut(source, ":")
	if name == "" {
		return source
	}
	name = strings.ToUpper(name[:1]) + name[1:]
	if host := s.Sources[source]; host != "" {
		name += ", " + host
	}
	return name
}
