package chain

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// logList is the answer of eth_getLogs. It is read in one go from the bytes of
// the response: the json package would go over each byte four times, and over
// each log's fields once more.
type logList struct {
	logs []types.Log
	size int // bytes of JSON
}

var errNoLogs = errors.New("the answer is not a list of logs")

// readLogs reads a response. An error that the node gave is an rpc.Error.
func readLogs(raw []byte) (logList, error) {
	s := scanner{rest: raw}
	out := logList{size: len(raw)}
	found := false
	ok := s.object(func(key string) bool {
		switch key {
		case "result":
			if s.peek() != '[' {
				return s.skip()
			}
			found = true
			out.logs = nil
			return s.each(']', func() bool {
				out.logs = append(out.logs, types.Log{})
				return s.log(&out.logs[len(out.logs)-1])
			})
		}
		return s.skip()
	})
	if ok && found && s.peek() == 0 {
		return out, nil
	}
	if said := errorIn(raw); said != nil {
		return logList{}, said
	}
	return logList{}, errNoLogs
}

// scanner walks through JSON. It is strict about what it reads; what it skips
// only has to be JSON.
type scanner struct{ rest []byte }

// peek skips white space and returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	for i, b := range s.rest {
		if b != ' ' && b != '\n' && b != '\t' && b != '\r' {
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

// each reads a list or an object, whichever end it has.
func (s *scanner) each(end byte, item func() bool) bool {
	if !s.take(end - 2) { // "[" is two before "]", and "{" before "}"
		return false
	}
	if s.take(end) {
		return true
	}
	for item() {
		if s.take(end) {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
	return false
}

func (s *scanner) object(field func(key string) bool) bool {
	return s.each('}', func() bool {
		key, ok := s.text()
		return ok && !bytes.ContainsRune(key, '\\') && s.take(':') && field(string(key))
	})
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
	seen := 0
	ok := s.object(func(key string) bool {
		has, ok := s.field(l, key)
		seen |= has
		return ok
	})
	return ok && seen == hasAll
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
		next := s.peek()
		l.Removed = next == 't'
		return 0, (next == 't' || next == 'f') && s.skip()
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
		switch b := s.rest[i]; {
		case b < ' ':
			return nil, false
		case b == '\\':
			i++
		case b == '"':
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
	return decodes(out, digits)
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
	var all [maxTopics]common.Hash
	n := 0
	ok := s.each(']', func() bool {
		n++
		return n <= maxTopics && s.hexInto(all[n-1][:])
	})
	if !ok {
		return nil, false
	}
	return append(make([]common.Hash, 0, n), all[:n]...), true
}

// skip goes past one value of JSON.
func (s *scanner) skip() bool {
	s.peek()
	before := s.rest
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
		case ',', ':':
			s.rest = s.rest[1:]
		default:
			s.word()
		}
		if depth <= 0 {
			return json.Valid(before[:len(before)-len(s.rest)])
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
