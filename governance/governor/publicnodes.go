package governor

// PublicNode is an endpoint that anyone may use without an account. None is
// used unless a person chooses it.
type PublicNode struct {
	Chain  uint64 `json:"chain_id"`
	Name   string `json:"name"` // who runs it
	URL    string `json:"url"`
	Limits string `json:"limits"` // as published; they may change
	Learns string `json:"learns"` // what whoever runs it learns about the user
}

// PublicNodes returns a short list of public endpoints, those of a chain
// beside each other. Two of different people make answers comparable.
func (g *Governors) PublicNodes() []PublicNode {
	var out []PublicNode
	for _, n := range publicNodes() {
		n.Learns = "Your IP address, when you ask, and which contracts and accounts you ask about. " + n.Learns
		n.Limits += " As published; it may change."
		out = append(out, n)
	}
	return out
}

const (
	publicNode     = "PublicNode (Allnodes)"
	publicNodeMax  = "Logs in small ranges; old states and old logs may be refused."
	publicNodeSays = "It says that it keeps no record of this; you cannot check that."
	oneRPC         = "1RPC (Automata)"
	oneRPCMax      = "Logs of 50 blocks at once, so a first reading takes very long; a daily number of requests."
	oneRPCSays     = "It says that it separates requests from addresses; you cannot check that."
	dRPC           = "dRPC"
	dRPCMax        = "Slow when many ask; logs of up to 10,000 blocks at once."
	dRPCSays       = "It passes requests on to nodes of others."
	ownChain       = "It is run by or for those behind the chain."
	rated          = "A number of requests a second that is not fixed; not meant for long readings."
)

// publicNodes are well-known ones, written down for each chain of the list.
func publicNodes() []PublicNode {
	return []PublicNode{
		{1, publicNode, "https://ethereum-rpc.publicnode.com", publicNodeMax, publicNodeSays},
		{1, dRPC, "https://eth.drpc.org", dRPCMax, dRPCSays},
		{1, "MEV Blocker (CoW and others)", "https://rpc.mevblocker.io", "Up to 10,000 logs at once.", "Transactions sent there go to block builders first."},
		{1, "Merkle", "https://eth.merkle.io", "Logs of 1,000 blocks at once.", ""},
		{1, oneRPC, "https://1rpc.io/eth", oneRPCMax, oneRPCSays},
		{42161, "Arbitrum", "https://arb1.arbitrum.io/rpc", rated, ownChain},
		{42161, publicNode, "https://arbitrum-one-rpc.publicnode.com", publicNodeMax, publicNodeSays},
		{42161, dRPC, "https://arbitrum.drpc.org", dRPCMax, dRPCSays},
		{10, "Optimism", "https://mainnet.optimism.io", rated, ownChain},
		{10, publicNode, "https://optimism-rpc.publicnode.com", publicNodeMax, publicNodeSays},
		{10, dRPC, "https://optimism.drpc.org", dRPCMax, dRPCSays},
		{8453, "Base (Coinbase)", "https://mainnet.base.org", rated, ownChain},
		{8453, publicNode, "https://base-rpc.publicnode.com", publicNodeMax, publicNodeSays},
		{8453, dRPC, "https://base.drpc.org", dRPCMax, dRPCSays},
		{56, "BNB Chain", "https://bsc-dataseed.bnbchain.org", "Logs are not given at all: take another one beside it.", ownChain},
		{56, publicNode, "https://bsc-rpc.publicnode.com", publicNodeMax, publicNodeSays},
		{56, dRPC, "https://bsc.drpc.org", dRPCMax, dRPCSays},
		{137, "Polygon", "https://polygon-rpc.com", rated, ownChain},
		{137, publicNode, "https://polygon-bor-rpc.publicnode.com", publicNodeMax, publicNodeSays},
		{137, dRPC, "https://polygon.drpc.org", dRPCMax, dRPCSays},
		{534352, "Scroll", "https://rpc.scroll.io", rated, ownChain},
		{534352, publicNode, "https://scroll-rpc.publicnode.com", publicNodeMax, publicNodeSays},
		{59144, "Linea", "https://rpc.linea.build", rated, ownChain},
		{59144, publicNode, "https://linea-rpc.publicnode.com", publicNodeMax, publicNodeSays},
		{324, "ZKsync", "https://mainnet.era.zksync.io", "About 10 to 100 requests a second; up to 10,000 logs at once.", ownChain},
		{324, dRPC, "https://zksync.drpc.org", dRPCMax, dRPCSays},
		{7560, "Cyber", "https://rpc.cyber.co", rated, ownChain},
		{957, "Derive", "https://rpc.derive.xyz", rated, ownChain},
	}
}
