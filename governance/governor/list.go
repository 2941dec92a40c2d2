package governor

import (
	_ "embed"
	"encoding/json"
	"strings"

	"mandate/governance"
)

//go:embed daos.json
var listFile []byte

// Listing is a governor that Mandate knows of before it asked any chain.
// What is known are facts to start from; the detector checks them.
type Listing struct {
	Name       string `json:"name"`     // of the governor
	DAOName    string `json:"dao_name"` // of its DAO; filled, also where it is the same
	DAO        string `json:"-"`        // groups governors of one DAO: its Snapshot space, else the id of its leading governor
	Chain      uint64 `json:"chain_id"`
	Address    string `json:"address"`     // lower case
	StartBlock uint64 `json:"start_block"` // of its creation or earlier, 0 = not known
	Space      string `json:"space"`       // at Snapshot, "" = none
	Rank       int    `json:"rank"`        // 1 = the first set, 0 = the others
	Historic   bool   `json:"historic"`    // another governor took its place
	Token      string `json:"token"`       // votes token, lower case, "" = not known
	// Controllers are where Aave's payloads wait, CAIP-10; nil elsewhere.
	Controllers []string `json:"controllers"`
}

// Listings returns the list that comes with Mandate, the first set first.
func (g *Governors) Listings() []Listing { return listings() }

func listings() []Listing {
	var all []Listing
	if err := json.Unmarshal(listFile, &all); err != nil {
		return nil // tests read the file
	}
	leads, spaces := map[string]int{}, map[string]string{}
	for i, l := range all {
		key := l.group()
		if lead, ok := leads[key]; !ok || leader(l, all[lead]) {
			leads[key] = i
		}
		if l.Space != "" {
			spaces[key] = l.Space
		}
	}
	for i := range all {
		key := all[i].group()
		lead := all[leads[key]]
		if all[i].DAOName == "" {
			all[i].DAOName = all[i].Name
		}
		if all[i].DAO = spaces[key]; all[i].DAO == "" {
			all[i].DAO = governance.GovernorID(lead.Chain, lead.Address)
		}
	}
	return all
}

// group is what governors of one DAO have in common: the token of votes on
// one chain.
func (l Listing) group() string {
	if l.Token == "" {
		return governance.GovernorID(l.Chain, l.Address)
	}
	return governance.GovernorID(l.Chain, l.Token)
}

// leader reports whether a speaks for the DAO rather than b: in use, of the
// first set, the newer one.
func leader(a, b Listing) bool {
	switch {
	case a.Historic != b.Historic:
		return b.Historic
	case a.Rank != b.Rank:
		return a.Rank > b.Rank
	}
	return a.StartBlock > b.StartBlock
}

// listed finds an address in the list.
func listed(chain uint64, address string) (Listing, bool) {
	for _, l := range listings() {
		if l.Chain == chain && strings.EqualFold(l.Address, address) {
			return l, true
		}
	}
	return Listing{}, false
}
