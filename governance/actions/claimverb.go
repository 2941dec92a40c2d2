package actions

import (
	"strings"

	"mandate/governance"
)

// announcement is a word that tells the reader of an effect. Stems end in *.
type announcement struct {
	words   string
	effects []governance.EffectKind
	setting string
}

// announcements are the words. They are weak one by one: a long text holds many of them. They
// count only together with the address that they are about, or for want of
// any in a text that contradicts the calldata.
func announcements() []announcement {
	return []announcement{
		{"upgrad* implementation* activat* replac* migrat* arbos* diamondcut proxy proxies deploy* updat*", kinds(governance.EffectUpgrade, governance.EffectExecute), ""},
		{"execut* perform* enabl* regist* set chang* reduc* increas* remov* add adds fix* extend* implement*", kinds(governance.EffectExecute), ""},
		{"owner ownership transferownership setowner admin administrator admins controller custody setcontroller setpendingadmin takeover", kinds(governance.EffectOwner), ""},
		{"control controls handover", kinds(governance.EffectOwner), ""},
		{"renounc*", kinds(governance.EffectOwner, governance.EffectRevoke), ""},
		{"grantrole appoint* authoris* authoriz* permission* minter minters guardian guardians proposer_role canceller executor_role whitelist* setauthority", kinds(governance.EffectGrant), ""},
		{"role roles signer signers controller admin executor executors keeper keepers proposer", kinds(governance.EffectGrant, governance.EffectRevoke), ""},
		{"revok* revokerole remov* disabl* rescind* strip*", kinds(governance.EffectRevoke), ""},
		{"mint mints minted minting issuance emission* inflation", kinds(governance.EffectMint), ""},
		{"approv* allowance* allow allows spend* permit* autowrap* escrow*", kinds(governance.EffectApprove), ""},
		{"stream* vest* drip*", kinds(governance.EffectStream, governance.EffectApprove), ""},
		{"transfer* send sends sending sent pay pays paid payment* disburs* distribut* donat* reimburs* return* deposit*", kinds(governance.EffectTransfer), ""},
		{"fund* grant grants budget* allocat* request* cost*", kinds(governance.EffectTransfer, governance.EffectStream), ""},
		{"quorum", kinds(governance.EffectGovernance), "quorum"},
		{"delay delays", kinds(governance.EffectGovernance), "delay"},
		{"period periods", kinds(governance.EffectGovernance), "period"},
		{"threshold thresholds", kinds(governance.EffectGovernance), "threshold"},
		{"timelock timelocks", kinds(governance.EffectGovernance), "timelock"},
	}
}

func kinds(k ...governance.EffectKind) []governance.EffectKind { return k }

// verbTable is the announcements by word; stems stand apart.
type verbTable struct {
	list  []announcement
	words map[string][]int
	stems map[string][]int // by their first four letters
	stem  [][]string       // of each announcement
}

func newVerbTable() verbTable {
	list := announcements()
	t := verbTable{list: list, words: map[string][]int{}, stems: map[string][]int{}, stem: make([][]string, len(list))}
	for i, a := range list {
		for _, w := range strings.Fields(a.words) {
			if stem, ok := strings.CutSuffix(w, "*"); ok {
				t.stem[i] = append(t.stem[i], stem)
				t.stems[firstLetters(stem)] = append(t.stems[firstLetters(stem)], i)
				continue
			}
			t.words[w] = append(t.words[w], i)
		}
	}
	return t
}

func firstLetters(w string) string { return w[:min(len(w), 3)] }

// match returns the announcements that word makes.
func (t verbTable) match(word string) []int {
	found := append([]int(nil), t.words[word]...)
	for _, i := range t.stems[firstLetters(word)] {
		for _, stem := range t.stem[i] {
			if strings.HasPrefix(word, stem) {
				found = append(found, i)
				break
			}
		}
	}
	return found
}

// verbClaims returns the first place of every announcement, and every place
// in the first line, which is the title.
func verbClaims(s string) []Claim {
	var list []Claim
	table, seen := newVerbTable(), map[int]bool{}
	eachWord(s, func(from, to int) bool {
		for _, i := range table.match(strings.ToLower(s[from:to])) {
			if !seen[i] {
				seen[i] = true
				list = append(list, Claim{Kind: ClaimVerb, From: from, To: to, Text: s[from:to], Effects: table.list[i].effects, Setting: table.list[i].setting})
			}
		}
		return len(seen) < len(table.list)
	})
	return list
}

// eachWord calls f with the bounds of every word of ASCII letters and
// underscores of at most 40 bytes, until it returns false.
func eachWord(s string, f func(from, to int) bool) {
	for i := 0; i < len(s); {
		from := i
		for i < len(s) && (s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z' || s[i] == '_') {
			i++
		}
		if n := i - from; n >= 3 && n <= 40 && !f(from, i) {
			return
		}
		if i == from {
			i++
		}
	}
}

// functionClaims finds names like `setOwner`, setOwner(address) and
// "Function: transfer".
func functionClaims(s string) []Claim {
	var list []Claim
	eachWord(s, func(from, to int) bool {
		brackets := to < len(s) && s[to] == '('
		coded := from > 0 && s[from-1] == '`' && to < len(s) && (s[to] == '`' || brackets)
		if !coded && !(brackets && isCamel(s[from:to])) {
			return true
		}
		list = append(list, Claim{Kind: ClaimFunction, From: from, To: to, Text: s[from:to], Value: s[from:to], Asked: asked(s, from)})
		return len(list) < maxClaims
	})
	return list
}

func isCamel(w string) bool {
	return w[0] >= 'a' && w[0] <= 'z' && strings.ToLower(w) != w
}

// asked: the words before say that what follows is called. What somebody may
// call one day is no call of the proposal.
func asked(s string, at int) bool {
	before := strings.ToLower(s[max(0, at-48):at])
	for _, end := range [...]string{"\n", ". ", "; "} {
		if i := strings.LastIndex(before, end); i >= 0 {
			before = before[i+len(end):]
		}
	}
	for _, w := range [...]string{"may ", "can ", "could ", "might ", "would ", "anyone", "able to", "allow"} {
		if strings.Contains(before, w) {
			return false
		}
	}
	before = strings.TrimSuffix(strings.TrimRight(before, " `*_:\"'"), " the")
	for _, w := range [...]string{"call", "calls", "calling", "function", "method"} {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	return false
}
