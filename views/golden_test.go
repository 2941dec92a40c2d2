package views

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

var update = flag.Bool("update", false, "write the golden pages anew")

func cannedPages() map[string]templ.Component {
	return map[string]templ.Component{
		"inbox": cannedInbox().View(), "inbox_first_run": cannedFirstRun().View(), "proposals": cannedProposals(8).View(), "proposals_empty": cannedProposals(0).View(),
		"proposal": cannedProposal().View(), "proposal_bare": cannedBare().View(), "daos": cannedDAOs().View(), "dao": cannedDAO().View(),
		"proposal_onchain": cannedOnChain().View(), "chain_votes": cannedChainVotesPage().View(), "dao_governors": cannedGovernorDAO().View(),
		"chains": cannedChains(true, true).View(), "chains_visitor": cannedChains(false, true).View(), "chains_first_run": cannedChains(true, false).View(),
		"values": cannedValues(true).View(), "values_empty": cannedValues(false).View(), "settings": cannedSettings().View(),
		"delegations": cannedDelegations().View(), "delegations_reading": cannedDelegationsReading().View(), "delegations_out": cannedDelegationsOut().View(), "votes": cannedVotes().View(), "votes_empty": cannedNoVotes().View(), "fragment_read_state": cannedReadState("").View(), "fragment_read_done": cannedReadState("/delegations").View(), "error": cannedError().View(),
		"account_out": cannedSignIn().View(), "account": cannedAccount(true).View(), "account_stale": cannedAccount(false).View(),
		"fragment_list": cannedProposals(3).Fragment(), "fragment_progress": cannedProgress().View(), "fragment_preview": cannedValues(true).Preview.View(),
	}
}

func render(t testing.TB, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(templ.WithNonce(context.Background(), "NONCE"), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// lines breaks markup before each tag that opens, so that a difference reads.
func lines(html string) string { return strings.ReplaceAll(html, "><", ">\n<") + "\n" }

func TestGolden(t *testing.T) {
	for name, page := range cannedPages() {
		t.Run(name, func(t *testing.T) {
			got, file := lines(render(t, page)), filepath.Join("testdata", name+".html")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("differs from %s at line %s (run go test ./views -update, then read the difference)", file, firstDifference(got, string(want)))
			}
		})
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return strings.Join([]string{"", "got  " + g[i], "want " + w[i]}, "\n")
		}
	}
	return "end"
}

// What no page may contain, whatever strangers wrote.
func TestNothingHostileIsMarkup(t *testing.T) {
	forbidden := map[string]*regexp.Regexp{
		"a style attribute":    regexp.MustCompile(`<[a-z][^>]*\sstyle=`),
		"an event attribute":   regexp.MustCompile(`<[a-z][^>"]*\son[a-z]+=`),
		"a foreign script":     regexp.MustCompile(`<script(?:>|\s+[^n])`),
		"an image":             regexp.MustCompile(`<(img|iframe|object|embed|video|audio|base|meta http)`),
		"a javascript link":    regexp.MustCompile(`(?i)href="\s*javascript:`),
		"an unsafe target":     regexp.MustCompile(`target="_blank"(?:[^>]*)>[^<]*<script`),
		"an id that is no one": regexp.MustCompile(`id=""`),
	}
	for name, page := range cannedPages() {
		html := render(t, page)
		for what, re := range forbidden {
			if at := re.FindStringIndex(html); at != nil {
				t.Errorf("%s has %s: …%s…", name, what, html[max(0, at[0]-40):min(len(html), at[1]+80)])
			}
		}
	}
}

func TestScriptsCarryTheNonceAndIdsAreUnique(t *testing.T) {
	id, script := regexp.MustCompile(`\sid="([^"]+)"`), regexp.MustCompile(`<script[^>]*>`)
	for name, page := range cannedPages() {
		html, seen := render(t, page), map[string]bool{}
		for _, m := range id.FindAllStringSubmatch(html, -1) {
			if seen[m[1]] {
				t.Errorf("%s: the id %q stands twice", name, m[1])
			}
			seen[m[1]] = true
		}
		for _, s := range script.FindAllString(html, -1) {
			if !strings.Contains(s, `nonce="NONCE"`) {
				t.Errorf("%s: %s has no nonce", name, s)
			}
		}
		for _, m := range regexp.MustCompile(`(?:aria-describedby|aria-labelledby|for)="([^"]+)"`).FindAllStringSubmatch(html, -1) {
			if !seen[m[1]] {
				t.Errorf("%s: nothing has the id %q", name, m[1])
			}
		}
		if !strings.HasPrefix(name, "fragment") && strings.Count(html, "<h1") != 1 {
			t.Errorf("%s: %d headings of the first level", name, strings.Count(html, "<h1"))
		}
	}
}

func TestLinksOfThePageLandSomewhere(t *testing.T) {
	html := render(t, cannedProposal().View())
	for _, m := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(html, -1) {
		target := m[1]
		if strings.HasPrefix(target, "q3") || strings.HasPrefix(target, "q4") { // quotes left out of the canned text
			continue
		}
		if !strings.Contains(html, `id="`+target+`"`) {
			t.Errorf("#%s leads nowhere", target)
		}
	}
}

func BenchmarkProposalsPage(b *testing.B) {
	page := cannedProposals(50)
	ctx := templ.WithNonce(context.Background(), "NONCE")
	var buf bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		buf.Reset()
		if err := page.View().Render(ctx, &buf); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(buf.Len()))
}
