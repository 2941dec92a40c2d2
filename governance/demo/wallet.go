package demo

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
)

// maxWalletBody is far above the largest vote: a reason of 5,000 letters.
const maxWalletBody = 256 << 10

// The codes of a wallet (EIP-1193, EIP-3085, JSON-RPC).
const (
	codeUnauthorized = 4100
	codeUnsupported  = 4200
	codeDisconnected = 4900
	codeUnknownChain = 4902
	codeRequest      = -32600
	codeParams       = -32602
	codeInternal     = -32603
)

// walletError is what a wallet answers instead of a result.
type walletError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// Error implements the error interface.
func (e *walletError) Error() string { return e.Message }

func walletFault(code int, format string, args ...any) error {
	return &walletError{Code: code, Message: fmt.Sprintf(format, args...)}
}

// account is one that the wallet may sign for.
type account struct {
	at       common.Address
	key      *ecdsa.PrivateKey // its own, or that of its owner
	contract bool
}

// signer is the address of the key.
func (a account) signer() common.Address { return crypto.PubkeyToAddress(a.key.PublicKey) }

// contractWallet is the name of the account that is a contract; the wallet's
// page knows it by this name.
const contractWallet = "Contract wallet"

// wallet signs with the practice keys and speaks to the demo's chain.
type wallet struct {
	accounts map[common.Address]account
	list     []string          // of accounts, EIP-55
	people   []PracticeAccount // the same, for people
	url      string

	dial   sync.Mutex
	client *rpc.Client // nil until the chain was needed

	sending sync.Mutex // one transaction at a time: each takes the next nonce
}

// Wallet is the practice wallet's back end: POST {"method","params"} is
// answered with {"result"} or {"error":{"code","message"}}, as a wallet in the
// browser answers by EIP-1193. It signs whatever it is asked to, with keys
// that everybody knows, and asks nobody: the person is asked by the wallet's
// page, and requests of other sites must be turned away before they come here.
func (w *World) Wallet() http.Handler {
	p := &wallet{accounts: map[common.Address]account{}, people: w.Practice(), url: w.cfg.Chain}
	add := func(a account) {
		p.accounts[a.at] = a
		p.list = append(p.list, a.at.Hex())
	}
	for _, key := range PracticeKeys() {
		add(account{at: crypto.PubkeyToAddress(key.PublicKey), key: key})
	}
	if p.url != "" { // a contract is on a chain
		safe, _ := PracticeSafe()
		add(account{at: common.HexToAddress(safe), key: PracticeKeys()[holder], contract: true})
		p.people = append(p.people, PracticeAccount{Name: contractWallet, Address: safe, Note: "A contract that signs as a Safe does. Its owner is Holder."})
	}
	return p
}

// ServeHTTP implements http.Handler.
func (p *wallet) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		rw.Header().Set("Allow", http.MethodPost)
		answer(rw, http.StatusMethodNotAllowed, nil, walletFault(codeRequest, "The practice wallet answers POST only."))
		return
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		answer(rw, http.StatusUnsupportedMediaType, nil, walletFault(codeRequest, "The practice wallet reads JSON only."))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxWalletBody))
	if err != nil {
		answer(rw, http.StatusRequestEntityTooLarge, nil, walletFault(codeRequest, "The request is too large for the practice wallet."))
		return
	}
	var in struct {
		Method string            `json:"method"`
		Params []json.RawMessage `json:"params"`
	}
	if err = json.Unmarshal(body, &in); err != nil {
		answer(rw, http.StatusBadRequest, nil, walletFault(codeRequest, "The request is not JSON with a method and a list of params."))
		return
	}
	result, err := p.do(r.Context(), in.Method, in.Params)
	answer(rw, http.StatusOK, result, err)
}

// answer writes a result, or an error without its causes.
func answer(rw http.ResponseWriter, status int, result any, err error) {
	var out any = map[string]any{"result": result}
	if err != nil {
		var e *walletError
		if !errors.As(err, &e) {
			e = &walletError{Code: codeInternal, Message: "The practice wallet failed."}
		}
		out = map[string]any{"error": e}
	}
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Cache-Control", "no-store")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(out) // the other side is gone
}

func (p *wallet) do(ctx context.Context, method string, params []json.RawMessage) (any, error) {
	switch method {
	case "eth_accounts", "eth_requestAccounts":
		return p.list, nil
	case "practice_accounts": // for the wallet's page: who is who
		return p.people, nil
	case "practice_explain": // for the wallet's page: what a request would do
		return p.explain(params)
	case "personal_sign":
		return p.signText(ctx, params)
	case "eth_signTypedData_v4":
		return p.signTyped(ctx, params)
	case "eth_sendTransaction":
		return p.send(ctx, params)
	case "wallet_switchEthereumChain":
		return nil, p.switchTo(ctx, params)
	case "eth_chainId":
		id, err := p.chainID(ctx)
		return hexutil.EncodeUint64(id), err
	case "eth_blockNumber", "eth_call", "eth_estimateGas", "eth_getTransactionReceipt", "eth_getTransactionByHash":
		return p.node(ctx, method, params)
	default:
		return nil, walletFault(codeUnsupported, "The practice wallet does not know this method.")
	}
}

// account finds the account that a request names.
func (p *wallet) account(name string) (account, error) {
	if !common.IsHexAddress(name) || !strings.HasPrefix(name, "0x") {
		return account{}, walletFault(codeParams, "The request names no account.")
	}
	a, ok := p.accounts[common.HexToAddress(name)]
	if !ok {
		return account{}, walletFault(codeUnauthorized, "%s is not an account of the practice wallet.", common.HexToAddress(name))
	}
	return a, nil
}

// switchTo knows one chain only, the demo's.
func (p *wallet) switchTo(ctx context.Context, params []json.RawMessage) error {
	var want struct {
		ChainID *hexutil.Uint64 `json:"chainId"`
	}
	if len(params) != 1 || json.Unmarshal(params[0], &want) != nil || want.ChainID == nil {
		return walletFault(codeParams, `The request names no network: params are [{"chainId":"0x…"}].`)
	}
	have, err := p.chainID(ctx)
	if err != nil {
		return err
	}
	if uint64(*want.ChainID) != have {
		return walletFault(codeUnknownChain, "The practice wallet knows network %d only.", have)
	}
	return nil
}

// chainID asks the chain; without one it is the main network's, for that is
// where the demo's spaces are.
func (p *wallet) chainID(ctx context.Context) (uint64, error) {
	if p.url == "" {
		return 1, nil
	}
	var id hexutil.Uint64
	err := p.call(ctx, &id, "eth_chainId")
	return uint64(id), err
}

// node hands a request on to the chain.
func (p *wallet) node(ctx context.Context, method string, params []json.RawMessage) (any, error) {
	args := make([]any, len(params))
	for i, raw := range params {
		args[i] = raw
	}
	var out json.RawMessage
	if err := p.call(ctx, &out, method, args...); err != nil {
		return nil, err
	}
	return json.RawMessage(bytes.TrimSpace(out)), nil
}

// call asks the chain. Its own refusals keep their code and words.
func (p *wallet) call(ctx context.Context, out any, method string, args ...any) error {
	client, err := p.connect(ctx)
	if err != nil {
		return err
	}
	err = client.CallContext(ctx, out, method, args...)
	var said rpc.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &said):
		return walletFault(said.ErrorCode(), "%s", said.Error())
	default:
		return walletFault(codeDisconnected, "The practice wallet does not reach the demo's chain.")
	}
}

func (p *wallet) connect(ctx context.Context) (*rpc.Client, error) {
	if p.url == "" {
		return nil, walletFault(codeDisconnected, "This demo runs without a chain.")
	}
	p.dial.Lock()
	defer p.dial.Unlock()
	if p.client != nil {
		return p.client, nil
	}
	client, err := rpc.DialContext(ctx, p.url)
	if err != nil {
		return nil, walletFault(codeDisconnected, "The practice wallet does not reach the demo's chain.")
	}
	p.client = client
	return client, nil
}
