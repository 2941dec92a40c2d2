package agent

import (
	"context"
	"errors"
	"time"

	"mandate/governance"
	"mandate/governance/store"
)

// Pauses after a failed try. A wrong setting is tried again only now and then:
// it may have been the other side's mistake.
const (
	firstPause   = 10 * time.Second
	longestPause = 5 * time.Minute
	settingPause = time.Hour
)

// pauseAfter is how long to leave a source alone after its nth failure in a row.
func pauseAfter(err error, failures int) time.Duration {
	switch governance.CodeOf(err) {
	case governance.Limited:
		if wait := governance.WaitOf(err); wait > 0 {
			return wait
		}
	case governance.Invalid, governance.Denied:
		return settingPause
	}
	return min(firstPause<<min(failures-1, 10), longestPause)
}

// settle stores how a try of the source went and when the next one is due. A caller that stopped says nothing about the source.
func (a *Agent) settle(ctx context.Context, source string, err error) {
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return
	}
	now := a.now()
	pause := a.interval()
	a.state.do(func(s *state) {
		if err == nil {
			delete(s.failures, source)
			delete(s.next, source)
			return
		}
		s.failures[source]++
		pause = pauseAfter(err, s.failures[source])
		s.next[source] = now.Add(pause)
	})
	h := store.Health{Source: source, OK: err == nil, LastTry: now, NextTry: now.Add(pause)}
	if err == nil {
		h.LastOK = now
	} else {
		h.Error = governance.MessageOf(err)
		a.log(ctx).WarnContext(ctx, "A source could not be read.", "source", source, "error", err, "next_try", pause)
	}
	saved := a.Store.SetHealth(ctx, h)
	if loaded := a.LoadProgress(ctx); saved != nil || loaded != nil {
		a.log(ctx).ErrorContext(ctx, "The health of a source could not be kept.", "source", source, "error", errors.Join(saved, loaded))
	}
}

// resting reports whether the source failed and its next try is still to come.
func (a *Agent) resting(source string) (yes bool) {
	a.state.do(func(s *state) { yes = a.now().Before(s.next[source]) })
	return yes
}

// healthOf is a source before its first try is over.
func healthOf(source string, rows int, b governance.Batch) store.Health {
	return store.Health{Source: source, OK: true, Stored: int64(rows), Requests: int64(b.Requests), Done: b.Done, Estimate: b.Estimate}
}
