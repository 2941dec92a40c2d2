// Package ballot is what gets signed: EIP-712 messages in the exact form that
// Snapshot's sequencer and wallets expect, checked choices, signatures,
// shielded choices, and the calls that hand voting power on. It is pure: no
// network, no clock, no store. Numbers and rules are those of snapshot.js
// 0.17.5 and of the sequencer; everything from outside is refused with an
// Invalid error that says what is wrong, never repaired.
package ballot
