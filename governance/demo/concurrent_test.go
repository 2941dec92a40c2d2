package demo_test

import (
	"sync"
	"testing"

	"mandate/governance/demo"
)

// Rows may be added, edited and deleted while clients read.
func TestChangesWhileServing(t *testing.T) {
	w, ask := hub(t, demo.Config{Empty: true})
	w.Add(rows(100, same)...)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 20 {
				ps := rows(1, func(_ int, p *demo.Proposal) { p.ID = string(rune('a'+i)) + string(rune('a'+j)) })
				w.Add(ps...)
				w.Edit(ps[0].ID, func(p *demo.Proposal) { p.Title = "Edited" })
				if status, _ := ask(`{proposals(first:1000){id title space{id proposalsCount}} spaces{id proposalsCount activeProposals}}`, nil); status != 200 {
					t.Errorf("status %d", status)
				}
				w.Delete(ps[0].ID)
			}
		})
	}
	wg.Wait()
	if n := len(w.Proposals()); n != 100 {
		t.Errorf("%d rows stayed", n)
	}
}
