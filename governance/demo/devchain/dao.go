package devchain

import (
	"crypto/ecdsa"
	"embed"
	"fmt"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// Listing is a governor of the practice chain. Addresses are EIP-55.
type Listing struct {
	Name       string // of the DAO
	Space      string // of the DAO in the demo's hub
	ChainID    uint64
	Address    string
	Token      string
	Timelock   string
	Stablecoin string // in the treasury, six decimals
	StartBlock uint64 // no event of the governor is earlier
}

// Texts of the proposals; {name} in them stands for an address.
//
//go:embed proposals
var texts embed.FS

// terms is the struct Terms of contracts/Governors.sol.
type terms struct {
	Name      string
	Delay     *big.Int
	Period    uint32
	Threshold *big.Int
	Quorum    *big.Int // percent
	Extension *big.Int
}

// dao is one DAO with its contracts.
type dao struct {
	name, space, folder   string
	block                 int // in which it was made
	token, timelock, addr common.Address
	tokenABI, lockABI     abi.ABI
	abi                   abi.ABI           // of the governor
	weights               map[string]int64  // delegate → thousands of tokens
	places                map[string]string // {name} in texts → EIP-55
	motions               []motion
}

// motion is a proposal and what became of it. Blocks are absolute, 0 = never.
type motion struct {
	file    string // in the DAO's folder
	by      string // a delegate
	block   int
	calls   []act
	votes   string // such as "mara+5 juno-7 wren~9 sol%9": who, how, how many blocks after the proposal
	reasons map[string]string
	tail    string // of the description, after the text

	cancel, queue, execute int

	state uint8 // at the start of the chain, 0 pending to 7 executed
}

// act is one call of a proposal.
type act struct {
	to    common.Address
	value *big.Int
	data  []byte
}

// place is the address of somebody in a text. Nobody has its key.
func place(name string) common.Address {
	return common.BytesToAddress(crypto.Keccak256([]byte("mandate practice place " + name)))
}

// description is what a proposal says, with addresses in place of names.
func (d *dao) description(m motion) (string, error) {
	raw, err := texts.ReadFile("proposals/" + d.folder + "/" + m.file + ".md")
	if err != nil {
		return "", fmt.Errorf("read a proposal of %s: %w", d.name, err)
	}
	text := strings.TrimSpace(string(raw))
	for {
		before, after, found := strings.Cut(text, "{")
		name, rest, closed := strings.Cut(after, "}")
		if !found || !closed {
			return text + m.tail, nil
		}
		at, known := d.places[name]
		if !known {
			at = place(d.folder + " " + name).Hex()
		}
		text = before + at + rest
	}
}

// who is the address that a text calls by a name.
func (d *dao) who(name string) common.Address {
	if at, known := d.places[name]; known {
		return common.HexToAddress(at)
	}
	return place(d.folder + " " + name)
}

func (m motion) parts() (targets []common.Address, values []*big.Int, calldatas [][]byte) {
	for _, c := range m.calls {
		value := c.value
		if value == nil {
			value = new(big.Int)
		}
		targets, values, calldatas = append(targets, c.to), append(values, value), append(calldatas, c.data)
	}
	return targets, values, calldatas
}

// id is what OpenZeppelin's governors call the proposal.
func (d *dao) id(m motion) (*big.Int, error) {
	text, err := d.description(m)
	if err != nil {
		return nil, err
	}
	targets, values, calldatas := m.parts()
	packed, err := d.abi.Methods["hashProposal"].Inputs.Pack(targets, values, calldatas, crypto.Keccak256Hash([]byte(text)))
	if err != nil {
		return nil, fmt.Errorf("name a proposal of %s: %w", d.name, err)
	}
	return new(big.Int).SetBytes(crypto.Keccak256(packed)), nil
}

// lead writes a proposal's whole life into the history.
func (h *history) lead(d *dao, m motion) {
	text, err := d.description(m)
	if err != nil {
		h.fail(err)
		return
	}
	id, err := d.id(m)
	if err != nil {
		h.fail(err)
		return
	}
	d.motions = append(d.motions, m)
	targets, values, calldatas := m.parts()
	name := "propose"
	if _, bravo := d.abi.Methods["propose0"]; bravo && len(d.abi.Methods["propose"].Inputs) != 4 {
		name = "propose0" // Bravo has one with signatures beside it
	}
	h.send(m.block, delegateKey(m.by), d.addr, nil, h.pack(d.abi, name, targets, values, calldatas, text))
	for _, v := range strings.Fields(m.votes) {
		h.vote(d, m, id, v)
	}
	for _, step := range []struct {
		name  string
		block int
	}{{"queue", m.queue}, {"execute", m.execute}, {"cancel", m.cancel}} {
		if step.block == 0 {
			continue
		}
		args := []any{targets, values, calldatas, crypto.Keccak256Hash([]byte(text))}
		if len(d.abi.Methods[step.name].Inputs) == 1 {
			args = []any{id}
		}
		h.send(step.block, delegateKey(m.by), d.addr, nil, h.pack(d.abi, step.name, args...))
	}
}

// supports are the signs of votes.
func supports() map[byte]uint8 { return map[byte]uint8{'-': 0, '+': 1, '~': 2} }

// vote reads one word of a motion's votes.
func (h *history) vote(d *dao, m motion, id *big.Int, word string) {
	at := strings.IndexAny(word, "+-~%")
	if at < 0 {
		h.fail(fmt.Errorf("%q is no vote", word))
		return
	}
	name, after := word[:at], 0
	if _, err := fmt.Sscan(word[at+1:], &after); err != nil {
		h.fail(fmt.Errorf("%q is no vote: %w", word, err))
		return
	}
	data := h.pack(d.abi, "castVote", id, supports()[word[at]])
	switch why := m.reasons[name]; {
	case word[at] == '%': // a fifth against, three fifths for, a fifth abstains
		data = h.pack(d.abi, "castVoteWithReasonAndParams", id, uint8(255), why, fifths(d.weights[name]))
	case why != "":
		data = h.pack(d.abi, "castVoteWithReason", id, supports()[word[at]], why)
	}
	h.send(m.block+after, delegateKey(name), d.addr, nil, data)
}

// fifths are the parameters of a fractional vote of a delegate with so many
// thousands of tokens.
func fifths(thousands int64) []byte {
	out, fifth := make([]byte, 48), ether(thousands*1000/5)
	for i, n := range []int64{1, 3, 1} {
		new(big.Int).Mul(fifth, big.NewInt(n)).FillBytes(out[16*i : 16*i+16])
	}
	return out
}

// delegates are the people whom the DAOs' holders trust, by name.
func delegates() []string { return []string{"mara", "juno", "tobias", "wren", "sol", "ines", "pike"} }

// Delegate returns the address of one of the DAOs' delegates: mara, juno,
// tobias, wren, sol, ines or pike.
func Delegate(name string) string { return addressOf(delegateKey(name)).Hex() }

func delegateKey(name string) *ecdsa.PrivateKey { return seedKey("mandate practice delegate " + name) }
