package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/store"
	"mandate/governance/text"
	"mandate/views"
)

// How many choices, tally bars, claims and lines of a difference stand open.
const (
	openChoices = 12
	openClaims  = 8
	maxDiff     = 200
)

// proposal serves one proposal, explained.
func (s *Server) proposal(c echo.Context) error {
	now := s.Now()
	page, err := s.pages.or(s.pageKey(c, now), func() (views.ProposalPage, error) { return s.proposalPage(c, now) },
		func(p views.ProposalPage) int { return p.Full.HTML.Len() + pageOverhead })
	if err != nil {
		return err
	}
	page.Shell = s.shell(c, page.Title.Rest+", "+page.DAO.Name, views.SectionProposals)
	page.Ballot = s.slotFor(c, page.Ballot)
	return s.render(c, http.StatusOK, page.View())
}

// pageOverhead is about what a page holds beside its text, in bytes.
const pageOverhead = 6 << 10

func (s *Server) proposalPage(c echo.Context, now time.Time) (views.ProposalPage, error) {
	ref, err := pathRef(c)
	if err != nil {
		return views.ProposalPage{}, err
	}
	d, err := s.Store.Proposal(c.Request().Context(), ref)
	if err != nil {
		return views.ProposalPage{}, err
	}
	v, err := s.valuesOf(c)
	if err != nil {
		return views.ProposalPage{}, err
	}
	b := builder{now: now, d: d, values: v, shown: d.Proposal, version: d.Proposal.Version}
	if err := b.chooseVersion(c.QueryParam("version")); err != nil {
		return views.ProposalPage{}, err
	}
	b.score = score(d.Facts, v, now)
	page := b.page()
	sh, err := s.shieldOf(c.Request().Context(), &d)
	if err != nil {
		return views.ProposalPage{}, err
	}
	sh.fill(&b, &page)
	page.Full, err = s.fullText(&b)
	return page, err
}

// pathRef is the proposal named in the path.
func pathRef(c echo.Context) (governance.Ref, error) {
	raw, err := pathParam(c, "ref")
	if err != nil {
		return "", err
	}
	return governance.ParseRef(raw)
}

// pathParam decodes a part of the path once: echo gives it decoded or not,
// as the request's path was written.
func pathParam(c echo.Context, name string) (string, error) {
	if c.Request().URL.RawPath == "" {
		return c.Param(name), nil
	}
	value, err := url.PathUnescape(c.Param(name))
	if err != nil {
		return "", governance.Errorf(governance.Invalid, "The address cannot be read.")
	}
	return value, nil
}

// builder makes the page of one proposal.
type builder struct {
	now     time.Time
	d       store.Detail
	values  governance.Values
	score   governance.Score
	shown   governance.Proposal // the version on the page
	version int
	quotes  quotes
}

// quotes numbers the quotes of a page in the order in which claims name them.
type quotes struct {
	spans []span
	refs  views.Refs
}

func (q *quotes) of(start, end int) []views.QuoteRef {
	if end <= start {
		return nil
	}
	at := slices.Index(q.spans, span{start, end})
	if at < 0 {
		at = len(q.spans)
		q.spans = append(q.spans, span{start, end})
	}
	return q.refs.Of(at + 1)
}

func (q *quotes) claim(i governance.Item) views.Claim {
	return views.Claim{Text: views.Unmark(i.Text), Refs: q.of(i.Start, i.End)}
}

func (q *quotes) claims(items []governance.Item) []views.Claim {
	var out []views.Claim
	for _, i := range items {
		out = append(out, q.claim(i))
	}
	return out
}

func (q *quotes) arguments(items []governance.Item) []views.Argument {
	var out []views.Argument
	for _, i := range items {
		refs := q.of(i.Start, i.End)
		a := views.Argument{Text: argumentText(i), Quote: views.Unmark(i.Quote), Refs: refs}
		if len(refs) > 0 {
			a.Href = "#q" + refs[0].N
		}
		out = append(out, a)
	}
	return out
}

// chooseVersion shows an earlier content: its text alone, since what was
// made of it is void.
func (b *builder) chooseVersion(asked string) error {
	if asked == "" || asked == strconv.Itoa(b.d.Proposal.Version) {
		return nil
	}
	for _, v := range b.d.Versions {
		if strconv.Itoa(v.Version) == asked {
			b.version = v.Version
			b.shown.Title, b.shown.Body, b.shown.Choices, b.shown.ContentHash = v.Title, v.Body, v.Choices, v.ContentHash
			b.d.Assessment = nil
			return nil
		}
	}
	return governance.Errorf(governance.NotFound, "There is no version %s of this proposal.", views.Clip(plainLine(asked), 12))
}

func (b *builder) old() bool { return b.version != b.d.Proposal.Version }

func (b *builder) page() views.ProposalPage {
	p := &b.shown
	it := listed(b.d, b.score)
	page := views.ProposalPage{
		Ref: string(p.Ref), DAO: daoName(p), Title: title(p), Tags: tags(p, b.d.Facts.Flags), Meta: b.meta(),
		Glance: glance(it, b.now, b.values.Stated()), Notices: b.notices(), Ballot: b.slot(), Tally: b.tally(), Versions: b.versions(),
		Sources: b.sources(), Source: views.Link{Label: map[bool]string{true: "Open at its own page", false: "Open on Snapshot"}[p.OnChain != nil], Href: views.HTTPS(p.URL)},
		Forum: views.Link{Label: "Forum thread", Href: views.HTTPS(p.Discussion)},
	}
	if a := b.d.Assessment; a != nil {
		b.explain(&page, a)
	}
	page.Choices = b.choices()
	return page
}

func (b *builder) meta() []string {
	meta := []string{venueName(&b.shown)}
	if a := b.d.Assessment; a != nil {
		meta = append(meta, kindNames[a.Kind])
	}
	return append(meta, stateName(b.shown.StateAt(b.now)))
}

// explain fills in everything that the assessment says.
func (b *builder) explain(page *views.ProposalPage, a *governance.Assessment) {
	q := &b.quotes
	if views.Says(a.Headline, plainLine(b.shown.Title)) {
		page.Deck = views.Claim{Text: views.Unmark(a.Headline)}
	}
	page.Summary = &views.Summary{Note: readerNote(a), Quotes: nil}
	for _, i := range a.SummaryQuotes {
		page.Summary.Text = append(page.Summary.Text, q.claim(i))
	}
	if len(page.Summary.Text) == 0 && a.Summary != "" {
		page.Summary.Text = []views.Claim{{Text: a.Summary}}
	}
	page.Changes = q.claims(a.Changes)
	if n := len(page.Changes); n > openClaims+2 {
		page.Changes, page.MoreChanges = page.Changes[:openClaims], page.Changes[openClaims:]
	}
	for _, ask := range a.Asks {
		page.Asks = append(page.Asks, askRow(q, ask))
	}
	page.AsksNote = asksNote(a.Asks)
	if n := len(page.Asks); n > openClaims+2 {
		page.Asks, page.MoreAsks = page.Asks[:openClaims], page.Asks[openClaims:]
	}
	page.For, page.Against = q.arguments(a.For), q.arguments(a.Against)
	page.Gains, page.Questions = q.claims(a.WinnersLosers), q.claims(a.Questions)
	page.Import = importanceLine(b.score)
	page.Flags = flagLines(a.Flags)
	if b.values.Stated() {
		page.Says = b.says(a)
	}
}

func readerNote(a *governance.Assessment) string {
	name := "Built-in reader"
	if a.Reader != "built-in" {
		name = "Model: " + plainLine(a.Reader)
	}
	note := name + ". Every claim shown is word for word in the text."
	if a.Faithfulness < 1 {
		note += " " + views.Percent(1-a.Faithfulness) + " of what it said was not, and was dropped."
	}
	return note
}

func askRow(q *quotes, a governance.Ask) views.AskRow {
	r := views.AskRow{Schedule: a.Schedule, What: q.claim(a.Item)}
	if strings.HasPrefix(a.Recipient, "0x") && len(a.Recipient) == 42 {
		r.Address, r.FullAddr = views.ShortAddress(a.Recipient), a.Recipient
	} else {
		r.To = views.Clip(plainLine(a.Recipient), 80)
	}
	if a.Amount != "" {
		r.Amount = views.Amount(a.Amount, a.Token)
	}
	if r.To != "" && r.Amount != "" && views.Same(r.What.Text, r.To, r.Amount) {
		r.What.Text = "" // a row of a table: its cells stand in the other columns
	}
	if usd := dollars(a); usd > 0 && a.Token != "USD" {
		r.USD = "about " + views.USD(usd)
	}
	return r
}

func asksNote(asks []governance.Ask) string {
	with := 0
	for _, a := range asks {
		if a.Amount != "" {
			with++
		}
	}
	switch {
	case len(asks) == 0:
		return "No sum was found in the text."
	case with == len(asks):
		return numberWord(with, "sum", "sums")
	default:
		return numberWord(with, "sum", "sums") + ", and " + views.Plural(len(asks)-with, "promise without a sum", "promises without a sum")
	}
}

// importanceLine names the parts that there are, on a scale from 0 to 1.
func importanceLine(sc governance.Score) string {
	n := func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
	parts := []struct {
		name  string
		value float64
	}{{"money", sc.Parts.Money}, {"powers", sc.Parts.Powers}, {"findings", sc.Parts.Findings}, {"a close count", sc.Parts.Closeness}, {"your share of the votes", sc.Parts.Share}}
	var list []string
	for _, p := range parts {
		if p.value > 0 {
			list = append(list, p.name+" "+n(p.value))
		}
	}
	line := "Importance " + n(sc.Importance) + " of 1"
	if len(list) > 0 {
		line += ": " + strings.Join(list, ", ")
	}
	return line + "."
}

// flagLines says for each check of plain code what it found.
func flagLines(flags []governance.Flag) []views.FlagLine {
	fine := []struct {
		flag governance.Flag
		text string
	}{
		{governance.FlagHiddenText, "No hidden text"},
		{governance.FlagInstructions, "No words aimed at a model"},
		{governance.FlagLinkMismatch, "Links go where they say"},
		{governance.FlagChoices, "The choices are clear"},
	}
	var out []views.FlagLine
	for _, f := range flagOrder {
		if slices.Contains(flags, f) {
			out = append(out, views.FlagLine{Text: flagNames[f], Detail: flagHints[f]})
		}
	}
	for _, f := range fine {
		if !slices.Contains(flags, f.flag) {
			out = append(out, views.FlagLine{OK: true, Text: f.text})
		}
	}
	return out
}

var stanceNames = map[governance.Stance]string{governance.Support: "supports", governance.Oppose: "opposes", governance.AbstainVote: "takes no side", governance.OtherStance: "another way"}

func (b *builder) choices() views.ChoiceTable {
	p := &b.shown
	t := views.ChoiceTable{Type: typeRule(p.Type), Scored: b.d.Assessment != nil && b.values.Stated() && !silent(b.score)}
	meant := 0
	for i := range p.Choices {
		r := views.ChoiceRow{N: strconv.Itoa(i + p.FirstIndex()), Label: choiceLabel(p, i+p.FirstIndex())}
		if a := b.d.Assessment; a != nil && i < len(a.Choices) {
			r.Meaning, r.Stance = meaning(a.Choices[i], r.Label), stanceNames[a.Choices[i].Stance]
			if r.Meaning != "" {
				meant++
			}
			t.Stances = t.Stances || tells(a, i, r.Label)
		}
		if t.Scored && i < len(b.score.Choices) && !silent(b.score) {
			r.Reading = views.NewReading(views.Clip(r.Label, 24), b.score.Choices[i].Score, b.score.Confidence, governance.SureAt)
			r.Advised = b.score.Recommended != nil && *b.score.Recommended == i+p.FirstIndex() && b.score.Route == governance.RouteVote
		}
		if i < openChoices {
			t.Rows = append(t.Rows, r)
		} else {
			t.Folded = append(t.Folded, r)
		}
	}
	t.Meant = meant > 0 && meant*3 >= len(p.Choices) // a column that is nearly empty says nothing
	if len(t.Folded) > 0 {
		t.Fold = views.Plural(len(t.Folded), "more choice", "more choices")
	}
	return t
}

// plainStance is the stance that a label says by itself.
var plainStance = map[string]governance.Stance{"for": governance.Support, "yes": governance.Support, "against": governance.Oppose, "no": governance.Oppose, "abstain": governance.AbstainVote}

// tells reports whether the stance of a choice is worth a column: a
// candidate has none, and "For" says it already.
func tells(a *governance.Assessment, i int, label string) bool {
	stance := a.Choices[i].Stance
	plain, ok := plainStance[strings.ToLower(label)]
	return a.Kind != governance.KindElection && stance != governance.OtherStance && (!ok || plain != stance)
}

// meaning is what the text says of a choice: nothing without a quote, and
// without the label before it, which stands beside.
func meaning(c governance.ChoiceMeaning, label string) string {
	if c.Quote == "" {
		return ""
	}
	text := views.Unmark(c.Meaning)
	if rest, ok := strings.CutPrefix(text, label); ok {
		text = strings.TrimLeft(rest, " :–—-.")
	}
	if !views.Says(text, label) {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

func typeRule(t governance.VotingType) string {
	switch t {
	case governance.SingleChoice:
		return "One choice, with all of your voting power."
	case governance.Basic:
		return "One choice, with all of your voting power."
	case governance.Approval:
		return "Approval: any number of choices, each with all of your voting power."
	case governance.RankedChoice:
		return "Ranked choice: put all choices in order; the last ones drop out and their votes move on."
	case governance.Copeland:
		return "Copeland: put all choices in order; each pair is compared, and the choice that wins most pairs wins."
	case governance.Quadratic:
		return "Quadratic: spread your voting power; the square roots of the shares count."
	case governance.Weighted:
		return "Weighted: spread your voting power over the choices."
	case governance.GovernorVote:
		return "For, Against or Abstain, with all of your voting power. A vote on chain cannot be changed."
	case governance.GovernorFractional:
		return "For, Against or Abstain, or your power split between them. What is cast on chain cannot be changed."
	case governance.GovernorOptimistic:
		return "Optimistic: it passes unless enough vote Against. Not voting counts as yes."
	case governance.GovernorApproval:
		return "Approval of options: picked at the DAO’s own page, since its options are not read here."
	default:
		return "The kind of voting is not known here (" + views.Clip(plainLine(string(t)), 40) + "), so nothing can be cast from here."
	}
}

func (b *builder) says(a *governance.Assessment) *views.ValuesSay {
	sc := b.score
	say := &views.ValuesSay{Reason: sc.Reason, Line: "Your values say nothing about this text."}
	largest, quiet := 0.0, 0
	for _, c := range sc.Contributions {
		largest = max(largest, c.Points, -c.Points)
	}
	for _, c := range sc.Contributions {
		if strings.HasPrefix(c.Source, "rule:") {
			if !strings.Contains(sc.Reason, c.Text) {
				say.Rules = append(say.Rules, c.Text)
			}
			continue
		}
		note := "weight " + strconv.Itoa(c.Weight) + ", " + strings.ToLower(dimensionName(c.Leaning))
		if c.Leaning == "" {
			quiet++
			continue
		}
		row := views.NewContrib(c.Text, note, c.Points, largest)
		if l, ok := a.Leanings[c.Leaning]; ok {
			row.Refs = b.quotes.of(l.Start, l.End)
		}
		say.Rows = append(say.Rows, row)
	}
	if quiet > 0 && len(say.Rows) > 0 {
		say.Quiet = views.Plural(quiet, "other principle says nothing about this text.", "other principles say nothing about this text.")
	}
	if silent(sc) {
		return say
	}
	lead := leading(sc)
	label := choiceLabel(&b.shown, lead.Index)
	say.Line = label + " " + views.Points(lead.Score) + " on a scale from −100 to 100. " + views.Percent(sc.Confidence) + " sure."
	say.Total, say.TotalOf = views.Points(lead.Score), label
	if sc.Recommended != nil && sc.Route == governance.RouteVote {
		say.Advice = "Advice: vote " + choiceLabel(&b.shown, *sc.Recommended) + "."
	}
	return say
}

func dimensionName(key string) string {
	for _, d := range governance.Dimensions() {
		if d.Key == key {
			return d.Name
		}
	}
	return key
}

// notices say what is unusual about what is shown.
func (b *builder) notices() []views.Notice {
	var out []views.Notice
	p := &b.d.Proposal
	if b.old() {
		out = append(out, views.Notice{Tone: views.Caution, Title: "This is an earlier version of the text",
			Text:    "Version " + strconv.Itoa(b.version) + " of " + strconv.Itoa(p.Version) + ". What was said about it no longer counts.",
			Actions: []views.Link{{Label: "Show the version in force", Href: refPath(p.Ref)}}})
	}
	if p.Deleted {
		out = append(out, views.Notice{Tone: views.Caution, Title: "This proposal was deleted at its venue", Text: "It is kept here as it was last seen " + views.Relative(b.now, p.Seen) + "."})
	}
	if b.d.Assessment == nil && !b.old() {
		out = append(out, views.Notice{Title: "Not explained yet", Text: "The text below is complete. The explanation follows within minutes; open proposals come first."})
	}
	if a := b.d.Assessment; a != nil && a.Fallback != "" {
		out = append(out, views.Notice{Tone: views.Caution, Title: "The built-in reader stepped in", Text: a.Fallback})
	}
	return out
}

// fullText is the canonical text with the quotes marked.
func (s *Server) fullText(b *builder) (views.FullText, error) {
	key := fmt.Sprint(b.shown.ContentHash, b.quotes.spans)
	if full, ok := s.texts.get(key); ok {
		return full, nil
	}
	doc := text.Plain(&b.shown)
	title, body := make([]span, len(b.quotes.spans)), make([]span, len(b.quotes.spans))
	for i, q := range b.quotes.spans {
		if q.start < doc.BodyAt {
			title[i] = span{q.start, min(q.end, utf8.RuneCountInString(doc.Title))}
		} else {
			body[i] = span{q.start - doc.BodyAt, q.end - doc.BodyAt}
		}
	}
	html, size, err := s.prose.render(doc.Title, title, doc.Text[doc.Byte(doc.BodyAt):], body)
	if err != nil {
		return views.FullText{}, err
	}
	full := views.FullText{HTML: html, Note: "Nothing was taken out."}
	for _, r := range doc.Removed {
		full.Note = "Hidden parts were taken out; they are listed below."
		full.Removed = append(full.Removed, views.Removed{Kind: removedName(r.Kind), Count: views.Number(float64(r.Count)), Sample: views.Visible(views.Clip(r.Sample, 300))})
	}
	if len(body) > 0 {
		full.Note = "Underlined: quoted above. " + full.Note
	}
	s.texts.put(key, full, size+len(key))
	return full, nil
}

func removedName(kind string) string {
	name := strings.ReplaceAll(kind, "_", " ")
	if name == "" {
		return "Hidden text"
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

func (b *builder) sources() []views.Fact {
	p := &b.shown
	facts := []views.Fact{
		{Name: "Proposal id", Value: p.Ref.ID(), Mono: true},
		{Name: "Author", Value: views.Clip(plainLine(p.Author), 60), Mono: true},
		{Name: "Created", Value: views.Exact(p.Created), Note: views.Relative(b.now, p.Created)},
		{Name: "Voting", Value: views.Exact(p.Start) + " to " + views.Exact(p.End)},
	}
	if len(b.d.Versions) == 0 {
		facts = append(facts, views.Fact{Name: "Versions", Value: "one seen", Note: "unchanged since"})
	}
	switch {
	case p.Snapshot == 0:
	case p.OnChain != nil && p.OnChain.Clock == governance.ClockSeconds:
		facts = append(facts, views.Fact{Name: "Voting power as of", Value: views.Exact(time.Unix(int64(min(p.OnChain.VoteStart, 1<<40)), 0).UTC()), Note: "what was held then counts"})
	case p.OnChain != nil && p.OnChain.Clock == governance.ClockL1Blocks:
		facts = append(facts, views.Fact{Name: "Voting power at block", Value: views.Number(float64(p.Snapshot)), Note: "of Ethereum"})
	default:
		facts = append(facts, views.Fact{Name: "Voting power at block", Value: views.Number(float64(p.Snapshot)), Note: chain(p.Network)})
	}
	if p.IPFS != "" {
		facts = append(facts, views.Fact{Name: "IPFS", Value: views.Clip(plainLine(p.IPFS), 80), Mono: true})
	}
	return append(facts, views.Fact{Name: "Content hash", Value: p.ContentHash, Mono: true}, views.Fact{Name: "Last read", Value: views.Exact(p.Seen), Note: views.Relative(b.now, p.Seen)})
}
