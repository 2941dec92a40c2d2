package demo

import "math/rand/v2"

// Fault is one way in which an answer of the hub can be wrong.
type Fault string

// The faults. Those of the first group need no data; those of the second bend
// a list; those of the third bend the bytes.
const (
	FaultNone Fault = ""

	FaultResolver        Fault = "resolver"        // "request failed": 200 with a null root, or 500 without data
	FaultValidation      Fault = "validation"      // 400 with errors and no data
	FaultTooMany         Fault = "too-many"        // 429 without any hint when to come back
	FaultRetryAfter      Fault = "retry-after"     // 429 with Retry-After: 1
	FaultRateLimitReset  Fault = "ratelimit-reset" // 429 with RateLimit-Reset: 1
	FaultBadKey          Fault = "bad-key"         // 401
	FaultServerError     Fault = "server-error"    // 500 whose error_description is an object
	FaultMalformed       Fault = "malformed"       // 400 text/html, as for malformed JSON
	FaultHTML            Fault = "html"            // 502 text/html from the proxy in front
	FaultHTMLWithSuccess Fault = "html-200"        // 200 text/html
	FaultEmptyAnswer     Fault = "empty"           // 200 without a byte
	FaultNullData        Fault = "null-data"       // {"data":null}

	FaultShortPage    Fault = "short-page"    // half of the rows dropped after LIMIT
	FaultNullRow      Fault = "null-row"      // the second row of each list is null, with an error
	FaultRepeatedPage Fault = "repeated-page" // the newest page again, whatever was asked
	FaultUnordered    Fault = "unordered"     // the page's rows in another order
	FaultDuplicates   Fault = "duplicates"    // every row of the page twice

	FaultStall      Fault = "stall"       // headers, a few bytes, then silence until the client leaves
	FaultCut        Fault = "cut"         // the connection ends in the middle of the body
	FaultGzipBomb   Fault = "gzip-bomb"   // 1 GiB of spaces in about 1 MiB of gzip
	FaultOversize   Fault = "oversize"    // 96 MiB of valid JSON
	FaultGarbage    Fault = "garbage"     // application/json that is none
	FaultWrongTypes Fault = "wrong-types" // JSON of another shape: lists where objects belong
)

// Faults makes the hub misbehave from the start. World.Fail and World.FailAll
// do so later.
type Faults struct {
	// RateLimitPerMinute is per client address; 0 is 100,000, negative is none.
	// The public hub allows 100.
	RateLimitPerMinute int
	// SequencerPerMinute is how many messages the sequencer takes per client
	// address; 0 is no limit. The public one takes 100.
	SequencerPerMinute int
	// ShortPages drops this many rows of every full page after counting it.
	ShortPages int
	// NullRows turns every n-th row of a list into null with an error.
	NullRows int
	// Every is the fault of each request that no queued fault takes.
	Every Fault
	// Queue holds the faults of the first requests, one each.
	Queue []Fault
}

// Fail makes the next requests fail, one fault each, before anything else.
func (w *World) Fail(faults ...Fault) { w.gate.add(faults) }

// FailAll makes every request fail alike, until FailAll(FaultNone).
func (w *World) FailAll(f Fault) { w.gate.always(f) }

// bend changes which rows of a page are answered.
func bend[T any](e *exec, rows []T) []T {
	if n := e.faults.ShortPages; n > 0 && len(rows) > n {
		rows = rows[:len(rows)-n]
	}
	switch e.fault {
	case FaultShortPage:
		rows = rows[:(len(rows)+1)/2]
	case FaultUnordered:
		rows = append([]T{}, rows...)
		r := rand.New(rand.NewPCG(1, uint64(len(rows)))) //nolint:gosec // the same disorder each time
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	case FaultDuplicates:
		rows = append(append([]T{}, rows...), rows...)
	}
	return rows
}

func (e *exec) nullRow(i int) bool {
	if e.fault == FaultNullRow && i == 1 {
		return true
	}
	n := e.faults.NullRows
	return n > 0 && (i+1)%n == 0
}
