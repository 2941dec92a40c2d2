package text

import (
	"strings"
)

// Removal says what was taken out of a raw text.
type Removal struct {
	Kind   string // see the Removed… constants
	Count  int    // characters, or pieces of markup
	Sample string // the first one, shortened; "" where there is nothing to show
}

// The kinds of removal.
const (
	RemovedInvisible = "invisible"     // zero-width and filler characters
	RemovedBidi      = "bidi_control"  // characters that reorder what is shown
	RemovedTag       = "tag_character" // U+E0000–E007F, invisible ASCII
	RemovedVariation = "variation"     // variation selectors outside of emoji
	RemovedEmoji     = "emoji_joiner"  // joiners and selectors that belong to an emoji or a script
	RemovedControl   = "control"       // C0 and C1 controls
	RemovedPrivate   = "private_use"   // characters without a meaning
	RemovedInvalid   = "invalid"       // bytes that are not UTF-8, NUL, lone surrogates: U+FFFD now
	RemovedStacked   = "stacked_marks" // more combining marks than any script needs
	RemovedComment   = "comment"       // HTML comments and Markdown's comment trick
	RemovedMarkup    = "hidden_markup" // elements styled to be unseen, scripts, styles
	RemovedTitle     = "link_title"    // text shown only on hovering
	RemovedTags      = "html_tag"      // ordinary tags; what they enclose stays
)

// hides reports whether a removal of this kind means that someone hid text.
func hides(kind string) bool {
	switch kind {
	case RemovedEmoji, RemovedTags, RemovedControl, RemovedInvalid:
		return false
	}
	return true
}

const (
	sampleRunes  = 160
	maxPieces    = 20      // comments and the like are listed one by one up to here
	maxUncovered = 1 << 16 // bytes of removed text kept to look for instructions
)

// removals collects what was removed, in order of first sight.
type removals struct {
	items     []Removal
	uncovered strings.Builder // what removed markup said
}

func (r *removals) count(kind, sample string) {
	for i := range r.items {
		if r.items[i].Kind == kind {
			r.items[i].Count++
			if len(r.items[i].Sample) < sampleRunes {
				r.items[i].Sample = clip(r.items[i].Sample+sample, sampleRunes)
			}
			return
		}
	}
	r.items = append(r.items, Removal{Kind: kind, Count: 1, Sample: clip(sample, sampleRunes)})
}

// piece notes removed markup that said something, each by itself.
func (r *removals) piece(kind, said string) {
	if r.uncovered.Len()+len(said) < maxUncovered {
		r.uncovered.WriteString(said)
		r.uncovered.WriteByte('\n')
	}
	same := 0
	for _, it := range r.items {
		if it.Kind == kind {
			same++
		}
	}
	if same >= maxPieces {
		r.count(kind, "")
		return
	}
	r.items = append(r.items, Removal{Kind: kind, Count: 1, Sample: clip(oneLine(clip(said, 4*sampleRunes)), sampleRunes)})
}

func (r *removals) list() []Removal { return r.items }

func (r *removals) hid() bool {
	for _, it := range r.items {
		if hides(it.Kind) {
			return true
		}
	}
	return false
}

// clip shortens s to n code points.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
