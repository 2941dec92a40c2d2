package agent

import (
	"context"
	"encoding/json"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
	"mandate/governance/actions"
	"mandate/governance/chain"
	"mandate/governance/governancetest/govkit"
)

// inspecting gives a rig's agent the real inspector on the rig's node.
func (r *chainRig) inspecting() {
	r.agent.Inspector = actions.Inspector{Now: r.clock.now, Nodes: chain.New(chain.Config{
		URLs: map[uint64][]string{1: {r.URL}}, Client: &http.Client{Timeout: 10 * time.Second}, Now: hurried()})}
}

func (r *chainRig) inspectDue(t *testing.T, want int) {
	t.Helper()
	if got, err := r.agent.InspectDue(t.Context(), 50); err != nil || got != want {
		t.Fatalf("%d inspected, want %d (%v)", got, want, err)
	}
}

func (r *chainRig) inspection(t *testing.T, ref governance.Ref) governance.Inspection {
	t.Helper()
	got, err := r.store.Inspection(t.Context(), ref)
	if err != nil || got == nil {
		t.Fatalf("no inspection of %s: %v", ref, err)
	}
	return *got
}

func has(i governance.Inspection, rule string) bool {
	return slices.ContainsFunc(i.Findings, func(f governance.Finding) bool { return f.Rule == rule })
}

func TestInspectDue(t *testing.T) {
	r := newChainRig(t, govkit.OZ5)
	r.inspectDue(t, 0) // without an inspector
	r.inspecting()
	ref := r.open(t, "# Pay the auditors\n\nOne ether goes to the auditors for the second half of the year.")
	p := r.proposal(t, ref)
	check := governance.Proposal{Ref: governance.SnapshotRef("kit.eth", "0x01"), DAO: p.DAO, Title: "Pay the auditors", Body: "One ether goes to the auditors for the second half of the year.",
		Created: p.Created.Add(-48 * time.Hour), Start: p.Created.Add(-48 * time.Hour), End: p.Created.Add(-24 * time.Hour), Choices: []string{"For", "Against"}, Type: "basic"}
	check.ContentHash = check.HashContent()
	r.apply(t, check)
	r.inspectDue(t, 1)
	r.inspectDue(t, 0)
	first := r.inspection(t, ref)
	if first.ContentHash != p.ContentHash || len(first.Actions) != 1 || first.Simulation == nil || !first.Simulation.OK || first.Simulation.From != r.Timelock.Hex() {
		t.Errorf("%+v", first)
	}
	twins, err := r.store.Twins(t.Context(), ref)
	if err != nil || len(twins) != 1 || twins[0].Ref != check.Ref {
		t.Errorf("%+v %v", twins, err)
	}
	// An open one is looked at again, and what stands there now is compared.
	if err := r.Client.Client().CallContext(t.Context(), nil, "anvil_setCode", r.Voters[4].Address, hexutil.Bytes{0x5f, 0xff}); err != nil {
		t.Fatal(err)
	}
	r.clock.move(11 * time.Minute)
	r.inspectDue(t, 1)
	if again := r.inspection(t, ref); !has(again, "target_code_changed") || again.Code[0].Hash != first.Code[0].Hash {
		t.Errorf("%+v", again)
	}
	// Another content: what stood there before does not count for it.
	p = r.proposal(t, ref)
	p.Body += " And the year after."
	p.ContentHash = p.HashContent()
	r.apply(t, p)
	r.inspectDue(t, 1)
	if again := r.inspection(t, ref); again.ContentHash != p.ContentHash || has(again, "target_code_changed") {
		t.Errorf("%+v", again)
	}
}

func (r *chainRig) proposal(t *testing.T, ref governance.Ref) governance.Proposal {
	t.Helper()
	d, err := r.store.Proposal(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return d.Proposal
}

// apply stores a proposal as its venue would.
func (r *chainRig) apply(t *testing.T, p governance.Proposal) {
	t.Helper()
	source := p.Ref.Governor()
	if source == "" {
		source = "snapshot"
	}
	if _, err := r.store.Apply(t.Context(), source, governance.Batch{Proposals: []governance.Proposal{p}}); err != nil {
		t.Fatal(err)
	}
}

// A failure is held for two minutes and holds up no other.
func TestInspectFails(t *testing.T) {
	r := newChainRig(t, govkit.OZ5)
	r.inspecting()
	one, two := r.open(t, "# One\n\nPay the first."), r.open(t, "# Two\n\nPay the second.")
	whole := r.agent.Inspector
	asked := 0
	r.agent.Inspector = inspectorFunc(func(ctx context.Context, s actions.Subject) (governance.Inspection, error) {
		if s.Proposal.Ref == one {
			asked++
			return actions.Inspector{Now: r.clock.now, Nodes: chain.New(chain.Config{URLs: map[uint64][]string{1: {"http://127.0.0.1:1"}}})}.Inspect(ctx, s)
		}
		return whole.Inspect(ctx, s)
	})
	r.inspectDue(t, 1)
	r.inspection(t, two)
	r.inspectDue(t, 0)
	if asked != 1 {
		t.Errorf("asked %d times within two minutes", asked)
	}
	if got, err := r.store.Inspection(t.Context(), one); err != nil || got != nil {
		t.Errorf("something was stored: %+v %v", got, err)
	}
	// In the end it is inspected without the trial, if that is what fails.
	r.agent.Inspector = inspectorFunc(func(ctx context.Context, s actions.Subject) (governance.Inspection, error) {
		if s.Proposal.Ref == one && !s.NoTrial {
			return governance.Inspection{}, governance.Errorf(governance.Upstream, "The node did not answer in time.")
		}
		return whole.Inspect(ctx, s)
	})
	for range inspectTrials - 1 {
		r.clock.move(inspectHold + time.Second)
		r.inspectDue(t, 0)
	}
	r.clock.move(inspectHold + time.Second)
	if _, err := r.agent.InspectDue(t.Context(), 50); err != nil {
		t.Fatal(err)
	}
	if got := r.inspection(t, one); len(got.Code) == 0 || !strings.Contains(got.Simulation.Why, "left out") {
		t.Errorf("%+v", got)
	}
}

// What changed while it was inspected is dropped, and comes again.
func TestInspectionOfWhatChanged(t *testing.T) {
	r := newChainRig(t, govkit.OZ4)
	r.inspecting()
	ref := r.open(t, "# One\n\nPay the first.")
	whole := r.agent.Inspector
	r.agent.Inspector = inspectorFunc(func(ctx context.Context, s actions.Subject) (governance.Inspection, error) {
		p := r.proposal(t, ref)
		p.Body += " More."
		p.ContentHash = p.HashContent()
		r.apply(t, p)
		return whole.Inspect(ctx, s)
	})
	r.inspectDue(t, 0)
	r.agent.Inspector = whole
	r.inspectDue(t, 1)
	if got := r.inspection(t, ref); got.ContentHash != r.proposal(t, ref).ContentHash {
		t.Errorf("%+v", got)
	}
}

type inspectorFunc func(context.Context, actions.Subject) (governance.Inspection, error)

func (f inspectorFunc) Inspect(ctx context.Context, s actions.Subject) (governance.Inspection, error) {
	return f(ctx, s)
}

// Snapshot's proposals with transactions are inspected without a governor.
func TestInspectPlugins(t *testing.T) {
	r := newChainRig(t, govkit.OZ4)
	r.inspecting()
	to := r.Voters[4].Address.Hex()
	pay := r.Pack(r.TokenABI, "transfer(address,uint256)", common.HexToAddress(to), big.NewInt(25_000_000_000))
	tx := `{"to":"` + r.Stablecoin.Hex() + `","value":"0","data":"` + hexutil.Encode(pay) + `","operation":"0","nonce":0}`
	for name, plugins := range map[string]string{
		"oSnap":    `{"oSnap":{"safe":{"safeName":"Treasury","safeAddress":"` + r.Timelock.Hex() + `","network":"1","transactions":[` + tx + `]}}}`,
		"safeSnap": `{"safeSnap":{"safes":[{"network":"1","umaAddress":"` + r.Governor.Hex() + `","safeAddress":"` + r.Timelock.Hex() + `","txs":[[` + tx + `]]}]}}`,
	} {
		p := governance.Proposal{Ref: governance.SnapshotRef("kit.eth", "0x"+strings.ToLower(name)), DAO: "kit.eth", Network: "1", Title: "Pay", Body: "Pay 25,000 to the last voter.", Plugins: json.RawMessage(plugins),
			Created: r.clock.now(), Start: r.clock.now(), End: r.clock.now().Add(time.Hour), Choices: []string{"For", "Against"}, Type: "basic"}
		p.ContentHash = p.HashContent()
		r.apply(t, p)
		r.inspectDue(t, 1)
		got := r.inspection(t, p.Ref)
		if len(got.Actions) != 1 || got.Simulation == nil || got.Simulation.Method != "eth_simulateV1" || !got.Simulation.OK || got.Simulation.From != r.Timelock.Hex() || len(got.Simulation.Moves) != 2 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
