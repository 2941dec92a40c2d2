package web

import (
	"strings"

	"mandate/governance"
	"mandate/governance/text"
)

// plainLine is outside text as one line: canonical, so without invisible or
// direction-changing characters. Titles are mostly plain ASCII, which is
// passed on as it is.
func plainLine(s string) string {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			clean, _ := text.Canonical(s)
			return strings.Join(strings.Fields(clean), " ")
		}
	}
	return strings.TrimSpace(s)
}

// flagHints say in a sentence what a flag means.
var flagHints = map[governance.Flag]string{
	governance.FlagHiddenText:    "The text held characters or comments that a reader cannot see. They were removed and are listed below.",
	governance.FlagInstructions:  "Some words are aimed at a language model. They are text to Mandate and change nothing.",
	governance.FlagMixedLanguage: "Parts are in different languages and may say different things.",
	governance.FlagLinkMismatch:  "A link names one site and leads to another.",
	governance.FlagOversize:      "The text is larger than what is read in one go.",
	governance.FlagEmpty:         "There is no text to read, only a title.",
	governance.FlagSpam:          "Snapshot marked this proposal or its space as spam.",
	governance.FlagChoices:       "The labels of the choices are alike, contradict each other, or could be mistaken for one another.",
}
