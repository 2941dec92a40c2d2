package actions

import (
	"encoding/hex"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

const (
	usdcAddr    = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
	aliceAddr   = "0x1111111111111111111111111111111111111111"
	someoneAddr = "0x2222222222222222222222222222222222222222"
	safeAddr    = "0x3333333333333333333333333333333333333333"
	sender130   = "0xA238CBeb142c10Ef7Ad8442C6D1f9E89e07e7761"
)

// pack encodes a call with go-ethereum, so that our decoder is checked against
// another implementation.
func pack(t testing.TB, signature string, args ...any) []byte {
	t.Helper()
	name, fields, err := parseSignature(signature)
	if err != nil {
		t.Fatal(err)
	}
	list := make(abi.Arguments, len(fields))
	for i, f := range fields {
		typ, err := abi.NewType(f.typ.name, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		list[i] = abi.Argument{Type: typ}
	}
	data, err := list.Pack(args...)
	if err != nil {
		t.Fatal(err)
	}
	sel := selectorOf(canonical(name, fields))
	return append(sel[:], data...)
}

func decodeOne(c governance.Call) governance.Action {
	return Decode(Input{ChainID: 1, Calls: []governance.Call{c}})[0]
}

func callOf(target string, data []byte) governance.Call {
	return governance.Call{Target: target, Value: "0", Calldata: hexText(data)}
}

func addr(s string) common.Address { return common.HexToAddress(s) }

func TestDecodeSentences(t *testing.T) {
	transfer := pack(t, "transfer(address,uint256)", addr(aliceAddr), big.NewInt(25_000_000_000))
	admin := [32]byte{}
	for name, c := range map[string]struct {
		call governance.Call
		want string
	}{
		"transfer":   {callOf(usdcAddr, transfer), "Sends 25,000 USDC to " + aliceAddr + "."},
		"unknown":    {callOf(someoneAddr, transfer), "Sends 25,000,000,000 of the smallest units of the token " + someoneAddr + " to " + aliceAddr + "."},
		"ether":      {governance.Call{Target: aliceAddr, Value: "1500000000000000000", Calldata: "0x"}, "Sends 1.5 ETH to " + aliceAddr + "."},
		"admin":      {callOf(someoneAddr, pack(t, "grantRole(bytes32,address)", admin, addr(aliceAddr))), "Gives the role DEFAULT_ADMIN_ROLE of " + someoneAddr + " to " + aliceAddr + "."},
		"upgrade":    {callOf(someoneAddr, pack(t, "upgradeTo(address)", addr(aliceAddr))), "Upgrades the proxy " + someoneAddr + " to the code at " + aliceAddr + "."},
		"payload":    {governance.Call{Target: someoneAddr, Value: "0", Signature: "execute()", Calldata: "0x"}, "Runs execute() of the payload " + someoneAddr + ": what it does stands in that contract, not here."},
		"no name":    {governance.Call{Target: someoneAddr, Value: "0", Calldata: "0x12345678" + strings.Repeat("00", 32)}, "Calls a function (0x12345678) of " + someoneAddr + " that is not in the list; its 32 bytes of arguments could not be read."},
		"no limit":   {callOf(usdcAddr, pack(t, "approve(address,uint256)", addr(aliceAddr), new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1)))), "Lets " + aliceAddr + " take USDC without limit."},
		"delay":      {callOf(someoneAddr, pack(t, "updateDelay(uint256)", big.NewInt(172_800))), "Sets the delay of " + someoneAddr + " to 2 days."},
		"bravo text": {governance.Call{Target: usdcAddr, Value: "0", Signature: "transfer(address,uint256)", Calldata: hexText(transfer[4:])}, "Sends 25,000 USDC to " + aliceAddr + "."},
	} {
		if got := decodeOne(c.call); got.Sentence != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got.Sentence, c.want)
		}
	}
}

func TestDecodeNested(t *testing.T) {
	inner := []safeTx{
		{to: addr(usdcAddr), value: new(big.Int), data: pack(t, "transfer(address,uint256)", addr(aliceAddr), big.NewInt(7_000_000))},
		{to: addr(someoneAddr), value: new(big.Int), data: pack(t, "transferOwnership(address)", addr(aliceAddr))},
	}
	safe := func(to string) governance.Call {
		return callOf(safeAddr, pack(t, "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)", addr(to), new(big.Int), multiSendData(inner), uint8(1),
			new(big.Int), new(big.Int), new(big.Int), common.Address{}, common.Address{}, []byte{}))
	}
	a := decodeOne(safe(sender130))
	if !a.Named || len(a.Nested) != 1 || !a.Nested[0].Delegate || len(a.Nested[0].Nested) != 2 {
		t.Fatalf("the calls of the Safe were not read: %+v", a)
	}
	paid := a.Nested[0].Nested[0].Effects[0]
	if paid.From != safeAddr || paid.To != aliceAddr || paid.Amount != "7000000" || paid.Symbol != "USDC" || paid.Decimals != 6 {
		t.Errorf("transfer: %+v", paid)
	}
	if owner := a.Nested[0].Nested[1].Effects[0]; owner.Kind != governance.EffectOwner || owner.To != aliceAddr || owner.Target != someoneAddr {
		t.Errorf("owner: %+v", owner)
	}
	if fake := decodeOne(safe(someoneAddr)); fake.Named || fake.Nested[0].Effects[0].Kind != governance.EffectExecute {
		t.Errorf("a foreign MultiSend passes as Safe's: %+v", fake.Nested[0])
	}
}

func TestDecodeBridge(t *testing.T) {
	perform := pack(t, "perform()")
	execute := pack(t, "execute(address,bytes)", addr(aliceAddr), perform)
	ticket := pack(t, "x(address,address,uint256,uint256,uint256,bytes)", addr("0x4Dbd4fc535Ac27206064B68FfCf827b0A60BAB3f"),
		addr("0xCF57572261c7c2BCF21ffD220ea7d1a27D40A827"), new(big.Int), new(big.Int), new(big.Int), execute)[4:]
	schedule := pack(t, "schedule(address,uint256,bytes,bytes32,bytes32,uint256)", addr(retryableMagic), new(big.Int), ticket, [32]byte{}, [32]byte{1}, big.NewInt(259_200))
	send := pack(t, "sendTxToL1(address,bytes)", addr("0xE6841D92B0C345144506576eC13ECf5103aC7f49"), schedule)
	a := Decode(Input{ChainID: 42161, Calls: []governance.Call{callOf("0x0000000000000000000000000000000000000064", send)}})[0]
	chains := []uint64{42161, 1, 1, 42161, 42161}
	for i, chain := range chains {
		if a.ChainID != chain || !a.Named {
			t.Fatalf("level %d: chain %d, want %d, named %v, %v", i, a.ChainID, chain, a.Named, a.Unverified)
		}
		if i < len(chains)-1 {
			a = a.Nested[0]
		}
	}
	if !a.Delegate || a.Target != aliceAddr {
		t.Errorf("the last call is %+v", a)
	}
}

// TestPacket: Compound's receivers take lists of calls without a selector.
func TestPacket(t *testing.T) {
	packet := pack(t, "x(address[],uint256[],string[],bytes[])", []common.Address{addr(someoneAddr)}, []*big.Int{new(big.Int)}, []string{"setVotingDelay(uint256)"},
		[][]byte{common.LeftPadBytes([]byte{5}, 32)})[4:]
	a := decodeOne(callOf("0x25ace71c97B33Cc4729CF772ae268934F7ab5fA1", pack(t, "sendMessage(address,bytes,uint32)", addr(aliceAddr), packet, uint32(1))))
	if !a.Named || len(a.Nested) != 1 || len(a.Nested[0].Nested) != 1 {
		t.Fatalf("packet: %+v", a)
	}
	if in := a.Nested[0].Nested[0]; in.ChainID != 10 || in.Function != "setVotingDelay(uint256)" || in.Effects[0].New != "5" {
		t.Errorf("packet: %+v", in)
	}
}

func TestDecodeIsStrict(t *testing.T) {
	good := pack(t, "transfer(address,uint256)", addr(aliceAddr), big.NewInt(1))
	dirty := append([]byte{}, good...)
	dirty[4] = 1
	for name, data := range map[string][]byte{"dirty address": dirty, "bytes behind the end": append(append([]byte{}, good...), 0), "too short": good[:60]} {
		a := decodeOne(callOf(usdcAddr, data))
		if a.Named || len(a.Unverified) == 0 {
			t.Errorf("%s passes: %+v", name, a)
		}
	}
	// A name that the proposal gives is no proof, and a wrong one is told.
	mine := decodeOne(governance.Call{Target: someoneAddr, Value: "0", Signature: "harmless(uint256)", Calldata: "0x" + strings.Repeat("00", 32)})
	if mine.Named || len(mine.Args) != 1 {
		t.Errorf("a function that only the proposal names: %+v", mine)
	}
	broken := decodeOne(governance.Call{Target: "0x12", Value: "-1", Calldata: "0xzz"})
	if broken.Named || len(broken.Unverified) < 3 {
		t.Errorf("broken call: %+v", broken)
	}
}

func TestHostileText(t *testing.T) {
	evil := "ok\u202e\x00\u200b<b>" + strings.Repeat("x", 500)
	a := decodeOne(callOf(someoneAddr, pack(t, "setName(string)", evil)))
	for _, text := range []string{a.Sentence, a.Args[0].Value, a.Effects[0].New} {
		if strings.ContainsAny(text, "\u202e\x00\u200b") {
			t.Errorf("hidden characters in %q", text)
		}
	}
	if len(a.Sentence) > 400 {
		t.Errorf("the sentence is %d bytes long", len(a.Sentence))
	}
	k := NewKnown(nil, []Token{{ChainID: 1, Address: someoneAddr, Symbol: "USDC", Decimals: 6}})
	if tok, _ := k.Token(1, someoneAddr); tok.Symbol != "" {
		t.Errorf("another token passes as %s", tok.Symbol)
	}
}

func TestDepthAndCount(t *testing.T) {
	data := pack(t, "transfer(address,uint256)", addr(aliceAddr), big.NewInt(1))
	for range 12 {
		data = pack(t, "relay(address,uint256,bytes)", addr(someoneAddr), new(big.Int), data)
	}
	if a := decodeOne(callOf(someoneAddr, data)); a.Named {
		t.Error("calls that are nested too deep pass as read")
	}
	many := make([][]byte, 3_000)
	for i := range many {
		many[i] = pack(t, "pause()")
	}
	if a := decodeOne(callOf(someoneAddr, pack(t, "multicall(bytes[])", many))); a.Named || len(a.Nested) != maxCalls {
		t.Errorf("%d nested calls", len(a.Nested))
	}
}

// FuzzDecode: whatever the bytes, an action comes out, and what is called
// standard is what go-ethereum encodes.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{0xa9, 0x05, 0x9c, 0xbb}, "", "0")
	f.Add(pack(f, "multicall(bytes[])", [][]byte{{1}, {}}), "", "1")
	f.Add(pack(f, "multiSend(bytes)", multiSendData(nil)), "", "1")
	f.Add([]byte{}, "transfer(address,uint256)", "0")
	f.Add(pack(f, "propose(address[],uint256[],bytes[],string)", []common.Address{{}}, []*big.Int{new(big.Int)}, [][]byte{{}}, "a"), "", "0")
	f.Fuzz(func(t *testing.T, data []byte, signature, value string) {
		for _, target := range []string{someoneAddr, sender130, retryableMagic} {
			a := decodeOne(governance.Call{Target: target, Value: value, Signature: signature, Calldata: hexText(data)})
			if a.Sentence == "" || a.Named && signature == "" && a.Calldata != hexText(data) {
				t.Fatalf("%+v", a)
			}
		}
	})
}

// FuzzStandard checks "standard" against go-ethereum's encoder.
func FuzzStandard(f *testing.F) {
	const types = "x(address[],bytes,(uint8,string)[],bool,int16)"
	_, fields, err := parseSignature(types)
	if err != nil {
		f.Fatal(err)
	}
	args := make(abi.Arguments, len(fields))
	for i, s := range []string{"address[]", "bytes", "tuple[]", "bool", "int16"} {
		typ, err := abi.NewType(s, "", []abi.ArgumentMarshaling{{Name: "a", Type: "uint8"}, {Name: "b", Type: "string"}})
		if err != nil {
			f.Fatal(err)
		}
		args[i] = abi.Argument{Type: typ}
	}
	type pair = struct {
		A uint8  `json:"a"`
		B string `json:"b"`
	}
	seed, err := args.Pack([]common.Address{{1}}, []byte("abc"), []pair{{1, "x"}, {2, ""}}, true, int16(-3))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		_, standard, err := decodeArgs(fields, data)
		list, theirs := args.Unpack(data)
		if err != nil || theirs != nil {
			if standard {
				t.Fatal("standard, but it cannot be read")
			}
			return
		}
		again, err := args.Pack(list...)
		if same := err == nil && hex.EncodeToString(again) == hex.EncodeToString(data); same != standard {
			t.Fatalf("standard is %v, go-ethereum says %v", standard, same)
		}
	})
}

func FuzzMultiSend(f *testing.F) {
	f.Add(multiSendData([]safeTx{{value: big.NewInt(1), data: []byte{1, 2}}})[68:])
	f.Fuzz(func(t *testing.T, data []byte) {
		calls, err := parseMultiSend(data)
		if err == nil && len(data) > 0 && len(calls) == 0 {
			t.Fatal("nothing was read")
		}
	})
}
