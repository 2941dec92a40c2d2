package reader

import "strings"

// role is what a section is for, as its heading says.
type role int

const (
	roleNone role = iota
	roleSummary
	roleSpec
	roleMoney
	roleWhy
	roleBackground
	roleFor
	roleAgainst
	roleVote
	roleTimeline
	roleMeta
	roles // how many
)

// roleWords are looked up in a heading in this order: the first that fits
// decides.
var roleWords = []struct {
	role  role
	words string
}{
	{roleMeta, "reference|references|copyright|license|disclaimer|author|authors|resources|links|useful links|further reading|glossary|acknowledg|appendix|changelog|footnote|contact|about the author|about us|team background|calldata|verification|tests|status|external links|forum post|discussion link|forum discussion|参考|链接|참고|referencias|références"},
	{roleSummary, "summary|abstract|tl;dr|tldr|tl dr|overview|in short|at a glance|simple explanation|sentence summary|the proposal|proposal|proposed solution|proposals|the ask|ask|our ask|request|概要|摘要|简介|总结|提案|提议|resumen|resumo|propuesta|proposta|proposition|résumé|resume|zusammenfassung|vorschlag|제안|요약|предложение|hedef|goal of this proposal"},
	{roleAgainst, "risk|risks|cons|con|drawback|drawbacks|disadvantage|disadvantages|downside|downsides|concerns|arguments against|against|cons of|negative|trade-offs|tradeoffs|风险|缺点|단점|리스크|riesgos|desventajas|inconvénients|risques"},
	{roleFor, "benefit|benefits|pros|pro|advantage|advantages|upside|opportunity|arguments for|for|value add|why vote|positive|优点|好处|장점|ventajas|beneficios|avantages|impact"},
	{roleMoney, "budget|cost|costs|funding|compensation|payment|payments|financial|grant|allocation|allocations|expense|expenses|spend|amount|treasury|salary|remuneration|fee|fees|price|预算|费用|预算案|예산|presupuesto|financement|budget request|funds"},
	{roleVote, "vote|voting|options|option|choices|poll|how to vote|ballot|decision|votación|投票|투표"},
	{roleTimeline, "timeline|roadmap|milestone|milestones|schedule|deliverable|deliverables|next steps|time line|duration|term|phases|calendar|时间"},
	{roleSpec, "specification|specifications|spec|implementation|technical|details|detail|solution|proposed|what|changes|change|terms|parameters|how|execution|steps|action|actions|mechanics|design|effect|scope|functional description|responsibilities|role|rules|process|plan|approach|mechanism|requirements|conditions|methodology|规则|方案|细则|具体|내용|especificación|especificaciones|detalles|description|descripción"},
	{roleWhy, "motivation|rationale|why|problem|reason|reasons|justification|purpose|objective|objectives|goal|goals|mission|challenges|issue|动机|目的|原因|motivación|motivo|objetivo|pourquoi|동기|why now"},
	{roleBackground, "background|context|introduction|intro|history|about|preface|definitions|current|status quo|previous|recap|who|team|experience|背景|介绍|배경|contexto|contexte|antecedentes|introducción"},
}

// roleOf reads the role from a heading.
func roleOf(title string) role {
	t := strings.ToLower(strings.Trim(title, " *_#:.-–—[]()\t"))
	t = strings.TrimLeft(t, "0123456789.) ")
	t = strings.TrimPrefix(t, "simple ")
	if len(t) > 70 || t == "" {
		return roleNone
	}
	padded := " " + strings.Map(func(c rune) rune {
		if c < 0x80 && !isLetter(byte(c)) && c != ';' && c != '-' {
			return ' '
		}
		return c
	}, t) + " "
	for _, r := range roleWords {
		for rest := r.words; rest != ""; {
			var w string
			w, rest, _ = strings.Cut(rest, "|")
			if w[0] >= 0x80 {
				if strings.Contains(t, w) {
					return r.role
				}
				continue
			}
			if (w == "for" || w == "against") && t != w { // "For the guild" is none
				continue
			}
			if i := strings.Index(padded, w); i > 0 && padded[i-1] == ' ' && (padded[i+len(w)] == ' ' || len(w) > 8) {
				return r.role
			}
		}
	}
	return roleNone
}

// section is what stands under one heading.
type section struct {
	role     role
	title    string
	level    int
	from, to int // of the heading; 0, 0 before the first one
}

// hasSection reports whether a heading is title (lower case).
func (p *page) hasSection(title string) bool {
	for i := range p.sections {
		if s := strings.Trim(p.sections[i].title, " *_:"); strings.EqualFold(s, title) {
			return true
		}
	}
	return false
}
