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
	Hash     string // of its block, 0x…; "" while it waits
	Nonce    uint64 // the sender's, of this transaction
	// Sent is how many transactions of the sender are mined. A waiting or
	// unknown transaction with a nonce below it was replaced.
	Sent   uint64
	Final  bool   // its block is finalized
	Reason string // why it reverted, where the node tells
}
