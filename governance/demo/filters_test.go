package demo_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"mandate/governance/demo"
)

// At the second of a start or an end the state filters match nothing, while
// the field still says pending and active.
func TestStateAtTheBoundary(t *testing.T) {
	for _, tc := range []struct {
		now   int64
		field string
		found string
	}{
		{1999, "pending", "pending"}, {2000, "pending", ""}, {2001, "active", "active"},
		{2999, "active", "active"}, {3000, "active", ""}, {3001, "closed", "closed"},
	} {
		w, ask := hub(t, demo.Config{Empty: true, Now: at(tc.now)})
		w.Add(rows(1, same)...)
		for _, state := range []string{"pending", "active", "closed"} {
			_, a := ask(`query($s:String){proposals(where:{state:$s}){id}}`, map[string]any{"s": state})
			if got := len(ids(t, a, "proposals")) == 1; got != (state == tc.found) {
				t.Errorf("at %d the filter %s finds it: %v", tc.now, state, got)
			}
		}
		_, a := ask(`{proposals{id state}}`, nil)
		if !strings.Contains(a.Raw, `"state":"`+tc.field+`"`) {
			t.Errorf("at %d: %s", tc.now, a.Raw)
		}
		if _, a := ask(`{proposals(where:{state:"odd"}){id}}`, nil); len(ids(t, a, "proposals")) != 1 {
			t.Errorf("an unknown state filters")
		}
	}
}

func TestFilters(t *testing.T) {
	w, ask := hub(t, demo.Config{Empty: true, Now: at(2500)})
	w.AddSpace(demo.Space{ID: "good.dao.eth", Verified: true})
	five := int64(5)
	w.Add(rows(4, func(i int, p *demo.Proposal) {
		switch i {
		case 0:
			p.Space, p.Title, p.Labels = "good.dao.eth", "Fees: 10% OFF", []string{"a", "b"}
		case 1:
			p.Flagged, p.Type, p.Updated = true, "weighted", &five
		case 2:
			p.Author, p.Plugins = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", json.RawMessage(`{"safeSnap":{}}`)
		}
	})...)
	for where, want := range map[string]string{
		`space:"GOOD.dao.eth"`:     "0",
		`space_verified:true`:      "0",
		`title_contains:"10% off"`: "0",
		`title_contains:"FEES_10"`: "",
		`title_contains:"r_w"`:     "321",
		`labels_in:["b","a"]`:      "0",
		`labels_in:["b","c"]`:      "",
		`flagged:true`:             "1",
		`flagged:false`:            "320",
		`type_in:["weighted"]`:     "1",
		`updated_gte:5`:            "1",
		`updated_lt:9`:             "1",
		`author:"0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED"`: "2",
		`plugins_contains:"safesnap"`:                         "2",
		`strategies_contains:"erc20-balance-of"`:              "3210",
		`id_in:[]`:                                            "",
		`app_not_in:[]`:                                       "",
		`app_not:"x"`:                                         "3210",
		`created_gt:0, end_lt:0`:                              "3210",
		`created_in:[1001,1003]`:                              "31",
		`scores_state:""`:                                     "3210",
		`validation:"any"`:                                    "",
	} {
		_, a := ask(`{proposals(where:{`+where+`}){id}}`, nil)
		got := ""
		for _, id := range ids(t, a, "proposals") {
			got += id[len(id)-1:]
		}
		if got != want && !(where == `validation:"any"` && got == "3210") {
			t.Errorf("%s: %q, want %q %.200s", where, got, want, a.Raw)
		}
	}
}

func TestSpaces(t *testing.T) {
	w, ask := hub(t, demo.Config{})
	for query, want := range map[string]string{
		`{space(id:"HARBOR.dao.eth"){id voting{delay period quorum quorumType type} strategies{name network params} treasuries{address} proposalsCount}}`: `"id":"harbor.dao.eth"`,
		`{space(id:"nobody.eth"){id}}`:                                                                                    `{"data":{"space":null}}`,
		`{space(id:"harbor.dao.eth"){strategies{params}}}`:                                                                `"decimals":18`,
		`{spaces(where:{id_in:["brisa.dao.eth"]}){id name activeProposals}}`:                                              `"activeProposals":1`,
		`{spaces(where:{search:"QUILL"}){id}}`:                                                                            `quillnames.dao.eth`,
		`{ranking(first:1){items{id followersCount} metrics{total}}}`:                                                     `{"data":{"ranking":{"items":[{"id":"meridian.dao.eth","followersCount":88120}],"metrics":{"total":14}}}}`,
		`{__schema{queryType{name} types{name}} __type(name:"ProposalWhere"){inputFields{name type{name ofType{name}}}}}`: `{"name":"space_in","type":{"name":null,"ofType":{"name":"String"}}}`,
		`{__type(name:"Proposal"){fields{name type{kind ofType{name}}}}}`:                                                 `{"name":"id","type":{"kind":"NON_NULL","ofType":{"name":"String"}}}`,
		`{proposal(id:"0x0"){id}}`:                                                                                        `{"data":{"proposal":null}}`,
		`query A{spaces(first:1){...S}} fragment S on Space{__typename name}`:                                             `"__typename":"Space"`,
		`{spaces(first:1, orderBy:"id", orderDirection: asc){x:id id voting{delay} voting{period}}}`:                      `"x":"atlasmap.dao.eth","id":"atlasmap.dao.eth","voting":{"delay":86400,"period":518400}`,
	} {
		if status, a := ask(query, nil); status != 200 || !strings.Contains(a.Raw, want) {
			t.Errorf("%s: %d %.400s", query, status, a.Raw)
		}
	}
	if len(w.Spaces()) != 14 {
		t.Errorf("%d spaces", len(w.Spaces()))
	}
}

func TestVotesAndFollows(t *testing.T) {
	_, ask := hub(t, demo.Config{})
	_, a := ask(`{votes(first:1000, where:{vp_gt:1}, orderBy:"vp"){id voter choice vp created space{id} proposal{id type start privacy}} follows(first:1000){id follower space{id name}}}`, nil)
	var votes []struct {
		Voter, ID string
		Choice    json.RawMessage
		VP        float64
		Created   int64
		Proposal  struct {
			Type, Privacy string
			Start         int64
		}
	}
	if err := json.Unmarshal(a.Data["votes"], &votes); err != nil {
		t.Fatalf("%v %.300s", err, a.Raw)
	}
	if len(votes) < 400 || len(ids(t, a, "follows")) != 14*9 {
		t.Errorf("%d votes, %d follows", len(votes), len(ids(t, a, "follows")))
	}
	first := map[string]string{"basic": "123", "single-choice": "12345", "approval": "[", "ranked-choice": "[", "copeland": "[", "weighted": "{", "quadratic": "{"}
	for i, v := range votes {
		allowed := first[v.Proposal.Type]
		if v.Proposal.Privacy == "shutter" {
			allowed = `"`
		}
		if !strings.Contains(allowed, string(v.Choice[:1])) || v.Created <= v.Proposal.Start || i > 0 && v.VP > votes[i-1].VP {
			t.Errorf("%s: %s on %s, power %v", v.ID, v.Choice, v.Proposal.Type, v.VP)
		}
	}
	_, a = ask(fmt.Sprintf(`{votes(where:{voter:%q}){id}}`, strings.ToUpper(votes[0].Voter[:2])+votes[0].Voter[2:]), nil)
	if len(ids(t, a, "votes")) == 0 {
		t.Errorf("the voter in another case is not found: %.200s", a.Raw)
	}
}

func TestEditsAndDeletions(t *testing.T) {
	for gen, votes := range map[demo.Generation]string{demo.Old: `{"data":{"votes":[{"id":"v","proposal":null}]}}`, demo.Latest: `{"data":{"votes":[]}}`} {
		w, ask := hub(t, demo.Config{Empty: true, Generation: gen})
		w.Add(rows(3, same)...)
		ps := w.Proposals()
		w.AddVotes(demo.Vote{ID: "v", Proposal: ps[0].ID, Space: ps[0].Space, Voter: "0x01", Choice: json.RawMessage("1"), VP: 1})
		if !w.Edit(ps[1].ID, func(p *demo.Proposal) { p.Title = "Edited" }) || w.Edit("0x9", func(*demo.Proposal) {}) {
			t.Error("edit tells wrongly what exists")
		}
		if _, a := ask(`query($id:String!){proposal(id:$id){title}}`, map[string]any{"id": ps[1].ID}); !strings.Contains(a.Raw, "Edited") {
			t.Errorf("after the edit: %s", a.Raw)
		}
		if !w.Delete(ps[0].ID) || w.Delete(ps[0].ID) {
			t.Error("delete tells wrongly what exists")
		}
		if _, a := ask(`{votes{id proposal{id}}}`, nil); a.Raw != votes {
			t.Errorf("votes of a deleted proposal: %s", a.Raw)
		}
		w.DeleteSpace("tests.dao.eth")
		_, a := ask(`{space(id:"tests.dao.eth"){id} proposals{id space{id name}}}`, nil)
		if n := len(ids(t, a, "proposals")); n != map[demo.Generation]int{demo.Old: 2, demo.Latest: 0}[gen] || string(a.Data["space"]) != "null" {
			t.Errorf("generation %d after the space is gone: %s", gen, a.Raw)
		}
	}
}

// A count that was running turns final a minute after the end, without a
// change of the row.
func TestCountsTurnFinal(t *testing.T) {
	for now, want := range map[int64]string{3000: "pending", 3060: "pending", 3061: "final"} {
		w, ask := hub(t, demo.Config{Empty: true, Now: at(now)})
		w.Add(rows(1, func(_ int, p *demo.Proposal) { p.ScoresState = "pending" })...)
		_, a := ask(`query($s:String){proposals(where:{scores_state:$s}){scores_state}}`, map[string]any{"s": want})
		if !strings.Contains(a.Raw, want) {
			t.Errorf("at %d: %s", now, a.Raw)
		}
	}
}
