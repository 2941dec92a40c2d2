package web

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/store"
	"mandate/views"
)

// maxShifts is how many proposals a preview shows.
const maxShifts = 6

// valuesPage draws the draft beside what it does to the open proposals.
func (s *Server) valuesPage(c echo.Context, status int, saved, draft governance.Values, faults []governance.Fault) error {
	open, err := s.openFacts(c)
	if err != nil {
		return err
	}
	preview, err := s.preview(c, open, saved, draft)
	if err != nil {
		return err
	}
	daos, err := s.Store.DAOs(c.Request().Context(), s.Now())
	if err != nil {
		return err
	}
	page := views.ValuesPage{
		Shell: s.shell(c, "Values", views.SectionValues), Version: versionLine(saved), Stated: draft.Stated(), Statement: draft.Statement,
		Privacy:  privacyLine(who(c)),
		MaxState: strconv.Itoa(governance.MaxStatement), CanAdd: len(draft.Principles) < governance.MaxPrinciples,
		CanAddRule: len(draft.Rules) < governance.MaxRules, Samples: s.sampleCards(), Preview: preview,
	}
	if page.StateNote, err = s.statementNote(c, daos, draft); err != nil {
		return err
	}
	page.PrinNote = views.Number(float64(len(draft.Principles))) + " of at most " + strconv.Itoa(governance.MaxPrinciples)
	if saved.Version > 0 {
		page.ExportURL = "/api/v1/me/values"
	}
	for i, p := range draft.Principles {
		page.Principles = append(page.Principles, principleForm(i, p, faults))
	}
	for i, r := range draft.Rules {
		page.Rules = append(page.Rules, ruleForm(i, r, open, faults))
	}
	page.NewRule = ruleBuilder(c, daos, faults)
	for _, f := range faults {
		if f.Field == "statement" {
			page.StateError = f.Message
		}
		page.Errors = append(page.Errors, f.Message)
	}
	return s.render(c, status, page.View())
}

// privacyLine says where values are kept.
func privacyLine(w Caller) string {
	if w.SignedIn() {
		return "Kept under your account, " + views.ShortAddress(w.Account) + ", encrypted, on the machine that runs Mandate. Never sent anywhere."
	}
	return "Kept in this browser’s session, encrypted, on the machine that runs Mandate. Never sent anywhere. They go along when you sign in."
}

// statementNote counts, and says what of the statement was not understood.
func (s *Server) statementNote(c echo.Context, daos []governance.DAO, draft governance.Values) (string, error) {
	note := views.Plural(utf8.RuneCountInString(draft.Statement), "character", "characters") + "."
	if draft.Statement == "" {
		return "Up to " + views.Number(governance.MaxStatement) + " characters.", nil
	}
	notes, err := s.Compiler.Notes(c.Request().Context(), draft.Statement, idsByName(daos))
	if governance.CodeOf(err) == governance.Invalid { // shown as a fault of the field
		return note, nil
	}
	return strings.Join(append([]string{note}, notes...), " "), err
}

func versionLine(v governance.Values) string {
	if v.Version == 0 {
		return "Nothing is saved yet."
	}
	return "Version " + strconv.Itoa(v.Version) + " is saved."
}

func (s *Server) sampleCards() []views.SampleCard {
	var out []views.SampleCard
	for _, sample := range s.Samples {
		out = append(out, views.SampleCard{Key: sample.Key, Name: sample.Name, About: sample.About})
	}
	return out
}

func principleForm(i int, p governance.Principle, faults []governance.Fault) views.PrincipleForm {
	f := views.PrincipleForm{Index: strconv.Itoa(i), ID: p.ID, Text: p.Text, Weight: p.Weight, Error: faultOf(faults, "principles", i)}
	for _, d := range governance.Dimensions() {
		f.Leanings = append(f.Leanings, views.LeanForm{Key: d.Key, Name: d.Name, Minus: d.Minus, Plus: d.Plus, Value: p.Leanings[d.Key]})
	}
	slices.SortStableFunc(f.Leanings, func(a, b views.LeanForm) int {
		return cmp.Compare(btoi(b.Value != 0), btoi(a.Value != 0))
	})
	return f
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func faultOf(faults []governance.Fault, list string, i int) string {
	for _, f := range faults {
		if strings.HasPrefix(f.Field, list+"["+strconv.Itoa(i)+"]") {
			return f.Message
		}
	}
	return ""
}

func ruleForm(i int, r governance.Rule, open []governance.Facts, faults []governance.Fault) views.RuleForm {
	fits := 0
	for _, f := range open {
		if f.Kind != "" && r.When.Holds(f) {
			fits++
		}
	}
	form := views.RuleForm{Index: strconv.Itoa(i), ID: r.ID, When: conditionText(r.When), Said: r.Text, Then: thens(r.Then), Error: faultOf(faults, "rules", i)}
	if form.Said == form.When {
		form.Said = ""
	}
	form.Fits = "fits " + views.Plural(fits, "open proposal", "open proposals")
	return form
}

func thens(selected governance.Outcome) []views.Option {
	return choose(string(selected), "ask", "ask me", "for", "vote for it", "against", "vote against it", "abstain", "abstain", "skip", "leave it")
}

// topics are the words that a rule can ask for; the reader finds them.
var topics = []string{"audit", "timelock", "multisig", "kyc", "vesting", "emissions", "airdrop", "bridge", "oracle", "bounty", "legal", "reporting", "budget"}

func ruleBuilder(c echo.Context, daos []governance.DAO, faults []governance.Fault) views.RuleBuilder {
	b := views.RuleBuilder{Then: thens(governance.Outcome(cmp.Or(c.FormValue("n.then"), "ask"))), MinUSD: c.FormValue("n.min_usd"), Author: c.FormValue("n.author"), Follow: c.FormValue("n.follow")}
	anyOf := views.Option{Label: "any"}
	b.Kinds, b.DAOs, b.Flags = []views.Option{anyOf}, []views.Option{anyOf}, []views.Option{anyOf}
	for _, k := range governance.Kinds() {
		b.Kinds = append(b.Kinds, views.Option{Value: string(k), Label: kindNames[k], Selected: c.FormValue("n.kind") == string(k)})
	}
	for _, d := range daos {
		b.DAOs = append(b.DAOs, views.Option{Value: d.ID, Label: views.Clip(plainLine(d.Name), 40), Selected: c.FormValue("n.dao") == d.ID})
	}
	for _, f := range flagOrder {
		b.Flags = append(b.Flags, views.Option{Value: string(f), Label: flagNames[f], Selected: c.FormValue("n.flag") == string(f)})
	}
	topicOptions := func(selected string) []views.Option {
		out := []views.Option{anyOf}
		for _, t := range topics {
			out = append(out, views.Option{Value: t, Label: t, Selected: t == selected})
		}
		return out
	}
	b.Mentions, b.Lacks = topicOptions(c.FormValue("n.mentions")), topicOptions(c.FormValue("n.lacks"))
	for _, f := range faults {
		if strings.HasPrefix(f.Field, "n.") || strings.HasPrefix(f.Field, "rules[") {
			b.Error, b.Open = f.Message, true
		}
	}
	return b
}

// openFacts are the facts of everything that is open now.
func (s *Server) openFacts(c echo.Context) ([]governance.Facts, error) {
	now := s.Now()
	return s.Store.Candidates(c.Request().Context(), store.Filter{States: []governance.State{governance.Active}, Now: now}, maxRanked)
}

// preview scores the open proposals, given by their facts, by what is saved and by the draft, and
// shows those that move or lean most.
func (s *Server) preview(c echo.Context, open []governance.Facts, saved, draft governance.Values) (views.Preview, error) {
	p := views.Preview{Heading: "What your values say"}
	changed := !sameValues(saved, draft)
	if changed {
		p.Heading = "What the draft changes"
	}
	if !draft.Stated() {
		p.Empty = "Write what you care about, or start from a sample: the open proposals are scored at once."
		return p, nil
	}
	began, now := time.Now(), s.Now()
	type pair struct {
		facts         governance.Facts
		before, after governance.Score
	}
	var pairs []pair
	for _, f := range open {
		if f.Kind != "" {
			pairs = append(pairs, pair{f, score(f, saved, now), score(f, draft, now)})
		}
	}
	took := time.Since(began)
	size := func(x pair) float64 {
		if changed {
			return math.Abs(lead(x.after) - lead(x.before))
		}
		return math.Abs(lead(x.after))
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(size(b), size(a)) })
	p.Lead = views.Plural(len(pairs), "open proposal", "open proposals") + " scored in " + views.Number(float64(took.Microseconds())/1000) + " ms."
	p.Lead += " Left of the middle is against, right is for."
	if len(pairs) > maxShifts {
		p.Lead += " The " + strconv.Itoa(maxShifts) + " strongest are shown."
		p.More = &views.Link{Label: "All by your values", Href: "/proposals?sort=score"}
		pairs = pairs[:maxShifts]
	}
	refs := make([]governance.Ref, len(pairs))
	for i, x := range pairs {
		refs[i] = x.facts.Ref
	}
	cards, err := s.cards(c.Request().Context(), refs, now)
	if err != nil {
		return p, err
	}
	for _, x := range pairs {
		if card, ok := cards[x.facts.Ref]; ok {
			p.Shifts = append(p.Shifts, shift(card, x.before, x.after, changed && saved.Stated()))
		}
	}
	if p.Legend = changed && saved.Stated(); p.Legend {
		p.Before, p.After = "version "+strconv.Itoa(saved.Version)+", saved", "this draft"
	}
	return p, nil
}

// lead is the score of the supporting side, signed.
func lead(sc governance.Score) float64 {
	if len(sc.Choices) == 0 {
		return 0
	}
	top := sc.Choices[0].Score
	for _, c := range sc.Choices {
		if math.Abs(c.Score) > math.Abs(top) {
			top = c.Score
		}
	}
	return top
}

func shift(card store.Listed, before, after governance.Score, known bool) views.Shift {
	p := &card.Proposal
	sh := views.NewShift(lead(before), known, lead(after))
	sh.Href, sh.DAO, sh.Title = refPath(p.Ref), daoName(p), views.Clip(plainLine(p.Title), 120)
	now, _ := advice(p, after, true)
	was, _ := advice(p, before, true)
	switch {
	case known && now != was:
		sh.Text = now + ", was: " + was
	default:
		sh.Text = now
	}
	return sh
}

func sameValues(a, b governance.Values) bool {
	return a.Statement == b.Statement && len(a.Rules) == len(b.Rules) &&
		slices.EqualFunc(a.Principles, b.Principles, func(x, y governance.Principle) bool {
			return x.Text == y.Text && x.Weight == y.Weight && maps.Equal(x.Leanings, y.Leanings)
		}) &&
		slices.EqualFunc(a.Rules, b.Rules, func(x, y governance.Rule) bool { return x.ID == y.ID && x.Then == y.Then })
}
