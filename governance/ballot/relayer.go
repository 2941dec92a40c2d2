package ballot

import "slices"

// RelayerWatches reports whether Snapshot's Safe relayer looks on a chain for
// what a wallet's owners sign there (snapshot-relayer, its networks). Messages
// for wallets of other chains wait there in vain.
func RelayerWatches(chain uint64) bool {
	return slices.Contains([]uint64{1, 10, 56, 100, 137, 146, 250, 1088, 8453, 33139, 42161, 11155111}, chain)
}
