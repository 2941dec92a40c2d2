package reader

import (
	"strings"

	"mandate/governance"
)

// weigh is a stem with what it says for a kind.
type weigh struct {
	stem   string
	weight float64
}

// kindWords: stems that show a kind, by how surely a title with them is of
// that kind.
var kindWords = map[governance.Kind][]weigh{
	governance.KindTreasury: {{"国库", 2.5}, {"财库", 2.5}, {"支出", 2.5}, {"投资", 2}, {"购买", 2}, {"拨款", 3}, {"报销", 3}, {"tesorería", 2.5}, {"gastos", 2.5}, {"pago", 2}, {"compra", 1.5}, {"invertir", 2}, {"trésorerie", 2.5}, {"dépense", 2.5}, {"achat", 1.5}, {"rémunér", 2.5}, {"tesouraria", 2.5}, {"지출", 2.5}, {"매수", 1.5}, {"잔여이익", 2}, {"資金", 2},
		{"budget", 3.5}, {"treasury", 2.5}, {"reimburs", 3.5}, {"spend", 2}, {"payment", 2}, {"pay ", 2}, {"payout", 3}, {"compensat", 2.5}, {"expense", 3}, {"salar", 3}, {"invest", 2}, {"diversif", 3.5}, {"buy ", 1.5}, {"purchase", 2}, {"acquire", 2}, {"acquisition", 2},
		{"allocat", 2}, {"swap ", 1}, {"payment stream", 3}, {"stream ", 1}, {"refund", 2}, {"loan", 2}, {"retainer", 3}, {"marketing", 2}, {"service provider", 2}, {"withdraw", 1.5}, {"fund ", 2}, {"funds", 2}, {"funding", 3}, {"insurance", 1}, {"liquidity provision", 1.5}, {"renewal", 1}, {"runway", 2}, {"operations", 1}, {"profits", 2}, {"预算", 2}, {"资金", 2}, {"presupuesto", 3}, {"예산", 3}, {"financ", 1.5}, {"retribuc", 2.5}, {"unsold", 1.5}, {"deposit", 1}, {"bonds", 1}, {"ops ", 1}, {"retention", 1}, {"allocate $", 4}, {"stipend", 2.5}, {"hire", 1}, {"deployment of funds", 4}, {"loan", 1}, {"otc", 1.5}},
	governance.KindGrant: {{"资助", 3}, {"赠款", 3}, {"奖金", 2}, {"subvenc", 3}, {"subvention", 3}, {"지원금", 3},
		{"grant", 3.5}, {"hackathon", 2.5}, {"sponsor", 2}, {"bounty", 1.5}, {"remunerat", 3.5}, {"public goods", 2}, {"scholarship", 3}, {"hire", 2.5}, {"developer", 1.2}, {"donat", 2}, {"fund ", 1.5}, {"retroactive", 1.5}, {"contributor", 1}, {"charity", 2}, {"gitcoin", 1}, {"request for funds", 2}, {"internship", 2}, {"work for", 1.5}},
	governance.KindParameter: {{"调整", 2}, {"比例", 2}, {"费率", 3}, {"抵押", 3}, {"倍率", 2.5}, {"阈值", 2.5}, {"上限", 2.5}, {"comisión", 2.5}, {"tarifa", 2.5}, {"parámetro", 3.5}, {"límite", 2}, {"porcentaje", 2}, {"frais", 2.5}, {"taux", 2}, {"paramètre", 3.5}, {"수수료", 3}, {"비율", 2}, {"담보", 3},
		{"parameter", 4}, {" fee", 2.5}, {"threshold", 2.2}, {"supply cap", 4}, {"borrow cap", 4}, {"caps", 3}, {" cap ", 2}, {"captier", 4}, {"cap1", 4}, {"cap2", 1}, {"deposit cost", 3}, {"상장", 2}, {"collateral", 3}, {"interest rate", 4}, {"ltv", 3}, {"liquidation", 3}, {"reserve factor", 4}, {"risk", 1.5}, {"debt ceiling", 4}, {"listing", 2}, {"list ", 2}, {"onboard", 2.2}, {"add support", 1.5},
		{" rate", 1.5}, {"lower", 1.5}, {"raise", 1}, {"increase", 1.2}, {"decrease", 1.5}, {"reduce", 1.2}, {"adjust", 2}, {"multiplier", 2.5}, {"weights", 2}, {"factor", 1.5}, {"slope", 2.5}, {"oracle", 1.5}, {"freeze", 2}, {"whitelist", 1.5}, {"gauge", 2}, {"co-investment", 3.5}, {"limit", 1.5}, {"percentage", 1.5}, {"price ", 1}, {"apr", 1.2}, {"参数", 3}, {"手续费", 3}, {"update", 0.6}, {"ratio", 1.5}, {"e-mode", 3}, {"emode", 3}, {"steward", 0.5}, {"killswitch", 1}, {"cache size", 2}, {"period", 1.5}},
	governance.KindUpgrade: {{"迁移", 3}, {"部署", 2.5}, {"上线", 1.5}, {"合约", 1.2}, {"actualiza", 2.5}, {"migraci", 3}, {"implementa", 1.2}, {"lanzamiento", 1.5}, {"mise à jour", 2.5}, {"déploie", 2.5}, {"업그레이드", 4}, {"마이그레이션", 3}, {"배포", 2}, {"功能", 1.5},
		{"upgrade", 4}, {"deploy", 2.8}, {"migrat", 3}, {"implement", 1}, {" v2", 1.6}, {" v3", 1.6}, {" v4", 1.6}, {"smart contract", 2}, {"launch", 1.4}, {"bridge", 1.5}, {"activat", 1.8}, {"integrat", 1.2}, {" fix", 2}, {"patch", 2}, {"release", 1.2}, {"feature", 2}, {"build", 1.2}, {"router", 1.5}, {"replace", 1.2}, {"mainnet", 1}, {"timelock", 1.5}, {"升级", 4}, {"ui ", 1}, {"interface", 1.5}, {"website", 1}, {"app ", 1}, {"stylus", 2}, {"arbos", 3}, {"algorithm", 1.5}, {"enable", 0.8}, {"module", 1}, {"resolver", 1.5}, {"registrar", 1.5}, {"contract", 1}, {"oracle", 0.8}},
	governance.KindToken: {{"代币", 1.5}, {"通缩", 3}, {"增发", 3}, {"减产", 3.5}, {"矿池", 2.5}, {"分红", 2.5}, {"农场", 2}, {"quema", 3}, {"emisi", 2.5}, {"recompensa", 2}, {"tokenómica", 4}, {"jetons", 1.5}, {"brûl", 3}, {"récompense", 2}, {"토큰", 1.5}, {"에어드랍", 4}, {"발행", 2}, {"스테이킹", 2},
		{"emission", 4}, {"burn", 3.5}, {"mint", 2.2}, {"airdrop", 4.5}, {"staking", 2}, {"stake", 1.8}, {"tokenomic", 4.5}, {"supply", 2}, {"inflation", 4}, {"reward", 1.8}, {"buyback", 3.5}, {"buy back", 3.5}, {"vesting", 2.5}, {"liquidity mining", 3.5}, {" lm ", 3}, {"보상", 1.5}, {"마이닝", 3}, {"farm", 1.6}, {"halving", 3.5}, {"nft", 1.6}, {"dividend", 2.5}, {"split", 1}, {"tokenswap", 3}, {"token swap", 3}, {"token", 1.3}, {"unlock", 2}, {"distribution", 1.5}, {"distribut", 1.2}, {"lp ", 1}, {"syrup pool", 2.5}, {"incentiv", 1.2},
		{"空投", 5}, {"销毁", 4}, {"回购", 3}, {"挖矿", 3}, {"质押", 2.5}, {"激励", 1.5}, {"소각", 3}, {"mining", 2}, {"deflation", 3}, {"apy", 1.2}, {"exchange rate", 1}, {"merge anj", 4}, {"boost", 1.2}, {"rebase", 3}, {"yield", 1}, {"lbp", 2}, {"presale", 2.5}, {"ico", 1}},
	governance.KindElection: {{"候选", 3.5}, {"委员", 1.5}, {"elecciones", 4}, {"candidato", 3.5}, {"élection", 4}, {"candidat", 3.5}, {"후보", 3.5},
		{"elect ", 4}, {"election", 5}, {"candidate", 4.5}, {"nominat", 4}, {"nominee", 4.5}, {"council member", 2}, {"steward", 2}, {"signers", 2}, {"representative", 2}, {"moderator", 2}, {"désignation", 4}, {"candidature", 4}, {"选举", 4}, {"竞选", 4}, {"elección", 4}, {"delegate selection", 3}, {"curation", 0.5}, {"appoint", 2.5}, {"who should", 2}, {"supervisor", 1.5}, {"new member", 1.5}, {"confirm", 1}, {"committee member", 2.5}, {"add ", 0.2}, {"poste de", 3}, {"team to", 0.5}},
	governance.KindPolicy: {{"规则", 2.2}, {"规范", 2.2}, {"条款", 2}, {"reglas", 2.2}, {"política", 2.5}, {"normas", 2}, {"règle", 2.2}, {"규칙", 2.2},
		{"policy", 4}, {"code of conduct", 4}, {"rules", 2.2}, {"guideline", 2.5}, {" ban ", 3}, {"ban name", 4}, {"legal", 1.5}, {"allow", 1.5}, {"restrict", 2}, {"require", 1.5}, {"prohibit", 3}, {"privacy", 2}, {"private", 1.5}, {"standard", 1.5}, {"principle", 2}, {"kyc", 2}, {"complian", 2}, {"revoc", 2}, {"revok", 2}, {"blacklist", 2.5}, {"terms", 1.5}, {"code of", 2}, {"point of interest", 2}, {"points of interest", 2}, {"mandate", 1}, {"charter", 1.2}, {"strategy", 1.2}, {"vision", 1.5}, {"values", 1.2}, {"禁止", 3}, {"license", 1.5}, {"framework", 1.5}, {"liability", 1.5}, {"position", 0.8}, {"expiry", 1}, {"refund rules", 2}},
	governance.KindPartnership: {{"伙伴", 3}, {"联合", 1.5}, {"alianza", 3}, {"partenariat", 4}, {"파트너", 3},
		{"partner", 4}, {"collaboration", 3.5}, {"collaborate", 3}, {"collaborating", 3}, {"merger", 4}, {"merge", 1.5}, {"alliance", 3.5}, {" x ", 2}, {"<>", 3.5}, {" <> ", 1}, {"joint", 2.5}, {"strategic", 1.5}, {"合作", 3.5}, {"integration", 1.5}, {"co-fund", 2}, {"swap with", 2}, {"join ", 1.2}, {"together", 1}, {"to orange", 0}, {"recognized", 1.5}, {"syrup pool", 1.2}, {"friendly fork", 2}},
	governance.KindMeta: {{"投票权", 2.5}, {"多签", 2}, {"委员会", 1.2}, {"votaci", 2}, {"gouvernance", 3}, {"거버넌스", 3}, {"투표", 1.5}, {"门槛", 1.5},
		{"governance", 3}, {"constitution", 4}, {"quorum", 3.5}, {"voting", 2.8}, {" vote ", 1.2}, {"snapshot", 2}, {"proposal process", 3.5}, {"process", 2.5}, {"framework", 1.8}, {"delegat", 1.6}, {"multisig", 2}, {"multi-sig", 2}, {"council", 1.8}, {"ratif", 1.2}, {"charter", 2.5}, {"bylaw", 3}, {"improvement proposal", 2}, {"formaliz", 1.5}, {"committee", 1.2}, {"dao structure", 3}, {"working group", 1.5}, {"proposal", 0.8}, {"poll", 1}, {"void", 1.5}, {"security council", 2.2}, {"objection", 1.5}, {"提案", 1}, {"投票", 1.8}, {"治理", 3}, {"dissol", 2}, {"foundation", 0.8}, {"entity", 1}, {"season", 0.8}, {"dao", 0.4}, {"gobernanza", 3}, {"forum", 1.2}, {"voting power", 2}, {"re-vote", 1}},
	governance.KindOther: {{"名称", 2}, {"名字", 2}, {"标志", 2},
		{"naming", 4}, {" name", 2}, {"rename", 2.5}, {"logo", 3.5}, {"test", 2.5}, {"contest", 2.5}, {"favorite", 3}, {"merch", 3}, {"what is", 1.5}, {"which is", 1.5}, {"do you", 1.8}, {"会", 0.8}, {"吗", 2}, {"design", 1.5}, {"art", 0.8}, {"theme", 2}, {"brand", 2.5}, {"meme", 2}, {"game", 1.2}, {"hello", 3}, {"gm", 2}, {"winner", 2}, {"video", 1.2}, {"closing price", 4}, {"tld", 3}, {"domain", 1.2}, {"color", 2}, {"mascot", 3}},
}

// bodyMeta is the part of the signs of KindMeta in the text that is dropped.
const bodyMeta = 0.4

// kindOf decides what the proposal is about.
func (p *page) kindOf(stances []stanceOf, found []ask) governance.Kind {
	title := " " + strings.ToLower(p.title) + " "
	scores := map[governance.Kind]float64{}
	sum := func(s string, factor float64) {
		for kind, words := range kindWords {
			for _, w := range words {
				if containsStem(s, w.stem) {
					scores[kind] += w.weight * factor
				}
			}
		}
	}
	sum(title, 1)
	sum(" "+strings.ToLower(bracketed(p.doc.Title))+" ", 0.5)
	titleMeta := scores[governance.KindMeta]
	sum(p.core(), 0.42)
	// Every text speaks of votes and proposals: in the text they say little.
	if meta := scores[governance.KindMeta]; meta > 0 {
		scores[governance.KindMeta] = meta - bodyMeta*(meta-titleMeta)
	}
	p.structure(scores, stances, found)
	best := governance.KindOther
	for _, kind := range governance.Kinds() {
		if scores[kind] > scores[best] {
			best = kind
		}
	}
	if scores[best] < 0.8 {
		return governance.KindOther
	}
	return best
}

// bracketed is what the title's own prefix says: "[Multi-sig Governance]".
func bracketed(title string) string {
	if strings.HasPrefix(title, "[") {
		if end := strings.IndexByte(title, ']'); end > 0 {
			return title[1:end]
		}
	}
	return ""
}

// core is the few sentences that say what is proposed, in lower case.
func (p *page) core() string {
	var b strings.Builder
	b.WriteByte(' ')
	n := 0
	for i := range p.units {
		u := &p.units[i]
		if u.noise || n > 3 {
			continue
		}
		role := p.sectionOf(u).role
		if asks(u.low) || i < 2 || role == roleSummary && u.inSection < 2 {
			b.WriteString(head(u.low, 300))
			b.WriteByte(' ')
			n++
		}
	}
	return b.String()
}

// containsStem: stems begin a word, unless they say otherwise by a blank.
func containsStem(s, stem string) bool {
	for at := 0; ; {
		i := strings.Index(s[at:], stem)
		if i < 0 {
			return false
		}
		i += at
		if stem[0] == ' ' || stem[0] >= 0x80 || i == 0 || !isWordByte(s[i-1]) {
			return true
		}
		at = i + 1
	}
}

// structure adds what the shape of a proposal says about its kind.
func (p *page) structure(scores map[governance.Kind]float64, stances []stanceOf, found []ask) {
	paid := 0
	for _, a := range found {
		if a.points >= askPoints {
			paid++
		}
	}
	if paid > 0 {
		scores[governance.KindTreasury] += 2.6
		scores[governance.KindGrant] += 0.8
		if paid > 2 {
			scores[governance.KindTreasury]++
		}
		scores[governance.KindParameter]--
	}
	for _, label := range [...]string{"grant size", "grant amount", "requested grant size", "grant category"} {
		if p.hasSection(label) {
			scores[governance.KindGrant] += 2.5
			break
		}
	}
	free := 0
	for _, s := range stances {
		if s.stance == governance.OtherStance {
			free++
		}
	}
	if free >= 3 && scores[governance.KindElection] > 1 {
		scores[governance.KindElection] += 2
	}
	for i := range p.units {
		if u := &p.units[i]; u.kind == rowUnit && u.head && p.comparesIn(u.table) {
			scores[governance.KindParameter] += 2.5
			return
		}
	}
}
