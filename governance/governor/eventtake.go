package governor

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// Bounds of what a log's free text may leave behind.
const (
	maxReason = 2000 // characters
	maxParams = 4096 // bytes
)

// fractional is the support value of votes that are split by their params.
const fractional = 255

// scan is what the logs of some blocks say.
type scan struct {
	governor string // id
	shapes   map[common.Hash]shape
	emitters map[common.Address]origin

	created []*creation
	edits   []edit
	events  []governance.Event
	logs    []*types.Log // of events, in the same order
	touched map[string]uint64
	ended   map[string]*types.Log // cancelling and vetoing
	direct  map[common.Hash]bool
	skipped []string
}

func (v *venue) newScan() *scan {
	return &scan{governor: v.g.ID, shapes: v.shapes, emitters: v.emitters,
		touched: map[string]uint64{}, ended: map[string]*types.Log{}, direct: map[common.Hash]bool{}}
}

// add reads logs, in the order of the chain. What cannot be understood is
// kept as a reason.
func (s *scan) add(logs []types.Log) {
	for i := range logs {
		l := &logs[i]
		if len(l.Topics) == 0 {
			continue
		}
		sh, ok := s.shapes[l.Topics[0]]
		if !ok || s.emitters[l.Address]&sh.at == 0 {
			continue
		}
		got, err := sh.read(l)
		if err == nil {
			err = sh.take(s, got)
		}
		if err != nil {
			s.skip(l, sh.signature, err)
		}
	}
}

func (s *scan) skip(l *types.Log, signature string, err error) {
	name := signature[:min(len(signature), 40)]
	s.skipped = append(s.skipped, fmt.Sprintf("%s: %s… in block %d, log %d: %v", s.governor, name, l.BlockNumber, l.Index, err))
}

// event adds one; id is "" for what belongs to no proposal.
func (s *scan) event(l logged, kind governance.EventKind, id string, e governance.Event) {
	e.Governor, e.Kind, e.Block, e.Index, e.Tx = s.governor, kind, l.BlockNumber, l.Index, l.TxHash.Hex()
	if id != "" {
		e.Ref = governance.GovernorRef(s.governor, id)
		s.touch(id, l.BlockNumber)
	}
	s.events = append(s.events, e)
	s.logs = append(s.logs, l.Log)
}

func (s *scan) touch(id string, block uint64) { s.touched[id] = max(s.touched[id], block) }

func nothing(*scan, logged) error { return nil }

func touches(s *scan, l logged) error { return touchesAt(0)(s, l) }

func touchesAt(place int) func(*scan, logged) error {
	return func(s *scan, l logged) error {
		s.touch(l.num(place), l.BlockNumber)
		return nil
	}
}

// ballotPlaces are the places of a vote's arguments, -1 = it has none.
type ballotPlaces struct{ voter, id, support, weight, reason, params int }

func votedWith(p ballotPlaces) func(*scan, logged) error {
	return func(s *scan, l logged) error {
		support, err := supportOf(l.args[p.support])
		if err != nil {
			return err
		}
		e := governance.Event{Account: l.addr(p.voter), Support: support, Weight: l.num(p.weight)}
		if p.reason >= 0 {
			e.Reason = l.text(p.reason, maxReason)
		}
		if p.params >= 0 {
			params := l.bytes(p.params)
			if len(params) > maxParams {
				return errors.New("its parameters are too long")
			}
			e.Params = hexutil.Encode(params)
		}
		s.event(l, governance.EventVote, l.num(p.id), e)
		return nil
	}
}

func supportOf(v any) (uint8, error) {
	switch n := v.(type) {
	case bool:
		if n {
			return 1, nil
		}
		return 0, nil
	case *big.Int:
		if u := n.Uint64(); u <= 2 || u == fractional {
			return uint8(u), nil
		}
		return 0, fmt.Errorf("support %s means nothing", n)
	}
	return 0, errABI
}

// takeReduced is the other side of an override: the delegate's vote shrinks.
func takeReduced(s *scan, l logged) error {
	s.event(l, governance.EventSetting, l.num(1), governance.Event{Account: l.addr(0), Value: "vote reduced: " + l.num(3)})
	return nil
}

// happened is a step in a proposal's life, with a number where it has one.
func happened(kind governance.EventKind, value int) func(*scan, logged) error {
	return func(s *scan, l logged) error {
		e := governance.Event{}
		if value >= 0 {
			e.Value = l.num(value)
		}
		s.event(l, kind, l.num(0), e)
		switch kind {
		case governance.EventCanceled, governance.EventVetoed:
			s.ended[l.num(0)] = l.Log
		}
		s.direct[l.TxHash] = true
		return nil
	}
}

// changed is a setting; before is -1 where the event does not tell it.
func changed(name string, before, after int) func(*scan, logged) error {
	return func(s *scan, l logged) error {
		value := name + ": " + plain(l.args[after])
		if before >= 0 {
			value = name + ": " + plain(l.args[before]) + " → " + plain(l.args[after])
		}
		s.event(l, governance.EventSetting, "", governance.Event{Value: value})
		return nil
	}
}

func takeTypeUpdated(s *scan, l logged) error {
	s.event(l, governance.EventSetting, l.num(0), governance.Event{Value: "proposal type: " + l.num(1)})
	return nil
}

func takeTypeSet(s *scan, l logged) error {
	value := fmt.Sprintf("proposal type %s %q: quorum %s, approval threshold %s", l.num(0), l.text(3, 80), l.num(1), l.num(2))
	s.event(l, governance.EventSetting, "", governance.Event{Value: value})
	return nil
}

func takeRole(s *scan, l logged) error {
	s.event(l, governance.EventSetting, "", governance.Event{Account: l.addr(1), Value: "role granted: " + roleName(l.hash(0)) + " → " + l.addr(1)})
	return nil
}

func roleName(role common.Hash) string {
	if role == (common.Hash{}) {
		return "DEFAULT_ADMIN_ROLE"
	}
	for _, name := range []string{"PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE", "TIMELOCK_ADMIN_ROLE"} {
		if crypto.Keccak256Hash([]byte(name)) == role {
			return name
		}
	}
	return role.Hex()
}

// operation is something done at the timelock. What the governor did itself
// stands in an event of its own and is left out later (see foreign).
func operation(name string, target, data int) func(*scan, logged) error {
	return func(s *scan, l logged) error {
		value := name + ": " + l.hash(0).Hex()
		if target >= 0 {
			call := l.bytes(data)
			value += ", a call of " + l.addr(target) + " " + hexutil.Encode(call[:min(4, len(call))])
		}
		s.event(l, governance.EventSetting, "", governance.Event{Value: value})
		return nil
	}
}

// foreign drops the timelock's events of transactions in which the governor
// said the same; what is left was done without it.
func (s *scan) foreign() {
	events, logs := s.events[:0], s.logs[:0]
	for i, e := range s.events {
		l := s.logs[i]
		if s.shapes[l.Topics[0]].echo && s.direct[l.TxHash] {
			continue
		}
		events, logs = append(events, e), append(logs, l)
	}
	s.events, s.logs = events, logs
}

func takeDelegate(s *scan, l logged) error {
	s.event(l, governance.EventDelegated, "", governance.Event{Account: l.addr(0), From: someone(l.addr(1)), To: someone(l.addr(2))})
	return nil
}

// takePartial is AgoraToken's: power in parts of 10,000. The largest part is
// named, all of them are told.
func takePartial(s *scan, l logged) error {
	from, _ := parts(l.list(1))
	to, all := parts(l.list(2))
	s.event(l, governance.EventDelegated, "", governance.Event{Account: l.addr(0), From: from, To: to, Value: all})
	return nil
}

func takeShare(s *scan, l logged) error {
	s.event(l, governance.EventDelegated, "", governance.Event{Account: l.addr(0), To: someone(l.addr(1)), Value: l.addr(1) + ": " + l.num(2)})
	return nil
}

func parts(list []any) (largest, all string) {
	most := new(big.Int)
	for i, v := range list {
		p := v.(pair)
		if p.amount.Cmp(most) > 0 {
			largest, most = someone(p.address.Hex()), p.amount
		}
		if i < 20 {
			all += p.address.Hex() + ": " + p.amount.String() + "; "
		}
	}
	return largest, all
}

// someone leaves out the zero address: it is nobody.
func someone(address string) string {
	if address == (common.Address{}).Hex() {
		return ""
	}
	return address
}

func decimal(v any) string {
	if n, ok := v.(*big.Int); ok {
		return n.String()
	}
	return "0"
}

func plain(v any) string {
	if a, ok := v.(common.Address); ok {
		return a.Hex()
	}
	return decimal(v)
}
