package snapshot

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"mandate/governance"
	"mandate/governance/demo"
)

func TestSpaces(t *testing.T) {
	for name, gen := range generations {
		t.Run(name, func(t *testing.T) {
			h, w := world(t, demo.Config{Generation: gen})
			var ids []string
			for i := range 150 {
				id := fmt.Sprintf("s%03d.eth", i)
				ids = append(ids, id)
				w.AddSpace(demo.Space{ID: id, Name: "Space " + id, Admins: []string{"0x1"}, Treasuries: []demo.Treasury{{Name: "Main", Address: "0x2", Network: "1"}},
					DelegationPortal: &demo.DelegationPortal{Type: "split-delegation"}, Verified: true})
			}
			w.Add(demo.Proposal{ID: "0x1", Space: "s001.eth", Title: "T", Created: 5})
			w.DeleteSpace("s149.eth")
			got, err := h.Spaces(context.Background(), append(ids, "unknown.eth", ""))
			if err != nil || len(got) != 149 || w.Requests().Total != 2 {
				t.Fatalf("%d spaces in %d requests, err %v", len(got), w.Requests().Total, err)
			}
			s := got[slices.IndexFunc(got, func(s governance.Space) bool { return s.ID == "s001.eth" })]
			if s.Name != "Space s001.eth" || s.DelegationType != "split-delegation" || len(s.Treasuries) != 1 || s.ProposalsCount != 1 || !s.Verified || !s.Seen.Equal(testNow) {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestFollows(t *testing.T) {
	h, w := world(t, demo.Config{})
	const me, other = "0x1111111111111111111111111111111111111111", "0x2222222222222222222222222222222222222222"
	for i := range 1200 {
		space := fmt.Sprintf("s%04d.eth", i)
		w.AddSpace(demo.Space{ID: space})
		w.AddFollows(demo.Follow{ID: fmt.Sprintf("0x%064x", i), Follower: me, Space: space, Network: "s", Created: int64(1000 + i/3)})
	}
	w.AddFollows(demo.Follow{ID: "0xother", Follower: other, Space: "x.eth", Network: "s", Created: 7})
	got, err := h.Follows(context.Background(), me)
	if err != nil || len(got) != 1200 || slices.Contains(got, "x.eth") {
		t.Errorf("%d spaces, err %v", len(got), err)
	}
}

func TestDefaultSpaces(t *testing.T) {
	list := DefaultSpaces()
	if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) || len(list) < 28 {
		t.Errorf("%d spaces, sorted %v", len(list), slices.IsSorted(list))
	}
}

// A hub that keeps lying is an error, and what was stored stays the truth.
func TestReadLies(t *testing.T) {
	for _, fault := range []demo.Fault{demo.FaultRepeatedPage, demo.FaultUnordered, demo.FaultDuplicates, demo.FaultShortPage} {
		t.Run(string(fault), func(t *testing.T) {
			h, w := world(t, demo.Config{}, func(c *Config) { c.PageSize = 50 })
			w.Add(demo.Synthetic(230, 8)...)
			w.FailAll(fault)
			m := newMirror()
			var failed error
			for range 20 {
				b, err := h.Read(context.Background(), everything, m.cursor)
				if failed = err; err != nil || b.Done {
					break
				}
				m.apply(b)
			}
			if fault == demo.FaultRepeatedPage && (governance.CodeOf(failed) != governance.Upstream || len(m.rows) != 50) {
				t.Errorf("%d rows, err %v", len(m.rows), failed)
			}
			w.FailAll(demo.FaultNone)
			m.catchUp(t, h, everything, 0)
			m.wantAll(t, w)
		})
	}
}
