package summarizer

import (
	"context"
	"strings"
	"unicode/utf8"

	"mandate/governance"
	"mandate/governance/text"
)

// Extract reads one proposal: in one call, or in parts and a last call over
// what the parts found if it is long. Every claim of a part is verified
// before it is used further. Errors are *governance.Error with a reason that
// can be shown, or the context's error.
func (m *LanguageModel) Extract(ctx context.Context, d text.Document, p *governance.Proposal) (governance.Assessment, governance.Usage, error) {
	return m.read(ctx, d, p, identity(len(d.Choices)))
}

// Repeat reads the proposal again with the choices in another order. What
// does not depend on the order comes out the same.
func (m *LanguageModel) Repeat(ctx context.Context, d text.Document, p *governance.Proposal) (governance.Assessment, governance.Usage, error) {
	return m.read(ctx, d, p, reversed(len(d.Choices)))
}

// reading is one reading of one proposal under way.
type reading struct {
	model *LanguageModel
	doc   text.Document
	p     *governance.Proposal
	order []int
	usage governance.Usage
}

func (m *LanguageModel) read(ctx context.Context, d text.Document, p *governance.Proposal, order []int) (governance.Assessment, governance.Usage, error) {
	r := &reading{model: m, doc: d, p: p, order: order, usage: governance.Usage{Model: m.config.Model}}
	parts := chunks(d.Text, m.config.ChunkBytes)
	tokens := estimate(d.Text) + (len(parts)+1)*(estimate(systemPrompt(""))+m.config.MaxOutput)
	if tokens > m.config.MaxTokens {
		return governance.Assessment{}, r.usage, governance.Errorf(governance.Limited, "The text is longer than the model may read.")
	}
	a, err := r.all(ctx, parts)
	if err != nil {
		return governance.Assessment{}, r.usage, err
	}
	a.Reader = m.config.Model
	return a, r.usage, nil
}

// all maps the parts to claims and reduces them to one assessment.
func (r *reading) all(ctx context.Context, parts []string) (governance.Assessment, error) {
	if len(parts) == 1 {
		return r.one(ctx, promptInput{body: parts[0], part: 1, parts: 1})
	}
	found := make([]governance.Assessment, len(parts))
	for i, body := range parts {
		a, err := r.one(ctx, promptInput{body: body, part: i + 1, parts: len(parts)})
		if err != nil {
			return governance.Assessment{}, err
		}
		found[i] = Verify(r.doc, r.p, a)
	}
	whole, err := r.one(ctx, promptInput{body: passages(found, r.model.config.ChunkBytes), parts: len(parts), reduce: true})
	if err != nil {
		return governance.Assessment{}, err
	}
	return merge(whole, found), nil
}

// one makes one call and returns its claims, not verified yet.
func (r *reading) one(ctx context.Context, in promptInput) (governance.Assessment, error) {
	in.doc, in.order = r.doc, r.order
	in.nonce, in.canary = r.model.config.Nonce(), r.model.config.Nonce()
	prompt := buildPrompt(in)
	reply, err := r.model.ask(ctx, r.p.Ref, prompt)
	r.add(reply.call)
	if err != nil {
		return governance.Assessment{}, err
	}
	if strings.Contains(strings.ToLower(reply.content), strings.ToLower(in.canary)) {
		return governance.Assessment{}, governance.Errorf(governance.Upstream, "The model's answer shows signs of manipulation by the text.")
	}
	a, err := parseAnswer(reply.content)
	if err != nil && declines(reply.content) {
		return governance.Assessment{}, governance.Errorf(governance.Upstream, "The model declined to answer.")
	}
	if err != nil {
		return governance.Assessment{}, governance.Wrap(governance.Upstream, err, "The model's answer does not have the asked form.")
	}
	return a.assessment(r.doc, r.p, in.order), nil
}

// add sums up what the calls of one reading cost.
func (r *reading) add(c Call) {
	if c.At.IsZero() {
		return // no call was made
	}
	r.usage.Calls++
	r.usage.InputTokens += c.InputTokens
	r.usage.OutputTokens += c.OutputTokens
	r.usage.USD += c.USD
	r.usage.Latency += c.Latency
	r.usage.PromptHash = c.PromptHash
	if c.CachedTokens > 0 {
		r.usage.CacheHits++
	}
}

// declines recognises a refusal in prose.
func declines(content string) bool {
	head := strings.ToLower(strings.ReplaceAll(content[:min(len(content), 300)], "’", "'"))
	for _, words := range []string{"i'm sorry", "i am sorry", "i can't", "i cannot", "i can not", "i won't", "i'm unable", "i am unable", "as an ai"} {
		if strings.Contains(head, words) {
			return true
		}
	}
	return false
}

// passages joins the quotes that the parts found, each part with an equal
// share of the room. The claims themselves are kept by merge: the room bounds
// only what the last call sees.
func passages(found []governance.Assessment, size int) string {
	var b strings.Builder
	seen := map[string]bool{}
	for _, a := range found {
		room := size / len(found)
		for _, quote := range quotes(a) {
			if seen[quote] || len(quote) > room {
				continue
			}
			seen[quote] = true
			room -= len(quote)
			b.WriteString("-----\n" + quote + "\n")
		}
	}
	return b.String()
}

// quotes lists an assessment's quotes, the most telling first.
func quotes(a governance.Assessment) []string {
	var list []string
	for _, items := range [][]governance.Item{a.SummaryQuotes, a.Changes} {
		for _, item := range items {
			list = append(list, item.Quote)
		}
	}
	for _, ask := range a.Asks {
		list = append(list, ask.Quote)
	}
	for _, d := range governance.Dimensions() {
		if l, ok := a.Leanings[d.Key]; ok {
			list = append(list, l.Quote)
		}
	}
	for _, items := range [][]governance.Item{a.For, a.Against, a.WinnersLosers, a.Questions} {
		for _, item := range items {
			list = append(list, item.Quote)
		}
	}
	return list
}

// merge keeps the claims of the parts beside those of the whole. What can be
// said only of the whole (headline, kind, choices, leanings) comes from it.
func merge(whole governance.Assessment, parts []governance.Assessment) governance.Assessment {
	for _, a := range parts {
		whole.Changes = append(whole.Changes, missing(whole.Changes, a.Changes)...)
		whole.For = append(whole.For, missing(whole.For, a.For)...)
		whole.Against = append(whole.Against, missing(whole.Against, a.Against)...)
		whole.WinnersLosers = append(whole.WinnersLosers, missing(whole.WinnersLosers, a.WinnersLosers)...)
		whole.Questions = append(whole.Questions, missing(whole.Questions, a.Questions)...)
		for _, ask := range a.Asks {
			if !hasAsk(whole.Asks, ask) {
				whole.Asks = append(whole.Asks, ask)
			}
		}
	}
	return whole
}

// missing returns the items of more whose quotes list does not have.
func missing(list, more []governance.Item) []governance.Item {
	known := map[string]bool{}
	for _, item := range list {
		known[item.Quote] = true
	}
	var out []governance.Item
	for _, item := range more {
		if !known[item.Quote] {
			out = append(out, item)
		}
	}
	return out
}

func hasAsk(list []governance.Ask, ask governance.Ask) bool {
	for _, x := range list {
		if x.Amount == ask.Amount && strings.EqualFold(x.Token, ask.Token) && (x.Recipient == ask.Recipient || x.Quote == ask.Quote) {
			return true
		}
	}
	return false
}

// titled gives an assessment without a headline the title, cut at a word.
func titled(d text.Document, headline string) string {
	if headline != "" || utf8.RuneCountInString(d.Title) <= maxHeadline {
		if headline == "" {
			return d.Title
		}
		return headline
	}
	runes := []rune(d.Title)[:maxHeadline-1]
	cut := strings.LastIndexByte(string(runes), ' ')
	if cut < maxHeadline/2 {
		cut = len(string(runes))
	}
	return string(runes)[:cut] + "…"
}
