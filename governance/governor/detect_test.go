package governor

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/chain"
	"mandate/governance/governancetest/govkit"
)

func detected(t *testing.T, g *Governors, id uint64, a common.Address) governance.Governor {
	t.Helper()
	got, err := g.Detect(t.Context(), id, a.Hex())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestDetectRealGovernors(t *testing.T) {
	w := newWorld(t, "1")
	for _, c := range []struct {
		kind       govkit.Kind
		family     governance.Family
		clock      governance.Clock
		sig        governance.BallotSig
		version    string
		extensions []string
		timelock   string
		comp       bool
		fractional bool
		quorumFor  bool
	}{
		{govkit.OZ5, governance.FamilyOZ5, governance.ClockSeconds, governance.BallotOZ5, "1", []string{ExtLateQuorum, ExtFractional, ExtTimelockControl, ExtQuorumFraction}, TimelockOpenZeppelin, false, true, false},
		{govkit.OZ5Blocks, governance.FamilyOZ5, governance.ClockBlocks, governance.BallotOZ5, "1", []string{ExtTimelockControl}, TimelockOpenZeppelin, false, false, false},
		{govkit.OZ4, governance.FamilyOZ4, governance.ClockBlocks, governance.BallotOZ4, "1", []string{ExtTimelockControl}, TimelockOpenZeppelin, false, false, false},
		{govkit.BravoLike, governance.FamilyOZ4, governance.ClockBlocks, governance.BallotOZ4, "1", []string{ExtBravoCompatible, ExtTimelockCompound}, TimelockCompound, false, false, true},
		{govkit.Alpha, governance.FamilyAlpha, governance.ClockBlocks, governance.BallotAlpha, "", nil, TimelockCompound, true, false, true},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			k := govkit.Deploy(t, w.url, c.kind)
			got := detected(t, w.g, 1, k.Governor)
			if got.Family != c.family || got.Clock != c.clock || got.BallotSig != c.sig || got.Fractional != c.fractional || got.QuorumFor != c.quorumFor {
				t.Errorf("%s, %s, %s, fractional %v, quorum for %v\n%+v", got.Family, got.Clock, got.BallotSig, got.Fractional, got.QuorumFor, got.Evidence)
			}
			for _, e := range c.extensions {
				if !slices.Contains(got.Extensions, e) {
					t.Errorf("no extension %s in %v", e, got.Extensions)
				}
			}
			want := governance.Domain{Name: got.Name, Version: c.version, ChainID: 1, Contract: k.Governor.Hex()}
			if got.Domain != want || got.Name == "" {
				t.Errorf("domain %+v, want %+v", got.Domain, want)
			}
			if got.Token.Address != k.Token.Hex() || got.Token.Comp != c.comp || got.Token.Decimals != 18 || !got.Token.BySig || got.Token.NFT {
				t.Errorf("token %+v", got.Token)
			}
			if got.Timelock == nil || got.Timelock.Kind != c.timelock || got.Timelock.Address != k.Timelock.Hex() || len(got.Timelock.Roles) == 0 || got.Timelock.MinDelay == 0 {
				t.Errorf("timelock %+v", got.Timelock)
			}
			if got.StartBlock != k.StartBlock || got.Quorum == "" || got.Threshold == "" || got.VotingPeriod == 0 || got.ReadOnly != "" || got.ID != governance.GovernorID(1, k.Governor.Hex()) {
				t.Errorf("%+v, wanted start block %d", got, k.StartBlock)
			}
			if changed, err := w.g.Changed(t.Context(), got); changed || err != nil {
				t.Errorf("changed %v, %v", changed, err)
			}
		})
	}
}

// A role given to somebody else is found where the logs are few.
func TestTimelockRoles(t *testing.T) {
	w := newWorld(t, "1")
	k := govkit.Deploy(t, w.url, govkit.OZ5Blocks)
	got := detected(t, w.g, 1, k.Governor)
	for _, want := range []governance.Role{
		{Role: "proposer", Holder: k.Governor.Hex(), Name: "the governor"},
		{Role: "canceller", Holder: k.Governor.Hex(), Name: "the governor"},
		{Role: "executor", Holder: ballot.Zero, Name: "anyone"},
		{Role: "admin", Holder: k.Timelock.Hex(), Name: "the timelock"},
	} {
		if !slices.Contains(got.Timelock.Roles, want) {
			t.Errorf("no %+v in %+v", want, got.Timelock.Roles)
		}
	}
	if len(got.Timelock.Roles) != 4 {
		t.Errorf("renounced roles are shown: %+v", got.Timelock.Roles)
	}
}

func TestDetectFamilies(t *testing.T) {
	w := newWorld(t, "1")
	comp, votes := w.put(compToken("CMP").code()), w.put(votesToken("VTS").code())
	timelock := w.put(compoundTimelock(common.HexToAddress("0x1")).code())
	one := number(1)
	for name, c := range map[string]struct {
		fake   fake
		family governance.Family
		sig    governance.BallotSig
		check  func(governance.Governor) bool
	}{
		"nouns": {bravoFake(comp, timelock).with(fake{"comp()": nil, "nouns()": place(comp), "vetoer()": place(common.HexToAddress("0x2")), "minQuorumVotesBPS()": one,
			"objectionPeriodDurationInBlocks()": one}), governance.FamilyNouns, governance.BallotBravo, func(g governance.Governor) bool {
			return g.Token.NFT && g.Token.Comp && g.Token.Decimals == 0 && g.Quorum == "" && slices.Contains(g.Extensions, ExtVeto) && slices.Contains(g.Extensions, ExtObjection)
		}},
		"agora types": {ozFake(votes, timelock).with(fake{"PROPOSAL_TYPES_CONFIGURATOR()": place(comp), "manager()": place(comp), "VOTABLE_SUPPLY_ORACLE()": place(comp)}),
			governance.FamilyAgora, governance.BallotOZ4, func(g governance.Governor) bool {
				return g.Quorum == "" && slices.Contains(g.Extensions, ExtVotableSupply) && g.ReadOnly == ""
			}},
		"agora modules": {ozFake(votes, timelock).with(fake{"approvedModules(address)": number(0), "manager()": place(comp)}), governance.FamilyAgora, governance.BallotOZ4, nil},
		"agora hooks": {ozFake(votes, timelock).with(claims("0x65455a86")).with(fake{"hooks()": place(comp), "manager()": place(comp),
			"castVoteBySig(uint256,uint8,address,bytes)": {}}), governance.FamilyAgora, governance.BallotOZ5, nil},
		"openzeppelin 4.3": {ozFake(votes, timelock), governance.FamilyOZ4, governance.BallotOZ4, func(g governance.Governor) bool {
			return g.Clock == governance.ClockBlocks && g.Quorum == "77" && g.Domain.Version == "1" && g.Reasons
		}},
		"arbitrum": {ozFake(votes, timelock).with(fake{"getPastCirculatingSupply(uint256)": one, "EXCLUDE_ADDRESS()": place(comp)}), governance.FamilyArbitrum, governance.BallotOZ4, nil},
		"bravo": {bravoFake(comp, timelock), governance.FamilyBravo, governance.BallotBravo, func(g governance.Governor) bool {
			return g.Domain.Version == "" && g.Token.BySig && g.Token.Domain.Version == "" && g.Token.Symbol == "CMP" && g.Quorum == "400000" && g.QuorumFor && g.Reasons && g.Abstain && g.Timelock.Grace == 1_209_600
		}},
		"venus": {bravoFake(comp, timelock).with(fake{"comp()": nil, "xvsVault()": place(comp), "proposalTimelocks(uint256)": place(timelock)}), governance.FamilyBravo, governance.BallotBravo,
			func(g governance.Governor) bool { return slices.Contains(g.Extensions, ExtRoutes) }},
		"alpha without guardian": {bravoFake(comp, timelock).with(fake{"comp()": nil, "uni()": place(comp), "initialProposalId()": nil, "castVote(uint256,uint8)": nil, "castVoteWithReason(uint256,uint8,string)": nil,
			"castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)": nil, "castVote(uint256,bool)": {}, "castVoteBySig(uint256,bool,uint8,bytes32,bytes32)": {}}),
			governance.FamilyAlpha, governance.BallotAlpha, func(g governance.Governor) bool { return !g.Abstain && !g.Reasons }},
		"aave": {fake{"getVotingPortalsCount()": number(6), "getProposalsCount()": number(300), "name()": text("Aave Governance v3")}, governance.FamilyAave, "",
			func(g governance.Governor) bool { return g.ReadOnly != "" && g.Timelock == nil }},
		"unknown counting": {ozFake(votes, timelock).with(fake{"COUNTING_MODE()": text("support=nominee&quorum=none")}), governance.FamilyOZ4, governance.BallotOZ4,
			func(g governance.Governor) bool { return strings.Contains(g.ReadOnly, "support=nominee") }},
		"no token":    {ozFake(votes, timelock).with(fake{"token()": nil}), governance.FamilyOZ4, governance.BallotOZ4, func(g governance.Governor) bool { return g.ReadOnly != "" }},
		"no timelock": {ozFake(votes, timelock).with(fake{"timelock()": nil}), governance.FamilyOZ4, governance.BallotOZ4, func(g governance.Governor) bool { return g.Timelock == nil }},
		"domain without version": {ozFake(votes, timelock).with(fake{"eip712Domain()": domainAnswer(0x0d, "Plain", "9", 1, common.BytesToAddress([]byte{0xfa, 0xce, 0xff}))}), governance.FamilyOZ4, governance.BallotOZ4,
			func(g governance.Governor) bool { return g.Domain.Name == "Plain" && g.Domain.Version == "" }},
		"domain with salt":        {ozFake(votes, timelock).with(fake{"eip712Domain()": domainAnswer(0x1f, "Plain", "1", 1, common.BytesToAddress([]byte{0xfa, 0xce, 0xff}))}), governance.FamilyOZ4, "", nil},
		"separator that differs":  {ozFake(votes, timelock).with(fake{"DOMAIN_SEPARATOR()": number(5)}), governance.FamilyOZ4, "", nil},
		"no ballots by signature": {ozFake(votes, timelock).with(fake{"castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)": nil}), governance.FamilyOZ4, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			at := common.BytesToAddress([]byte{0xfa, 0xce, 0xff})
			w.code(at, c.fake.code())
			got := detected(t, w.g, 1, at)
			if got.Family != c.family || got.BallotSig != c.sig {
				t.Errorf("%s, ballots %q", got.Family, got.BallotSig)
			}
			if c.check != nil && !c.check(got) {
				t.Errorf("%+v", got)
			}
			if len(got.Evidence) < 3 {
				t.Errorf("evidence %+v", got.Evidence)
			}
		})
	}
}

// On Arbitrum contracts see Ethereum's block numbers, unless the governor's
// own clock says otherwise.
func TestClockOfArbitrum(t *testing.T) {
	w := newWorld(t, "1")
	w.g.nodes = arbitrum{w.g.nodes}
	votes := w.put(votesToken("ARB").code())
	governor := ozFake(votes, common.Address{}).with(fake{"getPastCirculatingSupply(uint256)": number(1)})
	if got := detected(t, w.g, 42161, w.put(governor.code())); got.Clock != governance.ClockL1Blocks || got.Family != governance.FamilyArbitrum {
		t.Errorf("%s %s", got.Family, got.Clock)
	}
	told := governor.with(fake{"CLOCK_MODE()": text("mode=blocknumber&from=default"), "clock()": number(21_000_003)})
	if got := detected(t, w.g, 42161, w.put(told.code())); got.Clock != governance.ClockL1Blocks {
		t.Errorf("%s", got.Clock)
	}
	own := governor.with(fake{"CLOCK_MODE()": text("mode=blocknumber&from=default"), "clock()": number(8)})
	if got := detected(t, w.g, 42161, w.put(own.code())); got.Clock != governance.ClockBlocks {
		t.Errorf("%s", got.Clock)
	}
}

// arbitrum shows a chain as Arbitrum One.
type arbitrum struct{ Nodes }

func (a arbitrum) Has(chain uint64) bool  { return a.Nodes.Has(chain - 42160) }
func (a arbitrum) Count(chain uint64) int { return a.Nodes.Count(chain - 42160) }

func (a arbitrum) Head(ctx context.Context, chain uint64) (governance.Head, error) {
	head, err := a.Nodes.Head(ctx, chain-42160)
	head.Latest.L1 = 21_000_000
	return head, err
}

func (a arbitrum) Logs(ctx context.Context, chain, from, to uint64, addresses []common.Address, topics [][]common.Hash) ([]types.Log, uint64, error) {
	return a.Nodes.Logs(ctx, chain-42160, from, to, addresses, topics)
}

func (a arbitrum) Calls(ctx context.Context, chain, at uint64, calls []governance.ContractCall) ([]governance.CallResult, error) {
	return a.Nodes.Calls(ctx, chain-42160, at, calls)
}

func (a arbitrum) Agreed(ctx context.Context, chain, at uint64, calls []governance.ContractCall) ([]governance.CallResult, int, error) {
	return a.Nodes.Agreed(ctx, chain-42160, at, calls)
}

func (a arbitrum) Code(ctx context.Context, chain, at uint64, addresses []string) ([][]byte, error) {
	return a.Nodes.Code(ctx, chain-42160, at, addresses)
}

func (a arbitrum) Storage(ctx context.Context, chain, at uint64, address string, slots []common.Hash) ([]common.Hash, error) {
	return a.Nodes.Storage(ctx, chain-42160, at, address, slots)
}

func TestNotAGovernor(t *testing.T) {
	w := newWorld(t, "1")
	votes := w.put(votesToken("VTS").code())
	oz := ozFake(votes, common.Address{})
	elsewhere := common.HexToAddress("0x00000000000000000000000000000000000000aa")
	self := common.BytesToAddress([]byte{0xfa, 0xce, 0xfe})
	for name, c := range map[string]struct {
		code []byte
		says string
	}{
		"account":             {nil, "no contract stands there"},
		"account with code":   {append([]byte{0xef, 0x01, 0x00}, elsewhere[:]...), "runs the code of"},
		"token":               {compToken("\u202eEVIL").code(), "looks like a token EVIL;"},
		"timelock":            {compoundTimelock(elsewhere).code(), "looks like a timelock; its admin " + elsewhere.Hex()},
		"safe":                {fake{"getOwners()": words(number(32), number(0)), "getThreshold()": number(2)}.code(), "looks like a Safe"},
		"maker":               {fake{"hat()": place(elsewhere), "approvals(address)": number(0)}.code(), "chief of Maker"},
		"refuses everything":  {[]byte{0x5f, 0x5f, 0xfd}, "answers none of the questions"},
		"invalid opcode":      {[]byte{0xfe}, "answers none of the questions"},
		"accepts everything":  {[]byte{0x00}, "answers none of the questions"},
		"one to everything":   {hexutil.MustDecode("0x60015f5260205ff3"), "cannot"},
		"garbage":             {hexutil.MustDecode("0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff5f526103e85ff3"), "nobody could know"},
		"a megabyte":          {hexutil.MustDecode("0x620fffff5ff3"), "nobody could know"},
		"endless":             {hexutil.MustDecode("0x5b5f56"), "answers none of the questions"},
		"every interface":     {oz.with(fake{"supportsInterface(bytes4)": number(1)}).code(), "claims every interface"},
		"domain of another":   {oz.with(fake{"eip712Domain()": domainAnswer(0x0f, "Governor", "1", 1, elsewhere)}).code(), "another chain or contract"},
		"domain of a chain":   {oz.with(fake{"eip712Domain()": domainAnswer(0x0f, "Governor", "1", 10, self)}).code(), "another chain or contract"},
		"unknown clock":       {oz.with(fake{"CLOCK_MODE()": text("mode=moon")}).code(), "mode=moon"},
		"clock of elsewhere":  {oz.with(fake{"CLOCK_MODE()": text("mode=blocknumber&from=eip155:10")}).code(), "another chain"},
		"seconds that lie":    {oz.with(fake{"CLOCK_MODE()": text("mode=timestamp"), "clock()": number(5)}).code(), "not the time"},
		"block count of lies": {oz.with(fake{"CLOCK_MODE()": text("mode=blocknumber&from=default"), "clock()": number(1 << 40)}).code(), "not the chain's block number"},
	} {
		t.Run(name, func(t *testing.T) {
			w.code(self, c.code)
			got, err := w.g.Detect(t.Context(), 1, self.Hex())
			if governance.CodeOf(err) != governance.Invalid {
				t.Fatalf("%+v, %v", got, err)
			}
			want := c.says
			if want == "cannot" {
				want = "nobody could know"
			}
			if !strings.Contains(governance.MessageOf(err), want) {
				t.Errorf("%v", err)
			}
		})
	}
	if _, err := w.g.Detect(t.Context(), 10, self.Hex()); governance.CodeOf(err) != governance.Denied {
		t.Errorf("without a node: %v", err)
	}
	if _, err := w.g.Detect(t.Context(), 1, "0x12"); governance.CodeOf(err) != governance.Invalid {
		t.Errorf("no address: %v", err)
	}
}

func TestProxies(t *testing.T) {
	w := newWorld(t, "1")
	votes := w.put(votesToken("VTS").code())
	governor := ozFake(votes, common.Address{})
	behind, other := w.put(governor.code()), w.put(governor.with(fake{"votingDelay()": number(9)}).code())
	beacon := w.put(fake{"implementation()": place(behind)}.code())
	set := func(at common.Address, slot int, to common.Address) {
		w.call("anvil_setStorageAt", at, proxySlots()[slot], common.BytesToHash(to[:]))
		w.call("anvil_mine", hexutil.Uint64(1))
	}
	clone := w.put(minimal(behind))
	eip1967 := w.put(passing(behind))
	set(eip1967, 0, behind)
	ofBeacon := w.put(passing(behind))
	set(ofBeacon, 1, beacon)
	delegator := w.put(delegatorCode(behind))
	for name, at := range map[string]common.Address{"minimal": clone, "EIP-1967": eip1967, "beacon": ofBeacon, "delegator": delegator} {
		t.Run(name, func(t *testing.T) {
			got := detected(t, w.g, 1, at)
			if got.Implementation != behind.Hex() || got.Family != governance.FamilyOZ4 || got.BallotSig != governance.BallotOZ4 {
				t.Errorf("%s behind %q, %s", got.Family, got.Implementation, got.BallotSig)
			}
		})
	}
	got := detected(t, w.g, 1, eip1967)
	set(eip1967, 0, other)
	if changed, err := w.g.Changed(t.Context(), got); !changed || err != nil {
		t.Errorf("after an upgrade: %v, %v", changed, err)
	}
	got = detected(t, w.g, 1, clone)
	w.code(behind, governor.with(fake{"votingDelay()": number(8)}).code())
	if changed, err := w.g.Changed(t.Context(), got); !changed || err != nil {
		t.Errorf("after other code came to the same address: %v, %v", changed, err)
	}
}

// minimal is the code of EIP-1167.
func minimal(to common.Address) []byte {
	return bytes.Join([][]byte{hexutil.MustDecode("0x363d3d373d3d3d363d73"), to[:], hexutil.MustDecode("0x5af43d82803e903d91602b57fd5bf3")}, nil)
}

// passing is a proxy whose code is not that of EIP-1167.
func passing(to common.Address) []byte { return append([]byte{0x5b}, shifted(to)...) }

// shifted is minimal whose one jump was moved by the byte before it.
func shifted(to common.Address) []byte {
	code := minimal(to)
	code[bytes.LastIndexByte(code, 0x2b)]++
	return code
}

// delegatorCode answers implementation() itself and passes on the rest.
func delegatorCode(to common.Address) []byte {
	four := selector("implementation()")
	head := bytes.Join([][]byte{hexutil.MustDecode("0x5f3560e01c63"), four[:], hexutil.MustDecode("0x14601057"), nil}, nil)
	// Where it is another question, skip the answer.
	answer := bytes.Join([][]byte{{0x5b, 0x73}, to[:], hexutil.MustDecode("0x5f5260205ff3")}, nil)
	jump := []byte{0x60, byte(len(head) + 3 + len(answer)), 0x56}
	head[len(head)-2] = byte(len(head) + len(jump))
	rest := append([]byte{0x5b}, minimal(to)...)
	before := len(head) + len(jump) + len(answer) + 1
	rest[1+bytes.LastIndexByte(minimal(to), 0x2b)] += byte(before)
	return bytes.Join([][]byte{head, jump, answer, rest}, nil)
}

func TestHostileToken(t *testing.T) {
	w := newWorld(t, "1")
	long := strings.Repeat("A", 5000)
	for name, c := range map[string]struct {
		token  fake
		symbol string
		check  func(governance.VotesToken) bool
	}{
		"long":            {fake{"symbol()": text(long)}, strings.Repeat("A", 15) + "…", nil},
		"control":         {fake{"symbol()": text("U\x00S\u202eD\u200bC\n")}, "USDC", nil},
		"bytes32":         {fake{"symbol()": common.RightPadBytes([]byte("MKR"), 32)}, "MKR", nil},
		"no symbol":       {fake{"symbol()": nil}, "votes", nil},
		"bad offset":      {fake{"symbol()": words(number(1<<50), number(3))}, "votes", nil},
		"bad length":      {fake{"symbol()": words(number(32), number(1<<60), number(3))}, "votes", nil},
		"lying decimals":  {fake{"decimals()": number(255)}, "VTS", func(v governance.VotesToken) bool { return v.Decimals == 18 }},
		"no decimals":     {fake{"decimals()": nil}, "VTS", func(v governance.VotesToken) bool { return v.Decimals == 18 }},
		"other separator": {fake{"DOMAIN_SEPARATOR()": number(7)}, "VTS", func(v governance.VotesToken) bool { return !v.BySig }},
		"other domain": {fake{"eip712Domain()": domainAnswer(0x0f, "VTS", "1", 1, common.HexToAddress("0xaa"))}, "VTS",
			func(v governance.VotesToken) bool { return !v.BySig }},
	} {
		t.Run(name, func(t *testing.T) {
			token := w.put(votesToken("VTS").with(c.token).code())
			got := detected(t, w.g, 1, w.put(ozFake(token, common.Address{}).code()))
			if got.Token.Symbol != c.symbol || c.check != nil && !c.check(got.Token) {
				t.Errorf("%+v", got.Token)
			}
		})
	}
}

// Two nodes that tell different contracts: nothing is detected.
func TestDetectConflict(t *testing.T) {
	a, b := newWorld(t, "1"), newWorld(t, "1")
	at := common.BytesToAddress([]byte{0xfa, 0xce, 0xfd})
	votes := a.put(votesToken("VTS").code())
	b.code(votes, votesToken("VTS").code())
	a.code(at, ozFake(votes, common.Address{}).code())
	b.code(at, ozFake(votes, common.Address{}).with(fake{"quorum(uint256)": number(1), "votingPeriod()": number(2)}).code())
	for _, w := range []*world{a, b} {
		w.call("anvil_mine", hexutil.Uint64(6))
	}
	urls := []string{a.url, strings.Replace(b.url, "127.0.0.1", "localhost", 1)}
	g := New(Config{Nodes: chain.New(chain.Config{URLs: map[uint64][]string{1: urls}})})
	if got, err := g.Detect(t.Context(), 1, at.Hex()); governance.CodeOf(err) != governance.Conflict {
		t.Errorf("%+v, %v", got.Evidence, err)
	}
}
