package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"mandate/governance"
	"mandate/governance/chain"
	"mandate/governance/governor"
	"mandate/governance/store"
	"mandate/web"
)

// nodes are the chains' nodes as the pages see them: those of the settings,
// and those that an owner chose while the program runs.
type nodes struct {
	store    *store.Store
	chains   *chain.Chains
	offers   []governor.PublicNode
	client   *http.Client
	settings map[uint64][]string

	mu     sync.Mutex
	chosen map[uint64][]string
}

// load takes the nodes into use that were chosen before.
func (n *nodes) load(ctx context.Context) error {
	chosen, err := n.store.ChosenNodes(ctx)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.chosen = chosen
	for id, urls := range chosen {
		n.use(id, urls)
	}
	return nil
}

// use lets the hosts through the one way out and hands the nodes to the
// chains.
func (n *nodes) use(id uint64, urls []string) {
	n.openDoors()
	n.chains.Use(id, urls)
}

// openDoors lets the hosts of the chosen nodes through the one way out, and no
// other that was chosen once.
func (n *nodes) openDoors() {
	g, ok := n.client.Transport.(*guard)
	if !ok {
		return
	}
	hosts := map[string]bool{}
	for _, urls := range n.chosen {
		for _, address := range urls {
			hosts[hostOf(address)] = true
		}
	}
	g.choose(hosts)
}

// States implements web.Nodes.
func (n *nodes) States() []web.NodeState {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []web.NodeState
	for _, id := range n.chains.IDs() {
		for _, h := range n.chains.Hosts(id) {
			out = append(out, web.NodeState{Chain: id, Host: h.Host, OK: h.OK, Asked: !h.Since.IsZero(), Error: h.Error, Latest: h.Latest,
				Chosen: slices.ContainsFunc(n.chosen[id], func(address string) bool { return hostOf(address) == h.Host })})
		}
	}
	return out
}

// Offers implements web.Nodes.
func (n *nodes) Offers() []web.NodeOffer {
	out := make([]web.NodeOffer, 0, len(n.offers))
	for _, o := range n.offers {
		out = append(out, web.NodeOffer{Chain: o.Chain, Name: o.Name, URL: o.URL, Limits: o.Limits, Learns: o.Learns})
	}
	return out
}

// Choose implements web.Nodes.
func (n *nodes) Choose(ctx context.Context, by string, id uint64, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return governance.Errorf(governance.Invalid, "The address of a node looks like https://host/path.")
	}
	if g, ok := n.client.Transport.(*guard); ok && g.mode == "local" && !isLoopback(u.Hostname()) {
		return governance.Errorf(governance.Denied, "MANDATE_EGRESS is local: nothing outside of this machine is asked.")
	}
	if err := n.store.ChooseNode(ctx, id, address, by); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !slices.Contains(n.chosen[id], address) {
		n.chosen[id] = append(n.chosen[id], address)
	}
	n.use(id, []string{address})
	return nil
}

// Forget implements web.Nodes. A node is named by its host, since the rest of
// its address may be a key.
func (n *nodes) Forget(ctx context.Context, id uint64, host string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	var failed error
	n.chosen[id] = slices.DeleteFunc(n.chosen[id], func(address string) bool {
		if hostOf(address) != host {
			return false
		}
		if err := n.store.ForgetNode(ctx, id, address); err != nil {
			failed = errors.Join(failed, err)
			return false
		}
		if !slices.Contains(n.settings[id], address) {
			n.chains.Forget(id, address)
		}
		return true
	})
	n.openDoors()
	return failed
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
