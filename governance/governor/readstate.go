package governor

import "mandate/governance"

// statesOf are a family's states in the order of its contract's numbers.
func statesOf(f governance.Family) []governance.State {
	if f == governance.FamilyAave {
		return []governance.State{"", governance.Pending, governance.Active, governance.Queued,
			governance.Executed, governance.Defeated, governance.Canceled, governance.Expired}
	}
	out := []governance.State{governance.Pending, governance.Active, governance.Canceled, governance.Defeated,
		governance.Succeeded, governance.Queued, governance.Expired, governance.Executed}
	if f == governance.FamilyNouns {
		out = append(out, governance.Vetoed, governance.Objection, governance.Updatable)
	}
	return out
}

// stateAt reads the answer to state(id), "" where the contract refuses or says
// a number that means nothing.
func stateAt(f governance.Family, r governance.CallResult) governance.State {
	states := statesOf(f)
	if n, ok := numberOf(r, 0); ok && n < uint64(len(states)) {
		return states[n]
	}
	return ""
}

// outcomeOf is the state after the vote, "" while it is open or to come.
func outcomeOf(s governance.State) governance.State {
	switch s {
	case governance.Pending, governance.Active, governance.Objection, governance.Updatable:
		return ""
	}
	return s
}

// lasting reports whether no later block changes the state.
func lasting(s governance.State) bool {
	switch s {
	case governance.Executed, governance.Canceled, governance.Defeated, governance.Expired, governance.Vetoed:
		return true
	}
	return false
}
