package summarizer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"mandate/governance"
	"mandate/governance/text"
)

const (
	maxAnswer = 1 << 20 // bytes
	maxDepth  = 64
)

// answer is a model's answer as it comes: quotes without places. Pointers
// tell a missing key from an empty value.
type answer struct {
	Headline      *string         `json:"headline"`
	Summary       *string         `json:"summary"`
	Kind          *string         `json:"kind"`
	SummaryQuotes []answerItem    `json:"summary_quotes"`
	Changes       []answerItem    `json:"changes"`
	Asks          []answerAsk     `json:"asks"`
	For           []answerItem    `json:"for"`
	Against       []answerItem    `json:"against"`
	WinnersLosers []answerItem    `json:"winners_losers"`
	Questions     []answerItem    `json:"questions"`
	Choices       []answerChoice  `json:"choices"`
	Leanings      []answerLeaning `json:"leanings"`
}

type answerItem struct {
	Text  string `json:"text"`
	Quote string `json:"quote"`
}

type answerAsk struct {
	Text      string `json:"text"`
	Quote     string `json:"quote"`
	Amount    string `json:"amount"`
	Token     string `json:"token"`
	Recipient string `json:"recipient"`
	Schedule  string `json:"schedule"`
}

type answerChoice struct {
	Index   int    `json:"index"`
	Label   string `json:"label"`
	Meaning string `json:"meaning"`
	Stance  string `json:"stance"`
	Quote   string `json:"quote"`
}

type answerLeaning struct {
	Dimension string `json:"dimension"`
	Value     int    `json:"value"`
	Quote     string `json:"quote"`
}

// parseAnswer reads a model's answer strictly: one JSON object of the known
// shape, each key once and spelled exactly, valid UTF-8, nothing after it. A
// Markdown code fence around the whole is the one wrapping that is taken off.
func parseAnswer(raw string) (answer, error) {
	var a answer
	raw = unfence(strings.TrimSpace(raw))
	switch {
	case len(raw) > maxAnswer:
		return a, errors.New("the answer is larger than 1 MiB")
	case !utf8.ValidString(raw):
		return a, errors.New("the answer is not valid UTF-8")
	}
	if err := checkJSON(raw); err != nil {
		return a, err
	}
	dec := json.NewDecoder(strings.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		return a, fmt.Errorf("the answer does not have the asked shape: %w", err)
	}
	if a.Headline == nil || a.Summary == nil || a.Kind == nil || a.Choices == nil {
		return a, errors.New("the answer lacks headline, summary, kind or choices")
	}
	return a, nil
}

func unfence(s string) string {
	rest, ok := strings.CutPrefix(s, "```")
	if !ok {
		return s
	}
	inner, ok := strings.CutSuffix(strings.TrimPrefix(rest, "json"), "```")
	if !ok {
		return s
	}
	return strings.TrimSpace(inner)
}

// checkJSON finds what encoding/json lets pass: doubled keys, keys in another
// case, deep nesting, lone surrogates, text after the end.
func checkJSON(raw string) error {
	if i := loneSurrogate(raw); i >= 0 {
		return fmt.Errorf("the answer has half a character at byte %d", i)
	}
	dec := json.NewDecoder(strings.NewReader(raw))
	dec.UseNumber()
	var open []level
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.New("the answer ends in the middle")
		}
		if err != nil {
			return fmt.Errorf("the answer is not JSON: %w", err)
		}
		if open, err = step(open, token); err != nil {
			return err
		}
		if len(open) == 0 {
			break
		}
	}
	if rest := bytes.TrimSpace([]byte(raw[dec.InputOffset():])); len(rest) > 0 {
		return errors.New("the answer goes on after its end")
	}
	return nil
}

// level is an open object (keys set) or array of the answer.
type level struct {
	keys    map[string]bool // nil = array
	keyNext bool
}

// step follows one token and returns the levels that are open after it.
func step(open []level, token json.Token) ([]level, error) {
	if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
		return open[:len(open)-1], nil
	}
	if len(open) > 0 {
		top := &open[len(open)-1]
		if top.keys != nil && top.keyNext {
			key, _ := token.(string)
			if top.keys[key] || strings.ToLower(key) != key {
				return open, fmt.Errorf("the answer has the key %.40q twice or in capitals", key)
			}
			top.keys[key], top.keyNext = true, false
			return open, nil
		}
		top.keyNext = true
	}
	switch token {
	case json.Delim('{'):
		open = append(open, level{keys: map[string]bool{}, keyNext: true})
	case json.Delim('['):
		open = append(open, level{})
	default:
		if len(open) == 0 {
			return open, errors.New("the answer is no JSON object")
		}
	}
	if len(open) > maxDepth {
		return open, errors.New("the answer is nested too deeply")
	}
	return open, nil
}

// loneSurrogate returns where an escaped half of a surrogate pair stands, -1
// if nowhere: encoding/json would replace it in silence.
func loneSurrogate(raw string) int {
	for i := 0; i+5 < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		if raw[i+1] != 'u' {
			i++
			continue
		}
		switch half(raw[i:]) {
		case 'l':
			return i
		case 'h':
			if i+11 >= len(raw) || raw[i+6] != '\\' || raw[i+7] != 'u' || half(raw[i+6:]) != 'l' {
				return i
			}
			i += 6
		}
		i += 5
	}
	return -1
}

// half tells a high (h) or low (l) surrogate escape from others (0).
func half(s string) byte {
	if c := s[2] | 0x20; c != 'd' {
		return 0
	}
	switch s[3] | 0x20 {
	case '8', '9', 'a', 'b':
		return 'h'
	case 'c', 'd', 'e', 'f':
		return 'l'
	}
	return 0
}

// assessment turns the answer into claims for Verify. Choices are mapped from
// the prompt's order to the venue's, by place and exact label: a choice whose
// label differs gets an index that does not exist, so that it counts as lost.
func (a answer) assessment(d text.Document, p *governance.Proposal, order []int) governance.Assessment {
	out := governance.Assessment{
		Headline: *a.Headline, Summary: *a.Summary, Kind: governance.Kind(*a.Kind),
		SummaryQuotes: items(a.SummaryQuotes), Changes: items(a.Changes), For: items(a.For), Against: items(a.Against),
		WinnersLosers: items(a.WinnersLosers), Questions: items(a.Questions), Leanings: map[string]governance.Leaning{},
	}
	for _, x := range a.Asks {
		out.Asks = append(out.Asks, governance.Ask{Amount: x.Amount, Token: x.Token, Recipient: x.Recipient, Schedule: x.Schedule,
			Item: governance.Item{Text: x.Text, Quote: x.Quote}})
	}
	for _, x := range a.Choices {
		c := governance.ChoiceMeaning{Index: -1, Meaning: x.Meaning, Stance: governance.Stance(x.Stance), Quote: x.Quote}
		if i := x.Index - 1; i >= 0 && i < len(order) && d.Choices[order[i]] == x.Label {
			c.Index = order[i] + firstChoice(p.Ref)
		}
		out.Choices = append(out.Choices, c)
	}
	for _, x := range a.Leanings {
		key := x.Dimension
		if _, twice := out.Leanings[key]; twice {
			key += " (twice)" // no dimension: it counts as lost
		}
		out.Leanings[key] = governance.Leaning{Value: x.Value, Quote: x.Quote}
	}
	return out
}

func items(list []answerItem) []governance.Item {
	out := make([]governance.Item, len(list))
	for i, x := range list {
		out[i] = governance.Item{Text: x.Text, Quote: x.Quote}
	}
	return out
}
