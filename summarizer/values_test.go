package summarizer

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"mandate/governance"
)

func compile(t testing.TB, statement string) Compiled {
	t.Helper()
	got, err := (&Compiler{DAOs: map[string]string{"lido": "lido-snapshot.eth"}}).Explain(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestCompilePrinciples(t *testing.T) {
	type leans = map[string]int
	tests := []struct {
		says   string
		weight int
		want   leans
	}{
		{"I care about a lean treasury", 3, leans{"treasury_prudence": 2}},
		{"I distrust token incentives", 3, leans{"growth_spending": -2, "treasury_prudence": 1}},
		{"I want audits before upgrades", 3, leans{"security_caution": 2, "openness_to_change": -1}},
		{"No single company should be able to run it", 3, leans{"decentralisation": 2}},
		{"I am happy to pay people who ship, if they report in public", 3, leans{"contributor_pay": 1, "transparency": 2}},
		{"I strongly support public goods", 5, leans{"public_goods": 2}},
		{"Open source matters a lot", 4, leans{"public_goods": 2}},
		{"I would like a bit more transparency", 2, leans{"transparency": 2}},
		{"I don't want KYC", 3, leans{"privacy": 2}},
		{"I am not against growth", 3, leans{"growth_spending": 2}},
		{"I am against marketing", 3, leans{"growth_spending": -2}},
		{"Never dilute token holders", 5, leans{"token_holder_value": 2}},
		{"Less centralisation", 3, leans{"decentralisation": 2}},
		{"Too much marketing", 3, leans{"growth_spending": -2}},
		{"Security over growth", 3, leans{"security_caution": 2, "growth_spending": -2}},
		{"I would rather save money than spend it", 3, leans{"treasury_prudence": 2 + 0}},
		{"Partnerships, not isolation", 3, leans{"partnerships": 2}},
		{"Protect user funds", 3, leans{"user_protection": 2}},
		{"I don’t mind paying contributors", 2, leans{"contributor_pay": 2}},
		{"I don't care about marketing", 1, leans{}},
		{"Growth, but not at the expense of security", 3, leans{"growth_spending": 2, "security_caution": 2}},
		{"Whales have too much power", 3, leans{"decentralisation": 2}},
		{"Keep emissions low", 3, leans{"token_holder_value": 1}},
		{"Marketing is not a waste", 3, leans{"growth_spending": 2, "treasury_prudence": 2}},
		{"Never risk user funds", 5, leans{"user_protection": 2}},
		{"Privacy is not important to me", 1, leans{}},
		{"I live by the sea", 3, leans{}},
		{"Always support public goods", 5, leans{"public_goods": 2}},
		{"Never support token incentives", 5, leans{"growth_spending": -2, "treasury_prudence": 1}},
	}
	for _, tt := range tests {
		t.Run(tt.says, func(t *testing.T) {
			got := compile(t, tt.says+".").Values
			if len(got.Principles) != 1 || len(got.Rules) != 0 {
				t.Fatalf("got %+v", got)
			}
			p := got.Principles[0]
			if p.Text != tt.says || p.Weight != tt.weight || !cmp.Equal(p.Leanings, tt.want) {
				t.Errorf("got %q %d %v, want %d %v", p.Text, p.Weight, p.Leanings, tt.weight, tt.want)
			}
		})
	}
}

func TestCompileRules(t *testing.T) {
	const friend = "0x00000000000000000000000000000000000000aa"
	tests := []struct {
		says string
		then governance.Outcome
		when governance.Condition
	}{
		{"Ask me above $250,000", governance.ThenAsk, governance.Condition{MinUSD: 250_000}},
		{"Ask me about anything over 1.5M USDC", governance.ThenAsk, governance.Condition{MinUSD: 1_500_000}},
		{"Always abstain on elections", governance.ThenAbstain, governance.Condition{Kinds: []governance.Kind{governance.KindElection}}},
		{"Never support an upgrade without an audit", governance.ThenAgainst, governance.Condition{Kinds: []governance.Kind{governance.KindUpgrade}, Lacks: []string{"audit"}}},
		{"Never vote for unaudited upgrades", governance.ThenAgainst, governance.Condition{Kinds: []governance.Kind{governance.KindUpgrade}, Lacks: []string{"audit"}}},
		{"Follow " + friend + " in aave.eth", governance.ThenAsk, governance.Condition{DAOs: []string{"aave.eth"}, Follow: friend}},
		{"Vote like " + friend, governance.ThenAsk, governance.Condition{Follow: friend}},
		{"Skip parameter changes in aave.eth", governance.ThenSkip, governance.Condition{Kinds: []governance.Kind{governance.KindParameter}, DAOs: []string{"aave.eth"}}},
		{"Skip everything in Lido", governance.ThenSkip, governance.Condition{DAOs: []string{"lido-snapshot.eth"}}},
		{"Vote against anything that mints tokens", governance.ThenAgainst, governance.Condition{Mentions: []string{"mint"}}},
		{"Vote against any grant by " + friend, governance.ThenAgainst, governance.Condition{Kinds: []governance.Kind{governance.KindGrant}, Authors: []string{friend}}},
		{"Always support grants", governance.ThenFor, governance.Condition{Kinds: []governance.Kind{governance.KindGrant}}},
		{"Ask me when there is hidden text", governance.ThenAsk, governance.Condition{Flags: []governance.Flag{governance.FlagHiddenText}}},
		{"Do not vote for spending without reporting", governance.ThenAgainst, governance.Condition{Kinds: []governance.Kind{governance.KindGrant, governance.KindTreasury}, Lacks: []string{"reporting"}}},
		{"I want to decide on multisig changes", governance.ThenAsk, governance.Condition{Mentions: []string{"multisig"}}},
	}
	for _, tt := range tests {
		t.Run(tt.says, func(t *testing.T) {
			got := compile(t, tt.says+".").Values
			if len(got.Rules) != 1 || len(got.Principles) != 0 {
				t.Fatalf("got %+v", got)
			}
			r := got.Rules[0]
			if diff := cmp.Diff(tt.when, r.When); diff != "" || r.Then != tt.then || r.Text != tt.says || r.ID != "r1" {
				t.Errorf("%q then %s: %s", r.Text, r.Then, diff)
			}
		})
	}
}

func TestCompileWholeStatements(t *testing.T) {
	tests := []struct {
		name, says string
		principles []string
		rules      []string
	}{
		{"the design's example", "I care about a lean treasury, I distrust token incentives, I want audits before upgrades",
			[]string{"I care about a lean treasury", "I distrust token incentives", "I want audits before upgrades"}, nil},
		{"and", "I care about a lean treasury, and I distrust token incentives. ENS is infrastructure: no single company should be able to run it.",
			[]string{"I care about a lean treasury", "I distrust token incentives", "ENS is infrastructure: no single company should be able to run it"}, nil},
		{"bullets and rules", "- Public goods first\n- ask me above $250,000\n* never support an upgrade without an audit and always abstain on elections\n1. Skip spam",
			[]string{"Public goods first"},
			[]string{"ask me above $250,000", "never support an upgrade without an audit", "always abstain on elections", "Skip spam"}},
		{"said twice", "Privacy first. privacy first!", []string{"Privacy first"}, nil},
		{"nothing", " \n\u200b ", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := compile(t, tt.says).Values
			var principles, rules []string
			for _, p := range v.Principles {
				principles = append(principles, p.Text)
			}
			for _, r := range v.Rules {
				rules = append(rules, r.Text)
			}
			if !cmp.Equal(principles, tt.principles) || !cmp.Equal(rules, tt.rules) {
				t.Errorf("principles %q, rules %q", principles, rules)
			}
		})
	}
}

func TestCompileNotes(t *testing.T) {
	tests := []struct{ says, note string }{
		{"Ich möchte, dass die Schatzkammer sparsam ist und nicht für Werbung ausgibt", "is not in English"},
		{"我希望国库节俭，不要乱花钱", "is not in English"},
		{"I live by the sea", "No leaning was found"},
		{"I don't care about marketing", "no wish here"},
		{"Follow 0x71C4a0b1 in aave.eth", "0x71C4a0b1 has 10"},
		{"Always abstain when it rains", "sounds like a rule"},
		{"Vote against anything that mints tokens", "mentions mint"},
		{"Ask me if more than 5% of the treasury is spent", "names a share"},
		{"Ask me above $5,000 or when it touches the multisig", "several cases"},
	}
	for _, tt := range tests {
		got := compile(t, tt.says)
		if len(got.Notes) == 0 || !strings.Contains(got.Notes[0], tt.note) {
			t.Errorf("%q has the notes %q, want %q", tt.says, got.Notes, tt.note)
		}
		if len(got.Values.Principles)+len(got.Values.Rules) == 0 {
			t.Errorf("%q is lost", tt.says)
		}
	}
	if _, err := (&Compiler{}).Compile(t.Context(), strings.Repeat("a", governance.MaxStatement+1)); governance.CodeOf(err) != governance.Invalid {
		t.Errorf("a statement without end: %v", err)
	}
	many := compile(t, strings.Repeat("I like growth in year X.\n", 1)+strings.Repeat("Some wish\n", 1)+manyWishes(30))
	if len(many.Values.Principles) != governance.MaxPrinciples || !strings.Contains(strings.Join(many.Notes, " "), "no room") {
		t.Errorf("%d principles, notes %q", len(many.Values.Principles), many.Notes)
	}
}

func manyWishes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("I like growth of the kind " + strings.Repeat("x", i+1) + ".\n")
	}
	return b.String()
}

func TestSamples(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Samples() {
		if s.Key == "" || s.Name == "" || seen[s.Key] {
			t.Errorf("sample %+v", s)
		}
		seen[s.Key] = true
		if err := s.Values.Check(); err != nil {
			t.Errorf("%s: %v", s.Key, err)
		}
		again := compile(t, s.Values.Statement)
		if diff := cmp.Diff(s.Values, again.Values); diff != "" || len(again.Notes) > 0 {
			t.Errorf("%s read again: %s %q", s.Key, diff, again.Notes)
		}
		if len(s.Values.Principles) < 3 {
			t.Errorf("%s has %d principles", s.Key, len(s.Values.Principles))
		}
	}
	if len(seen) < 4 {
		t.Errorf("%d samples", len(seen))
	}
}

func TestKeepCarriesOverWhatWasSetByHand(t *testing.T) {
	old := compile(t, "I want privacy. I want growth. Always abstain on elections.").Values
	old.Version, old.Principles[1].Weight, old.Rules[0].When.DAOs = 7, 1, []string{"a.eth"}
	got := Keep(old, compile(t, "I want audits. I want growth. Always abstain on elections.").Values)
	if got.Version != 7 || len(got.Principles) != 2 || got.Principles[1].Weight != 1 || got.Principles[1].ID != "p2" || got.Principles[0].ID == "p2" {
		t.Errorf("principles %+v", got.Principles)
	}
	if len(got.Rules) != 1 || !cmp.Equal(got.Rules[0], old.Rules[0]) {
		t.Errorf("rules %+v", got.Rules)
	}
}

// FuzzCompile: any statement compiles to values that pass their own check, in
// the person's own words.
func FuzzCompile(f *testing.F) {
	f.Add("I care about a lean treasury, ask me above $250,000; never support an upgrade without an audit")
	f.Add("follow 0x00000000000000000000000000000000000000aa in aave.eth, and skip 1.5%")
	f.Add("不要乱花钱。\n- x\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := (&Compiler{}).Explain(t.Context(), s)
		if err != nil {
			if utf8.RuneCountInString(s) <= governance.MaxStatement {
				t.Fatal(err)
			}
			return
		}
		if err := got.Values.Check(); err != nil {
			t.Fatal(err)
		}
		for _, p := range got.Values.Principles {
			for _, w := range strings.Fields(p.Text) {
				if !strings.Contains(got.Values.Statement, w) {
					t.Fatalf("%q are not the person's words", p.Text)
				}
			}
		}
	})
}

func BenchmarkCompile(b *testing.B) {
	s := Samples()[0].Values.Statement
	for b.Loop() {
		_, _ = (&Compiler{}).Compile(b.Context(), s)
	}
}
