package actions

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"mandate/governance"
)

// Addresses of the tests, of no real contract.
const (
	alice    = "0xA11cE00000000000000000000000000000001234"
	stranger = "0x5bAdC0dE1f2e3d4C5B6A798897a6B5C4D3e2F1a0"
	vault    = "0x7E57Ab1e0123456789ABcDEf0123456789aBCDE1"
	coin     = "0xC01Ac01ac0ffEe00112233445566778899aABBC2"
	governor = "0x60F3a91207E1d24FbC5A6e8890B3dA7741c2eE03"
	timelock = "0x7136c4Dd8e12bA6795f03C81E7aa90416BdF2504"
	newCode  = "0x1Def00dA9b8C7d6E5f4A3b2C1d0E9f8A7b6C5D05"
	longText = "This proposal continues the work that was agreed on in the forum by the community during the last season of the programme. "
)

// act makes a decoded call.
func act(target, function string, effects ...governance.Effect) governance.Action {
	return governance.Action{Target: target, Function: function, Value: "0", Calldata: "0x1234abcd" + hex.EncodeToString([]byte(function+target)), Effects: effects, Named: true, ChainID: 1}
}

func pay(to, amount string) governance.Action {
	a := act(coin, "transfer(address,uint256)", governance.Effect{Kind: governance.EffectTransfer, Token: coin, Symbol: "USDC", Decimals: 6, Amount: amount, To: to})
	a.Calldata += amount + to[2:]
	return a
}

func grant(to string) governance.Action {
	return act(vault, "grantRole(bytes32,address)", governance.Effect{Kind: governance.EffectGrant, Role: "DEFAULT_ADMIN_ROLE", To: to, Target: vault})
}

func owner(to string) governance.Action {
	return act(vault, "transferOwnership(address)", governance.Effect{Kind: governance.EffectOwner, To: to, Target: vault})
}

func upgrade(to string) governance.Action {
	return act(vault, "upgradeTo(address)", governance.Effect{Kind: governance.EffectUpgrade, To: to, Target: vault})
}

func approve(amount string) governance.Action {
	return act(coin, "approve(address,uint256)", governance.Effect{Kind: governance.EffectApprove, Token: coin, Symbol: "USDC", Decimals: 6, Amount: amount, To: vault})
}

func setting(target, function, name, old, next string) governance.Action {
	return act(target, function, governance.Effect{Kind: governance.EffectGovernance, Target: target, Setting: name, Old: old, New: next})
}

func delegatecall(target string) governance.Action {
	a := act(target, "execute()", governance.Effect{Kind: governance.EffectExecute, Target: target})
	a.Delegate = true
	return a
}

func gov() *governance.Governor {
	return &governance.Governor{Address: governor, Chain: 1, Checked: time.Unix(1, 0), VotingDelay: 7200, VotingPeriod: 50400, Threshold: "1000", Quorum: "400000",
		Timelock: &governance.Timelock{Address: timelock, Kind: "openzeppelin", MinDelay: 172800}}
}

func ctx(text string, list ...governance.Action) Context {
	for i := range list {
		list[i].Index = i
	}
	title, _, _ := strings.Cut(text, "\n")
	return Context{Title: title, Text: text, Actions: list, Governor: gov(), Now: time.Unix(1_700_000_000, 0)}
}

func with(c Context, change func(*Context)) Context {
	change(&c)
	return c
}

func onChain(calls ...governance.Call) *governance.Proposal {
	return &governance.Proposal{Type: governance.GovernorVote, Author: alice, OnChain: &governance.OnChain{Calls: calls, Block: 1000}}
}

// many is n harmless payments that the text covers.
func many(n int, more ...governance.Action) []governance.Action {
	var list []governance.Action
	for i := range n {
		list = append(list, pay("0x"+strings.Repeat("0", 8)+hex.EncodeToString([]byte{byte(i), 0x9c, byte(i * 7), 0x3d})+"aa55aa55cc33cc33e1e1f2f2", "5000000000"))
	}
	return append(list, more...)
}

const max256 = "115792089237316195423570985008687907853269984665640564039457584007913129639935"

type ruleCase struct {
	rule string
	name string
	c    Context
	want governance.Severity // "" = the rule says nothing
}

func ruleCases() []ruleCase {
	const none = governance.Severity("")
	payText := "Pay the auditors\n" + longText + "Transfer 5,000 USDC to " + alice + " for the audit."
	votes := func(at int64, support uint8, weight string) governance.Event {
		return governance.Event{Kind: governance.EventVote, Support: support, Weight: weight, Time: time.Unix(at, 0)}
	}
	timed := func(votes ...governance.Event) Context {
		return with(ctx(payText, pay(alice, "5000000000")), func(c *Context) {
			c.Proposal = onChain()
			c.Proposal.Start, c.Proposal.End, c.Votes = time.Unix(0, 0), time.Unix(1_000_000, 0), votes
		})
	}
	coded := func(f governance.CodeFact, list ...governance.Action) Context {
		return with(ctx(longText+"Upgrade "+vault+" to "+newCode, list...), func(c *Context) {
			c.Code, c.Proposal = []governance.CodeFact{f}, onChain()
		})
	}
	simulated := func(s governance.Simulation, list ...governance.Action) Context {
		return with(ctx(payText, list...), func(c *Context) { c.Simulation = &s })
	}
	treasury := func(amount string) Context {
		return with(ctx(payText, pay(alice, "5000000000")), func(c *Context) {
			c.Treasury = []Holding{{Chain: 1, Token: coin, Symbol: "USDC", Decimals: 6, Amount: amount}}
		})
	}
	described := func(tail string) Context {
		return with(ctx(payText, pay(alice, "5000000000")), func(c *Context) {
			c.Proposal = onChain()
			c.Proposal.OnChain.Description = "0x" + hex.EncodeToString([]byte(payText+tail))
			c.Proposal.OnChain.Calls = []governance.Call{{}}
		})
	}
	raw := func(signature, data string) Context {
		return with(ctx(payText, pay(alice, "5000000000")), func(c *Context) {
			c.Proposal = onChain(governance.Call{Target: coin, Signature: signature, Calldata: data})
		})
	}
	past := func(state governance.State, data string) Context {
		return with(ctx(longText+"again", pay(alice, "5000000000")), func(c *Context) {
			c.Proposal = onChain(governance.Call{Target: coin, Calldata: "0xa9059cbb" + word(alice) + number(5_000_000_000)})
			c.Past = []Past{{Ref: "eip155:1:x:1", State: state, Calls: []governance.Call{{Target: coin, Calldata: data}}}}
		})
	}
	unknown := act(vault, "")
	return []ruleCase{
		{"privileged_call_not_in_text", "G4", ctx("Update docs budget\n"+longText+"5k USDC for documentation.", owner(stranger)), governance.Danger},
		{"privileged_call_not_in_text", "announced", ctx("Move the vault\n"+longText+"Transfer ownership of "+vault+" to "+stranger, owner(stranger)), none},
		{"grant_against_text", "Lazy Summer", ctx("Revoke old roles and clean up\n"+longText+"Revokes the roles of the first version.", grant(stranger)), governance.Danger},
		{"grant_against_text", "granted as said", ctx("Appoint a guardian\n"+longText+"Grants the role DEFAULT_ADMIN_ROLE on "+vault+" to "+stranger+" and revokes nothing.", grant(stranger)), none},
		{"unit_mismatch", "G6", ctx("Grant\n"+longText+"Pay 1,000 USDC to "+alice, pay(alice, "1000000000000000000000")), governance.Danger},
		{"unit_mismatch", "a bare number has its digits", ctx("Grant\n"+longText+"Pay 90,000 USDC to "+alice+" for a 90-day pilot", pay(alice, "90000000")), governance.Danger},
		{"unit_mismatch", "right", ctx("Grant\n"+longText+"Pay 1,000 USDC to "+alice, pay(alice, "1000000000")), none},
		{"amount_mismatch", "another", ctx("Grant\n"+longText+"Pay 1,000 USDC to "+alice, pay(alice, "1700000000")), governance.Danger},
		{"amount_mismatch", "another than the title's", ctx("Pay 5,000 USDC\n"+longText+"Later 200 USDC more. To "+alice, pay(alice, "200000000")), governance.Warn},
		{"amount_mismatch", "parts of the title's", ctx("Pay 5,000 USDC\n"+longText+"First 4,800 USDC, then 200 USDC. To "+alice, pay(alice, "200000000"), pay(alice, "4800000000")), none},
		{"amount_mismatch", "a number that is no total", ctx(payText, given(pay(alice, "5000000000"), "uint256", "6000000000")), none},
		{"amount_mismatch", "a total that is none", ctx(payText, totalled(pay(alice, "5000000000"), "6000000000")), governance.Danger},
		{"amount_mismatch", "a total that is right", ctx(payText, totalled(pay(alice, "5000000000"), "5000000000")), none},
		{"amount_mismatch", "dollars", ctx("Grant\n"+longText+"Pay $1,000 to "+alice, pay(alice, "1000000000")), none},
		{"amount_mismatch", "rough", ctx("Grant\n"+longText+"Pay about 1.7k USDC to "+alice, pay(alice, "1720000000")), none},
		{"token_mismatch", "DAI", ctx("Grant\n"+longText+"Pay 1,000 WBTC to "+alice, pay(alice, "1000000000")), governance.Danger},
		{"token_mismatch", "same", ctx("Grant\n"+longText+"Pay 1,000 USDC to "+alice, pay(alice, "1000000000")), none},
		{"recipient_mismatch", "another", ctx(payText, pay(stranger, "5000000000")), governance.Danger},
		{"recipient_mismatch", "one in the place of another", ctx("Audit\n"+longText+"5,000 USDC for the audit. Details: "+strings.Repeat("The work is described in the forum. ", 8)+"Address: "+alice, pay(stranger, "5000000000")), governance.Danger},
		{"recipient_mismatch", "what exists already", ctx("Audit\n"+longText+"5,000 USDC for the audit. Details: "+strings.Repeat("The work is described in the forum. ", 8)+"Existing contract: "+alice, pay(stranger, "5000000000")), none},
		{"recipient_mismatch", "right", ctx(payText, pay(alice, "5000000000")), none},
		{"target_mismatch", "another", ctx("Set it\n"+longText+"Call `setFee` on the contract at "+vault, act(stranger, "setFee(uint256)")), governance.Danger},
		{"target_mismatch", "right", ctx("Set it\n"+longText+"Call `setFee` on the contract at "+vault, act(vault, "setFee(uint256)")), none},
		{"function_mismatch", "another", ctx("Set it\n"+longText+"Call `setFee` on "+vault, act(vault, "pause()")), governance.Danger},
		{"function_mismatch", "an approval for a payment", ctx(payText, with2(approve("5000000000"), alice)), governance.Danger},
		{"function_mismatch", "an approval as said", ctx("Grant\n"+longText+"Approve 5,000 USDC for "+alice+", who may transfer them", with2(approve("5000000000"), alice)), none},
		{"function_mismatch", "a payment for an approval", ctx("Allowance\n"+longText+"Sets an allowance of 5,000 USDC for "+alice, pay(alice, "5000000000")), governance.Danger},
		{"function_mismatch", "what somebody may call later", ctx("Set it\n"+longText+"Pauses "+vault+". Anyone may call resume() afterwards, or call `resume` by hand.", act(vault, "pause()")), none},
		{"function_mismatch", "of the new code", ctx("Upgrade\n"+longText+"Upgrades "+vault+" to "+newCode+". Savers then call `resume` instead.", upgradeAs("install(address)")), governance.Warn},
		{"function_mismatch", "what the new code can do", ctx("Upgrade\n"+longText+"Pauses "+vault+". One function is new: `resume(token)`, for its owner.", act(vault, "pause()")), none},
		{"function_mismatch", "right", ctx("Set it\n"+longText+"Call `setFee` on "+vault, act(vault, "setFee(uint256)")), none},
		{"calldata_mismatch", "another", ctx("Set it\n"+longText+"Calldata: 0x1234abcd"+number(7), with1(act(vault, "setFee(uint256)"), "0x1234abcd"+number(8))), governance.Danger},
		{"calldata_mismatch", "right", ctx("Set it\n"+longText+"Calldata: 0x1234abcd"+number(7), with1(act(vault, "setFee(uint256)"), "0x1234abcd"+number(7))), none},
		{"extra_call", "second payment", ctx(payText, pay(alice, "5000000000"), pay(alice, "7770000000")), governance.Danger},
		{"extra_call", "one", ctx(payText, pay(alice, "5000000000")), none},
		{"owner_transfer", "unsaid", ctx(payText, owner(stranger)), governance.Danger},
		{"owner_transfer", "said", ctx("Move\n"+longText+"Ownership of "+vault+" goes to "+alice, owner(alice)), governance.Warn},
		{"owner_transfer", "given up", ctx(payText, owner(zeroAddress)), governance.Info},
		{"owner_transfer", "no", ctx(payText, pay(alice, "5000000000")), none},
		{"role_grant", "unsaid", ctx(payText, grant(stranger)), governance.Danger},
		{"role_grant", "to the timelock", ctx(payText, grant(timelock)), governance.Warn},
		{"role_grant", "no", ctx(payText, pay(alice, "5000000000")), none},
		{"upgrade", "unsaid", ctx(payText, upgrade(newCode)), governance.Danger},
		{"upgrade", "said", ctx("Upgrade\n"+longText+"Upgrades the vault to "+newCode, upgrade(newCode)), governance.Warn},
		{"upgrade", "said, no code", with(ctx("Upgrade\n"+longText+"Upgrades the vault to "+newCode, upgrade(newCode)), func(c *Context) { c.Code = []governance.CodeFact{{Chain: 1, Address: newCode}} }), governance.Danger},
		{"upgrade", "no", ctx(payText, pay(alice, "5000000000")), none},
		{"delegatecall", "unsaid", ctx(payText, delegatecall(stranger)), governance.Danger},
		{"delegatecall", "said", ctx("Run\n"+longText+"Executes the action contract "+vault, delegatecall(vault)), governance.Warn},
		{"delegatecall", "no", ctx(payText, act(vault, "execute()")), none},
		{"payload", "unnamed", ctx(payText, act(vault, "execute()", governance.Effect{Kind: governance.EffectExecute, Target: vault})), governance.Warn},
		{"payload", "named", ctx(payText+" Runs "+vault, act(vault, "execute()", governance.Effect{Kind: governance.EffectExecute, Target: vault})), governance.Info},
		{"payload", "many, none named", ctx(payText, act(vault, "execute()", governance.Effect{Kind: governance.EffectExecute, Target: vault}), act(stranger, "execute()", governance.Effect{Kind: governance.EffectExecute, Target: stranger})), governance.Warn},
		{"payload", "none", ctx(payText, pay(alice, "5000000000")), none},
		{"mint", "yes", ctx(payText, act(coin, "mint(address,uint256)", governance.Effect{Kind: governance.EffectMint, Token: coin, Amount: "1", To: alice})), governance.Warn},
		{"mint", "no", ctx(payText, pay(alice, "5000000000")), none},
		{"unlimited_approval", "max", ctx(payText, approve(max256)), governance.Danger},
		{"unlimited_approval", "96 bits", ctx(payText, approve("79228162514264337593543950335")), governance.Danger},
		{"unlimited_approval", "bounded", ctx(payText, approve("5000000000")), none},
		{"unlimited_approval", "above the balance", with(ctx(payText, approve("5000000000")), func(c *Context) { c.Treasury = []Holding{{Chain: 1, Token: coin, Amount: "1"}} }), governance.Warn},
		{"approval_for_all", "yes", ctx(payText, act(coin, "setApprovalForAll(address,bool)", governance.Effect{Kind: governance.EffectApprove, Token: coin, Amount: "all", To: stranger})), governance.Danger},
		{"approval_for_all", "no", ctx(payText, approve("5000000000")), none},
		{"timelock_change", "pending admin", ctx(payText, act(timelock, "setPendingAdmin(address)", governance.Effect{Kind: governance.EffectOwner, Target: timelock, To: stranger})), governance.Danger},
		{"timelock_change", "elsewhere", ctx(payText, owner(stranger)), none},
		{"timelock_bypassed", "delay 0", ctx(payText, setting(timelock, "updateDelay(uint256)", "minDelay", "172800", "0")), governance.Danger},
		{"timelock_bypassed", "no timelock", with(ctx(payText, pay(alice, "5000000000")), func(c *Context) { c.Governor.Timelock = nil }), governance.Warn},
		{"timelock_bypassed", "fine", ctx(payText, pay(alice, "5000000000")), none},
		{"governance_lowered", "unsaid", ctx(payText, setting(governor, "setVotingPeriod(uint256)", "votingPeriod", "", "40000")), governance.Danger},
		{"governance_lowered", "said", ctx("Quorum\n"+longText+"Reduces the quorum from 400,000 to 300,000.", setting(governor, "setQuorum(uint256)", "quorum", "400000", "300000")), governance.Warn},
		{"governance_lowered", "said, by far", ctx("Quorum\n"+longText+"Reduces the quorum to 3,000.", setting(governor, "setQuorum(uint256)", "quorum", "400000", "3000")), governance.Danger},
		{"governance_lowered", "raised", ctx(payText, setting(governor, "setQuorum(uint256)", "quorum", "400000", "500000")), none},
		{"flash_governance", "G1", with(ctx(payText, pay(alice, "5000000000")), func(c *Context) { c.Governor.VotingDelay, c.Governor.Timelock = 0, nil }), governance.Danger},
		{"flash_governance", "emergency", ctx(payText, act(vault, "emergencyCommit(uint32)")), governance.Danger},
		{"flash_governance", "delayed", ctx(payText, pay(alice, "5000000000")), none},
		{"short_delay", "at once", with(ctx(payText), func(c *Context) { c.Governor.VotingDelay = 0 }), governance.Warn},
		{"short_delay", "an hour", with(ctx(payText), func(c *Context) {
			c.Proposal = &governance.Proposal{Start: time.Unix(0, 0), End: time.Unix(3600, 0)}
		}), governance.Warn},
		{"short_delay", "a week", timed(), none},
		{"target_code_changed", "G2", with(coded(governance.CodeFact{Chain: 1, Address: vault, Hash: "0xb"}, act(vault, "setFee(uint256)")), func(c *Context) {
			c.CodeBefore = []governance.CodeFact{{Chain: 1, Address: vault, Hash: "0xa"}}
		}), governance.Danger},
		{"target_code_changed", "implementation", with(coded(governance.CodeFact{Chain: 1, Address: vault, Hash: "0xa", ImplementationHash: "0xd"}, act(vault, "setFee(uint256)")), func(c *Context) {
			c.CodeBefore = []governance.CodeFact{{Chain: 1, Address: vault, Hash: "0xa", ImplementationHash: "0xc"}}
		}), governance.Danger},
		{"target_code_changed", "same", with(coded(governance.CodeFact{Chain: 1, Address: vault, Hash: "0xa"}, act(vault, "setFee(uint256)")), func(c *Context) {
			c.CodeBefore = []governance.CodeFact{{Chain: 1, Address: vault, Hash: "0xa"}}
		}), none},
		{"unknown_call", "yes", ctx(payText, unknown), governance.Danger},
		{"unknown_call", "ether only", ctx(payText, with1(unknown, "0x")), none},
		{"codeless_target", "yes", coded(governance.CodeFact{Chain: 1, Address: vault}, act(vault, "setFee(uint256)")), governance.Danger},
		{"codeless_target", "ether only", coded(governance.CodeFact{Chain: 1, Address: vault}, with1(unknown, "0x")), none},
		{"selfdestruct", "with a way back", coded(governance.CodeFact{Chain: 1, Address: vault, Hash: "0xa", SelfDestruct: true, Creates: true}, act(vault, "setFee(uint256)")), governance.Danger},
		{"selfdestruct", "no", coded(governance.CodeFact{Chain: 1, Address: vault, Hash: "0xa", Creates: true}, act(vault, "setFee(uint256)")), none},
		{"fresh_target", "since the proposal", coded(governance.CodeFact{Chain: 1, Address: vault, Hash: "0xa", Since: 1001}, act(vault, "setFee(uint256)")), governance.Danger},
		{"fresh_target", "shortly before", coded(governance.CodeFact{Chain: 1, Address: vault, Hash: "0xa", Since: 900}, delegatecall(vault)), governance.Warn},
		{"fresh_target", "old", coded(governance.CodeFact{Chain: 1, Address: vault, Hash: "0xa"}, act(vault, "setFee(uint256)")), none},
		{"lookalike_address", "both ends", ctx(payText, pay("0xA11c"+strings.Repeat("77", 16)+"1234", "5000000000")), governance.Danger},
		{"lookalike_address", "same", ctx(payText, pay(alice, "5000000000")), none},
		{"treasury_share", "half", treasury("10000000000"), governance.Danger},
		{"treasury_share", "a tenth", treasury("50000000000"), governance.Warn},
		{"treasury_share", "a fiftieth", treasury("250000000000"), governance.Info},
		{"treasury_share", "a crumb", treasury("5000000000000"), none},
		{"treasury_share", "not read", ctx(payText, pay(alice, "5000000000")), governance.Info},
		{"simulation_failed", "reverts", simulated(governance.Simulation{Method: "eth_call", Calls: []governance.SimulatedCall{{Index: 0, Error: "no"}}}, pay(alice, "5000000000")), governance.Warn},
		{"simulation_failed", "not possible", simulated(governance.Simulation{Why: "no node offers it"}, pay(alice, "5000000000")), none},
		{"simulation_drop", "more", simulated(governance.Simulation{Method: "x", OK: true, From: timelock, Moves: []governance.BalanceChange{{Account: timelock, Token: coin, Delta: "-5000000001"}}}, pay(alice, "5000000000")), governance.Danger},
		{"simulation_drop", "as said", simulated(governance.Simulation{Method: "x", OK: true, From: timelock, Moves: []governance.BalanceChange{{Account: timelock, Token: coin, Delta: "-5000000000"}}}, pay(alice, "5000000000")), none},
		{"simulation_power", "a role", simulated(governance.Simulation{Method: "x", OK: true, Powers: []governance.PowerChange{{Event: "RoleGranted", Contract: vault, Subject: stranger}}}, pay(alice, "5000000000")), governance.Danger},
		{"simulation_power", "as decoded", simulated(governance.Simulation{Method: "x", OK: true, Powers: []governance.PowerChange{{Event: "RoleGranted", Contract: vault, Subject: stranger}}}, grant(stranger)), none},
		{"signature_mismatch", "too short", raw("transfer(address,uint256)", "0x"+word(alice)), governance.Danger},
		{"signature_mismatch", "no signature at all", raw("transfer", "0x"+word(alice)), governance.Danger},
		{"signature_mismatch", "fits", raw("transfer(address,uint256)", "0x"+word(alice)+number(5)), none},
		{"array_mismatch", "said by the reader", with(ctx(payText), func(c *Context) { c.Mismatches = []string{"3 targets, 2 values"} }), governance.Danger},
		{"array_mismatch", "none", ctx(payText), none},
		{"proposer_mismatch", "G30", described("#proposer=" + stranger), governance.Danger},
		{"proposer_mismatch", "right", described("#proposer=" + alice), none},
		{"claimed_author_mismatch", "G30", with(ctx("Grant\n\nProposed by Example Foundation\n"+longText), func(c *Context) { c.Proposal = onChain() }), governance.Warn},
		{"claimed_author_mismatch", "no claim", with(ctx("Grant\n\n"+longText), func(c *Context) { c.Proposal = onChain() }), none},
		{"buried_call", "G5", ctx(longText+"forty grants of 5,000 USDC", many(40, grant(stranger))...), governance.Warn},
		{"buried_call", "no powers", ctx(longText+"forty grants of 5,000 USDC", many(40)...), none},
		{"duplicate_call", "paid twice", ctx(payText, pay(alice, "5000000000"), pay(alice, "5000000000")), governance.Danger},
		{"duplicate_call", "once", ctx(payText, pay(alice, "5000000000")), none},
		{"empty_description", "Hello", ctx("Hello", pay(alice, "5000000000")), governance.Danger},
		{"empty_description", "text", ctx(payText, pay(alice, "5000000000")), none},
		{"hidden_text", "yes", with(ctx(payText), func(c *Context) { c.Flags = []governance.Flag{governance.FlagHiddenText} }), governance.Warn},
		{"hidden_text", "no", ctx(payText), none},
		{"resubmission", "G7, larger", past(governance.Defeated, "0xa9059cbb"+word(alice)+number(1_000_000_000)), governance.Warn},
		{"resubmission", "was executed", past(governance.Executed, "0xa9059cbb"+word(alice)+number(1_000_000_000)), none},
		{"resubmission", "another recipient", past(governance.Defeated, "0xa9059cbb"+word(stranger)+number(1_000_000_000)), none},
		{"late_swing", "turned", timed(votes(10, 0, "100"), votes(990_000, 1, "150")), governance.Warn},
		{"late_swing", "early", timed(votes(10, 0, "100"), votes(20, 1, "150")), none},
		{"optimistic_vote", "G31", with(ctx(payText), func(c *Context) { c.Proposal = &governance.Proposal{Type: governance.GovernorOptimistic} }), governance.Warn},
		{"optimistic_vote", "no", with(ctx(payText), func(c *Context) { c.Proposal = onChain() }), none},
		{"module_unread", "options", with(ctx(payText), func(c *Context) {
			c.Proposal = &governance.Proposal{Type: governance.GovernorApproval, OnChain: &governance.OnChain{Module: stranger, ModuleData: "0x1234"}}
		}), governance.Danger},
		{"module_unread", "no", with(ctx(payText), func(c *Context) { c.Proposal = onChain() }), none},
		{"nodes_disagree", "yes", with(ctx(payText), func(c *Context) { c.Disagreement = "The nodes a and b disagree." }), governance.Danger},
		{"nodes_disagree", "no", ctx(payText), none},
		{"amount_not_in_text", "silent", ctx("Grant\n"+longText+"Pay "+alice, pay(alice, "5000000000")), governance.Warn},
		{"amount_not_in_text", "said", ctx(payText, pay(alice, "5000000000")), none},
		{"recipient_not_in_text", "silent", ctx("Grant\n"+longText+"Pay 5,000 USDC to the auditors", pay(stranger, "5000000000")), governance.Warn},
		{"recipient_not_in_text", "said", ctx(payText, pay(alice, "5000000000")), none},
		{"address_not_in_text", "inside a list", ctx("Set it\n"+longText+"Calls setPayees on "+vault, given(act(vault, "setPayees(address[])"), "address[]", `["`+stranger+`"]`)), governance.Warn},
		{"address_not_in_text", "inside a word", ctx("Set it\n"+longText+"Calls setKey on "+vault, given(act(vault, "setKey(bytes32)"), "bytes32", "0x"+word(stranger))), governance.Warn},
		{"address_not_in_text", "said", ctx("Set it\n"+longText+"Calls setPayees on "+vault+" with "+stranger, given(act(vault, "setPayees(address[])"), "address[]", `["`+stranger+`"]`)), none},
		{"unknown_target", "unsaid", ctx("Set it\n"+longText+"Lowers the fee.", act(vault, "setFee(uint256)")), governance.Warn},
		{"unknown_target", "said", ctx("Set it\n"+longText+"Lowers the fee of "+vault, act(vault, "setFee(uint256)")), none},
		{"unknown_target", "the governor's own", ctx("Set it\n"+longText+"Lowers the fee.", act(timelock, "setFee(uint256)")), none},
		{"revoke", "unsaid", ctx(payText, act(vault, "revokeRole(bytes32,address)", governance.Effect{Kind: governance.EffectRevoke, Role: "x", To: alice})), governance.Warn},
		{"revoke", "said", ctx(longText+"Revokes the role of "+alice, act(vault, "revokeRole(bytes32,address)", governance.Effect{Kind: governance.EffectRevoke, Role: "x", To: alice})), governance.Info},
		{"revoke", "no", ctx(payText), none},
	}
}

func with1(a governance.Action, calldata string) governance.Action {
	a.Calldata = calldata
	return a
}

func with2(a governance.Action, to string) governance.Action {
	a.Effects[0].To = to
	return a
}

// given adds an argument.
func given(a governance.Action, typ, value string) governance.Action {
	a.Args = append(a.Args, governance.Arg{Name: "a", Type: typ, Value: value})
	return a
}

// totalled gives a total beside the payment.
func totalled(a governance.Action, total string) governance.Action {
	a.Args = append(a.Args, governance.Arg{Name: "totalAmount", Type: "uint256", Value: total})
	return a
}

func upgradeAs(function string) governance.Action {
	return act(vault, function, governance.Effect{Kind: governance.EffectUpgrade, To: newCode, Target: vault})
}

func word(address string) string { return strings.Repeat("0", 24) + strings.ToLower(address[2:]) }

func number(n uint64) string {
	b := make([]byte, 32)
	for i := range 8 {
		b[31-i] = byte(n >> (8 * i))
	}
	return hex.EncodeToString(b)
}

func TestRules(t *testing.T) {
	for _, tt := range ruleCases() {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			var got governance.Severity
			for _, f := range Check(tt.c) {
				if f.Rule == tt.rule && f.Severity.Rank() > got.Rank() {
					got = f.Severity
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q; all: %v", got, tt.want, Check(tt.c))
			}
		})
	}
}

// TestEveryRule: each rule of the table has an id of its own, words, and cases
// in which it fires as gravely as the table says and in which it does not.
func TestEveryRule(t *testing.T) {
	worst, silent := map[string]int{}, map[string]bool{}
	for _, c := range ruleCases() {
		worst[c.rule] = max(worst[c.rule], c.want.Rank())
		silent[c.rule] = silent[c.rule] || c.want == ""
	}
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.ID] || r.Reason == "" || !strings.HasSuffix(r.Reason, ".") || r.check == nil {
			t.Errorf("%s: the row is not complete, or there twice", r.ID)
		}
		seen[r.ID] = true
		if !silent[r.ID] || worst[r.ID] < r.Severity.Rank() {
			t.Errorf("%s: no case in which it fires with %s, or none in which it is silent", r.ID, r.Severity)
		}
	}
	for id := range worst {
		if !seen[id] {
			t.Errorf("%s is tested and not in the table", id)
		}
	}
}
