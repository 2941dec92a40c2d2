package views

// DAOsPage lists the DAOs that are read.
type DAOsPage struct {
	Shell   Shell
	Heading string
	Lead    string
	Query   string // field q
	Rows    []DAORow
	Empty   *Empty
	NoNode  bool // no chain is read: one sentence says so
	Chains  Link // where governors and nodes are added
}

// DAORow is one DAO.
type DAORow struct {
	DAO       DAOName
	ID        string
	About     string // shortened
	Active    string // open now, "" = none
	ActiveURL string
	Proposals string
	Followers string
	Quorum    string
	Tags      []Tag
	Venues    []Fact // "Snapshot", "OpenZeppelin Governor 5 on Ethereum"; Note "not read"
}

// DAOPage is one DAO.
type DAOPage struct {
	Shell      Shell
	DAO        DAOName
	ID         string
	Tags       []Tag
	About      string
	Glance     []Fact // drawn as the big facts: open now, proposals, quorum, voting period
	Settings   []Fact
	Links      []Link // https only: website, forum, space
	Strategies []StrategyRow
	Governors  []GovernorPanel
	Treasuries []AddressRow
	People     []People
	Open       []Item
	NoOpen     Empty
	Recent     []Item
	All        Link // "All 312 proposals"
}

// StrategyRow is one way in which voting power is counted.
type StrategyRow struct{ Name, Symbol, Network, Address, FullAddr string }

// AddressRow is a named account.
type AddressRow struct{ Name, Network, Address, FullAddr string }

// People are accounts with the same right: "Admins", "may change settings".
type People struct {
	Name      string
	Right     string
	Addresses []AddressRow
	Folded    []AddressRow
	Fold      string
}
