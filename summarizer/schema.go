package summarizer

import (
	"github.com/tmc/langchaingo/llms/openai"

	"mandate/governance"
)

type property = openai.ResponseFormatJSONSchemaProperty

// answerSchema is the shape of a model's answer for servers that enforce one.
// The answer is checked again all the same.
func answerSchema() *openai.ResponseFormat {
	item := object(map[string]*property{"text": words(), "quote": words()}, "text", "quote")
	root := object(map[string]*property{
		"headline":       words(),
		"summary":        words(),
		"kind":           oneOf(governance.Kinds()),
		"summary_quotes": list(item),
		"changes":        list(item),
		"asks": list(object(map[string]*property{
			"text": words(), "quote": words(), "amount": words(), "token": words(), "recipient": words(), "schedule": words(),
		}, "text", "quote", "amount", "token", "recipient", "schedule")),
		"for":            list(item),
		"against":        list(item),
		"winners_losers": list(item),
		"questions":      list(item),
		"choices": list(object(map[string]*property{
			"index": {Type: "integer"}, "label": words(), "meaning": words(), "stance": oneOf(stances()), "quote": words(),
		}, "index", "label", "meaning", "stance", "quote")),
		"leanings": list(object(map[string]*property{
			"dimension": oneOf(dimensionKeys()), "value": {Type: "integer"}, "quote": words(),
		}, "dimension", "value", "quote")),
	}, "headline", "summary", "kind", "summary_quotes", "changes", "asks", "for", "against", "winners_losers", "questions", "choices", "leanings")
	return &openai.ResponseFormat{
		Type:       "json_schema",
		JSONSchema: &openai.ResponseFormatJSONSchema{Name: "assessment", Strict: true, Schema: root},
	}
}

func words() *property               { return &property{Type: "string"} }
func list(items *property) *property { return &property{Type: "array", Items: items} }

func object(properties map[string]*property, required ...string) *property {
	return &property{Type: "object", Properties: properties, Required: required}
}

func oneOf[T ~string](values []T) *property {
	p := &property{Type: "string"}
	for _, v := range values {
		p.Enum = append(p.Enum, string(v))
	}
	return p
}

func stances() []governance.Stance {
	return []governance.Stance{governance.Support, governance.Oppose, governance.AbstainVote, governance.OtherStance}
}

func dimensionKeys() []string {
	var keys []string
	for _, d := range governance.Dimensions() {
		keys = append(keys, d.Key)
	}
	return keys
}
