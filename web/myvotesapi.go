package web

import (
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/store"
)

// apiVotes lists the account's votes.
func (s *Server) apiVotes(c echo.Context) error {
	limit, err := apiLimit(c.QueryParams())
	if err != nil {
		return err
	}
	f := store.VoteFilter{Account: who(c).subject(), DAO: c.QueryParam("dao"), Cursor: c.QueryParam("cursor"), Limit: limit}
	if f.Ref, err = queryRef(c); err != nil {
		return err
	}
	found, err := s.Store.Votes(c.Request().Context(), f)
	if err != nil {
		return err
	}
	out := apiList[governance.Vote]{Items: append([]governance.Vote{}, found.Items...), Total: found.Total}
	if found.Next != "" {
		out.NextCursor = &found.Next
	}
	return sendJSON(c, out)
}

// apiIntents lists what the account prepared or signed here.
func (s *Server) apiIntents(c echo.Context) error {
	limit, err := apiLimit(c.QueryParams())
	if err != nil {
		return err
	}
	f := store.IntentFilter{Owner: who(c).subject(), Cursor: c.QueryParam("cursor"), Limit: limit}
	if f.Ref, err = queryRef(c); err != nil {
		return err
	}
	switch live := c.QueryParam("live"); live {
	case "":
	case "true", "false":
		yes := live == "true"
		f.Live = &yes
	default:
		return governance.Errorf(governance.Invalid, "The parameter live is true or false.")
	}
	list, next, err := s.Store.Intents(c.Request().Context(), f)
	if err != nil {
		return err
	}
	out := struct {
		Items      []governance.Intent `json:"items"`
		NextCursor *string             `json:"next_cursor"`
	}{Items: append([]governance.Intent{}, list...)}
	if next != "" {
		out.NextCursor = &next
	}
	return sendJSON(c, out)
}

// queryRef reads the optional parameter ref.
func queryRef(c echo.Context) (governance.Ref, error) {
	text := c.QueryParam("ref")
	if text == "" {
		return "", nil
	}
	return governance.ParseRef(text)
}

// apiLimit reads the optional parameter limit: 1 to 200, 50 without it.
func apiLimit(q url.Values) (int, error) {
	if !q.Has("limit") {
		return 0, nil
	}
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n < 1 || n > 200 {
		return 0, governance.Errorf(governance.Invalid, "limit is a number from 1 to 200.")
	}
	return n, nil
}
