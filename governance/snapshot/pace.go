package snapshot

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"mandate/governance"
)

// longestPause is how long a request waits silently until the hub's limit is
// over; beyond that the caller is told to come back, so that it can say so.
const longestPause = 2 * time.Second

// pace keeps requests under the hub's limits: our own, and what its headers say
// is left.
type pace struct {
	limiter *rate.Limiter // nil = none
	now     func() time.Time

	mu    sync.Mutex
	until time.Time // no request before
}

func newPace(perMinute int, now func() time.Time) *pace {
	p := &pace{now: now}
	if perMinute > 0 {
		p.limiter = rate.NewLimiter(rate.Limit(float64(perMinute)/60), max(1, perMinute/6))
	}
	return p
}

// wait returns when the next request may go out. It returns Limited if that is
// far away, and the context's error.
func (p *pace) wait(ctx context.Context) error {
	p.mu.Lock()
	pause := p.until.Sub(p.now())
	p.mu.Unlock()
	if pause > longestPause {
		return limited(pause)
	}
	if pause > 0 {
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
	if p.limiter == nil {
		return ctx.Err()
	}
	turn := p.limiter.Reserve()
	if err := sleep(ctx, turn.Delay()); err != nil {
		turn.Cancel()
		return err
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// learn holds requests back once the headers say that none is left. Two are
// kept in reserve, because others may share our address.
func (p *pace) learn(h http.Header) {
	left, err := strconv.Atoi(h.Get("RateLimit-Remaining"))
	if err != nil || left > 2 {
		return
	}
	if d := untilReset(h.Get("RateLimit-Reset"), p.now()); d > 0 {
		p.hold(d)
	}
}

func (p *pace) hold(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.now().Add(d); t.After(p.until) {
		p.until = t
	}
}

// Waits that the hub may ask for; an odd header must not stop reading for ever.
const (
	defaultWait = time.Minute
	longestWait = 24 * time.Hour
)

// waitFrom reads when a refused client may come back: Retry-After (seconds or
// a date), RateLimit-Reset, X-Api-Key-Reset; one minute if nothing is said.
func waitFrom(h http.Header, now time.Time) time.Duration {
	after := strings.TrimSpace(h.Get("Retry-After"))
	if t, err := http.ParseTime(after); err == nil {
		return clampWait(t.Sub(now))
	}
	for _, v := range []string{after, h.Get("RateLimit-Reset"), h.Get("X-Api-Key-Reset")} {
		if d := untilReset(v, now); d > 0 {
			return clampWait(d)
		}
	}
	return defaultWait
}

func clampWait(d time.Duration) time.Duration {
	return min(max(d, time.Second), longestWait)
}

// untilReset reads seconds from now or, where the number is that large, a unix
// time.
func untilReset(v string, now time.Time) time.Duration {
	n, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	switch {
	case err != nil || n != n || n <= 0 || n > 1e11:
		return 0
	case n > 1e9:
		return time.Unix(int64(n), 0).Sub(now)
	}
	return min(time.Duration(n*float64(time.Second)), longestWait)
}

func limited(d time.Duration) error {
	d = d.Round(time.Second)
	return &governance.Error{
		Code: governance.Limited, Wait: d,
		Message: "The Snapshot hub allows no more requests for " + d.String() + ".",
	}
}
