package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"mandate/governance"
)

func TestDocumentOffsets(t *testing.T) {
	body := strings.Repeat("Añadir 5万 USDC 👍 por mes. ", 100) + "Fin único."
	d := New(&governance.Proposal{Title: " Título\nlargo ", Body: body})
	if d.Title != "Título largo" || !strings.HasPrefix(d.Text, "Título largo\n\nAñadir") {
		t.Fatalf("text starts with %q", d.Text[:40])
	}
	start, end, ok := d.Find("Fin único.")
	if !ok || d.Slice(start, end) != "Fin único." || end != utf8.RuneCountInString(d.Text) {
		t.Errorf("found %d–%d %v", start, end, ok)
	}
	n := 0
	for at := range d.Text {
		if d.CodePoint(at) != n || d.Byte(n) != at {
			t.Fatalf("byte %d is code point %d: got %d, and %d back", at, n, d.CodePoint(at), d.Byte(n))
		}
		n++
	}
	if d.Slice(0, n+1) != "" || d.Slice(5, 5) != "" || d.Slice(-1, 3) != "" {
		t.Error("a slice out of range has text")
	}
}

func TestDocumentCutsWhatIsTooLarge(t *testing.T) {
	d := New(&governance.Proposal{Title: "Long", Body: strings.Repeat("é", MaxBytes)})
	if len(d.Text) > MaxBytes+100 || !utf8.ValidString(d.Text) {
		t.Errorf("%d bytes kept", len(d.Text))
	}
	if !has(d.Flags, governance.FlagOversize) {
		t.Errorf("flags %v", d.Flags)
	}
}

func has(flags []governance.Flag, f governance.Flag) bool {
	for _, g := range flags {
		if g == f {
			return true
		}
	}
	return false
}
