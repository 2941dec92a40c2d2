package chain

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance"
)

const (
	keepHead   = 1500 * time.Millisecond
	roundEvery = 15 * time.Second // how often all nodes of a chain are asked for their heads
	roundTime  = 4 * time.Second  // what they have for it
	confirm    = 64               // blocks below the newest, where a node knows no tags
	maxLag     = 30               // blocks that a node may lack
	quickLag   = 8 * maxLag       // the same on Arbitrum's kind of chain, which makes four a second
	tooLate    = 3 * time.Minute  // a node may not be behind by more
)

// tip is what is known of the end of a chain.
type tip struct {
	turn      chan struct{} // held by whoever reads or writes the rest
	head      governance.Head
	read      time.Time // of head
	round     time.Time // when all nodes were asked
	conflict  error     // of the last round: two nodes are on forks
	finalized governance.Block
	safe      governance.Block // highest ever seen, both
}

func (c *Chains) tip(chain uint64) *tip {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.tips[chain]
	if t == nil {
		t = &tip{turn: make(chan struct{}, 1)}
		c.tips[chain] = t
	}
	return t
}

// Head returns the end of a chain, at most a second and a half old. Finalized
// and Safe never go back. Conflict: two nodes have different blocks where both
// say that blocks are final, or one is ahead by more than can have been made.
func (c *Chains) Head(ctx context.Context, chain uint64) (governance.Head, error) {
	if !c.Has(chain) {
		return governance.Head{}, errNoNode(chain)
	}
	t := c.tip(chain)
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return governance.Head{}, governance.Wrap(governance.Upstream, ctx.Err(), "Reading chain %d was cut short.", chain)
	}
	now := c.now()
	if !t.read.IsZero() && now.Sub(t.read) < keepHead {
		return t.head, t.conflict
	}
	if nodes := c.of(chain); len(nodes) > 1 && (t.round.IsZero() || now.Sub(t.round) >= roundEvery) {
		t.round = now
		t.conflict = c.round(ctx, t, nodes)
	}
	if t.conflict != nil { // nothing that one of them says is kept
		return governance.Head{}, t.conflict
	}
	head, err := c.oneHead(ctx, chain, t)
	if err != nil {
		return governance.Head{}, err
	}
	t.head, t.read = head, now
	return head, nil
}

// oneHead asks the nodes in their order, until one has a head that is not
// before what was final already.
func (c *Chains) oneHead(ctx context.Context, chain uint64, t *tip) (head governance.Head, err error) {
	err = c.ask(ctx, chain, func(ctx context.Context, n *node) (err error) {
		if head, err = n.head(ctx); err != nil {
			return err
		}
		if head.Latest.Number < t.finalized.Number {
			n.setBehind(true)
			return &failure{kind: late, text: "it is behind what was final already"}
		}
		return nil
	})
	if err != nil {
		return governance.Head{}, err
	}
	t.keep(&head)
	return head, nil
}

// keep makes a head no lower than what was seen, and remembers it.
func (t *tip) keep(head *governance.Head) {
	if head.Finalized.Number < t.finalized.Number {
		head.Finalized = t.finalized
	}
	if head.Safe.Number < t.safe.Number && t.safe.Number <= head.Latest.Number {
		head.Safe = t.safe
	}
	if head.Safe.Number < head.Finalized.Number {
		head.Safe = head.Finalized
	}
	t.finalized, t.safe = head.Finalized, head.Safe
}

// sight is what one node said in a round.
type sight struct {
	node *node
	head governance.Head
}

// round asks all nodes that did not fail lately for their heads, marks those
// that are behind, and compares what they say is final.
func (c *Chains) round(ctx context.Context, t *tip, nodes []*node) error {
	short, stop := context.WithTimeout(ctx, roundTime)
	defer stop()
	heads := make([]*governance.Head, len(nodes))
	var wait sync.WaitGroup
	for i, n := range nodes {
		if n.resting(c.now()) {
			continue
		}
		wait.Go(func() {
			_, _ = c.try(ctx, n, func(context.Context, *node) error {
				head, err := n.head(short)
				if err == nil {
					heads[i] = &head
				}
				return err
			})
		})
	}
	wait.Wait()
	var seen []sight
	for i, head := range heads {
		if head != nil {
			seen = append(seen, sight{nodes[i], *head})
		}
	}
	if err := c.impossible(seen); err != nil {
		return err
	}
	c.markBehind(ctx, t, seen)
	return c.forks(ctx, seen)
}

// markBehind compares the nodes with the best of them, and with what was final
// before.
func (c *Chains) markBehind(ctx context.Context, t *tip, seen []sight) {
	if len(seen) == 0 {
		return
	}
	best := slices.MaxFunc(seen, func(a, b sight) int {
		return int(min(max(int64(a.head.Latest.Number)-int64(b.head.Latest.Number), -1), 1))
	}).head.Latest
	for _, s := range seen {
		behind := lags(s.head.Latest, best) || s.head.Finalized.Number < t.finalized.Number
		if s.node.setBehind(behind) && behind {
			c.log.WarnContext(ctx, "a node of a chain is behind the others", "chain", s.node.chain, "host", s.node.host, "block", s.head.Latest.Number, "best", best.Number)
		}
	}
}

// fastest is more blocks a second than any chain makes.
const fastest = 5

// impossible compares the lowest with the highest newest block: a node that is
// late shows an older time, too. Blocks that cannot have been made in between
// say that one of the two makes its number up, and believed it would lead the
// reading past what is still to come, or keep it from what is there.
func (c *Chains) impossible(seen []sight) error {
	if len(seen) < 2 {
		return nil
	}
	number := func(a, b sight) int { return cmp.Compare(a.head.Latest.Number, b.head.Latest.Number) }
	low, high := slices.MinFunc(seen, number), slices.MaxFunc(seen, number)
	a, b := low.head.Latest, high.head.Latest
	most := uint64(maxLag)
	if b.L1 > 0 {
		most = quickLag
	}
	known := a.Time // no block is of the future
	if now := c.now(); now.After(known) {
		known = now
	}
	passed := max(b.Time.Sub(a.Time), 0)
	gap := b.Number - a.Number
	if gap <= most || gap <= most+fastest*uint64(passed/time.Second) && b.Time.Sub(known) <= tooLate {
		return nil
	}
	return governance.Errorf(governance.Conflict, "The nodes %s and %s disagree about how long chain %d is: block %d and block %d. One of them makes its blocks up.",
		low.node.host, high.node.host, low.node.chain, a.Number, b.Number)
}

// lags reports whether a block is too old to be the newest one.
func lags(b, best governance.Block) bool {
	if b.Number >= best.Number {
		return false
	}
	most := uint64(maxLag)
	if best.L1 > 0 {
		most = quickLag
	}
	return best.Number-b.Number > most || best.Time.Sub(b.Time) > tooLate
}

// setBehind reports whether that is new.
func (n *node) setBehind(behind bool) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	changed := n.behind != behind
	n.behind = behind
	return changed
}

func (n *node) resting(now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return now.Before(n.until) || now.Before(n.wait)
}

// forks compares the nodes' blocks at the lowest number that one of them says
// is final.
func (c *Chains) forks(ctx context.Context, seen []sight) error {
	if len(seen) < 2 {
		return nil
	}
	lowest := slices.MinFunc(seen, func(a, b sight) int {
		return cmp.Compare(a.head.Finalized.Number, b.head.Finalized.Number)
	}).head.Finalized.Number
	var first *sight
	var hash string
	for i, s := range seen {
		b := s.head.Finalized
		if b.Number != lowest {
			blocks, err := s.node.blocks(ctx, []uint64{lowest})
			if err != nil { // it may not keep old blocks
				continue
			}
			b = blocks[0]
		}
		if first == nil {
			first, hash = &seen[i], b.Hash
		} else if b.Hash != hash {
			return governance.Errorf(governance.Conflict, "The nodes %s and %s disagree about block %d of chain %d, which both should have for good.",
				first.node.host, s.node.host, lowest, s.node.chain)
		}
	}
	return nil
}

// head asks one node for its newest block and its tags, in one request.
func (n *node) head(ctx context.Context) (governance.Head, error) {
	tags := []string{"latest", "safe", "finalized"}
	headers := make([]*header, len(tags))
	elems := make([]rpc.BatchElem, len(tags))
	for i, tag := range tags {
		elems[i] = rpc.BatchElem{Method: "eth_getBlockByNumber", Args: []any{tag, false}, Result: &headers[i]}
	}
	if err := n.many(ctx, elems); err != nil {
		return governance.Head{}, err
	}
	if elems[0].Error != nil {
		return governance.Head{}, n.classify(elems[0].Error)
	}
	latest, ok := headers[0].block()
	if !ok {
		return governance.Head{}, &failure{kind: lying, text: "its newest block is none"}
	}
	n.sawBlock(latest.Number)
	safe, hasSafe := headers[1].block()
	final, hasFinal := headers[2].block()
	if elems[1].Error != nil || elems[2].Error != nil || !hasSafe || !hasFinal {
		return n.untagged(ctx, latest)
	}
	if final.Number > safe.Number || safe.Number > latest.Number {
		return governance.Head{}, &failure{kind: lying, text: "its tags are not in order"}
	}
	return governance.Head{Latest: latest, Safe: safe, Finalized: final, Tags: true}, nil
}

func (n *node) untagged(ctx context.Context, latest governance.Block) (governance.Head, error) {
	blocks, err := n.blocks(ctx, []uint64{latest.Number - min(latest.Number, confirm)})
	if err != nil {
		return governance.Head{}, err
	}
	return governance.Head{Latest: latest, Safe: blocks[0], Finalized: blocks[0]}, nil
}
