package text

// Span is a place in a text.
type Span struct {
	Start, End int    // code points
	Text       string // as written
}
