package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/views"
)

const delegationsPath = "/delegations"

// delegationActs are what the page of delegations signs.
func delegationActs() []governance.Act {
	return []governance.Act{governance.ActDelegate, governance.ActUndelegate, governance.ActToken, governance.ActAlias, governance.ActUnalias}
}

// delegations shows who votes with the account's power. Everything on it was
// read before, by a job: no network is asked while the page waits.
func (s *Server) delegations(c echo.Context) error {
	w := who(c)
	if !w.SignedIn() {
		return s.render(c, http.StatusOK, s.signedOutDelegations(c).View())
	}
	ctx := c.Request().Context()
	known, err := s.delegationsOf(ctx, w)
	if err != nil {
		return err
	}
	state, err := s.readState(ctx, w, delegationsPath, "Your DAOs are being read: power, delegates, keys. This takes a moment.", known.read, isFragment(c), delegationActs()...)
	if err != nil {
		return err
	}
	if isFragment(c) {
		return s.render(c, http.StatusOK, state.View())
	}
	page := views.DelegationsPage{Shell: s.shell(c, "Delegations", views.SectionDelegations), Account: w.Account, State: state, Script: s.assets.Module("delegate")}
	b := delegationBuilder{account: w.Account, now: s.Now(), nodes: s.ChainIDs}
	if b.governors, err = s.Store.Governors(ctx); err != nil {
		return err
	}
	b.fill(&page, known)
	changes, err := s.Store.DelegationEvents(ctx, w.subject())
	if err != nil {
		return err
	}
	page.Changes = b.changes(changes[:min(len(changes), shownChanges)])
	return s.render(c, http.StatusOK, page.View())
}

func (s *Server) signedOutDelegations(c echo.Context) views.DelegationsPage {
	return views.DelegationsPage{Shell: s.shell(c, "Delegations", views.SectionDelegations), Heading: "Who votes with your power?",
		Lead: "Mandate shows it for each DAO, once it knows your account.",
		Empty: &views.Empty{Title: "Sign in to see your delegations", Text: "Your wallet signs one short text; that costs nothing and moves nothing. Then power, delegates and keys are read for the DAOs that you follow or vote in.",
			Actions: []views.Link{{Label: "Sign in", Href: signInPath(c.Request()), Icon: "pen"}, {Label: "DAOs", Href: "/daos"}}}}
}

// knownDelegations is what was read last about an account.
type knownDelegations struct {
	list    []governance.Delegation
	aliases []governance.Alias
	read    time.Time // the oldest reading in the list
}

// delegationsOf returns what is stored, and has it read where nothing is.
func (s *Server) delegationsOf(ctx context.Context, w Caller) (k knownDelegations, err error) {
	if k.list, err = s.Store.Delegations(ctx, w.subject()); err != nil {
		return k, err
	}
	if k.aliases, err = s.Store.Aliases(ctx, w.subject()); err != nil {
		return k, err
	}
	for _, d := range k.list {
		if k.read.IsZero() || d.Read.Before(k.read) {
			k.read = d.Read
		}
	}
	return k, s.readFirst(ctx, w, len(k.list) > 0)
}

// readFirst has an account read of which nothing is known yet.
func (s *Server) readFirst(ctx context.Context, w Caller, known bool) error {
	if known || s.Agent.Reading(w.Account) {
		return nil
	}
	upTo, err := s.Store.VotesCursor(ctx, w.subject())
	if err != nil || !upTo.IsZero() {
		return err
	}
	return s.Agent.WatchAccount(ctx, w.Account)
}

// readAgain answers the button of the pages that show what was read.
func (s *Server) readAgain(path string) echo.HandlerFunc {
	return func(c echo.Context) error {
		form, err := readForm(c)
		if err != nil {
			return err
		}
		if form.Get("do") != "read" {
			return governance.Errorf(governance.Invalid, "The form holds a button that is not known.")
		}
		if err := s.Agent.WatchAccount(c.Request().Context(), who(c).Account); err != nil {
			return err
		}
		return redirect(c, path)
	}
}

// delegationsHeading states who votes, as a finding.
func delegationsHeading(list []governance.Delegation, account string) string {
	var own, others, nobody, unknown, idle int
	for i := range list {
		w := whoVotes(&list[i], account)
		if w.idle && !w.nobody {
			idle++
		}
		switch {
		case w.unknown:
			unknown++
		case w.nobody:
			nobody++
		case w.other:
			others++
		default:
			own++
		}
	}
	in := func(n int) string {
		word := numberWord(n, "DAO", "DAOs")
		return strings.ToLower(word[:1]) + word[1:]
	}
	switch {
	case len(list) == 0:
		return "No DAO of yours is known yet."
	case unknown == len(list):
		return "Who votes with your power is not known."
	case others == 0 && nobody == 0 && unknown == 0 && idle == 0:
		return "You vote yourself in " + in(own) + "."
	}
	var parts []string
	if others > 0 {
		parts = append(parts, "A delegate votes for you in "+in(others))
	}
	if own > 0 {
		parts = append(parts, "You vote in "+in(own))
	}
	if nobody > 0 {
		parts = append(parts, "Nobody votes for you in "+in(nobody))
	}
	if idle > 0 {
		parts = append(parts, "On chain nobody votes with your tokens in "+in(idle))
	}
	if unknown > 0 {
		parts = append(parts, "In "+in(unknown)+" that is not known")
	}
	return strings.Join(parts, ". ") + "."
}
