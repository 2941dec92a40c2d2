package reader

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"mandate/governance"
	"mandate/governance/text"
)

const grantBody = `---
author: Ada Lovelace
status: Draft
---

## Simple Summary

This proposal requests 50,000 USDC for Loom Labs to maintain the docs for six months.

## Motivation

The handbook was last edited in spring, and 120 users asked for help in March because it is wrong. The treasury holds 9,000,000 USDC.

## Budget

| Item | USDC |
| ---- | ---- |
| Writers | 35,000 |
| Hosting | 15,000 |
| **Total** | **50,000** |

Recipient: 0x00000000000000000000000000000000000000Ab, paid monthly.

## Risks

If the writers leave, the pages may go stale again.

## Copyright

Copyright and related rights waived via CC0.
`

func read(t *testing.T, p governance.Proposal) governance.Assessment {
	t.Helper()
	if p.Ref == "" {
		p.Ref = "snapshot:loom.eth:0x1"
	}
	d := text.New(&p)
	a, _, err := New().Extract(t.Context(), d, &p)
	if err != nil {
		t.Fatal(err)
	}
	checkAssessment(t, d, a)
	return a
}

func TestReaderOnAGrant(t *testing.T) {
	a := read(t, governance.Proposal{Title: "[LIP-12] Fund the handbook", Body: grantBody, Choices: []string{"For", "Against", "Abstain"}})
	if a.Headline != "Fund the handbook — asks for $50,000 for Loom Labs" && a.Headline != "Fund the handbook — asks for 50,000 USDC for Loom Labs" {
		t.Errorf("headline %q", a.Headline)
	}
	if a.Kind != governance.KindTreasury && a.Kind != governance.KindGrant {
		t.Errorf("kind %s", a.Kind)
	}
	if len(a.Asks) == 0 || a.Asks[0].Amount != "50000" || a.Asks[0].Token != "USDC" || a.Asks[0].Recipient != "Loom Labs" {
		t.Errorf("asks %+v", a.Asks)
	}
	for _, ask := range a.Asks {
		if ask.Amount == "9000000" {
			t.Error("what the treasury holds is taken for an ask")
		}
	}
	if !strings.Contains(a.Summary, "50,000 USDC") || strings.Contains(a.Summary, "Draft") || strings.Contains(a.Summary, "Copyright") {
		t.Errorf("summary %q", a.Summary)
	}
	if len(a.Against) == 0 || !strings.Contains(a.Against[0].Quote, "stale") {
		t.Errorf("against %+v", a.Against)
	}
	if a.Leanings["treasury_prudence"].Value >= 0 {
		t.Errorf("leanings %+v", a.Leanings)
	}
}

func TestReaderIsDeterministic(t *testing.T) {
	p := governance.Proposal{Title: "Fund the handbook and burn the rest", Body: grantBody + grantBody, Choices: []string{"For", "Against"}}
	first := read(t, p)
	for range 5 {
		if again := read(t, p); !reflect.DeepEqual(first, again) {
			t.Fatal("two readings of one text differ")
		}
	}
}

func TestReaderStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := &governance.Proposal{Title: "Fund the handbook"}
	if _, _, err := New().Extract(ctx, text.New(p), p); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestStances(t *testing.T) {
	tests := []struct {
		title  string
		labels string
		want   string
	}{
		{"Fund the docs", "For|Against|Abstain", "support oppose abstain"},
		{"Fund the docs", "No|Yes", "oppose support"},
		{"Fund the docs", "No objection|Object", "support oppose"},
		{"Fund the docs", "Yes - pay Ada|No - keep the money", "support oppose"},
		{"Fund the docs", "Nothing|10 ETH|20 ETH", "oppose support support"},
		{"Lower the swap fee", "0.3% (no change)|0.2%|0 (remove the fee)|Raise the fee", "oppose support support oppose"},
		{"Remove the pool", "Keep the pool|Remove the pool", "oppose support"},
		{"Keep results private until the end", "Show results as now|Keep results private", "oppose support"},
		{"Stop paying for ads", "Stop it|Keep going", "support oppose"},
		{"Council election", "Ada|Grace|None of the above", "other other oppose"},
		{"Which name?", "Loom|Weft", "other other"},
		{"第一期空投", "同意|不同意|弃权", "support oppose abstain"},
		{"Inicio de pagos", "Estoy de acuerdo|No estoy de acuerdo", "support oppose"},
		{"Brûler les jetons", "Je suis pour|Je suis contre", "support oppose"},
		{"보상 제안", "찬성|반대|기권", "support oppose abstain"},
		{"Adopt the rules", "Yes, but rework first|Revise and resubmit|No", "support other oppose"},
	}
	for _, tt := range tests {
		a := read(t, governance.Proposal{Title: tt.title, Body: "The text says nothing about the choices.", Choices: strings.Split(tt.labels, "|")})
		var got []string
		for _, c := range a.Choices {
			got = append(got, string(c.Stance))
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("%s, %s: got %s, want %s", tt.title, tt.labels, g, tt.want)
		}
	}
}

func TestChoicesThatTheTextExplains(t *testing.T) {
	a := read(t, governance.Proposal{Title: "What next?", Body: "Two ways are open.\n\nOption 1: Do nothing and wait.\n\nOption 2: Move the pool to the new chain.\n", Choices: []string{"Option 1", "Option 2"}})
	if a.Choices[0].Stance != governance.Oppose || a.Choices[1].Stance != governance.Support || !strings.Contains(a.Choices[1].Quote, "Move the pool") {
		t.Errorf("choices %+v", a.Choices)
	}
}

func TestGovernorChoicesCountFromZero(t *testing.T) {
	a := read(t, governance.Proposal{Ref: "eip155:1:0x0000000000000000000000000000000000000001:7", Title: "Upgrade the vault", Body: "This proposal upgrades the vault.", Choices: []string{"Against", "For"}})
	if a.Choices[0].Index != 0 || a.Choices[0].Stance != governance.Oppose || a.Choices[1].Index != 1 {
		t.Errorf("choices %+v", a.Choices)
	}
}

func TestAsks(t *testing.T) {
	tests := []struct{ name, title, body, want string }{
		{"labels", "Ads budget", "## Spec\n\nAsset: aEthUSDC `0x00000000000000000000000000000000000000c0`\nAmount: 0.25M\nSpender: 0x00000000000000000000000000000000000000Ab\n", "250000 AETHUSDC to 0x00000000000000000000000000000000000000Ab"},
		{"list", "Pay the winners", "We will pay the winners of the contest:\n\n- 500 DAI - Ada\n- 300 DAI - Grace\n", "500 DAI to Ada|300 DAI to Grace"},
		{"order", "Cut emissions", "## Specification\n\n1. Mint 1,299.5 LOOM\n2. Send it to 0x00000000000000000000000000000000000000Ab.\n", "1299.5 LOOM to 0x00000000000000000000000000000000000000Ab"},
		{"background", "Raise the supply cap of wETH", "The pool has a TVL of $40M and 5,000 ETH of liquidity. We propose to raise the supply cap from 1,000 ETH to 2,000 ETH.", ""},
		{"schedule", "Retain Weft Labs", "We propose to pay Weft Labs $20k per month for audits.", "20000 USD to Weft Labs per month"},
		{"choices", "Marketing budget", "How much should we spend?", "5000 USDC|10000 USDC"},
	}
	for _, tt := range tests {
		p := governance.Proposal{Title: tt.title, Body: tt.body, Choices: []string{"For", "Against"}}
		if tt.name == "choices" {
			p.Choices = []string{"Nothing", "5,000 USDC", "10,000 USDC"}
		}
		var got []string
		for _, a := range read(t, p).Asks {
			s := a.Amount + " " + a.Token
			if a.Recipient != "" {
				s += " to " + a.Recipient
			}
			got = append(got, strings.TrimSpace(s+" "+a.Schedule))
		}
		if g := strings.Join(got, "|"); g != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, g, tt.want)
		}
	}
}

func TestKinds(t *testing.T) {
	tests := map[string]governance.Kind{
		"Raise the supply cap of wETH on Weft":     governance.KindParameter,
		"Election of the grants council":           governance.KindElection,
		"Upgrade the vaults to v3":                 governance.KindUpgrade,
		"Burn 5% of the LOOM supply":               governance.KindToken,
		"Partnership with Weft DAO":                governance.KindPartnership,
		"Change the quorum and the voting process": governance.KindMeta,
		"Adopt a code of conduct":                  governance.KindPolicy,
		"Which logo do you like?":                  governance.KindOther,
		"Q3 operations budget":                     governance.KindTreasury,
		"Grant for the docs contributors":          governance.KindGrant,
	}
	for title, want := range tests {
		if got := read(t, governance.Proposal{Title: title, Body: "Please read the forum first.", Choices: []string{"Yes", "No"}}).Kind; got != want {
			t.Errorf("%s: got %s, want %s", title, got, want)
		}
	}
}

func TestPlainTitle(t *testing.T) {
	tests := map[string]string{
		"[EP 5.1] [Executable] Pay Ada": "Pay Ada",
		"LIP-12: Fund the docs":         "Fund the docs",
		"XIP#6 Grant request":           "Grant request",
		"AIP-1.1 - Lockup":              "Lockup",
		"Term 2 budget":                 "Term 2 budget",
		"3 new gauges":                  "3 new gauges",
		"【投票】重启彩票":                      "重启彩票",
		"[LIP-1]":                       "[LIP-1]",
	}
	for title, want := range tests {
		if got := plainTitle(title); got != want {
			t.Errorf("%q: got %q, want %q", title, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	tests := []struct{ in, want string }{
		{"One. Two! Three?", "One.|Two!|Three?"},
		{"Pay e.g. 0.5 ETH vs. 1 ETH. Then stop.", "Pay e.g. 0.5 ETH vs. 1 ETH.|Then stop."},
		{"提案很好。投票吧！", "提案很好。|投票吧！"},
		{"See v2.1 of a.example. (Really.) Yes.", "See v2.1 of a.example.|(Really.)|Yes."},
	}
	for _, tt := range tests {
		var got []string
		splitSentences(tt.in, 0, len(tt.in), func(a, z int) { got = append(got, strings.TrimSpace(tt.in[a:z])) })
		if g := strings.Join(got, "|"); g != tt.want {
			t.Errorf("got %s, want %s", g, tt.want)
		}
	}
}

func TestLinksCostNoQuote(t *testing.T) {
	body := "This proposal will move [the shared vault of all the docs writers](https://forum.example.org/t/a-very-long-address-that-nobody-needs-to-read/12345) to the new chain, and close the old one in June."
	for _, q := range read(t, governance.Proposal{Title: "Move the vault", Body: body, Choices: []string{"For", "Against"}}).SummaryQuotes {
		if strings.Contains(q.Quote, "https://") {
			t.Errorf("quote %q", q.Quote)
		}
	}
}

func ExampleReader_Extract() {
	p := &governance.Proposal{Ref: "snapshot:loom.eth:0x1", Title: "LIP-3: Pay for the audit", Choices: []string{"Yes", "No"},
		Body: "We propose to pay Weft Security 12,000 USDC for an audit of the vault."}
	a, _, _ := New().Extract(context.Background(), text.New(p), p)
	fmt.Println(a.Headline)
	fmt.Println(a.Asks[0].Text)
	// Output:
	// Pay for the audit — asks for 12,000 USDC for Weft Security
	// 12,000 USDC to Weft Security
}
