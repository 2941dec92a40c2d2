package summarizer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/tmc/langchaingo/llms/openai"

	"mandate/governance"
)

// leaningAnswer is a model's answer about wishes.
type leaningAnswer struct {
	Leanings []struct {
		Wish      int    `json:"wish"`
		Dimension string `json:"dimension"`
		Value     int    `json:"value"`
	} `json:"leanings"`
}

func leaningSchema() *openai.ResponseFormat {
	root := object(map[string]*property{
		"leanings": list(object(map[string]*property{
			"wish": {Type: "integer"}, "dimension": oneOf(dimensionKeys()), "value": {Type: "integer"},
		}, "wish", "dimension", "value")),
	}, "leanings")
	return &openai.ResponseFormat{
		Type:       "json_schema",
		JSONSchema: &openai.ResponseFormatJSONSchema{Name: "leanings", Strict: true, Schema: root},
	}
}

// Lean implements Leaner: it asks where each wish leans. The words are a
// person's own, so this belongs to a private model only. An answer out of
// form or range is an error as a whole; its text is not kept, because it may
// repeat the wishes.
func (m *LanguageModel) Lean(ctx context.Context, wishes []string) ([]map[string]int, error) {
	reply, err := m.ask(ctx, "", leanPrompt(m.config.Nonce(), wishes))
	if err != nil {
		return nil, err
	}
	found, err := parseLeanings(reply.content, len(wishes))
	if err != nil {
		return nil, governance.Errorf(governance.Upstream, "The model's answer does not have the asked form.")
	}
	return found, nil
}

func leanPrompt(nonce string, wishes []string) prompt {
	var system strings.Builder
	system.WriteString(`A voter in decentralised organisations (DAOs) wrote wishes, numbered, between two fence lines. For each wish say on which dimensions it leans, -2 to 2 without 0. Most wishes lean on one or two; one that leans nowhere has no entry. Answer with one JSON object and nothing else:
{"leanings":[{"wish":1,"dimension":"","value":2}]}

Dimensions (key: what -2 means / what 2 means):
`)
	for _, d := range governance.Dimensions() {
		fmt.Fprintf(&system, "- %s: %s / %s\n", d.Key, d.Minus, d.Plus)
	}
	var user strings.Builder
	fmt.Fprintf(&user, "<<<<< %s\n", nonce)
	for i, w := range wishes {
		fmt.Fprintf(&user, "%d. %s\n", i+1, w)
	}
	fmt.Fprintf(&user, ">>>>> %s\n", nonce)
	return prompt{system: system.String(), user: user.String(), values: true}
}

// parseLeanings reads the answer as strictly as an assessment.
func parseLeanings(raw string, wishes int) ([]map[string]int, error) {
	raw = unfence(strings.TrimSpace(raw))
	if err := checkJSON(raw); err != nil {
		return nil, err
	}
	var a leaningAnswer
	dec := json.NewDecoder(strings.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		return nil, err
	}
	found := make([]map[string]int, wishes)
	for i := range found {
		found[i] = map[string]int{}
	}
	for _, l := range a.Leanings {
		i := l.Wish - 1
		if i < 0 || i >= wishes || !governance.IsDimension(l.Dimension) || l.Value < -2 || l.Value > 2 {
			return nil, errors.New("a leaning is out of range")
		}
		if l.Value != 0 {
			found[i][l.Dimension] = l.Value
		}
	}
	return found, nil
}
