package governance

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func threeChoices() []FactChoice {
	return []FactChoice{{1, "For", Support}, {2, "Against", Oppose}, {3, "Abstain", AbstainVote}}
}

func facts(leanings map[string]Leaning) Facts {
	return Facts{Ref: "snapshot:dao.eth:0x1", DAO: "dao.eth", Type: SingleChoice, Kind: KindTreasury,
		Choices: threeChoices(), Leanings: leanings, Faithfulness: 1}
}

func principle(id string, weight int, leanings map[string]int) Principle {
	return Principle{ID: id, Text: "principle " + id, Weight: weight, Leanings: leanings}
}

func TestScoreProposal(t *testing.T) {
	spends := map[string]Leaning{"treasury_prudence": {Value: -2, Start: 10, End: 40}}
	lean := Values{Version: 3, Principles: []Principle{principle("p1", 5, map[string]int{"treasury_prudence": 2})}}
	tests := []struct {
		name       string
		facts      Facts
		values     Values
		in         ScoreContext
		choice     int // 0 = no advice
		scores     []float64
		confidence float64
		route      Route
		reason     string
	}{
		{
			name: "no values", facts: facts(spends), scores: []float64{0, 0, 0}, route: RouteDigest,
			reason: "You have not said what you stand for yet, so nothing is scored.",
		},
		{
			name: "clearly against", facts: facts(spends), values: lean, choice: 2,
			scores: []float64{-50, 50, 0}, confidence: 0.87, route: RouteVote,
			reason: "Your values say Against and are 87% sure; you want 80%.",
		},
		{
			name: "unsure and small", facts: facts(map[string]Leaning{"treasury_prudence": {Value: -1, Start: 1, End: 9}}), values: lean,
			choice: 2, scores: []float64{-25, 25, 0}, confidence: 0.75, route: RouteDigest,
			reason: "Your values lean Against, but are 75% sure; you want 80%, and the matter is small.",
		},
		{
			name: "unsure and important", values: lean, choice: 2,
			facts: func() Facts {
				f := facts(map[string]Leaning{"treasury_prudence": {Value: -1, Start: 1, End: 9}})
				f.AskUSD = 2_000_000
				return f
			}(),
			scores: []float64{-25, 25, 0}, confidence: 0.75, route: RouteAsk,
			reason: "Your values lean Against, but are 75% sure; you want 80%.",
		},
		{
			name: "own threshold", facts: facts(map[string]Leaning{"treasury_prudence": {Value: -1, Start: 1, End: 9}}), values: lean,
			in: ScoreContext{SureAt: 0.7}, choice: 2, scores: []float64{-25, 25, 0}, confidence: 0.75, route: RouteVote,
			reason: "Your values say Against and are 75% sure; you want 70%.",
		},
		{
			name: "nothing matches", facts: facts(map[string]Leaning{"privacy": {Value: 2, Start: 1, End: 9}}), values: lean,
			scores: []float64{0, 0, 0}, route: RouteDigest,
			reason: "Nothing in this text touches what you stated; the matter is small.",
		},
		{
			name: "half of the claims were not literal", values: lean, choice: 2,
			facts:  func() Facts { f := facts(spends); f.Faithfulness = 0.5; return f }(),
			scores: []float64{-50, 50, 0}, confidence: 0.68, route: RouteDigest,
			reason: "Your values lean Against, but are 68% sure; you want 80%, and the matter is small.",
		},
		{
			name: "ambiguous choices", values: lean, choice: 2,
			facts:  func() Facts { f := facts(spends); f.Flags = []Flag{FlagChoices}; return f }(),
			scores: []float64{-50, 50, 0}, confidence: 0.60, route: RouteDigest,
			reason: "Your values lean Against, but are 60% sure; you want 80%, and the matter is small.",
		},
		{
			name: "unknown voting type", values: lean,
			facts:  func() Facts { f := facts(spends); f.Type = "quantum"; return f }(),
			scores: []float64{0, 0, 0}, route: RouteAsk,
			reason: "This kind of voting is not known here, so nothing is voted for you.",
		},
		{
			name: "election", values: lean,
			facts: func() Facts {
				f := facts(spends)
				f.Kind, f.Choices = KindElection, []FactChoice{{1, "Ann", OtherStance}, {2, "Bo", OtherStance}}
				return f
			}(),
			scores: []float64{0, 0}, route: RouteDigest, confidence: 0.5,
			reason: "The choices are not for or against a change, so your values give no advice; the matter is small.",
		},
		{
			name: "two choices support", values: Values{Principles: []Principle{principle("p1", 5, map[string]int{"treasury_prudence": -2})}},
			facts: func() Facts {
				f := facts(spends)
				f.Choices = []FactChoice{{1, "Yes, 10%", Support}, {2, "Yes, 5%", Support}, {3, "No", Oppose}}
				return f
			}(),
			scores: []float64{50, 50, -50}, route: RouteDigest, confidence: 0.5,
			reason: "Your values lean towards the change, but no single choice says that; the matter is small.",
		},
		{
			name: "principles pull both ways", scores: []float64{0, 0, 0}, route: RouteDigest,
			facts: facts(map[string]Leaning{"treasury_prudence": {Value: -2, Start: 10, End: 40}, "public_goods": {Value: 2, Start: 50, End: 60}}),
			values: Values{Principles: []Principle{
				principle("p1", 3, map[string]int{"treasury_prudence": 2}), principle("p2", 3, map[string]int{"public_goods": 2}),
			}},
			reason: "Your principles pull both ways here; the matter is small.",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ScoreProposal(tt.facts, tt.values, tt.in)
			checkChoice(t, got, tt.choice)
			for i, want := range tt.scores {
				if got.Choices[i].Score != want || math.Signbit(got.Choices[i].Score) != (want < 0) {
					t.Errorf("choice %d scores %v, want %v", i+1, got.Choices[i].Score, want)
				}
			}
			if math.Abs(got.Confidence-tt.confidence) > 0.0051 || got.Route != tt.route || got.Reason != tt.reason {
				t.Errorf("got %v %v %q, want %v %v %q", got.Confidence, got.Route, got.Reason, tt.confidence, tt.route, tt.reason)
			}
			if got.ValuesVersion != tt.values.Version {
				t.Errorf("values version %d, want %d", got.ValuesVersion, tt.values.Version)
			}
		})
	}
}

func checkChoice(t *testing.T, s Score, want int) {
	t.Helper()
	switch {
	case want == 0 && s.Recommended != nil:
		t.Errorf("advises %d, want no advice", *s.Recommended)
	case want != 0 && (s.Recommended == nil || *s.Recommended != want):
		t.Errorf("advises %v, want %d", s.Recommended, want)
	}
}

func TestOneParagraphCountsOnce(t *testing.T) {
	values := Values{Principles: []Principle{
		principle("p1", 4, map[string]int{"treasury_prudence": 2}), principle("p2", 3, map[string]int{"growth_spending": -2}),
	}}
	tests := []struct {
		name          string
		first, second Leaning
		want          float64
	}{
		{"same quote", Leaning{Value: -2, Start: 10, End: 50}, Leaning{Value: 2, Start: 10, End: 50}, -40},
		{"overlapping quotes", Leaning{Value: -2, Start: 10, End: 50}, Leaning{Value: 2, Start: 49, End: 90}, -40},
		{"two places", Leaning{Value: -2, Start: 10, End: 50}, Leaning{Value: 2, Start: 50, End: 90}, -70},
		{"no places known", Leaning{Value: -2}, Leaning{Value: 2}, -70},
		{"one paragraph, two directions", Leaning{Value: -2, Start: 10, End: 50}, Leaning{Value: -2, Start: 10, End: 50}, -10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ScoreProposal(facts(map[string]Leaning{"treasury_prudence": tt.first, "growth_spending": tt.second}), values, ScoreContext{})
			if got.Choices[0].Score != tt.want {
				t.Errorf("scores %v, want %v", got.Choices[0].Score, tt.want)
			}
			if sum := points(got); math.Abs(sum-tt.want) > 0.11 {
				t.Errorf("contributions add up to %v, want %v", sum, tt.want)
			}
		})
	}
}

func points(s Score) float64 {
	var sum float64
	for _, c := range s.Contributions {
		sum += c.Points
	}
	return sum
}

func TestRulesDecideFirst(t *testing.T) {
	spends := facts(map[string]Leaning{"treasury_prudence": {Value: -2, Start: 10, End: 40}})
	lean := []Principle{principle("p1", 5, map[string]int{"treasury_prudence": 2})}
	always := Condition{Kinds: []Kind{KindTreasury}}
	friend := "0x00000000000000000000000000000000000000Aa"
	tests := []struct {
		name   string
		rules  []Rule
		facts  Facts
		in     ScoreContext
		choice int
		route  Route
		reason string
	}{
		{"for against the values", []Rule{{ID: "r1", When: always, Then: ThenFor, Text: "pay"}}, spends, ScoreContext{}, 1, RouteVote, "Your rule “pay” says For."},
		{"against", []Rule{{ID: "r1", When: always, Then: ThenAgainst, Text: "no"}}, spends, ScoreContext{}, 2, RouteVote, "Your rule “no” says Against."},
		{"abstain", []Rule{{ID: "r1", When: always, Then: ThenAbstain, Text: "out"}}, spends, ScoreContext{}, 3, RouteVote, "Your rule “out” says Abstain."},
		{"ask keeps the lean", []Rule{{ID: "r1", When: always, Then: ThenAsk, Text: "ask me"}}, spends, ScoreContext{}, 2, RouteAsk, "Your rule “ask me” says to ask you."},
		{"skip", []Rule{{ID: "r1", When: always, Then: ThenSkip, Text: "skip"}}, spends, ScoreContext{}, 0, RouteDigest, "Your rule “skip” leaves this out."},
		{"the first that fits", []Rule{
			{ID: "r0", When: Condition{Kinds: []Kind{KindGrant}}, Then: ThenSkip, Text: "other"},
			{ID: "r1", When: always, Then: ThenFor, Text: "first"}, {ID: "r2", When: always, Then: ThenAsk, Text: "second"},
		}, spends, ScoreContext{}, 1, RouteVote, "Your rule “first” says For."},
		{"an empty condition never holds", []Rule{{ID: "r1", Then: ThenFor}}, spends, ScoreContext{}, 2, RouteVote, "Your values say Against and are 87% sure; you want 80%."},
		{"follow, vote unknown", []Rule{{ID: "r1", When: Condition{Follow: friend}, Then: ThenAsk}}, spends, ScoreContext{}, 2, RouteVote, "Your values say Against and are 87% sure; you want 80%."},
		{"follow, vote known", []Rule{{ID: "r1", When: Condition{Follow: friend}, Then: ThenAsk, Text: "follow"}}, spends,
			ScoreContext{Followed: map[string]int{strings.ToLower(friend): 1}}, 1, RouteVote, "Your rule “follow” says For."},
		{"follow into a choice that does not exist", []Rule{{ID: "r1", When: Condition{Follow: friend}, Then: ThenAsk, Text: "follow"}}, spends,
			ScoreContext{Followed: map[string]int{strings.ToLower(friend): 9}}, 0, RouteAsk, "Your rule “follow” fits, but no single choice says that."},
		{"a flag lowers a rule too", []Rule{{ID: "r1", When: always, Then: ThenFor, Text: "pay"}},
			func() Facts { f := spends; f.Flags = []Flag{FlagInstructions}; f.AskUSD = 5e6; return f }(), ScoreContext{}, 1, RouteAsk,
			"Your rule “pay” says For, but the reading is 60% sure; you want 80%."},
		{"no abstain choice", []Rule{{ID: "r1", When: always, Then: ThenAbstain, Text: "out"}},
			func() Facts { f := spends; f.Choices = threeChoices()[:2]; return f }(), ScoreContext{}, 0, RouteDigest,
			"Your rule “out” says to abstain, and there is no such choice; nothing is voted."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ScoreProposal(tt.facts, Values{Principles: lean, Rules: tt.rules}, tt.in)
			checkChoice(t, got, tt.choice)
			if got.Route != tt.route || got.Reason != tt.reason {
				t.Errorf("got %v %q, want %v %q", got.Route, got.Reason, tt.route, tt.reason)
			}
		})
	}
}

func TestConditionHolds(t *testing.T) {
	f := Facts{Ref: "snapshot:aave.eth:0x1", DAO: "aave", Author: "0xAbC", Kind: KindUpgrade, AskUSD: 300_000,
		Flags: []Flag{FlagSpam}, Topics: []string{"timelock"}}
	tests := []struct {
		name string
		when Condition
		want bool
	}{
		{"empty", Condition{}, false},
		{"kind", Condition{Kinds: []Kind{KindGrant, KindUpgrade}}, true},
		{"other kind", Condition{Kinds: []Kind{KindGrant}}, false},
		{"DAO", Condition{DAOs: []string{"AAVE"}}, true},
		{"space", Condition{DAOs: []string{"aave.eth"}}, true},
		{"author", Condition{Authors: []string{"0xabc"}}, true},
		{"sum reached", Condition{MinUSD: 300_000}, true},
		{"sum not reached", Condition{MinUSD: 300_001}, false},
		{"flag", Condition{Flags: []Flag{FlagEmpty, FlagSpam}}, true},
		{"mentions", Condition{Mentions: []string{"audit", "timelock"}}, true},
		{"lacks", Condition{Lacks: []string{"audit"}}, true},
		{"lacks one of two only", Condition{Lacks: []string{"audit", "timelock"}}, false},
		{"all parts", Condition{Kinds: []Kind{KindUpgrade}, Lacks: []string{"audit"}, MinUSD: 1}, true},
		{"one part fails", Condition{Kinds: []Kind{KindUpgrade}, Lacks: []string{"timelock"}}, false},
		{"follow limits nothing", Condition{Follow: "0x1"}, true},
	}
	for _, tt := range tests {
		if got := tt.when.Holds(f); got != tt.want {
			t.Errorf("%s: holds is %v, want %v", tt.name, got, tt.want)
		}
	}
	f.AskUSD, f.Unpriced = 0, true
	if !(Condition{MinUSD: 1e12}).Holds(f) {
		t.Error("an unpriced sum does not count as above the ceiling")
	}
}

func TestImportance(t *testing.T) {
	tests := []struct {
		name  string
		facts Facts
		in    ScoreContext
		want  ImportanceParts
		sum   float64
	}{
		{"nothing known", Facts{}, ScoreContext{}, ImportanceParts{Powers: 0.2}, 0.2},
		{"small sum", Facts{Kind: KindGrant, AskUSD: 10_000}, ScoreContext{}, ImportanceParts{Powers: 0.1}, 0.1},
		{"large sum, treasury unknown", Facts{Kind: KindGrant, AskUSD: 10_000_000}, ScoreContext{}, ImportanceParts{Money: 1, Powers: 0.1}, 1},
		{"the same sum in a large treasury", Facts{Kind: KindGrant, AskUSD: 10_000_000}, ScoreContext{TreasuryUSD: 1e9}, ImportanceParts{Money: 0.5, Powers: 0.1}, 0.51},
		{"unpriced", Facts{Kind: KindGrant, Unpriced: true}, ScoreContext{TreasuryUSD: 1e9}, ImportanceParts{Money: 0.5, Powers: 0.1}, 0.51},
		{"unpriced beside a large sum", Facts{Kind: KindGrant, Unpriced: true, AskUSD: 10_000_000}, ScoreContext{}, ImportanceParts{Money: 1, Powers: 0.1}, 1},
		{"upgrade", Facts{Kind: KindUpgrade}, ScoreContext{}, ImportanceParts{Powers: 0.6}, 0.6},
		{"danger", Facts{Kind: KindGrant, Dangers: 1}, ScoreContext{}, ImportanceParts{Powers: 0.1, Findings: 1}, 1},
		{"tie", Facts{Kind: KindGrant, Choices: threeChoices(), Tally: Tally{Scores: []float64{10, 10, 900}}}, ScoreContext{}, ImportanceParts{Powers: 0.1, Closeness: 1}, 0.33},
		{"landslide", Facts{Kind: KindGrant, Choices: threeChoices(), Tally: Tally{Scores: []float64{100, 1, 0}}}, ScoreContext{}, ImportanceParts{Powers: 0.1}, 0.1},
		{"broken counts", Facts{Kind: KindGrant, Choices: threeChoices(), Tally: Tally{Scores: []float64{math.NaN(), math.Inf(1), -4, 7}}}, ScoreContext{Share: math.NaN()}, ImportanceParts{Powers: 0.1}, 0.1},
	}
	for _, tt := range tests {
		got := ScoreProposal(tt.facts, Values{}, tt.in)
		if got.Parts != tt.want || got.Importance != tt.sum {
			t.Errorf("%s: %v %+v, want %v %+v", tt.name, got.Importance, got.Parts, tt.sum, tt.want)
		}
	}
}

// drawFacts makes facts of any kind, including broken ones.
func drawFacts(t *rapid.T) Facts {
	f := Facts{Ref: "snapshot:dao.eth:0x1", DAO: "dao.eth", Leanings: map[string]Leaning{}}
	f.Type = rapid.SampledFrom([]VotingType{SingleChoice, Basic, Approval, Weighted}).Draw(t, "type")
	f.Kind = rapid.SampledFrom(Kinds()).Draw(t, "kind")
	stances := []Stance{Support, Oppose, AbstainVote, OtherStance}
	for i := range rapid.IntRange(0, 6).Draw(t, "choices") {
		f.Choices = append(f.Choices, FactChoice{i + 1, string(rune('A' + i)), rapid.SampledFrom(stances).Draw(t, "stance")})
		f.Tally.Scores = append(f.Tally.Scores, rapid.Float64().Draw(t, "score"))
	}
	for _, d := range Dimensions() {
		if rapid.Bool().Draw(t, "touched") {
			start := rapid.IntRange(0, 200).Draw(t, "start")
			f.Leanings[d.Key] = Leaning{Value: rapid.IntRange(-2, 2).Draw(t, "leaning"), Start: start, End: start + rapid.IntRange(0, 60).Draw(t, "length")}
		}
	}
	f.AskUSD = rapid.Float64().Draw(t, "ask")
	f.Unpriced = rapid.Bool().Draw(t, "unpriced")
	f.Faithfulness = rapid.Float64Range(0, 1).Draw(t, "faithfulness")
	f.Flags = rapid.SliceOfN(rapid.SampledFrom(Flags()), 0, 2).Draw(t, "flags")
	return f
}

func drawValues(t *rapid.T) Values {
	v := Values{Version: 1}
	for i := range rapid.IntRange(1, 8).Draw(t, "principles") {
		p := principle(string(rune('a'+i)), rapid.IntRange(1, 5).Draw(t, "weight"), map[string]int{})
		for _, d := range Dimensions() {
			if rapid.IntRange(0, 3).Draw(t, "cares") == 0 {
				p.Leanings[d.Key] = rapid.IntRange(-2, 2).Draw(t, "want")
			}
		}
		v.Principles = append(v.Principles, p)
	}
	return v
}

func TestScoreStaysInRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, v := drawFacts(t), drawValues(t)
		s := ScoreProposal(f, v, ScoreContext{Share: rapid.Float64().Draw(t, "share")})
		for _, c := range s.Choices {
			if !(c.Score >= -100 && c.Score <= 100) || c.Score == 0 && math.Signbit(c.Score) {
				t.Fatalf("score %v", c.Score)
			}
		}
		for _, x := range []float64{s.Confidence / MaxUncalibrated, s.Importance, s.Parts.Money, s.Parts.Powers, s.Parts.Findings, s.Parts.Closeness, s.Parts.Share} {
			if !(x >= 0 && x <= 1) {
				t.Fatalf("%v is outside of 0…1 in %+v", x, s)
			}
		}
		if s.Route == RouteVote && (s.Recommended == nil || s.Confidence < SureAt || len(f.Flags) > 0) {
			t.Fatalf("votes without being sure: %+v", s)
		}
		if s.Reason == "" || len(s.Contributions) != len(v.Principles) {
			t.Fatalf("no reason or list: %+v", s)
		}
	})
}

func supportOf(s Score, f Facts) (float64, bool) {
	for i, c := range f.Choices {
		if c.Stance == Support {
			return s.Choices[i].Score, true
		}
	}
	return 0, false
}

func TestMoreWeightNeverTurnsAgainstItsPrinciple(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, v := drawFacts(t), drawValues(t)
		i := rapid.IntRange(0, len(v.Principles)-1).Draw(t, "which")
		for key, l := range f.Leanings { // make it agree with everything that it cares about
			if v.Principles[i].Leanings[key]*l.Value < 0 {
				v.Principles[i].Leanings[key] *= -1
			}
		}
		low, ok := supportOf(ScoreProposal(f, v, ScoreContext{}), f)
		v.Principles[i].Weight = min(5, v.Principles[i].Weight+1)
		high, _ := supportOf(ScoreProposal(f, v, ScoreContext{}), f)
		if ok && high < low-0.1 {
			t.Fatalf("more weight lowered %v to %v", low, high)
		}
	})
}

func TestFlippedLeaningsFlipTheScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, v := drawFacts(t), drawValues(t)
		flipped := f
		flipped.Leanings = map[string]Leaning{}
		for key, l := range f.Leanings {
			l.Value = -l.Value
			flipped.Leanings[key] = l
		}
		a, b := ScoreProposal(f, v, ScoreContext{}), ScoreProposal(flipped, v, ScoreContext{})
		for i := range a.Choices {
			if a.Choices[i].Score != 0-b.Choices[i].Score {
				t.Fatalf("%v and %v", a.Choices, b.Choices)
			}
		}
		if a.Importance != b.Importance {
			t.Fatalf("importance %v and %v", a.Importance, b.Importance)
		}
	})
}

func TestOrderOfChoicesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, v := drawFacts(t), drawValues(t)
		order := rapid.Permutation(indexes(len(f.Choices))).Draw(t, "order")
		turned := f
		turned.Choices, turned.Tally.Scores = make([]FactChoice, len(order)), make([]float64, len(order))
		for to, from := range order {
			turned.Choices[to], turned.Tally.Scores[to] = f.Choices[from], f.Tally.Scores[from]
		}
		a, b := ScoreProposal(f, v, ScoreContext{}), ScoreProposal(turned, v, ScoreContext{})
		if a.Confidence != b.Confidence || a.Importance != b.Importance || a.Route != b.Route || a.Reason != b.Reason {
			t.Fatalf("%+v and %+v", a, b)
		}
		if (a.Recommended == nil) != (b.Recommended == nil) || a.Recommended != nil && *a.Recommended != *b.Recommended {
			t.Fatalf("advice %v and %v", a.Recommended, b.Recommended)
		}
	})
}

func indexes(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func TestRuleBeatsAnyPrinciples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, v := drawFacts(t), drawValues(t)
		v.Rules = []Rule{{ID: "r1", When: Condition{Kinds: []Kind{f.Kind}}, Then: ThenAsk, Text: "ask"}}
		if s := ScoreProposal(f, v, ScoreContext{}); s.Route != RouteAsk {
			t.Fatalf("route %v", s.Route)
		}
		v.Rules[0].Then = ThenSkip
		if s := ScoreProposal(f, v, ScoreContext{}); s.Recommended != nil || s.Route != RouteDigest {
			t.Fatalf("%v %v", s.Recommended, s.Route)
		}
		v.Rules[0].Then = ThenFor
		if s := ScoreProposal(f, v, ScoreContext{}); s.Recommended != nil && stanceOf(f, *s.Recommended) != Support {
			t.Fatalf("a rule for it advises %v", *s.Recommended)
		}
	})
}

func stanceOf(f Facts, index int) Stance {
	i := slices.IndexFunc(f.Choices, func(c FactChoice) bool { return c.Index == index })
	return f.Choices[i].Stance
}

func BenchmarkScore10k(b *testing.B) {
	all := make([]Facts, 10_000)
	for i := range all {
		f := facts(map[string]Leaning{})
		for d, dim := range Dimensions() {
			if (i+d)%3 == 0 {
				f.Leanings[dim.Key] = Leaning{Value: (i+d)%5 - 2, Start: 40 * d, End: 40*d + 60}
			}
		}
		f.AskUSD, f.Tally = float64(i*100), Tally{Scores: []float64{float64(i), 5000, 10}}
		all[i] = f
	}
	v := Values{}
	for i, d := range Dimensions() {
		v.Principles = append(v.Principles, principle(d.Key, i%5+1, map[string]int{d.Key: i%5 - 2, "treasury_prudence": 1}))
	}
	for b.Loop() {
		for i := range all {
			ScoreProposal(all[i], v, ScoreContext{})
		}
	}
}

// A danger in the calls asks, however sure the values are and whatever a rule
// says.
func TestDangerAsks(t *testing.T) {
	spends := map[string]Leaning{"treasury_prudence": {Value: -2, Start: 1, End: 9}}
	for name, v := range map[string]Values{
		"principles": {Principles: []Principle{{ID: "p", Text: "A lean treasury", Weight: 5, Leanings: map[string]int{"treasury_prudence": 2}}}},
		"a rule":     {Rules: []Rule{{ID: "r", Text: "Always against", When: Condition{Kinds: []Kind{KindTreasury}}, Then: ThenAgainst}}},
	} {
		f := facts(spends)
		if s := ScoreProposal(f, v, ScoreContext{}); s.Route == RouteAsk {
			t.Errorf("%s: without a danger the route is %s (%s)", name, s.Route, s.Reason)
		}
		f.Dangers = 1
		if s := ScoreProposal(f, v, ScoreContext{}); s.Route != RouteAsk || s.Importance != 1 {
			t.Errorf("%s: with a danger the route is %s, importance %v", name, s.Route, s.Importance)
		}
	}
}
