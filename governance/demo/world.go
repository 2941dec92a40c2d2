package demo

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

//go:embed schema.graphql
var schemaFile embed.FS

// World is the state behind the hub. All methods may be called while the
// handler serves.
type World struct {
	cfg    Config
	schema *ast.Schema
	about  *introspection
	docs   sync.Map // query text → *ast.QueryDocument, valid ones only
	kept   atomic.Int64

	mu        sync.RWMutex
	proposals map[string]*Proposal
	spaces    map[string]*Space
	gone      map[string]*Space // deleted spaces; their rows still name them
	votes     map[string]*Vote
	follows   map[string]*Follow
	aliases   map[string]*Alias // by the alias's address
	messages  []Message
	index     *index // nil after a change

	practice []string           // addresses, in the order of PracticeKeys
	power    map[string]float64 // "space address" → what SetPower said
	seen     map[string]bool    // ids of messages
	cast     map[string]bool    // ids of votes that the sequencer took
	base     map[string]*tally  // by proposal, from its first such vote on
	ledger   []Accepted
	wallets  map[string][]string // contract wallets and their owners
	approved map[string]bool     // digests that a contract wallet signed on chain

	gate    gate
	seq     *sequencer
	score   faults
	relayer *relayer
}

func newWorld(cfg Config) (*World, error) {
	text, err := schemaFile.ReadFile("schema.graphql")
	if err != nil {
		return nil, fmt.Errorf("read the hub's schema: %w", err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: string(text)})
	if err != nil {
		return nil, fmt.Errorf("parse the hub's schema: %w", err)
	}
	w := &World{
		cfg: cfg, schema: schema, about: introspect(schema),
		proposals: map[string]*Proposal{}, spaces: map[string]*Space{}, gone: map[string]*Space{},
		votes: map[string]*Vote{}, follows: map[string]*Follow{}, aliases: map[string]*Alias{},
		power: map[string]float64{}, seen: map[string]bool{}, cast: map[string]bool{}, base: map[string]*tally{},
		wallets: map[string][]string{}, approved: map[string]bool{},
	}
	for _, a := range w.Practice() {
		w.practice = append(w.practice, a.Address)
	}
	wallet, _ := PracticeSafe()
	w.practice = append(w.practice, wallet)
	w.seq = newSequencer(w)
	w.relayer = &relayer{w: w, pending: map[string]*envelope{}}
	w.gate.init(cfg)
	return w, nil
}

// Add stores a copy of each proposal, replacing one of the same id. Empty
// fields get the hub's defaults, and an unknown space is made up.
func (w *World) Add(ps ...Proposal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range ps {
		w.addLocked(p)
	}
	w.index = nil
}

func (w *World) addLocked(p Proposal) {
	s := w.spaces[p.Space]
	if s == nil {
		s = w.gone[p.Space]
	}
	if s == nil {
		s = madeUpSpace(p.Space, p.Created)
		w.spaces[p.Space] = s
	}
	fillDefaults(&p, s)
	w.proposals[p.ID] = &p
}

// Edit changes the proposal and says whether it exists. The hub's own edit
// also sets Updated and IPFS; a test that wants that does it in change.
func (w *World) Edit(id string, change func(*Proposal)) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.proposals[id]
	if !ok {
		return false
	}
	next := *p
	change(&next)
	if !slices.Equal(p.Scores, next.Scores) {
		delete(w.base, id) // the new scores are what stands before the next vote
	}
	delete(w.proposals, id)
	w.proposals[next.ID] = &next
	w.index = nil
	return true
}

// Delete removes the row, as the hub does when an author deletes a proposal.
// Its votes stay: the old generation shows them with a null proposal.
func (w *World) Delete(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ok := w.proposals[id]
	delete(w.proposals, id)
	w.index = nil
	return ok
}

// AddSpace stores a space, replacing one of the same id.
func (w *World) AddSpace(ss ...Space) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range ss {
		fillSpace(&s)
		w.spaces[s.ID] = &s
		delete(w.gone, s.ID)
	}
	w.index = nil
}

// DeleteSpace removes a space. Its proposals stay listed in the old generation
// and are hidden in the new one.
func (w *World) DeleteSpace(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	s, ok := w.spaces[id]
	if ok {
		w.gone[id] = s
	}
	delete(w.spaces, id)
	w.index = nil
	return ok
}

// AddVotes stores ballots; they do not change any score.
func (w *World) AddVotes(vs ...Vote) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, v := range vs {
		w.votes[v.ID] = &v
	}
	w.index = nil
}

// AddFollows stores follows.
func (w *World) AddFollows(fs ...Follow) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range fs {
		w.follows[f.ID] = &f
	}
	w.index = nil
}

// Proposals returns a copy of every proposal, oldest first.
func (w *World) Proposals() []Proposal {
	w.mu.Lock()
	defer w.mu.Unlock()
	ix := w.indexLocked()
	out := make([]Proposal, 0, len(ix.asc))
	for _, p := range ix.asc {
		out = append(out, *p)
	}
	return out
}

// Spaces returns a copy of every space, sorted by id.
func (w *World) Spaces() []Space {
	w.mu.RLock()
	defer w.mu.RUnlock()
	out := make([]Space, 0, len(w.spaces))
	for _, id := range slices.Sorted(maps.Keys(w.spaces)) {
		out = append(out, *w.spaces[id])
	}
	return out
}

// Proposal returns a copy of one proposal.
func (w *World) Proposal(id string) (Proposal, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	p, ok := w.proposals[id]
	if !ok {
		return Proposal{}, false
	}
	return *p, true
}
