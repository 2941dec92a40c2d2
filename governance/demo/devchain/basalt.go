package devchain

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// Basalt's lie: the text names the organisers, the calls pay somebody whose
// address begins and ends as theirs does.
const (
	organisers = "0x7A3cB19E4f20D81586B3c07aA2d45B1e6F90c4E1"
	lookalike  = "0x7a3c5d0B72E86f9143aC2D6F08b91Ee45d37C4E1"
)

// basalt is a DAO on OpenZeppelin 5 that counts in seconds: a day of delay,
// four days of voting, a day more after a late quorum.
func (w *world) basalt() *dao {
	d := &dao{
		name: "Basalt", space: "basalt.dao.eth", folder: "basalt", block: 1,
		weights: map[string]int64{"mara": 3200, "juno": 2400, "tobias": 1800, "wren": 1100, "sol": 600, "ines": 400, "pike": 150},
	}
	w.found(d, "DaoTokenTime", "BSLT", "TimelockFive", "GovernorFive",
		terms{"Basalt Governor", big.NewInt(86_400), 4 * 86_400, ether(100_000), big.NewInt(4), big.NewInt(86_400)})
	w.hand(d, common.Hash{})
	w.share(d, 20, 30_000_000)
	w.fund(d, 2_000, 4_200_000)

	one, vaultABI := w.make(d.block, "VaultOne")
	vault, _ := w.make(d.block, "VaultProxy", one, w.pack(vaultABI, "initialize", d.timelock))
	two, _ := w.make(d.block, "VaultTwo")
	w.send(afterFounding, w.maker, vault, ether(210), w.pack(vaultABI, "deposit"))
	d.places = map[string]string{"vault": vault.Hex(), "vaulttwo": two.Hex(), "organisers": common.HexToAddress(organisers).Hex()}
	return d
}

func (w *world) basaltMotions(d *dao) {
	vault := d.who("vault")
	vaultABI := w.interfaceOf("VaultOne")
	role := func(name string, to common.Address) act {
		return act{to: d.timelock, data: w.pack(d.lockABI, "grantRole", crypto.Keccak256Hash([]byte(name)), to)}
	}
	for _, m := range []motion{
		{file: "29-audit-withdrawal-queue", by: "juno", block: 8, calls: []act{w.pay(d.who("northlight"), 240_000)},
			votes: "mara+5 tobias+6 juno+7 wren~8 sol+9", queue: 30, execute: 39, state: 7,
			reasons: map[string]string{"mara": "The work is done and it is good. Pay for it."}},
		{file: "32-buy-back", by: "tobias", block: 20, calls: []act{{to: d.who("desk"), value: ether(400)}},
			votes: "mara-6 juno-6 tobias+7 pike+8 wren-9", state: 3,
			reasons: map[string]string{"juno": "The insurance is not ours to bet with.", "tobias": "We know better than anybody what this is worth."}},
		{file: "35-office", by: "ines", block: 40, calls: []act{w.pay(d.who("agent"), 54_000)}, cancel: 42, state: 2},
		{file: "37-insurance-reserve", by: "wren", block: 60, calls: []act{{to: vault, value: ether(150), data: w.pack(vaultABI, "deposit")}},
			votes: "juno+5 mara%6 wren+7 sol+8 ines~8", queue: 82, execute: 91, state: 7,
			reasons: map[string]string{"mara": "Split as the holders who trust me are split."}},
		{file: "39-client-diversity", by: "sol", block: 126,
			calls: []act{w.pay(d.who("diversity"), 180_000), {to: d.token, data: w.pack(d.tokenABI, "transfer", d.who("diversity"), ether(50_000))}},
			votes: "sol+5 mara+6 juno+8 tobias-9", queue: 156, state: 5,
			reasons: map[string]string{"tobias": "The first year worked. Why pay for a second one?"}},
		{file: "40-guardian", by: "mara", block: 138, calls: []act{role("CANCELLER_ROLE", d.who("guardian"))},
			votes: "mara+6 wren+6 juno+7 pike-9", state: 4},
		{file: "41-documentation", by: "wren", block: 148, calls: []act{w.pay(d.who("documents"), 25_000)},
			votes: "mara+6 wren+7 juno~8 pike-9", state: 1,
			reasons: map[string]string{"juno": "I would have started with two languages.", "wren": "I read it in one of the four."}},
		{file: "42-meetup-grant", by: "pike", block: 141,
			calls: []act{w.pay(common.HexToAddress(lookalike), 150_000), role("PROPOSER_ROLE", common.HexToAddress(lookalike))},
			votes: "sol+6 ines+7 pike+8 wren+12", state: 1,
			reasons: map[string]string{"sol": "A good meetup last year."}},
		{file: "43-vault-upgrade", by: "juno", block: 150,
			calls: []act{{to: vault, data: w.pack(vaultABI, "upgradeToAndCall", d.who("vaulttwo"), []byte{})}},
			votes: "juno+6 tobias+7 mara-8", state: 1,
			reasons: map[string]string{"mara": "Not without a list of tokens."}},
		{file: "44-threshold", by: "sol", block: 152, calls: []act{{to: d.addr, data: w.pack(d.abi, "setProposalThreshold", ether(50_000))}},
			votes: "wren+6 sol+7", state: 1},
		{file: "45-committee", by: "tobias", block: 158, calls: []act{w.pay(d.who("committee"), 90_000)}, state: 0,
			tail: "\n\n#proposer=" + Delegate("tobias")},
	} {
		w.lead(d, m)
	}
}
