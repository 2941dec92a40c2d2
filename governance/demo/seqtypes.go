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
// `types`, without EIP712Domain, to the kind of message. It is the official
// one less two forms of aliases of another chain family.
func knownTypes() map[string]string {
	known := map[string]string{}
	add := func(kind, primary string, forms ...string) {
		for _, fields := range forms {
			sum := sha256.Sum256([]byte(typesJSON(primary, fields)))
			known[hex.EncodeToString(sum[:])] = kind
		}
	}
	for kind, choice := range map[string]string{kindVote: "uint32", kindVoteArray: "uint32[]", kindVoteString: "string"} {
		for _, proposal := range []string{"string", "bytes32"} {
			const head = " from,string space,uint64 timestamp,"
			rest := head + proposal + " proposal," + choice + " choice"
			const last = ",string reason,string app,string metadata"
			add(kind, "Vote", "string"+rest+last, "address"+rest+last, "address"+rest+",string reason,string app",
				"address"+rest+",string app", "address"+rest+",string metadata", "address"+rest)
			add(kindDelete, "CancelProposal", "string"+head+proposal+" proposal", "address"+head+proposal+" proposal")
		}
	}
	const spaceOnly = "address from,string space"
	for kind, name := range map[string]string{kindFollow: "Follow", kindUnfollow: "Unfollow"} {
		const rest = " from,string network,string space,uint64 timestamp"
		add(kind, name, "address"+rest, "string"+rest, spaceOnly+",uint64 timestamp", spaceOnly)
	}
	for kind, name := range map[string]string{"subscribe": "Subscribe", "unsubscribe": "Unsubscribe", "delete-space": "DeleteSpace"} {
		add(kind, name, spaceOnly+",uint64 timestamp", spaceOnly)
	}
	add(kindAlias, "Alias", "address from,address alias,uint64 timestamp", "address from,address alias")
	add(kindRevoke, "RevokeAlias", "address from,address alias,uint64 timestamp") // the newer sequencer's
	add("settings", "Space", spaceOnly+",uint64 timestamp,string settings")
	addBoth := func(kind, primary, rest string) { add(kind, primary, "string"+rest, "address"+rest) }
	addBoth("profile", "Profile", " from,uint64 timestamp,string profile")
	addBoth("flag-proposal", "FlagProposal", " from,string space,string proposal,uint64 timestamp")
	const statement = " from,uint64 timestamp,string space,string about,string statement"
	addBoth("statement", "Statement", statement+",string discourse,string status,string network")
	add("statement", "Statement", "address"+statement)
	addProposals(add)
	return known
}

func addProposals(add func(kind, primary string, forms ...string)) {
	const head = " from,string space,uint64 timestamp,string type,string title,string body,"
	const choices, labels = "string[] choices", ",string[] labels"
	const times = ",uint64 start,uint64 end,uint64 snapshot"
	const talk = "address" + head + "string discussion," + choices
	const newest = head + "string discussion," + choices + labels + times + ",string plugins,string privacy,string app"
	add("proposal", "Proposal", "string"+newest, "address"+newest, talk+labels+times+",string plugins,string app",
		talk+times+",string plugins,string app", talk+times+",string plugins", talk+times+",string network,string plugins",
		talk+times+",string network,string strategies,string plugins,string metadata",
		"address"+head+choices+times+",string network,string strategies,string plugins,string metadata")
	const update = head + "string discussion," + choices + labels + ",string plugins,string privacy"
	add(kindUpdate, "UpdateProposal", "string proposal,string"+update, "string proposal,address"+update,
		"string proposal,"+talk+labels+",string plugins", "string proposal,"+talk+",string plugins")
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
