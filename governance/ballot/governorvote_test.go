package ballot_test

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/ballot"
)

func chosen(t *testing.T, g *governance.Governor, raw string) ballot.GovernorChoice {
	t.Helper()
	c, err := ballot.ParseGovernorChoice(g, governance.GovernorVote, json.RawMessage(raw))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The calls, each against its selector in the notes and against go-ethereum's
// own encoder.
func TestGovernorCalls(t *testing.T) {
	oz5, alpha := board(governance.BallotOZ5), board(governance.BallotAlpha)
	id := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))
	voter, sig := common.HexToAddress(ballot.SplitV2), append(append(word(7), word(9)...), 28)
	split := chosen(t, oz5, `{"0":"1","2":"2.5"}`)
	reason := "It is long enough — more than one word of thirty-two bytes."
	for _, c := range []struct {
		g        *governance.Governor
		choice   ballot.GovernorChoice
		reason   string
		sig      governance.BallotSig // "" = by transaction
		selector string
		types    string
		values   []any
	}{
		{oz5, chosen(t, oz5, `2`), "", "", "56781388", "uint256,uint8", []any{id, uint8(2)}},
		{oz5, chosen(t, oz5, `0`), reason, "", "7b3c71d3", "uint256,uint8,string", []any{id, uint8(0), reason}},
		{oz5, split, reason, "", "5f398a14", "uint256,uint8,string,bytes", []any{id, uint8(255), reason, split.Params()}},
		{oz5, split, "", "", "5f398a14", "uint256,uint8,string,bytes", []any{id, uint8(255), "", split.Params()}},
		{alpha, chosen(t, alpha, `1`), "", "", "15373e3d", "uint256,bool", []any{id, true}},
		{alpha, chosen(t, alpha, `0`), "", "", "15373e3d", "uint256,bool", []any{id, false}},
		{alpha, chosen(t, alpha, `1`), "", governance.BallotAlpha, "4634c61f", "uint256,bool,uint8,bytes32,bytes32", []any{id, true, uint8(28), word32(7), word32(9)}},
		{board(governance.BallotBravo), chosen(t, oz5, `2`), "", governance.BallotBravo, "3bccf4fd", "uint256,uint8,uint8,bytes32,bytes32",
			[]any{id, uint8(2), uint8(28), word32(7), word32(9)}},
		{board(governance.BallotOZ4), chosen(t, oz5, `1`), reason, governance.BallotOZ4, "03420181", "uint256,uint8,string,bytes,uint8,bytes32,bytes32",
			[]any{id, uint8(1), reason, []byte{}, uint8(28), word32(7), word32(9)}},
		{oz5, chosen(t, oz5, `1`), "", governance.BallotOZ5, "8ff262e3", "uint256,uint8,address,bytes", []any{id, uint8(1), voter, sig}},
		{oz5, split, reason, governance.BallotOZ5, "5b8d0e0d", "uint256,uint8,address,string,bytes,bytes", []any{id, uint8(255), voter, reason, split.Params(), sig}},
	} {
		v := ballot.GovernorVote{Governor: c.g, Proposal: id.String(), Choice: c.choice, Reason: c.reason, Voter: voter.Hex(), Nonce: "0"}
		data, function, err := v.Call()
		if c.sig != "" {
			data, function, err = v.Relay(sig)
		}
		want := "0x" + c.selector + common.Bytes2Hex(packed(t, c.types, c.values...))
		if err != nil || data != want || !strings.HasSuffix(function, "("+c.types+")") {
			t.Errorf("%s: %v\n got %s\nwant %s", function, err, data, want)
		}
	}
}

func word(n byte) []byte     { return common.LeftPadBytes([]byte{n}, 32) }
func word32(n byte) [32]byte { return [32]byte(word(n)) }

func packed(t *testing.T, types string, values ...any) []byte {
	t.Helper()
	var args abi.Arguments
	for _, name := range strings.Split(types, ",") {
		typ, err := abi.NewType(name, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		args = append(args, abi.Argument{Type: typ})
	}
	out, err := args.Pack(values...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What each generation signs, as hash of its type, and the fields in order.
func TestBallots(t *testing.T) {
	const plain4, extended4 = "0x150214d74d59b7d1e90c73fc22ef3d991dd0a76b046543d4d80ab92d2a50328f", "0xb3b3f3b703cd84ce352197dcff232b1b5d3cfb2025ce47cf04742d0651f1af88"
	for _, c := range []struct {
		sig             governance.BallotSig
		choice, reason  string
		typeHash, shown string
	}{
		{governance.BallotAlpha, `1`, "", "0x8e25870c07e0b0b3884c78da52790939a455c275406c44ae8b434b692fb916ee", "proposalId=7 support=true"},
		{governance.BallotBravo, `2`, "", plain4, "proposalId=7 support=2"},
		{governance.BallotOZ4, `0`, "", plain4, "proposalId=7 support=0"},
		{governance.BallotOZ4, `0`, "No.", extended4, "proposalId=7 support=0 reason=No. params=0x"},
		{governance.BallotOZ5, `1`, "", "0xf2aad550cf55f045cb27e9c559f9889fdfb6e6cdaa032301d6ea397784ae51d7", "proposalId=7 support=1 voter=" + ballot.SplitV2 + " nonce=3"},
		{governance.BallotOZ5, `{"1":"1"}`, "", "0x3e83946653575f9a39005e1545185629e92736b7528ab20ca3816f315424a811",
			"proposalId=7 support=255 voter=" + ballot.SplitV2 + " nonce=3 reason= params=0x" + strings.Repeat("0", 32) + "00000000000000000de0b6b3a7640000" + strings.Repeat("0", 32)},
	} {
		g := board(c.sig)
		typed, err := ballot.GovernorVote{Governor: g, Proposal: "7", Choice: chosen(t, g, c.choice), Reason: c.reason, Voter: ballot.SplitV2, Nonce: "3"}.Ballot()
		if err != nil {
			t.Error(c.sig, err)
			continue
		}
		var shown []string
		for _, f := range typed.Fields() {
			shown = append(shown, f[0]+"="+f[1])
		}
		if got := strings.Join(shown, " "); got != c.shown || typeHash(t, typed) != c.typeHash {
			t.Errorf("%s: %s, %s", c.sig, typeHash(t, typed), got)
		}
		wantDomain(t, typed, g)
	}
}

// wantDomain checks the domain's separator: without a version where the
// contract has none.
func wantDomain(t *testing.T, typed ballot.TypedData, g *governance.Governor) {
	t.Helper()
	fields, version := "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)", crypto.Keccak256([]byte(g.Domain.Version))
	if g.Domain.Version == "" {
		fields, version = "EIP712Domain(string name,uint256 chainId,address verifyingContract)", nil
	}
	want := crypto.Keccak256Hash(crypto.Keccak256([]byte(fields)), crypto.Keccak256([]byte(g.Domain.Name)), version, word(1), common.LeftPadBytes(common.HexToAddress(g.Address).Bytes(), 32))
	if got, _ := ballot.Hashes(t, typed); got != want.Hex() {
		t.Errorf("domain of %s: %s, want %s", g.BallotSig, got, want.Hex())
	}
	raw, err := typed.Wallet()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ballot.ParseTyped(raw)
	if err != nil {
		t.Fatal("the wallet's form is refused: ", err)
	}
	one, _ := typed.Digest()
	if two, err := again.Digest(); err != nil || one != two {
		t.Error("the wallet's form has another digest: ", err)
	}
}

// typeHash is the hash of the message's type, from the form that wallets get.
func typeHash(t *testing.T, typed ballot.TypedData) string {
	t.Helper()
	var wallet struct {
		Types       map[string][]struct{ Name, Type string }
		PrimaryType string
	}
	raw, err := typed.Wallet()
	if err == nil {
		err = json.Unmarshal(raw, &wallet)
	}
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	for _, f := range wallet.Types[wallet.PrimaryType] {
		fields = append(fields, f.Type+" "+f.Name)
	}
	return crypto.Keccak256Hash([]byte(wallet.PrimaryType + "(" + strings.Join(fields, ",") + ")")).Hex()
}

func TestBallotsRefused(t *testing.T) {
	for _, c := range []struct {
		sig    governance.BallotSig
		change func(*governance.Governor, *ballot.GovernorVote)
		words  string
	}{
		{governance.BallotOZ5, func(_ *governance.Governor, v *ballot.GovernorVote) { v.Choice = ballot.GovernorChoice{} }, "Nothing is chosen"},
		{governance.BallotOZ5, func(g *governance.Governor, _ *ballot.GovernorVote) { g.ReadOnly = "payloads" }, "cannot be cast from here"},
		{governance.BallotOZ5, func(g *governance.Governor, _ *ballot.GovernorVote) { g.Domain.Contract = ballot.RegistryV1 }, "another contract or chain"},
		{governance.BallotOZ5, func(g *governance.Governor, _ *ballot.GovernorVote) { g.Domain.ChainID = 10 }, "another contract or chain"},
		{governance.BallotOZ5, func(g *governance.Governor, _ *ballot.GovernorVote) { g.Domain.Name = "\xff" }, "not valid Unicode"},
		{governance.BallotOZ5, func(_ *governance.Governor, v *ballot.GovernorVote) { v.Voter = "0x12" }, "not an address"},
		{governance.BallotOZ5, func(_ *governance.Governor, v *ballot.GovernorVote) { v.Nonce = "x" }, "not a whole number"},
		{governance.BallotOZ5, func(_ *governance.Governor, v *ballot.GovernorVote) { v.Proposal = "-7" }, "not a whole number"},
		{governance.BallotOZ5, func(_ *governance.Governor, v *ballot.GovernorVote) { v.Reason = "\xff" }, "not valid Unicode"},
		{governance.BallotOZ5, func(_ *governance.Governor, v *ballot.GovernorVote) { v.Reason = strings.Repeat("x", 5001) }, "5001 characters"},
		{governance.BallotOZ5, func(g *governance.Governor, v *ballot.GovernorVote) {
			v.Choice, g.Fractional = chosen(t, g, `{"1":"1"}`), false
		}, "does not count votes of this kind"},
		{governance.BallotBravo, func(_ *governance.Governor, v *ballot.GovernorVote) { v.Reason = "Yes." }, "carries no reason"},
		{governance.BallotAlpha, func(_ *governance.Governor, v *ballot.GovernorVote) { v.Reason = "Yes." }, "takes no reason"},
		{governance.BallotAlpha, func(g *governance.Governor, v *ballot.GovernorVote) {
			v.Choice = chosen(t, board(governance.BallotOZ4), `2`)
		}, "does not count votes of this kind"},
		{"", func(*governance.Governor, *ballot.GovernorVote) {}, "takes no ballots by signature"},
	} {
		g := board(c.sig)
		v := ballot.GovernorVote{Governor: g, Proposal: "7", Choice: chosen(t, g, `1`), Voter: ballot.SplitV2, Nonce: "0"}
		c.change(g, &v)
		_, err := v.Ballot()
		if governance.CodeOf(err) != governance.Invalid || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%v, want %q", err, c.words)
		}
	}
}

func TestTokenDelegationBySignature(t *testing.T) {
	d := ballot.TokenDelegation{Token: board(governance.BallotOZ5).Token, Chain: 1, Delegate: ballot.SplitV2, Nonce: "4", Expires: time.Unix(1_800_000_000, 0)}
	typed, err := d.Message()
	if err != nil || typeHash(t, typed) != "0xe48329057bfd03d55e49b547132e39cffd9c1820ad7b9d4c5307691425d15adf" {
		t.Fatal(err)
	}
	sig := append(append(word(7), word(9)...), 0)
	data, err := d.Relay(sig)
	want := hexutil.Encode(append(common.FromHex("c3cda520"), packed(t, "address,uint256,uint256,uint8,bytes32,bytes32",
		common.HexToAddress(ballot.SplitV2), big.NewInt(4), big.NewInt(1_800_000_000), uint8(27), word32(7), word32(9))...))
	if err != nil || data != want {
		t.Errorf("%v\n got %s\nwant %s", err, data, want)
	}
	for words, change := range map[string]func(*ballot.TokenDelegation){
		"another contract or chain": func(d *ballot.TokenDelegation) { d.Chain = 10 },
		"no time until":             func(d *ballot.TokenDelegation) { d.Expires = time.Time{} },
		"not a whole number":        func(d *ballot.TokenDelegation) { d.Nonce = "" },
		"checksum form":             func(d *ballot.TokenDelegation) { d.Delegate = strings.ToLower(d.Delegate) },
	} {
		wrong := d
		change(&wrong)
		if _, err := wrong.Message(); governance.CodeOf(err) != governance.Invalid || !strings.Contains(err.Error(), words) {
			t.Errorf("%v, want %q", err, words)
		}
	}
	if _, err := d.Relay([]byte{1, 2, 3}); governance.CodeOf(err) != governance.Invalid {
		t.Error(err)
	}
}
