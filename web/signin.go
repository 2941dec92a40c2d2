package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/store"
	"mandate/web/siwe"
)

const (
	// statement is what the wallet shows; no other text is accepted.
	statement = "Sign in to Mandate. This moves nothing, votes nothing and costs nothing."
	// nonceLife is how long a sign-in may take, from question to answer.
	nonceLife = 5 * time.Minute
	// skew is how far ahead a clock of ours may be of another one of ours.
	skew = 30 * time.Second
	// chainMain is where accounts are asked to sign in by default.
	chainMain = 1
)

// Wallets asks the networks about accounts (package chain).
type Wallets interface {
	siwe.Contracts
	// IsContract reports whether code stands at an address.
	IsContract(ctx context.Context, chain uint64, address string) (bool, error)
	// Has reports whether a node of the network is set up.
	Has(chain uint64) bool
	// Name is the account's ENS name, "" if it has none that leads back to it.
	Name(ctx context.Context, address string) (string, error)
}

// apiNonce begins a sign-in: the text to sign, bound to this browser by a
// cookie of its own.
func (s *Server) apiNonce(c echo.Context) error {
	var in struct {
		Address string `json:"address"`
		ChainID uint64 `json:"chain_id"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	address, err := ballot.Checksum(in.Address)
	if err != nil {
		return err
	}
	if err := s.limitSignIn(c, "nonce", address); err != nil {
		return err
	}
	chain := cmp.Or(in.ChainID, chainMain)
	if chain != chainMain && !slices.Contains(s.ChainIDs, chain) {
		return governance.Errorf(governance.Invalid, "Mandate does not know network %d. Sign in on Ethereum (network 1), or on one that has a node set up (MANDATE_RPC_%d).", chain, chain)
	}
	n := s.newNonce(address, chain)
	m, err := s.message(n)
	if err != nil {
		return err
	}
	if err := s.Store.AddNonce(c.Request().Context(), n); err != nil {
		return err
	}
	s.setBefore(c, n.Session, int(nonceLife.Seconds()))
	return sendJSON(c, map[string]any{"nonce": n.Value, "message": m.String(), "expires_at": n.Expires.UTC()})
}

// newNonce is a question to one account in one browser.
func (s *Server) newNonce(address string, chain uint64) store.Nonce {
	value := rand.Text() // 128 bits and more, letters and digits
	return store.Nonce{Value: value, Session: randomHex(16) + "." + value, Address: address, Chain: chain, Expires: s.Now().Truncate(time.Second).Add(nonceLife)}
}

// message is the text that goes with a nonce. Where it is for comes from the
// configuration alone: a Host header is the asker's word.
func (s *Server) message(n store.Nonce) (siwe.Message, error) {
	address, err := ballot.Checksum(n.Address) // kept in lower case
	return siwe.Message{Domain: s.domain(), Address: address, Statement: statement, URI: s.PublicURL.Scheme + "://" + s.domain() + "/",
		Version: "1", ChainID: n.Chain, Nonce: n.Value, IssuedAt: n.Expires.Add(-nonceLife).UTC(), ExpirationTime: n.Expires.UTC()}, err
}

// domain is where we are as browsers write it, who compare it with the text:
// in lower case, and without the port that goes without saying.
func (s *Server) domain() string {
	host := strings.ToLower(s.PublicURL.Host)
	return strings.TrimSuffix(host, map[string]string{"https": ":443", "http": ":80"}[s.PublicURL.Scheme])
}

// setBefore sets or, with an age below 0, removes the cookie of a sign-in
// that is under way. It names the nonce, so that a refusal can say why.
func (s *Server) setBefore(c echo.Context, value string, age int) {
	//nolint:gosec // Secure over https; on loopback http browsers would drop it
	c.SetCookie(&http.Cookie{Name: s.cookieName("mandate-pre"), Value: value, Path: "/", MaxAge: age, Secure: s.secure(), HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// limitSignIn allows 10 requests a minute of each kind by network address, and
// 60 by account: so few from one address must not use up an account's.
func (s *Server) limitSignIn(c echo.Context, kind, address string) error {
	now := s.Now()
	if s.signInsFrom.take(kind+" "+household(s.clientAddr(c.Request())), now) && s.signInsOf.take(kind+" "+address, now) {
		return nil
	}
	return &governance.Error{Code: governance.Limited, Message: "Too many sign-ins were begun from here or for this account. Wait a few seconds and try again.", Wait: 6 * time.Second}
}

// apiVerify ends a sign-in. The nonce is consumed before anything is checked,
// so of many replays at once only one is looked at. Nothing is stored unless
// all of it holds.
func (s *Server) apiVerify(c echo.Context) error {
	var in struct {
		Message   string `json:"message"`
		Signature string `json:"signature"`
		Token     string `json:"token"` // the one-time token of the first start
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	m, err := siwe.Parse(in.Message)
	if err != nil {
		return err
	}
	if err := s.limitSignIn(c, "verify", m.Address); err != nil {
		return err
	}
	n, err := s.takeNonce(c, m)
	if err != nil {
		return err
	}
	if err := s.asAsked(m, n); err != nil {
		return err
	}
	if err := s.signature(c.Request().Context(), m, in.Signature); err != nil {
		return err
	}
	owner, err := s.admit(c.Request().Context(), m.Address, in.Token, household(s.clientAddr(c.Request())))
	if err != nil {
		return err
	}
	if err := s.signIn(c, m.Address, owner); err != nil {
		return err
	}
	return sendJSON(c, map[string]any{"address": m.Address, "owner": owner})
}

// takeNonce consumes the nonce of a message. Where there is none, it says why.
func (s *Server) takeNonce(c echo.Context, m siwe.Message) (store.Nonce, error) {
	before := ""
	if cookie, err := c.Cookie(s.cookieName("mandate-pre")); err == nil {
		before = cookie.Value
	}
	n, err := s.Store.TakeNonce(c.Request().Context(), m.Nonce, before)
	if err == nil {
		s.setBefore(c, "", -1)
	}
	if governance.CodeOf(err) != governance.NotFound {
		return n, err
	}
	_, asked, _ := strings.Cut(before, ".")
	switch {
	case !m.ExpirationTime.IsZero() && !s.Now().Before(m.ExpirationTime):
		return n, governance.Errorf(governance.Denied, "This sign-in has expired: it has to be signed within 5 minutes. Start it again.")
	case before == "":
		return n, governance.Errorf(governance.Denied, "This browser did not begin this sign-in, or it keeps no cookies. Start it again here.")
	case asked != m.Nonce:
		return n, governance.Errorf(governance.Denied, "Another browser, or another tab of this one, began this sign-in. Start it again here.")
	default:
		return n, governance.Errorf(governance.Denied, "This sign-in was used already. Start it again.")
	}
}

// asAsked checks that the message is to the letter the one that was made for
// the nonce. What differs is named where a person can do something about it.
func (s *Server) asAsked(m siwe.Message, n store.Nonce) error {
	now := s.Now()
	want, err := s.message(n)
	if err != nil {
		return err
	}
	switch {
	case m.Domain != want.Domain:
		return governance.Errorf(governance.Denied, "The signed message is for another site than this one. If a page asked you to sign it here, leave that page.")
	case m.URI != want.URI:
		return governance.Errorf(governance.Denied, "The signed message names another address of this site than the one it is served at.")
	case m.ChainID != want.ChainID:
		return governance.Errorf(governance.Denied, "The signed message is for network %d; network %d was asked for.", m.ChainID, want.ChainID)
	case !strings.EqualFold(m.Address, want.Address):
		return governance.Errorf(governance.Denied, "Another account signed than the one that was asked for. Choose %s in the wallet and try again.", want.Address)
	case !now.Before(want.ExpirationTime):
		return governance.Errorf(governance.Denied, "This sign-in has expired: it has to be signed within 5 minutes. Start it again.")
	case want.IssuedAt.After(now.Add(skew)):
		return governance.Errorf(governance.Denied, "The signed message says that it was issued in the future. The clock of this machine was set back; start again.")
	case m.Statement != want.Statement:
		return governance.Errorf(governance.Denied, "The signed message says something else than Mandate asks to sign.")
	case m.String() != want.String():
		return governance.Errorf(governance.Denied, "The signed message is not the one that Mandate asked to sign.")
	}
	return nil
}

// signIn begins a login: the session gets a new id, and values that were set
// before go to the account.
func (s *Server) signIn(c echo.Context, address string, owner bool) error {
	ctx, now := c.Request().Context(), s.Now()
	login := governance.Login{ID: randomHex(16), Account: strings.ToLower(address), Device: device(c.Request().UserAgent()), Created: now, Seen: now, Expires: now.Add(loginLife), Owner: owner}
	if err := s.Store.AddLogin(ctx, login); err != nil {
		return err
	}
	if from := s.visitor(ctx); from != "" {
		if _, err := s.Store.AdoptValues(ctx, from, login.Account); err != nil {
			return err
		}
	}
	if old := who(c).Login; old.ID != "" { // signed again: the former login is over
		if err := s.Store.EndLogin(ctx, old.Account, old.ID); err != nil && governance.CodeOf(err) != governance.NotFound {
			return err
		}
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Remove(ctx, visitorKey)
	s.sessions.Put(ctx, loginKey, login.ID)
	s.sessions.SetDeadline(ctx, login.Expires)
	if err := s.Agent.WatchAccount(ctx, login.Account); err != nil {
		s.log(c).WarnContext(ctx, "the account's votes and delegations are not read yet", "err", err)
	}
	return nil
}

// device says in few words what browser a login is of. More than that, and
// the address it came from, is nobody's business.
func device(agent string) string {
	first := func(names ...string) string {
		for i := 0; i+1 < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	browser := first("Edg", "Edge", "OPR/", "Opera", "Brave", "Brave", "SamsungBrowser", "Samsung browser", "Firefox", "Firefox", "FxiOS", "Firefox",
		"CriOS", "Chrome", "HeadlessChrome", "Chrome, headless", "Chrome", "Chrome", "Safari", "Safari")
	system := first("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Mac OS X", "macOS", "Windows", "Windows", "CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case browser == "":
		return "A program"
	case system == "":
		return browser
	default:
		return browser + " on " + system
	}
}
