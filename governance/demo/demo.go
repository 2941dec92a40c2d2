// Package demo is an embedded world to try the program on and to test it with:
// a hub that answers like the public Snapshot hub, with its limits, its paging
// and its errors; the sequencer, the score API and the Safe relayer beside it;
// and proposals of fictional DAOs written for it. Nothing here reads a network
// but the demo's own chain, where one is set.
//
// A test starts it in two lines:
//
//	w, err := demo.New(demo.Config{})
//	srv := httptest.NewServer(w.Handler()) // the hub is srv.URL+"/graphql"
//
// The sequencer is at /seq/, the score API at /score/, the relayer at /relayer/.
// Votes and other messages that the sequencer takes in are shown by the hub at
// once. World.Ledger lists them all, World.SetPower says who may vote, and
// World.FailSequencer makes it fail in every known way.
//
// The world verifies on its own and shares no code with the client, so that one
// fault cannot hide another.
package demo

import (
	"fmt"
	"io"
	"time"
)

// Generation is the version of the hub that is played. They differ in how
// errors reach the client and in what is hidden.
type Generation int

// The two generations that a client may meet.
const (
	// Old answers partial data beside its errors, with HTTP 200.
	Old Generation = iota
	// Latest answers no data at all with HTTP 500 when a list fails, drops rows
	// after counting a page, and hides proposals of deleted spaces.
	Latest
)

// Config says which world to build.
type Config struct {
	// Now is the world's clock; nil is time.Now. Proposals open and close by
	// it, and rate limits are counted by it.
	Now func() time.Time
	// Proposals holds hub-shaped proposals, one JSON object a line, that are
	// served instead of the embedded ones, dated anew. Nil is the embedded world.
	Proposals io.Reader
	// Votes holds the ballots of Proposals as CSV (proposal_id, space, voter,
	// choice as JSON, vp, created, reason). Missing types are inferred from
	// them; without them, from the choices' labels. May be nil.
	Votes io.Reader
	// Empty starts with no proposal at all, for tests that add their own.
	Empty      bool
	Generation Generation
	// APIKeys maps the known keys to their requests a month; any other key is
	// refused, as the real hub does.
	APIKeys map[string]int
	Faults  Faults
	// Chain is the RPC URL of the demo's chain, for the practice wallet and for
	// signatures of contracts; "" is none.
	Chain string
}

// New builds a world. It fails only on unreadable Proposals or, never seen in
// a tested build, on a broken embedded file.
func New(cfg Config) (*World, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	w, err := newWorld(cfg)
	if err != nil {
		return nil, err
	}
	switch {
	case cfg.Empty:
	case cfg.Proposals != nil:
		err = w.loadRows(cfg.Proposals)
	default:
		err = w.loadEmbedded()
	}
	if err != nil {
		return nil, fmt.Errorf("build the demo world: %w", err)
	}
	return w, nil
}
