package chain

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/ballot"
)

// Bounds of one search for delegators.
const (
	maxDelegators = 200     // in the result
	maxCandidates = 1000    // accounts that ever named the delegate
	maxSearches   = 60      // requests for logs
	maxRange      = 1 << 40 // blocks in one request: more than any chain has
)

// RegistryDelegators returns who named a delegate in a registry, newest
// first, for one of the spaces or for all spaces; "" among the spaces says
// nothing new. The entry for a space hides that for all. The logs say who ever
// did, and the registry who still does.
//
// Where the result is not whole it comes with an error that says what is
// missing: Limited beyond the bounds, otherwise that of the nodes.
func (c *Chains) RegistryDelegators(ctx context.Context, chain uint64, registry, delegate string, spaces []string) ([]governance.Holder, error) {
	registry, err := ballot.Checksum(registry)
	if err != nil {
		return nil, err
	}
	to, err := parseAddress(delegate)
	if err != nil {
		return nil, err
	}
	ids, err := spaceKeys(spaces)
	if err != nil {
		return nil, err
	}
	candidates, partial := c.candidates(ctx, chain, registry, to, ids)
	holders, err := c.stillNaming(ctx, chain, registry, to, ids, candidates)
	if err != nil {
		return nil, err
	}
	if len(holders) > maxDelegators {
		return holders[:maxDelegators], governance.Errorf(governance.Limited, "Only the newest %d delegators are shown.", maxDelegators)
	}
	return holders, partial
}

// spaceKeys returns the ids of the spaces, and that of all spaces as the last.
func spaceKeys(spaces []string) ([][32]byte, error) {
	var ids [][32]byte
	for _, space := range spaces {
		if space == "" {
			continue
		}
		id, err := ballot.SpaceKey(space)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return append(ids, ballot.AllSpaces()), nil
}

// search is one walk through the logs, from the newest block down.
type search struct {
	chain    uint64
	registry string
	topics   []any
	calls    int
	step     uint64 // blocks to ask for
	streak   int    // answers at this step
	narrowed bool   // a node gave less at once
	seen     map[common.Address]bool
	found    []common.Address // newest first
}

// candidates walks until block 0 or a bound. Its error says where it stopped.
func (c *Chains) candidates(ctx context.Context, chain uint64, registry string, delegate common.Address, ids [][32]byte) ([]common.Address, error) {
	var head hexutil.Uint64
	if err := c.method(ctx, chain, &head, "eth_blockNumber"); err != nil {
		return nil, err
	}
	keys := make([]common.Hash, len(ids))
	for i, id := range ids {
		keys[i] = id
	}
	s := &search{
		chain: chain, registry: registry, step: c.rangeOf(chain, uint64(head)+1), seen: map[common.Address]bool{},
		topics: []any{crypto.Keccak256Hash([]byte("SetDelegate(address,bytes32,address)")), nil, keys, common.BytesToHash(delegate[:])},
	}
	err := c.walk(ctx, s, uint64(head))
	c.keepRange(chain, s.step)
	return s.found, err
}

func (c *Chains) walk(ctx context.Context, s *search, head uint64) error {
	for end := head + 1; end > 0; { // [0, end) is to be read
		if s.calls == maxSearches {
			return governance.Errorf(governance.Limited, "Delegations before block %d of chain %d were not read: its node gives too little at once.", end, s.chain)
		}
		if len(s.found) >= maxCandidates {
			return governance.Errorf(governance.Limited, "Delegations before block %d of chain %d were not read: there are too many.", end, s.chain)
		}
		start := end - min(s.step, end)
		s.calls++
		err := c.readLogs(ctx, s, start, end-1)
		switch {
		case err == nil:
			end = start
			s.widen()
		case kindOf(err) == tooMuch && s.step > 1:
			s.step, s.streak, s.narrowed = max(min(s.step, end)/2, 1), 0, true
		default:
			return fmt.Errorf("delegations before block %d: %w", end, err)
		}
	}
	return nil
}

// patience is how many answers of one size come before a larger one is tried
// again: a node's limit is often fixed, and each try beyond it is lost.
const patience = 4

func (s *search) widen() {
	if s.streak++; s.narrowed && s.streak < patience {
		return
	}
	s.step, s.streak = min(s.step*2, maxRange), 0
}

// event is what is read of a log.
type event struct {
	Topics  []common.Hash `json:"topics"`
	Removed bool          `json:"removed"`
}

func (c *Chains) readLogs(ctx context.Context, s *search, from, to uint64) error {
	var events []event
	err := c.method(ctx, s.chain, &events, "eth_getLogs", map[string]any{
		"address": s.registry, "fromBlock": hexutil.Uint64(from), "toBlock": hexutil.Uint64(to), "topics": s.topics,
	})
	if err != nil {
		return err
	}
	for i := len(events) - 1; i >= 0; i-- {
		if e := events[i]; len(e.Topics) == 4 && !e.Removed {
			s.add(common.BytesToAddress(e.Topics[1][:]))
		}
	}
	return nil
}

func (s *search) add(a common.Address) {
	if !s.seen[a] && len(s.found) < maxCandidates {
		s.seen[a] = true
		s.found = append(s.found, a)
	}
}

// rangeOf is how many blocks to ask for first.
func (c *Chains) rangeOf(chain, whole uint64) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := c.ranges[chain]; n > 0 {
		return n
	}
	return whole
}

func (c *Chains) keepRange(chain, step uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ranges[chain] = max(step, 1)
}

// stillNaming asks the registry about each candidate, and keeps one more than
// are shown, so that the caller sees that there are more.
func (c *Chains) stillNaming(ctx context.Context, chain uint64, registry string, to common.Address, ids [][32]byte, candidates []common.Address) ([]governance.Holder, error) {
	var holders []governance.Holder
	for len(candidates) > 0 && len(holders) <= maxDelegators {
		some := candidates[:min(maxBatch, len(candidates))]
		candidates = candidates[len(some):]
		var calls [][]byte
		for _, a := range some {
			for _, id := range ids {
				calls = append(calls, pack("delegation(address,bytes32)", a, id))
			}
		}
		answers, err := c.views(ctx, chain, registry, calls)
		if err != nil {
			return nil, err
		}
		for i, a := range some {
			if all, ok := names(answers[i*len(ids):(i+1)*len(ids)], to); ok {
				holders = append(holders, governance.Holder{Address: a.Hex(), Kind: governance.DelegateRegistry, All: all, Share: 1})
			}
		}
	}
	return holders, nil
}

// names reports whether one account's entries name the delegate for a space,
// or for all spaces (the last entry) where a space has none.
func names(entries [][]byte, to common.Address) (all, ok bool) {
	last := len(entries) - 1
	open := last == 0 // a space is left to the entry for all
	for _, entry := range entries[:last] {
		name, _ := addressAt(entry, 0)
		if name == to.Hex() {
			return false, true
		}
		open = open || name == ""
	}
	name, _ := addressAt(entries[last], 0)
	return true, open && name == to.Hex()
}
