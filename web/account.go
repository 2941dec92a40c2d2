package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/views"
)

// nameWait is how long a page waits for a name; the address is there anyway.
const nameWait = 1500 * time.Millisecond

// account serves the page of the account: how to sign in, or what is signed
// in. A signed-in person who was sent here goes on to where they wanted.
func (s *Server) account(c echo.Context) error {
	next := ownPath(c.QueryParam("next"))
	if !who(c).SignedIn() {
		return s.signInPage(c, next)
	}
	if next != "" {
		return redirect(c, next)
	}
	return s.accountPage(c, http.StatusOK, views.TokenForm{}, nil)
}

func (s *Server) signInPage(c echo.Context, next string) error {
	box, err := s.signInBox(c, next)
	if err != nil {
		return err
	}
	page := views.AccountPage{Shell: s.shell(c, "Sign in", views.SectionAccount), SignIn: box, Heading: "Sign in with your wallet",
		Lead:  "Your wallet signs one short text. That proves which account is yours, and does nothing else.",
		Links: []views.Link{{Label: "Read proposals", Href: "/proposals"}, {Label: "Set your values", Href: "/values"}, {Label: "DAOs", Href: "/daos"}, {Label: "Settings", Href: "/settings"}}}
	if next != "" {
		page.Lead = "The page that you asked for belongs to an account. " + page.Lead
	}
	return s.render(c, http.StatusOK, page.View())
}

// signInBox is the choice of a wallet, for anyone or for the caller.
func (s *Server) signInBox(c echo.Context, next string) (*views.SignInBox, error) {
	list, err := s.owners(c.Request().Context())
	if err != nil {
		return nil, err
	}
	b := &views.SignInBox{Next: next, Account: who(c).Account, Button: "Sign in with", NeedsToken: len(list) == 0, OwnersAlone: s.Signups != SignupsOpen && len(list) > 0, Networks: s.networkOptions(),
		EmptyText: "A wallet is a program that holds your key, such as Rabby, Frame or MetaMask: an extension of this browser, or a browser of its own on a phone. Install one, then look again."}
	if b.Account != "" {
		b.Button, b.NeedsToken, b.OwnersAlone = "Sign again with", false, false
	}
	if s.Demo {
		b.EmptyText = "The demo brings a practice wallet of its own, which needs a moment. If it does not show up, look again, or reload the page."
	}
	return b, nil
}

// networkOptions are the networks on which an account may be asked.
func (s *Server) networkOptions() []views.Option {
	out := []views.Option{{Value: strconv.Itoa(chainMain), Label: "Ethereum", Selected: true}}
	for _, id := range slices.Sorted(slices.Values(s.ChainIDs)) {
		if id != chainMain {
			n := strconv.FormatUint(id, 10)
			out = append(out, views.Option{Value: n, Label: "Network " + n})
		}
	}
	return out
}

// accountPage shows what is signed in. made is a token that was made just now.
func (s *Server) accountPage(c echo.Context, status int, form views.TokenForm, made *views.MadeToken) error {
	w, now, ctx := who(c), s.Now(), c.Request().Context()
	logins, err := s.Store.Logins(ctx, w.subject())
	if err != nil {
		return err
	}
	tokens, err := s.Store.Tokens(ctx, w.subject())
	if err != nil {
		return err
	}
	page := views.AccountPage{Shell: s.shell(c, "Account", views.SectionAccount), Heading: accountHeading(len(logins), len(tokens)), Address: w.Account, Name: s.nameOf(ctx, w.Account, now), Made: made, NewToken: form,
		Lead:  "Mandate knows you by this account. Whatever counts is still signed by your wallet, one by one.",
		Facts: []views.Fact{{Name: "Here", Value: role(w.Owner)}, {Name: "Signed in", Value: views.Exact(w.Login.Created)}, {Name: "Until", Value: views.Exact(w.Login.Expires)}},
		Links: []views.Link{{Label: "My votes", Href: "/votes"}, {Label: "Delegations", Href: "/delegations"}, {Label: "DAOs", Href: "/daos"}, {Label: "Values", Href: "/values"}, {Label: "Settings", Href: "/settings"}}}
	for _, l := range logins {
		page.Sessions = append(page.Sessions, sessionRow(l, w.Login.ID, now))
	}
	for _, t := range tokens {
		page.Tokens = append(page.Tokens, tokenRow(t, now))
	}
	page.NewToken.Full = len(tokens) >= maxTokens
	if s.requireFresh(c) != nil {
		if page.SignIn, err = s.signInBox(c, "/account#new-token"); err != nil {
			return err
		}
	}
	if page.NewToken.Scopes == nil {
		page.NewToken = tokenForm(page.NewToken, url.Values{"scope": {"read"}, "days": {"90"}})
	}
	return s.render(c, status, page.View())
}

func accountHeading(logins, tokens int) string {
	text := "You are signed in on " + views.Plural(logins, "browser", "browsers")
	if tokens > 0 {
		text += ", and " + views.Plural(tokens, "token acts", "tokens act") + " for you"
	}
	return text + "."
}

func role(owner bool) string {
	if owner {
		return "owner of this Mandate"
	}
	return "guest of this Mandate"
}

func sessionRow(l governance.Login, current string, now time.Time) views.SessionRow {
	return views.SessionRow{ID: l.ID, Device: plainLine(l.Device), Current: l.ID == current, Since: views.NewWhen("", now, l.Created), Seen: views.NewWhen("", now, l.Seen), Ends: views.NewWhen("", now, l.Expires)}
}

func tokenRow(t governance.Token, now time.Time) views.TokenRow {
	var scopes []string
	for _, s := range t.Scopes {
		scopes = append(scopes, string(s))
	}
	return views.TokenRow{ID: t.ID, Name: plainLine(t.Name), Scopes: strings.Join(scopes, ", "), Made: views.NewWhen("", now, t.Created), Used: views.NewWhen("", now, t.Used), Ends: views.NewWhen("", now, t.Expires), Expired: !now.Before(t.Expires)}
}

// tokenForm fills the form with what was typed.
func tokenForm(f views.TokenForm, typed url.Values) views.TokenForm {
	f.Name = typed.Get("name")
	help := map[governance.TokenScope][2]string{
		governance.ScopeRead:   {"Read", "your values, scores, power, votes and delegations"},
		governance.ScopeValues: {"Values", "change what you stand for"},
		governance.ScopeVote:   {"Vote", "prepare votes and delegations, and hand in what your wallet signed"},
	}
	for _, s := range governance.TokenScopes() {
		f.Scopes = append(f.Scopes, views.ScopeOption{Value: string(s), Label: help[s][0], Help: help[s][1], Checked: slices.Contains(typed["scope"], string(s))})
	}
	f.Days = choose(typed.Get("days"), "7", "7 days", "30", "30 days", "90", "90 days", "365", "one year")
	return f
}

// nameOf is the account's ENS name, "" where there is none or no node.
func (s *Server) nameOf(ctx context.Context, account string, now time.Time) string {
	if s.Wallets == nil || !s.Wallets.Has(chainMain) {
		return ""
	}
	key := strings.ToLower(account) + strconv.FormatInt(now.Unix()/3600, 36)
	name, err := s.names.or(key, func() (string, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), nameWait)
		defer cancel()
		return s.Wallets.Name(ctx, account)
	}, func(name string) int { return len(name) })
	if err != nil {
		return ""
	}
	return plainLine(name)
}

// accountForm does what the pressed button of the account page says.
func (s *Server) accountForm(c echo.Context) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	do, id, _ := strings.Cut(form.Get("do"), ":")
	switch do {
	case "sign-out":
		err = s.endSession(c.Request().Context(), who(c).Login)
	case "sign-out-everywhere":
		err = s.endLogins(c)
	case "end-session":
		err = s.endLogin(c, id)
	case "end-token":
		err = s.endToken(c, id)
	case "new-token":
		return s.makeToken(c, form)
	default:
		err = governance.Errorf(governance.Invalid, "The form holds a button that is not known.")
	}
	if err != nil {
		return err
	}
	return redirect(c, "/account")
}

// makeToken answers the form of a new token with the page that shows it.
func (s *Server) makeToken(c echo.Context, form url.Values) error {
	var scopes []governance.TokenScope
	for _, scope := range form["scope"] {
		scopes = append(scopes, governance.TokenScope(scope))
	}
	days, err := strconv.Atoi(form.Get("days"))
	if err != nil || days < 1 || days > maxTokenDays {
		return governance.Errorf(governance.Invalid, "A token counts for 1 to %d days.", maxTokenDays)
	}
	secret, t, err := s.newToken(c, form.Get("name"), scopes, s.Now().AddDate(0, 0, days))
	switch code := governance.CodeOf(err); {
	case code == governance.Invalid || code == governance.Conflict:
		f := tokenForm(views.TokenForm{Error: governance.MessageOf(err)}, form)
		return s.accountPage(c, http.StatusUnprocessableEntity, f, nil)
	case err != nil:
		return err
	}
	return s.accountPage(c, http.StatusOK, views.TokenForm{}, &views.MadeToken{Name: t.Name, Secret: secret})
}
