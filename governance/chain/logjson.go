package chain

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// logList decodes the answer of eth_getLogs. The json package has checked
// that it is JSON; going through each log with it once more would take several
// times as long.
type logList struct {
	logs []types.Log
	size int // bytes of JSON
}

var errNoLogs = errors.New("the answer is not a list of logs")

// UnmarshalJSON implements json.Unmarshaler.
func (l *logList) UnmarshalJSON(raw []byte) error {
	s := scanner{rest: raw}
	logs, ok := s.list()
	if !ok {
		return errNoLogs
	}
	l.logs, l.size = logs, len(raw)
	return nil
}

var _ json.Unmarshaler = (*logList)(nil)

// scanner walks through valid JSON.
type scanner struct{ rest []byte }

// peek skips what separates and returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	for i, b := range s.rest {
		if b != ' ' && b != '\n' && b != '\t' && b != '\r' && b != ',' && b != ':' {
			s.rest = s.rest[i:]
			return b
		}
	}
	s.rest = nil
	return 0
}

// take goes past a byte, if it is next.
func (s *scanner) take(want byte) bool {
	if s.peek() != want {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *scanner) list() ([]types.Log, bool) {
	if !s.take('[') {
		return nil, false
	}
	logs := make([]types.Log, 0, len(s.rest)/700) // a vote's log has about as many bytes
	for !s.take(']') {
		var l types.Log
		if !s.log(&l) {
			return nil, false
		}
		logs = append(logs, l)
	}
	return logs, true
}

// What a log must say.
const (
	hasAddress = 1 << iota
	hasTopics
	hasData
	hasBlock
	hasBlockHash
	hasTx
	hasIndex
	hasAll = 1<<iota - 1
)

func (s *scanner) log(l *types.Log) bool {
	if !s.take('{') {
		return false
	}
	seen := 0
	for !s.take('}') {
		key, ok := s.text()
		if !ok {
			return false
		}
		has, ok := s.field(l, string(key))
		if !ok {
			return false
		}
		seen |= has
	}
	return seen == hasAll
}

func (s *scanner) field(l *types.Log, key string) (has int, ok bool) {
	switch key {
	case "address":
		return hasAddress, s.hexInto(l.Address[:])
	case "topics":
		l.Topics, ok = s.hashes()
		return hasTopics, ok
	case "data":
		l.Data, ok = s.bytes()
		return hasData, ok
	case "blockNumber":
		l.BlockNumber, ok = s.number()
		return hasBlock, ok
	case "blockHash":
		return hasBlockHash, s.hexInto(l.BlockHash[:])
	case "transactionHash":
		return hasTx, s.hexInto(l.TxHash[:])
	case "transactionIndex":
		n, ok := s.number()
		l.TxIndex = uint(n)
		return 0, ok
	case "logIndex":
		n, ok := s.number()
		l.Index = uint(n)
		return hasIndex, ok
	case "blockTimestamp":
		if s.peek() != '"' { // some nodes leave it null
			return 0, s.skip()
		}
		l.BlockTimestamp, ok = s.number()
		return 0, ok
	case "removed":
		l.Removed = s.peek() == 't'
		return 0, s.skip()
	}
	return 0, s.skip()
}

// text returns what stands between two quotes. What is escaped stays so: no
// hex and no name of a field needs it.
func (s *scanner) text() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	for i := 0; i < len(s.rest); i++ {
		switch s.rest[i] {
		case '\\':
			i++
		case '"':
			text := s.rest[:i]
			s.rest = s.rest[i+1:]
			return text, true
		}
	}
	return nil, false
}

func (s *scanner) hex() ([]byte, bool) {
	text, ok := s.text()
	if !ok {
		return nil, false
	}
	return bytes.CutPrefix(text, []byte("0x"))
}

// hexInto reads hex of exactly that length.
func (s *scanner) hexInto(out []byte) bool {
	digits, ok := s.hex()
	if !ok || len(digits) != 2*len(out) {
		return false
	}
	_, err := hex.Decode(out, digits)
	return err == nil
}

func (s *scanner) bytes() ([]byte, bool) {
	digits, ok := s.hex()
	if !ok {
		return nil, false
	}
	out := make([]byte, len(digits)/2)
	if len(digits) != 2*len(out) || !decodes(out, digits) {
		return nil, false
	}
	return out, true
}

func decodes(out, digits []byte) bool {
	_, err := hex.Decode(out, digits)
	return err == nil
}

// number reads hex of at most 64 bits, as JSON-RPC writes numbers.
func (s *scanner) number() (uint64, bool) {
	digits, ok := s.hex()
	if !ok || len(digits) == 0 || len(digits) > 16 || (digits[0] == '0' && len(digits) > 1) {
		return 0, false
	}
	var n uint64
	for _, d := range digits {
		v, ok := digit(d)
		if !ok {
			return 0, false
		}
		n = n<<4 | v
	}
	return n, true
}

func digit(d byte) (uint64, bool) {
	switch {
	case '0' <= d && d <= '9':
		return uint64(d - '0'), true
	case 'a' <= d && d <= 'f':
		return uint64(d-'a') + 10, true
	case 'A' <= d && d <= 'F':
		return uint64(d-'A') + 10, true
	}
	return 0, false
}

// maxTopics is how many a log can have.
const maxTopics = 4

func (s *scanner) hashes() ([]common.Hash, bool) {
	if !s.take('[') {
		return nil, false
	}
	var all [maxTopics]common.Hash
	n := 0
	for !s.take(']') {
		if n == maxTopics || !s.hexInto(all[n][:]) {
			return nil, false
		}
		n++
	}
	return append(make([]common.Hash, 0, n), all[:n]...), true
}

// skip goes past one value.
func (s *scanner) skip() bool {
	depth := 0
	for {
		switch s.peek() {
		case 0:
			return false
		case '"':
			if _, ok := s.text(); !ok {
				return false
			}
		case '{', '[':
			depth++
			s.rest = s.rest[1:]
		case '}', ']':
			depth--
			s.rest = s.rest[1:]
		default:
			s.word()
		}
		if depth <= 0 {
			return depth == 0
		}
	}
}

// word goes past a number, or true, false or null.
func (s *scanner) word() {
	i := bytes.IndexAny(s.rest, " \n\t\r,:]}")
	if i < 0 {
		i = len(s.rest)
	}
	s.rest = s.rest[i:]
}
