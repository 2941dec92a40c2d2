// Package quality measures explanations against proposals that were labelled
// by hand. The labels hold ids, offsets and judgements, no text; the texts
// are read from the data directory.
package quality
