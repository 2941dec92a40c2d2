package ballot_test

import (
	"math/big"
	"net/http"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/chain"
	"mandate/governance/governancetest"
	"mandate/governance/governancetest/govkit"
	"mandate/governance/governor"
)

// The contracts themselves take what is made here, from a third account, and
// count it as it was meant.
func TestContractsTakeBallots(t *testing.T) {
	for kind, choices := range map[govkit.Kind][]string{
		govkit.OZ5: {`1`, `{"0":"10","1":"60.5","2":"29.5"}`}, govkit.OZ5Blocks: {`2`}, govkit.OZ4: {`0`}, govkit.BravoLike: {`1`}, govkit.Alpha: {`1`},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			k, g := deploy(t, kind)
			id := k.Pay("# Pay the last voter\n\nOne ether.")
			k.ToVote(id)
			for i, raw := range choices {
				relayBallot(t, k, g, id, i, raw, "")
			}
			if g.BallotSig == governance.BallotOZ5 || g.BallotSig == governance.BallotOZ4 {
				relayBallot(t, k, g, id, len(choices), `1`, "Because it is one ether, and no more than one ether.")
			}
			relayDelegation(t, k, g)
		})
	}
}

func deploy(t *testing.T, kind govkit.Kind) (*govkit.Kit, *governance.Governor) {
	t.Helper()
	url := governancetest.Anvil(t, "--chain-id", "1", "--slots-in-an-epoch", "1")
	k := govkit.Deploy(t, url, kind)
	k.Mine(4)
	nodes := chain.New(chain.Config{URLs: map[uint64][]string{1: {url}}, Client: &http.Client{Timeout: 10 * time.Second}})
	g, err := governor.New(governor.Config{Nodes: nodes}).Detect(t.Context(), 1, k.Governor.Hex())
	if err != nil {
		t.Fatal(err)
	}
	return k, &g
}

// relayBallot signs as one voter and sends as another.
func relayBallot(t *testing.T, k *govkit.Kit, g *governance.Governor, id *big.Int, who int, raw, reason string) {
	t.Helper()
	voter, nonce := k.Voters[who], "0"
	if g.BallotSig == governance.BallotOZ5 {
		nonce = k.Read(k.Governor, k.GovernorABI, "nonces(address)", voter.Address)[0].(*big.Int).String()
	}
	c, err := ballot.ParseGovernorChoice(g, governance.GovernorVote, []byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	v := ballot.GovernorVote{Governor: g, Proposal: id.String(), Choice: c, Reason: reason, Voter: voter.Address.Hex(), Nonce: nonce}
	typed, err := v.Ballot()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := typed.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if c.Support() != ballot.Split && reason == "" && k.BallotDigest(voter.Address, id, uint8(c.Support())) != common.Hash(digest) {
		t.Errorf("%s: the kit signs another digest", raw)
	}
	sig, err := crypto.Sign(digest[:], voter.Key) // v is 0 or 1, as some wallets have it
	if err != nil {
		t.Fatal(err)
	}
	data, function, err := v.Relay(sig)
	if err != nil {
		t.Fatal(err)
	}
	logs := k.Send(k.Voters[4], &k.Governor, nil, common.FromHex(data)).Logs
	if len(logs) != 1 || common.BytesToAddress(logs[0].Data[:32]) != voter.Address && common.BytesToAddress(logs[0].Topics[len(logs[0].Topics)-1][:]) != voter.Address {
		t.Errorf("%s of %s: logs %v", function, voter.Address, logs)
	}
}

func relayDelegation(t *testing.T, k *govkit.Kit, g *governance.Governor) {
	t.Helper()
	owner, to := k.Voters[4], k.Voters[2].Address
	nonce := k.Read(k.Token, k.TokenABI, "nonces(address)", owner.Address)[0].(*big.Int)
	d := ballot.TokenDelegation{Token: g.Token, Chain: 1, Delegate: to.Hex(), Nonce: nonce.String(), Expires: time.Unix(int64(k.Time()), 0).Add(time.Hour)}
	typed, err := d.Message()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := typed.Digest()
	if err != nil {
		t.Fatal(err)
	}
	sig, err := crypto.Sign(digest[:], owner.Key)
	if err != nil {
		t.Fatal(err)
	}
	data, err := d.Relay(sig)
	if err != nil {
		t.Fatal(err)
	}
	k.Send(k.Voters[1], &k.Token, nil, common.FromHex(data))
	if got := k.Read(k.Token, k.TokenABI, "delegates(address)", owner.Address)[0].(common.Address); got != to {
		t.Errorf("the token names %s, want %s", got, to)
	}
}
