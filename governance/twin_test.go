package governance

import (
	"strings"
	"testing"
	"time"
)

func TestMatchTwins(t *testing.T) {
	day := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	id := "0x" + strings.Repeat("ab", 32)
	body := "The harbour council pays for the repair of the eastern mole, dredging of the basin and two new lamps. Work begins in June under the harbour master."
	check := Question{Ref: SnapshotRef("harbour.eth", id), Title: "[Temp check] Repair the eastern mole", Body: body + " Cost: 20,000 USDC.", Created: day}
	for _, tt := range []struct {
		name string
		vote Question
		want string
	}{
		{"same title, another sum", Question{Title: "Repair the eastern mole", Body: body + " Cost: 45,000 USDC."}, "the titles are the same"},
		{"a link", Question{Title: "Executable: masonry", Body: "Short. See https://snapshot.box/#/s:harbour.eth/proposal/" + id}, "one text links to the other"},
		{"alike", Question{Title: "Repair eastern mole and basin", Body: body}, "title and text are alike"},
		{"another matter", Question{Title: "Elect the harbour master", Body: "Three candidates stand for election."}, ""},
		{"same words of a title only", Question{Title: "Repair", Body: "Something else entirely about boats."}, ""},
		{"too late", Question{Title: "Repair the eastern mole", Body: body, Created: day.AddDate(1, 0, 0)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.vote.Ref = GovernorRef("eip155:1:0x"+strings.Repeat("11", 20), "42")
			if tt.vote.Created.IsZero() {
				tt.vote.Created = day.AddDate(0, 0, 9)
			}
			got := MatchTwins(tt.vote, []Question{check, {Ref: tt.vote.Ref, Title: tt.vote.Title, Body: tt.vote.Body, Created: day}})
			switch {
			case tt.want == "" && len(got) > 0:
				t.Errorf("linked (%.2f): %s", got[0].Match, got[0].Why)
			case tt.want != "" && (len(got) != 1 || got[0].Why != tt.want || got[0].Ref != check.Ref):
				t.Errorf("got %+v, want one because %q", got, tt.want)
			}
		})
	}
}
