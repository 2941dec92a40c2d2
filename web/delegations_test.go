package web

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/demo"
)

const (
	personA = "0x84f35851d35A1fE0Ad6Af36C0F7b8F6bC8a08B6E"
	tokenA  = "0xC18360217D8F7Ab5e7c516566761Ea12Ce7F9D72"
)

// delegationsRig has one signed-in account, and what was read about it.
func delegationsRig(t *testing.T, list ...governance.Delegation) (*rig, account, *visitor) {
	t.Helper()
	a := newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a), func(c *Config) { c.ChainIDs = []uint64{1} })
	for i := range list {
		list[i].Account, list[i].Read = a.address, r.clock.now().Add(-40*time.Second)
	}
	if err := r.store.SaveDelegations(t.Context(), a.address, list); err != nil {
		t.Fatal(err)
	}
	return r, a, r.visitor(t).signsIn(a)
}

func registryRule(override bool) governance.DelegationRule {
	return governance.DelegationRule{Kind: governance.DelegateRegistry, Contract: ballot.RegistryV1, Chain: 1, Override: override, Cause: "delegation", Text: "Your delegate votes with your power."}
}

func tokenRule() governance.DelegationRule {
	return governance.DelegationRule{Kind: governance.DelegateToken, Contract: tokenA, Chain: 1, Cause: "erc20-votes", Text: "Power follows the token."}
}

func someDelegations() []governance.Delegation {
	return []governance.Delegation{
		{DAO: "harbour.eth", DAOName: "Harbour", Rules: []governance.DelegationRule{registryRule(true)}, Power: 1240, Symbol: "HRB", Held: []governance.Holder{{Address: personA, Name: "per<son>.eth", Kind: governance.DelegateRegistry, Share: 1}}},
		{DAO: "lantern.eth", DAOName: "Lantern", Rules: []governance.DelegationRule{tokenRule()}, Symbol: "LAN"},
		{DAO: "quay.eth", DAOName: "Quay", Rules: []governance.DelegationRule{{Kind: governance.DelegateNone, Override: true, Text: "Delegating changes nothing here."}}, Power: 3, Symbol: "Q"},
		{DAO: "split.eth", DAOName: "Split", Rules: []governance.DelegationRule{{Kind: governance.DelegateSplit, Contract: ballot.SplitV2, Chain: 1, Text: "Parts."}}, PowerError: "The Snapshot hub cannot be reached.", ChainError: "No node is set up for Gnosis (MANDATE_RPC_100)."},
		{DAO: "wide.eth", DAOName: "Wide", Rules: []governance.DelegationRule{registryRule(false)}, Power: 2, PowerState: "pending", Held: []governance.Holder{{Address: personA, Kind: governance.DelegateRegistry, All: true, Share: 1}}, Delegators: []governance.Holder{{Address: tokenA}, {Address: personA}}},
	}
}

func TestDelegationsPage(t *testing.T) {
	_, a, v := delegationsRig(t, someDelegations()...)
	html := v.sees("/delegations")
	for _, want := range []string{
		"A delegate votes for you in two DAOs. You vote in one DAO. Nobody votes for you in one DAO. In one DAO that is not known.",
		"1,240 HRB", "per&lt;son&gt;.eth", "overrides a delegate&#39;s", "does not override a delegate&#39;s", "2 accounts", "may still change",
		"The Snapshot hub cannot be reached.", "MANDATE_RPC_100", "by your entry for all spaces",
		`data-act="set" data-method="registry" data-chain="1" data-contract="` + ballot.RegistryV1 + `"`, "Take it back", "Set a delegate for ALL spaces", "Remove the delegate for ALL spaces", "Type ALL",
		`data-act="self" data-method="token"`, "Nothing can be changed from here.", "Delegating changes nothing in <bdi>quay.eth</bdi>", "no delegation</span>",
		"No other key speaks as you at Snapshot", "in every space: it votes, makes, edits and deletes proposals", `data-account="` + a.address + `"`, "Read again", "Changing anything needs script", "40 s ago",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(html, "No node is set up</strong>") {
		t.Error("says that there is no node")
	}
}

func TestDelegationsSignedOut(t *testing.T) {
	r, _, _ := delegationsRig(t)
	for _, path := range []string{"/delegations", "/votes"} {
		html := r.visitor(t).sees(path)
		if !strings.Contains(html, "Sign in to see your") || !strings.Contains(html, "/account?next="+url.QueryEscape(path)) || strings.Contains(html, "Read again") {
			t.Errorf("%s: %.900s", path, html[strings.Index(html, "<main"):])
		}
	}
}

func TestDelegationsHeadings(t *testing.T) {
	own := governance.Delegation{Rules: []governance.DelegationRule{registryRule(true)}, Power: 5}
	unknown := governance.Delegation{ChainError: "x"}
	self := governance.Delegation{Rules: []governance.DelegationRule{tokenRule()}, Held: []governance.Holder{{Address: strings.ToLower(personA), Kind: governance.DelegateToken}}}
	both := governance.Delegation{Held: []governance.Holder{{Address: personA}, {Address: tokenA}}}
	for want, list := range map[string][]governance.Delegation{
		"No DAO of yours is known yet.":                      nil,
		"You vote yourself in one DAO.":                      {own},
		"You vote yourself in two DAOs.":                     {own, self},
		"Who votes with your power is not known.":            {unknown},
		"A delegate votes for you in one DAO.":               {both},
		"You vote in one DAO. In one DAO that is not known.": {own, unknown},
	} {
		if got := delegationsHeading(list, personA); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// While an account is read the page says so and asks again; then it offers
// what was read.
func TestDelegationsBeingRead(t *testing.T) {
	r, a, v := delegationsRig(t)
	r.agent.Hub = r.venue
	html := v.sees("/delegations") // the first visit has it read
	if !strings.Contains(html, "Your DAOs are being read") || !strings.Contains(html, `hx-trigger="load delay:3s"`) || !r.agent.Reading(a.address) {
		t.Errorf("%.1500s", html[strings.Index(html, "<main"):])
	}
	fragment := v.get("/delegations", "HX-Request", "true")
	if strings.Contains(fragment.body, "<html") || strings.Contains(fragment.body, "data-done") || !strings.Contains(fragment.body, `id="read-state"`) {
		t.Errorf("fragment %s", fragment.body)
	}
	r.clock.move(time.Hour)
	if fragment = v.get("/delegations", "HX-Request", "true"); r.agent.Reading(a.address) == strings.Contains(fragment.body, "data-done") {
		t.Errorf("fragment %s", fragment.body)
	}
	if got := v.post("/delegations", url.Values{"do": {"read"}}); got.StatusCode != 303 || got.Header.Get("Location") != "/delegations" || !r.agent.Reading(a.address) {
		t.Errorf("read again: %d %s", got.StatusCode, got.body)
	}
	if got := v.post("/delegations", url.Values{"do": {"burn"}}); got.StatusCode != 400 {
		t.Errorf("another button: %d", got.StatusCode)
	}
}

func TestDelegationsWithoutNode(t *testing.T) {
	r, _, v := delegationsRig(t, someDelegations()[0])
	r.server.ChainIDs = nil
	if html := v.sees("/delegations"); !strings.Contains(html, "No node is set up</strong>") || !strings.Contains(html, "set MANDATE_RPC_1 for Ethereum") {
		t.Error("does not say that there is no node")
	}
}

func TestAliasKeys(t *testing.T) {
	r, a, v := delegationsRig(t, someDelegations()[0])
	now := r.clock.now()
	list := []governance.Alias{{Owner: a.address, Address: personA, Created: now.AddDate(0, 0, -1), Expires: now.AddDate(0, 0, 29)}, {Owner: a.address, Address: tokenA, Created: now.AddDate(0, 0, -40), Expires: now.AddDate(0, 0, -10)}}
	if err := r.store.SaveAliases(t.Context(), a.address, list); err != nil {
		t.Fatal(err)
	}
	html := v.sees("/delegations")
	if !strings.Contains(html, "2 keys may speak as you at Snapshot") || strings.Count(html, `data-alias="revoke"`) != 2 || !strings.Contains(html, `data-key="`+personA+`"`) || !strings.Contains(html, ">ended<") {
		t.Error("the keys are not listed")
	}
}

func TestDelegationsAPI(t *testing.T) {
	r, a, v := delegationsRig(t, someDelegations()...)
	var out struct {
		Items   []governance.Delegation
		Aliases []governance.Alias
		Reading bool
		Read    *time.Time
	}
	got := v.get("/api/v1/me/delegations")
	if err := json.Unmarshal([]byte(got.body), &out); err != nil || len(out.Items) != 5 || out.Aliases == nil || out.Reading || out.Read == nil {
		t.Errorf("%s, %v", got.body, err)
	}
	stranger := newAccount(t)
	for name, c := range map[string]struct {
		body   map[string]any
		status int
		say    string
	}{
		"another account": {map[string]any{"dao": "harbour.eth", "method": "registry", "delegate": personA, "account": stranger.address}, 403, "can delegate for that account only"},
		"ALL not typed":   {map[string]any{"dao": "harbour.eth", "method": "registry", "delegate": personA, "all": true, "typed": "all"}, 400, "Type ALL"},
		"split":           {map[string]any{"dao": "harbour.eth", "method": "split", "delegate": personA}, 400, "not yet written"},
		"oneself":         {map[string]any{"dao": "harbour.eth", "method": "registry", "delegate": a.address}, 400, "delegate to itself"},
		"wrong capitals":  {map[string]any{"dao": "harbour.eth", "method": "registry", "delegate": strings.Replace(personA, "A", "a", 1)}, 400, ""},
		"unknown field":   {map[string]any{"dao": "harbour.eth", "chain": 1}, 400, "not known"},
		"unknown DAO":     {map[string]any{"dao": "nowhere.eth", "method": "registry", "delegate": personA}, 404, ""},
	} {
		t.Run(name, func(t *testing.T) {
			v := *v
			v.t = t
			got := v.json("POST", "/api/v1/me/delegations/prepare", c.body)
			if got.StatusCode != c.status || !strings.Contains(got.body, c.say) {
				t.Errorf("%d %s", got.StatusCode, got.body)
			}
		})
	}
	intents := v.get("/api/v1/me/intents")
	if intents.body != `{"items":[],"next_cursor":null}`+"\n" {
		t.Errorf("something was stored: %s", intents.body)
	}
	// A vote's intent is no delegation, and another's is nobody's.
	id := r.intent(a, governance.ActVote, governance.IntentArmed)
	for _, id := range []string{id, r.intent(stranger, governance.ActDelegate, governance.IntentArmed), "x"} {
		if got := v.json("POST", "/api/v1/me/delegations/submit", map[string]any{"id": id, "tx_hash": "0x" + strings.Repeat("1", 64)}); got.StatusCode != 404 {
			t.Errorf("%d %s", got.StatusCode, got.body)
		}
	}
}

// intent stores an intent as if something had been prepared or signed.
func (r *rig) intent(a account, act governance.Act, state governance.IntentState, change ...func(*governance.Intent)) string {
	r.t.Helper()
	now := r.clock.now()
	in := governance.Intent{ID: randomHex(16), Owner: strings.ToLower(a.address), Voter: a.address, Act: act, Method: governance.ByTransaction, DAO: "harbour.eth", Target: personA, Chain: 1,
		State: state, Expires: now.Add(time.Minute), Created: now, Updated: now, Digest: "0x" + randomHex(32)}
	for _, f := range change {
		f(&in)
	}
	if err := r.store.AddIntent(r.t.Context(), in); err != nil {
		r.t.Fatal(err)
	}
	return in.ID
}

func TestDelegationsOnTheirWay(t *testing.T) {
	r, a, v := delegationsRig(t, someDelegations()...)
	r.intent(a, governance.ActDelegate, governance.IntentSent)
	html := v.sees("/delegations")
	if !strings.Contains(html, "0x84f3…8B6E as delegate for harbour.eth") || !strings.Contains(html, "is on its way") || !strings.Contains(html, `hx-trigger="load delay:3s"`) {
		t.Errorf("%.2500s", html[strings.Index(html, "<main"):])
	}
	other := newAccount(t)
	r.intent(other, governance.ActAlias, governance.IntentSigned)
	if strings.Contains(v.sees("/delegations"), "may speak as you at Snapshot</strong>") {
		t.Error("shows what another account signed")
	}
}

// TestDelegationBySignature: a votes token that takes signed delegations is
// offered both ways, and the prepared message is the one that the page expects.
func TestDelegationBySignature(t *testing.T) {
	d := someDelegations()[1:2]
	d[0].Rules[0].Cause = "governor " + harbourGovernor
	r, a, v := delegationsRig(t, d...)
	g := governance.Governor{ID: harbourGovernor, Chain: 1, Address: "0x00000000000000000000000000000000000000A1", DAO: "lantern.eth", DAOName: "Lantern", Family: governance.FamilyOZ5, Checked: r.clock.now(),
		Token: governance.VotesToken{Address: tokenA, Symbol: "LAN", Decimals: 18, BySig: true, Domain: governance.Domain{Name: `Lan"tern`, Version: "1", ChainID: 1, Contract: tokenA}}}
	save := func() {
		t.Helper()
		if err := r.store.SaveGovernor(t.Context(), g); err != nil {
			t.Fatal(err)
		}
	}
	save()
	html := v.sees("/delegations")
	hasAll(t, "the form", html, `data-how hidden`, `value="signature"`, `data-sig-name="Lan&#34;tern"`, `data-sig-version="1"`, "a file that anyone may relay", "Counted on chain so: <bdi>Lantern on Ethereum</bdi>")
	if strings.Contains(html, "Read from the space") {
		t.Error("a space is said to say it")
	}
	g.Token.Domain.Contract = personA // it would count elsewhere
	save()
	if strings.Contains(v.sees("/delegations"), "data-sig") {
		t.Error("a domain of another contract is offered")
	}
	got := v.do("POST", "/api/v1/me/delegations/prepare", `{"dao":"lantern.eth","method":"registry","delegate":"`+personA+`","by_signature":true,"account":"`+a.address+`"}`, "Content-Type", "application/json", "Origin", r.base)
	if got.StatusCode != 400 || !strings.Contains(got.body, "votes token") {
		t.Errorf("the registry by signature: %d %s", got.StatusCode, got.body)
	}
}
