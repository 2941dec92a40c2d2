package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// The kinds of messages, by the sequencer's names.
const (
	kindVote       = "vote"
	kindVoteArray  = "vote-array"
	kindVoteString = "vote-string"
	kindAlias      = "alias"
	kindRevoke     = "revoke-alias"
	kindFollow     = "follow"
	kindUnfollow   = "unfollow"
	kindUpdate     = "update-proposal"
	kindDelete     = "delete-proposal"
)

// knownTypes is the sequencer's allow-list: the hash of the exact JSON of
// `types`, without EIP712Domain, to the kind of message.
func knownTypes() map[string]string {
	known := map[string]string{}
	add := func(kind, primary, fields string) {
		for _, from := range variants(fields, "string from", "address from") {
			for _, f := range variants(from, "string proposal", "bytes32 proposal") {
				sum := sha256.Sum256([]byte(typesJSON(primary, f)))
				known[hex.EncodeToString(sum[:])] = kind
			}
		}
	}
	for kind, choice := range map[string]string{kindVote: "uint32", kindVoteArray: "uint32[]", kindVoteString: "string"} {
		head := "string from,string space,uint64 timestamp,string proposal," + choice + " choice"
		for _, tail := range []string{",string reason,string app,string metadata", ",string reason,string metadata", ",string metadata", ""} {
			add(kind, "Vote", head+tail)
		}
	}
	const head = "string from,string space,uint64 timestamp,"
	add(kindAlias, "Alias", "string from,address alias,uint64 timestamp")
	add(kindRevoke, "RevokeAlias", "string from,address alias,uint64 timestamp")
	for kind, name := range map[string]string{kindFollow: "Follow", kindUnfollow: "Unfollow"} {
		add(kind, name, "string from,string network,string space,uint64 timestamp")
		add(kind, name, "string from,string space,uint64 timestamp")
	}
	add("subscribe", "Subscribe", "string from,string space,uint64 timestamp")
	add("unsubscribe", "Unsubscribe", "string from,string space,uint64 timestamp")
	add("profile", "Profile", "string from,uint64 timestamp,string profile")
	add("statement", "Statement", "string from,uint64 timestamp,string space,string about,string statement,string discourse,string status,string network")
	add("proposal", "Proposal", head+"string type,string title,string body,string discussion,string[] choices,string[] labels,uint64 start,uint64 end,uint64 snapshot,string plugins,string privacy,string app")
	add(kindUpdate, "UpdateProposal", "string proposal,"+head+"string type,string title,string body,string discussion,string[] choices,string[] labels,string plugins,string privacy")
	add(kindDelete, "CancelProposal", head+"string proposal")
	add("flag-proposal", "FlagProposal", "string from,string space,string proposal,uint64 timestamp")
	add("settings", "Space", head+"string settings")
	add("delete-space", "DeleteSpace", "string from,string space,uint64 timestamp")
	return known
}

func variants(fields, a, b string) []string {
	if !strings.Contains(fields, a) {
		return []string{fields}
	}
	return []string{fields, strings.Replace(fields, a, b, 1)}
}

// typesJSON writes "type name" pairs as JSON.stringify writes the `types` that
// official clients send: name before type.
func typesJSON(primary, fields string) string {
	var b strings.Builder
	b.WriteString(`{"` + primary + `":[`)
	for i, field := range strings.Split(fields, ",") {
		kind, name, _ := strings.Cut(field, " ")
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`{"name":"` + name + `","type":"` + kind + `"}`)
	}
	return b.String() + "]}"
}
