package actions

import (
	"sort"
	"strings"

	"mandate/governance"
)

// call is a decoded call with where it stands.
type call struct {
	*governance.Action
	top   int // index of its top-level action
	depth int
	leaf  bool
}

// deed is one effect of a call.
type deed struct {
	governance.Effect
	call *call
}

// view is a context with everything that several rules need, derived once.
type view struct {
	Context
	lower  string // the text in lower case
	claims []Claim
	calls  []*call
	deeds  []deed

	named    map[string]*Claim // addresses in the text
	acted    map[string]bool   // addresses anywhere in the calls
	ledger   *ledger
	code     map[string]governance.CodeFact
	verbs    map[governance.EffectKind]*Claim
	settings map[string]*Claim
	uses     map[string]*Claim // functions that the text names, lower case

	addresses []*Claim        // of the text, in its order
	stated    []*Claim        // addresses and amounts of tokens, in the text's order
	gone      []*Claim        // vanished
	targets   map[string]bool // contracts that are called, lower case
	used      map[string]bool // those that are called with data
	selectors map[string]bool // 0x and eight digits anywhere in the text
	places    map[string]int  // what find has looked for
}

func newView(c Context) *view {
	v := &view{Context: c, lower: strings.ToLower(c.Text), claims: Claims(c.Text),
		named: map[string]*Claim{}, acted: map[string]bool{}, code: map[string]governance.CodeFact{},
		verbs: map[governance.EffectKind]*Claim{}, settings: map[string]*Claim{}, uses: map[string]*Claim{},
		targets: map[string]bool{}, used: map[string]bool{}, selectors: map[string]bool{}, places: map[string]int{}}
	for i := range c.Actions {
		v.add(&c.Actions[i], i, 0)
	}
	v.index()
	for _, f := range c.Code {
		v.code[strings.ToLower(f.Address)] = f
	}
	v.ledger = newLedger(v)
	v.gone = v.vanished()
	return v
}

// viewDepth and viewCalls bound what Decode may have been given by others.
const (
	viewDepth = 12
	viewCalls = 5000
)

func (v *view) add(a *governance.Action, top, depth int) {
	if depth > viewDepth || len(v.calls) >= viewCalls {
		return
	}
	c := &call{Action: a, top: top, depth: depth, leaf: len(a.Nested) == 0}
	v.calls = append(v.calls, c)
	for _, e := range a.Effects {
		if (e.Kind == governance.EffectGrant || e.Kind == governance.EffectOwner) && switchesOff(a) {
			e.Kind = governance.EffectRevoke
		}
		v.deeds = append(v.deeds, deed{e, c})
		v.act(e.To, e.From, e.Target, e.Token)
	}
	v.act(a.Target)
	v.targets[strings.ToLower(a.Target)] = true
	if len(a.Calldata) >= 10 {
		v.used[strings.ToLower(a.Target)] = true
	}
	for _, arg := range a.Args {
		v.act(addressesIn(arg.Value)...)
		v.act(wordAddresses(arg.Value)...)
	}
	if depth == 0 {
		v.act(packedAddresses(a.Calldata)...)
	}
	for i := range a.Nested {
		v.add(&a.Nested[i], top, depth+1)
	}
}

// switchesOff: setController(address,false) and its like take a power away.
func switchesOff(a *governance.Action) bool {
	for _, arg := range a.Args {
		if arg.Type == "bool" {
			return arg.Value == "false"
		}
	}
	return false
}

func (v *view) act(addresses ...string) {
	for _, a := range addresses {
		if len(a) == 42 {
			v.acted[strings.ToLower(a)] = true
		}
	}
}

func (v *view) index() {
	v.selectors = selectorsIn(v.lower)
	for i := range v.claims {
		c := &v.claims[i]
		if c.Kind == ClaimAddress || c.Kind == ClaimAmount && c.Token != "" {
			v.stated = append(v.stated, c)
		}
		switch c.Kind {
		case ClaimAddress:
			first(v.named, c.Address, c)
			v.addresses = append(v.addresses, c)
		case ClaimFunction:
			first(v.uses, strings.ToLower(c.Value), c)
		case ClaimVerb:
			for _, e := range c.Effects {
				first(v.verbs, e, c)
			}
			if c.Setting != "" {
				first(v.settings, c.Setting, c)
			}
		}
	}
	sort.SliceStable(v.stated, func(i, j int) bool { return v.stated[i].From < v.stated[j].From })
}

func first[K comparable](m map[K]*Claim, key K, c *Claim) {
	if _, ok := m[key]; !ok {
		m[key] = c
	}
}

// addressesIn finds 0x addresses in an argument's value, JSON or not.
func addressesIn(s string) []string {
	var list []string
	for at := 0; ; {
		i := strings.Index(s[at:], "0x")
		if i < 0 || len(list) > 1000 {
			return list
		}
		from := at + i
		end := from + 2
		for end < len(s) && isHex(s[end]) {
			end++
		}
		if end-from == 42 {
			list = append(list, s[from:end])
		}
		at = end
	}
}

// wordAddresses finds addresses in the words of bytes: twelve zero bytes and
// twenty others.
func wordAddresses(s string) []string {
	var list []string
	for at := 0; len(list) < 1000; {
		i := strings.Index(s[at:], "0x")
		if i < 0 {
			return list
		}
		from := at + i + 2
		end := from
		for end < len(s) && isHex(s[end]) {
			end++
		}
		for j := from; j+64 <= end; j += 64 {
			list = appendWord(list, s[j:j+64])
		}
		at = end
	}
	return list
}

// selectorsIn finds every 0x with eight digits or more, by its first eight.
func selectorsIn(lower string) map[string]bool {
	set := map[string]bool{}
	for i := 0; i+10 <= len(lower) && len(set) < maxClaims; i++ {
		if lower[i] != '0' || lower[i+1] != 'x' {
			continue
		}
		end := i + 2
		for end < i+10 && isHex(lower[end]) {
			end++
		}
		if end == i+10 {
			set[lower[i:end]] = true
		}
		i = end - 1
	}
	return set
}

// packedAddresses finds what looks like addresses in raw calldata: twenty
// bytes behind twelve zero bytes.
func packedAddresses(calldata string) []string {
	var list []string
	s := strings.TrimPrefix(calldata, "0x")
	for i := 8; i+64 <= len(s) && len(list) < 20_000; i += 64 {
		list = appendWord(list, s[i:i+64])
		if i+72 <= len(s) {
			list = appendWord(list, s[i+8:i+72]) // data of a call inside
		}
	}
	return list
}

func appendWord(list []string, word string) []string {
	if !strings.HasPrefix(word, "000000000000000000000000") || strings.HasPrefix(word[24:], "0000000000000000") {
		return list
	}
	return append(list, "0x"+word[24:])
}

// name is what a known address is called, "" = not known.
func (v *view) name(chain uint64, address string) string { return v.Known.Name(chain, address) }

// knows reports whether the address belongs to the governor's own contracts
// or to the embedded list.
func (v *view) knows(chain uint64, address string) bool {
	return v.name(chain, address) != "" || v.own(address)
}

// own: the governor itself, its timelock, its token or a holder of a role.
func (v *view) own(address string) bool {
	g := v.Governor
	if g == nil || address == "" {
		return false
	}
	if strings.EqualFold(address, g.Address) || strings.EqualFold(address, g.Token.Address) {
		return true
	}
	return g.Timelock != nil && strings.EqualFold(address, g.Timelock.Address)
}

// says returns where the text names the address, by itself or by its name.
func (v *view) says(chain uint64, address string) (proof string, ok bool) {
	if c := v.named[strings.ToLower(address)]; c != nil {
		return v.quote(c.From, c.To), true
	}
	name := strings.ToLower(v.name(chain, address))
	if len(name) < 5 {
		return "", false
	}
	if i := v.find(name); i >= 0 && i+len(name) <= len(v.Text) {
		return v.quote(i, i+len(name)), true
	}
	return "", false
}

// find is where the text has a word, -1 = nowhere. Each is looked for once: a
// proposal may have thousands of calls and a megabyte of text.
func (v *view) find(word string) int {
	if i, ok := v.places[word]; ok {
		return i
	}
	i := strings.Index(v.lower, word)
	v.places[word] = i
	return i
}

// writes reports whether the text has a word, which is not empty.
func (v *view) writes(word string) bool { return word != "" && v.find(word) >= 0 }

// quote gives the text around a place, on one line.
func (v *view) quote(from, to int) string {
	lo, hi := max(0, from-60), min(len(v.Text), to+60)
	for lo > 0 && v.Text[lo]&0xC0 == 0x80 {
		lo--
	}
	for hi < len(v.Text) && v.Text[hi]&0xC0 == 0x80 {
		hi++
	}
	return strings.Join(strings.Fields(v.Text[lo:hi]), " ")
}
