package governor

import (
	"fmt"
	"math/big"
	"sort"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

var (
	one, two, three = common.HexToAddress("0x11"), common.HexToAddress("0x22"), common.HexToAddress("0x33")
	hashA           = common.HexToHash("0xaa")
)

const testGovernor = "0x00000000000000000000000000000000000000a0"

// share is AgoraToken's part of a delegation.
type share struct {
	Delegatee common.Address
	Numerator *big.Int
}

func big1(n int64) *big.Int { return big.NewInt(n) }

// acts are two calls, as events carry them.
func acts() []any {
	return []any{[]common.Address{one, two}, []*big.Int{big1(1), big1(2)}, []string{"", "go()"}, [][]byte{{1, 2, 3, 4}, {}}}
}

func args(parts ...any) (out []any) {
	for _, p := range parts {
		if list, ok := p.([]any); ok {
			out = append(out, list...)
			continue
		}
		out = append(out, p)
	}
	return out
}

// goType makes go-ethereum's type, which encodes for these tests.
func goType(t testing.TB, name string) abi.Type {
	t.Helper()
	var parts []abi.ArgumentMarshaling
	if name == "pair[]" {
		name, parts = "tuple[]", []abi.ArgumentMarshaling{{Name: "delegatee", Type: "address"}, {Name: "numerator", Type: "uint96"}}
	}
	out, err := abi.NewType(name, "", parts)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// encodeLog makes the log of an event as its contract would.
func encodeLog(t testing.TB, at common.Address, signature, topic string, indexed []int, values []any) types.Log {
	t.Helper()
	_, list, _ := strings.Cut(strings.TrimSuffix(signature, ")"), "(")
	names := strings.Split(strings.ReplaceAll(list, "(address,uint96)", "pair"), ",")
	if len(names) != len(values) {
		t.Fatalf("%s: %d values", signature, len(values))
	}
	l := types.Log{Address: at, Topics: []common.Hash{common.HexToHash(topic)}, BlockNumber: 7, Index: 3, TxHash: hashA, BlockHash: hashA}
	isTopic := map[int]bool{}
	for _, i := range indexed {
		isTopic[i] = true
		raw, err := abi.Arguments{{Type: goType(t, names[i])}}.Pack(values[i])
		if err != nil {
			t.Fatalf("%s: %v", signature, err)
		}
		l.Topics = append(l.Topics, common.BytesToHash(raw))
	}
	var rest abi.Arguments
	var data []any
	for i, name := range names {
		if !isTopic[i] {
			rest, data = append(rest, abi.Argument{Type: goType(t, name)}), append(data, values[i])
		}
	}
	raw, err := rest.Pack(data...)
	if err != nil {
		t.Fatalf("%s: %v", signature, err)
	}
	l.Data = raw
	return l
}

// told is what a scan holds, in one line.
func told(s *scan) string {
	var out []string
	for _, c := range s.created {
		out = append(out, fmt.Sprintf("created %s by %s, %d calls, %d-%d, %q, module %s %x, ipfs %x",
			c.id, short(c.proposer), len(c.actions.targets), c.start, c.end, c.description, short(c.module.Hex()), c.moduleData, c.ipfs.Big()))
	}
	for _, e := range s.edits {
		calls := -1
		if e.actions != nil {
			calls = len(e.actions.targets)
		}
		out = append(out, fmt.Sprintf("edit %s, %d calls, %q", e.id, calls, e.description))
	}
	for _, e := range s.events {
		id := ""
		if e.Ref != "" {
			id = e.Ref.ID()
		}
		out = append(out, strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %d %s %s %s %s %s %s", e.Kind, id, short(e.Account), e.Support, e.Weight, e.Reason, e.Params,
			short(e.From), short(e.To), strings.ReplaceAll(e.Value, "0x00000000000000000000000000000000000000", ""))), " "))
		if e.Block != 7 || e.Index != 3 || e.Tx != hashA.Hex() || e.Governor != s.governor {
			out = append(out, "of another log")
		}
	}
	var touched []string
	for id := range s.touched {
		touched = append(touched, "touched "+id)
	}
	sort.Strings(touched)
	return strings.Join(append(append(out, touched...), s.skipped...), "; ")
}

func short(address string) string {
	if address == "" {
		return ""
	}
	return strings.TrimPrefix(address, "0x00000000000000000000000000000000000000")
}

// kitScan is a scan for a governor at a0, a timelock at b0 and a token at c0.
func kitScan() *scan {
	g := New(Config{})
	v := g.venue(governance.Governor{
		ID: "eip155:1:" + testGovernor, Chain: 1, Address: testGovernor,
		Timelock: &governance.Timelock{Address: common.HexToAddress("0xb0").Hex()}, Token: governance.VotesToken{Address: common.HexToAddress("0xc0").Hex()},
	}, []string{one.Hex()})
	return v.newScan()
}

type shapeRow struct {
	signature, topic string
	indexed          []int
	at               string // last byte of the emitter
	values           []any
	want             string
}

func shapeRows() []shapeRow {
	id, n := big1(5), func(i int64) *big.Int { return big1(i) }
	standard := "address[],uint256[],string[],bytes[]"
	made := func(desc string) string {
		return `created 5 by 33, 2 calls, 10-20, "` + desc + `", module 00 , ipfs 0`
	}
	op := []any{hashA, two, n(1), "go()", []byte{1, 2, 3, 4, 5}, n(99)}
	opSaid := ": 000000000000000000000000aa, a call of 22 0x01020304"
	b32 := [32]byte(hashA)
	op[0] = b32
	opSig := "(bytes32,address,uint256,string,bytes,uint256)"
	return []shapeRow{
		{"ProposalCreated(uint256,address," + standard + ",uint256,uint256,string)", "0x7d84a6263ae0d98d3329bd7b46bb4e8d6f98cd35a7adb45c274c8b7fd5ebd5e0", nil, "a0", args(id, three, acts(), n(10), n(20), "Text"), made("Text")},
		{"ProposalCreated(uint256,address," + standard + ",uint256,uint256,string,uint8)", "0xc8df7ff219f3c0358e14500814d8b62b443a4bebf3a596baa60b9295b1cf1bde", []int{0, 1}, "a0", args(id, three, acts(), n(10), n(20), "Text", uint8(2)), made("Text")},
		{"ProposalCreated(uint256,address,address,bytes,uint256,uint256,string,uint8)", "0x505ee268ba7fa7dab901965f6c2eae1ca9a1199856dd0d4147302feb4000d82f", []int{0, 1, 2}, "a0", args(id, three, two, []byte{9}, n(10), n(20), "Text", uint8(2)), `created 5 by 33, 0 calls, 10-20, "Text", module 22 09, ipfs 0`},
		{"ProposalCreated(uint256,address,address,bytes,uint256,uint256,string)", "0xe1a17f4770769f9d77ef56dd3b92500df161f3a1704ab99aec8ccf8653cae400", nil, "a0", args(id, three, two, []byte{9}, n(10), n(20), "Text"), `created 5 by 33, 0 calls, 10-20, "Text", module 22 09, ipfs 0`},
		{"ProposalCreated(uint256,address,uint8,bytes32)", "0xcc914becfa276bbc067049bf8db2d34ebbdc1bafa851e4d4936aaed376c08dbe", []int{0, 1, 2}, "a0", args(id, three, uint8(1), b32), `created 5 by 33, 0 calls, 0-0, "", module 00 , ipfs aa`},
		{"ProposalCreatedWithRequirements(uint256,address," + standard + ",uint256,uint256,uint256,uint256,string)", "0x6af0134faa0f9290c1d686d55012aca80302d31d5c856e4bc7954f7613dc7f87", nil, "a0", args(id, three, acts(), n(10), n(20), n(1), n(2), "Text"), made("Text")},
		{"ProposalCreatedWithRequirements(uint256,address,address[]," + standard + ",uint256,uint256,uint256,uint256,uint256,string)", "0x0cc4b35cbed68ce6ca5b3e6560894c6ccc309603ed423fa45554c837dd9a06aa", nil, "a0", args(id, three, []common.Address{one}, acts(), n(10), n(20), n(8), n(1), n(2), "Text"), made("Text")},
		{"ProposalCreatedWithRequirements(uint256,address[],uint256,uint256,uint256,uint32)", "0xd9d12651716feaac10e3b79bd2960ad42ebfd84969b71a2e226ec99972a8712e", []int{5}, "a0", args(id, []common.Address{one}, n(8), n(1), n(2), uint32(3)), "touched 5"},
		{"VoteCast(address,uint256,uint8,uint256,string)", "0xb8e138887d0aa13bab447e82de9d5c1777041ecd21ca36ba824ff1e6c07ddda4", []int{0}, "a0", args(one, id, uint8(2), n(70), "why"), "vote 5 11 2 70 why; touched 5"},
		{"VoteCast(address,uint256,bool,uint256)", "0x877856338e13f63d0c36822ff0ef736b80934cd90574a3a5bc9262c39d217c46", nil, "a0", args(one, id, true, n(70)), "vote 5 11 1 70; touched 5"},
		{"VoteCastWithParams(address,uint256,uint8,uint256,string,bytes)", "0xe2babfbac5889a709b63bb7f598b324e08bc5a4fb9ec647fb3cbc9ec07eb8712", []int{0}, "a0", args(one, id, uint8(255), n(70), "why", []byte{7}), "vote 5 11 255 70 why 0x07; touched 5"},
		{"VoteCastWithClientId(address,uint256,uint32)", "0x651cc9d78606507fdcfc4f37ec37a744d612b1d8f5a73564190577c4f0edb0b6", []int{0, 1, 2}, "a0", args(one, id, uint32(3)), "touched 5"},
		{"ProposalCanceled(uint256)", "0x789cf55be980739dad1d0699b93b58e806b51c9d96619bfa8fe0a28abaa7b30c", nil, "a0", args(id), "canceled 5 0; touched 5"},
		{"ProposalExecuted(uint256)", "0x712ae1383f79ac853f8d882153778e0260ef8f03b504e2866e0593e04d2b291f", nil, "a0", args(id), "executed 5 0; touched 5"},
		{"ProposalQueued(uint256,uint256)", "0x9a2e42fd6722813d69113e7d0079d3d940171428df7373df9c7f7617cfda2892", nil, "a0", args(id, n(1234)), "queued 5 0 1234; touched 5"},
		{"ProposalQueued(uint256,uint128,uint128)", "0xe39e7fc9f2013b8ab01110f66610f9fb8675d3126e69b3752f0084afc72be19a", []int{0}, "a0", args(id, n(1), n(2)), "queued 5 0; touched 5"},
		{"ProposalFailed(uint256,uint128,uint128)", "0x2bed878481293fc7587c48352c8b09aeeca52bed666011d7f916706ec72d6d6d", []int{0}, "a0", args(id, n(1), n(2)), "touched 5"},
		{"ProposalVetoed(uint256)", "0xde0cea2a3a0097cc3d981d40c375407760e85bc9c5e69aea449ac3885f8615c6", nil, "a0", args(id), "vetoed 5 0; touched 5"},
		{"ProposalUpdated(uint256,address," + standard + ",string,string)", "0xd92cc1350c3c114b08bfa9ca07e42b8d07adf3c440ac299943edfbfb9be890ac", []int{0, 1}, "a0", args(id, one, acts(), "New", "m"), `edit 5, 2 calls, "New"; touched 5`},
		{"ProposalTransactionsUpdated(uint256,address," + standard + ",string)", "0x2588d794bdaac5e181a3efca6937bf6bac4e2f42f43dcfcf0492b3d8b54be065", []int{0, 1}, "a0", args(id, one, acts(), "m"), `edit 5, 2 calls, ""; touched 5`},
		{"ProposalDescriptionUpdated(uint256,address,string,string)", "0xb326c35bcac6caacafa6cd1190bb9dc1a4e0aad7a7985e193818797dfbec9905", []int{0, 1}, "a0", args(id, one, "New", "m"), `edit 5, -1 calls, "New"; touched 5`},
		{"ProposalObjectionPeriodSet(uint256,uint256)", "0x6553d98dd06f98670b24f69f718cdf9c8ec8e1cc42fb58b9c790873132227347", []int{0}, "a0", args(id, n(40)), "extended 5 0 40; touched 5"},
		{"ProposalExtended(uint256,uint64)", "0x541f725fb9f7c98a30cc9c0ff32fbb14358cd7159c847a3aa20a2bdc442ba511", []int{0}, "a0", args(id, uint64(40)), "extended 5 0 40; touched 5"},
		{"ProposalDeadlineUpdated(uint256,uint64)", "0xa970323612abc91ce4b6fd8869dc11458f53fea39343e04625af3f2dc999b05d", nil, "a0", args(id, uint64(40)), "extended 5 0 40; touched 5"},
		{"ProposalTypeUpdated(uint256,uint8)", "0x246d525ff8e335b248f75b3d1a095f4e8d1a2a65998704e5957f37b05e3eca00", []int{0}, "a0", args(id, uint8(3)), "setting 5 0 proposal type: 3; touched 5"},
		{"ProposalTypeSet(uint8,uint16,uint16,string,string)", "0xdf923be5efc10728b5356738170f7707601327209db73ed7cd9131fca6d732d1", []int{0}, "a0", args(uint8(1), uint16(3000), uint16(5000), "Basic", "d"), `setting 0 proposal type 1 "Basic": quorum 3000, approval threshold 5000`},
		{"VotingDelaySet(uint256,uint256)", "0xc565b045403dc03c2eea82b81a0465edad9e2e7fc4d97e11421c209da93d7a93", nil, "a0", args(n(1), n(2)), "setting 0 voting delay: 1 → 2"},
		{"VotingPeriodSet(uint256,uint256)", "0x7e3f7f0708a84de9203036abaa450dccc85ad5ff52f78c170f3edb55cf5e8828", nil, "a0", args(n(1), n(2)), "setting 0 voting period: 1 → 2"},
		{"ProposalThresholdSet(uint256,uint256)", "0xccb45da8d5717e6c4544694297c4ba5cf151d455c9bb0ed4fc7a38411bc05461", nil, "a0", args(n(1), n(2)), "setting 0 proposal threshold: 1 → 2"},
		{"QuorumNumeratorUpdated(uint256,uint256)", "0x0553476bf02ef2726e8ce5ced78d63e26e602e4a2257b1f559418e24b4633997", nil, "a0", args(n(1), n(2)), "setting 0 quorum numerator: 1 → 2"},
		{"TimelockChange(address,address)", "0x08f74ea46ef7894f65eabfb5e6e695de773a000b47c529ab559178069b226401", nil, "a0", args(one, two), "setting 0 timelock: 11 → 22"},
		{"ProposalGuardianSet(address,address)", "0xeabe7d6d9720bd3fde29f0fbd6af94debeea74c6d5508c31ee6b07631e06e69b", nil, "a0", args(one, two), "setting 0 proposal guardian: 11 → 22"},
		{"LateQuorumVoteExtensionSet(uint64,uint64)", "0x7ca4ac117ed3cdce75c1161d8207c440389b1a15d69d096831664657c07dafc2", nil, "a0", args(uint64(1), uint64(2)), "setting 0 late quorum extension: 1 → 2"},
		{"OverrideVoteCast(address,uint256,uint8,uint256,string)", "0x49549bd03796fa3aec6f7adab515dd07e1b4d2021298a516bd2a048c95413c71", []int{0}, "a0", args(one, id, uint8(0), n(70), "why"), "vote 5 11 0 70 why; touched 5"},
		{"VoteReduced(address,uint256,uint8,uint256)", "0xa3e9dc6f75dd03afa423da7498d345528f378d27f40d23f69693cec61e1cd127", []int{0}, "a0", args(one, id, uint8(0), n(70)), "setting 5 11 0 vote reduced: 70; touched 5"},
		{"CallScheduled(bytes32,uint256,address,uint256,bytes,bytes32,uint256)", "0x4cf4410cc57040e44862ef0f45f3dd5a5e02db8eb8add648d4b0e236f1d07dca", []int{0, 1}, "b0", args(b32, n(0), two, n(1), []byte{1, 2, 3, 4, 5}, b32, n(60)), "setting 0 timelock scheduled" + opSaid},
		{"CallExecuted(bytes32,uint256,address,uint256,bytes)", "0xc2617efa69bab66782fa219543714338489c4e9e178271560a91b82c3f612b58", []int{0, 1}, "b0", args(b32, n(0), two, n(1), []byte{1, 2, 3, 4, 5}), "setting 0 timelock executed" + opSaid},
		{"CallSalt(bytes32,bytes32)", "0x20fda5fd27a1ea7bf5b9567f143ac5470bb059374a27e8f67cb44f946f6d0387", []int{0}, "b0", args(b32, b32), ""},
		{"Cancelled(bytes32)", "0xbaa1eb22f2a492ba1a5fea61b8df4d27c6c8b5f3971e63bb58fa14ff72eedb70", []int{0}, "b0", args(b32), "setting 0 timelock cancelled: 000000000000000000000000aa"},
		{"MinDelayChange(uint256,uint256)", "0x11c24f4ead16507c69ac467fbd5e4eed5fb5c699626d2cc6d66421df253886d5", nil, "b0", args(n(1), n(2)), "setting 0 timelock delay: 1 → 2"},
		{"RoleGranted(bytes32,address,address)", "0x2f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d", []int{0, 1, 2}, "b0", args([32]byte{}, one, two), "setting 11 0 role granted: DEFAULT_ADMIN_ROLE → 11"},
		{"QueueTransaction" + opSig, "0x76e2796dc3a81d57b0e8504b647febcbeeb5f4af818e164f11eef8131a6a763f", []int{0, 1}, "b0", op, "setting 0 timelock queued" + opSaid},
		{"ExecuteTransaction" + opSig, "0xa560e3198060a2f10670c1ec5b403077ea6ae93ca8de1c32b451dc1a943cd6e7", []int{0, 1}, "b0", op, "setting 0 timelock executed" + opSaid},
		{"CancelTransaction" + opSig, "0x2fffc091a501fd91bfbff27141450d3acb40fb8e6d8382b243ec7a812a3aaf87", []int{0, 1}, "b0", op, "setting 0 timelock cancelled" + opSaid},
		{"NewAdmin(address)", "0x71614071b88dee5e0b2ae578a9dd7b2ebbe9ae832ba419dc0242cd065a290b6c", []int{0}, "b0", args(one), "setting 0 admin: 11"},
		{"NewDelay(uint256)", "0x948b1f6a42ee138b7e34058ba85a37f716d55ff25ff05a763f15bed6a04c8d2c", []int{0}, "b0", args(n(2)), "setting 0 timelock delay: 2"},
		{"DelegateChanged(address,address,address)", "0x3134e8a2e6d97e929a7e54011ea5485d7d196dd5f0ba4d4ef95803e8e3fc257f", []int{0, 1, 2}, "c0", args(one, common.Address{}, three), "delegated 11 0 33"},
		{"DelegateVotesChanged(address,uint256,uint256)", "0xdec2bacdd2f05b59de34da9b523dff8be42e5e38e818c82fdb0bae774387a724", []int{0}, "c0", args(one, n(1), n(2)), ""},
		{"DelegateChanged(address,(address,uint96)[],(address,uint96)[])", "0x327464c976c7451e477f8f5e678ddde081fa6ec7db71881b63f8d989951b8a9b", []int{0}, "c0", args(one, []share{{two, n(10000)}}, []share{{two, n(4000)}, {three, n(6000)}}), "delegated 11 0 22 33 22: 4000; 33: 6000;"},
		{"DelegateChanged(address,address,uint96)", "0xa512200ae9c511c37c0a7c74b2aaa4584fad717098144f23ea1af3c21535e0d4", []int{0, 1}, "c0", args(one, two, n(6000)), "delegated 11 0 22 22: 6000"},
		{"VotingActivated(uint256,bytes32,uint24)", "0x45f1db29750f423920a6edede3a80ea19ceb9de3eabc072078eb539ca348dca0", []int{0, 1}, "a0", args(id, b32, n(100)), "touched 5"},
		{"VoteEmitted(uint256,address,bool,uint256)", "0x0c611e7b6ae0de26f4772260e1bbdb5f58cbb7c275fe2de14671968d29add8d6", []int{0, 1, 2}, "a0", args(id, one, false, n(70)), "vote 5 11 0 70; touched 5"},
		{"PayloadSent(uint256,uint40,address,uint256,uint256,uint256)", "0x9c687134d572ff69f3e23f40470562650574c5c7cab9f535268763b2d00da65b", []int{0, 2, 3}, "a0", args(id, n(9), two, n(10), n(0), n(1)), "touched 5"},
		{"NewImplementation(address,address)", "0xd604de94d45953f9138079ec1b82d533cb2160c906d1076d1f7ed54befbca97a", nil, "a0", args(one, two), "setting 0 implementation: 11 → 22"},
		{"Upgraded(address)", "0xbc7cd75a20ee27fd9adebab32041f755214dbc6bffa90cc0225b39da2e5c2d3b", []int{0}, "a0", args(one), "setting 0 implementation: 11"},
	}
}

func TestEventShapes(t *testing.T) {
	rows := shapeRows()
	if got := len(eventShapes()); got != len(rows) {
		t.Errorf("%d shapes are read, %d tested", got, len(rows))
	}
	for _, row := range rows {
		t.Run(row.signature, func(t *testing.T) {
			for _, indexed := range [][]int{row.indexed, nil} { // forks index nothing
				s := kitScan()
				s.add([]types.Log{encodeLog(t, common.HexToAddress(row.at), row.signature, row.topic, indexed, row.values)})
				if got := told(s); got != row.want {
					t.Errorf("\ngot  %s\nwant %s", got, row.want)
				}
				s = kitScan()
				s.add([]types.Log{encodeLog(t, common.HexToAddress("0xdd"), row.signature, row.topic, indexed, row.values)})
				if got := told(s); got != "" {
					t.Errorf("another contract's log is believed: %s", got)
				}
			}
		})
	}
}

func TestForkIndexesItsIDs(t *testing.T) {
	row := shapeRows()[12]
	s := kitScan()
	s.add([]types.Log{encodeLog(t, common.HexToAddress("0xa0"), row.signature, row.topic, []int{0}, row.values)})
	if got := told(s); got != row.want {
		t.Errorf("got %s", got)
	}
}

func TestEditIsApplied(t *testing.T) {
	rows := shapeRows()
	s := kitScan()
	at := common.HexToAddress("0xa0")
	s.add([]types.Log{
		encodeLog(t, at, rows[0].signature, rows[0].topic, nil, rows[0].values),
		encodeLog(t, at, rows[6].signature, rows[6].topic, nil, rows[6].values), // Nouns tell each twice
		encodeLog(t, at, rows[20].signature, rows[20].topic, rows[20].indexed, rows[20].values),
	})
	if len(s.created) != 1 || string(s.created[0].description) != "New" || !s.created[0].edited || len(s.edits) != 0 {
		t.Errorf("got %s", told(s))
	}
}

func TestOwnCallsAreToldOnce(t *testing.T) {
	rows := map[string]shapeRow{}
	for _, r := range shapeRows() {
		rows[r.signature] = r
	}
	queued, scheduled := rows["ProposalQueued(uint256,uint256)"], rows["CallScheduled(bytes32,uint256,address,uint256,bytes,bytes32,uint256)"]
	s := kitScan()
	own := encodeLog(t, common.HexToAddress("0xb0"), scheduled.signature, scheduled.topic, scheduled.indexed, scheduled.values)
	foreign := own
	foreign.TxHash = common.HexToHash("0xbb")
	s.add([]types.Log{own, encodeLog(t, common.HexToAddress("0xa0"), queued.signature, queued.topic, nil, queued.values), foreign})
	s.foreign()
	if len(s.events) != 2 || s.events[0].Kind != governance.EventQueued || s.events[1].Tx != foreign.TxHash.Hex() {
		t.Errorf("got %s", told(s))
	}
}

func keccak(s string) common.Hash { return crypto.Keccak256Hash([]byte(s)) }

// packed is go-ethereum's encoding.
func packed(t testing.TB, list string, values ...any) []byte {
	t.Helper()
	var arguments abi.Arguments
	for _, name := range strings.Split(list, ",") {
		arguments = append(arguments, abi.Argument{Type: goType(t, name)})
	}
	out, err := arguments.Pack(values...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
