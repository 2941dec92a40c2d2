package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
)

// votesRig has one signed-in account with votes on two proposals of the hub
// and on one that is not stored.
func votesRig(t *testing.T) (*rig, account, *visitor) {
	t.Helper()
	a := newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a))
	now := r.clock.now()
	r.world.Add(
		demo.Proposal{ID: "0x1", Space: "one.eth", Title: "=cmd|' /C calc'!A0", Type: "basic", Choices: []string{"For", "<b>Against</b>"}, Created: now.Unix() - 1000, Start: now.Unix() - 900, End: now.Unix() + 1000, Symbol: "ONE"},
		demo.Proposal{ID: "0x2", Space: "one.eth", Title: "Secret ballot", Type: "single-choice", Privacy: "shutter", Choices: []string{"Red", "Blue"}, Created: now.Unix() - 1000, Start: now.Unix() - 900, End: now.Unix() + 1000},
	)
	r.fill()
	r.votes(a,
		governance.Vote{ID: "0xaa", Ref: "snapshot:one.eth:0x1", Choice: json.RawMessage("2"), Reason: "+because <i>it</i> is, \"so\"", App: "mandate", Power: 12.5, State: "pending", Created: now.Add(-time.Minute), IPFS: "bafkrei1"},
		governance.Vote{ID: "0xbb", Ref: "snapshot:one.eth:0x2", Choice: json.RawMessage(`"0x` + strings.Repeat("ab", 192) + `"`), Power: 3, State: "final", Created: now.Add(-2 * time.Minute)},
		governance.Vote{ID: "0xcc", Ref: "snapshot:gone.eth:0x3", Choice: json.RawMessage("[1,2]"), Power: 1, State: "final", Created: now.Add(-3 * time.Minute)})
	return r, a, r.visitor(t).signsIn(a)
}

func (r *rig) votes(a account, list ...governance.Vote) {
	r.t.Helper()
	for i := range list {
		list[i].Voter, list[i].DAO = a.address, list[i].Ref.Space()
	}
	if err := r.store.SaveVotes(r.t.Context(), a.address, list, r.clock.now()); err != nil {
		r.t.Fatal(err)
	}
}

func TestVotesPage(t *testing.T) {
	r, a, v := votesRig(t)
	// The shielded one was cast from here, so the choice is known here alone.
	r.intent(a, governance.ActVote, governance.IntentConfirmed, func(in *governance.Intent) {
		in.Ref, in.Digest, in.Choice, in.Method = "snapshot:one.eth:0x2", "0xbb", json.RawMessage("2"), governance.BySignature
		in.Receipt = &governance.Receipt{ID: "0xbb", IPFS: "bafkrei2", Relayer: personA, Verified: true, At: in.Created, ReadBack: in.Created}
	})
	html := v.sees("/votes")
	for _, want := range []string{
		"You have voted 3 times.", "&lt;b&gt;Against&lt;/b&gt;", "12.5 ONE", "may still change", "+because &lt;i&gt;it&lt;/i&gt; is", "bafkrei1",
		"Hidden until the end", "You chose", "Blue", "known here only", "the relayer&#39;s signature is right", "bafkrei2", "Read back", "From here",
		"A proposal that is not read here", "Choice [1,2]", "All as CSV", "All as JSON", "3 votes", `href="/proposals/snapshot:one.eth:0x1"`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(html, "Older votes") || strings.Contains(html, "0xababab") {
		t.Error("shows a next page, or a ciphertext")
	}
	if strings.Contains(html, "Done, and read back") {
		t.Error("tells of a vote twice: above the list and in it")
	}
	r.clock.move(time.Hour)
	if html = v.sees("/votes"); !strings.Contains(html, "Still encrypted") {
		t.Error("a vote that was never opened is not said to be so")
	}
}

func TestVotesEmpty(t *testing.T) {
	a := newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a))
	v := r.visitor(t).signsIn(a)
	if html := v.sees("/votes"); !strings.Contains(html, "Your votes have not been read yet.") || strings.Contains(html, "votes.csv") {
		t.Error("unread")
	}
	r.votes(a)
	if html := v.sees("/votes"); !strings.Contains(html, "You have not voted yet.") || !strings.Contains(html, "No vote of this account at Snapshot") {
		t.Error("read, but none")
	}
	r.agent.Hub = r.venue
	if got := v.post("/votes", map[string][]string{"do": {"read"}}); got.StatusCode != 303 || got.Header.Get("Location") != "/votes" {
		t.Errorf("%d", got.StatusCode)
	}
	if html := v.sees("/votes"); !strings.Contains(html, "Your votes are being read") {
		t.Error("being read")
	}
	for path, want := range map[string]string{"/votes.json": "[]\n", "/api/v1/me/votes": `{"items":[],"next_cursor":null,"total":0}` + "\n"} {
		if got := v.get(path); got.body != want {
			t.Errorf("%s: %q", path, got.body)
		}
	}
}

func TestVotesPages(t *testing.T) {
	r, a, v := votesRig(t)
	var more []governance.Vote
	for i := range 120 {
		more = append(more, governance.Vote{ID: fmt.Sprintf("0x%04x", i), Ref: governance.Ref(fmt.Sprintf("snapshot:many.eth:0x%d", i)), Choice: json.RawMessage("1"), Created: r.clock.now().Add(-time.Duration(i+1) * time.Hour)})
	}
	r.votes(a, more...)
	path, rows, pages := "/votes", 0, 0
	for path != "" && pages < 10 {
		html := v.sees(path)
		rows, pages = rows+strings.Count(html, "data-item"), pages+1
		_, rest, found := strings.Cut(html, `rel="next" href="`)
		path, _, _ = strings.Cut(rest, `"`)
		if !found {
			path = ""
		}
		path = strings.ReplaceAll(path, "&amp;", "&")
	}
	if rows != 123 || pages != 3 {
		t.Errorf("%d votes on %d pages", rows, pages)
	}
	if got := v.get("/votes?cursor=x"); got.StatusCode != 400 {
		t.Errorf("a cursor of nobody: %d", got.StatusCode)
	}
	api := v.get("/api/v1/me/votes?dao=many.eth&limit=7")
	var out apiList[governance.Vote]
	if err := json.Unmarshal([]byte(api.body), &out); err != nil || len(out.Items) != 7 || out.Total != 120 || out.NextCursor == nil {
		t.Errorf("%.300s %v", api.body, err)
	}
	for _, bad := range []string{"limit=0", "limit=x", "limit=201", "ref=nonsense", "cursor=%00"} {
		if got := v.get("/api/v1/me/votes?" + bad); got.StatusCode != 400 {
			t.Errorf("%s: %d %s", bad, got.StatusCode, got.body)
		}
	}
	if rows := readCSV(t, v.sees("/votes.csv")); len(rows) != 124 {
		t.Errorf("%d rows", len(rows))
	}
}

func readCSV(t *testing.T, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestVotesExports(t *testing.T) {
	_, a, v := votesRig(t)
	got := v.get("/votes.csv")
	if kind, name := got.Header.Get("Content-Type"), got.Header.Get("Content-Disposition"); !strings.HasPrefix(kind, "text/csv") || !strings.Contains(name, strings.ToLower(a.address)) || !strings.HasPrefix(name, "attachment") || got.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%s %s", kind, name)
	}
	rows := readCSV(t, got.body)
	if len(rows) != 4 {
		t.Fatalf("%q", rows)
	}
	first := map[string]string{}
	for i, name := range rows[0] {
		first[name] = rows[1][i]
	}
	for name, want := range map[string]string{"title": "'=cmd|' /C calc'!A0", "reason": `'+because <i>it</i> is, "so"`, "choice": "<b>Against</b>", "choice_json": "2", "power": "12.5", "message_id": "0xaa", "proposal": "snapshot:one.eth:0x1"} {
		if first[name] != want {
			t.Errorf("%s is %q, want %q", name, first[name], want)
		}
	}
	var list []exportedVote
	if err := json.Unmarshal([]byte(v.sees("/votes.json")), &list); err != nil || len(list) != 3 || list[0].Chosen != "<b>Against</b>" || list[0].Reason[0] != '+' || list[1].Chosen != "Hidden until the end" {
		t.Errorf("%+v, %v", list, err)
	}
}

// No cell of an export can be a formula.
func TestCells(t *testing.T) {
	for _, s := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1", "＝1", "|x", "%x"} {
		if got := cell(s); got != "'"+s {
			t.Errorf("%q becomes %q", s, got)
		}
	}
	for _, s := range []string{"", "For", "0xaa", `{"1":2}`, "12.5", "[1,2]", "2026-01-01T00:00:00Z", "a=1"} {
		if got := cell(s); got != s {
			t.Errorf("%q becomes %q", s, got)
		}
	}
}

func TestIntentsAPI(t *testing.T) {
	r, a, v := votesRig(t)
	r.intent(a, governance.ActVote, governance.IntentSigned, func(in *governance.Intent) { in.Ref = "snapshot:one.eth:0x1" })
	r.intent(a, governance.ActDelegate, governance.IntentConfirmed)
	r.intent(newAccount(t), governance.ActDelegate, governance.IntentSent)
	for query, want := range map[string]int{"": 2, "?live=true": 1, "?live=false": 1, "?ref=snapshot:one.eth:0x1": 1, "?limit=1": 1} {
		var out apiList[governance.Intent]
		got := v.get("/api/v1/me/intents" + query)
		if err := json.Unmarshal([]byte(got.body), &out); err != nil || len(out.Items) != want {
			t.Errorf("%q: %s, %v", query, got.body, err)
		}
	}
	if got := v.get("/api/v1/me/intents?live=maybe"); got.StatusCode != 400 {
		t.Errorf("%d", got.StatusCode)
	}
	if html := v.sees("/votes"); !strings.Contains(html, "Your vote on “=cmd") || !strings.Contains(html, "nothing has to be signed twice") {
		t.Error("the vote on its way is not shown")
	}
}
