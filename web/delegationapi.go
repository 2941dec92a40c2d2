package web

import (
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/agent"
)

// apiDelegations answers with who holds the account's power and which keys
// speak for it, as last read.
func (s *Server) apiDelegations(c echo.Context) error {
	k, err := s.delegationsOf(c.Request().Context(), who(c))
	if err != nil {
		return err
	}
	out := struct {
		Items   []governance.Delegation `json:"items"`
		Aliases []governance.Alias      `json:"aliases"`
		Reading bool                    `json:"reading"` // a new reading is under way
		Read    *time.Time              `json:"read"`    // the oldest of the items; null = nothing was read
	}{append([]governance.Delegation{}, k.list...), append([]governance.Alias{}, k.aliases...), s.Agent.Reading(who(c).Account), nil}
	if !k.read.IsZero() {
		out.Read = &k.read
	}
	return sendJSON(c, out)
}

// apiPrepareDelegation answers with the exact transaction or message.
func (s *Server) apiPrepareDelegation(c echo.Context) error {
	var in struct {
		DAO      string                    `json:"dao"`
		Method   governance.DelegationKind `json:"method"`
		Delegate string                    `json:"delegate"` // "" = nobody
		All      bool                      `json:"all"`
		Typed    string                    `json:"typed"`   // ALL, where all is true
		Revoke   bool                      `json:"revoke"`  // method alias: end the key named as delegate
		Account  string                    `json:"account"` // "" = the signed-in one
		// For a votes token: its address where a DAO has several, and whether a
		// message is signed that anyone may relay.
		Contract    string `json:"contract"`
		BySignature bool   `json:"by_signature"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	w := who(c)
	if in.Account != "" && !strings.EqualFold(in.Account, w.Account) {
		return governance.Errorf(governance.Denied, "You are signed in as %s and can delegate for that account only.", w.Account)
	}
	prepared, err := s.Agent.PrepareDelegation(c.Request().Context(), agent.DelegationRequest{Owner: w.subject(), Account: w.Account,
		DAO: in.DAO, Method: in.Method, Delegate: in.Delegate, All: in.All, Typed: in.Typed, Revoke: in.Revoke, Contract: in.Contract, BySignature: in.BySignature})
	if err != nil {
		return err
	}
	return sendJSON(c, prepared)
}

// apiSubmitDelegation takes the signature or the transaction of a prepared
// delegation.
func (s *Server) apiSubmitDelegation(c echo.Context) error {
	return s.submit(c, func(in governance.Intent) error {
		if in.Act == governance.ActVote {
			return governance.Errorf(governance.NotFound, "No such delegation was prepared.")
		}
		return nil
	})
}
