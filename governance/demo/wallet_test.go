package demo_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"

	"mandate/governance/demo"
	"mandate/governance/demo/devchain"
)

// till is a practice wallet on a chain of its own.
type till struct {
	t        *testing.T
	h        http.Handler
	chain    *devchain.Chain
	accounts []string
	safe     string
}

func newTill(t *testing.T) till {
	t.Helper()
	w, err := demo.New(demo.Config{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	x := till{t: t}
	for _, a := range w.Practice() {
		x.accounts = append(x.accounts, a.Address)
	}
	safe, owner := demo.PracticeSafe()
	x.safe = safe
	if x.chain, err = devchain.Start(t.Context(), devchain.Config{Fund: x.accounts, Safes: map[string]string{safe: owner}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.chain.Close() })
	if w, err = demo.New(demo.Config{Empty: true, Chain: x.chain.URL()}); err != nil {
		t.Fatal(err)
	}
	x.h = w.Wallet()
	return x
}

type walletReply struct {
	Result json.RawMessage
	Error  *struct {
		Code    int
		Message string
	}
}

func post(t *testing.T, h http.Handler, body string) (int, walletReply) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/demo/wallet", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	var out walletReply
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
		t.Fatalf("%s: %v", rec.Body, err)
	}
	return rec.Code, out
}

// asks sends a method with params (JSON), and returns the result and the code
// of the error.
func (x till) asks(method, params string) (string, int, string) {
	x.t.Helper()
	_, out := post(x.t, x.h, `{"method":"`+method+`","params":`+params+`}`)
	if out.Error != nil {
		return "", out.Error.Code, out.Error.Message
	}
	return strings.Trim(string(out.Result), `"`), 0, ""
}

func (x till) gets(method, params string) string {
	x.t.Helper()
	result, code, message := x.asks(method, params)
	if code != 0 {
		x.t.Fatalf("%s: %d %s", method, code, message)
	}
	return result
}

// mined waits for a receipt and returns its status.
func (x till) mined(hash string) string {
	x.t.Helper()
	for range 500 {
		var receipt struct{ Status string }
		if _ = json.Unmarshal([]byte(x.gets("eth_getTransactionReceipt", `["`+hash+`"]`)), &receipt); receipt.Status != "" {
			return receipt.Status
		}
		time.Sleep(10 * time.Millisecond)
	}
	x.t.Fatal("never mined")
	return ""
}

const typedVote = `{"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"}],
 "Vote":[{"name":"from","type":"address"},{"name":"space","type":"string"},{"name":"timestamp","type":"uint64"},{"name":"choice","type":"uint32"}]},
 "primaryType":"Vote","domain":{"name":"snapshot","version":"0.1.4"},
 "message":{"from":"0x1111111111111111111111111111111111111111","space":"practice.eth","timestamp":"1700000000","choice":1}}`

func signerOf(t *testing.T, hash []byte, sig string) string {
	t.Helper()
	raw, err := hexutil.Decode(sig)
	if err != nil || len(raw) != 65 || raw[64] < 27 {
		t.Fatalf("%q is no signature of a wallet", sig)
	}
	raw[64] -= 27
	key, err := crypto.SigToPub(hash, raw)
	if err != nil {
		t.Fatal(err)
	}
	return crypto.PubkeyToAddress(*key).Hex()
}

func typedHash(t *testing.T, text string) []byte {
	t.Helper()
	var data apitypes.TypedData
	if err := json.Unmarshal([]byte(text), &data); err != nil {
		t.Fatal(err)
	}
	hash, _, err := apitypes.TypedDataAndHash(data)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func TestWalletSigns(t *testing.T) {
	x := newTill(t)
	if got := x.gets("eth_chainId", "[]"); got != "0x1" {
		t.Errorf("chain %s", got)
	}
	for _, method := range []string{"eth_accounts", "eth_requestAccounts"} {
		var list []string
		if err := json.Unmarshal([]byte(x.gets(method, "[]")), &list); err != nil || len(list) != 4 || list[0] != x.accounts[0] || list[3] != x.safe {
			t.Errorf("%s: %v", method, list)
		}
	}
	var people []demo.PracticeAccount
	if err := json.Unmarshal([]byte(x.gets("practice_accounts", "[]")), &people); err != nil || len(people) != 4 || people[0].Address != x.accounts[0] || people[3].Address != x.safe || people[3].Note == "" {
		t.Errorf("people %v", people)
	}
	for _, account := range x.accounts {
		for _, name := range []string{account, strings.ToLower(account)} {
			sig := x.gets("personal_sign", `["`+hexutil.Encode([]byte("Hello"))+`","`+name+`"]`)
			if got := signerOf(t, accounts.TextHash([]byte("Hello")), sig); got != account {
				t.Errorf("signed by %s, want %s", got, account)
			}
		}
		quoted, _ := json.Marshal(typedVote)
		for _, typed := range []string{typedVote, string(quoted)} {
			sig := x.gets("eth_signTypedData_v4", `["`+account+`",`+typed+`]`)
			if got := signerOf(t, typedHash(t, typedVote), sig); got != account {
				t.Errorf("signed by %s, want %s", got, account)
			}
		}
	}
	if got := signerOf(t, accounts.TextHash([]byte("plain words")), x.gets("personal_sign", `["plain words","`+x.accounts[1]+`"]`)); got != x.accounts[1] {
		t.Errorf("signed by %s", got)
	}
}

func TestWalletRefuses(t *testing.T) {
	x := newTill(t)
	me, stranger := x.accounts[0], "0x00000000000000000000000000000000000000AA"
	other := strings.Replace(typedVote, `"version":"0.1.4"`, `"version":"0.1.4","chainId":10`, 1)
	other = strings.Replace(other, `{"name":"version","type":"string"}]`, `{"name":"version","type":"string"},{"name":"chainId","type":"uint256"}]`, 1)
	for _, tt := range []struct {
		what, method, params string
		code                 int
	}{
		{"unknown method", "eth_sign", `["` + me + `","0x00"]`, 4200},
		{"a key", "eth_private_key", `[]`, 4200},
		{"no method", "", `[]`, 4200},
		{"another account", "personal_sign", `["0x00","` + stranger + `"]`, 4100},
		{"another account, typed", "eth_signTypedData_v4", `["` + stranger + `",` + typedVote + `]`, 4100},
		{"another account, transaction", "eth_sendTransaction", `[{"from":"` + stranger + `","to":"` + me + `"}]`, 4100},
		{"no account", "personal_sign", `["0x00"]`, -32602},
		{"half an account", "personal_sign", `["0x00","0x12"]`, -32602},
		{"numbers", "personal_sign", `[1,2]`, -32602},
		{"typed, text", "eth_signTypedData_v4", `["` + me + `","{"]`, -32602},
		{"typed, no types", "eth_signTypedData_v4", `["` + me + `",{}]`, -32602},
		{"typed, a field too many", "eth_signTypedData_v4", `["` + me + `",` + strings.Replace(typedVote, `"choice":1`, `"choice":1,"more":2`, 1) + `]`, -32602},
		{"typed, another network", "eth_signTypedData_v4", `["` + me + `",` + other + `]`, -32602},
		{"typed, bad option", "eth_signTypedData_v4", `["` + me + `",` + typedVote + `,5]`, -32602},
		{"another network", "wallet_switchEthereumChain", `[{"chainId":"0xa"}]`, 4902},
		{"no network", "wallet_switchEthereumChain", `[]`, -32602},
		{"no contract", "eth_sendTransaction", `[{"from":"` + me + `","data":"0x00"}]`, -32602},
		{"no transaction", "eth_sendTransaction", `[]`, -32602},
		{"another network's transaction", "eth_sendTransaction", `[{"from":"` + me + `","to":"` + me + `","chainId":"0xa"}]`, -32602},
		{"what the contract refuses", "eth_sendTransaction", `[{"from":"` + me + `","to":"` + devchain.Registry + `","data":"0xf0bedbe2` + strings.Repeat("0", 64) + `"}]`, 3},
		{"more than there is", "eth_sendTransaction", `[{"from":"` + me + `","to":"` + stranger + `","value":"0xffffffffffffffffffff"}]`, -32000},
		{"the node's own refusal", "eth_getTransactionReceipt", `["0x12"]`, -32602},
	} {
		if _, code, message := x.asks(tt.method, tt.params); code != tt.code || message == "" {
			t.Errorf("%s: %d %q, want %d", tt.what, code, message, tt.code)
		}
	}
	_, _, message := x.asks("eth_estimateGas", `[{"from":"`+me+`","to":"`+devchain.Registry+`","data":"0xf0bedbe2`+strings.Repeat("0", 64)+`"}]`)
	if !strings.Contains(message, "No delegate set") {
		t.Errorf("the contract's reason is lost: %q", message)
	}
	if got := x.gets("wallet_switchEthereumChain", `[{"chainId":"0x1"}]`); got != "null" {
		t.Errorf("to the network it is on: %s", got)
	}
}

func TestWalletSends(t *testing.T) {
	x := newTill(t)
	set := `"0xbd86e508` + strings.Repeat("0", 64) + strings.Repeat("0", 24) + strings.ToLower(x.accounts[1][2:]) + `"`
	hash := x.gets("eth_sendTransaction", `[{"from":"`+x.accounts[0]+`","to":"`+devchain.Registry+`","data":`+set+`,"value":"0x0"}]`)
	if got := x.mined(hash); got != "0x1" {
		t.Errorf("status %s", got)
	}
	if tx := x.gets("eth_getTransactionByHash", `["`+hash+`"]`); !strings.Contains(tx, "0xbd86e508") {
		t.Errorf("the transaction is %s", tx)
	}
	read := func(account string) string {
		return x.gets("eth_call", `[{"to":"`+devchain.Registry+`","data":"0x74c6c454`+strings.Repeat("0", 24)+strings.ToLower(account[2:])+strings.Repeat("0", 64)+`"},"latest"]`)
	}
	if got := common.HexToAddress(read(x.accounts[0])).Hex(); got != x.accounts[1] {
		t.Errorf("delegate %s", got)
	}
	var all sync.WaitGroup
	hashes := make([]string, 8)
	for i := range hashes { // each its own nonce
		all.Go(func() {
			hashes[i] = x.gets("eth_sendTransaction", `[{"from":"`+x.accounts[2]+`","to":"`+x.accounts[0]+`","value":"0x1"}]`)
		})
	}
	all.Wait()
	for _, h := range hashes {
		if x.mined(h) != "0x1" {
			t.Errorf("%s failed", h)
		}
	}
	x.mined(x.gets("eth_sendTransaction", `[{"from":"`+x.safe+`","to":"`+devchain.Registry+`","data":`+set+`}]`))
	if got := common.HexToAddress(read(x.safe)).Hex(); got != x.accounts[1] {
		t.Errorf("the contract wallet's delegate is %s", got)
	}
}

// The contract wallet signs with its owner's key, or on chain as a Safe does.
func TestWalletOfAContract(t *testing.T) {
	x := newTill(t)
	hash := hexutil.Encode(typedHash(t, typedVote))[2:]
	word := func(end string) string { return strings.Repeat("0", 64-len(end)) + end }
	valid := func(sig string) bool {
		raw := strings.TrimPrefix(sig, "0x")
		data := "0x1626ba7e" + hash + word("40") + word(hexutil.Encode([]byte{byte(len(raw) / 2)})[2:]) + raw + strings.Repeat("0", 62)
		return strings.HasPrefix(x.gets("eth_call", `[{"to":"`+x.safe+`","data":"`+data+`"},"latest"]`), "0x1626ba7e")
	}
	if sig := x.gets("eth_signTypedData_v4", `["`+x.safe+`",`+typedVote+`]`); signerOf(t, typedHash(t, typedVote), sig) != x.accounts[0] || !valid(sig) {
		t.Error("the owner's signature does not count")
	}
	if valid("0x") {
		t.Error("nothing was signed on chain yet")
	}
	if sig := x.gets("eth_signTypedData_v4", `["`+x.safe+`",`+typedVote+`,{"onChain":true}]`); sig != "0x" {
		t.Errorf("signed on chain, the signature is %s", sig)
	}
	for range 500 {
		if valid("0x") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("signed on chain, and yet it does not count")
}

func TestWalletWithoutChain(t *testing.T) {
	for url, code := range map[string]int{"": 4900, "http://127.0.0.1:1": 4900} {
		w, err := demo.New(demo.Config{Empty: true, Chain: url})
		if err != nil {
			t.Fatal(err)
		}
		x := till{t: t, h: w.Wallet()}
		if _, got, message := x.asks("eth_blockNumber", "[]"); got != code || message == "" {
			t.Errorf("%q: %d %s", url, got, message)
		}
		if strings.Contains(url, "http") {
			continue
		}
		if got := x.gets("eth_chainId", "[]"); got != "0x1" {
			t.Errorf("chain %s", got)
		}
		x.gets("personal_sign", `["Hello","`+w.Practice()[0].Address+`"]`)
	}
}

func TestWalletReadsJSONOnly(t *testing.T) {
	w, err := demo.New(demo.Config{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	h := w.Wallet()
	for body, want := range map[string]int{
		"": 400, "[]": 400, `{"method":1}`: 400, `{"method":"eth_accounts","params":{}}`: 400,
		`{"method":"eth_accounts"}`: 200, `{"method":"` + strings.Repeat("x", 300<<10) + `"}`: 413,
	} {
		if got, _ := post(t, h, body); got != want {
			t.Errorf("%.40s: %d, want %d", body, got, want)
		}
	}
	for _, tt := range []struct {
		method, kind string
		want         int
	}{{http.MethodGet, "application/json", 405}, {http.MethodPost, "text/plain", 415}, {http.MethodPost, "", 415}, {http.MethodPost, "application/json; charset=utf-8", 200}} {
		r := httptest.NewRequestWithContext(t.Context(), tt.method, "/demo/wallet", strings.NewReader(`{"method":"eth_accounts"}`))
		r.Header.Set("Content-Type", tt.kind)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != tt.want {
			t.Errorf("%s %q: %d, want %d", tt.method, tt.kind, rec.Code, tt.want)
		}
	}
}

// Whatever is asked, the keys stay inside.
func TestWalletKeepsItsKeys(t *testing.T) {
	x := newTill(t)
	for _, method := range []string{"eth_accounts", "personal_sign", "eth_signTypedData_v4", "eth_sendTransaction", "eth_export", "wallet_switchEthereumChain"} {
		for _, params := range []string{`[]`, `["` + x.accounts[0] + `"]`, `["0x00","` + x.accounts[0] + `"]`} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/demo/wallet", strings.NewReader(`{"method":"`+method+`","params":`+params+`}`))
			r.Header.Set("Content-Type", "application/json")
			rec := httptest.NewRecorder()
			x.h.ServeHTTP(rec, r)
			body, _ := io.ReadAll(rec.Body)
			for _, key := range demo.PracticeKeys() {
				if strings.Contains(strings.ToLower(string(body)), hexutil.Encode(crypto.FromECDSA(key))[2:]) {
					t.Errorf("%s gives a key away", method)
				}
			}
		}
	}
}
