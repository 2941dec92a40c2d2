package governor

import (
	"context"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// Kinds of Timelock.
const (
	TimelockOpenZeppelin = "openzeppelin"
	TimelockCompound     = "compound"
	TimelockOther        = "other"
)

// timelockRole is a role of OpenZeppelin's TimelockController, as people and
// as its AccessControl call it.
type timelockRole struct {
	name string
	id   common.Hash
}

// timelockRoles are those of 4.x and 5.x; 4.x has an admin role of its own
// beside the default one.
func timelockRoles() []timelockRole {
	id := func(s string) common.Hash { return crypto.Keccak256Hash([]byte(s)) }
	return []timelockRole{
		{"proposer", id("PROPOSER_ROLE")}, {"executor", id("EXECUTOR_ROLE")}, {"canceller", id("CANCELLER_ROLE")},
		{"admin", common.Hash{}}, {"admin", id("TIMELOCK_ADMIN_ROLE")},
	}
}

// holding asks whether somebody has a role.
func holding(to string, r timelockRole, holder common.Address) question {
	return probe(to, "hasRole(bytes32,address)", r.id.Hex()+" "+holder.Hex(), r.id, holder)
}

// timelockProbes ask both kinds of timelock; roles of the governor, of the
// timelock itself, and of everybody.
func timelockProbes(to, governor string) []question {
	qs := plainly(to, "getMinDelay()", "delay()", "GRACE_PERIOD()", "admin()", "pendingAdmin()")
	for _, r := range timelockRoles() {
		for _, holder := range usualHolders(to, governor) {
			qs = append(qs, holding(to, r, holder))
		}
	}
	return qs
}

func usualHolders(timelock, governor string) []common.Address {
	return []common.Address{common.HexToAddress(governor), common.HexToAddress(timelock), {}}
}

// timelock describes what delays the governor's calls and who has power over
// it.
func (g *Governors) timelock(ctx context.Context, s *survey, out *governance.Governor, address common.Address, got answers) error {
	t := &governance.Timelock{Address: address.Hex(), Kind: TimelockOther}
	out.Timelock = t
	if delay, ok := numberOf(got["getMinDelay()"], 0); ok {
		t.Kind, t.MinDelay = TimelockOpenZeppelin, delay
		if openzeppelin(out.Family) {
			out.Extensions = append(out.Extensions, ExtTimelockControl)
		}
		s.note("timelock: getMinDelay()", got.shown("getMinDelay()"), "OpenZeppelin's timelock; seconds between decision and action")
		return g.roles(ctx, s, t, got)
	}
	delay, ok := numberOf(got["delay()"], 0)
	grace, also := numberOf(got["GRACE_PERIOD()"], 0)
	if !ok || !also {
		s.note("timelock: delay()", got.shown("delay()"), "a timelock of a kind that is not known: who has power over it was not read")
		return nil
	}
	t.Kind, t.MinDelay, t.Grace = TimelockCompound, delay, grace
	if openzeppelin(out.Family) {
		out.Extensions = append(out.Extensions, ExtTimelockCompound)
	}
	s.note("timelock: delay()", got.shown("delay()"), "Compound's timelock; seconds between decision and action")
	s.admins(t, got)
	return nil
}

func openzeppelin(f governance.Family) bool {
	return slices.Contains([]governance.Family{governance.FamilyOZ4, governance.FamilyOZ5, governance.FamilyArbitrum, governance.FamilyAgora}, f)
}

// admins reads who rules Compound's timelock. Where it is not the governor,
// the governor is retired, or not yet in charge.
func (s *survey) admins(t *governance.Timelock, got answers) {
	if admin, ok := got.address("admin()"); ok {
		t.Roles = append(t.Roles, governance.Role{Role: "admin", Holder: admin.Hex(), Name: s.named(admin, t)})
		says := "the governor rules the timelock"
		if admin.Hex() != s.address {
			says = "the timelock obeys this address, not the governor: what this governor decides is not carried out"
		}
		s.note("timelock: admin()", admin.Hex(), says)
	}
	if next, ok := got.address("pendingAdmin()"); ok {
		t.Roles = append(t.Roles, governance.Role{Role: "pending admin", Holder: next.Hex(), Name: s.named(next, t)})
		s.note("timelock: pendingAdmin()", next.Hex(), "this address may become the admin by accepting")
	}
}

// roles lists who holds which role of OpenZeppelin's timelock: those asked in
// the batch, and those that grants in the logs tell where reading them is
// cheap.
func (g *Governors) roles(ctx context.Context, s *survey, t *governance.Timelock, got answers) error {
	granted, complete := g.granted(ctx, s, t)
	var qs []question
	for _, role := range timelockRoles() {
		for _, holder := range granted[role.id] {
			qs = append(qs, holding(t.Address, role, holder))
		}
	}
	if len(qs) > 0 {
		more, _, err := g.questions(ctx, s.chain, s.at.Number, qs)
		if err != nil {
			return err
		}
		for name, r := range more {
			got[name] = r
		}
	}
	for _, role := range timelockRoles() {
		for _, holder := range append(usualHolders(t.Address, s.address), granted[role.id]...) {
			s.addRole(t, role, holder, got)
		}
	}
	if !complete {
		s.note("timelock: roles", "partly read", "only the governor, the timelock and everybody were asked for; others may hold roles too")
	}
	if !slices.ContainsFunc(t.Roles, func(r governance.Role) bool { return r.Role == "proposer" && r.Holder == s.address }) {
		s.note("timelock: proposer", "not the governor", "the governor may not queue anything in the timelock: what it decides is not carried out")
	}
	return nil
}

func (s *survey) addRole(t *governance.Timelock, role timelockRole, holder common.Address, got answers) {
	r := governance.Role{Role: role.name, Holder: holder.Hex(), Name: s.named(holder, t)}
	if got.yes(holding(t.Address, role, holder).name) && !slices.Contains(t.Roles, r) {
		t.Roles = append(t.Roles, r)
	}
}

func (s *survey) named(holder common.Address, t *governance.Timelock) string {
	switch holder.Hex() {
	case s.address:
		return "the governor"
	case t.Address:
		return "the timelock"
	case common.Address{}.Hex():
		return "anyone"
	}
	return ""
}

const (
	// cheapBlocks is how many blocks are searched for grants of roles: what a
	// usual provider gives in one answer.
	cheapBlocks = 10_000
	maxHolders  = 50
)

// granted finds to whom roles were ever given, if the timelock's whole life
// fits one request; complete tells whether it did.
func (g *Governors) granted(ctx context.Context, s *survey, t *governance.Timelock) (holders map[common.Hash][]common.Address, complete bool) {
	holders = map[common.Hash][]common.Address{}
	from := uint64(0)
	if s.at.Number > cheapBlocks {
		from = s.at.Number - cheapBlocks
		codes, err := g.nodes.Code(ctx, s.chain, from, []string{t.Address})
		if err != nil || len(codes[0]) > 0 {
			return holders, false
		}
	}
	topics := [][]common.Hash{{crypto.Keccak256Hash([]byte("RoleGranted(bytes32,address,address)"))}}
	logs, to, err := g.nodes.Logs(ctx, s.chain, from, s.at.Number, []common.Address{common.HexToAddress(t.Address)}, topics)
	if err != nil || to < s.at.Number || len(logs) > maxHolders {
		return holders, false
	}
	for _, l := range logs {
		if role, holder, ok := grant(l); ok && !slices.Contains(holders[role], holder) {
			holders[role] = append(holders[role], holder)
		}
	}
	return holders, true
}

func grant(l types.Log) (role common.Hash, holder common.Address, ok bool) {
	if len(l.Topics) != 4 || l.Topics[2].Big().BitLen() > 160 {
		return common.Hash{}, common.Address{}, false
	}
	return l.Topics[1], common.BytesToAddress(l.Topics[2][12:]), true
}
