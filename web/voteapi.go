package web

import (
	"encoding/json"
	"strings"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/agent"
)

// apiPrepareVote answers with the exact message that the wallet shall sign.
func (s *Server) apiPrepareVote(c echo.Context) error {
	ref, err := pathRef(c)
	if err != nil {
		return err
	}
	var in struct {
		Choice      json.RawMessage   `json:"choice"`
		Reason      string            `json:"reason"`
		Account     string            `json:"account"` // "" = the signed-in one
		Method      governance.Method `json:"method"`
		ContentHash string            `json:"content_hash"`
		Safe        bool              `json:"safe"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	w := who(c)
	switch {
	case ref.Venue() == governance.VenueSnapshot && in.Method != "" && in.Method != governance.BySignature:
		return governance.Errorf(governance.Invalid, "A vote at Snapshot is a signed message: the method is “signature”.")
	case in.Account != "" && !strings.EqualFold(in.Account, w.Account):
		return governance.Errorf(governance.Denied, "You are signed in as %s and can vote for that account only.", w.Account)
	}
	prepared, err := s.Agent.PrepareVote(c.Request().Context(), agent.VoteRequest{Owner: w.subject(), Account: w.Account, Ref: ref,
		Choice: in.Choice, Reason: in.Reason, ContentHash: in.ContentHash, Safe: in.Safe, Method: in.Method})
	if err != nil {
		return err
	}
	return sendJSON(c, prepared)
}

// apiSubmitVote takes the signature of a prepared vote.
func (s *Server) apiSubmitVote(c echo.Context) error {
	ref, err := pathRef(c)
	if err != nil {
		return err
	}
	return s.submit(c, func(in governance.Intent) error {
		if in.Ref != ref || in.Act != governance.ActVote {
			return governance.Errorf(governance.NotFound, "No such vote was prepared on this proposal.")
		}
		return nil
	})
}

// submit takes what the wallet made of something that the caller prepared.
// fits refuses what was prepared at another address of the API.
func (s *Server) submit(c echo.Context, fits func(governance.Intent) error) error {
	var in struct {
		ID        string `json:"id"`
		Signature string `json:"signature"`
		TxHash    string `json:"tx_hash"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	ctx, w := c.Request().Context(), who(c)
	prepared, err := s.Store.Intent(ctx, w.subject(), in.ID)
	if err != nil {
		return err
	}
	if err := fits(prepared); err != nil {
		return err
	}
	intent, err := s.Agent.Submit(ctx, w.subject(), in.ID, agent.Signed{Signature: in.Signature, TxHash: in.TxHash})
	if err != nil {
		return err
	}
	return sendJSON(c, intent)
}

// apiBallotFile gives a signed ballot or delegation as a file that anyone may
// relay.
func (s *Server) apiBallotFile(c echo.Context) error {
	file, err := s.Agent.BallotFile(c.Request().Context(), who(c).subject(), c.Param("id"))
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="ballot.json"`)
	return sendJSON(c, file)
}

// apiStopWaiting ends the wait for the owners of a Safe, so that the account
// can vote anew.
func (s *Server) apiStopWaiting(c echo.Context) error {
	intent, err := s.Agent.StopWaiting(c.Request().Context(), who(c).subject(), c.Param("id"))
	if err != nil {
		return err
	}
	return sendJSON(c, intent)
}
