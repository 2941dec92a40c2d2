package devchain

import (
	"crypto/ecdsa"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// Member is an account that has belonged to every DAO since its first day.
type Member struct {
	Key    *ecdsa.PrivateKey // pays for and signs its delegations
	Wallet string            // one of Config.Safes, owned by Key, that is the member; "" = the key's own account
	Tokens int64             // QUILL and FEN, and twenty times as many BSLT; whole tokens
	// Delegate is who votes with them: an address, the name of a delegate (see
	// Delegate), "self", or "" for nobody.
	Delegate string
}

// at is where the member's tokens are.
func (m Member) at() common.Address {
	if m.Wallet != "" {
		return common.HexToAddress(m.Wallet)
	}
	return addressOf(m.Key)
}

func (m Member) delegate() (common.Address, error) {
	switch {
	case m.Delegate == "self":
		return m.at(), nil
	case common.IsHexAddress(m.Delegate):
		return common.HexToAddress(m.Delegate), nil
	case m.Delegate == "":
		return common.Address{}, nil
	}
	for _, name := range delegates() {
		if name == m.Delegate {
			return addressOf(delegateKey(name)), nil
		}
	}
	return common.Address{}, fmt.Errorf("%q is no delegate", m.Delegate)
}

// world is what the DAOs have in common while their history is written.
type world struct {
	*history
	members []Member
	coin    common.Address
	coinABI abi.ABI
}

// newWorld writes the history of three DAOs with governors: Basalt
// (OpenZeppelin 5), Quill Names (4.9) and Fenwick (4.9, as Bravo).
func newWorld(chain *big.Int, members []Member) (*world, error) {
	h, err := newHistory(chain)
	if err != nil {
		return nil, err
	}
	w := &world{history: h, members: members}
	w.coin, w.coinABI = h.make(1, "Stablecoin", "Practice Dollar", "PUSD")
	basalt := w.basalt()
	w.daos = append(w.daos, basalt, w.quill(), w.fenwick())
	w.basaltMotions(basalt)
	w.quillMotions(w.daos[1])
	w.fenwickMotions(w.daos[2])
	return w, h.err
}

const minDelay = 2 * 86_400 // of the timelocks, in seconds

// found makes a DAO's contracts, and hands them to its holders and to itself.
func (w *world) found(d *dao, token, symbol, timelock, governor string, from terms) {
	d.places = map[string]string{}
	maker := addressOf(w.maker)
	d.token, d.tokenABI = w.make(d.block, token, d.name, symbol)
	if timelock == "CompoundTimelock" {
		d.timelock, d.lockABI = w.make(d.block, timelock, maker, big.NewInt(minDelay))
	} else {
		d.timelock, d.lockABI = w.make(d.block, timelock, big.NewInt(minDelay), []common.Address{}, []common.Address{{}}, maker)
	}
	d.addr, d.abi = w.make(d.block, governor, from, d.token, d.timelock)
}

// afterFounding is the block in which roles and tokens are given.
const afterFounding = 4

// hand gives the timelock to the governor: by roles, or as its only admin.
func (w *world) hand(d *dao, adminRole common.Hash) {
	if _, roles := d.lockABI.Methods["grantRole"]; !roles {
		w.send(afterFounding, w.maker, d.timelock, nil, w.pack(d.lockABI, "setPendingAdmin", d.addr))
		w.send(afterFounding, w.maker, d.addr, nil, w.pack(d.abi, "__acceptAdmin"))
		return
	}
	grant := func(role string, to common.Address) {
		w.send(afterFounding, w.maker, d.timelock, nil, w.pack(d.lockABI, "grantRole", crypto.Keccak256Hash([]byte(role)), to))
	}
	grant("PROPOSER_ROLE", d.addr)
	grant("CANCELLER_ROLE", d.addr)
	grant("CANCELLER_ROLE", addressOf(delegateKey("mara"))) // the guardian
	w.send(afterFounding, w.maker, d.timelock, nil, w.pack(d.lockABI, "renounceRole", adminRole, addressOf(w.maker)))
}

// share gives out the tokens; scale is how many a member gets for one.
func (w *world) share(d *dao, scale, treasury int64) {
	mint := func(to common.Address, tokens int64) {
		w.send(afterFounding, w.maker, d.token, nil, w.pack(d.tokenABI, "mint", to, ether(tokens)))
	}
	for _, name := range delegates() {
		key := delegateKey(name)
		mint(addressOf(key), d.weights[name]*1000)
		w.send(afterFounding, key, d.token, nil, w.pack(d.tokenABI, "delegate", addressOf(key)))
	}
	for _, m := range w.members {
		mint(m.at(), m.Tokens*scale)
		w.entrust(d, m)
	}
	mint(d.timelock, treasury)
	w.send(afterFounding, w.maker, d.token, nil, w.pack(d.tokenABI, "transferOwnership", d.timelock))
}

// entrust delegates a member's tokens.
func (w *world) entrust(d *dao, m Member) {
	to, err := m.delegate()
	if err != nil {
		w.fail(err)
		return
	}
	if to == (common.Address{}) {
		return
	}
	data, target := w.pack(d.tokenABI, "delegate", to), d.token
	if m.Wallet != "" {
		data, target = w.pack(w.interfaceOf("PracticeSafe"), "execute", d.token, new(big.Int), data), m.at()
	}
	w.send(afterFounding, m.Key, target, nil, data)
}

// fund fills a treasury.
func (w *world) fund(d *dao, ethers, dollars int64) {
	w.send(afterFounding, w.maker, d.timelock, ether(ethers), nil)
	w.send(afterFounding, w.maker, w.coin, nil, w.pack(w.coinABI, "mint", d.timelock, pusd(dollars)))
}

// pusd is so many Practice Dollars, which have six decimals.
func pusd(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(1_000_000)) }

// pay is a call that moves Practice Dollars from the treasury.
func (w *world) pay(to common.Address, dollars int64) act {
	return act{to: w.coin, data: w.pack(w.coinABI, "transfer", to, pusd(dollars))}
}

func (w *world) listings() []Listing {
	if w == nil {
		return nil
	}
	var out []Listing
	for _, d := range w.daos {
		out = append(out, Listing{
			Name: d.name, Space: d.space, ChainID: w.chain.Uint64(), Address: d.addr.Hex(), Token: d.token.Hex(),
			Timelock: d.timelock.Hex(), Stablecoin: w.coin.Hex(), StartBlock: uint64(d.block),
		})
	}
	return out
}
