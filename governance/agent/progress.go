package agent

import (
	"context"
	"slices"
	"sync"
	"time"

	"mandate/governance"
	"mandate/governance/store"
)

// Progress is how far reading and explaining have come.
type Progress struct {
	Reading    bool // a source is being caught up with
	Proposals  int  // stored
	Unassessed int  // of them not explained yet
	Failing    int  // could not be explained and wait for another try
	Sources    []store.Health
}

// state is what the agent remembers in memory; all of it can be lost.
type state struct {
	mu        sync.Mutex
	progress  Progress
	listeners map[chan Progress]bool
	locked    map[string]bool      // sources at work
	failures  map[string]int       // in a row, by source
	next      map[string]time.Time // no try before, by failing source
	reading   map[string]bool      // sources that are behind
	expected  map[string]int       // proposals by space, as the space says
	spaces    map[string]time.Time // when a space was last asked for
	held      map[string]held      // content hash → its failures
	powers    map[string]governance.PowerReport
	casting   map[string]bool            // intents at work
	nextStep  map[string]time.Time       // no step of an intent before
	answered  map[string][]chan struct{} // who waits for an intent's next step
	watched   map[string]watched         // accounts that are about to be read
	// Proposals whose inspection failed, until when they are left alone.
	uninspected map[governance.Ref]time.Time
	untried     map[governance.Ref]int // how often in a row
}

func (s *state) do(f func(*state)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listeners == nil {
		s.listeners = map[chan Progress]bool{}
		s.locked, s.reading = map[string]bool{}, map[string]bool{}
		s.failures, s.expected = map[string]int{}, map[string]int{}
		s.next, s.spaces = map[string]time.Time{}, map[string]time.Time{}
		s.held = map[string]held{}
		s.powers, s.casting = map[string]governance.PowerReport{}, map[string]bool{}
		s.nextStep, s.answered = map[string]time.Time{}, map[string][]chan struct{}{}
		s.watched = map[string]watched{}
		s.uninspected, s.untried = map[governance.Ref]time.Time{}, map[governance.Ref]int{}
	}
	f(s)
}

// Progress returns the progress from memory. Before the first step it is what
// LoadProgress read, or nothing.
func (a *Agent) Progress() (p Progress) {
	a.state.do(func(s *state) { p = s.snapshot() })
	return p
}

func (s *state) snapshot() Progress {
	p := s.progress
	p.Sources = slices.Clone(p.Sources)
	p.Failing = len(s.held)
	for _, on := range s.reading {
		p.Reading = p.Reading || on
	}
	return p
}

// LoadProgress reads the counts and the sources' health from the store.
func (a *Agent) LoadProgress(ctx context.Context) error {
	counts, err := a.Store.Counts(ctx, a.now())
	if err != nil {
		return err
	}
	health, err := a.Store.Health(ctx)
	if err != nil {
		return err
	}
	a.change(func(s *state) {
		s.progress.Proposals, s.progress.Unassessed = counts.Proposals, counts.Unassessed
		s.progress.Sources = health
	})
	return nil
}

// change edits the state and tells the listeners.
func (a *Agent) change(f func(*state)) {
	a.state.do(func(s *state) {
		f(s)
		for c := range s.listeners {
			tell(c, s.snapshot())
		}
	})
}

// tell replaces what a slow listener has not read yet: it needs the newest
// state only.
func tell(c chan Progress, p Progress) {
	select {
	case c <- p:
		return
	default:
	}
	select {
	case <-c:
	default:
	}
	c <- p // there is room: only this function sends, and under the lock
}

// Watch returns a channel that carries the progress after each change, the
// newest only, until ctx ends; then it is closed.
func (a *Agent) Watch(ctx context.Context) <-chan Progress {
	c := make(chan Progress, 1)
	a.state.do(func(s *state) { s.listeners[c] = true })
	context.AfterFunc(ctx, func() {
		a.state.do(func(s *state) {
			delete(s.listeners, c)
			close(c)
		})
	})
	return c
}

// lock takes the source for one step; false means another step has it.
func (a *Agent) lock(source string) (ok bool) {
	a.state.do(func(s *state) {
		ok = !s.locked[source]
		s.locked[source] = true
	})
	return ok
}

func (a *Agent) unlock(source string) {
	a.state.do(func(s *state) { s.locked[source] = false })
}
