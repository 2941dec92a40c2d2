package static

import (
	"encoding/hex"
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
)

// packed is what go-ethereum makes of a call. Arguments fit the types of its
// signature.
func packed(t *testing.T, name string, types []string, args ...any) string {
	t.Helper()
	var inputs abi.Arguments
	for _, name := range types {
		kind, err := abi.NewType(name, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, abi.Argument{Type: kind})
	}
	raw, err := inputs.Pack(args...)
	if err != nil {
		t.Fatal(err)
	}
	return "0x" + hex.EncodeToString(append(abi.NewMethod(name, name, abi.Function, "", false, false, inputs, nil).ID, raw...))
}

func js(v any) string {
	raw, _ := json.Marshal(v) // texts and numbers
	return string(raw)
}

// Calls with texts and bytes of every length around a word are what
// go-ethereum makes of them.
func TestCalldataInABrowser(t *testing.T) {
	b, _ := lab(t)
	random := rand.New(rand.NewPCG(4, 4))
	letters := []rune("aZ 0\"\\\n\u0000éß→漢🚀\u202e")
	for n := range 100 {
		text := make([]rune, n)
		for i := range text {
			text[i] = letters[random.IntN(len(letters))]
		}
		raw := make([]byte, random.IntN(100))
		for i := range raw {
			raw[i] = byte(random.Uint32())
		}
		id := new(big.Int).SetBytes(raw[:min(32, len(raw))])
		want := packed(t, "f", []string{"string", "uint256", "bytes", "bool", "uint8", "address", "string"},
			string(text), id, raw, n%2 == 0, uint8(n), common.BytesToAddress(raw), "")
		got := b.Reads(`lab.typed.calldata("f(string,uint256,bytes,bool,uint8,address,string)", [` + js(string(text)) + `, "` + id.String() + `", "0x` + hex.EncodeToString(raw) + `", ` + js(n%2 == 0) + `, ` + js(n) + `, "` + strings.ToLower(common.BytesToAddress(raw).Hex()) + `", ""])`)
		if got != want {
			t.Fatalf("%d characters, %d bytes:\n%s, want\n%s", n, len(raw), got, want)
		}
	}
	for _, bad := range []string{`"f(string)", [5]`, `"f(string)", ["\ud83d"]`, `"f(bytes)", ["0x1"]`, `"f(bytes)", ["12"]`, `"f(uint8)", [256]`, `"f(bool)", [1]`, `"f(uint256)", ["1", "2"]`, `"f(uint256[])", [[]]`, `"f", []`, `"f(string)", []`} {
		if got := b.Reads(`(() => { try { return lab.typed.calldata(` + bad + `) } catch (e) { return e instanceof lab.typed.TypedError ? "" : String(e) } })()`); got != "" {
			t.Errorf("%s: %s", bad, got)
		}
	}
}

// The page makes the same call of what was pressed as the contracts read.
func TestVotesInABrowser(t *testing.T) {
	b, _ := lab(t)
	b.Does("load", chromedp.Evaluate[chromedp.Void](`import("governorballot").then((m) => { globalThis.governor = m }); 0`))
	b.Sees("the module", `globalThis.governor !== undefined`)
	id, _ := new(big.Int).SetString("106731419179446060662102482226769114512062506087941681149967345979918088315776313", 10)
	id = id.Mod(id, new(big.Int).Lsh(big.NewInt(1), 256))
	wei := func(text string) []byte {
		n, _ := new(big.Int).SetString(text, 10)
		return common.LeftPadBytes(n.Bytes(), 16)
	}
	split := append(append(wei("1000000000000000000"), wei("5000250000000000000001")...), wei("0")...)
	type data map[string]string
	for _, c := range []struct {
		name           string
		data           data
		choice, reason string
		want           string
	}{
		{"for", nil, `1`, ``, packed(t, "castVote", []string{"uint256", "uint8"}, id, uint8(1))},
		{"against, with a reason", nil, `0`, "Über\n“so” 🚀", packed(t, "castVoteWithReason", []string{"uint256", "uint8", "string"}, id, uint8(0), "Über\n“so” 🚀")},
		{"alpha", data{"family": "alpha"}, `1`, ``, packed(t, "castVote", []string{"uint256", "bool"}, id, true)},
		{"alpha, against", data{"family": "alpha"}, `0`, ``, packed(t, "castVote", []string{"uint256", "bool"}, id, false)},
		{"split", nil, `{"0":"1","1":"5000.250000000000000001"}`, ``, packed(t, "castVoteWithReasonAndParams", []string{"uint256", "uint8", "string", "bytes"}, id, uint8(255), "", split)},
		{"split, six decimals", data{"decimals": "6"}, `{"2":"0.000001"}`, `x`, packed(t, "castVoteWithReasonAndParams", []string{"uint256", "uint8", "string", "bytes"}, id, uint8(255), "x", append(make([]byte, 47), 1))},
	} {
		form := data{"proposal": id.String(), "chain": "1", "governor": common.HexToAddress("0x1").Hex(), "account": common.HexToAddress("0x2").Hex(), "family": "oz", "decimals": "18"}
		for k, v := range c.data {
			form[k] = v
		}
		got := b.Reads(`(() => { const { transaction: t } = governor.expectedOnChain(` + js(form) + `, ` + c.choice + `, ` + js(c.reason) + `, "transaction"); return lab.typed.calldata(t.call, t.args) })()`)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for name, c := range map[string][2]string{
		"more decimals than the token has": {`{"1":"0.1234567"}`, "decimals"},
		"more than sixteen bytes":          {`{"1":"` + strings.Repeat("9", 40) + `"}`, "larger"},
	} {
		got := b.Reads(`(() => { try { governor.expectedOnChain({ proposal: "1", chain: "1", governor: "", account: "", decimals: "6" }, ` + c[0] + `, "", "transaction"); return "taken" } catch (e) { return e.message } })()`)
		if !strings.Contains(got, c[1]) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Which message a ballot is, by the generation of the governor.
func TestBallotsInABrowser(t *testing.T) {
	b, _ := lab(t)
	b.Does("load", chromedp.Evaluate[chromedp.Void](`import("governorballot").then((m) => { globalThis.governor = m }); 0`))
	b.Sees("the module", `globalThis.governor !== undefined`)
	for _, c := range []struct{ name, data, choice, reason, want string }{
		{"OpenZeppelin 5", `family: "oz", ballotSig: "oz5", domainVersion: "1"`, `1`, ``, `voter Ballot {"name":"G","chainId":"1","verifyingContract":"0x1","version":"1"} {"proposalId":"7","support":1}`},
		{"OpenZeppelin 4, with a reason", `family: "oz", ballotSig: "oz4", domainVersion: "1"`, `0`, `so`, ` ExtendedBallot {"name":"G","chainId":"1","verifyingContract":"0x1","version":"1"} {"proposalId":"7","support":0,"reason":"so","params":"0x"}`},
		{"Bravo has no version", `family: "bravo", ballotSig: "bravo", domainVersion: ""`, `2`, ``, ` Ballot {"name":"G","chainId":"1","verifyingContract":"0x1"} {"proposalId":"7","support":2}`},
		{"Alpha", `family: "alpha", ballotSig: "alpha", domainVersion: ""`, `1`, ``, ` Ballot {"name":"G","chainId":"1","verifyingContract":"0x1"} {"proposalId":"7","support":true}`},
		{"split", `family: "oz", ballotSig: "oz5", domainVersion: "1", decimals: "0"`, `{"2":"3"}`, ``, `voter ExtendedBallot {"name":"G","chainId":"1","verifyingContract":"0x1","version":"1"} {"proposalId":"7","support":255,"reason":"","params":"0x` + strings.Repeat("0", 95) + `3"}`},
	} {
		got := b.Reads(`(() => { const e = governor.expectedOnChain({ proposal: "7", chain: "1", governor: "0x1", account: "0x2", domainName: "G", ` + c.data + ` }, ` + c.choice + `, ` + js(c.reason) + `, "signature"); return [e.from, e.primaryType, JSON.stringify(e.domain), JSON.stringify(e.message)].join(" ") })()`)
		if got != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.name, got, c.want)
		}
	}
}
