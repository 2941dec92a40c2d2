package governor

import (
	"bytes"
	"crypto/ecdsa"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/ethclient/simulated"
	"github.com/ethereum/go-ethereum/log"
	"github.com/ethereum/go-ethereum/node"

	"mandate/governance"
	"mandate/governance/chain"
	"mandate/governance/demo/devchain/contracts"
	"mandate/governance/governancetest"
)

// simChain is the id of go-ethereum's simulated chain.
const simChain = 1337

// sim is go-ethereum's own chain in this process, whose blocks the test makes
// and replaces, behind its HTTP, with a governor of OpenZeppelin 4.
type sim struct {
	*simulated.Backend
	t        *testing.T
	url      string
	keys     []*ecdsa.PrivateKey // voters, with 100,000 tokens each
	at       common.Address      // the governor
	abi      abi.ABI
	waiting  map[int]uint64 // transactions for the next block, by voter: the pool learns of them later
	untagged bool           // what reads it is told of no safe and no final block
}

// newSim starts a chain; the governor is in its first block.
func newSim(t *testing.T, untagged bool) *sim {
	t.Helper()
	s := &sim{t: t, untagged: untagged, waiting: map[int]uint64{}}
	alloc := types.GenesisAlloc{}
	for i := range 3 {
		key, err := crypto.ToECDSA(crypto.Keccak256(fmt.Appendf(nil, "sim %d", i)))
		if err != nil {
			t.Fatal(err)
		}
		s.keys = append(s.keys, key)
		alloc[crypto.PubkeyToAddress(key.PublicKey)] = types.Account{Balance: ether(1000)}
	}
	said := &governancetest.Log{} // the backend tells its port nowhere else
	s.Backend = simulated.NewBackend(alloc, func(n *node.Config, e *ethconfig.Config) {
		n.HTTPHost, n.HTTPPort, n.HTTPModules = "127.0.0.1", 0, []string{"eth", "net", "web3"}
		n.Logger = log.NewLogger(slog.NewTextHandler(said, nil))
		e.Genesis.Timestamp = uint64(time.Now().Add(-time.Minute).Unix())
	})
	t.Cleanup(func() { _ = s.Close() })
	endpoint := regexp.MustCompile(`HTTP server started" endpoint=(\S+)`).FindStringSubmatch(said.String())
	if endpoint == nil {
		t.Fatalf("the chain does not say where it is: %s", said)
	}
	s.url = "http://" + endpoint[1]
	s.deploy()
	return s
}

func ether(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(1e18)) }

func (s *sim) voter(i int) common.Address { return crypto.PubkeyToAddress(s.keys[i].PublicKey) }

// deploy puts a token, a timelock and the governor into one block.
func (s *sim) deploy() {
	s.t.Helper()
	me := s.voter(0)
	token, data := s.contract("DaoToken", "Sim Token", "SIM")
	txs := []*types.Transaction{s.send(0, nil, data)}
	at := crypto.CreateAddress(me, txs[0].Nonce())
	for i := range s.keys {
		txs = append(txs, s.send(0, &at, s.pack(token, "mint", s.voter(i), ether(100_000))), s.send(i, &at, s.pack(token, "delegate", s.voter(i))))
	}
	_, data = s.contract("TimelockFour", big.NewInt(60), []common.Address{}, []common.Address{{}}, me)
	timelock := s.send(0, nil, data)
	terms := struct {
		Name      string
		Delay     *big.Int
		Period    uint32
		Threshold *big.Int
		Quorum    *big.Int
		Extension *big.Int
	}{"Sim Governor", big.NewInt(1), 500, new(big.Int), big.NewInt(4), new(big.Int)}
	s.abi, data = s.contract("GovernorFour", terms, at, crypto.CreateAddress(me, timelock.Nonce()))
	governor := s.send(0, nil, data)
	s.at = crypto.CreateAddress(me, governor.Nonce())
	s.mine(append(txs, timelock, governor)...)
}

func (s *sim) contract(name string, args ...any) (abi.ABI, []byte) {
	s.t.Helper()
	c, err := contracts.Get(name)
	if err != nil {
		s.t.Fatal(err)
	}
	parsed, err := abi.JSON(bytes.NewReader(c.ABI))
	if err != nil {
		s.t.Fatal(err)
	}
	return parsed, append(bytes.Clone(c.Bytecode), s.pack(parsed, "", args...)...)
}

func (s *sim) pack(a abi.ABI, method string, args ...any) []byte {
	s.t.Helper()
	data, err := a.Pack(method, args...)
	if err != nil {
		s.t.Fatal(err)
	}
	return data
}

// send leaves a transaction for the next block.
func (s *sim) send(from int, to *common.Address, data []byte) *types.Transaction {
	s.t.Helper()
	nonce, err := s.Client().NonceAt(s.t.Context(), s.voter(from), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	tx, err := types.SignNewTx(s.keys[from], types.LatestSignerForChainID(big.NewInt(simChain)), &types.DynamicFeeTx{
		ChainID: big.NewInt(simChain), Nonce: nonce + s.waiting[from], To: to, Data: data, Gas: 8_000_000, GasFeeCap: big.NewInt(100e9), GasTipCap: big.NewInt(1e9),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.again(tx)
	s.waiting[from]++
	return tx
}

// again sends a transaction that was signed before.
func (s *sim) again(txs ...*types.Transaction) {
	s.t.Helper()
	for _, tx := range txs {
		if err := s.Client().SendTransaction(s.t.Context(), tx); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *sim) propose(from int, text string) *types.Transaction {
	s.t.Helper()
	return s.send(from, &s.at, s.pack(s.abi, "propose", []common.Address{s.voter(2)}, []*big.Int{big.NewInt(1)}, [][]byte{{}}, text))
}

func (s *sim) vote(from int, ref governance.Ref, support uint8) *types.Transaction {
	s.t.Helper()
	return s.send(from, &s.at, s.pack(s.abi, "castVote", idNumber(ref.ID()), support))
}

// mine makes a block with the given transactions, which must all succeed, and
// returns the proposals that they make.
func (s *sim) mine(txs ...*types.Transaction) (refs []governance.Ref) {
	s.t.Helper()
	hash := s.Commit()
	clear(s.waiting)
	for i, tx := range txs {
		r, err := s.Client().TransactionReceipt(s.t.Context(), tx.Hash())
		if err != nil || r.Status != types.ReceiptStatusSuccessful || r.BlockHash != hash {
			s.t.Fatalf("transaction %d: %v %+v", i, err, r)
		}
		for _, l := range r.Logs {
			if l.Topics[0] == s.abi.Events["ProposalCreated"].ID {
				refs = append(refs, governance.GovernorRef(governance.GovernorID(simChain, s.at.Hex()), new(big.Int).SetBytes(l.Data[:32]).String()))
			}
		}
	}
	return refs
}

func (s *sim) blocks(n int) {
	for range n {
		s.Commit()
	}
}

// forkAt goes back to the block of a number, and forgets what came after it.
func (s *sim) forkAt(number uint64) {
	s.t.Helper()
	h, err := s.Client().HeaderByNumber(s.t.Context(), new(big.Int).SetUint64(number))
	if err == nil {
		err = s.Fork(h.Hash())
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.Rollback() // the node keeps what was in lost blocks for the next one
}

func (s *sim) latest() uint64 {
	s.t.Helper()
	n, err := s.Client().BlockNumber(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// depth is how far under the newest block reading ends: the simulated chain
// calls every block safe at once, and without tags the newest twelve wait.
func (s *sim) depth() int {
	if s.untagged {
		return 12
	}
	return 0
}

func (s *sim) governors() *Governors {
	client := http.DefaultClient
	if s.untagged {
		client = &http.Client{Transport: tagless{}}
	}
	return New(Config{Nodes: chain.New(chain.Config{URLs: map[uint64][]string{simChain: {s.url}}, Client: client, Now: quick()})})
}

// tagless asks for blocks that no node has in place of the tags, as if the
// node knew none.
type tagless struct{}

func (tagless) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	for _, tag := range []string{`"safe"`, `"finalized"`} {
		body = bytes.ReplaceAll(body, []byte(tag), []byte(`"unknown"`))
	}
	r = r.Clone(r.Context())
	r.Body, r.ContentLength, r.GetBody = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	return http.DefaultTransport.RoundTrip(r)
}
