package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"mandate/governance"
	"mandate/governance/demo"
)

// fields are what a browser without script sends of a form, beside the
// button.
func fields(page, id string) url.Values {
	out := url.Values{}
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return out
	}
	for form := range root.Descendants() {
		if form.Data != "form" || attr(form, "id") != id {
			continue
		}
		for n := range form.Descendants() {
			switch name := attr(n, "name"); {
			case n.Type != html.ElementNode || name == "" || has(n, "disabled"):
			case n.Data == "textarea":
				out.Add(name, strings.TrimPrefix(inner(n), "\n"))
			case n.Data == "select":
				out.Add(name, selected(n))
			case n.Data == "input" && (attr(n, "type") == "radio" || attr(n, "type") == "checkbox"):
				if has(n, "checked") {
					out.Add(name, attr(n, "value"))
				}
			case n.Data == "input":
				out.Add(name, attr(n, "value"))
			}
		}
	}
	return out
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func inner(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func selected(n *html.Node) string {
	first, found := "", false
	for o := range n.Descendants() {
		if o.Data != "option" {
			continue
		}
		value := attr(o, "value")
		if !has(o, "value") {
			value = inner(o)
		}
		if has(o, "selected") {
			return value
		}
		if !found {
			first, found = value, true
		}
	}
	return first
}

// writer is a visitor at the form of the values.
type writer struct{ *visitor }

// presses fills in the form of the page, changes the given fields, and
// presses a button.
func (w writer) presses(button string, pairs ...string) answer {
	w.t.Helper()
	return w.pressesOn(w.sees("/values"), button, pairs...)
}

func (w writer) pressesOn(page, button string, pairs ...string) answer {
	w.t.Helper()
	form := fields(page, "values")
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	form.Set("do", button)
	return w.post("/values", form)
}

// saves presses and expects that it was stored.
func (w writer) saves(button string, pairs ...string) governance.Values {
	w.t.Helper()
	if a := w.presses(button, pairs...); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/values" {
		w.t.Fatalf("%s answers %d: %s", button, a.StatusCode, textOf(a.body))
	}
	return w.values()
}

func (w writer) values() governance.Values {
	w.t.Helper()
	var v governance.Values
	if err := json.Unmarshal([]byte(w.sees("/api/v1/me/values")), &v); err != nil {
		w.t.Fatal(err)
	}
	return v
}

func texts(v governance.Values) []string {
	var out []string
	for _, p := range v.Principles {
		out = append(out, p.Text)
	}
	return out
}

const said = "I care strongly about a lean treasury. I want audits before upgrades. Ask me above $250,000."

// TestValuesForm presses every button as a browser without script does.
func TestValuesForm(t *testing.T) {
	t.Parallel()
	r := filled(t, demo.Config{})
	t.Run("read, weigh, read again", func(t *testing.T) { readAgain(t, writer{r.visitor(t)}) })
	t.Run("add and remove", func(t *testing.T) { addRemove(t, writer{r.visitor(t)}) })
	t.Run("rules", func(t *testing.T) { rules(t, writer{r.visitor(t)}) })
	t.Run("samples and forgetting", func(t *testing.T) { samples(t, r) })
	t.Run("faults keep what was typed and store nothing", func(t *testing.T) { faults(t, r) })
	t.Run("markup is text", func(t *testing.T) { markupIsText(t, writer{r.visitor(t)}) })
	t.Run("many principles", func(t *testing.T) { many(t, writer{r.visitor(t)}) })
	t.Run("preview", func(t *testing.T) { previews(t, writer{r.visitor(t)}) })
	t.Run("what is no form", func(t *testing.T) { noForm(t, r) })
}

func readAgain(t *testing.T, w writer) {
	v := w.saves("compile", "statement", said)
	if len(v.Principles) != 2 || len(v.Rules) != 1 || v.Version != 1 || v.Statement != said {
		t.Fatalf("%+v", v)
	}
	v = w.saves("save", "p.0.weight", "1", "p.0.l.treasury_prudence", "-2")
	if v.Principles[0].Weight != 1 || v.Principles[0].Leanings["treasury_prudence"] != -2 || v.Version != 2 {
		t.Errorf("%+v", v.Principles[0])
	}
	w.saves("add-principle", "np.text", "Pay people who ship", "np.weight", "4")
	v = w.saves("compile", "statement", said+" I like public goods.")
	if v.Principles[0].Weight != 1 || v.Principles[0].Leanings["treasury_prudence"] != -2 {
		t.Errorf("reading again lost the weight: %+v", v.Principles[0])
	}
	if got := texts(v); !slices.Contains(got, "I like public goods") || !slices.Contains(got, "Pay people who ship") {
		t.Errorf("reading again gives %q", got)
	}
	v = w.saves("compile", "statement", "I like public goods.")
	if got := texts(v); slices.Contains(got, "I want audits before upgrades") || !slices.Contains(got, "Pay people who ship") || len(v.Rules) != 0 {
		t.Errorf("what is no longer said stays: %q, %v", got, v.Rules)
	}
}

func addRemove(t *testing.T, w writer) {
	v := w.saves("add-principle", "np.text", "I want audits before upgrades", "np.weight", "5")
	if len(v.Principles) != 1 || v.Principles[0].Weight != 5 {
		t.Fatalf("%+v", v)
	}
	if v = w.saves("add-principle", "np.text", "Zebras are nice"); len(v.Principles) != 2 {
		t.Errorf("words that nobody knows are lost: %q", texts(v))
	}
	if v = w.saves("add-principle", "np.text", "Ask me above $100,000"); len(v.Rules) != 1 || v.Rules[0].When.MinUSD != 100000 {
		t.Errorf("a sentence that is a rule: %+v", v.Rules)
	}
	if v = w.saves("save", "np.text", "Typed, and then saved with the big button"); len(v.Principles) != 3 {
		t.Errorf("saving loses the line that was typed: %q", texts(v))
	}
	before := w.values()
	if v = w.saves("add-principle", "np.text", "  "); len(v.Principles) != len(before.Principles) {
		t.Errorf("nothing adds %q", texts(v))
	}
	for len(v.Principles) > 0 {
		left := len(v.Principles) - 1
		if v = w.saves("remove-principle:" + v.Principles[0].ID); len(v.Principles) != left {
			t.Fatalf("removing leaves %q", texts(v))
		}
	}
	if v = w.saves("remove-principle:none"); len(v.Rules) != 1 {
		t.Errorf("%+v", v)
	}
	if v = w.saves("remove-rule:" + v.Rules[0].ID); v.Stated() {
		t.Errorf("%+v", v)
	}
}

func rules(t *testing.T, w writer) {
	address := "0x" + strings.Repeat("aB", 20)
	v := w.saves("add-rule", "n.kind", "election", "n.then", "abstain")
	if len(v.Rules) != 1 || v.Rules[0].Then != governance.ThenAbstain || v.Rules[0].When.Kinds[0] != governance.KindElection {
		t.Fatalf("%+v", v.Rules)
	}
	v = w.saves("add-rule", "n.kind", "treasury", "n.dao", "harbor.dao.eth", "n.flag", "hidden_text", "n.mentions", "audit", "n.lacks", "timelock", "n.min_usd", "$1,250,000", "n.author", address, "n.then", "against")
	got := v.Rules[1].When
	if got.MinUSD != 1250000 || got.DAOs[0] != "harbor.dao.eth" || got.Mentions[0] != "audit" || got.Lacks[0] != "timelock" || !strings.EqualFold(got.Authors[0], address) || got.Flags[0] != governance.FlagHiddenText {
		t.Errorf("%+v", got)
	}
	w.saves("add-rule", "n.follow", address, "n.then", "for")
	v = w.saves("save", "r.0.then", "skip")
	if v.Rules[0].Then != governance.ThenSkip || v.Rules[2].Then != governance.ThenFor || len(v.Rules) != 3 {
		t.Errorf("%+v", v.Rules)
	}
	if text := textOf(w.sees("/values")); !strings.Contains(text, "the kind is election") || !strings.Contains(text, "the sum is $1,250,000 or more") {
		t.Errorf("the page does not say the rules: %s", text)
	}
	v = w.saves("remove-rule:" + v.Rules[1].ID)
	if len(v.Rules) != 2 || v.Rules[1].When.Follow == "" {
		t.Errorf("%+v", v.Rules)
	}
}

func samples(t *testing.T, r *rig) {
	for _, s := range r.server.Samples {
		w := writer{r.visitor(t)}
		v := w.saves("sample:" + s.Key)
		if !slices.Equal(texts(v), texts(s.Values)) || len(v.Rules) != len(s.Values.Rules) || v.Version != 1 {
			t.Errorf("%s gives %q", s.Key, texts(v))
		}
		if page := w.sees("/"); !strings.Contains(page, `class="reading`) {
			t.Errorf("after %s the inbox shows no score", s.Key)
		}
		if v = w.saves("clear"); v.Stated() || v.Statement != "" {
			t.Errorf("forgetting leaves %+v", v)
		}
	}
	w := writer{r.visitor(t)}
	if a := w.presses("sample:none"); a.StatusCode != 404 {
		t.Errorf("an unknown sample answers %d", a.StatusCode)
	}
	if a := w.presses("explode"); a.StatusCode != 400 {
		t.Errorf("an unknown button answers %d", a.StatusCode)
	}
	if v := w.values(); v.Version != 0 {
		t.Errorf("stored %+v", v)
	}
}

func faults(t *testing.T, r *rig) {
	w := writer{r.visitor(t)}
	before := w.saves("compile", "statement", said)
	long := strings.Repeat("lean treasury ", 600)
	for _, tt := range []struct {
		name, button string
		pairs        []string
		keeps        []string
		says         string
	}{
		{"a long statement", "compile", []string{"statement", long}, []string{strings.TrimSpace(long)}, "characters"},
		{"a long statement, saved", "save", []string{"statement", long, "p.0.text", "Typed before"}, []string{strings.TrimSpace(long), "Typed before"}, "characters"},
		{"no words", "save", []string{"p.0.text", "  ", "p.1.text", "Kept beside it"}, []string{"Kept beside it"}, "has no words"},
		{"a long principle", "save", []string{"p.0.text", strings.Repeat("x", 501), "statement", "typed too"}, []string{strings.Repeat("x", 501), "typed too"}, "characters"},
		{"a weight of 9", "save", []string{"p.0.weight", "9", "p.1.text", "Kept"}, []string{"Kept"}, "weight is 1 to 5"},
		{"a weight of nonsense", "save", []string{"p.0.weight", "heavy"}, nil, "weight"},
		{"a leaning of 7", "save", []string{"p.0.l.privacy", "7"}, nil, "leaning"},
		{"a rule that does nothing known", "save", []string{"r.0.then", "explode"}, nil, "it can be for"},
		{"a rule without a condition", "add-rule", []string{"statement", "typed on the side"}, []string{"typed on the side"}, "no condition"},
		{"a rule about an odd author", "add-rule", []string{"n.author", "vitalik", "n.then", "against"}, []string{"vitalik", "against"}, "address"},
		{"a rule about an odd sum", "add-rule", []string{"n.min_usd", "much", "n.kind", "grant", "n.then", "skip"}, []string{"much", "grant", "skip"}, "number of dollars"},
		{"a negative sum", "add-rule", []string{"n.min_usd", "-5", "n.kind", "grant"}, []string{"-5"}, "number of dollars"},
		{"an endless sum", "add-rule", []string{"n.min_usd", "Inf", "n.mentions", "audit"}, []string{"Inf", "audit"}, "dollars"},
		{"an odd kind", "add-rule", []string{"n.kind", "nonsense"}, nil, ""},
	} {
		a := w.presses(tt.button, tt.pairs...)
		if a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s answers %d", tt.name, a.StatusCode)
			continue
		}
		checkPage(t, tt.name, a.body)
		if text := textOf(a.body); !strings.Contains(text, "Not saved") || !strings.Contains(text, tt.says) {
			t.Errorf("%s: the page does not say %q", tt.name, tt.says)
		}
		form := fields(a.body, "values")
		for _, want := range tt.keeps {
			if !slices.ContainsFunc(slices.Collect(valuesOfForm(form)), func(s string) bool { return strings.TrimSpace(s) == want }) {
				t.Errorf("%s: %.40q is lost", tt.name, want)
			}
		}
		if after := w.values(); after.Version != before.Version {
			t.Fatalf("%s was stored: %+v", tt.name, after)
		}
	}
	// What was wrong can be put right on the page that says so.
	a := w.presses("add-rule", "n.author", "vitalik", "n.then", "against")
	if a = w.pressesOn(a.body, "add-rule", "n.author", "0x"+strings.Repeat("1", 40)); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the corrected rule answers %d", a.StatusCode)
	}
	if v := w.values(); len(v.Rules) != len(before.Rules)+1 || v.Rules[len(v.Rules)-1].Then != governance.ThenAgainst {
		t.Errorf("the corrected rule: %+v", v.Rules)
	}
}

func valuesOfForm(form url.Values) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, list := range form {
			for _, v := range list {
				if !yield(v) {
					return
				}
			}
		}
	}
}

func markupIsText(t *testing.T, w writer) {
	nasty := `</textarea><script>alert(1)</script>"'><img src=x onerror=alert(1)>`
	w.saves("compile", "statement", "I want audits "+nasty+". "+markup)
	w.saves("add-principle", "np.text", "Lean treasury "+nasty)
	v := w.saves("save", "p.0.text", nasty+"\u202eevil\x00\u2066", "p.0.id", `"><script>:`)
	for _, path := range []string{"/values", "/", "/proposals?state=all&sort=score", "/proposals?q=" + url.QueryEscape(nasty), "/daos?q=" + url.QueryEscape(nasty), "/values?n.author=" + url.QueryEscape(nasty) + "&n.min_usd=" + url.QueryEscape(nasty),
		"/proposals?dao=" + url.QueryEscape(nasty+"\u202e"), "/proposals?type=" + url.QueryEscape("\"><script>\u202e"), "/?dao=" + url.QueryEscape(nasty), "/proposals?zz=" + url.QueryEscape(nasty)} {
		checkPage(t, path, w.sees(path))
	}
	form := fields(w.sees("/values"), "values")
	if got := form.Get("p.0.text"); !strings.Contains(got, nasty) {
		t.Errorf("the principle reads %q", got)
	}
	if v.Principles[0].ID == "" || strings.Contains(v.Principles[0].Text, "\x00") {
		t.Errorf("%+v", v.Principles[0])
	}
	for _, button := range []string{"remove-principle:" + v.Principles[0].ID} {
		if after := w.saves(button); len(after.Principles) != len(v.Principles)-1 {
			t.Errorf("a principle with an odd id cannot be removed")
		}
	}
}

func many(t *testing.T, w writer) {
	var b strings.Builder
	for i := range governance.MaxPrinciples {
		fmt.Fprintf(&b, "I want audit number %d. ", i)
	}
	if v := w.saves("compile", "statement", b.String()); len(v.Principles) != governance.MaxPrinciples {
		t.Fatalf("%d principles", len(v.Principles))
	}
	page := w.sees("/values")
	if strings.Contains(page, "add-principle") {
		t.Error("there is room for another one")
	}
	a := w.presses("add-principle", "np.text", "One more")
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(textOf(a.body), "At most 24") || !strings.Contains(a.body, "One more") {
		t.Errorf("one too many answers %d", a.StatusCode)
	}
	form := fields(page, "values")
	for i := range 60 {
		form.Set(fmt.Sprintf("p.%d.text", i), fmt.Sprint("Principle ", i))
		form.Set(fmt.Sprintf("p.%d.weight", i), "3")
	}
	form.Set("do", "save")
	if a := w.post("/values", form); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("60 answer %d", a.StatusCode)
	}
	if v := w.values(); v.Version != 1 {
		t.Errorf("version %d", v.Version)
	}
	if v := w.saves("compile", "statement", b.String()+strings.Repeat("I want more of it. ", 3)); len(v.Principles) != governance.MaxPrinciples {
		t.Errorf("%d principles", len(v.Principles))
	}
}

func previews(t *testing.T, w writer) {
	w.saves("compile", "statement", said)
	form := fields(w.sees("/values"), "values")
	form.Set("p.0.weight", "5")
	form.Set("p.0.l.growth_spending", "2")
	before := w.values()
	a := w.post("/values/preview", form, "HX-Request", "true")
	if a.StatusCode != 200 || strings.Contains(a.body, "<html") || !strings.Contains(a.body, "What the draft changes") || !strings.Contains(a.body, "shift") {
		t.Errorf("%d %.300s", a.StatusCode, a.body)
	}
	for _, bad := range unsafe(a.body) {
		t.Errorf("the preview holds %s", bad)
	}
	form.Set("p.0.weight", "0")
	if a := w.post("/values/preview", form); a.StatusCode != 200 || !strings.Contains(a.body, "a weight is 1 to 5") {
		t.Errorf("a fault in the draft: %d %.300s", a.StatusCode, a.body)
	}
	if after := w.values(); after.Version != before.Version {
		t.Error("a preview stores something")
	}
	if a := w.post("/values/preview", url.Values{}); a.StatusCode != 200 || len(a.Header.Values("Set-Cookie")) > 0 {
		t.Errorf("an empty form: %d %v", a.StatusCode, a.Header)
	}
}

func noForm(t *testing.T, r *rig) {
	w := writer{r.visitor(t)}
	for kind, sent := range map[string]string{"application/json": `{"do":"clear"}`, "text/plain": "do=clear", "": "do=clear", "multipart/form-data; boundary=x": "--x\r\n", "application/x-www-form-urlencoded": "do=%zz"} {
		a := w.do("POST", "/values", sent, "Content-Type", kind, "Origin", w.base)
		if a.StatusCode != 415 && a.StatusCode != 400 {
			t.Errorf("%q answers %d", kind, a.StatusCode)
		}
	}
	if v := w.values(); v.Version != 0 {
		t.Errorf("stored %+v", v)
	}
	for _, form := range []url.Values{{"do": {"save"}, "statement": {"\xff\xfe bad"}}, {"do": {"save"}, "p.0.text": {"\xed\xa0\x80"}, "p.0.weight": {"3"}}} {
		a := w.post("/values", form)
		if a.StatusCode != 422 && a.StatusCode != 303 {
			t.Errorf("invalid UTF-8 answers %d", a.StatusCode)
		}
		checkPage(t, "values after invalid UTF-8", w.sees("/values"))
	}
}

// TestSessions keep visitors apart.
func TestSessions(t *testing.T) {
	t.Parallel()
	r := filled(t, demo.Config{})
	one, two := writer{r.visitor(t)}, writer{r.visitor(t)}
	a := one.presses("compile", "statement", "canary-one wants audits. canary-one likes a lean treasury.")
	checkCookie(t, a, "mandate", false)
	two.saves("compile", "statement", "canary-two likes public goods.")
	ref := refPath(r.refs()[0])
	pages := []string{"/", "/proposals?state=all&sort=score", "/values", "/settings", "/daos", ref, "/api/v1/me/values", "/api/v1" + ref + "/score", "/api/v1/proposals?sort=score"}
	for range 3 {
		for _, path := range pages {
			for _, v := range []struct {
				*visitor
				others []string
			}{{one.visitor, []string{"canary-two"}}, {two.visitor, []string{"canary-one"}}, {r.visitor(t), []string{"canary-one", "canary-two"}}} {
				got := v.get(path)
				for _, other := range v.others {
					if strings.Contains(got.body, other) {
						t.Errorf("%s shows %s to another", path, other)
					}
				}
				if cc := got.Header.Get("Cache-Control"); !strings.Contains(cc, "private") || !strings.Contains(cc, "no-store") {
					t.Errorf("%s may be cached: %q", path, cc)
				}
			}
		}
	}
	t.Run("a made-up cookie opens nothing and is not taken over", func(t *testing.T) {
		w := writer{r.visitor(t)}
		a := w.do("POST", "/values", "do=sample:growth", "Content-Type", "application/x-www-form-urlencoded", "Origin", r.base, "Cookie", "mandate=chosen-by-an-attacker")
		if c := a.Cookies(); len(c) != 1 || c[0].Value == "chosen-by-an-attacker" {
			t.Errorf("%v", a.Cookies())
		}
	})
}

func checkCookie(t *testing.T, a answer, name string, secure bool) {
	t.Helper()
	if len(a.Cookies()) != 1 {
		t.Fatalf("cookies %v", a.Header.Values("Set-Cookie"))
	}
	c := a.Cookies()[0]
	if c.Name != name || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != secure || len(c.Value) < 30 {
		t.Errorf("cookie %s", a.Header.Get("Set-Cookie"))
	}
}

func TestHTTPSCookie(t *testing.T) {
	t.Parallel()
	r := newRig(t, demo.Config{Empty: true}, func(c *Config) { c.PublicURL = &url.URL{Scheme: "https", Host: "mandate.example"} })
	a := r.visitor(t).post("/values", url.Values{"do": {"sample:growth"}})
	checkCookie(t, a, "__Host-mandate", true)
	if a.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS")
	}
}
