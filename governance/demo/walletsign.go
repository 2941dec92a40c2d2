package demo

import (
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"
)

// signText is personal_sign: [text as hexadecimal or as it is, account].
func (p *wallet) signText(ctx context.Context, params []json.RawMessage) (string, error) {
	var text, name string
	if len(params) < 2 || json.Unmarshal(params[0], &text) != nil || json.Unmarshal(params[1], &name) != nil {
		return "", walletFault(codeParams, "The request needs a text and an account as params.")
	}
	a, err := p.account(name)
	if err != nil {
		return "", err
	}
	message, err := hexutil.Decode(text)
	if err != nil {
		message = []byte(text)
	}
	return p.sign(ctx, a, accounts.TextHash(message), params[2:])
}

// signTyped is eth_signTypedData_v4: [account, typed data as text or object].
func (p *wallet) signTyped(ctx context.Context, params []json.RawMessage) (string, error) {
	var name string
	if len(params) < 2 || json.Unmarshal(params[0], &name) != nil {
		return "", walletFault(codeParams, "The request needs an account and typed data as params.")
	}
	a, err := p.account(name)
	if err != nil {
		return "", err
	}
	hash, err := p.typedHash(ctx, params[1])
	if err != nil {
		return "", err
	}
	return p.sign(ctx, a, hash, params[2:])
}

// sign signs a hash. For the contract wallet a third param {"onChain":true}
// has its owner sign by a transaction, as the owners of a Safe may; the
// signature is then empty.
func (p *wallet) sign(ctx context.Context, a account, hash []byte, more []json.RawMessage) (string, error) {
	var how struct {
		OnChain bool `json:"onChain"`
	}
	if len(more) > 0 && json.Unmarshal(more[0], &how) != nil {
		return "", walletFault(codeParams, "The third param cannot be read.")
	}
	if !how.OnChain || !a.contract {
		return signHash(a.key, hash)
	}
	data, err := safeCall("signMessage", hash)
	if err != nil {
		return "", err
	}
	_, err = p.submit(ctx, a.key, transaction{From: a.signer().Hex(), To: &a.at, Data: data})
	return "0x", err
}

// typedHash hashes by go-ethereum's own code, not by the program's. Like other
// wallets it refuses typed data for another network.
func (p *wallet) typedHash(ctx context.Context, raw json.RawMessage) ([]byte, error) {
	data, err := readTyped(raw)
	if err != nil {
		return nil, err
	}
	if id := (*big.Int)(data.Domain.ChainId); id != nil {
		have, err := p.chainID(ctx)
		if err != nil {
			return nil, err
		}
		if id.Cmp(new(big.Int).SetUint64(have)) != 0 {
			return nil, walletFault(codeParams, "The typed data is for network %s, the practice wallet is on %d.", id, have)
		}
	}
	hash, _, err := apitypes.TypedDataAndHash(data)
	if err != nil {
		return nil, walletFault(codeParams, "The typed data does not fit its types.")
	}
	return hash, nil
}

func signHash(key *ecdsa.PrivateKey, hash []byte) (string, error) {
	sig, err := crypto.Sign(hash, key)
	if err != nil {
		return "", walletFault(codeInternal, "The practice wallet could not sign.")
	}
	sig[crypto.RecoveryIDOffset] += 27
	return hexutil.Encode(sig), nil
}
