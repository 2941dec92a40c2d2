// Package reader explains proposals without a language model: it splits the
// text by its structure, ranks what it says, parses what is asked, and backs
// every claim with a quote.
package reader
