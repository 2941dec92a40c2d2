package summarizer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mandate/governance/governancetest"
)

func TestPrivateModelHelpsWithWhatCodeDoesNotUnderstand(t *testing.T) {
	const says = "I want privacy.\n我希望国库节俭，不要乱花钱。\nI don't care about marketing."
	tests := []struct {
		name, answer string
		want         map[string]int
		note         string
	}{
		{"good", `{"leanings":[{"wish":1,"dimension":"treasury_prudence","value":2}]}`, map[string]int{"treasury_prudence": 2}, "suggested leanings for 1"},
		{"nothing found", `{"leanings":[]}`, map[string]int{}, "suggested leanings for 0"},
		{"another wish", `{"leanings":[{"wish":2,"dimension":"treasury_prudence","value":2}]}`, map[string]int{}, "gave no leanings"},
		{"out of range", `{"leanings":[{"wish":1,"dimension":"treasury_prudence","value":9}]}`, map[string]int{}, "gave no leanings"},
		{"unknown dimension", `{"leanings":[{"wish":1,"dimension":"luck","value":1}]}`, map[string]int{}, "gave no leanings"},
		{"doubled key", `{"leanings":[],"leanings":[]}`, map[string]int{}, "gave no leanings"},
		{"prose", `I'd say it is about thrift.`, map[string]int{}, "gave no leanings"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, server, _ := startModel(t, func(int, governancetest.ChatRequest) serverReply { return serverReply{Content: tt.answer} }, nil)
			got, err := (&Compiler{Private: m}).Explain(t.Context(), says)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Values.Principles) != 3 || !cmp.Equal(got.Values.Principles[1].Leanings, tt.want) || !strings.Contains(strings.Join(got.Notes, " "), tt.note) {
				t.Errorf("principles %+v, notes %q", got.Values.Principles, got.Notes)
			}
			r := server.Requests()[0]
			if strings.Contains(r.Body, "privacy.") || strings.Contains(r.Body, "marketing.\"") || !strings.Contains(r.User, "1. 我希望国库节俭") {
				t.Errorf("sent %s", r.User)
			}
			if !strings.Contains(r.Body, `"name":"leanings"`) {
				t.Error("the answer's form is not asked for")
			}
		})
	}
}

func TestPrivateModelIsNotAskedWithoutNeed(t *testing.T) {
	m, server, _ := startModel(t, nil, nil)
	if _, err := (&Compiler{Private: m}).Compile(t.Context(), "I want privacy. Always abstain on elections."); err != nil {
		t.Fatal(err)
	}
	if n := len(server.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}
