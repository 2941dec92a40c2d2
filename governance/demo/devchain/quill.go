package devchain

import (
	"math/big"

	"github.com/ethereum/go-ethereum/crypto"
)

// Both DAOs on 4.9 count in blocks. Until a proposal of their own changes it,
// a vote lasts 16 of the history's blocks, which is four days.
const (
	shortVote = 16
	longVote  = 10_800 // three hours, at a block every second
	longDelay = 3_600
)

func smallWeights() map[string]int64 {
	return map[string]int64{"mara": 90, "juno": 60, "tobias": 40, "wren": 30, "sol": 22, "ines": 12, "pike": 11}
}

// quill is a DAO on OpenZeppelin 4.9 that counts in blocks.
func (w *world) quill() *dao {
	d := &dao{name: "Quill Names", space: "quillnames.dao.eth", folder: "quill", block: 2, weights: smallWeights()}
	w.found(d, "DaoToken", "QUILL", "TimelockFour", "GovernorFour",
		terms{"Quill Governor", big.NewInt(1), shortVote, ether(10_000), big.NewInt(10), new(big.Int)})
	w.hand(d, crypto.Keccak256Hash([]byte("TIMELOCK_ADMIN_ROLE")))
	w.share(d, 1, 500_000)
	w.fund(d, 6_500, 2_800_000)
	return d
}

func (w *world) quillMotions(d *dao) {
	set := func(what string, blocks int64) []act {
		return []act{{to: d.addr, data: w.pack(d.abi, what, big.NewInt(blocks))}}
	}
	var stewards, libraries []act
	for _, name := range []string{"ada", "bo", "cem", "dita"} {
		stewards = append(stewards, w.pay(d.who(name), 4_000))
	}
	// The lie of this one hides between two payments.
	stewards = append(stewards, act{to: d.token, data: w.pack(d.tokenABI, "transferOwnership", d.who("nobody"))}, w.pay(d.who("ewa"), 4_000))
	for _, name := range []string{"library1", "library2", "library3"} {
		libraries = append(libraries, act{to: d.who(name), value: ether(20)})
	}
	for _, m := range []motion{
		{file: "13-endowment", by: "juno", block: 8, calls: []act{{to: d.who("thornbury"), value: ether(4_800)}},
			votes: "mara+3 juno+4 tobias-5 wren+6", queue: 27, execute: 36, state: 7,
			reasons: map[string]string{"tobias": "Holding the ether did better, for nothing."}},
		{file: "17-sidechain", by: "tobias", block: 30, calls: []act{w.pay(d.who("sidechain"), 400_000)},
			votes: "mara-3 juno-4 tobias~5 pike+6", state: 3,
			reasons: map[string]string{"mara": "A name that no wallet can read is not a name."}},
		{file: "18-contest", by: "pike", block: 50, calls: []act{w.pay(d.who("contest"), 300_000)}, cancel: 51, state: 2},
		{file: "19-longer-votes", by: "mara", block: 96, calls: set("setVotingPeriod", longVote),
			votes: "mara+3 juno+4 tobias+5", queue: 114, execute: 123, state: 7},
		{file: "20-longer-delay", by: "mara", block: 97, calls: set("setVotingDelay", longDelay),
			votes: "mara+3 juno+4 wren~5", queue: 115, execute: 150, state: 7},
		{file: "21-contest-winners", by: "sol", block: 121,
			calls: []act{w.pay(d.who("first"), 40_000), w.pay(d.who("second"), 25_000), w.pay(d.who("third"), 10_000)},
			votes: "mara+4 juno+4 sol+6", queue: 156, state: 5},
		{file: "22-public-goods", by: "wren", block: 122, calls: libraries,
			votes: "wren+3 mara+5 tobias+8 ines-9", state: 4,
			reasons: map[string]string{"ines": "I would rather pay for a result."}},
		{file: "23-support-desk", by: "juno", block: 140, calls: []act{w.pay(d.who("desk"), 36_000)},
			votes: "juno+3 mara+4 wren~6", state: 1,
			reasons: map[string]string{"mara": "They answered me within an hour, and did not know who I was."}},
		{file: "24-stewards-pay", by: "pike", block: 146, calls: stewards, votes: "pike+3 sol+4", state: 1},
		{file: "25-legal-fund", by: "wren", block: 154, calls: []act{w.pay(d.who("legal"), 300_000)}, state: 0},
	} {
		w.lead(d, m)
	}
}

// fenwick is a DAO whose governor answers as Compound's Bravo and whose
// timelock is of Compound's kind: what waits too long in it expires.
func (w *world) fenwick() *dao {
	d := &dao{name: "Fenwick", space: "fenwick.dao.eth", folder: "fenwick", block: 3, weights: smallWeights()}
	w.found(d, "DaoToken", "FEN", "CompoundTimelock", "GovernorBravoLike",
		terms{"Fenwick Governor", big.NewInt(1), shortVote, ether(10_000), big.NewInt(10), new(big.Int)})
	w.hand(d, crypto.Keccak256Hash(nil))
	w.share(d, 1, 400_000)
	w.fund(d, 300, 900_000)
	return d
}

func (w *world) fenwickMotions(d *dao) {
	for _, m := range []motion{
		{file: "82-keeper-refund", by: "wren", block: 8, calls: []act{{to: d.who("keepers"), value: ether(62)}},
			votes: "mara+3 juno+4 wren+5", queue: 27, state: 6},
		{file: "83-longer-votes", by: "mara", block: 96, calls: []act{{to: d.addr, data: w.pack(d.abi, "setVotingPeriod", big.NewInt(longVote))}},
			votes: "mara+3 juno+4 tobias-5", queue: 114, execute: 123, state: 7},
		{file: "90-bug-bounty", by: "tobias", block: 145, calls: []act{w.pay(d.who("bounty"), 120_000)},
			votes: "tobias+3 mara+5 ines-6", state: 1},
	} {
		w.lead(d, m)
	}
}
