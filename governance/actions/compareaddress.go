package actions

import (
	"sort"
	"strings"

	"mandate/governance"
)

// party is an address that a call gives money or powers to.
type party struct {
	call    *call
	address string
	deed    *deed // nil = a plain argument
}

// parties lists who gains from the calls: what the effects say, or, for a
// call without any that names one, its own address arguments.
func (v *view) parties() []party {
	var list []party
	byCall := map[*call]bool{}
	for i := range v.deeds {
		d := &v.deeds[i]
		if d.To != "" && d.Kind != governance.EffectExecute && d.Kind != governance.EffectBridge {
			byCall[d.call] = true
			list = append(list, party{d.call, d.To, d})
		}
	}
	for _, c := range v.calls {
		if byCall[c] || !c.leaf {
			continue
		}
		for _, arg := range c.Args {
			if arg.Type == "address" {
				list = append(list, party{c, arg.Value, nil})
			}
		}
	}
	return list
}

// unnamed: the text names the address neither by itself nor by a known name,
// and nobody else knows it.
func (v *view) unnamed(c *call, address string) bool {
	if isFree(address) {
		return false
	}
	_, said := v.says(c.ChainID, address)
	return !said && !v.knows(c.ChainID, address)
}

// vanished are addresses that the text states and that are nowhere in the
// calls: neither a target nor in any argument, and none of the DAO's own.
func (v *view) vanished() []*Claim {
	var list []*Claim
	for _, c := range v.addresses {
		if !v.acted[c.Address] && v.named[c.Address] == c && !v.inQuery(c) && !v.own(c.Address) {
			list = append(list, c)
		}
	}
	return list
}

// orphans are the vanished addresses that the text presents as taking part:
// one of the words introduces them.
func (v *view) orphans(words []string) []*Claim {
	var list []*Claim
	for _, c := range v.gone {
		if v.introduced(c, words) {
			list = append(list, c)
		}
	}
	return list
}

// swapped returns the one vanished address where exactly one stranger acts:
// then the text names everybody but that one, and that one is in its place.
// What the text calls old or already there is no such place.
func (v *view) swapped(strangers int) *Claim {
	if strangers != 1 || len(v.gone) != 1 || v.introduced(v.gone[0], []string{"existing", "current", "previous", "former", "old "}) {
		return nil
	}
	return v.gone[0]
}

// inQuery: the address is a parameter of a link, which is a place to look and
// no party. The page of an address in an explorer is another thing.
func (v *view) inQuery(c *Claim) bool {
	return c.From > 0 && (v.Text[c.From-1] == '=' || v.Text[c.From-1] == ':')
}

// introduced: one of the words stands before the address, in its line or, in
// lists, the line above.
func (v *view) introduced(c *Claim, words []string) bool {
	before := v.Text[max(0, c.From-120):c.From]
	if i := strings.LastIndex(before, "\n\n"); i >= 0 {
		before = before[i:]
	}
	before = strings.ToLower(before)
	for _, w := range words {
		if strings.Contains(before, w) {
			return true
		}
	}
	return false
}

func payeeWords() []string {
	return []string{"transfer", "send", "sent", "recipient", "receiver", "beneficiary", "spender", "pay", "owner", "to:", "grant", "multisig", "multi-sig", "safe", "wallet", "resolver", "argument", "parameter"}
}

func targetWords() []string {
	return []string{"target", "call ", "calls ", "calling ", "on the ", "contract at", "function"}
}

// recipientMismatch: the text names somebody who gets nothing, or another
// address right beside the amount.
func recipientMismatch(v *view) []governance.Finding {
	var found []governance.Finding
	orphans, strangers := v.orphans(payeeWords()), v.strangers()
	for _, p := range strangers {
		said := v.beside(p)
		if said == nil && len(orphans) > 0 {
			said = orphans[0]
		}
		if said == nil {
			said = v.swapped(len(strangers))
		}
		if said != nil {
			found = append(found, finding(governance.Danger, p.call, "The recipient is not the one in the text",
				"The text names another address, and not the one in the calldata.", fromText(v.quote(said.From, said.To)), fromCalldata(p.address)))
		}
	}
	return found
}

// strangers are the parties that neither the text nor any list names, each
// once.
func (v *view) strangers() []party {
	var list []party
	seen := map[string]bool{}
	for _, p := range v.parties() {
		if key := strings.ToLower(p.address); !seen[key] && v.unnamed(p.call, p.address) {
			seen[key] = true
			list = append(list, p)
		}
	}
	return list
}

// beside returns the address that follows the party's amount in the text, if
// that is another one and no contract that is called.
func (v *view) beside(p party) *Claim {
	if p.deed == nil {
		return nil
	}
	for _, i := range v.ledger.byCall[p.call] {
		e := &v.ledger.entries[i]
		if e.deed.To != p.address || e.match != matchExact {
			continue
		}
		from := sort.Search(len(v.addresses), func(j int) bool { return v.addresses[j].From >= e.claim.To })
		for _, c := range v.addresses[from:] {
			if c.From-e.claim.To >= 160 || strings.Contains(v.Text[e.claim.To:c.From], "\n\n") {
				break
			}
			if !v.targets[c.Address] {
				return c
			}
		}
	}
	return nil
}

// recipientSilent: an unknown address gains, and the text leaves it open.
func recipientSilent(v *view) []governance.Finding {
	var found []governance.Finding
	orphans := v.orphans(payeeWords())
	strangers := v.strangers()
	for _, p := range strangers {
		if p.deed == nil || len(orphans) > 0 || v.beside(p) != nil || v.swapped(len(strangers)) != nil {
			continue
		}
		found = append(found, finding(governance.Warn, p.call, "The text does not name this recipient",
			"The address is neither in the text nor known here.", fromCalldata(p.address)))
	}
	return found
}

// addressSilent: an address in the data of a call, wherever it stands there,
// that nobody names. What gains by the call has a rule of its own.
func addressSilent(v *view) []governance.Finding {
	var found []governance.Finding
	seen := map[string]bool{}
	for _, p := range v.parties() {
		if p.deed != nil {
			seen[strings.ToLower(p.address)] = true
		}
	}
	for _, c := range v.calls {
		if !c.leaf {
			continue
		}
		for _, a := range c.addresses() {
			if !seen[a] && v.unnamed(c, a) {
				found = append(found, finding(governance.Warn, c, "The text does not name this address",
					"It stands in the data of the call and is neither in the text nor known here.", fromCalldata(a), fromCalldata(c.shown())))
			}
			seen[a] = true
		}
	}
	return found
}

// addresses are all that stand in the arguments, in lists and words too.
func (c *call) addresses() []string {
	var list []string
	for _, arg := range c.Args {
		for _, a := range append(addressesIn(arg.Value), wordAddresses(arg.Value)...) {
			list = append(list, strings.ToLower(a))
		}
	}
	return list
}
