// Package summarizer turns a proposal into an Assessment: claims, each with a
// quote that plain code has found word for word in the canonical text. It
// also compiles what a person says into values.
//
// A Model makes claims; Verify drops what the text does not say; a language
// model that fails, declines, costs too much or shows signs of manipulation
// is replaced by the built-in reader, with the reason kept.
package summarizer
