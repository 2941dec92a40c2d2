package demo

import "encoding/json"

// Space is a DAO's page on the hub with its settings. The JSON names are the
// hub's; what is computed (counts of proposals) is filled in by the hub.
type Space struct {
	ID                string            `json:"id"`
	Name              string            `json:"name"`
	Private           bool              `json:"private"`
	About             string            `json:"about"`
	Avatar            string            `json:"avatar"`
	Cover             string            `json:"cover"`
	Terms             string            `json:"terms"`
	Location          string            `json:"location"`
	Website           string            `json:"website"`
	Twitter           string            `json:"twitter"`
	GitHub            string            `json:"github"`
	Farcaster         string            `json:"farcaster"`
	Coingecko         string            `json:"coingecko"`
	Email             string            `json:"email"`
	Discussions       string            `json:"discussions"`
	DiscourseCategory *int              `json:"discourseCategory"`
	Network           string            `json:"network"`
	Symbol            string            `json:"symbol"`
	Skin              string            `json:"skin"`
	SkinSettings      map[string]string `json:"skinSettings"`
	Domain            string            `json:"domain"`
	Strategies        []Strategy        `json:"strategies"`
	Admins            []string          `json:"admins"`
	Members           []string          `json:"members"`
	Moderators        []string          `json:"moderators"`
	Filters           SpaceFilters      `json:"filters"`
	Plugins           json.RawMessage   `json:"plugins"`
	Voting            SpaceVoting       `json:"voting"`
	Categories        []string          `json:"categories"`
	Validation        *Validation       `json:"validation"`
	VoteValidation    *Validation       `json:"voteValidation"`
	DelegationPortal  *DelegationPortal `json:"delegationPortal"`
	Treasuries        []Treasury        `json:"treasuries"`
	Labels            []Label           `json:"labels"`
	FollowersCount    int               `json:"followersCount"`
	VotesCount        int               `json:"votesCount"`
	Parent            *SpaceRef         `json:"parent"`
	Children          []SpaceRef        `json:"children"`
	Guidelines        string            `json:"guidelines"`
	Template          string            `json:"template"`
	Verified          bool              `json:"verified"`
	Flagged           bool              `json:"flagged"`
	FlagCode          int               `json:"flagCode"`
	Hibernated        bool              `json:"hibernated"`
	Turbo             bool              `json:"turbo"`
	TurboExpiration   int64             `json:"turboExpiration"`
	Rank              *float64          `json:"rank"`
	Boost             SpaceBoost        `json:"boost"`
	Created           int64             `json:"created"`
}

// SpaceFilters limits who may propose.
type SpaceFilters struct {
	MinScore    float64 `json:"minScore"`
	OnlyMembers bool    `json:"onlyMembers"`
}

// SpaceVoting holds the space's fixed voting settings; null means free.
// Delay and Period are seconds.
type SpaceVoting struct {
	Delay       *int64   `json:"delay"`
	Period      *int64   `json:"period"`
	Type        *string  `json:"type"`
	Quorum      *float64 `json:"quorum"`
	QuorumType  string   `json:"quorumType"`
	Blind       bool     `json:"blind"`
	HideAbstain bool     `json:"hideAbstain"`
	Privacy     string   `json:"privacy"`
	Aliased     bool     `json:"aliased"`
}

// DelegationPortal says where the space's power is delegated.
type DelegationPortal struct {
	Type     string `json:"delegationType"`
	Contract string `json:"delegationContract"`
	Network  string `json:"delegationNetwork"`
	API      string `json:"delegationApi"`
}

// Treasury is a named account of the DAO.
type Treasury struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Network string `json:"network"`
}

// Label is a tag that proposals of the space may carry.
type Label struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Color       string `json:"color"`
}

// SpaceRef names another space.
type SpaceRef struct {
	ID string `json:"id"`
}

// SpaceBoost tells whether votes may be rewarded.
type SpaceBoost struct {
	Enabled      bool `json:"enabled"`
	BribeEnabled bool `json:"bribeEnabled"`
}
