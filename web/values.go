package web

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/views"
)

// values serves the page on which a person says what they stand for.
func (s *Server) values(c echo.Context) error {
	v, err := s.valuesOf(c)
	if err != nil {
		return err
	}
	return s.valuesPage(c, http.StatusOK, v, v, nil)
}

// saveValues takes the form: the pressed button says what to do. Nothing is
// stored unless all of it is right.
func (s *Server) saveValues(c echo.Context) error {
	saved, draft, err := s.draft(c)
	if err != nil {
		return err
	}
	do, arg, _ := strings.Cut(c.FormValue("do"), ":")
	var faults []governance.Fault
	switch do {
	case "compile":
		draft, err = s.compile(c, saved, draft)
	case "add-principle", "save", "":
		draft, err = s.addPrinciple(c, draft)
	case "remove-principle":
		draft.Principles = without(draft.Principles, arg, func(p governance.Principle) string { return p.ID })
	case "remove-rule":
		draft.Rules = without(draft.Rules, arg, func(r governance.Rule) string { return r.ID })
	case "add-rule":
		draft, faults = addRule(c, draft)
	case "sample":
		draft, err = s.sample(arg)
	case "clear":
		draft = governance.Values{}
	default:
		return governance.Errorf(governance.Invalid, "The form holds a button that is not known.")
	}
	if err != nil {
		return err
	}
	draft = governance.NormalizeValues(draft)
	if faults = append(faults, draft.Faults()...); len(faults) > 0 {
		return s.valuesPage(c, http.StatusUnprocessableEntity, saved, draft, faults)
	}
	if _, err := s.Store.SaveValues(c.Request().Context(), s.newSubject(c), draft); err != nil {
		return err
	}
	return redirect(c, "/values")
}

// previewValues scores the open proposals by the draft in the form.
func (s *Server) previewValues(c echo.Context) error {
	saved, draft, err := s.draft(c)
	if err != nil {
		return err
	}
	draft = governance.NormalizeValues(draft)
	open, err := s.openFacts(c)
	if err != nil {
		return err
	}
	preview := views.Preview{Heading: "What the draft changes"}
	if faults := draft.Faults(); len(faults) > 0 {
		preview.Error = faults[0].Message
	} else if preview, err = s.preview(c, open, saved, draft); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, preview.View())
}

// draft is what is stored with the fields of the form laid over it.
func (s *Server) draft(c echo.Context) (saved, draft governance.Values, err error) {
	if saved, err = s.valuesOf(c); err != nil {
		return saved, draft, err
	}
	form, err := readForm(c)
	if err != nil {
		return saved, draft, err
	}
	draft = saved
	if form.Has("statement") {
		draft.Statement = strings.ReplaceAll(form.Get("statement"), "\r\n", "\n")
	}
	if form.Has("p.0.text") {
		draft.Principles = nil
	}
	for i := 0; form.Has("p."+strconv.Itoa(i)+".text") && i <= governance.MaxPrinciples; i++ {
		draft.Principles = append(draft.Principles, principleOf(form.Get, "p."+strconv.Itoa(i)+"."))
	}
	draft.Rules = append([]governance.Rule{}, saved.Rules...)
	for i := range draft.Rules {
		key := "r." + strconv.Itoa(i) + "."
		if form.Get(key+"id") == draft.Rules[i].ID && form.Has(key+"then") {
			draft.Rules[i].Then = governance.Outcome(form.Get(key + "then"))
		}
	}
	return saved, draft, nil
}

// readForm reads a form of the body; one of the address does not count.
func readForm(c echo.Context) (url.Values, error) {
	r := c.Request()
	if kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); err != nil || kind != echo.MIMEApplicationForm {
		return nil, echo.NewHTTPError(http.StatusUnsupportedMediaType)
	}
	err := r.ParseForm()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, echo.NewHTTPError(http.StatusRequestEntityTooLarge)
	case err != nil:
		return nil, governance.Errorf(governance.Invalid, "The form could not be read.")
	}
	return r.PostForm, nil
}

func principleOf(get func(string) string, key string) governance.Principle {
	p := governance.Principle{ID: get(key + "id"), Text: get(key + "text"), Leanings: map[string]int{}}
	p.Weight, _ = strconv.Atoi(get(key + "weight")) // 0 is reported as out of range
	for _, d := range governance.Dimensions() {
		if n, err := strconv.Atoi(get(key + "l." + d.Key)); err == nil && n != 0 {
			p.Leanings[d.Key] = n
		}
	}
	return p
}

// compile reads the statement again. A principle that was there before, by
// its text, keeps its weight and leanings; what was made by hand, and so does
// not stand in the saved statement, stays.
func (s *Server) compile(c echo.Context, saved, draft governance.Values) (governance.Values, error) {
	if utf8.RuneCountInString(draft.Statement) > governance.MaxStatement {
		return draft, nil // the check of the whole names the fault
	}
	names, err := s.daoNames(c)
	if err != nil {
		return draft, err
	}
	compiled, err := s.Compiler.Compile(c.Request().Context(), draft.Statement, names)
	if err != nil {
		return draft, err
	}
	compiled.Statement = draft.Statement
	byHand := func(text string) bool {
		return !strings.Contains(saved.Statement, text) && !strings.Contains(draft.Statement, text)
	}
	for _, old := range draft.Principles {
		same := func(p governance.Principle) bool { return strings.EqualFold(p.Text, strings.TrimSpace(old.Text)) }
		if i := slices.IndexFunc(compiled.Principles, same); i >= 0 {
			compiled.Principles[i] = old
		} else if byHand(old.Text) {
			compiled.Principles = append(compiled.Principles, old)
		}
	}
	for _, old := range draft.Rules {
		if old.Text == "" || byHand(old.Text) {
			compiled.Rules = append(compiled.Rules, old)
		}
	}
	return compiled, nil
}

// daoNames maps what people call a DAO to its id.
func (s *Server) daoNames(c echo.Context) (map[string]string, error) {
	daos, err := s.Store.DAOs(c.Request().Context(), s.Now())
	return idsByName(daos), err
}

func idsByName(daos []governance.DAO) map[string]string {
	names := make(map[string]string, len(daos))
	for _, d := range daos {
		names[strings.ToLower(plainLine(d.Name))] = d.ID
	}
	return names
}

func (s *Server) sample(key string) (governance.Values, error) {
	for _, sample := range s.Samples {
		if sample.Key == key {
			return sample.Values, nil
		}
	}
	return governance.Values{}, governance.Errorf(governance.NotFound, "There is no sample of that name.")
}

// addPrinciple reads what was typed into the line for a new principle. A
// sentence that the compiler takes for a rule becomes one.
func (s *Server) addPrinciple(c echo.Context, draft governance.Values) (governance.Values, error) {
	text := strings.TrimSpace(c.FormValue("np.text"))
	if text == "" {
		return draft, nil
	}
	names, err := s.daoNames(c)
	if err != nil {
		return draft, err
	}
	found, err := s.Compiler.Compile(c.Request().Context(), text, names)
	if err != nil {
		return draft, err
	}
	for _, p := range found.Principles {
		p.ID = "" // given anew, beside the others
		if w, err := strconv.Atoi(c.FormValue("np.weight")); err == nil {
			p.Weight = w
		}
		draft.Principles = append(draft.Principles, p)
	}
	for _, r := range found.Rules {
		r.ID = ""
		draft.Rules = append(draft.Rules, r)
	}
	return draft, nil
}

func without[T any](list []T, id string, idOf func(T) string) []T {
	var out []T
	for _, item := range list {
		if idOf(item) != id {
			out = append(out, item)
		}
	}
	return out
}

// addRule makes a rule of the builder's fields.
func addRule(c echo.Context, draft governance.Values) (governance.Values, []governance.Fault) {
	r := governance.Rule{Then: governance.Outcome(c.FormValue("n.then")), Text: strings.TrimSpace(c.FormValue("n.text"))}
	if k := c.FormValue("n.kind"); k != "" {
		r.When.Kinds = []governance.Kind{governance.Kind(k)}
	}
	if f := c.FormValue("n.flag"); f != "" {
		r.When.Flags = []governance.Flag{governance.Flag(f)}
	}
	r.When.DAOs, r.When.Authors = one(c.FormValue("n.dao")), one(c.FormValue("n.author"))
	r.When.Mentions, r.When.Lacks = one(c.FormValue("n.mentions")), one(c.FormValue("n.lacks"))
	r.When.Follow = strings.TrimSpace(c.FormValue("n.follow"))
	var faults []governance.Fault
	if text := strings.NewReplacer("$", "", ",", "", " ", "").Replace(c.FormValue("n.min_usd")); text != "" {
		usd, err := strconv.ParseFloat(text, 64)
		if err != nil || !(usd > 0) {
			faults = append(faults, governance.Fault{Field: "n.min_usd", Message: "The sum is a number of dollars, like 250000."})
		}
		r.When.MinUSD = usd
	}
	if r.Text == "" {
		r.Text = conditionText(r.When)
	}
	draft.Rules = append(draft.Rules, r)
	return draft, faults
}

func one(s string) []string {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	return []string{s}
}

// conditionText says a condition in words: "the kind is an election".
func conditionText(w governance.Condition) string {
	var parts []string
	if len(w.Kinds) > 0 {
		var names []string
		for _, k := range w.Kinds {
			names = append(names, strings.ToLower(kindNames[k]))
		}
		parts = append(parts, "the kind is "+strings.Join(names, " or "))
	}
	if len(w.DAOs) > 0 {
		parts = append(parts, "the DAO is "+strings.Join(w.DAOs, " or "))
	}
	if len(w.Authors) > 0 {
		parts = append(parts, "the author is "+strings.Join(w.Authors, " or "))
	}
	if w.MinUSD > 0 {
		parts = append(parts, "the sum is "+money(w.MinUSD)+" or more, or not known")
	}
	for _, f := range w.Flags {
		parts = append(parts, "it is marked “"+strings.ToLower(flagNames[f])+"”")
	}
	if len(w.Mentions) > 0 {
		parts = append(parts, "the text speaks of "+strings.Join(w.Mentions, " or "))
	}
	if len(w.Lacks) > 0 {
		parts = append(parts, "the text does not speak of "+strings.Join(w.Lacks, " or "))
	}
	if w.Follow != "" {
		parts = append(parts, w.Follow+" has voted")
	}
	return strings.Join(parts, " and ")
}
