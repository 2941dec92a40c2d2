package actions

import (
	"sort"

	"mandate/governance"
)

// Rule is one row of the table of what plain code looks for.
type Rule struct {
	ID string
	// Severity is the highest that the rule gives. Some findings of it may be
	// lower; no model can change either.
	Severity governance.Severity
	Reason   string // why it matters, one sentence
	check    func(*view) []governance.Finding
}

// Rules returns the table, the gravest kinds first.
func Rules() []Rule {
	return []Rule{
		// What the text says against what the calls do.
		{"privileged_call_not_in_text", governance.Danger, "A change of power that the text does not announce is how takeovers have been passed.", unannouncedPowers},
		{"grant_against_text", governance.Danger, "The text speaks of taking powers away, while a call hands one out.", grantAgainstText},
		{"unit_mismatch", governance.Danger, "An amount that is off by a power of ten moves a thousand times what was agreed.", unitMismatch},
		{"amount_mismatch", governance.Danger, "The calldata decides what is paid, whatever the text says.", amountMismatch},
		{"token_mismatch", governance.Danger, "The same number of another token is another sum.", tokenMismatch},
		{"recipient_mismatch", governance.Danger, "Money or powers go to the address in the calldata, not to the one in the text.", recipientMismatch},
		{"target_mismatch", governance.Danger, "A call on another contract than the text names does something else.", targetMismatch},
		{"function_mismatch", governance.Danger, "A call of another function than the text names does something else.", functionMismatch},
		{"calldata_mismatch", governance.Danger, "The text prints calldata that is not what would be executed.", calldataMismatch},
		{"extra_call", governance.Danger, "A call that the text does not explain rides along with those it does.", extraCalls},
		// Powers.
		{"owner_transfer", governance.Danger, "The owner of a contract can usually do everything with it.", ownerTransfer},
		{"role_grant", governance.Danger, "Who holds a role of governance may act without a vote.", roleGrant},
		{"upgrade", governance.Danger, "New code can do anything that the contract may do.", upgrades},
		{"delegatecall", governance.Danger, "Foreign code runs with the powers and the money of the caller.", delegateCalls},
		{"payload", governance.Warn, "What is voted on stands in another contract's code, which the calldata does not show.", payloads},
		{"mint", governance.Warn, "New tokens dilute every holder and may be votes.", mints},
		{"unlimited_approval", governance.Danger, "Whoever has it can take all of that token, now and later.", unlimitedApproval},
		{"approval_for_all", governance.Danger, "Whoever has it can take every token of that collection.", approvalForAll},
		// Governance itself.
		{"timelock_change", governance.Danger, "Whoever controls the timelock controls all that the DAO owns.", timelockChange},
		{"timelock_bypassed", governance.Danger, "Without a delay nobody can react to what was passed.", timelockBypassed},
		{"governance_lowered", governance.Danger, "A lower hurdle makes the next hostile proposal cheaper.", governanceLowered},
		{"flash_governance", governance.Danger, "With power counted at once and no delay, borrowed tokens can pass anything in a moment.", flashGovernance},
		{"short_delay", governance.Warn, "Too little time to notice, discuss and react.", shortDelay},
		// Code.
		{"nodes_disagree", governance.Danger, "One of the nodes is wrong or lies, so nothing that was read of the chain can be believed.", nodesDisagree},
		{"target_code_changed", governance.Danger, "What will run is not what was inspected.", codeChanged},
		{"unknown_call", governance.Danger, "What cannot be read cannot be compared with the text.", unknownCalls},
		{"codeless_target", governance.Danger, "A call to an address without code does nothing now; code may appear there before it is executed.", codelessTargets},
		{"selfdestruct", governance.Danger, "Code that can remove itself can come back as other code at the same address.", selfDestructs},
		{"fresh_target", governance.Warn, "Contracts made just before a proposal have no record and are often unreviewed.", freshTargets},
		{"lookalike_address", governance.Danger, "People compare the ends of addresses; attackers make addresses with the same ends.", lookalikes},
		// Money.
		{"treasury_share", governance.Danger, "The larger the part of the treasury, the less can be undone.", treasuryShare},
		// The simulation.
		{"simulation_failed", governance.Warn, "As things stand the calls would revert.", simulationFailed},
		{"simulation_drop", governance.Danger, "Money leaves that no decoded call accounts for.", simulationDrop},
		{"simulation_power", governance.Danger, "Somebody gains a power that no decoded call accounts for.", simulationPower},
		// The shape of the proposal.
		{"signature_mismatch", governance.Danger, "The function's text and its data do not fit, so the call does not do what it seems to.", signatureMismatch},
		{"array_mismatch", governance.Danger, "The lists of targets and calls do not belong together, so nothing read from them is certain.", arrayMismatch},
		{"proposer_mismatch", governance.Danger, "The text names who alone may propose it, and somebody else did.", proposerMismatch},
		{"claimed_author_mismatch", governance.Warn, "Anybody may write a known name under a proposal.", claimedAuthor},
		{"buried_call", governance.Warn, "One change of power among many harmless calls is easily overlooked.", buriedCalls},
		{"duplicate_call", governance.Danger, "The same call twice pays twice.", duplicateCalls},
		{"empty_description", governance.Danger, "A proposal that acts without saying so has no other purpose than to be overlooked.", emptyDescription},
		{"hidden_text", governance.Warn, "Text that people cannot see is meant for somebody else.", hiddenText},
		{"resubmission", governance.Warn, "Defeated proposals come back when fewer people watch.", resubmissions},
		// The vote.
		{"late_swing", governance.Warn, "Power that appears at the end leaves the others no time to answer.", lateSwing},
		{"module_unread", governance.Danger, "What the options of a voting module would execute stands in its own data, which is not decoded here.", modulesUnread},
		{"optimistic_vote", governance.Warn, "Silence counts as consent: it passes unless enough vote Against.", optimisticVote},
		// What the text leaves open.
		{"amount_not_in_text", governance.Warn, "The text leaves open how much is moved.", amountSilent},
		{"recipient_not_in_text", governance.Warn, "The text leaves open who receives it.", recipientSilent},
		{"address_not_in_text", governance.Warn, "The text leaves open whose address the call is given.", addressSilent},
		{"unknown_target", governance.Warn, "Nobody but the calldata names the contract that is called.", unknownTargets},
		{"revoke", governance.Warn, "A power that is taken away unannounced may be the one that protects.", revokes},
	}
}

// Check applies every rule to c. It is pure and total. The worst findings come
// first, then in the order of the table and of the calls.
func Check(c Context) []governance.Finding {
	v := newView(c)
	var found []governance.Finding
	for _, r := range Rules() {
		found = append(found, limited(r, r.check(v))...)
	}
	sort.SliceStable(found, func(i, j int) bool {
		return found[i].Severity.Rank() > found[j].Severity.Rank()
	})
	return found
}

// maxFindings is how many findings of one rule are kept: more say no more.
const maxFindings = 50

// limited stamps findings with their rule and bounds them, the worst first.
func limited(r Rule, found []governance.Finding) []governance.Finding {
	sort.SliceStable(found, func(i, j int) bool { return found[i].Severity.Rank() > found[j].Severity.Rank() })
	if len(found) > maxFindings {
		found = found[:maxFindings]
	}
	for i := range found {
		found[i].Rule = r.ID
	}
	return found
}
