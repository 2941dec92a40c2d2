// Package chain reads EVM chains over JSON-RPC: signatures of contract
// accounts, names, delegations and transactions. It writes nothing. Each chain
// has one or more nodes; the first one that works answers.
//
// Errors are Upstream where no node works (ask again later), Limited where
// the nodes ask for less, Denied where no node of the chain is configured,
// and Invalid where a contract refuses or is not what it should be. None
// holds more of a node's address than its host: the rest may be a key.
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
	nodes map[uint64][]*node
	log   *slog.Logger
	now   func() time.Time

	contracts *cache[account, bool]
	names     *cache[string, string]
	mu        sync.Mutex
	ranges    map[uint64]uint64 // how many blocks of logs a chain's nodes gave at once
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
		nodes: map[uint64][]*node{}, log: c.Log, now: c.Now, ranges: map[uint64]uint64{},
		contracts: newCache[account, bool](keepContract, maxKept),
		names:     newCache[string, string](keepName, maxKept),
	}
	client := bounded(c.Client)
	for id, urls := range c.URLs {
		for _, url := range urls {
			out.nodes[id] = append(out.nodes[id], newNode(id, url, client))
		}
	}
	return out
}

// Has reports whether a node of the chain is configured.
func (c *Chains) Has(chain uint64) bool { return len(c.nodes[chain]) > 0 }

// IDs lists the chains that have a node, ascending.
func (c *Chains) IDs() []uint64 { return slices.Sorted(maps.Keys(c.nodes)) }

// errNoNode is the answer for a chain that nobody configured.
func errNoNode(chain uint64) error {
	return governance.Errorf(governance.Denied, "Chain %d cannot be read here: it needs MANDATE_RPC_%d.", chain, chain)
}
