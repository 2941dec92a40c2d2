package actions

import (
	"fmt"
	"strings"

	"mandate/governance"
)

// unknownCalls: nothing can be said about a call of an unknown function,
// unless the text prints its very calldata for the reader to check.
func unknownCalls(v *view) []governance.Finding {
	var found []governance.Finding
	for _, c := range v.calls {
		if c.Function != "" || len(c.Calldata) < 10 || c.Delegate {
			continue
		}
		s, detail := governance.Danger, "The function "+c.selector()+" is not known, so what it does cannot be said."
		if said, ok := v.says(c.ChainID, c.Target); ok && v.knows(c.ChainID, c.Target) {
			s, detail = governance.Warn, detail+" The text names the contract: "+said
		}
		found = append(found, finding(s, c, "A call that cannot be read", detail, fromCalldata(c.shown())))
	}
	return found
}

// nodesDisagree: two nodes say different things about the same block.
func nodesDisagree(v *view) []governance.Finding {
	if v.Disagreement == "" {
		return nil
	}
	return []governance.Finding{finding(governance.Danger, nil, "The nodes of this chain disagree", "Neither is believed: the code of the contracts was not compared and nothing was tried out.", fromChain(clip(v.Disagreement, 400)))}
}

// codelessTargets: data sent to an address where no code stands.
func codelessTargets(v *view) []governance.Finding {
	var found []governance.Finding
	for _, c := range v.calls {
		f, read := v.fact(c)
		if read && f.Hash == "" && len(c.Calldata) >= 10 && !isPrecompile(c.Target) {
			found = append(found, finding(governance.Danger, c, "There is no code at the target", "The call would do nothing, unless code is put there before it runs.", fromCalldata(c.shown()), fromChain(fmt.Sprintf("no code at %s in block %d", f.Address, f.Block))))
		}
	}
	return found
}

// fact is the code read at a call's target, on the call's chain.
func (v *view) fact(c *call) (governance.CodeFact, bool) {
	f, ok := v.code[strings.ToLower(c.Target)]
	return f, ok && (f.Chain == 0 || f.Chain == c.ChainID)
}

// isPrecompile: chains have functions at low addresses that show no code.
func isPrecompile(address string) bool {
	return strings.HasPrefix(strings.ToLower(address), "0x000000000000000000000000000000000000")
}

// codeChanged compares the code with that of the first inspection.
func codeChanged(v *view) []governance.Finding {
	var found []governance.Finding
	for _, before := range v.CodeBefore {
		now, read := v.code[strings.ToLower(before.Address)]
		if !read || now.Chain != before.Chain || now.Hash == before.Hash && now.ImplementationHash == before.ImplementationHash {
			continue
		}
		found = append(found, finding(governance.Danger, v.callOf(before.Address), "The code at "+before.Address+" has changed",
			"It is not what stood there when the proposal was first inspected.",
			fromChain(fmt.Sprintf("block %d: %s %s", before.Block, orNone(before.Hash), before.ImplementationHash)), fromChain(fmt.Sprintf("block %d: %s %s", now.Block, orNone(now.Hash), now.ImplementationHash))))
	}
	return found
}

func orNone(hash string) string {
	if hash == "" {
		return "no code"
	}
	return hash
}

// callOf is the first call that has to do with an address, nil = none.
func (v *view) callOf(address string) *call {
	for _, c := range v.calls {
		if strings.EqualFold(c.Target, address) {
			return c
		}
	}
	return nil
}

// selfDestructs: the opcode alone is a warning; with a way to come back, or
// run with the caller's powers, it is the trick of 2023.
func selfDestructs(v *view) []governance.Finding {
	var found []governance.Finding
	for _, f := range v.Code {
		if !f.SelfDestruct {
			continue
		}
		s, detail := governance.Warn, "Its code holds the instruction to remove itself."
		c := v.callOf(f.Address)
		if f.Creates || f.DelegateCall || c != nil && c.Delegate || !v.knows(f.Chain, f.Address) {
			s, detail = governance.Danger, "Its code can remove itself, and other code may come to the same address."
		}
		found = append(found, finding(s, c, "The code at "+f.Address+" can remove itself", detail, fromChain(orNone(f.Hash))))
	}
	return found
}

// freshTargets: no code stood there shortly before the proposal.
func freshTargets(v *view) []governance.Finding {
	if v.Proposal == nil || v.Proposal.OnChain == nil {
		return nil
	}
	born := v.Proposal.OnChain.Block
	var found []governance.Finding
	for _, f := range v.Code {
		if f.Since == 0 || f.Hash == "" || f.Chain != 0 && f.Chain != v.chain() {
			continue
		}
		s, detail := governance.Info, fmt.Sprintf("It had no code at block %d.", f.Since)
		if f.Since >= born && born > 0 {
			s, detail = governance.Danger, detail+" That is after the proposal was made."
		} else if c := v.callOf(f.Address); c != nil && c.Delegate {
			s = governance.Warn
		}
		found = append(found, finding(s, v.callOf(f.Address), "The code at "+f.Address+" is new", detail, fromChain(fmt.Sprintf("proposed in block %d", born))))
	}
	return found
}

// chain is where the proposal's own calls are made.
func (v *view) chain() uint64 {
	if len(v.Actions) > 0 {
		return v.Actions[0].ChainID
	}
	return 0
}
