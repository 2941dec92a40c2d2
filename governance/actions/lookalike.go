package actions

import (
	"slices"
	"strings"

	"mandate/governance"
)

// Two addresses look alike when both of their ends agree, or one of them
// widely. With the thousand addresses of a large proposal against a thousand
// known ones, chance makes such a pair less than once in a thousand proposals.
const (
	alikeEnds = 4 // hex digits at each end
	alikeSide = 8 // hex digits at one end
)

// lookalikes compares every address of the calls and the text with those that
// are known, and those of the calls with those of the text.
func lookalikes(v *view) []governance.Finding {
	ix := newAlikeIndex()
	for _, a := range v.Known.Addresses(v.chain()) {
		ix.add(strings.ToLower(a))
	}
	for _, a := range v.ownAddresses() {
		ix.add(strings.ToLower(a))
	}
	known := len(ix.seen)
	for i := range v.claims {
		if c := &v.claims[i]; c.Kind == ClaimAddress {
			ix.add(c.Address)
		}
	}
	var found []governance.Finding
	for _, a := range v.suspects() {
		if len(found) >= maxFindings {
			break
		}
		for _, other := range ix.alike(a) {
			if at, ok := ix.seen[a]; ok && at < known && ix.seen[other] < known {
				continue // two known ones may well be alike
			}
			found = append(found, v.alike(a, other, ix.seen[other] < known))
		}
	}
	return found
}

// suspects are the addresses in the calls, then those only in the text.
func (v *view) suspects() []string {
	var list []string
	seen := map[string]bool{}
	add := func(a string) {
		if a = strings.ToLower(a); len(a) == 42 && !seen[a] {
			seen[a] = true
			list = append(list, a)
		}
	}
	for _, c := range v.calls {
		add(c.Target)
		for _, arg := range c.Args {
			for _, a := range addressesIn(arg.Value) {
				add(a)
			}
		}
	}
	for i := range v.deeds {
		add(v.deeds[i].To)
	}
	for i := range v.claims {
		if v.claims[i].Kind == ClaimAddress {
			add(v.claims[i].Address)
		}
	}
	return list
}

func (v *view) alike(a, other string, known bool) governance.Finding {
	where := fromText(other)
	if known {
		where = fromChain(strings.TrimSpace(other + " " + v.name(v.chain(), other)))
	}
	proof := fromCalldata(a)
	if !v.acted[a] {
		proof = fromText(a)
	}
	return finding(governance.Danger, v.holder(a), "An address looks like another one", "Its ends agree with those of "+other+", and it is not the same.", proof, where)
}

// holder is the first call that has the address.
func (v *view) holder(address string) *call {
	for _, c := range v.calls {
		if strings.EqualFold(c.Target, address) {
			return c
		}
		for _, arg := range c.Args {
			if strings.Contains(strings.ToLower(arg.Value), address) {
				return c
			}
		}
	}
	return nil
}

func (v *view) ownAddresses() []string {
	g := v.Governor
	if g == nil {
		return nil
	}
	list := []string{g.Address, g.Token.Address}
	if g.Timelock != nil {
		list = append(list, g.Timelock.Address)
	}
	return list
}

// alikeIndex finds addresses with the same ends without comparing all pairs.
type alikeIndex struct {
	seen map[string]int // address → order of adding
	ends map[string][]string
}

func newAlikeIndex() *alikeIndex {
	return &alikeIndex{seen: map[string]int{}, ends: map[string][]string{}}
}

func (ix *alikeIndex) add(a string) {
	if _, ok := ix.seen[a]; ok || len(a) != 42 {
		return
	}
	ix.seen[a] = len(ix.seen)
	for _, key := range alikeKeys(a) {
		if len(ix.ends[key]) < 64 {
			ix.ends[key] = append(ix.ends[key], a)
		}
	}
}

func alikeKeys(a string) [3]string {
	return [3]string{"e" + a[2:2+alikeEnds] + a[42-alikeEnds:], "p" + a[2:2+alikeSide], "s" + a[42-alikeSide:]}
}

func (ix *alikeIndex) alike(a string) []string {
	var list []string
	for _, key := range alikeKeys(a) {
		for _, other := range ix.ends[key] {
			if other != a && looksAlike(a, other) && !slices.Contains(list, other) {
				list = append(list, other)
			}
		}
	}
	return list
}

// looksAlike compares two addresses in lower case. Digits in runs of zeros do
// not count: low and vanity addresses share those without any trick.
func looksAlike(a, b string) bool {
	if a == b || len(a) != 42 || len(b) != 42 {
		return false
	}
	prefix, suffix := 2, 42
	for prefix < 42 && a[prefix] == b[prefix] {
		prefix++
	}
	for suffix > 2 && a[suffix-1] == b[suffix-1] {
		suffix--
	}
	head, tail := telling(a[2:prefix]), telling(a[suffix:])
	return head >= alikeEnds && tail >= alikeEnds || head >= alikeSide || tail >= alikeSide
}

// telling counts the digits outside of runs of three zeros and more, and of
// runs of four and more of any digit.
func telling(s string) int {
	n := 0
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == s[i] {
			j++
		}
		if run := j - i; !(s[i] == '0' && run >= 3 || run >= 5) {
			n += run
		}
		i = j
	}
	return n
}
