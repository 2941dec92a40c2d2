package chain

import "slices"

// Forget lets a node go that Use added.
func (c *Chains) Forget(chain uint64, url string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(c.nodes[chain]), func(n *node) bool { return n.address == url })
	if c.nodes[chain] = left; len(left) == 0 {
		delete(c.nodes, chain)
	}
}
