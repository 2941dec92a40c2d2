// Package chain reads EVM chains over JSON-RPC: blocks, logs, calls, trial
// runs, fees and transactions, signatures of contract accounts, names and
// delegations. It writes nothing. Each chain has one or more nodes; the first
// one that works answers, and what much depends on is asked of two.
//
// Errors are Upstream where no node works (ask again later), Limited where
// the nodes ask for less, Denied where no node of the chain is configured or
// offers what was asked, Conflict where two nodes disagree, and Invalid where
// a contract refuses or is not what it should be. None holds more of a node's
// address than its host: the rest may be a key.
package chain

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"mandate/governance"
)

// Config says which nodes there are. Zero values are the defaults in brackets.
type Config struct {
	URLs   map[uint64][]string // by chain id, in the order of preference; http or https
	Client *http.Client        // its transport decides what may be reached [http.DefaultClient]
	Log    *slog.Logger        // [none]
	Now    func() time.Time    // [time.Now]
}

// Chains are the chains that can be read. It is safe for concurrent use.
type Chains struct {
	client *http.Client
	log    *slog.Logger
	now    func() time.Time

	contracts *cache[account, bool]
	names     *cache[string, string]

	mu     sync.Mutex
	nodes  map[uint64][]*node
	tips   map[uint64]*tip
	ranges map[uint64]uint64 // how many blocks of logs a chain's nodes gave at once
}

type account struct {
	chain   uint64
	address string
}

// How long answers are kept, and how many. Code may come to an address, but
// does not go away; a name changes rarely, and is only shown.
const (
	keepContract = 10 * time.Minute
	keepName     = 10 * time.Minute
	maxKept      = 4096
)

// New makes chains of their nodes. It connects to none.
func New(c Config) *Chains {
	if c.Client == nil {
		c.Client = http.DefaultClient
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	out := &Chains{
		nodes: map[uint64][]*node{}, tips: map[uint64]*tip{}, ranges: map[uint64]uint64{},
		client: bounded(c.Client), log: c.Log, now: c.Now,
		contracts: newCache[account, bool](keepContract, maxKept),
		names:     newCache[string, string](keepName, maxKept),
	}
	for id, urls := range c.URLs {
		out.Use(id, urls)
	}
	return out
}

// Use adds nodes of a chain that were chosen at run time, behind those that
// are there. A node that is there already is not added again.
func (c *Chains) Use(chain uint64, urls []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, url := range urls {
		if slices.ContainsFunc(c.nodes[chain], func(n *node) bool { return n.address == url }) {
			continue
		}
		// A new list each time: the old one may be in use.
		c.nodes[chain] = append(slices.Clone(c.nodes[chain]), newNode(chain, url, c.client, c.now))
	}
}

// Forget lets a node go that Use added.
func (c *Chains) Forget(chain uint64, url string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(c.nodes[chain]), func(n *node) bool { return n.address == url })
	if c.nodes[chain] = left; len(left) == 0 {
		delete(c.nodes, chain)
	}
	delete(c.tips, chain) // what was final may have been its word alone
}

func (c *Chains) of(chain uint64) []*node {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nodes[chain]
}

// Has reports whether a node of the chain is configured.
func (c *Chains) Has(chain uint64) bool { return len(c.of(chain)) > 0 }

// Count is how many independent nodes of the chain are configured: nodes of
// one host count once.
func (c *Chains) Count(chain uint64) int {
	hosts := map[string]bool{}
	for _, n := range c.of(chain) {
		if n.fault == nil {
			hosts[n.host] = true
		}
	}
	return len(hosts)
}

// IDs lists the chains that have a node, ascending.
func (c *Chains) IDs() []uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.nodes))
}

// errNoNode is the answer for a chain that nobody configured.
func errNoNode(chain uint64) error {
	return governance.Errorf(governance.Denied, "Chain %d cannot be read here: it needs MANDATE_RPC_%d.", chain, chain)
}
