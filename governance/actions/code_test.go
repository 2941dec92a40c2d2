package actions

import (
	"context"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
	"mandate/governance/governancetest/govkit"
)

func TestOpcodes(t *testing.T) {
	for code, want := range map[string]ops{
		"":                                     {},
		"ff":                                   {selfDestruct: true},
		"60ff":                                 {},                   // data of PUSH1
		"60ff60f4":                             {},                   // again
		"5fff":                                 {selfDestruct: true}, // PUSH0 has no data
		"7fff":                                 {},                   // data that is cut off
		"61fffff4":                             {delegateCall: true},
		"f0":                                   {creates: true},
		"f5":                                   {creates: true},
		"f3ff":                                 {},                   // never reached
		"f35bff":                               {selfDestruct: true}, // reached by a jump
		"00f4fff05b":                           {},                   //
		"fe" + "a2646970667358" + "ff":         {},                   // a compiler's data
		"60015756f45bf0":                       {creates: true},      // behind JUMP
		"600157f4f0ff":                         {true, true, true},   // behind JUMPI
		"7f" + strings.Repeat("ff", 32) + "f4": {delegateCall: true},
	} {
		if got := opcodes(common.FromHex(code)); got != want {
			t.Errorf("%s: %+v, want %+v", code, got, want)
		}
	}
}

func FuzzOpcodes(f *testing.F) {
	f.Add([]byte{0x7f, 0xff})
	f.Fuzz(func(_ *testing.T, code []byte) {
		opcodes(code)
		forwards(code)
	})
}

// What stands at the targets, and that it is not the same later.
func TestCodeFacts(t *testing.T) {
	r := newRig(t, govkit.OZ5)
	at := func(n int64) common.Address {
		return common.BigToAddress(new(big.Int).SetInt64(0x7e57_0000_0000+n).Lsh(big.NewInt(0x7e57_0000_0000+n), 64))
	}
	mini := append(append(common.FromHex("363d3d373d3d3d363d73"), r.VaultTwo.Bytes()...), common.FromHex("5af43d82803e903d91602b57fd5bf3")...)
	account := append(common.FromHex("ef0100"), r.VaultTwo.Bytes()...)
	r.put(t, at(1), common.FromHex("5fff"))
	r.put(t, at(2), mini)
	r.put(t, at(3), account)
	call := common.FromHex("0xa9059cbb")
	id := r.propose(t, "# Calls", step{to: r.Vault, data: r.fee(30)}, step{to: at(0), data: call}, step{to: at(1), data: call}, step{to: at(2), data: call}, step{to: at(3), data: call}, step{to: at(4), data: call})
	s := r.subject(t, id)
	first := r.inspect(t, s)
	facts := map[string]governance.CodeFact{}
	for _, f := range first.Code {
		facts[f.Address] = f
	}
	if f := facts[r.Vault.Hex()]; f.Implementation == "" || f.ImplementationHash == "" || !f.DelegateCall || f.Since != 0 || f.Hash == "" {
		t.Errorf("the proxy: %+v", f)
	}
	if f := facts[at(0).Hex()]; f.Hash != "" || f.Size != 0 {
		t.Errorf("no code: %+v", f)
	}
	if !facts[at(1).Hex()].SelfDestruct {
		t.Errorf("selfdestruct: %+v", facts[at(1).Hex()])
	}
	for _, n := range []int64{2, 3} {
		if f := facts[at(n).Hex()]; f.Implementation != r.VaultTwo.Hex() || f.ImplementationHash == "" || f.SelfDestruct {
			t.Errorf("handed on: %+v", f)
		}
	}
	dangers := rules(first, governance.Danger)
	if !slices.Contains(dangers, "codeless_target") || !slices.Contains(dangers, "selfdestruct") || slices.Contains(dangers, "target_code_changed") {
		t.Errorf("%v", dangers)
	}
	// Nothing changed: nothing is said. Then everything does.
	s.Before = &first
	if again := r.inspect(t, s); slices.Contains(rules(again, governance.Danger), "target_code_changed") {
		t.Errorf("%+v", again.Findings)
	}
	r.put(t, at(1), common.FromHex("6001ff"))
	r.put(t, at(4), common.FromHex("600160015500"))
	if err := r.Client.Client().CallContext(t.Context(), nil, "anvil_setStorageAt", r.Vault, implementationSlots()[0], common.BytesToHash(r.VaultTwo.Bytes())); err != nil {
		t.Fatal(err)
	}
	s = r.subject(t, id)
	s.Before = &first
	second := r.inspect(t, s)
	changed, fresh := 0, 0
	for _, f := range second.Findings {
		if f.Rule == "target_code_changed" {
			changed++
		}
		if f.Rule == "fresh_target" && f.Severity == governance.Danger {
			fresh++
		}
	}
	if changed != 3 || fresh < 1 {
		t.Errorf("%d changed, %d fresh: %+v", changed, fresh, second.Findings)
	}
	// The first reading stays what is compared with, also the third time.
	s.Before = &second
	if third := r.inspect(t, s); !slices.Contains(rules(third, governance.Danger), "target_code_changed") {
		t.Errorf("%+v", third.Code)
	}
	// What a proposal did itself is no surprise.
	s.Proposal.Outcome = governance.Executed
	if done := r.inspect(t, s); slices.Contains(rules(done, governance.Danger), "target_code_changed") {
		t.Errorf("%+v", done.Findings)
	}
}

// A node without old states cannot tell the age of code, and that is no error.
func TestNoArchive(t *testing.T) {
	r := newRig(t, govkit.OZ4)
	id := r.propose(t, "# Fee", step{to: r.Vault, data: r.fee(30)}, step{to: common.HexToAddress("0x7e57000000000000000000000000000000000001"), data: []byte{1, 2, 3, 4}})
	r.Mine(1)
	r.put(t, common.HexToAddress("0x7e57000000000000000000000000000000000001"), common.FromHex("00"))
	r.Mine(3)
	s := r.subject(t, id)
	head := hexNumber(r.Head())
	f := newFault(t, r.url, func(q question, _ func() string) string {
		if q.Method == "eth_getCode" && string(q.Params[1]) != `"`+head+`"` {
			return q.refuse(-32000, "historical state 0x12 is not available")
		}
		return ""
	})
	found, err := r.inspector(f.URL).Inspect(t.Context(), s)
	if err != nil || len(found.Code) != 2 || found.Code[0].Since != 0 || found.Code[1].Since != 0 {
		t.Errorf("%v %+v", err, found.Code)
	}
	if found = r.inspect(t, s); found.Code[1].Since != r.born[id.String()] {
		t.Errorf("%+v", found.Code)
	}
}

func hexNumber(n uint64) string { return "0x" + new(big.Int).SetUint64(n).Text(16) }

// Many targets are read in few requests.
func TestCodeIsBounded(t *testing.T) {
	r := newRig(t, govkit.OZ5)
	f := newFault(t, r.url, func(question, func() string) string { return "" })
	look := r.inspector(f.URL)
	proxy, err := r.Client.CodeAt(t.Context(), r.Vault, nil)
	if err != nil {
		t.Fatal(err)
	}
	var addresses []string
	for i := range int64(100) {
		a := common.BigToAddress(big.NewInt(0x7e57_0000_0000 + i))
		r.put(t, a, proxy)
		addresses = append(addresses, a.Hex())
	}
	before := f.requests.Load()
	facts, err := codeFacts(context.Background(), look.Nodes, 1, r.Head(), r.Head(), addresses)
	if asked := f.requests.Load() - before; err != nil || len(facts) != maxCode || asked > maxProxies+12 {
		t.Errorf("%v: %d facts in %d requests", err, len(facts), asked)
	}
}
