// Package text turns a proposal's raw words into the one text that the
// reader, the language model, the checks and the person all see, and reads
// from it what plain code can: flags, topics, amounts, addresses, dates.
package text
