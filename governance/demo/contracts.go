package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
)

// AddContractWallet makes the address a contract wallet of this world: it says
// yes to its owners' signatures, and to none at all for a digest that SafeSigned
// was called for.
func (w *World) AddContractWallet(address string, owners ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wallets[checksum(address)] = owners
}

// contractSigned asks the world's contract wallets, then the chain.
func (w *World) contractSigned(ctx context.Context, network, address string, digest [32]byte, sig []byte) bool {
	w.mu.RLock()
	owners, ours := w.wallets[address]
	approved := w.approved[hexutil.Encode(digest[:])]
	w.mu.RUnlock()
	if ours && len(sig) == 0 {
		return approved
	}
	if signer := recoverSigner(digest, sig); ours && signer != "" {
		return slices.Contains(owners, signer)
	}
	if w.cfg.Chain == "" {
		return false
	}
	node := node{url: w.cfg.Chain}
	chain, err := node.quantity(ctx, "eth_chainId")
	if err != nil || chain.String() != network { // the space's network decides, not the wallet's
		return false
	}
	if inner, factory, call, ok := unwrap6492(sig); ok {
		return node.wouldAccept(ctx, address, digest, inner, factory, call)
	}
	return node.accepts(ctx, address, digest, sig)
}

// node is the demo's chain, asked by hand.
type node struct{ url string }

func (n node) call(ctx context.Context, out any, method string, params ...any) error {
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": notNil(params)})
	if err != nil {
		return fmt.Errorf("write %s: %w", method, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, n.url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make %s: %w", method, err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("send %s: %w", method, err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&answer); err != nil {
		return fmt.Errorf("read %s: %w", method, err)
	}
	if answer.Error != nil {
		return fmt.Errorf("%s: %s", method, answer.Error.Message)
	}
	if err := json.Unmarshal(answer.Result, out); err != nil {
		return fmt.Errorf("read %s: %w", method, err)
	}
	return nil
}

func (n node) quantity(ctx context.Context, method string) (*big.Int, error) {
	var out hexutil.Big
	if err := n.call(ctx, &out, method); err != nil {
		return nil, err
	}
	return out.ToInt(), nil
}

// accepts asks the contract: ERC-1271, then its older form with bytes.
func (n node) accepts(ctx context.Context, address string, digest [32]byte, sig []byte) bool {
	for _, call := range [][]byte{isValid32(digest, sig), isValidBytes(digest, sig)} {
		var out hexutil.Bytes
		err := n.call(ctx, &out, "eth_call", map[string]any{"to": address, "data": hexutil.Encode(call)}, "latest")
		if err == nil && len(out) >= 4 && bytes.Equal(out[:4], call[:4]) { // the magic value is the selector
			return true
		}
	}
	return false
}

func isValid32(digest [32]byte, sig []byte) []byte {
	return append(common.FromHex("1626ba7e"), pack(digest, sig)...)
}

func isValidBytes(digest [32]byte, sig []byte) []byte {
	return append(common.FromHex("20c13b0b"), pack(digest[:], sig)...)
}

// pack encodes values: [32]byte, []byte and common.Address are what is met here.
func pack(values ...any) []byte {
	var args abi.Arguments
	for _, v := range values {
		args = append(args, abi.Argument{Type: abiType(v)})
	}
	out, err := args.Pack(values...)
	if err != nil { // never for those three
		return nil
	}
	return out
}

func abiType(v any) abi.Type {
	switch v.(type) {
	case [32]byte:
		return abi.Type{T: abi.FixedBytesTy, Size: 32}
	case common.Address:
		return abi.Type{T: abi.AddressTy, Size: 20}
	}
	return abi.Type{T: abi.BytesTy}
}

// unwrap6492 takes a signature of a contract that is not deployed yet apart:
// (factory, its call data, signature) and a fixed end.
func unwrap6492(sig []byte) (inner []byte, factory common.Address, call []byte, ok bool) {
	head, found := bytes.CutSuffix(sig, common.FromHex(strings.Repeat("6492", 16)))
	if !found {
		return nil, factory, nil, false
	}
	args := abi.Arguments{{Type: abi.Type{T: abi.AddressTy, Size: 20}}, {Type: abi.Type{T: abi.BytesTy}}, {Type: abi.Type{T: abi.BytesTy}}}
	values, err := args.Unpack(head)
	if err != nil || len(values) != 3 {
		return nil, factory, nil, true // marked, but broken: no contract says yes to it
	}
	return values[2].([]byte), values[0].(common.Address), values[1].([]byte), true
}

// wouldAccept deploys the contract in a simulation, where it is not there yet,
// and asks it.
func (n node) wouldAccept(ctx context.Context, address string, digest [32]byte, sig []byte, factory common.Address, deploy []byte) bool {
	var code hexutil.Bytes
	if err := n.call(ctx, &code, "eth_getCode", address, "latest"); err != nil {
		return false
	}
	if len(code) > 0 {
		return n.accepts(ctx, address, digest, sig)
	}
	var blocks []struct {
		Calls []struct {
			ReturnData hexutil.Bytes `json:"returnData"`
		} `json:"calls"`
	}
	calls := []any{
		map[string]any{"to": factory.Hex(), "input": hexutil.Encode(deploy)},
		map[string]any{"to": address, "input": hexutil.Encode(isValid32(digest, sig))},
	}
	err := n.call(ctx, &blocks, "eth_simulateV1", map[string]any{"blockStateCalls": []any{map[string]any{"calls": calls}}}, "latest")
	if err != nil || len(blocks) != 1 || len(blocks[0].Calls) != 2 {
		return false
	}
	return bytes.HasPrefix(blocks[0].Calls[1].ReturnData, common.FromHex("1626ba7e"))
}
