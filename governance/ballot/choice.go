package ballot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"mandate/governance"
)

// maxChoiceJSON bounds the text of a choice, in bytes. A ranking of 1000
// choices needs about 4 KB.
const maxChoiceJSON = 64 << 10

// Choice is a checked choice. The zero value is none.
type Choice struct {
	typ     governance.VotingType
	picks   []int // choice, choices, or ranking: 1-based
	weights []weight
}

type weight struct {
	choice int
	value  float64
}

// ParseChoice checks a choice as it stands in a request: a number (single
// choice, basic), a list of numbers (approval; ranked choice and copeland,
// best first, all of them), or an object from choice to weight (weighted,
// quadratic). choices is how many the proposal has; they count from 1.
// Errors are Invalid, each fault with its own message.
func ParseChoice(t governance.VotingType, choices int, raw json.RawMessage) (Choice, error) {
	if !t.Known() || onChain(t) {
		return Choice{}, bad("Votes of the kind %.40q cannot be cast here.", string(t))
	}
	if choices < 1 {
		return Choice{}, bad("The proposal has no choices.")
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return Choice{}, bad("Nothing is chosen.")
	}
	if len(raw) > maxChoiceJSON {
		return Choice{}, bad("The choice is too long.")
	}
	v, err := readJSON(raw)
	if err != nil {
		return Choice{}, governance.Wrap(governance.Invalid, err, "The choice is not valid JSON")
	}
	c := Choice{typ: t}
	switch t {
	case governance.SingleChoice, governance.Basic:
		var n int
		n, err = pick(v, choices)
		c.picks = []int{n}
	case governance.Weighted, governance.Quadratic:
		c.weights, err = weights(v, choices)
	default:
		c.picks, err = picks(v, choices, t != governance.Approval)
	}
	if err != nil {
		return Choice{}, err
	}
	return c, nil
}

// onChain are the kinds that governors count: from 0, by ParseGovernorChoice.
func onChain(t governance.VotingType) bool { return strings.HasPrefix(string(t), "governor") }

func pick(v any, choices int) (int, error) {
	number, ok := v.(json.Number)
	if !ok {
		if v == nil {
			return 0, bad("Nothing is chosen.")
		}
		return 0, bad("The choice is not a number.")
	}
	n, err := strconv.Atoi(number.String())
	if err != nil {
		return 0, bad("%.20q is not the number of a choice.", number.String())
	}
	if n < 1 || n > choices {
		return 0, bad("There is no choice %d: the choices are 1 to %d.", n, choices)
	}
	return n, nil
}

func picks(v any, choices int, ranking bool) ([]int, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, bad("The choice is not a list.")
	}
	if len(list) == 0 {
		return nil, bad("Nothing is chosen. An empty vote would count as cast and support nothing.")
	}
	out := make([]int, 0, len(list))
	for _, item := range list {
		n, err := pick(item, choices)
		if err != nil {
			return nil, err
		}
		if slices.Contains(out, n) && ranking {
			return nil, bad("Choice %d has two ranks.", n)
		}
		if slices.Contains(out, n) {
			return nil, bad("Choice %d is chosen twice.", n)
		}
		out = append(out, n)
	}
	if ranking && len(out) < choices {
		return nil, bad("Choice %d has no rank: all %d choices need one.", missing(out), choices)
	}
	return out, nil
}

func missing(ranked []int) int {
	for n := 1; ; n++ {
		if !slices.Contains(ranked, n) {
			return n
		}
	}
}

func weights(v any, choices int) ([]weight, error) {
	object, ok := v.([]pair)
	if !ok {
		return nil, bad("The choice is not a table of weights.")
	}
	var out []weight
	var sum float64
	for _, e := range object {
		n, err := strconv.Atoi(e.key)
		if err != nil || strconv.Itoa(n) != e.key {
			return nil, bad("%.20q is not the number of a choice.", e.key)
		}
		if n < 1 || n > choices {
			return nil, bad("There is no choice %d: the choices are 1 to %d.", n, choices)
		}
		value, err := weightOf(n, e.value)
		if err != nil {
			return nil, err
		}
		sum += value
		out = append(out, weight{n, value})
	}
	if sum <= 0 {
		return nil, bad("All weights are zero. Give at least one choice a weight.")
	}
	slices.SortFunc(out, func(a, b weight) int { return a.choice - b.choice })
	return out, nil
}

func weightOf(choice int, v any) (float64, error) {
	number, ok := v.(json.Number)
	if !ok {
		return 0, bad("The weight of choice %d is not a number.", choice)
	}
	value, err := strconv.ParseFloat(number.String(), 64)
	switch {
	case err != nil || value > maxSafe:
		return 0, bad("The weight of choice %d is too large.", choice)
	case value < 0:
		return 0, bad("The weight of choice %d is negative.", choice)
	}
	return math.Abs(value), nil // -0 is 0, as JSON.stringify writes it
}

// JSON returns the choice as JSON.stringify writes it: no spaces, weights in
// ascending order of their choices.
func (c Choice) JSON() json.RawMessage {
	switch c.typ {
	case "":
		return json.RawMessage("null")
	case governance.SingleChoice, governance.Basic:
		return strconv.AppendInt(nil, int64(c.picks[0]), 10)
	case governance.Weighted, governance.Quadratic:
		return c.table()
	}
	var b bytes.Buffer
	b.WriteByte('[')
	for i, n := range c.picks {
		comma(&b, i)
		b.WriteString(strconv.Itoa(n))
	}
	b.WriteByte(']')
	return b.Bytes()
}

func (c Choice) table() json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, w := range c.weights {
		comma(&b, i)
		number, _ := json.Marshal(w.value) // as ES6 writes it; the value is finite
		fmt.Fprintf(&b, `"%d":%s`, w.choice, number)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// Labels says the choice in words: the labels that it stands for, joined as
// its kind is read. Weights are shares of their sum.
func (c Choice) Labels(choices []string) string {
	label := func(n int) string {
		if n < 1 || n > len(choices) {
			return "choice " + strconv.Itoa(n)
		}
		return choices[n-1]
	}
	var parts []string
	switch c.typ {
	case governance.Weighted, governance.Quadratic:
		for _, w := range c.weights {
			if w.value > 0 {
				parts = append(parts, percent(w.value/c.sum())+" "+label(w.choice))
			}
		}
	case governance.RankedChoice, governance.Copeland:
		for i, n := range c.picks {
			parts = append(parts, strconv.Itoa(i+1)+". "+label(n))
		}
	default:
		for _, n := range c.picks {
			parts = append(parts, label(n))
		}
	}
	return strings.Join(parts, ", ")
}

func (c Choice) sum() (sum float64) {
	for _, w := range c.weights {
		sum += w.value
	}
	return sum
}

func percent(share float64) string {
	return strconv.FormatFloat(math.Round(share*1000)/10, 'f', -1, 64) + "%"
}
