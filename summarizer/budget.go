package summarizer

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"mandate/governance"
)

// ModelPrice is dollars for a million tokens.
type ModelPrice struct{ In, Out float64 }

// ModelPrices maps the beginning of a model's name to its price. The longest
// beginning wins.
type ModelPrices map[string]ModelPrice

// DefaultModelPrices are list prices as they were known when this was
// written. Providers change them: the owner's table goes first.
func DefaultModelPrices() ModelPrices {
	return ModelPrices{
		"gpt-4o":        {2.50, 10},
		"gpt-4o-mini":   {0.15, 0.60},
		"gpt-4.1":       {2, 8},
		"gpt-4.1-mini":  {0.40, 1.60},
		"gpt-4.1-nano":  {0.10, 0.40},
		"gpt-5":         {1.25, 10},
		"gpt-5-mini":    {0.25, 2},
		"gpt-5-nano":    {0.05, 0.40},
		"o3":            {2, 8},
		"claude-haiku":  {1, 5},
		"claude-sonnet": {3, 15},
		"claude-opus":   {15, 75},
	}
}

// unknownPrice is assumed for a model without a price on a server that is not
// on this machine: rather too much than too little.
var unknownPrice = ModelPrice{In: 10, Out: 40}

// of returns the price of a model; local servers cost nothing unless the
// table says so.
func (t ModelPrices) of(model string, local bool) ModelPrice {
	name := strings.ToLower(model)
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:] // openai/gpt-4o
	}
	best, found := ModelPrice{}, -1
	for prefix, price := range t {
		if strings.HasPrefix(name, strings.ToLower(prefix)) && len(prefix) > found {
			best, found = price, len(prefix)
		}
	}
	switch {
	case found >= 0:
		return best
	case local:
		return ModelPrice{}
	}
	return unknownPrice
}

func (p ModelPrice) usd(in, out int) float64 {
	return (float64(in)*p.In + float64(out)*p.Out) / 1e6
}

// budget keeps the month's spending below a limit. What is under way counts
// with the most that it can cost.
type budget struct {
	limit float64 // dollars a month, 0 = none
	spent func(context.Context) (float64, error)

	mu       sync.Mutex
	reserved float64
	lost     float64 // spent, but not recorded by the store
}

// reserve sets aside the most that a call can cost and returns a function
// that gives it back. It returns Limited if the limit would be passed.
func (b *budget) reserve(ctx context.Context, usd float64) (func(), error) {
	if b.limit <= 0 {
		return func() {}, nil
	}
	var spent float64
	if b.spent != nil {
		var err error
		if spent, err = b.spent(ctx); err != nil {
			return nil, governance.Wrap(governance.Upstream, err, "What the model has cost this month could not be read.")
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if spent+b.lost+b.reserved+usd > b.limit {
		return nil, governance.Errorf(governance.Limited, "The monthly limit of %s is reached.", dollars(b.limit))
	}
	b.reserved += usd
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.reserved -= usd
	}, nil
}

// keep counts what the store could not record.
func (b *budget) keep(usd float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lost += usd
}

func dollars(x float64) string {
	if x == float64(int64(x)) {
		return fmt.Sprintf("$%d", int64(x))
	}
	return fmt.Sprintf("$%.2f", x)
}

// breaker pauses after several failures in a row, so that a dead server does
// not hold up thousands of readings.
type breaker struct {
	limit int
	pause time.Duration
	now   func() time.Time

	mu     sync.Mutex
	failed int
	until  time.Time
}

func (b *breaker) allow() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.now().Before(b.until) {
		return governance.Errorf(governance.Upstream, "The model has not answered %d times in a row; the next try is at %s UTC.", b.failed, b.until.UTC().Format("15:04"))
	}
	return nil
}

// report counts one call; a success closes the breaker.
func (b *breaker) report(failed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !failed {
		b.failed, b.until = 0, time.Time{}
		return
	}
	if b.failed++; b.failed >= b.limit {
		b.until = b.now().Add(b.pause)
	}
}
