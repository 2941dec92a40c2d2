package governance

// Mined is what a chain says about a transaction.
type Mined struct {
	Known    bool // in a block or waiting for one
	Block    uint64
	Mined    bool
	Reverted bool   // mined, but it failed: nothing changed
	From     string // EIP-55
	To       string // EIP-55
	Data     string // 0x…
	Depth    uint64 // blocks on top of it
}
