package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mandate/governance"
)

func inspection(p governance.Proposal, version int) governance.Inspection {
	clean(&p)
	return governance.Inspection{Ref: p.Ref, ContentHash: p.HashContent(), Version: version, Made: t0(),
		Findings: []governance.Finding{{Rule: "a", Severity: governance.Danger}, {Rule: "b", Severity: governance.Warn}, {Rule: "c", Severity: governance.Warn}},
		Actions:  []governance.Action{{Target: "0x1", Sentence: "Something \x00 happens."}}}
}

func TestInspections(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		open, ended, queued := onChain(testGovernor, 1), onChain(testGovernor, 2), onChain(testGovernor, 3)
		ended.End, ended.Outcome = t0().Add(-time.Hour), governance.Executed
		queued.End, queued.Outcome = t0().Add(-2*time.Hour), governance.Queued
		safe, escaped, idle := proposal(4, "a.eth", -3), proposal(5, "a.eth", -4), proposal(6, "a.eth", -5)
		safe.Plugins, escaped.Plugins, idle.Plugins = json.RawMessage(`{"oSnap":{}}`), json.RawMessage(`{"safe\u0053nap":{}}`), json.RawMessage(`{"quorum":{"note":"safeSnap"}}`)
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{open, ended, queued, safe, escaped, idle}})
		want := func(version int, now time.Time, list ...governance.Proposal) {
			t.Helper()
			var refs, got []governance.Ref
			for _, p := range list {
				refs = append(refs, p.Ref)
			}
			due, err := s.InspectionsDue(ctx, version, now, 9)
			for _, p := range due {
				got = append(got, p.Ref)
			}
			if err != nil || !slices.Equal(got, refs) {
				t.Errorf("due %v, want %v; %v", got, refs, err)
			}
		}
		want(1, t0(), open, ended, queued, safe, escaped)
		if due, err := s.InspectionsDue(ctx, 1, t0(), 1); err != nil || len(due) != 1 || len(due[0].OnChain.Calls) != 1 {
			t.Errorf("%+v %v", due, err)
		}
		if i, err := s.Inspection(ctx, open.Ref); i != nil || err != nil {
			t.Errorf("%+v %v", i, err)
		}
		for _, p := range []governance.Proposal{open, ended, queued, safe, escaped} {
			must(t, s.SaveInspection(ctx, inspection(p, 1)))
		}
		want(1, t0())
		want(2, t0(), open, ended, queued, safe, escaped)
		want(1, t0().Add(10*time.Minute), open)
		want(1, t0().Add(time.Hour), open, queued)

		wantInspection := inspection(open, 1)
		got, err := s.Inspection(ctx, open.Ref)
		if err != nil || cmp.Diff(&wantInspection, got) != "" {
			t.Errorf("%s %v", cmp.Diff(&wantInspection, got), err)
		}
		if p := detail(t, s, open.Ref); p.Risk != 3 {
			t.Errorf("risk %d", p.Risk)
		}
		for _, l := range list(t, s, Filter{Refs: []governance.Ref{open.Ref, idle.Ref}}).Items {
			if has := l.Proposal.Ref == open.Ref; (l.Facts.Dangers == 1) != has || (l.Facts.Warnings == 2) != has || (l.Proposal.Risk == 3) != has {
				t.Errorf("%+v", l)
			}
		}
		facts, err := s.Candidates(ctx, Filter{DAO: testGovernor}, 9)
		if err != nil || len(facts) != 3 || facts[0].Dangers != 1 || facts[0].Warnings != 2 {
			t.Errorf("%+v %v", facts, err)
		}
		// An edit: what was found stands until it is looked at anew.
		changed := open
		changed.Body = "Another text."
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{changed}})
		want(1, t0(), changed)
		wantCode(t, s.SaveInspection(ctx, inspection(open, 1)), governance.Conflict)
		if p := detail(t, s, open.Ref); p.Risk != 3 {
			t.Errorf("risk %d", p.Risk)
		}
		harmless := inspection(changed, 1)
		harmless.Findings = nil
		must(t, s.SaveInspection(ctx, harmless))
		if p := detail(t, s, open.Ref); p.Risk != 0 {
			t.Errorf("risk %d", p.Risk)
		}
		wantCode(t, s.SaveInspection(ctx, governance.Inspection{Ref: "eip155:1:0x1:1"}), governance.NotFound)

		past, err := s.PastProposals(ctx, testGovernor, 9)
		if err != nil || len(past) != 2 || past[0].Ref != queued.Ref || past[1].State != governance.Executed || len(past[1].Calls) != 1 || past[1].Title != ended.Title {
			t.Errorf("%+v %v", past, err)
		}
	})
}

func TestPluginsRemoved(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		p := proposal(1, "a.eth", 5)
		p.Plugins = json.RawMessage(`{"safeSnap":{}}`)
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{p}})
		must(t, s.SaveInspection(context.Background(), inspection(p, 1)))
		p.Plugins = nil
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{p}})
		if got := detail(t, s, p.Ref); got.Risk != 0 || got.Version != 2 {
			t.Errorf("%+v", got)
		}
		if due, err := s.InspectionsDue(context.Background(), 1, t0(), 9); err != nil || len(due) != 0 {
			t.Errorf("%v %v", due, err)
		}
	})
}

func TestTwins(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		must(t, s.SaveGovernor(ctx, governor(testGovernor, "a.eth")))
		check, vote, other, old := proposal(1, "a.eth", -1), onChain(testGovernor, 2), proposal(3, "b.eth", 1), proposal(4, "a.eth", 1)
		vote.Outcome, vote.Body = governance.Queued, strings.Repeat("ä", 30000)
		old.Created = t0().AddDate(0, 0, -200)
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{check, vote, other, old}})
		list, err := s.TwinCandidates(ctx, "a.eth", time.Time{})
		if err != nil || len(list) != 2 || list[0].Ref != vote.Ref || len(list[0].Body) != 40000 || list[1].Body != check.Body || list[0].StateAt(t0()) != governance.Queued {
			t.Errorf("%d %v", len(list), err)
		}
		if list, err := s.TwinCandidates(ctx, "a.eth", old.Created); err != nil || len(list) != 1 || list[0].Ref != old.Ref {
			t.Errorf("%d %v", len(list), err)
		}
		must(t, s.SaveTwins(ctx, check.Ref, []governance.Twin{{Ref: vote.Ref, Match: 0.9, Why: "same title \x00"}, {Ref: check.Ref}, {Ref: "snapshot:x:1", Match: 1}}))
		want := governance.Twin{Ref: vote.Ref, Title: vote.Title, State: governance.Queued, Created: vote.Created, Match: 0.9, Why: "same title \uFFFD"}
		if got, err := s.Twins(ctx, check.Ref); err != nil || cmp.Diff([]governance.Twin{want}, got) != "" {
			t.Errorf("%s %v", cmp.Diff([]governance.Twin{want}, got), err)
		}
		if got, err := s.Twins(ctx, vote.Ref); err != nil || len(got) != 1 || got[0].Ref != check.Ref || got[0].State != governance.Closed {
			t.Errorf("%+v %v", got, err)
		}
		must(t, s.SaveTwins(ctx, vote.Ref, nil))
		if got, err := s.Twins(ctx, check.Ref); err != nil || len(got) != 0 {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func TestNodes(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		const secret = "https://node.example/v2/k3y"
		for _, url := range []string{secret, "http://127.0.0.1:8545", secret} {
			must(t, s.ChooseNode(ctx, 1, url, ada))
		}
		must(t, s.ChooseNode(ctx, 10, secret, ada))
		for _, url := range []string{"", "ftp://x", "https://", "node.example", "https://x/\x00", "https://x/" + strings.Repeat("a", 2000)} {
			err := s.ChooseNode(ctx, 1, url, ada)
			wantCode(t, err, governance.Invalid)
			if err != nil && len(url) > 100 && strings.Contains(err.Error(), "aaa") {
				t.Error("the error quotes the address")
			}
		}
		want := map[uint64][]string{1: {secret, "http://127.0.0.1:8545"}, 10: {secret}}
		if got, err := s.ChosenNodes(ctx); err != nil || cmp.Diff(want, got) != "" {
			t.Errorf("%v %v", got, err)
		}
		var raw []byte
		must(t, s.read.DB.QueryRow(`SELECT url FROM rpc_nodes WHERE chain = 10`).Scan(&raw))
		if strings.Contains(string(raw), "k3y") {
			t.Error("the address is stored in the clear")
		}
		must(t, s.ForgetNode(ctx, 1, secret))
		wantCode(t, s.ForgetNode(ctx, 1, secret), governance.NotFound)
		for n := range maxNodes - 1 {
			must(t, s.ChooseNode(ctx, 1, fmt.Sprintf("https://node%d.example", n), ada))
		}
		wantCode(t, s.ChooseNode(ctx, 1, secret, ada), governance.Invalid)
		_, err := s.write.DB.Exec(`UPDATE rpc_nodes SET chain = 5 WHERE chain = 10`)
		must(t, err)
		_, err = s.ChosenNodes(ctx)
		wantCode(t, err, governance.Denied)
	})
}
