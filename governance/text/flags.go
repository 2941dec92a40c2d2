package text

import (
	"strings"

	"mandate/governance"
)

// flagsOf applies every detector. The order is fixed, so that equal texts
// have equal flags.
func flagsOf(d *Document, p *governance.Proposal, in *intake) []governance.Flag {
	var flags []governance.Flag
	add := func(on bool, f governance.Flag) {
		if on {
			flags = append(flags, f)
		}
	}
	body := d.Text[d.Byte(d.BodyAt):]
	add(in.removed.hid(), governance.FlagHiddenText)
	add(instructs(d.Text) || instructs(uncovered(in)) || instructs(strings.Join(d.Choices, "\n")), governance.FlagInstructions)
	add(mixesLanguages(body), governance.FlagMixedLanguage)
	add(mismatchesLinks(d.Text), governance.FlagLinkMismatch)
	add(in.cut || len(d.Text) > longAt, governance.FlagOversize)
	add(letters(body) < 20, governance.FlagEmpty)
	add(p.Flagged, governance.FlagSpam)
	add(confusesChoices(d.Choices, p.Ref.Venue()), governance.FlagChoices)
	return flags
}

// uncovered is everything that was hidden and says something.
func uncovered(in *intake) string {
	var b strings.Builder
	b.WriteString(in.removed.uncovered.String())
	for _, it := range in.removed.items {
		if it.Kind == RemovedTag {
			b.WriteString(it.Sample)
		}
	}
	return b.String()
}

// letters counts letters and digits, up to what any caller asks about.
func letters(s string) int {
	n := 0
	for i := 0; i < len(s) && n < 100; i++ {
		if c := s[i]; c >= 0x80 || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' {
			n++
		}
	}
	return n
}
