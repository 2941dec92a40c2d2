package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"mandate/governance"
	"mandate/views"
)

// maxHolders bounds the delegators that a page lists for one DAO.
const maxHolders = 50

// delegationBuilder makes the page of delegations.
type delegationBuilder struct {
	account string // EIP-55
	now     time.Time
	nodes   []uint64 // networks with a node
	// governors are those that are read: what their tokens take.
	governors []governance.Governor
}

func (b *delegationBuilder) fill(page *views.DelegationsPage, k knownDelegations) {
	page.Heading = delegationsHeading(k.list, b.account)
	page.Lead = "Delegating moves votes, never tokens. Everything below can be undone."
	if len(b.nodes) == 0 {
		page.Notices = append(page.Notices, views.Notice{Tone: views.Caution, Title: "No node is set up",
			Text: "Who holds your power stands on chain, and no chain can be asked: set MANDATE_RPC_1 for Ethereum (MANDATE_RPC_10 for Optimism, and so on). Until then delegates and delegators are not known, a change cannot be read back, and contract wallets cannot be checked. Powers come from Snapshot all the same."})
	}
	if len(k.list) == 0 {
		page.Lead = ""
		page.Empty = &views.Empty{Title: "Nothing was read yet", Text: "Mandate looks at the DAOs that you follow at Snapshot, voted in, or hold power in. Follow one there, then read again.", Actions: []views.Link{{Label: "DAOs", Href: "/daos"}}}
		if page.State.Reading != "" {
			page.Heading, page.Empty = "Your DAOs are being read.", nil
		} else if !k.read.IsZero() || page.State.Read.Text != "" {
			page.Empty.Title = "No DAO of yours was found"
		}
	}
	var without []string
	for i := range k.list {
		d := &k.list[i]
		if knowsNone(d) {
			page.Rows = append(page.Rows, b.row(d, ""))
			without = append(without, delegationDAO(d).Name)
			continue
		}
		id := "d" + strconv.Itoa(i+1)
		page.Rows = append(page.Rows, b.row(d, id))
		page.Blocks = append(page.Blocks, b.block(d, id, len(k.list) <= 3))
	}
	page.Without = inWords(without)
	page.Keys = b.keys(k.aliases)
}

// knowsNone reports whether there is nothing to say about delegation in a DAO.
func knowsNone(d *governance.Delegation) bool {
	return len(d.Rules) == 1 && d.Rules[0].Kind == governance.DelegateNone && !notHere(d.Rules[0]) && len(d.Held)+len(d.Delegators) == 0 && d.PowerError+d.ChainError == ""
}

// inWords lists names: "A", "A and B", "A, B and C".
func inWords(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// voter is who votes with an account's power in one DAO.
type voter struct {
	words                  string
	other, nobody, unknown bool
	idle                   bool // on chain nobody votes with tokens that the account has
}

// whoVotes reads it from what the chain said. Votes at a space and votes on
// chain may be different people's.
func whoVotes(d *governance.Delegation, account string) voter {
	w := whoHolds(d, account)
	w.idle = len(idleTokens(d)) > 0
	switch {
	case !w.idle || w.nobody || w.unknown:
	case !w.other && d.Power == 0 && d.PowerError+d.ChainError == "":
		w.words, w.nobody = "nobody", true
	default:
		w.words += " at Snapshot, nobody on chain"
	}
	return w
}

// idleTokens are those that an account has and nobody votes with.
func idleTokens(d *governance.Delegation) (list []governance.TokenHeld) {
	for _, t := range d.Tokens {
		if t.Balance > 0 && t.Delegate == "" {
			list = append(list, t)
		}
	}
	return list
}

func whoHolds(d *governance.Delegation, account string) voter {
	var others []string
	self := false
	for _, h := range d.Held {
		if strings.EqualFold(h.Address, account) {
			self = true
			continue
		}
		others = append(others, holderName(h))
	}
	switch {
	case len(others) == 1 && !self:
		return voter{words: others[0], other: true}
	case len(others) > 0:
		return voter{words: views.Plural(len(others), "delegate", "delegates"), other: true}
	case self:
		return voter{words: "you"}
	case d.ChainError != "", allNotHere(d.Rules):
		return voter{words: "not known", unknown: true}
	case d.Power == 0 && onlyToken(d.Rules) && d.PowerError == "":
		// A votes token counts for nobody until it is delegated, be it to
		// oneself.
		return voter{words: "nobody", nobody: true}
	}
	return voter{words: "you"}
}

func onlyToken(rules []governance.DelegationRule) bool {
	return len(rules) > 0 && !slices.ContainsFunc(rules, func(r governance.DelegationRule) bool { return r.Kind != governance.DelegateToken })
}

func holderName(h governance.Holder) string {
	return cmp.Or(views.Clip(plainLine(h.Name), 40), views.ShortAddress(h.Address))
}

func (b *delegationBuilder) row(d *governance.Delegation, id string) views.DelegationRow {
	w := whoVotes(d, b.account)
	r := views.DelegationRow{ID: id, DAO: delegationDAO(d), Power: powerWords(d), Who: w.words, Unknown: w.unknown || w.nobody || w.idle, WhoIcon: "pen", Delegators: delegatorWords(d), Override: overrideWords(d.Rules)}
	if w.other {
		r.WhoIcon = "person"
	}
	return r
}

func delegationDAO(d *governance.Delegation) views.DAOName {
	name := views.Clip(plainLine(cmp.Or(d.DAOName, d.DAO)), 60)
	return views.DAOName{Seal: views.Seal(name), Name: name, Href: daoPath(d.DAO)}
}

func powerWords(d *governance.Delegation) string {
	if d.PowerError != "" {
		return "not known"
	}
	return strings.TrimSpace(views.Number(d.Power) + " " + views.Clip(plainLine(d.Symbol), 16))
}

func delegatorWords(d *governance.Delegation) string {
	switch {
	case len(d.Delegators) > 0:
		return views.Plural(len(d.Delegators), "account", "accounts")
	case d.ChainError != "":
		return "not known"
	}
	return "nobody"
}

// notHere reports delegation that counts in a DAO and cannot be read from here:
// its entries are for another space, or of a form that only others write.
func notHere(r governance.DelegationRule) bool {
	return r.Kind == governance.DelegateNone && r.Cause != ""
}

// onChain reports a rule that governors count by.
func onChain(r governance.DelegationRule) bool { return strings.Contains(r.Cause, "governor ") }

func allNotHere(rules []governance.DelegationRule) bool {
	return len(rules) > 0 && !slices.ContainsFunc(rules, func(r governance.DelegationRule) bool { return !notHere(r) })
}

// overrideWords say what the own vote does where somebody is delegated to.
func overrideWords(rules []governance.DelegationRule) string {
	words := "is the only one"
	for _, r := range rules {
		switch {
		case notHere(r):
			words = "not known"
		case r.Kind == governance.DelegateNone:
		case !r.Override:
			return "does not override a delegate's"
		case words != "not known":
			words = "overrides a delegate's"
		}
	}
	return words
}

func (b *delegationBuilder) block(d *governance.Delegation, id string, open bool) views.DelegationBlock {
	w := whoVotes(d, b.account)
	v := views.DelegationBlock{ID: id, DAO: delegationDAO(d), Kind: kindWords(d.Rules), Facts: []views.Fact{
		{Name: "Your power now", Value: powerWords(d), Note: powerNote(d)},
		{Name: "Who votes with it", Value: w.words, Note: b.whoNote(d, w)},
		{Name: "Delegate to you", Value: delegatorWords(d), Note: receivedNote(d)},
	}}
	if d.PowerError != "" {
		v.Notices = append(v.Notices, views.Notice{Tone: views.Caution, Title: "Your power here could not be read", Text: plainLine(d.PowerError)})
	}
	if d.ChainError != "" {
		v.Notices = append(v.Notices, views.Notice{Tone: views.Caution, Title: "Who holds your power here could not be read in full", Text: plainLine(d.ChainError)})
	}
	for _, t := range idleTokens(d) {
		v.Notices = append(v.Notices, views.Notice{Tone: views.Caution, Title: "Nobody votes on chain with your " + views.Number(t.Balance) + " " + views.Clip(plainLine(t.Symbol), 16),
			Text: "They count once you delegate them, be it to yourself: from the next proposal on, not in those that exist already."})
	}
	both := slices.ContainsFunc(d.Rules, onChain)
	for _, r := range d.Rules {
		line := b.ruleLine(r)
		if both && !onChain(r) {
			line.Text = "At Snapshot: " + strings.ToLower(line.Text[:min(1, len(line.Text))]) + line.Text[min(1, len(line.Text)):]
		}
		v.Rules = append(v.Rules, line)
	}
	v.Held = b.holders(d.Held)
	v.Delegators = b.holders(d.Delegators[:min(len(d.Delegators), maxHolders)])
	if n := len(d.Delegators) - maxHolders; n > 0 {
		v.More = ", the first " + strconv.Itoa(maxHolders) + " are listed"
	}
	v.Form = b.form(d, id, w, open)
	if v.Form == nil {
		v.Cannot = "Nothing can be changed from here."
		if _, _, err := governance.ParseGovernorID(d.DAO); err != nil { // else it has no space
			v.Outside = views.Link{Label: "The space at Snapshot", Href: spaceURL(d.DAO)}
		}
	}
	return v
}

func powerNote(d *governance.Delegation) string {
	switch {
	case d.PowerError != "":
		return ""
	case d.Power == 0 && len(idleTokens(d)) > 0:
		return "your tokens do not count yet"
	case onChainPower(d) != "":
		return "at Snapshot; on chain " + onChainPower(d)
	case d.PowerState == "pending":
		return "own and received; may still change"
	case d.Power == 0:
		return "nothing to delegate"
	}
	return "own and received"
}

// onChainPower is what votes on chain count, where the power itself is that of
// a space.
func onChainPower(d *governance.Delegation) string {
	if _, _, err := governance.ParseGovernorID(d.DAO); err == nil || len(d.Tokens) == 0 {
		return ""
	}
	t := d.Tokens[0]
	return strings.TrimSpace(views.Number(t.Votes) + " " + views.Clip(plainLine(t.Symbol), 16))
}

func receivedNote(d *governance.Delegation) string {
	if len(d.Delegators) > 0 {
		return "their power counts with yours"
	}
	return ""
}

func (b *delegationBuilder) whoNote(d *governance.Delegation, w voter) string {
	switch {
	case w.unknown && d.ChainError != "":
		return "the chain could not be asked"
	case w.unknown:
		return "it stands where Mandate does not read"
	case w.nobody:
		return "a votes token counts once it is delegated, also to yourself"
	case w.idle && !w.other:
		return "your votes token names nobody"
	case w.other && slices.ContainsFunc(d.Held, func(h governance.Holder) bool { return h.All }):
		return "by your entry for all spaces"
	case w.other && !slices.ContainsFunc(d.Held, func(h governance.Holder) bool { return h.Kind != governance.DelegateToken }):
		return "your votes token names them"
	case w.other:
		return "by your entry for this DAO"
	}
	return "not delegated"
}

func kindWords(rules []governance.DelegationRule) string {
	var out []string
	for _, r := range rules {
		word := map[governance.DelegationKind]string{governance.DelegateRegistry: "Snapshot registry", governance.DelegateToken: "votes token", governance.DelegateSplit: "split delegation", governance.DelegateNone: "no delegation"}[r.Kind]
		if notHere(r) {
			word = "delegation elsewhere"
		}
		if word != "" && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return inWords(out)
}

func (b *delegationBuilder) ruleLine(r governance.DelegationRule) views.RuleLine {
	line := views.RuleLine{Text: plainLine(r.Text), Wins: r.Override && r.Kind != governance.DelegateNone}
	names := governorNames(b.governors)
	var causes, at []string
	for _, cause := range strings.Split(r.Cause, ", ") {
		if id, ok := strings.CutPrefix(cause, "governor "); ok {
			at = append(at, cmp.Or(names[id], views.Clip(plainLine(id), 60)))
		} else if cause != "" {
			causes = append(causes, cause)
		}
	}
	line.Cause, line.At = views.Clip(plainLine(strings.Join(causes, ", ")), 80), inWords(at)
	if r.Contract != "" {
		line.Facts = []views.Fact{{Name: "Contract", Value: plainLine(r.Contract), Mono: true}, {Name: "Chain", Value: chain(strconv.FormatUint(r.Chain, 10))}}
	}
	return line
}

func (b *delegationBuilder) holders(list []governance.Holder) []views.HolderRow {
	var out []views.HolderRow
	for _, h := range list {
		r := views.HolderRow{Name: views.Clip(plainLine(h.Name), 60), Short: views.ShortAddress(h.Address), Address: plainLine(h.Address)}
		var notes []string
		if h.Share > 0 && h.Share < 1 {
			notes = append(notes, views.Percent(h.Share))
		}
		if h.All {
			notes = append(notes, "entry for all spaces")
		}
		if !h.Expires.IsZero() {
			notes = append(notes, "until "+views.Exact(h.Expires))
		}
		if strings.EqualFold(h.Address, b.account) {
			notes = append(notes, "you")
		}
		r.Note = strings.Join(notes, ", ")
		out = append(out, r)
	}
	return out
}

func (b *delegationBuilder) keys(list []governance.Alias) *views.AliasBox {
	box := &views.AliasBox{Account: b.account}
	for _, a := range list {
		box.Rows = append(box.Rows, views.AliasRow{Address: plainLine(a.Address), Short: views.ShortAddress(a.Address), Since: views.NewWhen("", b.now, a.Created), Ends: views.NewWhen("", b.now, a.Expires), Expired: !b.now.Before(a.Expires)})
	}
	return box
}

// changes are the account's own changes of delegates on chain.
func (b *delegationBuilder) changes(list []governance.Event) []views.Fact {
	tokens := map[string]string{}
	for i := range b.governors {
		g := &b.governors[i]
		tokens[g.ID] = views.Clip(plainLine(g.Token.Symbol), 16)
	}
	var out []views.Fact
	for i := range list {
		e := &list[i]
		to := views.ShortAddress(e.To)
		switch {
		case strings.EqualFold(e.To, e.Account):
			to = "you"
		case strings.Trim(e.To, "0x") == "":
			to = "nobody"
		}
		out = append(out, views.Fact{Name: views.Exact(e.Time), Value: strings.TrimSpace(tokens[e.Governor] + " votes to " + to), Note: "block " + views.Number(float64(e.Block))})
	}
	return out
}
