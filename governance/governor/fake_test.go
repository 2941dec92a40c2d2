package governor

import (
	"bytes"
	"encoding/binary"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance/chain"
	"mandate/governance/governancetest"
)

// fake is a contract that gives a fixed answer to each question; what it is
// not told, it refuses. Keys are signatures, or a signature and the first
// argument as 0x… hex behind a space.
type fake map[string][]byte

// code makes a dispatcher as compilers do, with the answers behind it.
func (f fake) code() []byte {
	keys := make([]string, 0, len(f))
	for k := range f {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	slices.Reverse(keys) // those with an argument first
	var head, bodies, data bytes.Buffer
	head.Write([]byte{0x5f, 0x35, 0x60, 0xe0, 0x1c}) // the selector
	size := head.Len() + 3
	for _, k := range keys {
		size += entry(k)
	}
	at, from := size, size+len(keys)*bodySize
	for _, k := range keys {
		signature, arg, with := strings.Cut(k, " ")
		four := selector(signature)
		head.WriteByte(0x80)
		head.WriteByte(0x63)
		head.Write(four[:])
		head.WriteByte(0x14)
		if with {
			head.Write([]byte{0x60, 0x04, 0x35, 0x7f})
			head.Write(common.RightPadBytes(hexutil.MustDecode(arg), 32))
			head.Write([]byte{0x14, 0x16})
		}
		head.WriteByte(0x61)
		head.Write(binary.BigEndian.AppendUint16(nil, uint16(at)))
		head.WriteByte(0x57)
		answer := f[k]
		bodies.Write([]byte{0x5b, 0x61})
		bodies.Write(binary.BigEndian.AppendUint16(nil, uint16(len(answer))))
		bodies.WriteByte(0x61)
		bodies.Write(binary.BigEndian.AppendUint16(nil, uint16(from)))
		bodies.Write([]byte{0x5f, 0x39, 0x61})
		bodies.Write(binary.BigEndian.AppendUint16(nil, uint16(len(answer))))
		bodies.Write([]byte{0x5f, 0xf3})
		data.Write(answer)
		at, from = at+bodySize, from+len(answer)
	}
	head.Write([]byte{0x5f, 0x5f, 0xfd})
	return append(append(head.Bytes(), bodies.Bytes()...), data.Bytes()...)
}

const bodySize = 14

func entry(key string) int {
	if strings.Contains(key, " ") {
		return 11 + 38
	}
	return 11
}

// with is a copy with more answers; nil takes one away.
func (f fake) with(more fake) fake {
	out := fake{}
	for _, m := range []fake{f, more} {
		for k, v := range m {
			if v == nil {
				delete(out, k)
			} else {
				out[k] = v
			}
		}
	}
	return out
}

func number(n int64) []byte { return common.BigToHash(big.NewInt(n)).Bytes() }

func place(a common.Address) []byte { return common.BytesToHash(a[:]).Bytes() }

func words(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// tail is a text behind its length.
func tail(s string) []byte {
	return append(number(int64(len(s))), common.RightPadBytes([]byte(s), (len(s)+31)/32*32)...)
}

func text(s string) []byte { return append(number(32), tail(s)...) }

// domainAnswer is what eip712Domain() gives.
func domainAnswer(mask byte, name, version string, chainID int64, contract common.Address) []byte {
	first, second := tail(name), tail(version)
	at := int64(7 * 32)
	return words(common.RightPadBytes([]byte{mask}, 32), number(at), number(at+int64(len(first))), number(chainID), place(contract), number(0),
		number(at+int64(len(first)+len(second))), first, second, number(0))
}

// world is a chain for tests.
type world struct {
	t    *testing.T
	url  string
	rpc  *rpc.Client
	id   uint64
	g    *Governors
	next byte
	late time.Duration // the clock runs ahead, so that nothing read before is kept
}

func newWorld(t *testing.T, id string) *world {
	t.Helper()
	url := governancetest.Anvil(t, "--chain-id", id)
	client, err := rpc.Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	n, _ := new(big.Int).SetString(id, 10)
	w := &world{t: t, url: url, rpc: client, id: n.Uint64(), next: 0x10}
	w.g = New(Config{Nodes: chain.New(chain.Config{URLs: map[uint64][]string{w.id: {url}}, Now: w.now})})
	w.call("anvil_mine", hexutil.Uint64(3))
	return w
}

func (w *world) now() time.Time {
	w.late += 2 * time.Second
	return time.Now().Add(w.late)
}

func (w *world) call(method string, args ...any) {
	w.t.Helper()
	if err := w.rpc.CallContext(w.t.Context(), nil, method, args...); err != nil {
		w.t.Fatal(err)
	}
}

// put places code at a fresh address.
func (w *world) put(code []byte) common.Address {
	w.t.Helper()
	w.next++
	a := common.BytesToAddress([]byte{0xfa, 0xce, w.next})
	w.code(a, code)
	return a
}

func (w *world) code(a common.Address, code []byte) {
	w.t.Helper()
	w.call("anvil_setCode", a, hexutil.Bytes(code))
	w.call("anvil_mine", hexutil.Uint64(1))
}

// compToken is a token of Compound's kind.
func compToken(symbol string) fake {
	return fake{"symbol()": text(symbol), "name()": text(symbol + " token"), "decimals()": number(18), "getCurrentVotes(address)": number(0),
		"getPriorVotes(address,uint256)": number(0), "nonces(address)": number(0), "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)": {}, "totalSupply()": number(5)}
}

// votesToken is one of OpenZeppelin's kind.
func votesToken(symbol string) fake {
	return fake{"symbol()": text(symbol), "name()": text(symbol + " token"), "decimals()": number(18), "getVotes(address)": number(0),
		"nonces(address)": number(0), "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)": {}}
}

func compoundTimelock(admin common.Address) fake {
	return fake{"delay()": number(172_800), "GRACE_PERIOD()": number(1_209_600), "admin()": place(admin), "pendingAdmin()": place(common.Address{})}
}

// bravoFake is a Bravo as far as its answers go.
func bravoFake(token, timelock common.Address) fake {
	return fake{
		"name()": text("Fake Governor Bravo"), "comp()": place(token), "timelock()": place(timelock), "votingDelay()": number(13140),
		"votingPeriod()": number(19710), "proposalThreshold()": number(25_000), "quorumVotes()": number(400_000), "proposalCount()": number(7),
		"initialProposalId()": number(3), "castVote(uint256,uint8)": {}, "castVoteWithReason(uint256,uint8,string)": {},
		"castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)": {}, "getReceipt(uint256,address)": words(number(0), number(0), number(0)),
	}
}

func claims(ids ...string) fake {
	out := fake{"supportsInterface(bytes4)": number(0)}
	for _, id := range append(ids, "0x01ffc9a7") {
		out["supportsInterface(bytes4) "+id] = number(1)
	}
	return out
}

// ozFake is OpenZeppelin's governor before 4.9, as far as its answers go.
func ozFake(token, timelock common.Address) fake {
	return claims("0xbf26d897").with(fake{
		"name()": text("Fake Governor"), "version()": text("1"), "token()": place(token), "timelock()": place(timelock), "votingDelay()": number(1),
		"votingPeriod()": number(45818), "proposalThreshold()": number(100), "COUNTING_MODE()": text("support=bravo&quorum=for,abstain"),
		"quorum(uint256)": number(77), "castVote(uint256,uint8)": {}, "castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)": {},
	})
}
