package chain

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/hex"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
	"mandate/governance/ballot"
)

// IsContract reports whether code stands at an address. An account of a key
// that lends itself code (EIP-7702) is still one of a key.
func (c *Chains) IsContract(ctx context.Context, chain uint64, address string) (bool, error) {
	address, err := ballot.Checksum(address)
	if err != nil {
		return false, err
	}
	key := account{chain, address}
	if is, ok := c.contracts.get(c.now(), key); ok {
		return is, nil
	}
	code, err := c.code(ctx, chain, address)
	if err != nil {
		return false, err
	}
	is := len(code) > 0 && !bytes.HasPrefix(code, []byte{0xef, 0x01, 0x00})
	if is { // code may come, so "no" is not kept
		c.contracts.put(c.now(), key, true)
	}
	return is, nil
}

func (c *Chains) code(ctx context.Context, chain uint64, address string) ([]byte, error) {
	var code hexutil.Bytes
	err := c.method(ctx, chain, &code, "eth_getCode", address, "latest")
	return code, err
}

// ValidSignature reports whether a signature of a digest is the account's. A
// key's needs no node. A contract's is asked for with ERC-6492 where it is
// marked so, which comes before ERC-1271 since a contract may take any bytes;
// then with ERC-1271, then with its old form. The signature may be empty: a
// contract may have been told before. Errors: Invalid for a signature that is
// no key's, on an account that is no contract; Denied without a node of the
// chain; Upstream and Limited.
func (c *Chains) ValidSignature(ctx context.Context, chain uint64, address string, digest [32]byte, sig []byte) (bool, error) {
	address, err := ballot.Checksum(address)
	if err != nil {
		return false, err
	}
	signer, fault := ballot.Recover(digest, sig)
	if fault == nil && signer == address {
		return true, nil
	}
	if !c.Has(chain) {
		return false, noJudge(chain, sig, fault)
	}
	if wrapped, ok := counterfactual(sig); ok {
		return c.validUndeployed(ctx, chain, address, digest, wrapped)
	}
	code, err := c.code(ctx, chain, address)
	if err != nil {
		return false, err
	}
	if len(code) == 0 {
		return false, fault
	}
	return c.validContract(ctx, chain, address, digest, sig)
}

// noJudge says why a signature that the account's key did not make is refused
// without a node: its own fault where it looks like a key's.
func noJudge(chain uint64, sig []byte, fault error) error {
	if fault != nil && (len(sig) == 64 || len(sig) == 65) {
		return fault
	}
	return governance.Errorf(governance.Denied,
		"The signature is not by the account's key. Asking whether the account is a contract on chain %d needs MANDATE_RPC_%d.", chain, chain)
}

// validContract asks a contract in both forms of ERC-1271. A contract that
// fails has said no.
func (c *Chains) validContract(ctx context.Context, chain uint64, address string, digest [32]byte, sig []byte) (bool, error) {
	for _, form := range []struct {
		question []byte
		yes      string
	}{
		{pack("isValidSignature(bytes32,bytes)", digest, sig), "1626ba7e"},
		{pack("isValidSignature(bytes,bytes)", digest[:], sig), "20c13b0b"},
	} {
		answer, err := c.view(ctx, chain, address, form.question)
		if err != nil && kindOf(err) != refused {
			return false, err
		}
		yes := form.yes + strings.Repeat("00", word-4)
		if err == nil && len(answer) >= word && hex.EncodeToString(answer[:word]) == yes {
			return true, nil
		}
	}
	return false, nil
}

// counterfactual cuts off the mark of ERC-6492.
func counterfactual(sig []byte) ([]byte, bool) {
	return bytes.CutSuffix(sig, bytes.Repeat([]byte{0x64, 0x92}, word/2))
}

//go:embed contracts/validator.hex
var validator string // made by contracts/build.sh of contracts/validator.sol

// validUndeployed lets the validator run in one eth_call.
func (c *Chains) validUndeployed(ctx context.Context, chain uint64, address string, digest [32]byte, wrapped []byte) (bool, error) {
	code, err := hex.DecodeString(strings.TrimSpace(validator))
	if err != nil {
		return false, governance.Wrap(governance.Internal, err, "the validator's code")
	}
	code = append(code, arguments(common.HexToAddress(address), digest, wrapped)...)
	answer, err := c.view(ctx, chain, "", code)
	if err != nil && kindOf(err) == refused { // not what ERC-6492 says it should hold
		return false, nil
	}
	return err == nil && bytes.Equal(answer, []byte{1}), err
}
