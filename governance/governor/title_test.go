package governor

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTitles(t *testing.T) {
	long := strings.Repeat("word ", 40)
	for _, test := range []struct{ name, description, title, body string }{
		{"heading", "# Raise the fee\n\nBy a tenth.", "Raise the fee", "# Raise the fee\n\nBy a tenth."},
		{"blank lines", "\n \n## Raise\nmore", "Raise", "\n \n## Raise\nmore"},
		{"only marks", "###\n\nText", "Text", "###\n\nText"},
		{"written breaks", `# Raise\n\nBy a tenth`, "Raise", "# Raise\n\nBy a tenth"},
		{"a backslash in a real text", "# Raise\\now\nText", `Raise\now`, "# Raise\\now\nText"},
		{"first sentence", "Pay the team. " + long, "Pay the team.", "Pay the team. " + long},
		{"no sentence", long, strings.TrimSpace(long[:119]) + "…", long},
		{"proposer", "Pay#proposer=0x" + strings.Repeat("aB", 20), "Pay", "Pay"},
		{"proposer inside", "Pay #proposer=0x12 now", "Pay #proposer=0x12 now", "Pay #proposer=0x12 now"},
		{"nothing", "", "", ""},
		{"spaces", " \n\t", "", " \n\t"},
	} {
		t.Run(test.name, func(t *testing.T) {
			body := bodyOf([]byte(test.description))
			if title := titleOf(body); title != test.title || body != test.body {
				t.Errorf("title %q of body %q", title, body)
			}
		})
	}
}

func FuzzTitle(f *testing.F) {
	f.Add([]byte("# A title\\n\xff#proposer=0x"))
	f.Add([]byte(strings.Repeat("é. ", 100)))
	f.Fuzz(func(t *testing.T, description []byte) {
		body := bodyOf(description)
		title := titleOf(body)
		if !utf8.ValidString(body) || !utf8.ValidString(title) || strings.ContainsRune(body+title, 0) {
			t.Errorf("not fit to be stored: %q %q", title, body)
		}
		if utf8.RuneCountInString(title) > maxTitle+1 || strings.ContainsAny(title, "\n") {
			t.Errorf("title %q", title)
		}
	})
}
