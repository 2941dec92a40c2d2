package devchain

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
)

// members are as in the demo: a holder, a newcomer without a delegate, one who
// gave the power away, and a contract wallet.
func members(t *testing.T) (holder, newcomer, delegator, wallet somebody, cfg Config) {
	t.Helper()
	holder, newcomer, delegator, wallet = person(t, 1), person(t, 2), person(t, 3), person(t, 9)
	return holder, newcomer, delegator, wallet, Config{
		BlockEvery: OnlyByHand, Fund: []string{holder.hex, newcomer.hex, delegator.hex}, Safes: map[string]string{wallet.hex: holder.hex},
		Members: []Member{
			{Key: holder.key, Tokens: 8_000, Delegate: "self"}, {Key: newcomer.key, Tokens: 120},
			{Key: delegator.key, Tokens: 3_000, Delegate: "mara"}, {Key: holder.key, Wallet: wallet.hex, Tokens: 900, Delegate: "self"},
		},
	}
}

func governorOf(name string) string {
	return map[string]string{"Basalt": "GovernorFive", "Quill Names": "GovernorFour", "Fenwick": "GovernorBravoLike"}[name]
}

// Every proposal is in the state that its script claims, asked over HTTP.
func TestProposalsHaveTheirStates(t *testing.T) {
	_, _, _, _, cfg := members(t)
	c := start(t, cfg)
	u := dial(t, c)
	seen := map[uint8]int{}
	for i, d := range c.world.daos {
		l := c.Governors()[i]
		if l.Address != d.addr.Hex() || l.ChainID != 1 {
			t.Errorf("listed %+v", l)
		}
		for _, m := range d.motions {
			id, err := d.id(m)
			if err != nil {
				t.Fatal(err)
			}
			got := u.reads(l.Address, governorOf(l.Name), "state", id)[0].(uint8)
			if got != m.state {
				t.Errorf("%s %s is in state %d, want %d", l.Name, m.file, got, m.state)
			}
			seen[got]++
			if text, _ := d.description(m); strings.ContainsAny(text, "{}") || !strings.HasPrefix(text, "# ") {
				t.Errorf("%s has a broken text", m.file)
			}
		}
	}
	for state := range uint8(8) {
		if seen[state] == 0 {
			t.Errorf("no proposal is in state %d", state)
		}
	}
	if seen[1] < 6 || seen[0] < 2 {
		t.Errorf("states %v", seen)
	}
}

// What practice accounts hold, and whom they trust, from before the votes.
func TestMembersPower(t *testing.T) {
	holder, newcomer, delegator, wallet, cfg := members(t)
	c := start(t, cfg)
	u := dial(t, c)
	for _, l := range c.Governors() {
		token, scale := "DaoToken", int64(1)
		if l.Name == "Basalt" {
			token, scale = "DaoTokenTime", 20
		}
		for who, want := range map[somebody][2]int64{holder: {8_000, 8_000}, newcomer: {120, 0}, delegator: {3_000, 0}, wallet: {900, 900}} {
			balance := u.reads(l.Token, token, "balanceOf", who.at)[0].(*big.Int)
			votes := u.reads(l.Token, token, "getVotes", who.at)[0].(*big.Int)
			if balance.Cmp(ether(want[0]*scale)) != 0 || votes.Cmp(ether(want[1]*scale)) != 0 {
				t.Errorf("%s: %s has %s and votes with %s, want %v", l.Name, who.hex, balance, votes, want)
			}
		}
		if got := u.reads(l.Token, token, "delegates", delegator.at)[0].(common.Address).Hex(); got != Delegate("mara") {
			t.Errorf("the delegator trusts %s", got)
		}
		if got := u.reads(l.Token, token, "owner")[0].(common.Address).Hex(); got != l.Timelock {
			t.Errorf("%s owns the token", got)
		}
	}
}

// The history is forty days of blocks, all of them final.
func TestHistoryIsFinal(t *testing.T) {
	_, _, _, _, cfg := members(t)
	c := start(t, cfg)
	block := func(tag string) (number, at uint64) {
		var b struct{ Number, Timestamp string }
		if err := json.Unmarshal(ask(t, c.URL(), "eth_getBlockByNumber", `["`+tag+`",false]`), &b); err != nil {
			t.Fatal(err)
		}
		for text, to := range map[string]*uint64{b.Number: &number, b.Timestamp: &at} {
			if _, err := fmt.Sscanf(text, "0x%x", to); err != nil {
				t.Fatal(err)
			}
		}
		return number, at
	}
	first, began := block("0x1")
	final, _ := block("finalized")
	safe, now := block("safe")
	if first != 1 || final <= historyBlocks || safe != historyBlocks+blocksBefore || now-began < 39*86_400 {
		t.Errorf("final %d, safe %d, %d seconds", final, safe, now-began)
	}
	for range 32 {
		c.Commit()
	}
	if next, _ := block("finalized"); next <= final {
		t.Errorf("still final: %d", next)
	}
	if logs := ask(t, c.URL(), "eth_getLogs", `[{"fromBlock":"0x0","toBlock":"finalized","topics":["0x7d84a6263ae0d98d3329bd7b46bb4e8d6f98cd35a7adb45c274c8b7fd5ebd5e0"]}]`); strings.Count(string(logs), "blockHash") != 24 {
		t.Errorf("%d proposals in the logs", strings.Count(string(logs), "blockHash"))
	}
}

// The node can try a proposal before it is executed.
func TestSimulates(t *testing.T) {
	_, _, _, _, cfg := members(t)
	c := start(t, cfg)
	l := c.Governors()[0]
	call := `{"from":"` + l.Timelock + `","to":"` + l.Stablecoin + `","data":"0xa9059cbb` + strings.Repeat("0", 24) + strings.ToLower(Delegate("juno")[2:]) + strings.Repeat("0", 56) + `000f4240"}`
	got := string(ask(t, c.URL(), "eth_simulateV1", `[{"blockStateCalls":[{"calls":[`+call+`]}],"traceTransfers":true},"latest"]`))
	if !strings.Contains(got, `"status":"0x1"`) || !strings.Contains(got, "0xddf252ad") {
		t.Error(got)
	}
}

func TestMembersRefused(t *testing.T) {
	_, _, _, _, cfg := members(t)
	cfg.Members = slices.Clone(cfg.Members)
	cfg.Members[0].Delegate = "nobody"
	if c, err := Start(t.Context(), cfg); err == nil {
		_ = c.Close()
		t.Error("an unknown delegate is taken")
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		key := seedKey("bench")
		c, err := Start(b.Context(), Config{BlockEvery: OnlyByHand, Fund: []string{addressOf(key).Hex()}, Members: []Member{{Key: key, Tokens: 10, Delegate: "self"}}})
		if err != nil {
			b.Fatal(err)
		}
		_ = c.Close()
	}
}
