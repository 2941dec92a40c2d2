package summarizer

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"mandate/governance"
	"mandate/governance/text"
)

const emptyAnswer = `{"headline":"h","summary":"s","kind":"grant","summary_quotes":[],"changes":[],"asks":[],"for":[],"against":[],` +
	`"winners_losers":[],"questions":[],"choices":[],"leanings":[]}`

func TestParseAnswer(t *testing.T) {
	with := func(part, other string) string { return strings.Replace(emptyAnswer, part, other, 1) }
	tests := []struct {
		name, raw, fails string
	}{
		{"good", emptyAnswer, ""},
		{"fenced", "```json\n" + emptyAnswer + "\n```", ""},
		{"spaces around", "\n " + emptyAnswer + "\n", ""},
		{"a whole surrogate pair", with(`"h"`, `"\ud83d\ude00"`), ""},
		{"escaped backslash before u", with(`"h"`, `"\\ud83d"`), ""},
		{"empty", "", "ends in the middle"},
		{"prose before", "Sure: " + emptyAnswer, "not JSON"},
		{"text after", emptyAnswer + " thanks", "goes on"},
		{"two answers", emptyAnswer + emptyAnswer, "goes on"},
		{"cut off", emptyAnswer[:40], "middle"},
		{"HTML", "<html>502</html>", "not JSON"},
		{"a string", `"vote for"`, "no JSON object"},
		{"an array", `[]`, "shape"},
		{"unknown key", with(`"headline":"h"`, `"headline":"h","recommendation":"FOR"`), "unknown field"},
		{"doubled key", with(`"headline":"h"`, `"headline":"h","headline":"x"`), "twice"},
		{"doubled key in capitals", with(`"headline":"h"`, `"headline":"h","HEADLINE":"x"`), "capitals"},
		{"doubled key inside", with(`"changes":[]`, `"changes":[{"text":"a","quote":"b","quote":"c"}]`), "twice"},
		{"missing keys", `{}`, "lacks"},
		{"null", with(`"kind":"grant"`, `"kind":null`), "lacks"},
		{"wrong type", with(`"changes":[]`, `"changes":"none"`), "shape"},
		{"fraction", with(`"leanings":[]`, `"leanings":[{"dimension":"privacy","value":1.5,"quote":"q"}]`), "shape"},
		{"huge number", with(`"leanings":[]`, `"leanings":[{"dimension":"privacy","value":1e400,"quote":"q"}]`), "shape"},
		{"invalid UTF-8", with(`"h"`, "\"\xff\""), "UTF-8"},
		{"lone surrogate", with(`"h"`, `"\ud83d"`), "half a character"},
		{"lone low surrogate", with(`"h"`, `"\uDE00"`), "half a character"},
		{"deep", strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), "deeply"},
		{"deep objects", strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70), "deeply"},
		{"too large", with(`"h"`, `"`+strings.Repeat("a", maxAnswer)+`"`), "larger than 1 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseAnswer(tt.raw)
			if tt.fails == "" && err != nil || tt.fails != "" && (err == nil || !strings.Contains(err.Error(), tt.fails)) {
				t.Errorf("got %v, want %q", err, tt.fails)
			}
		})
	}
}

func TestAnswerMapsChoicesByPlaceAndLabel(t *testing.T) {
	p := harbour()
	d := text.New(p)
	choice := func(index int, label, stance string) answerChoice {
		return answerChoice{Index: index, Label: label, Stance: stance}
	}
	tests := []struct {
		name    string
		order   []int
		choices []answerChoice
		want    []governance.Stance
	}{
		{"as listed", identity(3), []answerChoice{choice(1, "For", "support"), choice(2, "Against", "oppose"), choice(3, "Abstain", "abstain")},
			[]governance.Stance{governance.Support, governance.Oppose, governance.AbstainVote}},
		{"reversed", reversed(3), []answerChoice{choice(3, "For", "support"), choice(2, "Against", "oppose"), choice(1, "Abstain", "abstain")},
			[]governance.Stance{governance.Support, governance.Oppose, governance.AbstainVote}},
		{"label of another choice", identity(3), []answerChoice{choice(1, "Against", "support"), choice(2, "For", "oppose"), choice(3, "Abstain", "abstain")},
			[]governance.Stance{governance.OtherStance, governance.OtherStance, governance.AbstainVote}},
		{"label nearly right", identity(3), []answerChoice{choice(1, "for", "support"), choice(2, "Against ", "oppose"), choice(9, "Abstain", "abstain")},
			[]governance.Stance{governance.OtherStance, governance.OtherStance, governance.OtherStance}},
		{"unknown stance", identity(3), []answerChoice{choice(1, "For", "VOTE")},
			[]governance.Stance{governance.OtherStance, governance.OtherStance, governance.OtherStance}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := parseAnswer(emptyAnswer)
			if err != nil {
				t.Fatal(err)
			}
			a.Choices = tt.choices
			got := Verify(d, p, a.assessment(d, p, tt.order))
			for i, want := range tt.want {
				if got.Choices[i].Stance != want || got.Choices[i].Index != i+1 {
					t.Errorf("choice %d is %+v, want %s", i+1, got.Choices[i], want)
				}
			}
		})
	}
}

// FuzzAnswer: whatever a model answers, nothing panics, and every claim that
// survives is literally in the text.
func FuzzAnswer(f *testing.F) {
	f.Add(emptyAnswer)
	f.Add(`{"headline":"Pays 5","summary":"A. B.","kind":"grant","summary_quotes":[{"text":"","quote":"The docs team"}],"changes":[],` +
		`"asks":[{"text":"","quote":"asks for 120,000 USDC","amount":"120000","token":"USDC","recipient":"","schedule":""}],"for":[],"against":[],` +
		`"winners_losers":[],"questions":[],"choices":[{"index":1,"label":"For","meaning":"","stance":"support","quote":""}],` +
		`"leanings":[{"dimension":"privacy","value":2,"quote":"audit is not planned"}]}`)
	f.Add(`{"a":{"b":[1,"\ud800"]}}`)
	f.Add("```json\n{}\n```")
	p := harbour()
	d := text.New(p)
	f.Fuzz(func(t *testing.T, raw string) {
		parsed, err := parseAnswer(raw)
		if err != nil {
			return
		}
		if !utf8.ValidString(raw) || !json.Valid([]byte(unfence(strings.TrimSpace(raw)))) {
			t.Fatalf("took %q", raw)
		}
		a := Verify(d, p, parsed.assessment(d, p, identity(len(d.Choices))))
		for _, quote := range quotes(a) {
			if !strings.Contains(d.Text, quote) {
				t.Fatalf("quote %q is not in the text", quote)
			}
		}
		if !(a.Faithfulness >= 0 && a.Faithfulness <= 1) || len(a.Choices) != len(p.Choices) {
			t.Fatalf("%+v", a)
		}
	})
}
