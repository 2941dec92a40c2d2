package demo_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance/demo"
	"mandate/governance/demo/devchain"
	"mandate/governance/demo/devchain/contracts"
)

const proposalCreated = "0x7d84a6263ae0d98d3329bd7b46bb4e8d6f98cd35a7adb45c274c8b7fd5ebd5e0"

// newBooth is a till whose accounts are members of DAOs: the holder and the
// contract wallet vote themselves, the newcomer has no delegate.
func newBooth(t *testing.T) till {
	t.Helper()
	keys := demo.PracticeKeys()
	safe, owner := demo.PracticeSafe()
	x := till{t: t, safe: safe}
	for _, a := range demo.PracticeAccounts() {
		x.accounts = append(x.accounts, a.Address)
	}
	var err error
	if x.chain, err = devchain.Start(t.Context(), devchain.Config{Fund: x.accounts, Safes: map[string]string{safe: owner}, Members: []devchain.Member{
		{Key: keys[0], Tokens: 1000, Delegate: "self"}, {Key: keys[1], Tokens: 100}, {Key: keys[2], Tokens: 500, Delegate: "mara"},
		{Key: keys[0], Wallet: safe, Tokens: 200, Delegate: "self"},
	}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.chain.Close() })
	w, err := demo.New(demo.Config{Empty: true, Chain: x.chain.URL()})
	if err != nil {
		t.Fatal(err)
	}
	x.h = w.Wallet()
	return x
}

// contractAt packs and reads calls of a contract of the practice chain.
type contractAt struct {
	x  till
	at string
	abi.ABI
}

func (x till) contract(name, at string) contractAt {
	x.t.Helper()
	c, err := contracts.Get(name)
	if err != nil {
		x.t.Fatal(err)
	}
	parsed, err := abi.JSON(bytes.NewReader(c.ABI))
	if err != nil {
		x.t.Fatal(err)
	}
	return contractAt{x, at, parsed}
}

func (c contractAt) tx(from, method string, args ...any) string {
	c.x.t.Helper()
	data, err := c.Pack(method, args...)
	if err != nil {
		c.x.t.Fatal(err)
	}
	return `[{"from":"` + from + `","to":"` + c.at + `","data":"` + hexutil.Encode(data) + `"}]`
}

func (c contractAt) sends(from, method string, args ...any) {
	c.x.t.Helper()
	if got := c.x.mined(c.x.gets("eth_sendTransaction", c.tx(from, method, args...))); got != "0x1" {
		c.x.t.Errorf("%s of %s has status %s", method, from, got)
	}
}

func (c contractAt) reads(method string, args ...any) any {
	c.x.t.Helper()
	call := strings.TrimSuffix(c.tx(c.x.accounts[0], method, args...), "]") + `,"latest"]`
	out, err := c.Unpack(method, common.FromHex(c.x.gets("eth_call", call)))
	if err != nil {
		c.x.t.Fatal(err)
	}
	return out[0]
}

// active is a proposal that can be voted on.
func (c contractAt) active() *big.Int {
	c.x.t.Helper()
	body := string(rpcRaw(c.x.t, c.x.chain.URL(), "eth_getLogs", `[{"fromBlock":"0x0","address":"`+c.at+`","topics":["`+proposalCreated+`"]}]`))
	var logs []struct{ Data hexutil.Bytes }
	if err := json.Unmarshal([]byte(body), &logs); err != nil {
		c.x.t.Fatal(err)
	}
	for _, l := range logs {
		if id := new(big.Int).SetBytes(l.Data[:32]); c.reads("state", id) == uint8(1) {
			return id
		}
	}
	c.x.t.Fatal("nothing is active")
	return nil
}

func governors(x till) map[string]contractAt {
	out := map[string]contractAt{}
	for i, name := range []string{"GovernorFive", "GovernorFour", "GovernorBravoLike"} {
		out[name] = x.contract(name, x.chain.Governors()[i].Address)
	}
	return out
}

// The practice wallet votes on every governor, with its accounts and with the
// contract wallet.
func TestWalletVotesOnChain(t *testing.T) {
	x := newBooth(t)
	for name, g := range governors(x) {
		id := g.active()
		g.sends(x.accounts[0], "castVoteWithReason", id, uint8(1), "I have read it.")
		g.sends(x.safe, "castVote", id, uint8(2))
		for _, who := range []string{x.accounts[0], x.safe} {
			if voted, _ := g.reads("hasVoted", id, common.HexToAddress(who)).(bool); !voted {
				t.Errorf("%s: %s has not voted", name, who)
			}
		}
	}
}

func TestWalletVotesInParts(t *testing.T) {
	x := newBooth(t)
	g := governors(x)["GovernorFive"]
	id, params := g.active(), make([]byte, 48)
	part := new(big.Int).Mul(big.NewInt(5000), big.NewInt(1e18)) // 20,000 BSLT in all
	for i := range 3 {
		part.FillBytes(params[16*i : 16*i+16])
	}
	g.sends(x.accounts[0], "castVoteWithReasonAndParams", id, uint8(255), "some of each", params)
	if got := g.reads("usedVotes", id, common.HexToAddress(x.accounts[0])).(*big.Int); got.Cmp(new(big.Int).Mul(part, big.NewInt(3))) != 0 {
		t.Errorf("used %s", got)
	}
	lines := x.gets("practice_explain", g.tx(x.accounts[0], "castVoteWithReasonAndParams", id, uint8(255), "some of each", params))
	if !strings.Contains(lines, part.String()+" for") || !strings.Contains(lines, "some of each") || !strings.Contains(lines, id.String()) {
		t.Error(lines)
	}
}

// Ballots are signed by one account and brought by another.
func TestWalletSignsBallots(t *testing.T) {
	x := newBooth(t)
	for name, g := range governors(x) {
		id := g.active()
		fields, message := `{"name":"proposalId","type":"uint256"},{"name":"support","type":"uint8"}`, `"proposalId":"`+id.String()+`","support":"0"`
		if name == "GovernorFive" {
			fields += `,{"name":"voter","type":"address"},{"name":"nonce","type":"uint256"}`
			message += `,"voter":"` + x.accounts[0] + `","nonce":"0"`
		}
		typed := typedFor(g.reads("name").(string), g.at, "Ballot", fields, message)
		sig := common.FromHex(x.gets("eth_signTypedData_v4", `["`+x.accounts[0]+`",`+typed+`]`))
		if name == "GovernorFive" {
			g.sends(x.accounts[1], "castVoteBySig", id, uint8(0), common.HexToAddress(x.accounts[0]), sig)
		} else {
			g.sends(x.accounts[1], "castVoteBySig", id, uint8(0), sig[64], [32]byte(sig[:32]), [32]byte(sig[32:64]))
		}
		if voted, _ := g.reads("hasVoted", id, common.HexToAddress(x.accounts[0])).(bool); !voted {
			t.Errorf("%s: the relayed vote does not count", name)
		}
		if lines := x.gets("practice_explain", `["`+x.accounts[0]+`",`+typed+`]`); !strings.Contains(lines, "Signs a vote Against.") || !strings.Contains(lines, "does not expire") {
			t.Error(lines)
		}
	}
}

func TestWalletDelegatesOnChain(t *testing.T) {
	x := newBooth(t)
	for i, name := range []string{"DaoTokenTime", "DaoToken", "DaoToken"} {
		token := x.contract(name, x.chain.Governors()[i].Token)
		newcomer, to := common.HexToAddress(x.accounts[1]), common.HexToAddress(devchain.Delegate("juno"))
		if lines := x.gets("practice_explain", token.tx(x.accounts[1], "delegate", to)); !strings.Contains(lines, to.Hex()) {
			t.Error(lines)
		}
		token.sends(x.accounts[1], "delegate", to)
		if got := token.reads("delegates", newcomer); got != to {
			t.Errorf("the newcomer's delegate is %v", got)
		}
		typed := typedFor(token.reads("name").(string), token.at, "Delegation",
			`{"name":"delegatee","type":"address"},{"name":"nonce","type":"uint256"},{"name":"expiry","type":"uint256"}`,
			`"delegatee":"`+x.accounts[0]+`","nonce":"0","expiry":"9999999999"`)
		sig := common.FromHex(x.gets("eth_signTypedData_v4", `["`+x.accounts[1]+`",`+typed+`]`))
		token.sends(x.accounts[2], "delegateBySig", common.HexToAddress(x.accounts[0]), new(big.Int), big.NewInt(9999999999), sig[64], [32]byte(sig[:32]), [32]byte(sig[32:64]))
		if got := token.reads("delegates", newcomer); got != common.HexToAddress(x.accounts[0]) {
			t.Errorf("by signature the newcomer's delegate is %v", got)
		}
		if lines := x.gets("practice_explain", `["`+x.accounts[1]+`",`+typed+`]`); !strings.Contains(lines, "9999999999") {
			t.Error(lines)
		}
	}
}

func typedFor(name, at, kind, fields, message string) string {
	return fmt.Sprintf(`{"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],`+
		`%q:[%s]},"primaryType":%q,"domain":{"name":%q,"version":"1","chainId":1,"verifyingContract":%q},"message":{%s}}`, kind, fields, kind, name, at, message)
}

// What the wallet cannot read it says nothing about, or says so.
func TestWalletExplainsOnlyWhatItKnows(t *testing.T) {
	x := newBooth(t)
	for data, want := range map[string]string{
		"0x": "[]", "0x56781388": "cannot be read", "0x12345678" + strings.Repeat("0", 64): "[]",
		"0x15373e3d" + strings.Repeat("0", 63) + "7" + strings.Repeat("0", 63) + "1": "Votes For.",
		"0x5c19a95c" + strings.Repeat("0", 64):                                       "to nobody",
	} {
		if got := x.gets("practice_explain", `[{"from":"`+x.accounts[0]+`","to":"`+x.safe+`","data":"`+data+`"}]`); !strings.Contains(got, want) {
			t.Errorf("%.12s: %s, want %q", data, got, want)
		}
	}
	if _, code, _ := x.asks("practice_explain", `[]`); code != -32602 {
		t.Errorf("nothing to explain: %d", code)
	}
}

// The hub's spaces name the tokens on the chain, and two of its votes are the
// temperature checks of proposals there.
func TestWorldAndChainAgree(t *testing.T) {
	x := newBooth(t)
	w, err := demo.New(demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	logs, twins := string(rpcRaw(t, x.chain.URL(), "eth_getLogs", `[{"fromBlock":"0x0","topics":["`+proposalCreated+`"]}]`)), 0
	for _, l := range x.chain.Governors() {
		found := false
		for _, s := range w.Spaces() {
			if s.ID == l.Space {
				raw, _ := json.Marshal(s.Strategies)
				found = strings.Contains(string(raw), l.Token)
			}
		}
		if !found {
			t.Errorf("%s does not count the token %s", l.Space, l.Token)
		}
		for _, p := range w.Proposals() {
			if p.Space == l.Space && strings.Contains(logs, hex.EncodeToString([]byte("# "+p.Title+"\n"))) {
				twins++
			}
		}
	}
	if twins != 2 {
		t.Errorf("%d temperature checks have a proposal on chain, want 2", twins)
	}
}

// rpcRaw asks the chain itself, not by way of the wallet.
func rpcRaw(t *testing.T, url, method, params string) json.RawMessage {
	t.Helper()
	resp, err := http.Post(url, "application/json", strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":`+params+`}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out struct{ Result json.RawMessage }
	if err = json.NewDecoder(resp.Body).Decode(&out); err != nil || out.Result == nil {
		t.Fatalf("%s: %v", method, err)
	}
	return out.Result
}
