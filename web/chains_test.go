package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"mandate/governance"
	nodes "mandate/governance/chain"
	"mandate/governance/demo"
)

// canary is the part of a node's address that nobody may ever see.
const canary = "canary-7f3a91"

// storedNodes are the chosen nodes of the store and what the chains say of
// them, as the program has it.
type storedNodes struct {
	r      *rig
	chains *nodes.Chains
}

func (n storedNodes) States() (out []NodeState) {
	for _, id := range n.chains.IDs() {
		for _, h := range n.chains.Hosts(id) {
			out = append(out, NodeState{Chain: id, Host: h.Host, OK: h.OK, Asked: !h.Since.IsZero(), Error: h.Error, Latest: h.Latest, Chosen: true})
		}
	}
	return out
}

func (n storedNodes) Offers() []NodeOffer {
	return []NodeOffer{{Chain: 1, Name: "Lighthouse", URL: "https://rpc.lighthouse.example", Limits: "Few requests.", Learns: "Where this machine is."},
		{Chain: 534352, Name: "Lighthouse", URL: "https://scroll.lighthouse.example", Limits: "Few requests.", Learns: "Where this machine is."}}
}

func (n storedNodes) Choose(ctx context.Context, by string, chain uint64, address string) error {
	if err := n.r.store.ChooseNode(ctx, chain, address, by); err != nil {
		return err
	}
	n.chains.Use(chain, []string{address})
	return nil
}

func (n storedNodes) Forget(ctx context.Context, chain uint64, host string) error {
	chosen, err := n.r.store.ChosenNodes(ctx)
	for _, address := range chosen[chain] {
		if hostOf(address) == host {
			err = n.r.store.ForgetNode(ctx, chain, address)
			n.chains.Forget(chain, address)
		}
	}
	return err
}

// nodesRig has an owner and a guest; nodes are chosen at run time.
func nodesRig(t *testing.T) (r *rig, owner, guest *visitor) {
	t.Helper()
	boss, other := newAccount(t), newAccount(t)
	n := &storedNodes{}
	r = newRig(t, demo.Config{Empty: true}, ownedBy(boss), openSignups, func(c *Config) { c.Nodes = n })
	*n = storedNodes{r, nodes.New(nodes.Config{Client: &http.Client{}, Log: r.agent.Log, Now: r.clock.now})}
	r.agent.Chains = n.chains
	return r, r.visitor(t).signsIn(boss), r.visitor(t).signsIn(other)
}

func hasAll(t *testing.T, what, html string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(html, want) {
			t.Errorf("%s lacks %q", what, want)
		}
	}
}

func TestChainsAreOffered(t *testing.T) {
	t.Parallel()
	r, owner, guest := nodesRig(t)
	page := owner.sees("/chains")
	hasAll(t, "the first run", page, "No chain is read yet.", "no node of their chains is set", "Scroll", "Lighthouse", "Few requests.", "Where this machine is.", "rpc.lighthouse.example", "Use a node of your own", "Chains that can be read")
	for _, path := range []string{"/", "/daos"} {
		hasAll(t, path, r.visitor(t).sees(path), "Governor contracts are not read yet", `href="/chains"`)
	}
	for who, v := range map[string]*visitor{"a visitor": r.visitor(t), "a guest": guest} {
		if html := v.sees("/chains"); strings.Contains(html, `value="choose"`) || !strings.Contains(html, "Owners of this Mandate can add") {
			t.Errorf("%s can choose", who)
		}
	}
}

func TestOnlyOwnersChangeWhatIsRead(t *testing.T) {
	t.Parallel()
	r, _, guest := nodesRig(t)
	for _, form := range []url.Values{{"do": {"choose"}, "chain": {"1"}, "url": {"https://a.example/" + canary}}, {"do": {"add"}, "chain": {"1"}, "address": {personA}},
		{"do": {"forget"}, "chain": {"1"}, "host": {"a.example"}}, {"do": {"remove"}, "governor": {"eip155:1:" + personA}}} {
		if got := guest.post("/chains", form); got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "Only an owner") {
			t.Errorf("%s by a guest: %d", form.Get("do"), got.StatusCode)
		}
		if got := r.visitor(t).post("/chains", form); got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/account") {
			t.Errorf("%s by a visitor: %d to %s", form.Get("do"), got.StatusCode, got.Header.Get("Location"))
		}
	}
	for _, c := range [][3]string{{"POST", "/api/v1/nodes", `{"chain_id":1,"url":"https://a.example"}`}, {"DELETE", "/api/v1/nodes/1?host=a.example", ""},
		{"POST", "/api/v1/governors", `{"chain_id":1,"address":"` + personA + `","dao":""}`}, {"DELETE", "/api/v1/governors/eip155:1:" + strings.ToLower(personA), ""}} {
		if got := guest.do(c[0], c[1], c[2], "Content-Type", "application/json", "Origin", r.base); got.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s by a guest: %d %s", c[0], c[1], got.StatusCode, got.body)
		}
	}
	if chosen, err := r.store.ChosenNodes(t.Context()); err != nil || len(chosen) != 0 {
		t.Errorf("%v, %v", chosen, err)
	}
}

// TestNodesAreNamedByHost: an owner's key for a node stands in its address,
// and comes out nowhere.
func TestNodesAreNamedByHost(t *testing.T) {
	t.Parallel()
	r, owner, _ := nodesRig(t)
	secret := "https://user:" + canary + "@127.0.0.1:9/v2/" + canary + "?key=" + canary
	got := owner.post("/chains", url.Values{"do": {"choose"}, "chain": {"1"}, "url": {secret}})
	if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/chains#chain-1" {
		t.Fatalf("%d to %s", got.StatusCode, got.Header.Get("Location"))
	}
	seen := got.body
	_, _ = r.agent.Chains.(*nodes.Chains).Head(t.Context(), 1) // nothing listens there
	hasAll(t, "the page", owner.sees("/chains"), "One chain is read.", "127.0.0.1:9", "Stop using it")
	for _, path := range []string{"/chains", "/settings", "/api/v1/nodes", "/api/v1/governors", "/", "/daos"} {
		seen += owner.sees(path)
	}
	for _, form := range []url.Values{{"do": {"choose"}, "chain": {"1"}, "url": {"ftp://a.example/" + canary}}, {"do": {"choose"}, "chain": {"x"}, "url": {secret}}, {"do": {"choose"}, "chain": {"1"}, "url": {"https://a.example/ " + canary + "\x00"}},
		{"do": {"add"}, "chain": {"1"}, "address": {personA}, "dao": {"kept.eth"}}, {"do": {"add"}, "chain": {"1"}, "address": {"0xkept"}}} {
		got := owner.post("/chains", form)
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, `role="alert"`) {
			t.Errorf("%v: %d", form, got.StatusCode)
		}
		if form.Get("do") == "add" {
			hasAll(t, "the form", got.body, `value="`+form.Get("address")+`"`)
		}
		seen += got.body
	}
	if strings.Contains(seen, canary) || strings.Contains(r.log.String(), canary) {
		t.Error("the key of a node came out")
	}
	if got := owner.post("/chains", url.Values{"do": {"forget"}, "chain": {"1"}, "host": {"127.0.0.1:9"}}); got.StatusCode != http.StatusSeeOther {
		t.Errorf("forget: %d", got.StatusCode)
	}
	if chosen, err := r.store.ChosenNodes(t.Context()); err != nil || len(chosen[1]) != 0 {
		t.Errorf("%d left, %v", len(chosen[1]), err)
	}
	hasAll(t, "the page", owner.sees("/chains"), "No chain is read yet.")
}

func TestNodesByAPI(t *testing.T) {
	t.Parallel()
	r, owner, _ := nodesRig(t)
	send := func(method, path, body string, want int) answer {
		t.Helper()
		got := owner.do(method, path, body, "Content-Type", "application/json", "Origin", r.base)
		if got.StatusCode != want || strings.Contains(got.body, canary) {
			t.Errorf("%s %s: %d %s", method, path, got.StatusCode, got.body)
		}
		return got
	}
	send("POST", "/api/v1/nodes", `{"chain_id":1,"url":"https://a.example/`+canary+`"}`, http.StatusNoContent)
	send("POST", "/api/v1/nodes", `{"chain_id":1,"url":"gopher://a.example/`+canary+`"}`, http.StatusBadRequest)
	send("POST", "/api/v1/nodes", `{"chain_id":0,"url":"https://a.example"}`, http.StatusBadRequest)
	send("POST", "/api/v1/nodes", `{"chain_id":1,"url":"https://a.example","more":1}`, http.StatusBadRequest)
	if got := send("GET", "/api/v1/nodes", "", http.StatusOK); !strings.Contains(got.body, `"host":"a.example"`) {
		t.Errorf("%s", got.body)
	}
	send("DELETE", "/api/v1/nodes/1?host=a.example", "", http.StatusNoContent)
	send("DELETE", "/api/v1/nodes/zero?host=a.example", "", http.StatusBadRequest)
	if got := send("GET", "/api/v1/nodes", "", http.StatusOK); strings.Contains(got.body, "a.example") {
		t.Errorf("%s", got.body)
	}
}

func TestSourceNames(t *testing.T) {
	list := []governance.Governor{{ID: "eip155:1:0xa", Chain: 1, Address: personA, DAOName: "Basalt"}, {ID: "eip155:534352:0xb", Chain: 534352, Address: tokenA, Name: "B\u202eoule"},
		{ID: "eip155:10:0xc", Chain: 10, Address: personA, DAOName: "Twice"}, {ID: "eip155:10:0xd", Chain: 10, Address: tokenA, DAOName: "Twice"}}
	got := governorNames(list)
	var names []string
	for _, g := range list {
		names = append(names, got[g.ID])
	}
	if want := []string{"Basalt on Ethereum", "Boule on Scroll", "Twice on Optimism, 0x84f3…8B6E", "Twice on Optimism, 0xC183…9D72"}; !slices.Equal(names, want) {
		t.Errorf("%q", names)
	}
	r := newRig(t, demo.Config{Empty: true})
	for source, want := range map[string]string{"eip155:1:" + strings.ToLower(personA): "Governor 0x84f3…8b6e on Ethereum", "snapshot": "Snapshot, ", "": ""} {
		if got := r.server.sourceName(t.Context(), source); !strings.HasPrefix(got, want) {
			t.Errorf("%q is called %q", source, got)
		}
	}
}
