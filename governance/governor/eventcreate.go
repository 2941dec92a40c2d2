package governor

import (
	"errors"
	"fmt"
	"math/big"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"

	"mandate/governance"
)

// maxActions is how many calls a proposal may carry: many times what fits a
// block's gas when they are executed.
const maxActions = 2000

// creation is a proposal as its first log tells it.
type creation struct {
	id          *big.Int
	proposer    string
	actions     actions
	description []byte
	start, end  uint64 // clock unit
	module      common.Address
	moduleData  []byte
	ipfs        common.Hash // Aave's description
	edited      bool
	log         *types.Log
}

// actions are a proposal's calls as the contract hashes them.
type actions struct {
	targets    []any // common.Address
	values     []any // *big.Int
	signatures []any // []byte
	calldatas  []any // []byte
}

// edit is a change of a proposal (Nouns); nil parts stay.
type edit struct {
	id          string
	actions     *actions
	description []byte
	log         *types.Log
}

// places are where a created event has its parts: four arrays from targets on,
// the end behind the start.
type places struct{ targets, start, description int }

func createdWith(p places) func(*scan, logged) error {
	return func(s *scan, l logged) error {
		c, err := newCreation(l, p.start)
		if err != nil {
			return err
		}
		if c.actions, err = actionsAt(l, p.targets); err != nil {
			return err
		}
		c.description = l.bytes(p.description)
		s.create(c)
		return nil
	}
}

// takeModule reads Agora's proposals whose actions a voting module knows.
func takeModule(s *scan, l logged) error {
	c, err := newCreation(l, 4)
	if err != nil {
		return err
	}
	c.module, c.moduleData, c.description = l.args[2].(common.Address), l.bytes(3), l.bytes(6)
	s.create(c)
	return nil
}

// takeAave reads Aave's, whose times and payloads only the contract tells.
func takeAave(s *scan, l logged) error {
	s.create(&creation{id: l.args[0].(*big.Int), proposer: l.addr(1), ipfs: l.hash(3), log: l.Log})
	return nil
}

func newCreation(l logged, start int) (*creation, error) {
	c := &creation{id: l.args[0].(*big.Int), proposer: l.addr(1), log: l.Log}
	from, to := l.args[start].(*big.Int), l.args[start+1].(*big.Int)
	if !from.IsUint64() || !to.IsUint64() || from.Cmp(to) > 0 {
		return nil, errors.New("its vote ends before it starts, or never")
	}
	c.start, c.end = from.Uint64(), to.Uint64()
	return c, nil
}

func actionsAt(l logged, place int) (actions, error) {
	a := actions{l.list(place), l.list(place + 1), l.list(place + 2), l.list(place + 3)}
	n := len(a.targets)
	if len(a.values) != n || len(a.signatures) != n || len(a.calldatas) != n {
		return actions{}, fmt.Errorf("its lists of targets, values, signatures and calldatas have different lengths (%d, %d, %d, %d)",
			n, len(a.values), len(a.signatures), len(a.calldatas))
	}
	if n > maxActions {
		return actions{}, fmt.Errorf("it has %d actions, more than can be executed", n)
	}
	return a, nil
}

// create adds a proposal, once: Nouns tells each twice.
func (s *scan) create(c *creation) {
	for _, old := range s.created {
		if old.id.Cmp(c.id) == 0 {
			return
		}
	}
	s.created = append(s.created, c)
}

func editedWith(targets, description int) func(*scan, logged) error {
	return func(s *scan, l logged) error {
		e := edit{id: l.num(0), log: l.Log}
		if targets >= 0 {
			a, err := actionsAt(l, targets)
			if err != nil {
				return err
			}
			e.actions = &a
		}
		if description >= 0 {
			e.description = append([]byte{}, l.bytes(description)...)
		}
		s.touch(e.id, l.BlockNumber)
		for _, c := range s.created {
			if c.id.String() == e.id {
				c.apply(e)
				return nil
			}
		}
		s.edits = append(s.edits, e)
		return nil
	}
}

func (c *creation) apply(e edit) {
	c.edited = true
	if e.actions != nil {
		c.actions = *e.actions
	}
	if e.description != nil {
		c.description = e.description
	}
}

// calls are the actions as they are stored. A signature that is no text is
// put into the calldata, where its hash says the same.
func (a actions) calls() []governance.Call {
	out := make([]governance.Call, len(a.targets))
	for i := range a.targets {
		signature, data := a.signatures[i].([]byte), a.calldatas[i].([]byte)
		if text := string(signature); !utf8.ValidString(text) || sane(text) != text {
			four := selector(text)
			signature, data = nil, append(four[:], data...)
		}
		out[i] = governance.Call{
			Target: a.targets[i].(common.Address).Hex(), Value: decimal(a.values[i]),
			Signature: string(signature), Calldata: hexutil.Encode(data),
		}
	}
	return out
}
