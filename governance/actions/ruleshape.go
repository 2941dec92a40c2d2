package actions

import (
	"encoding/hex"
	"fmt"
	"strings"

	"mandate/governance"
)

// rawCalls are the calls as the proposal carries them, where it is on chain.
func (v *view) rawCalls() []governance.Call {
	if v.Proposal == nil || v.Proposal.OnChain == nil {
		return nil
	}
	return v.Proposal.OnChain.Calls
}

// signatureMismatch checks Bravo's text form against the length of the data.
func signatureMismatch(v *view) []governance.Finding {
	var found []governance.Finding
	for i, c := range v.rawCalls() {
		if c.Signature == "" {
			continue
		}
		least, exact, ok := headSize(c.Signature)
		size := (len(c.Calldata) - 2) / 2
		if len(c.Calldata) < 2 {
			size = 0
		}
		if ok && size >= least && (!exact || size == least) {
			continue
		}
		f := finding(governance.Danger, nil, "The function and its data do not fit", "The text form of the function asks for other data than there is.",
			fromCalldata(fmt.Sprintf("%s with %d bytes", clip(c.Signature, 200), size)))
		f.ActionIndex = i
		found = append(found, f)
	}
	return found
}

// headSize is how many bytes a function's arguments take at least, and
// whether they take exactly that.
func headSize(signature string) (least int, exact, ok bool) {
	open := strings.IndexByte(signature, '(')
	if open <= 0 || !strings.HasSuffix(signature, ")") || strings.ContainsAny(signature, " \t\n") {
		return 0, false, false
	}
	types := signature[open+1 : len(signature)-1]
	if types == "" {
		return 0, true, true
	}
	if strings.ContainsRune(types, '(') {
		return 32, false, true // tuples: the decoder looks closer
	}
	exact = true
	for _, t := range strings.Split(types, ",") {
		n, fixed := wordsOf(t)
		if n == 0 {
			return 0, false, false
		}
		least += 32 * n
		exact = exact && fixed
	}
	return least, exact, true
}

// wordsOf is how many words a type takes in the head, 0 = no type.
func wordsOf(t string) (n int, fixed bool) {
	base, array, isArray := strings.Cut(t, "[")
	known := base == "address" || base == "bool" || base == "bytes" || base == "string" || base == "function" ||
		strings.HasPrefix(base, "uint") || strings.HasPrefix(base, "int") || strings.HasPrefix(base, "bytes")
	switch {
	case !known:
		return 0, false
	case isArray && array == "]", base == "bytes" || base == "string":
		return 1, false
	case isArray:
		if _, err := fmt.Sscanf(array, "%d]", &n); err != nil || n <= 0 || n > 1000 || strings.Contains(array, "[") {
			return 1, false
		}
		return n, true
	}
	return 1, true
}

func arrayMismatch(v *view) []governance.Finding {
	var found []governance.Finding
	for _, m := range v.Mismatches {
		found = append(found, finding(governance.Danger, nil, "The lists of calls do not fit together", clip(m, 300), fromChain(clip(m, 300))))
	}
	if raw := v.rawCalls(); len(raw) > 0 && len(v.Actions) > 0 && len(raw) != len(v.Actions) {
		m := fmt.Sprintf("%d calls on chain, %d decoded", len(raw), len(v.Actions))
		found = append(found, finding(governance.Danger, nil, "The lists of calls do not fit together", m+".", fromChain(m)))
	}
	return found
}

// proposerMismatch reads the "#proposer=0x…" that OpenZeppelin's governors
// enforce at the end of a description.
func proposerMismatch(v *view) []governance.Finding {
	p := v.Proposal
	if p == nil || p.OnChain == nil {
		return nil
	}
	raw, err := hex.DecodeString(strings.TrimPrefix(p.OnChain.Description, "0x"))
	if err != nil {
		return nil
	}
	tail := string(raw[max(0, len(raw)-52):])
	named, ok := strings.CutPrefix(tail, "#proposer=")
	if !ok || len(named) != 42 || strings.EqualFold(named, p.Author) {
		return nil
	}
	return []governance.Finding{finding(governance.Danger, nil, "Another proposer than the text allows", "The description reserves this proposal for one address.", fromText(tail), fromChain(p.Author))}
}

// claimedAuthor compares a name that the text gives as its author with what is
// known of the proposer.
func claimedAuthor(v *view) []governance.Finding {
	p := v.Proposal
	if p == nil || p.Author == "" {
		return nil
	}
	from, to, ok := authorLine(v.Text, v.lower)
	if !ok || v.authorOf(p.Author, v.Text[from:to]) {
		return nil
	}
	return []governance.Finding{finding(governance.Warn, nil, "Who wrote this is only claimed", "The text names an author; the proposer's address is not known to be theirs.", fromText(v.quote(from, to)), fromChain(p.Author))}
}

// authorLine finds "proposed by X" or "on behalf of X", where X is written
// like the name of a body, near the start of the text.
func authorLine(s, lower string) (from, to int, ok bool) {
	head := lower[:min(len(lower), len(s), 4000)]
	for _, lead := range [...]string{"proposed by", "submitted by", "published by", "on behalf of", "proposal by", "author:", "authors:", "proposer:", " by "} {
		for at := 0; ; {
			i := strings.Index(head[at:], lead)
			if i < 0 {
				break
			}
			at += i + len(lead)
			if line := firstLine(s[at:min(len(s), at+90)]); namesBody(line) {
				return at, at + len(line), true
			}
		}
	}
	return 0, 0, false
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	s, _, _ = strings.Cut(s, ".")
	s, _, _ = strings.Cut(s, ",")
	return s
}

// namesBody: "Uniswap Foundation", "the ENS Labs": capitals and then a word
// for a body, in the first few words.
func namesBody(s string) bool {
	words := strings.Fields(strings.Trim(s, " *_:`[]"))
	for i, w := range words {
		if i > 4 {
			return false
		}
		switch strings.Trim(w, "*_:`[]()") {
		case "Foundation", "Labs", "Council", "Committee", "Team", "Association", "Ltd", "LLC", "Inc":
			return i > 0
		}
	}
	return false
}

// authorOf: the proposer's address is known by that name, or the line itself
// gives it.
func (v *view) authorOf(author, line string) bool {
	name := strings.ToLower(v.name(v.chain(), author))
	line = strings.ToLower(line)
	if strings.Contains(line, strings.ToLower(author)) {
		return true
	}
	for _, w := range strings.Fields(name) {
		if len(w) > 3 && strings.Contains(line, w) {
			return true
		}
	}
	return false
}

// manyCalls is from where on a single call is easily overlooked.
const manyCalls = 6

func buriedCalls(v *view) []governance.Finding {
	leaves := 0
	for _, c := range v.calls {
		if c.leaf {
			leaves++
		}
	}
	var powers []deed
	seen := map[*call]bool{}
	for _, d := range v.deeds {
		if d.power() && !seen[d.call] && !v.renounces(d) {
			seen[d.call] = true
			powers = append(powers, d)
		}
	}
	if leaves < manyCalls || len(powers)*5 > leaves {
		return nil
	}
	var found []governance.Finding
	for _, d := range powers {
		found = append(found, finding(governance.Warn, d.call, "A change of power among many other calls", fmt.Sprintf("%d of %d calls change who may do what.", len(powers), leaves), fromCalldata(d.call.shown())))
	}
	return found
}

// duplicateCalls: twice the same. With money it is paid twice.
func duplicateCalls(v *view) []governance.Finding {
	var found []governance.Finding
	firsts := map[string]bool{}
	for _, c := range v.calls {
		if !c.leaf {
			continue
		}
		key := fmt.Sprint(c.ChainID, strings.ToLower(c.Target), c.Value, c.Calldata, c.Delegate)
		if !firsts[key] {
			firsts[key] = true
			continue
		}
		s := governance.Warn
		if v.pays(c) {
			s = governance.Danger
		}
		found = append(found, finding(s, c, "The same call is there twice", "It has the same target, value and data as an earlier one.", fromCalldata(c.shown())))
	}
	return found
}

func (v *view) pays(c *call) bool {
	for _, d := range v.deeds {
		if d.call == c && (d.Kind == governance.EffectTransfer || d.Kind == governance.EffectMint) {
			return true
		}
	}
	return false
}

// fewLetters is what an honest summary of anything has.
const fewLetters = 50

func emptyDescription(v *view) []governance.Finding {
	letters := 0
	for i := 0; i < len(v.Text) && letters < fewLetters; i++ {
		if isWord(v.Text[i]) {
			letters++
		}
	}
	if letters >= fewLetters || len(v.Actions) == 0 {
		return nil
	}
	return []governance.Finding{finding(governance.Danger, nil, "The text says next to nothing", fmt.Sprintf("%d calls come with hardly a word.", len(v.Actions)), fromText(v.Text))}
}

func hiddenText(v *view) []governance.Finding {
	for _, f := range v.Flags {
		if f == governance.FlagHiddenText {
			return []governance.Finding{finding(governance.Warn, nil, "The text hides something", "Characters or markup that people cannot see were taken out.")}
		}
	}
	return nil
}
