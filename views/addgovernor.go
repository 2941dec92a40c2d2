package views

// ChainsPage is where Governor contracts and the nodes to read them with are
// added and let go.
type ChainsPage struct {
	Shell   Shell
	Heading string // "Two chains are read.", "No chain is read yet."
	Lead    string
	Notices []Notice
	Owner   bool // may change something; others see how things are
	Form    GovernorForm
	Own     OwnNodeForm
	Chains  []ChainRow
	Others  []ChainRow // without node and governor: folded
}

// GovernorForm adds a governor.
type GovernorForm struct {
	Chains  []Option // of those that have a node
	Address string
	DAO     string // id of the DAO that it joins, "" = by its token
	Error   string
}

// OwnNodeForm has a node used by its address. The address is not drawn again
// after a refusal: it may hold a key.
type OwnNodeForm struct {
	Chain string
	Error string
}

// ChainRow is one chain: its nodes, its governors, and endpoints on offer
// where there is no node.
type ChainRow struct {
	ID        string
	Name      string
	Nodes     []NodeRow
	Governors []GovernorRow
	Offers    []NodeOffer
	Advice    string // "One node: what it says is believed." "" = none
}

// NodeRow is one node of a chain.
type NodeRow struct {
	Host   string
	OK     bool
	State  string // "answers, block 21,000,000"
	Chosen bool   // here, not in the settings: it can be let go here
}

// NodeOffer is a public endpoint that may be used.
type NodeOffer struct {
	URL    string
	Name   string
	Host   string
	Limits string
	Learns string
}

// GovernorRow is one governor in a list.
type GovernorRow struct {
	ID      string
	Name    string
	Href    string // of its DAO
	Address string
	Chain   string
	Kind    string
	State   string // "read to block …", "waits for its check"
	Fault   string
	Listed  bool
}

// GovernorPanel is what is known of a governor, on its DAO's page.
type GovernorPanel struct {
	ID       string // anchor
	Heading  string
	Chain    string
	Address  string
	Notice   *Notice // not read, or read only, and why
	Facts    []Fact
	Roles    []Fact
	Changes  []Fact // of settings: when, what
	Evidence []EvidenceRow
	Checked  string
}

// EvidenceRow is one probe of the detector.
type EvidenceRow struct{ Probe, Answer, Says string }

// orDash writes a dash where there is nothing.
func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// otherChains heads the chains of which nothing is read.
func otherChains(read int) string {
	if read == 0 {
		return "Chains that can be read"
	}
	return "Other chains"
}
