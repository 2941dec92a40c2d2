package web

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"mandate/governance"
	"mandate/governance/text"
)

func spanOf(t *testing.T, text, quote string) span {
	t.Helper()
	at := strings.Index(text, quote)
	if at < 0 {
		t.Fatalf("%q is not in the text", quote)
	}
	start := utf8.RuneCountInString(text[:at])
	return span{start, start + utf8.RuneCountInString(quote)}
}

func TestProseMarksQuotes(t *testing.T) {
	tests := []struct {
		name, text string
		quotes     []string
		want       []string
	}{
		{"a plain sentence", "Pay the team. Then rest.", []string{"Pay the team."}, []string{`<mark id="q1">Pay the team.</mark>`}},
		{"a heading stands below the section’s own", "# Summary of it\n\nText", []string{"# Summary of it"}, []string{"<h3", `<mark id="q1">Summary of it</mark>`}},
		{"a list item stays one", "- first thing\n- second thing", []string{"- second thing"}, []string{`<li><mark id="q1">second thing</mark>`}},
		{"across bold", "Send **50,000 USDC** to them", []string{"Send **50,000 USDC** to"}, []string{`<mark id="q1">Send </mark>`, `<strong><mark data-of="q1">50,000 USDC</mark></strong>`, `<mark data-of="q1"> to</mark>`}},
		{"two that overlap", "one two three four", []string{"one two three", "two three four"}, []string{`<mark id="q1">one </mark>`, `<mark id="q2">`, `four</mark>`}},
		{"inside a table", "| a | b |\n|---|---|\n| 10 USDC | for Ann |", []string{"10 USDC"}, []string{"<table>", `<td><mark id="q1">10 USDC</mark>`}},
		{"a quote that ends in a link's address", "See [the plan](https://example.org/plan) now", []string{"See [the plan](https://example"}, []string{`href="https://example.org/plan"`, `<mark id="q1">See </mark>`}},
		{"multibyte text", "价格 é 支付 5 万 USDC 给团队", []string{"支付 5 万 USDC"}, []string{`<mark id="q1">支付 5 万 USDC</mark>`}},
	}
	p := newProse()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var spans []span
			for _, q := range tt.quotes {
				spans = append(spans, spanOf(t, tt.text, q))
			}
			got, err := p.html(tt.text, spans)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %s in\n%s", want, got)
				}
			}
		})
	}
}

func TestProseIsInert(t *testing.T) {
	hostile := []string{
		"<script>alert(1)</script>", "[x](javascript:alert(1))", "[x](data:text/html;base64,AAAA)", "<img src=x onerror=alert(1)>",
		"![p](https://evil.example/p.png)", "[a][r]\n\n[r]: javascript:alert(1)", "<a href='javascript:x'>y</a>", "<svg/onload=alert(1)>",
		"<style>*{display:none}</style>", "[x](//evil.example)", "<iframe src=https://evil.example></iframe>", "`<b>`", "<https://ok.example/?a=<b>",
		`[x](https://ok.example "onmouseover=alert(1)")`, "&lt;script&gt;", "<div style='position:fixed'>cover</div>",
	}
	p := newProse()
	for _, in := range hostile {
		got, err := p.html(in, []span{{0, 4}})
		if err != nil {
			t.Fatal(err)
		}
		if bad := dangerous(got); bad != "" {
			t.Errorf("%q gave %s", in, bad)
		}
	}
}

// TestProseShowsAll: nothing that a program reads in the text is hidden from
// a person by the ways of Markdown.
func TestProseShowsAll(t *testing.T) {
	p := newProse()
	for _, in := range []string{
		"```solidity secret words\ncode\n```", "~~~secret_words_in_one_long_line\ncode\n~~~", "> ```a secret\n> x\n> ```",
		"[x]:\nsecret\n\nnext", "[x]: <secret words>\n\n[y]: <other>\n\nnext", "[secret]: https://e.example\n\nnext",
		"[](https://e.example/secret)", "[ ](https://e.example/secret)", "| a |\n|---|\n| 1 | secret |\n", "> | a |\n> |---|\n> | 1 | x | secret",
		"<!secret>", "<secret>", "<?secret?>", "<div secret>", "<a href=secret>x</a>", "\\<secret", "[^1]: secret", "# x {#secret}", "&secret;",
		"***secret***", "![secret](https://e.example/x.png)", "- [ ] secret", "    secret", "[x][secret]", "x\\\nsecret",
	} {
		got, err := p.html(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if bad := dangerous(got); bad != "" || !strings.Contains(textOf(got), "secret") {
			t.Errorf("%q shows %q %s", in, got, bad)
		}
	}
	if got, _ := p.html("See [the plan][1].\n\n[1]: https://e.example/plan", nil); strings.Contains(textOf(got), "[1]") {
		t.Errorf("a definition in use is shown: %q", got)
	}
}

var (
	tag       = regexp.MustCompile(`(?i)<(script|img|iframe|style|object|embed|form|input|base|link|meta|video|audio)\b[^>]*>`)
	attribute = regexp.MustCompile(`(?i)<[a-z][^>]*\s(on[a-z]+|style|src|srcset|formaction)\s*=`)
	scheme    = regexp.MustCompile(`(?i)href="\s*(?:javascript|data|vbscript|file):`)
)

// dangerous returns the first piece of markup that a browser would act on.
func dangerous(html string) string {
	for _, re := range []*regexp.Regexp{tag, attribute, scheme} {
		if m := re.FindString(html); m != "" {
			return m
		}
	}
	return ""
}

func FuzzProse(f *testing.F) {
	f.Add("# A\n\n- b **c** [d](https://e.example)\n\n| x |\n|---|\n| y |", 2, 9)
	f.Add("```\ncode\n```\n<b>x</b> ⸊", 0, 40)
	f.Add("[x]: javascript:y\n[x] ![z](a)", 1, 3)
	p := newProse()
	f.Fuzz(func(t *testing.T, raw string, start, end int) {
		if len(raw) > 1<<16 {
			t.Skip("long")
		}
		doc := text.New(&governance.Proposal{Body: raw})
		body := doc.Text[doc.Byte(doc.BodyAt):]
		n := utf8.RuneCountInString(body)
		if start < 0 || end <= start || end > n {
			start, end = 0, min(n, 5)
		}
		got, err := p.html(body, []span{{start, end}})
		if err != nil {
			t.Fatal(err)
		}
		if bad := dangerous(got); bad != "" {
			t.Fatalf("%q gave %s", raw, bad)
		}
		if strings.ContainsRune(got, firstPrivate) || strings.ContainsRune(got, firstPrivate+1) {
			t.Fatalf("a sign is left in %q", got)
		}
	})
}
