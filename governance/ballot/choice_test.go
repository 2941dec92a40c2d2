package ballot_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mandate/governance"
	"mandate/governance/ballot"
)

func TestChoices(t *testing.T) {
	labels := []string{"Yes", "No", "Later"}
	for _, c := range []struct {
		typ                   governance.VotingType
		in, canonical, spoken string
	}{
		{governance.SingleChoice, `1`, `1`, "Yes"},
		{governance.Basic, ` 3 `, `3`, "Later"},
		{governance.Approval, `[ 3, 1 ]`, `[3,1]`, "Later, Yes"},
		{governance.RankedChoice, `[2,1,3]`, `[2,1,3]`, "1. No, 2. Yes, 3. Later"},
		{governance.Copeland, `[3,1,2]`, `[3,1,2]`, "1. Later, 2. Yes, 3. No"},
		{governance.Weighted, `{"3":50, "1":50}`, `{"1":50,"3":50}`, "50% Yes, 50% Later"},
		{governance.Weighted, `{"1":1,"2":2,"3":0}`, `{"1":1,"2":2,"3":0}`, "33.3% Yes, 66.7% No"},
		{governance.Quadratic, `{"2":0.5}`, `{"2":0.5}`, "100% No"},
		{governance.Quadratic, `{"2":1e3,"1":-0}`, `{"1":0,"2":1000}`, "100% No"},
		{governance.Weighted, `{"1":1e-7}`, `{"1":1e-7}`, "100% Yes"}, // as ES6 writes it
	} {
		got, err := ballot.ParseChoice(c.typ, len(labels), json.RawMessage(c.in))
		if err != nil || string(got.JSON()) != c.canonical || got.Labels(labels) != c.spoken {
			t.Errorf("%s %s: %s %q, %v", c.typ, c.in, got.JSON(), got.Labels(labels), err)
		}
	}
}

func TestChoicesRefused(t *testing.T) {
	const single, basic, approval, ranked, copeland, weighted, quadratic = governance.SingleChoice, governance.Basic,
		governance.Approval, governance.RankedChoice, governance.Copeland, governance.Weighted, governance.Quadratic
	for _, c := range []struct {
		typ      governance.VotingType
		in, want string
	}{
		{single, `0`, "no choice 0"},
		{single, `4`, "no choice 4"},
		{single, `-1`, "no choice -1"},
		{single, `1.5`, "not the number of a choice"},
		{single, `1.0`, "not the number of a choice"},
		{single, `1e0`, "not the number of a choice"},
		{single, `99999999999999999999`, "not the number of a choice"},
		{single, `"1"`, "not a number"},
		{single, `true`, "not a number"},
		{single, `[1]`, "not a number"},
		{single, `null`, "Nothing is chosen"},
		{single, ``, "Nothing is chosen"},
		{single, `1 2`, "not valid JSON"},
		{single, `NaN`, "not valid JSON"},
		{basic, `{"1":1}`, "not a number"},
		{basic, `"0xabcd"`, "not a number"},
		{approval, `[]`, "Nothing is chosen"},
		{approval, `1`, "not a list"},
		{approval, `[1,1]`, "chosen twice"},
		{approval, `[1,4]`, "no choice 4"},
		{approval, `[1,"2"]`, "not a number"},
		{approval, `[1,null]`, "Nothing is chosen"},
		{ranked, `[1,2]`, "Choice 3 has no rank"},
		{ranked, `[1,2,2]`, "Choice 2 has two ranks"},
		{ranked, `[1,2,3,3]`, "Choice 3 has two ranks"},
		{ranked, `[0,1,2]`, "no choice 0"},
		{ranked, `[]`, "Nothing is chosen"},
		{copeland, `[2,3]`, "Choice 1 has no rank"},
		{copeland, `[2,2,1]`, "two ranks"},
		{copeland, `{"1":1}`, "not a list"},
		{weighted, `{}`, "All weights are zero"},
		{weighted, `{"1":0,"2":0}`, "All weights are zero"},
		{weighted, `{"1":-1,"2":2}`, "negative"},
		{weighted, `{"4":1}`, "no choice 4"},
		{weighted, `{"0":1}`, "no choice 0"},
		{weighted, `{"01":1}`, "not the number of a choice"},
		{weighted, `{"a":1}`, "not the number of a choice"},
		{weighted, `{"1":"1"}`, "weight of choice 1 is not a number"},
		{weighted, `{"1":null}`, "weight of choice 1 is not a number"},
		{weighted, `{"1":NaN}`, "not valid JSON"},
		{weighted, `{"1":1e999}`, "too large"},
		{weighted, `{"1":1e300}`, "too large"},
		{weighted, `{"1":1,"1":2}`, "not valid JSON"},
		{quadratic, `[1]`, "not a table"},
		{quadratic, `5`, "not a table"},
		{"custom", `1`, "cannot be cast here"},
		{"", `1`, "cannot be cast here"},
	} {
		got, err := ballot.ParseChoice(c.typ, 3, json.RawMessage(c.in))
		if governance.CodeOf(err) != governance.Invalid || !strings.Contains(governance.MessageOf(err), c.want) {
			t.Errorf("%s %s: %s, %v", c.typ, c.in, got.JSON(), err)
		}
	}
	if _, err := ballot.ParseChoice(single, 0, json.RawMessage(`1`)); governance.CodeOf(err) != governance.Invalid {
		t.Errorf("no choices: %v", err)
	}
	if _, err := ballot.ParseChoice(single, 3, json.RawMessage(`[`+strings.Repeat(`1,`, 40_000)+`1]`)); !strings.Contains(governance.MessageOf(err), "too long") {
		t.Errorf("a long choice: %v", err)
	}
}
