package summarizer

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"slices"

	"mandate/governance"
	"mandate/governance/text"
)

// Model makes claims about one proposal; it does not verify them. There are
// two: the built-in reader and LanguageModel. An error is a
// *governance.Error whose message says in one sentence why there are no
// claims, or the context's error.
type Model interface {
	Name() string
	Extract(ctx context.Context, d text.Document, p *governance.Proposal) (governance.Assessment, governance.Usage, error)
}

// Repeater is a Model that can read again with the choices in another order,
// to show whether the order mattered.
type Repeater interface {
	Repeat(ctx context.Context, d text.Document, p *governance.Proposal) (governance.Assessment, governance.Usage, error)
}

// Usage is what one reading cost.
type Usage = governance.Usage

// Config sets up a Summarizer.
type Config struct {
	Model    Model                 // a language model; nil = none
	Fallback Model                 // the built-in reader
	Prices   governance.PriceTable // the owner's
	Log      *slog.Logger          // nil = discard
}

// Summarizer assesses proposals. It is safe for concurrent use.
type Summarizer struct {
	model    Model
	fallback Model
	prices   governance.PriceTable
	log      *slog.Logger
}

// New makes a Summarizer.
func New(c Config) *Summarizer {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Summarizer{model: c.Model, fallback: c.Fallback, prices: c.Prices, log: c.Log}
}

// Result is an assessed proposal.
type Result struct {
	Assessment governance.Assessment
	Facts      governance.Facts
	Text       string // canonical, to which the offsets refer
	Usage      Usage
}

const (
	// trustworthy is the share of literal claims below which a model's
	// answer is not shown at all.
	trustworthy = 0.5
	// doubted is the most faithfulness that is left to a reading which
	// another one contradicts about what a choice does.
	doubted = 0.5
	// unconfirmed is the same where the second reading failed.
	unconfirmed = 0.7
)

// Assess reads a proposal: with the language model if there is one, else or
// if it fails with the built-in reader and the reason. Every claim in the
// result is verified. It returns the context's error if the caller gives up,
// and Internal if even the built-in reader fails.
func (s *Summarizer) Assess(ctx context.Context, p *governance.Proposal) (Result, error) {
	d := text.New(p)
	var spent Usage
	var reason string
	if s.model != nil && !slices.Contains(d.Flags, governance.FlagEmpty) {
		a, usage, err := s.byModel(ctx, d, p)
		if err == nil {
			return s.result(d, p, a, usage), nil
		}
		if ctx.Err() != nil {
			return Result{}, ctx.Err()
		}
		s.log.WarnContext(ctx, "model replaced by the built-in reader", "ref", p.Ref, "error", err)
		spent, reason = usage, governance.MessageOf(err)
	}
	a, usage, err := s.fallback.Extract(ctx, d, p)
	if err != nil {
		return Result{}, readerError(ctx, err)
	}
	a = Verify(d, p, a)
	a.Reader, a.Fallback = s.fallback.Name(), reason
	return s.result(d, p, a, plus(spent, usage)), nil
}

func readerError(ctx context.Context, err error) error {
	var known *governance.Error
	if ctx.Err() != nil || errors.As(err, &known) {
		return err
	}
	return governance.Wrap(governance.Internal, err, "The built-in reader failed.")
}

func (s *Summarizer) result(d text.Document, p *governance.Proposal, a governance.Assessment, usage Usage) Result {
	a.Headline = titled(d, a.Headline)
	return Result{Assessment: a, Facts: PricedFacts(p, d, a, s.prices), Text: d.Text, Usage: usage}
}

// byModel reads with the language model, and lowers the trust where a second
// reading or the built-in reader contradicts it.
func (s *Summarizer) byModel(ctx context.Context, d text.Document, p *governance.Proposal) (governance.Assessment, Usage, error) {
	a, usage, err := s.model.Extract(ctx, d, p)
	if err != nil {
		return a, usage, err
	}
	a = Verify(d, p, a)
	a.Reader = s.model.Name()
	if a.Faithfulness < trustworthy || a.Headline == "" && a.Summary == "" {
		return a, usage, governance.Errorf(governance.Upstream, "Too few of the model's claims are word for word in the text.")
	}
	if reader, _, err := s.fallback.Extract(ctx, d, p); err == nil && stancesDiffer(a, Verify(d, p, reader)) {
		a.Faithfulness = math.Min(a.Faithfulness, doubted)
	}
	more, ok := s.model.(Repeater)
	if !ok || s.importance(d, p, a) < governance.ImportantAt {
		return a, usage, nil
	}
	second, spent, err := more.Repeat(ctx, d, p)
	usage = plus(usage, spent)
	switch {
	case ctx.Err() != nil:
		return a, usage, ctx.Err()
	case err != nil:
		s.log.WarnContext(ctx, "no second reading", "ref", p.Ref, "error", err)
		a.Faithfulness = math.Min(a.Faithfulness, unconfirmed)
	default:
		a.Faithfulness = compared(a, Verify(d, p, second))
	}
	return a, usage, nil
}

// importance is that of the proposal for anybody: a shared assessment must
// not depend on one person.
func (s *Summarizer) importance(d text.Document, p *governance.Proposal, a governance.Assessment) float64 {
	facts := PricedFacts(p, d, a, s.prices)
	return governance.ScoreProposal(facts, governance.Values{}, governance.ScoreContext{}).Importance
}

// compared is the first reading's faithfulness after a second one: lowered by
// the share of stances, leanings and kind on which they differ, and capped if
// a choice changed sides.
func compared(first, second governance.Assessment) float64 {
	same, all := 0, 1
	if first.Kind == second.Kind {
		same++
	}
	for _, d := range governance.Dimensions() {
		a, b := first.Leanings[d.Key].Value, second.Leanings[d.Key].Value
		if a == 0 && b == 0 {
			continue
		}
		all++
		if a*b > 0 {
			same++
		}
	}
	faithful := first.Faithfulness * (0.5 + 0.5*float64(same)/float64(all))
	if stancesDiffer(first, second) {
		faithful = math.Min(faithful, doubted)
	}
	return math.Min(faithful, second.Faithfulness)
}

// stancesDiffer reports whether two readings put a choice on different sides;
// a reading without an opinion contradicts nothing.
func stancesDiffer(a, b governance.Assessment) bool {
	for i := range min(len(a.Choices), len(b.Choices)) {
		x, y := a.Choices[i].Stance, b.Choices[i].Stance
		if x != y && x != governance.OtherStance && y != governance.OtherStance {
			return true
		}
	}
	return false
}

func plus(a, b Usage) Usage {
	if b.Model != "" {
		a.Model = b.Model
	}
	if b.PromptHash != "" {
		a.PromptHash = b.PromptHash
	}
	a.Calls += b.Calls
	a.InputTokens += b.InputTokens
	a.OutputTokens += b.OutputTokens
	a.USD += b.USD
	a.Latency += b.Latency
	a.CacheHits += b.CacheHits
	return a
}
