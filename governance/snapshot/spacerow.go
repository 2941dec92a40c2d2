package snapshot

import (
	"encoding/json"
	"time"

	"mandate/governance"
)

// decodeSpace reads a row of the spaces query.
func decodeSpace(raw []byte, now time.Time) (governance.Space, bool) {
	s := governance.Space{Seen: now}
	ok := members(raw, func(key string, v field) {
		switch key {
		case "id":
			s.ID = v.text()
		case "name":
			s.Name = v.text()
		case "about":
			s.About = v.text()
		case "website":
			s.Website = v.text()
		case "discussions":
			s.Forum = v.text()
		case "network":
			s.Network = v.text()
		case "symbol":
			s.Symbol = v.text()
		case "created":
			s.Created = v.at()
		case "proposalsCount":
			s.ProposalsCount = v.count()
		case "followersCount":
			s.Followers = v.count()
		default:
			decodeSettings(&s, key, v)
		}
	})
	return s, ok && s.ID != ""
}

func decodeSettings(s *governance.Space, key string, v field) {
	switch key {
	case "admins":
		s.Admins = v.texts()
	case "moderators":
		s.Moderators = v.texts()
	case "members":
		s.Members = v.texts()
	case "strategies":
		elements(v, func(e field) { s.Strategies = append(s.Strategies, decodeStrategy(e)) })
	case "treasuries":
		elements(v, func(e field) {
			if e.isObject() {
				s.Treasuries = append(s.Treasuries, decodeTreasury(e))
			}
		})
	case "voting":
		members(v, func(key string, v field) { decodeVoting(s, key, v) })
	case "delegationPortal":
		members(v, func(key string, v field) { decodePortal(s, key, v) })
	case "voteValidation":
		s.VoteValidation = v.bounded()
	case "verified":
		s.Verified = v.bool()
	case "flagged":
		s.Flagged = v.bool()
	case "hibernated":
		s.Hibernated = v.bool()
	}
}

func decodePortal(s *governance.Space, key string, v field) {
	switch key {
	case "delegationType":
		s.DelegationType = v.text()
	case "delegationContract":
		s.DelegationContract = v.text()
	case "delegationNetwork":
		s.DelegationNetwork = v.text()
	}
}

func decodeVoting(s *governance.Space, key string, v field) {
	switch key {
	case "delay":
		s.VotingDelay = max(0, v.int())
	case "period":
		s.VotingPeriod = max(0, v.int())
	case "quorum":
		s.Quorum = v.amount()
	case "privacy":
		s.Privacy = v.text()
	}
}

func decodeStrategy(v field) governance.Strategy {
	var out governance.Strategy
	members(v, func(key string, v field) {
		switch key {
		case "name":
			out.Name = v.text()
		case "network":
			out.Network = v.text()
		case "params":
			out.Params = v.bounded()
			members(v, func(key string, v field) {
				switch key {
				case "symbol":
					out.Symbol = v.text()
				case "address":
					out.Address = v.text()
				}
			})
		}
	})
	return out
}

// maxParams bounds what is kept of a strategy's settings; some list thousands
// of addresses, and only the hub needs those.
const maxParams = 16 << 10

// bounded is free JSON, nil where it is larger than maxParams.
func (v field) bounded() json.RawMessage {
	if len(v) > maxParams {
		return nil
	}
	return v.free()
}

func decodeTreasury(v field) governance.Treasury {
	var out governance.Treasury
	members(v, func(key string, v field) {
		switch key {
		case "name":
			out.Name = v.text()
		case "address":
			out.Address = v.text()
		case "network":
			out.Network = v.text()
		}
	})
	return out
}
