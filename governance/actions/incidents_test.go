package actions

import (
	"strings"
	"testing"
	"time"

	"mandate/governance"
)

// TestIncidents replays the shapes of known attacks with inputs of our own:
// each must give the named findings, the first of all a danger.
func TestIncidents(t *testing.T) {
	tests := []struct {
		name string
		c    Context
		want []string
	}{
		{"Beanstalk: a donation that runs foreign code, by power that counts at once",
			with(ctx("Donate to relief\n"+longText+"Sends 250,000 USDC to "+alice,
				pay(alice, "250000000000"), act(vault, "diamondCut((address,uint8,bytes4[])[],address,bytes)", governance.Effect{Kind: governance.EffectUpgrade, Target: vault, To: stranger})),
				func(c *Context) { c.Governor.VotingDelay, c.Governor.Timelock = 0, nil }),
			[]string{"privileged_call_not_in_text", "upgrade", "flash_governance", "short_delay", "timelock_bypassed"}},
		{"Tornado 2023: the same logic as before, in code that can remove itself and return",
			with(ctx("Penalise cheating relayers\n"+longText+"Executes "+vault+", the same logic as the earlier proposal.", delegatecall(vault)), func(c *Context) {
				c.Proposal = onChain()
				c.Code = []governance.CodeFact{{Chain: 1, Address: vault, Hash: "0xb", SelfDestruct: true, Creates: true, Since: 1200}}
				c.CodeBefore = []governance.CodeFact{{Chain: 1, Address: vault, Hash: "0xa"}}
			}), []string{"delegatecall", "selfdestruct", "target_code_changed", "fresh_target"}},
		{"Tornado 2026: a replacement whose address looks like the real one",
			with(ctx("Replace the staking contract\n"+longText+"The new one is 0x5efda50f22d34F262c29268506C5Fa42cB56A1Ce, a copy of the old.",
				delegatecall("0x5efda50f22d34A1b2c3D4e5F6a7B8C9d0E1f2A3B")), func(*Context) {}),
			[]string{"lookalike_address", "delegatecall"}},
		{"Audius: a stub of a text, and the treasury",
			with(ctx("Hello", pay(stranger, "18500000000000")), func(c *Context) {
				c.Treasury = []Holding{{Chain: 1, Token: coin, Symbol: "USDC", Amount: "20000000000000"}}
			}), []string{"empty_description", "treasury_share", "recipient_not_in_text", "amount_not_in_text"}},
		{"Compound 289: a third attempt, larger, decided at the end",
			with(ctx("Trust setup for the vault\n"+longText+"Invests 499,000 USDC in the vault "+stranger, pay(stranger, "499000000000")), func(c *Context) {
				c.Proposal = onChain(governance.Call{Target: coin, Calldata: "0xa9059cbb" + word(stranger) + number(499_000_000_000)})
				c.Proposal.Start, c.Proposal.End = time.Unix(0, 0), time.Unix(1000, 0)
				c.Past = []Past{{Ref: "eip155:1:x:247", State: governance.Defeated, Title: "Vault", Calls: []governance.Call{{Target: coin, Calldata: "0xa9059cbb" + word(stranger) + number(92_000_000_000)}}}}
				c.Votes = []governance.Event{{Kind: governance.EventVote, Support: 0, Weight: "633636", Time: time.Unix(100, 0)}, {Kind: governance.EventVote, Support: 1, Weight: "682191", Time: time.Unix(990, 0)}}
				c.Treasury = []Holding{{Chain: 1, Token: coin, Symbol: "USDC", Amount: "9500000000000"}}
			}), []string{"resubmission", "late_swing", "treasury_share"}},
		{"Build Finance: control of the token to one wallet",
			ctx("Token contract\n"+longText+"Routine maintenance of the token contract.", act(coin, "setGovernance(address)", governance.Effect{Kind: governance.EffectOwner, Target: coin, To: stranger}),
				act(coin, "mint(address,uint256)", governance.Effect{Kind: governance.EffectMint, Token: coin, Symbol: "BLD", Decimals: 18, Amount: "1000000000000000000000000", To: stranger})),
			[]string{"privileged_call_not_in_text", "owner_transfer", "mint", "recipient_not_in_text"}},
		{"Lazy Summer: twelve calls to clean up, one of which hands out the top role",
			ctx("Revoke old V1 roles and cleanup\n"+longText+"Revokes the roles of the old contracts.", append(revokeMany(11), grant(stranger))...),
			[]string{"grant_against_text", "role_grant", "buried_call", "privileged_call_not_in_text", "revoke"}},
		{"Indexed: neither title nor text", ctx("", pay(stranger, "1000000")), []string{"empty_description"}},
		{"Swerve: ownership to a fresh contract",
			with(ctx("Improve the pool\n"+longText+"Improves the parameters of the pool.", owner(stranger)), func(c *Context) {
				c.Proposal = onChain()
				c.Code = []governance.CodeFact{{Chain: 1, Address: stranger, Hash: "0xa", Since: 999}}
			}), []string{"owner_transfer", "privileged_call_not_in_text", "fresh_target"}},
		{"Atlantis: an implementation nobody announced", ctx("Maintenance\n"+longText, upgrade(stranger)), []string{"upgrade", "privileged_call_not_in_text"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := Check(tt.c)
			got := map[string]bool{}
			for _, f := range found {
				got[f.Rule] = true
			}
			for _, rule := range tt.want {
				if !got[rule] {
					t.Errorf("no %s among %v", rule, found)
				}
			}
			if !strings.HasPrefix(tt.name, "Compound") && (len(found) == 0 || found[0].Severity != governance.Danger) {
				t.Errorf("the first finding is no danger: %v", found)
			}
		})
	}
}

func revokeMany(n int) []governance.Action {
	var list []governance.Action
	for i := range n {
		a := act(vault, "revokeRole(bytes32,address)", governance.Effect{Kind: governance.EffectRevoke, Role: "GOVERNOR_ROLE", Target: vault, To: alice})
		a.Calldata += number(uint64(i))
		list = append(list, a)
	}
	return list
}

// TestBuriedFirst is G5: forty payments and one grant, which is shown first.
func TestBuriedFirst(t *testing.T) {
	list := append(many(37, grant(stranger)), many(3)...)
	found := Check(ctx(longText+"forty grants of 5,000 USDC each", list...))
	if len(found) == 0 || found[0].ActionIndex != 37 || found[0].Severity != governance.Danger {
		t.Fatalf("the grant is not first: %v", found[:min(3, len(found))])
	}
	if len(found[0].Evidence) < 2 || found[0].Evidence[0].Source != "text" || found[0].Evidence[1].Source != "calldata" {
		t.Errorf("both sides are not quoted: %v", found[0].Evidence)
	}
}

// TestNested: what a Safe or a timelock does inside is judged like the rest,
// under the index of the call that carries it.
func TestNested(t *testing.T) {
	outer := act(timelock, "schedule(address,uint256,bytes,bytes32,bytes32,uint256)")
	outer.Nested = []governance.Action{owner(stranger)}
	found := Check(ctx("Update docs budget\n"+longText, pay(alice, "1"), outer))
	for _, f := range found {
		if f.Rule == "privileged_call_not_in_text" && f.ActionIndex == 1 {
			return
		}
	}
	t.Errorf("not found: %v", found)
}

func TestLooksAlike(t *testing.T) {
	const genuine = "0x5efda50f22d34f262c29268506c5fa42cb56a1ce"
	tests := []struct {
		other string
		want  bool
	}{
		{"0x5efda50f22d340000000000000000000000000aa", true}, // G3: 13 digits
		{"0x5efda50f22d34a1b2c3d4e5f6a7b8c9d0e1f2a3b", true},
		{"0x5efd111111111111111111111111111111111a1c", false},
		{"0x5efd11112222333344445555666677778888a1ce", true},
		{"0x1111222233334444555566667777888806c5fa42", false},
		{"0x11112222333344445555666677778888cb56a1ce", true},
		{genuine, false},
	}
	for _, tt := range tests {
		if got := looksAlike(tt.other, genuine); got != tt.want {
			t.Errorf("%s: %v", tt.other, got)
		}
	}
	if looksAlike("0x0000000000000000000000000000000000000064", "0x00000000000c2e074ec69a0dfb2997ba6c7d2e1e") || looksAlike("0x4200000000000000000000000000000000000006", "0x4200000000000000000000000000000000000015") {
		t.Error("zeros alone make addresses alike")
	}
}
