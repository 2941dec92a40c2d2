package chain

import (
	"time"

	"mandate/governance"
)

// NodeHealth is how a node does, for pages. It holds nothing secret.
type NodeHealth struct {
	Host     string
	OK       bool      // it answered last, is of the chain and is not behind
	Since    time.Time // of OK or not; zero = it was never asked
	Error    string    // the last one, for users; "" while OK
	Latest   uint64    // newest block it was seen to have, 0 = unknown
	MaxRange uint64    // blocks of logs to ask of it at once
}

// health is the part of it that a node keeps.
type health struct {
	broken bool
	since  time.Time
	text   string
}

func (h *health) bad(now time.Time, err error) {
	if !h.broken || h.since.IsZero() {
		h.since = now
	}
	h.broken, h.text = true, governance.MessageOf(err)
}

func (h *health) good(now time.Time) {
	if h.broken || h.since.IsZero() {
		h.since = now
	}
	h.broken, h.text = false, ""
}

// Hosts tells how the nodes of a chain do, in the order of preference.
func (c *Chains) Hosts(chain uint64) []NodeHealth {
	var out []NodeHealth
	for _, n := range c.of(chain) {
		out = append(out, n.report())
	}
	return out
}

func (n *node) report() NodeHealth {
	n.mu.Lock()
	defer n.mu.Unlock()
	r := NodeHealth{
		Host: n.host, OK: !n.health.broken && !n.behind && n.fault == nil, Since: n.health.since,
		Error: n.health.text, Latest: n.latest, MaxRange: n.span.step,
	}
	switch {
	case n.fault != nil:
		r.Error = "Its address is not an http or https URL."
	case n.behind && r.Error == "":
		r.Error = "It is behind the other nodes."
	}
	return r
}
