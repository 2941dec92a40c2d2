package web

import "mandate/governance"

// stateName is a state in words.
func stateName(s governance.State) string {
	switch s {
	case governance.Pending:
		return "Not open yet"
	case governance.Active:
		return "Open"
	case governance.Closed:
		return "Closed"
	case governance.Succeeded:
		return "Passed"
	case governance.Defeated:
		return "Defeated"
	case governance.Queued:
		return "Queued"
	case governance.Executed:
		return "Executed"
	case governance.Canceled:
		return "Canceled"
	case governance.Expired:
		return "Expired"
	case governance.Vetoed:
		return "Vetoed"
	case governance.Objection:
		return "Objection period"
	case governance.Updatable:
		return "May still be edited"
	}
	return "State not known"
}
