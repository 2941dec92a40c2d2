package governor

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mandate/governance"
)

func TestListings(t *testing.T) {
	var raw []Listing
	if err := json.Unmarshal(listFile, &raw); err != nil {
		t.Fatal(err)
	}
	all, seen := (&Governors{}).Listings(), map[string]Listing{}
	if len(all) != len(raw) || all[0].Rank != 1 {
		t.Fatalf("%d of %d, the first %+v", len(all), len(raw), all[0])
	}
	for _, l := range all {
		id := governance.GovernorID(l.Chain, l.Address)
		if _, _, err := governance.ParseGovernorID(id); err != nil || l.Name == "" || l.DAO == "" || l.DAOName == "" || l.Address != strings.ToLower(l.Address) {
			t.Errorf("%+v: %v", l, err)
		}
		if _, twice := seen[id]; twice {
			t.Errorf("%s is twice in the list", id)
		}
		seen[id] = l
		for _, c := range l.Controllers {
			if _, _, err := governance.ParseGovernorID(c); err != nil {
				t.Error(err)
			}
		}
	}
	for id, dao := range map[string]string{
		"eip155:1:0x408ed6354d4973f66138c91495f2f2fcbd8724c3":     "uniswapgovernance.eth",
		"eip155:1:0x5e4be8bc9637f0eaa1a755019e06a68ce081d58f":     "uniswapgovernance.eth",
		"eip155:42161:0x789fc99093b09ad01c34dc7251d0c89ce743e5a4": "arbitrumfoundation.eth",
		"eip155:1:0xc0da02939e1441f497fd74f78ce7decb17b66529":     "eip155:1:0x309a862bbc1a00e45506cb8a802d1ff10004c8c0",
		"eip155:1:0x309a862bbc1a00e45506cb8a802d1ff10004c8c0":     "eip155:1:0x309a862bbc1a00e45506cb8a802d1ff10004c8c0",
	} {
		if seen[id].DAO != dao {
			t.Errorf("%s belongs to %q, not to %q", id, seen[id].DAO, dao)
		}
	}
}

// The list says what the shared data say, where those are there.
func TestListingsAgainstData(t *testing.T) {
	dir := os.Getenv("MANDATE_DATA_DIR")
	if dir == "" {
		dir = "../../../shared/data"
	}
	raw, err := os.ReadFile(filepath.Join(dir, "daos.json"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("daos.json is not here: set MANDATE_DATA_DIR")
	}
	var file struct {
		DAOs []struct {
			ChainID       uint64
			Governor      string
			StartBlock    uint64
			SnapshotSpace string
			Kind          string
			Rank          int
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for _, d := range file.DAOs {
		if d.Kind == "aave-v2" || d.Kind == "dschief" {
			continue // not governors that are read here
		}
		if l, ok := listed(d.ChainID, d.Governor); !ok || l.StartBlock != d.StartBlock || l.Space != d.SnapshotSpace || l.Rank != d.Rank {
			t.Errorf("%s: %+v", d.Governor, l)
		}
	}
}

func TestPublicNodes(t *testing.T) {
	chains := map[uint64]int{}
	for _, n := range (&Governors{}).PublicNodes() {
		u, err := url.Parse(n.URL)
		if err != nil || u.Scheme != "https" || u.Host == "" || n.Name == "" || !strings.Contains(n.Limits, "may change") || !strings.Contains(n.Learns, "IP address") {
			t.Errorf("%+v: %v", n, err)
		}
		chains[n.Chain]++
	}
	for _, l := range listings() {
		if chains[l.Chain] == 0 {
			t.Errorf("no public node of chain %d for %s", l.Chain, l.Name)
		}
	}
}
