package governor

import (
	"bytes"
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// errUnfit is why a proposal's log is not believed.
var errUnfit = errors.New("the node's log does not fit the proposal id")

// hashID is how OpenZeppelin's governors number proposals: by everything that
// is executed, and the description's hash.
func (c *creation) hashID() *big.Int {
	return new(big.Int).SetBytes(crypto.Keccak256(c.actions.encode(crypto.Keccak256Hash(c.description))))
}

// moduleID is how Agora's number those of a module.
func (c *creation) moduleID(governor common.Address) *big.Int {
	var e encoder
	e.words(common.BytesToHash(governor[:]), common.BytesToHash(c.module[:]))
	e.tail(4, 0)
	e.words(crypto.Keccak256Hash(c.description))
	e.bytes(c.moduleData)
	return new(big.Int).SetBytes(crypto.Keccak256(e.data))
}

// encode is abi.encode(targets, values, calldatas, hash).
func (a actions) encode(hash common.Hash) []byte {
	var list encoder
	list.list(a.calldatas)
	n := len(a.targets)
	e := encoder{data: make([]byte, 0, (6+2*n)*wordSize+len(list.data))}
	e.tail(4, 0)
	e.tail(4, (1+n)*wordSize)
	e.tail(4, 2*(1+n)*wordSize)
	e.words(hash)
	e.number(n)
	for _, t := range a.targets {
		e.words(argument(t))
	}
	e.number(n)
	for _, v := range a.values {
		e.words(argument(v))
	}
	e.data = append(e.data, list.data...)
	return e.data
}

// encoder writes ABI data.
type encoder struct{ data []byte }

func (e *encoder) words(words ...common.Hash) {
	for _, w := range words {
		e.data = append(e.data, w[:]...)
	}
}

func (e *encoder) number(n int) { e.words(argument(uint64(n))) }

// tail writes the offset of something that is at bytes behind a head of so
// many words.
func (e *encoder) tail(head, at int) { e.number(head*wordSize + at) }

func (e *encoder) bytes(b []byte) {
	e.number(len(b))
	e.data = append(e.data, b...)
	e.data = append(e.data, make([]byte, (wordSize-len(b)%wordSize)%wordSize)...)
}

func (e *encoder) list(items []any) {
	e.number(len(items))
	at := 0
	for _, item := range items {
		e.tail(len(items), at)
		at += wordSize + (len(item.([]byte))+wordSize-1)/wordSize*wordSize
	}
	for _, item := range items {
		e.bytes(item.([]byte))
	}
}

// bound reports whether the id itself proves the content, so that no node can
// have changed it.
func (v *venue) bound(c *creation) bool {
	if c.module != (common.Address{}) {
		return c.id.Cmp(c.moduleID(v.address)) == 0
	}
	return c.id.Cmp(c.hashID()) == 0
}

// proof asks the contract what the id does not prove: the calls of numbered
// proposals, or the number of these calls and this description.
func (v *venue) proof(c *creation) []governance.ContractCall {
	if v.g.Family == governance.FamilyAave || v.bound(c) {
		return nil
	}
	if v.layout() != layoutOZ {
		return []governance.ContractCall{call(v.g.Address, "getActions(uint256)", c.id)}
	}
	hash := crypto.Keccak256Hash(c.description)
	if c.module != (common.Address{}) {
		var e encoder
		e.words(common.BytesToHash(c.module[:]))
		e.tail(3, 0)
		e.words(hash)
		e.bytes(c.moduleData)
		return []governance.ContractCall{v.callWith("hashProposalWithModule(address,bytes,bytes32)", e.data)}
	}
	data := c.actions.encode(hash)
	return []governance.ContractCall{
		v.callWith("getProposalId(address[],uint256[],bytes[],bytes32)", data),
		v.callWith("hashProposal(address[],uint256[],bytes[],bytes32)", data),
	}
}

func (v *venue) callWith(signature string, data []byte) governance.ContractCall {
	out := call(v.g.Address, signature)
	out.Data = append(out.Data, data...)
	return out
}

// proven judges the answers to proof.
func (v *venue) proven(c *creation, answers []governance.CallResult) error {
	if len(answers) == 0 {
		return nil
	}
	if v.layout() != layoutOZ {
		return v.sameActions(c, answers[0])
	}
	asked := false
	for _, r := range answers {
		n, ok := uintOf(r, 0)
		if ok && n.Cmp(c.id) == 0 {
			return nil
		}
		asked = asked || ok
	}
	// Numbered by a contract that tells neither: its vote's start was compared.
	if !asked && c.id.IsUint64() {
		return nil
	}
	return errUnfit
}

// sameActions compares a log with getActions. Nouns' may have been edited
// since, which later logs tell.
func (v *venue) sameActions(c *creation, r governance.CallResult) error {
	if v.g.Family == governance.FamilyNouns {
		return nil
	}
	if r.Reverted {
		return errUnfit
	}
	got, err := decodeABI(r.Data, abiTypes("getActions("+actionTypes+")"))
	if err != nil {
		return errUnfit
	}
	same := actions{got[0].([]any), got[1].([]any), got[2].([]any), got[3].([]any)}
	if n := len(c.actions.targets); len(same.targets) != n || len(same.values) != n || len(same.signatures) != n || len(same.calldatas) != n {
		return errUnfit
	}
	hash := common.Hash{}
	if !bytes.Equal(same.encode(hash), c.actions.encode(hash)) || !sameBytes(same.signatures, c.actions.signatures) {
		return errUnfit
	}
	return nil
}

func sameBytes(a, b []any) bool {
	for i := range a {
		if !bytes.Equal(a[i].([]byte), b[i].([]byte)) {
			return false
		}
	}
	return true
}

// errNoBeginning is why an edit is left out.
var errNoBeginning = errors.New("the edited proposal's creation was not found")
