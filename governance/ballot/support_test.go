package ballot_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mandate/governance"
	"mandate/governance/ballot"
)

const boardroom = "0x6f3E6272A167e8AcCb32072d08E0957F9c79223d"

// board is a governor of a generation.
func board(sig governance.BallotSig) *governance.Governor {
	g := &governance.Governor{Chain: 1, Address: boardroom, Family: governance.FamilyOZ5, BallotSig: sig, Reasons: true, Abstain: true,
		Domain: governance.Domain{Name: "Board", Version: "1", ChainID: 1, Contract: boardroom},
		Token: governance.VotesToken{Address: ballot.RegistryV1, Symbol: "BRD", Decimals: 18,
			Domain: governance.Domain{Name: "Board Token", Version: "1", ChainID: 1, Contract: ballot.RegistryV1}}}
	switch sig {
	case governance.BallotAlpha:
		g.Family, g.Reasons, g.Abstain, g.Domain.Version = governance.FamilyAlpha, false, false, ""
	case governance.BallotBravo:
		g.Family, g.Domain.Version = governance.FamilyBravo, ""
	case governance.BallotOZ4:
		g.Family = governance.FamilyOZ4
	case governance.BallotOZ5:
		g.Fractional = true
	}
	return g
}

func TestGovernorChoices(t *testing.T) {
	for _, c := range []struct {
		in, canonical, words string
		support              ballot.Support
		params               string
	}{
		{`0`, `0`, "Against", ballot.Against, "0x"},
		{` 1 `, `1`, "For", ballot.For, "0x"},
		{`2`, `2`, "Abstain", ballot.Abstain, "0x"},
		{`{"1":"1.50","0":2}`, `{"0":"2","1":"1.5"}`, "2 BRD Against, 1.5 BRD For", ballot.Split,
			"0x" + "00000000000000001bc16d674ec80000" + "000000000000000014d1120d7b160000" + strings.Repeat("0", 32)},
		{`{"2":"0.000000000000000001","1":"0"}`, `{"2":"0.000000000000000001"}`, "0.000000000000000001 BRD Abstain", ballot.Split,
			"0x" + strings.Repeat("0", 64) + "00000000000000000000000000000001"},
		{`{"1":"340282366920938463463.374607431768211455"}`, `{"1":"340282366920938463463.374607431768211455"}`, "340282366920938463463.374607431768211455 BRD For",
			ballot.Split, "0x" + strings.Repeat("0", 32) + strings.Repeat("f", 32) + strings.Repeat("0", 32)},
	} {
		got, err := ballot.ParseGovernorChoice(board(governance.BallotOZ5), governance.GovernorFractional, json.RawMessage(c.in))
		if err != nil || string(got.JSON()) != c.canonical || got.Words("BRD") != c.words || got.Support() != c.support || got.ParamsHex() != c.params {
			t.Errorf("%s: %s, %q, %d, %s, %v", c.in, got.JSON(), got.Words("BRD"), got.Support(), got.ParamsHex(), err)
		}
	}
}

func TestGovernorChoicesRefused(t *testing.T) {
	oz5, oz4, alpha := board(governance.BallotOZ5), board(governance.BallotOZ4), board(governance.BallotAlpha)
	for _, c := range []struct {
		g         *governance.Governor
		in, words string
	}{
		{oz5, ``, "Nothing is chosen"},
		{oz5, `null`, "Nothing is chosen"},
		{oz5, `3`, "0 is Against, 1 is For, 2 is Abstain"},
		{oz5, `255`, "no choice 255"},
		{oz5, `-1`, "no choice -1"},
		{oz5, `1.0`, "no choice 1.0"},
		{oz5, `"1"`, "neither a number nor a table"},
		{oz5, `[1]`, "neither a number nor a table"},
		{oz5, `true`, "neither a number nor a table"},
		{oz5, `{}`, "All amounts are zero"},
		{oz5, `{"0":"0","1":0}`, "All amounts are zero"},
		{oz5, `{"3":"1"}`, "no choice 3"},
		{oz5, `{"For":"1"}`, "no choice For"},
		{oz5, `{"1":"1","1":"2"}`, "not valid JSON"},
		{oz5, `{"1":"-1"}`, "not an amount"},
		{oz5, `{"1":"1e3"}`, "not an amount"},
		{oz5, `{"1":1e3}`, "not an amount"},
		{oz5, `{"1":" 1"}`, "not an amount"},
		{oz5, `{"1":"0x1"}`, "not an amount"},
		{oz5, `{"1":"1."}`, "not an amount"},
		{oz5, `{"1":".5"}`, "not an amount"},
		{oz5, `{"1":"1,000"}`, "not an amount"},
		{oz5, `{"1":null}`, "An amount is missing"},
		{oz5, `{"1":"0.0000000000000000001"}`, "more decimals than the token's 18"},
		{oz5, `{"1":"340282366920938463463.374607431768211456"}`, "larger than a split vote can hold"},
		{oz4, `{"1":"1"}`, "cannot be split"},
		{alpha, `2`, "0 is Against and 1 is For"},
	} {
		_, err := ballot.ParseGovernorChoice(c.g, governance.GovernorVote, json.RawMessage(c.in))
		if governance.CodeOf(err) != governance.Invalid || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, want %q", c.in, err, c.words)
		}
	}
}

// The tables of the two venues never cross: neither parser takes the other's
// kinds, and the numbers of governors begin at 0.
func TestVenuesDoNotCross(t *testing.T) {
	for _, typ := range []governance.VotingType{governance.SingleChoice, governance.Basic, governance.Approval, governance.RankedChoice, governance.Copeland,
		governance.Quadratic, governance.Weighted, governance.GovernorApproval, "", "custom"} {
		if _, err := ballot.ParseGovernorChoice(board(governance.BallotOZ5), typ, json.RawMessage(`1`)); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("a governor takes %q: %v", typ, err)
		}
	}
	for _, typ := range []governance.VotingType{governance.GovernorVote, governance.GovernorFractional, governance.GovernorApproval, governance.GovernorOptimistic} {
		for _, in := range []string{`0`, `1`, `[1]`, `[1,2,3]`, `{"1":1}`} {
			if _, err := ballot.ParseChoice(typ, 3, json.RawMessage(in)); governance.CodeOf(err) != governance.Invalid {
				t.Errorf("Snapshot takes %s of kind %q: %v", in, typ, err)
			}
		}
	}
	labels := []string{"Against", "For", "Abstain"}
	for index, label := range labels {
		raw := json.RawMessage([]byte{byte('0' + index)})
		got, err := ballot.ParseGovernorChoice(board(governance.BallotOZ5), governance.GovernorVote, raw)
		if err != nil || got.Words("") != label {
			t.Errorf("%s is %q, %v", raw, got.Words(""), err)
		}
		other, err := ballot.ParseChoice(governance.Basic, 3, raw)
		if index == 0 && err == nil || index > 0 && other.Labels(labels) != labels[index-1] {
			t.Errorf("at Snapshot %s is %q, %v", raw, other.Labels(labels), err)
		}
	}
}

func TestUnits(t *testing.T) {
	for _, c := range []struct {
		amount   string
		decimals int
		want     string
	}{
		{"1.5", 18, "1500000000000000000"}, {"0", 18, "0"}, {"12", 0, "12"}, {"12.000", 0, "12"}, {"0.000001", 6, "1"}, {"007", 2, "700"},
	} {
		n, err := ballot.ParseUnits(c.amount, c.decimals)
		if err != nil || n.String() != c.want {
			t.Errorf("%s: %v, %v", c.amount, n, err)
		}
	}
	for _, c := range []string{"", ".", "1.2.3", "+1", "-1", "1e2", "١", "1 ", strings.Repeat("9", 300)} {
		if n, err := ballot.ParseUnits(c, 18); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("%q: %v, %v", c, n, err)
		}
	}
	if _, err := ballot.ParseUnits("1", 255); governance.CodeOf(err) != governance.Invalid {
		t.Error("255 decimals are taken: ", err)
	}
}

func FuzzParseGovernorChoice(f *testing.F) {
	for _, s := range []string{"0", "2", `{"0":"1.5","1":2}`, `{"2":"0.000000000000000001"}`, "null", `{"1":"1e9"}`} {
		f.Add(s, uint8(18))
	}
	f.Fuzz(func(t *testing.T, raw string, decimals uint8) {
		g := board(governance.BallotOZ5)
		g.Token.Decimals = int(decimals)
		c, err := ballot.ParseGovernorChoice(g, governance.GovernorFractional, json.RawMessage(raw))
		if err != nil {
			if governance.CodeOf(err) != governance.Invalid {
				t.Fatal(err)
			}
			return
		}
		again, err := ballot.ParseGovernorChoice(g, governance.GovernorFractional, c.JSON())
		if err != nil || string(again.JSON()) != string(c.JSON()) || again.ParamsHex() != c.ParamsHex() || again.Support() != c.Support() {
			t.Fatalf("%s became %s, %v", raw, c.JSON(), err)
		}
		if n := len(c.Params()); n != 0 && n != 48 {
			t.Fatalf("%d bytes of params", n)
		}
	})
}
