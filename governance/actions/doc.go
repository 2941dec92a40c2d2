// Package actions says what a proposal's calls really do: calldata becomes
// typed facts, and facts become findings, by plain code. Text is compared with
// calldata as two typed lists. No model takes part.
package actions
