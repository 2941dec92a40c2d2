package reader

import (
	"testing"

	"mandate/governance"
	"mandate/governance/text"
)

func TestTitleParty(t *testing.T) {
	for title, want := range map[string]string{
		"One year audit retainer with Birch Security":     "Birch Security",
		"Grant Request - Heron Labs":                      "Heron Labs",
		"Collaboration with mKestrel on a price feed":     "mKestrel",
		"Raise the quorum":                                "",
		"Grant Request - 5 ETH":                           "",
		"Budget: fourth quarter":                          "",
		"Marketing agreement with the Lantern Guild team": "Lantern Guild team",
	} {
		if got := titleParty(title); got != want {
			t.Errorf("%q pays %q, want %q", title, got, want)
		}
	}
}

func TestPayeesOfWholeTexts(t *testing.T) {
	const wallet = "0x00000000000000000000000000000000000000a1"
	for _, c := range []struct{ name, title, body, payee string }{
		{"a section names the address", "Help me print a zine", "## Grant size\n\n700 USD\n\n## Beneficiary address\n\n" + wallet + "\n", wallet},
		{"who would like to request", "Operating expenses", "The Harbour Crew would like to request funding from the treasury:\n\n- $5,000 for salaries of the team;\n", "Harbour Crew"},
		{"a team is no purpose", "Proposal to fund the Engineering Workstream", "Total funding request: $7,000\n", "Engineering Workstream"},
	} {
		p := governance.Proposal{Title: c.title, Body: c.body, Choices: []string{"Yes", "No"}}
		a, _, err := New().Extract(t.Context(), text.New(&p), &p)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Asks) == 0 || a.Asks[0].Recipient != c.payee {
			t.Errorf("%s: asks %+v, want %q", c.name, a.Asks, c.payee)
		}
	}
}

func TestTablesOfSums(t *testing.T) {
	body := "## Requests\n\n| Group | Award | Link |\n| --- | --- | --- |\n| Otters | 500 USDC + 2 ETH | [a](https://a.example/) |\n| Wrens | 300 USDC (no ETH) | [b](https://b.example/) |\n| Total | 800 USDC + 2 ETH | |\n"
	p := governance.Proposal{Title: "Funding of the working groups", Body: body, Choices: []string{"Yes", "No"}}
	a, _, err := New().Extract(t.Context(), text.New(&p), &p)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, ask := range a.Asks {
		got[ask.Amount+" "+ask.Token] = ask.Recipient
	}
	for ask, payee := range map[string]string{"500 USDC": "Otters", "2 ETH": "Otters", "300 USDC": "Wrens"} {
		if got[ask] != payee {
			t.Errorf("%s goes to %q, want %q: %v", ask, got[ask], payee, got)
		}
	}
	if _, ok := got["800 USDC"]; !ok {
		t.Errorf("no total: %v", got)
	}
}
