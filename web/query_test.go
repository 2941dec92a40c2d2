package web

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/store"
)

var queryNow = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func TestParseQuery(t *testing.T) {
	tests := []struct {
		name, raw string
		want      func(q query) bool
		fault     string // what the error names, "" = none
	}{
		{"nothing", "", func(q query) bool {
			return q.state == "open" && slices.Equal(q.States, []governance.State{governance.Active}) && q.Sort == store.SortDeadline && q.Limit == pageSize && !q.asks
		}, ""},
		{"all", "state=all", func(q query) bool { return q.States == nil && q.Sort == store.SortNewest }, ""},
		{"asks", "state=asks", func(q query) bool { return q.asks && q.Sort == store.SortDeadline }, ""},
		{"soon", "state=soon", func(q query) bool { return q.States[0] == governance.Pending }, ""},
		{"a state by name", "state=executed", func(q query) bool { return q.States[0] == governance.Executed && q.Sort == store.SortNewest }, ""},
		{"vetoed", "state=vetoed", func(q query) bool { return q.States[0] == governance.Vetoed }, ""},
		{"an outcome goes before a state", "state=closed&outcome=queued", func(q query) bool {
			return slices.Equal(q.States, []governance.State{governance.Queued}) && q.chip() == "closed" && q.Sort == store.SortNewest
		}, ""},
		{"no such outcome", "outcome=active", nil, "outcome"},
		{"empty outcome", "state=soon&outcome=", func(q query) bool { return q.States[0] == governance.Pending }, ""},
		{"state in capitals", "state=OPEN", nil, "state"},
		{"no such state", "state=x", nil, "state"},
		{"search is trimmed", "q=++two+words+", func(q query) bool { return q.Query == "two words" }, ""},
		{"long search", "q=" + strings.Repeat("a", 401), nil, "search"},
		{"kinds", "kind=grant&kind=&kind=upgrade", func(q query) bool {
			return slices.Equal(q.Kinds, []governance.Kind{governance.KindGrant, governance.KindUpgrade})
		}, ""},
		{"no such kind", "kind=Grant", nil, "kind"},
		{"types", "type=basic&type=telepathy", func(q query) bool { return len(q.Types) == 2 }, ""},
		{"long type", "type=" + strings.Repeat("a", 41), nil, "type"},
		{"flags", "flag=hidden_text&flag=spam", func(q query) bool { return len(q.Flags) == 2 }, ""},
		{"no such flag", "flag=x", nil, "flag"},
		{"ends", "ends=3d", func(q query) bool { return q.EndsBefore.Equal(queryNow.Add(72 * time.Hour)) }, ""},
		{"no such end", "ends=4d", nil, "ends"},
		{"limit", "limit=100", func(q query) bool { return q.Limit == 100 }, ""},
		{"limit of nothing", "limit=0", nil, "limit"},
		{"too many", "limit=101", nil, "limit"},
		{"negative", "limit=-1", nil, "limit"},
		{"no number", "limit=1e2", nil, "limit"},
		{"sort", "sort=importance", func(q query) bool { return q.Sort == sortImportance }, ""},
		{"no such sort", "sort=Score", nil, "sort"},
		{"unknown fields are ignored", "theme=dark&x=%00", func(q query) bool { return q.state == "open" }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := url.ParseQuery(tt.raw)
			if err != nil {
				t.Fatal(err)
			}
			q, err := parseQuery(v, queryNow, "open")
			if tt.fault != "" {
				if governance.CodeOf(err) != governance.Invalid || !strings.Contains(err.Error(), tt.fault) {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil || !tt.want(q) {
				t.Errorf("%+v, %v", q, err)
			}
		})
	}
}

// TestListURL: a list's address changes in the named fields alone, and reads
// back as it was written.
func TestListURL(t *testing.T) {
	tests := []struct {
		raw   string
		pairs []string
		want  string
	}{
		{"", nil, "/proposals"},
		{"state=all&cursor=x", []string{"cursor", ""}, "/proposals?state=all"},
		{"state=all", []string{"sort", "score", "cursor", ""}, "/proposals?sort=score&state=all"},
		{"kind=grant&kind=upgrade", []string{"state", "all"}, "/proposals?kind=grant&kind=upgrade&state=all"},
		{"q=a%26b%3Dc%23d+e", nil, "/proposals?q=a%26b%3Dc%23d+e"},
		{"q=%22%3E%3Cscript%3E", nil, "/proposals?q=%22%3E%3Cscript%3E"},
		{"a_name_that_is_far_too_long=1&state=", nil, "/proposals"},
	}
	for _, tt := range tests {
		v, err := url.ParseQuery(tt.raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := listURL(v, tt.pairs...); got != tt.want {
			t.Errorf("%s with %v: %s, want %s", tt.raw, tt.pairs, got, tt.want)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	f.Add("state=open&q=treasury&sort=score&limit=5&kind=grant&ends=24h")
	f.Add("state=asks&flag=spam&type=basic&dao=a.eth&cursor=at-50")
	f.Add("q=%ff%00&cursor=%ed%a0%80")
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := url.ParseQuery(raw)
		if err != nil {
			t.Skip("no query")
		}
		q, err := parseQuery(v, queryNow, "open")
		if err != nil {
			if governance.CodeOf(err) != governance.Invalid {
				t.Fatalf("%q: %v", raw, err)
			}
			return
		}
		if q.Limit < 1 || q.Limit > maxLimit || len(q.Query) > 400 {
			t.Fatalf("%q: %+v", raw, q)
		}
		u, err := url.Parse(listURL(v))
		if err != nil || u.Host != "" || u.Path != "/proposals" {
			t.Fatalf("%q gives %v, %v", raw, u, err)
		}
		again, err := parseQuery(u.Query(), queryNow, "open")
		if err != nil || again.state != q.state || again.Query != q.Query || again.Sort != q.Sort || again.DAO != q.DAO || again.Cursor != q.Cursor || !slices.Equal(again.Kinds, q.Kinds) {
			t.Fatalf("%q reads back as %+v, %v; it was %+v", raw, again, err, q)
		}
	})
}
