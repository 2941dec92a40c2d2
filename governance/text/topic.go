package text

import (
	"sort"
)

// topicWords maps each topic to words that show it. A word matches at the
// start of a word of the text.
var topicWords = map[string][]string{
	"audit":       {"audit", "security review", "formal verification"},
	"timelock":    {"timelock", "time lock", "time-lock"},
	"multisig":    {"multisig", "multi-sig", "multi sig", "gnosis safe", "safe signer", "msig"},
	"kyc":         {"kyc", "know your customer", "identity verification", "aml check"},
	"vesting":     {"vesting", "vested", "cliff", "lock-up period", "lockup period"},
	"emissions":   {"emission", "inflation rate", "reward rate", "gauge", "halving"},
	"airdrop":     {"airdrop", "air drop", "air-drop", "retroactive distribution"},
	"bridge":      {"bridge", "bridging", "cross-chain", "crosschain"},
	"oracle":      {"oracle", "price feed", "chainlink"},
	"bounty":      {"bounty", "bounties", "immunefi"},
	"legal":       {"legal", "lawsuit", "attorney", "law firm", "regulat", "jurisdiction", "compliance"},
	"reporting":   {"monthly report", "quarterly report", "progress report", "transparency report", "reporting"},
	"budget":      {"budget", "runway", "cost breakdown", "expenses", "salaries", "compensation"},
	"buyback":     {"buyback", "buy back", "buy-back", "repurchase"},
	"burn":        {"burn"},
	"mint":        {"mint"},
	"staking":     {"staking", "stake", "restaking"},
	"liquidity":   {"liquidity", "lp token", "amm pool"},
	"stablecoin":  {"stablecoin", "stable coin"},
	"lending":     {"lending", "borrow", "collateral", "loan-to-value", "liquidation"},
	"delegation":  {"delegat"},
	"quorum":      {"quorum", "voting threshold", "proposal threshold"},
	"emergency":   {"emergency", "guardian", "security council", "pause"},
	"exploit":     {"exploit", "hack", "attack", "stolen", "vulnerabilit"},
	"refund":      {"refund", "reimburs", "compensat", "restitution"},
	"marketing":   {"marketing", "advertis", "influencer", "sponsor"},
	"hiring":      {"hire", "hiring", "recruit", "full-time", "part-time"},
	"election":    {"election", "nominee", "candidate", "elect "},
	"nft":         {"nft", "non-fungible"},
	"listing":     {"listing", "centralized exchange", "cex", "market maker"},
	"grants":      {"grant"},
	"upgrade":     {"upgrade", "migrat", "proxy", "implementation contract"},
	"fees":        {"fee"},
	"privacy":     {"privacy", "anonym", "doxx", "zero-knowledge"},
	"open_source": {"open source", "open-source", "public good"},
	"insurance":   {"insurance", "coverage", "safety module"},
	"treasury":    {"treasury"},
	"merger":      {"merger", "merge with", "acquisition", "acquire"},
	"tax":         {"tax"},
}

// topicIndex finds topic words by their first letter.
type topicIndex struct {
	byLetter [26][]topicWord
}

type topicWord struct{ word, topic string }

func newTopicIndex() *topicIndex {
	var x topicIndex
	for topic, words := range topicWords {
		for _, w := range words {
			x.byLetter[w[0]-'a'] = append(x.byLetter[w[0]-'a'], topicWord{w, topic})
		}
	}
	return &x
}

var topics = newTopicIndex()

// topicsOf returns the topics that s mentions, sorted.
func topicsOf(s string) []string {
	found := map[string]bool{}
	var prev byte = ' '
	for i := range len(s) {
		c := lower(s[i])
		if c >= 'a' && c <= 'z' && !isWordByte(prev) {
			for _, w := range topics.byLetter[c-'a'] {
				if !found[w.topic] && hasPrefixFold(s[i:], w.word) {
					found[w.topic] = true
				}
			}
		}
		prev = s[i]
	}
	list := make([]string, 0, len(found))
	for topic := range found {
		list = append(list, topic)
	}
	sort.Strings(list)
	return list
}

func isWordByte(c byte) bool {
	return lower(c) >= 'a' && lower(c) <= 'z' || c >= '0' && c <= '9' || c == '_'
}

// hasPrefixFold: prefix is ASCII in lower case.
func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(s[i]) != prefix[i] {
			return false
		}
	}
	return true
}
