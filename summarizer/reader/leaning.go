package reader

import (
	"strings"

	"mandate/governance"
)

// sign is a stem that shows a move on a dimension. Flips says that "less of
// it" is the opposite move.
type sign struct {
	stem  string
	value float64
	flips bool
}

// signs show where a DAO moves if the proposal passes.
var signs = map[string][]sign{
	"treasury_prudence": {{"国库", -0.6, false}, {"支出", -1, false}, {"拨款", -1, false}, {"gastos", -0.8, false}, {"presupuesto", -1, false}, {"예산", -1, false},
		{"diversif", 1.5, false}, {"cut costs", 2, false}, {"cost reduction", 2, false}, {"save ", 1, false}, {"clawback", 0.8, false}, {"stablecoin reserve", 1.5, false}, {"spending limit", 1.5, false}, {"cut their payment", 2.5, false}, {"cut the payment", 2.5, false}, {"payment stream", -1, true}, {"reduce the budget", 2, false}, {"treasury fee", 1.2, true}, {"from the treasury", -1, false},
		{"from treasury", -1, false}, {"budget", -1, true}, {"funding", -1, true}, {"grant", -0.8, true}, {"compensation", -0.8, true}, {"invest in", -0.8, false}, {"investing", -0.8, false}, {"to invest", -0.8, false}, {"spend", -1, true}, {"reimburs", -1, false}, {"payout", -1, true}, {"payments", -0.8, true}, {"预算", -1, false}, {"airdrop", -0.5, true}, {"buy ", -0.8, false}, {"purchase", -0.8, false}, {"dev fund", -1, false}},
	"growth_spending": {{"推广", 1.3, false}, {"营销", 1.5, false}, {"홍보", 1.4, false}, {"마케팅", 1.6, false}, {"incentivo", 1, false},
		{"marketing", 1.6, true}, {"growth", 0.9, false}, {"incentiv", 1, true}, {"liquidity mining", 1.5, true}, {"emission", 1.3, true}, {"ecosystem", 0.5, false}, {"adoption", 0.6, false}, {"promot", 1, true}, {"grants program", 1.5, true}, {"hackathon", 1.3, false}, {"sponsor", 1, true}, {"attract", 0.8, false}, {"rewards", 0.6, true}, {"user acquisition", 1.5, false}, {"airdrop", 0.8, true}, {"influencer", 1.5, false}, {"campaign", 0.9, false}, {"激励", 1, false}, {"空投", 0.9, false}, {"business development", 1, false}, {"strategic partnership", 0.8, false}, {"social engagement", 1, false}, {"outreach", 0.9, false}},
	"decentralisation": {{"去中心化", 1.5, false}, {"descentraliz", 1.5, false}, {"décentralis", 1.5, false}, {"탈중앙", 1.5, false}, {"竞选", 1.2, false}, {"多签", 0.8, false},
		{"decentrali", 1.5, false}, {"election", 1.2, false}, {"elect ", 1.2, false}, {"élus", 1.2, false}, {"delegates", 0.7, false}, {"multisig", 0.8, false}, {"multi-sig", 0.8, false}, {"candidate", 0.9, false}, {"committee", 0.6, false}, {"hand over", 1, false}, {"community-run", 1.2, false}, {"community driven", 0.8, false}, {"community-driven", 0.8, false}, {"control to the dao", 1.2, false}, {"sole authority", -2, false}, {"single signer", -2, false}, {"centraliz", -1.2, false}, {"unilateral", -1, false}, {"on-chain governance", 1, false}, {"holders will be able to govern", 1, false}, {"voting power", 0.4, false}, {"autonomous", 0.5, false}},
	"security_caution": {{"审计", 1.5, false}, {"安全", 0.8, false}, {"auditor", 1.2, false}, {"보안", 1, false},
		{"audit", 1.5, false}, {"bug bount", 1.6, false}, {"bounty payout", 1.4, false}, {"timelock", 1, true}, {"security council", 1.5, false}, {"security", 0.9, false}, {"vulnerab", 1.4, false}, {"exploit", 0.7, false}, {"freeze", 1.2, false}, {"pause", 0.8, false}, {"risk mitigation", 1.2, false}, {"mitigat", 0.8, false}, {"safety", 0.8, false}, {"insurance", 0.8, false}, {"deprecat", 0.8, false}, {"as collateral", -1.2, true}, {"lt reduction", 1.5, false}, {"sunset", 0.8, false}, {"offboard", 1.2, false}, {"supply cap", -1.2, true}, {"borrow cap", -1.2, true}, {"debt ceiling", -1, true}, {"increase the cap", -1.5, false}, {"loan-to-value", -0.8, true}, {"ltv", -0.7, true}, {"leverage", -1, true}, {"onboard", -0.7, false}, {"listing", -0.7, true}, {"facilitator capacity", -1.5, true}, {"bridge limit", -1.5, true}, {"illegitimate", 1.2, false}, {"co-investment", -1.2, false}, {"limit exposure", 1.3, false}, {"risk parameter", 0.5, false}, {"liquidation threshold", -0.5, true}, {"undercollateral", -1.5, false}, {"malicious", 1, false}},
	"token_holder_value": {{"소각", 1.4, false}, {"quema", 1.4, false}, {"brûl", 1.4, false}, {"分红", 1.3, false},
		{"buyback", 1.6, true}, {"buy back", 1.6, true}, {"burn", 1.4, true}, {"dividend", 1.5, false}, {"revenue shar", 1.5, false}, {"stakers", 0.8, false}, {"staking rewards", 0.9, true}, {"deflation", 1.5, false}, {"emission", -1.2, true}, {"inflation", -1.3, true}, {"dilut", -1.1, true}, {"mint ", -0.9, true}, {"token holders", 0.5, false}, {"to holders", 1, false}, {"holders will", 0.5, false}, {"销毁", 1.5, false}, {"回购", 1.5, false}, {"redistribut", 0.8, false}, {"vest", 0.3, false}, {"fee sharing", 1.3, false}, {"proportion to their", 0.8, false}},
	"contributor_pay": {{"工资", 1.5, false}, {"薪", 1.2, false}, {"贡献者", 1, false}, {"报酬", 1.5, false}, {"retribu", 1.8, false}, {"rémunér", 1.5, false},
		{"compensation", 1.5, true}, {"compensate ", 0.7, true}, {"salar", 1.8, true}, {"contributor", 1, true}, {"hire", 1.3, false}, {"hiring", 1.2, false}, {"stipend", 1.8, true}, {"remunerat", 1.8, true}, {"pay the team", 1.8, false}, {"payroll", 1.8, true}, {"full-time", 1.2, false}, {"part-time", 1.2, false}, {"part time", 1.2, false}, {"developer", 0.6, false}, {"service provider", 1, true}, {"delegate compensation", 1.5, false}, {"retribuc", 2, false}, {"colaborador", 1.2, false}, {"core team", 0.9, false}, {"per month", 0.5, false}, {"bounties", 0.5, false}, {"dev team", 0.8, false}, {"their work", 0.8, false}, {"for his work", 1.2, false}, {"working group", 0.6, false}, {"labs budget", 1.5, false}, {"operations fund", 0.8, false}, {"renewal of the", 0.3, false}},
	"public_goods": {{"public good", 2.2, false}, {"open source", 1.3, false}, {"open-source", 1.3, false}, {"gitcoin", 1.2, false}, {"charity", 1.8, false}, {"donat", 1.6, false}, {"education", 0.9, false}, {"activism", 1.6, false}, {"non-profit", 1.2, false}, {"nonprofit", 1.2, false}, {"protocol guild", 2, false}},
	"transparency": {{"透明", 1.5, false}, {"transparencia", 1.5, false}, {"투명", 1.5, false},
		{"transparen", 1.5, false}, {"report", 1, true}, {"disclos", 1.1, false}, {"accountab", 1.1, false}, {"audit fund activities", 1, false}, {"publish", 0.9, false}, {"documented", 0.8, false}, {"formaliz", 0.9, false}, {"framework", 0.6, false}, {"actual expenses", 1.2, false}, {"private", -0.9, false}, {"confidential", -1, false}, {"hide ", -1.5, false}, {"secret", -1, false}, {"dashboard", 0.7, false}, {"guidelines", 0.7, false}},
	"user_protection": {{"补偿", 1.5, false}, {"赔偿", 1.8, false}, {"reembols", 1.4, false}, {"보상금", 1.2, false},
		{"compensate user", 2, false}, {"affected user", 1.6, false}, {"affected member", 1.8, false}, {"victim", 1.8, false}, {"make whole", 2, false}, {"refund", 1.4, false}, {"reimburse user", 2, false}, {"loss of funds", 1.2, false}, {"protect user", 1.8, false}, {"user protection", 2, false}, {"users' funds", 1.2, false}, {"lost funds", 1.2, false}, {"safety of user", 1.5, false}, {"fraudulent", 1.2, false}, {"scam", 0.9, false}, {"insurance", 0.6, false}, {"users receive the official", 1.3, false}, {"forgery", 1.2, false}, {"phishing", 1.2, false}},
	"privacy":            {{"privacy", 1.8, false}, {"anonym", 1.2, false}, {"pseudonym", 1.2, false}, {"kyc", -1.4, true}, {"doxx", -1, false}, {"identity verification", -1.4, false}, {"personal data", -0.8, false}, {"zero-knowledge", 1, false}, {"obfuscat", 0.8, false}},
	"openness_to_change": {{"status quo", -1.6, false}, {"maintain the", -1, false}, {"keep the current", -1.4, false}, {"void the", -1.5, false}, {"remain unchanged", -1, false}, {"restore", -1, false}, {"revert", -1.2, false}, {"new version", 1, false}, {"overhaul", 1.2, false}, {"redesign", 1.2, false}, {"restructur", 1, false}, {"introduce", 0.6, false}, {"launch", 0.6, false}, {"experiment", 1, false}, {"pilot", 0.8, false}, {"replace", 0.6, false}, {"migrat", 0.9, false}, {" v2", 0.8, false}, {" v3", 0.7, false}, {"new token", 1, false}, {"native nft", 1.2, false}, {"rebrand", 1.2, false}},
	"partnerships": {{"partenariat", 1.6, false}, {"alianza", 1.5, false}, {"파트너", 1.4, false},
		{"partner", 1.6, true}, {"collaborate", 1.4, true}, {"collaboration", 1.4, true}, {"collaborating", 1.4, true}, {"alliance", 1.5, false}, {"integrat", 0.8, false}, {"merger", 1.3, false}, {"joint ", 1, false}, {"<>", 1.3, false}, {"two communities", 1.3, false}, {"together with", 0.7, false}, {"co-fund", 1.4, false}, {"strategic", 0.6, false}, {"合作", 1.4, false}, {"gateway contracts", 0.9, false}, {"agreement with", 1.2, false}, {"retainer", 0.8, false}, {"third-party", 0.3, false}},
}

// reversers before a word turn its sign round.
var reversers = []string{"reduc", "cut ", "cutting", "lower", "decreas", "end ", "ending", "stop", "remov", "without", "halv", "terminat", "cancel", "less ", "no ", "eliminat", "discontinu", "not a ", "pause ", "降低", "减少"}

// lessAfter right behind a word turn its sign round: "emission reduction".
var lessAfter = []string{" reduc", " cut", " decreas", "s reduc", "s cut", " removal", " halving", "s decreas", " freeze"}

// evidence is what speaks for a leaning.
type evidence struct {
	sum      float64
	best     float64
	from, to int // bytes of the unit with the strongest sign
	unit     int // -1 = the title
}

// leanings gathers evidence for each dimension.
func (p *page) leanings(kind governance.Kind, found []ask) map[string]*evidence {
	all := map[string]*evidence{}
	note := func(key string, v float64, unit, from, to int) {
		e := all[key]
		if e == nil {
			e = &evidence{unit: -2}
			all[key] = e
		}
		e.sum += v
		if strength := max(v, -v); strength > e.best {
			e.best, e.unit, e.from, e.to = strength, unit, from, to
		}
	}
	title := " " + strings.ToLower(p.title) + " "
	p.scan(title, 1.5, func(key string, v float64) { note(key, v, -1, 0, len(p.doc.Title)) })
	budget := 60
	for i := range p.units {
		u := &p.units[i]
		factor := p.bearing(i)
		if u.noise || factor == 0 {
			continue
		}
		if budget--; budget < 0 {
			break
		}
		p.scan(" "+u.low, factor, func(key string, v float64) { note(key, v, i, u.from, u.to) })
	}
	p.priors(kind, found, note)
	return all
}

// bearing is how much a unit says about what will happen.
func (p *page) bearing(i int) float64 {
	u := &p.units[i]
	factor := 0.25
	switch p.sectionOf(u).role {
	case roleMeta, roleBackground:
		factor = 0.08
	case roleSummary:
		factor = 0.6
	case roleMoney, roleSpec:
		factor = 0.35
	case roleAgainst:
		factor = 0
	}
	if asks(u.low) {
		factor += 0.5
	}
	if i < 3 {
		factor += 0.2
	}
	return factor
}

// scan reports the signs in s.
func (p *page) scan(s string, factor float64, note func(string, float64)) {
	for _, d := range governance.Dimensions() {
		total := 0.0
		for _, sg := range signs[d.Key] {
			i := strings.Index(s, sg.stem)
			if i < 0 || i > 0 && sg.stem[0] < 0x80 && sg.stem[0] != ' ' && isWordByte(s[i-1]) {
				continue
			}
			v := sg.value
			if sg.flips && (hasAny(s[max(0, i-40):i], reversers) || hasAny(s[i:min(len(s), i+len(sg.stem)+16)], lessAfter)) {
				v = -v
			}
			total += v
		}
		if total != 0 {
			note(d.Key, total*factor)
		}
	}
}

// priors: what a kind and its asks mean by themselves.
func (p *page) priors(kind governance.Kind, found []ask, note func(string, float64, int, int, int)) {
	for _, a := range found {
		if a.unit >= 0 {
			note("treasury_prudence", -1.3, a.unit, a.from, a.to)
			break
		}
	}
	if len(found) > 0 && found[0].unit < 0 {
		note("treasury_prudence", -1.3, -1, 0, len(p.doc.Title))
	}
	at := func(key string, v float64) { note(key, v, -1, 0, len(p.doc.Title)) }
	switch kind {
	case governance.KindPartnership:
		at("partnerships", 1)
	case governance.KindGrant:
		at("treasury_prudence", -0.6)
		at("contributor_pay", 0.5)
	case governance.KindTreasury:
		at("treasury_prudence", -0.4)
	case governance.KindElection:
		at("decentralisation", 0.5)
	}
}

// leaningAt is from how much evidence a leaning counts, and from how much it
// counts double.
const (
	leaningAt = 1.0
	strongAt  = 2.6
)

// value turns evidence into -2…2.
func (e *evidence) value() int {
	switch {
	case e.sum >= strongAt:
		return 2
	case e.sum >= leaningAt:
		return 1
	case e.sum <= -strongAt:
		return -2
	case e.sum <= -leaningAt:
		return -1
	}
	return 0
}
