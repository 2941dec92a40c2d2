package summarizer

import (
	"regexp"
	"strings"
)

// cue is a way of naming something that a person can be for or against, and
// where the DAO moves if it happens.
type cue struct {
	words string // words that follow each other; * at the end of one = any ending
	lean  map[string]int
}

func lean(dimension string, value int) map[string]int { return map[string]int{dimension: value} }

// cues lists what the built-in compiler understands, in English. Longer
// phrases go before shorter ones at the same place.
func cues() []cue {
	list := []cue{
		{"token incentive*", map[string]int{"growth_spending": 2, "treasury_prudence": -1}},
		{"liquidity mining", map[string]int{"growth_spending": 2, "treasury_prudence": -1}},
		{"liquidity incentive*", map[string]int{"growth_spending": 2, "treasury_prudence": -1}},
		{"subsid*", map[string]int{"growth_spending": 2, "treasury_prudence": -1}},
		{"move fast", map[string]int{"openness_to_change": 2, "security_caution": -1}},
		{"moving fast", map[string]int{"openness_to_change": 2, "security_caution": -1}},
		{"experiment*", map[string]int{"openness_to_change": 2, "security_caution": -1}},
		{"before upgrade*", lean("openness_to_change", -1)},
		{"before any upgrade*", lean("openness_to_change", -1)},
		{"before every upgrade*", lean("openness_to_change", -1)},
		{"before change*", lean("openness_to_change", -1)},
		{"before launch*", lean("openness_to_change", -1)},
		{"delegate compensation", lean("contributor_pay", 2)},
		{"pay delegate*", lean("contributor_pay", 2)},
		{"inflation*", map[string]int{"token_holder_value": -2, "treasury_prudence": -1}},
		{"conservative", map[string]int{"treasury_prudence": 1, "openness_to_change": -1}},
	}
	for _, group := range []struct {
		dimension string
		value     int
		words     string
	}{
		{"treasury_prudence", 2, "lean treasury|lean budget*|frugal*|saving*|runway|thrift*|budget discipline|fiscal*|financial discipline|careful spending|value for money|cost control*|cost discipline|small budget*|solvency|sustainable treasury|prudent*|prudence|spending limit*|spending cap*|save money|save funds|spend carefully|spend wisely"},
		{"treasury_prudence", 1, "treasury|reserve*|diversif*|stablecoin*|milestone*|strings attached|clawback*|vesting"},
		{"treasury_prudence", -2, "waste*|wasteful|overspend*|big budget*|large budget*|large grant*|big grant*|spend freely|spend more|giveaway*|handout*|free money|blank cheque*|blank check*"},
		{"treasury_prudence", -1, "spend*|expens*|debt|loan*"},
		{"growth_spending", 2, "growth|grow|marketing|incentive*|user acquisition|adoption|expansion|expand*|advertis*|promotion*|campaign*|onboard*|market share"},
		{"growth_spending", 1, "airdrop*|reward program*|rewards program*|rewards|sponsor*|hackathon*|conference*|event*|business development|farming|influencer*"},
		{"decentralisation", 2, "decentrali*|permissionless*|censorship resistan*|censorship-resistan*|many hands|community control*|community-owned|community owned|community governed|trustless*|distributed power|distribute power|spread power|small holder*|credible neutrality|credibly neutral|neutrality|checks and balances|voter participation"},
		{"decentralisation", 1, "community|turnout|on-chain|participation"},
		{"decentralisation", -2, "centrali*|whale*|single company|one company|single party|single entity|few hands|insider*|plutocra*|concentrat*|admin key*|gatekeep*|capture*|cartel*|core team control*"},
		{"decentralisation", -1, "vc|vcs|foundation control*"},
		{"security_caution", 2, "audit*|security|secure|safety|safe|timelock*|bug bount*|formal verification|caution*|test coverage|testing|peer review*|security review*|slow and careful|emergency plan*"},
		{"security_caution", 1, "careful*|review*|tested|testnet|multisig*|insurance"},
		{"security_caution", -2, "risk*|unaudited|exploit*|hack|hacks|hacked|vulnerabilit*|reckless*|rushed|rush|gambl*|yolo"},
		{"security_caution", -1, "leverage*|bridge*|shortcut*|hasty"},
		{"token_holder_value", 2, "token holder*|tokenholder*|holders|buyback*|buy back*|buy-back*|dividend*|revenue share|revenue sharing|share revenue|fee switch|token price|value accrual|holder value"},
		{"token_holder_value", 1, "burn*|staking yield|staking reward*"},
		{"token_holder_value", -2, "dilut*|mint*"},
		{"token_holder_value", -1, "emission*"},
		{"contributor_pay", 2, "contributor*|salar*|compensat*|fair pay|fair wage*|well paid|paid well|payroll"},
		{"contributor_pay", 1, "pay|paying|paid|team|teams|builder*|developer*|devs|people who ship|hire|hiring|bounties|retroactive*|wage*"},
		{"public_goods", 2, "public good*|open source|open-source|commons|free software|shared infrastructure"},
		{"public_goods", 1, "research*|education*|grant*|charit*|donat*|ecosystem"},
		{"transparency", 2, "transparen*|report*|accountab*|disclos*|open books|oversight|publicly|clear numbers|public record*"},
		{"transparency", 1, "in public|publish*|kpi*|documented|documentation|explain*"},
		{"transparency", -2, "secre*|backroom*|conflict of interest|conflicts of interest|opaque|self-deal*|self deal*|nepotis*|behind closed doors"},
		{"user_protection", 2, "user fund*|users' fund*|user protection|protect user*|protecting user*|depositor*|refund*|reimburs*|victim*|self-custody|self custody|user right*|customer fund*|consumer*"},
		{"user_protection", 1, "users|user"},
		{"user_protection", -2, "risk* user fund*|risk* users' fund*|risk* customer fund*|risk* depositor*|harm* user*|hurt* user*|freez*|seiz*|scam*|rug|rugs|rug pull*|confiscat*|blacklist*"},
		{"privacy", 2, "privacy|private|anonym*|pseudonym*|encrypt*|zero knowledge|zero-knowledge"},
		{"privacy", -2, "kyc|surveil*|tracking|data collection|collecting data|doxx*|identity check*|personal data"},
		{"openness_to_change", 2, "innovat*|new idea*|bold*|reform*|progress|try new|trying new"},
		{"openness_to_change", 1, "change|changes|upgrade*|iterat*|improve*"},
		{"openness_to_change", -2, "stability|stable rules|status quo|tradition*|immutab*|ossif*|governance minimi*|minimal governance|as they are|as it is|predictab*"},
		{"partnerships", 2, "partner*|collaborat*|alliance*|cross-dao|other protocols|other daos|merger*|joint venture*|cooperat*"},
		{"partnerships", 1, "integration*|service provider*|joint"},
		{"partnerships", -2, "lock-in|vendor lock|isolat*|go it alone|independen*"},
	} {
		for _, words := range strings.Split(group.words, "|") {
			list = append(list, cue{words, lean(group.dimension, group.value)})
		}
	}
	return list
}

// matches reports how many of the words at the beginning of list the cue
// takes, 0 = none.
func (c cue) matches(list []string) int {
	want := strings.Fields(c.words)
	if len(want) > len(list) {
		return 0
	}
	for i, w := range want {
		stem, open := strings.CutSuffix(w, "*")
		if list[i] != w && !(open && strings.HasPrefix(list[i], stem)) {
			return 0
		}
	}
	return len(want)
}

// particles turn what follows round; so do the verbs below, and a verb after
// a particle turns it back ("not against").
var (
	particles = wordSet("not no never nor neither none cannot without less fewer hardly don't doesn't didn't won't shouldn't wouldn't can't mustn't isn't aren't dont")
	turning   = wordSet("against distrust mistrust dislike hate oppose opposes opposed avoid stop stopping cut cutting reduce reducing limit limiting reject rejects refuse worried worry fear fears skeptical sceptical wary tired minimise minimize end ban banning prevent preventing fewer limits lack excessive unnecessary curb discourage resist block shrink skip")
	affirming = wordSet("want wants like love support supports prefer prefers favour favor back fund more but value care believe encourage need needs trust happy welcome reward")
	// instead words make what follows the lesser good: "security over growth", "rather save than spend".
	instead = wordSet("over instead than")
)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

var (
	// indifferent clauses state no value at all.
	indifferent = regexp.MustCompile(`(?i)\b(?:(?:do not|don[’']?t|doesn[’']?t|does not) (?:really |much )?care (?:about|for|whether|if|much)|(?:not|isn[’']?t|doesn[’']?t|does not) (?:really |very |that |so |at all )?(?:important|matter)|indifferent)\b`)
	// complains ends where a complaint about the words before it does.
	complains = regexp.MustCompile(`(?i)\b(?:too (?:much|many|powerful|big|large|often|expensive|strong|high)|(?:is|are) (?:a |the |an )?(?:problem|bad|harmful|dangerous|wasteful|evil|theft|useless|pointless|waste)s?|keep(?:ing)? .{1,60}(?:low|small|minimal|down|in check|under control|to a minimum|limited))\b`)
	// expense is "against" in more words.
	expense = regexp.MustCompile(`(?i)\bat the (?:expense|cost) of\b`)
	// tolerant clauses are mildly for what they name.
	tolerant = regexp.MustCompile(`(?i)\b(?:do not|don[’']?t) mind\b|\b(?:fine|okay|ok) with\b`)

	weightFive  = regexp.MustCompile(`(?i)\b(?:strongly|always|never|must|above all|most important|essential|non-negotiable|crucial|critical|absolutely|deeply|at all costs|fundamental|first and foremost|firmly|under no circumstances|matters most)\b`)
	weightFour  = regexp.MustCompile(`(?i)\b(?:really|very|important|a lot|highly|matters|hate|love|serious|seriously|need)\b`)
	weightTwo   = regexp.MustCompile(`(?i)\b(?:a bit|slightly|somewhat|a little|would like|generally|usually|nice to have|if possible|ideally|mildly|moderately|in general|tend to)\b`)
	weightOne   = regexp.MustCompile(`(?i)\b(?:only a little|barely|hardly matters|very slightly)\b`)
	plainWeight = 3
)

// weightOf reads the emphasis of a clause, 1…5.
func weightOf(clause string) int {
	switch {
	case weightOne.MatchString(clause) || indifferent.MatchString(clause):
		return 1
	case weightTwo.MatchString(clause) || tolerant.MatchString(clause):
		return 2
	case weightFive.MatchString(clause):
		return 5
	case weightFour.MatchString(clause):
		return 4
	}
	return plainWeight
}
