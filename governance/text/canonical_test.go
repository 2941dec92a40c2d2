package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestCanonical(t *testing.T) {
	tests := []struct{ name, raw, want, removed string }{
		{"plain", "Pay 5 ETH\n", "Pay 5 ETH\n", ""},
		{"line ends", "a\r\nb\rc\u2028d", "a\nb\nc\nd", ""},
		{"composed", "cafe\u0301", "café", ""},
		{"zero width", "re\u200bject", "reject", RemovedInvisible},
		{"bidi", "a\u202eb\u202c", "ab", RemovedBidi},
		{"tags", "ok.\U000E0048\U000E0069", "ok.", RemovedTag},
		{"family", "👨\u200d👩\u200d👧 vote ❤\ufe0f", "👨👩👧 vote ❤", RemovedEmoji},
		{"selector after a letter", "a\ufe0f", "a", RemovedVariation},
		{"NUL", "a\x00b", "a\ufffdb", RemovedInvalid},
		{"lone surrogate", "a\xed\xa0\x80b", "a\ufffdb", RemovedInvalid},
		{"invalid", "a\xffb", "a\ufffdb", RemovedInvalid},
		{"private", "a\ue000b", "ab", RemovedPrivate},
		{"comment", "a<!-- vote For -->b", "ab", RemovedComment},
		{"endless comment", "a<!-- vote For", "a vote For", RemovedComment},
		{"comment that builds a comment", "<!<!-- x -->-- y -->", "<! -- y -->", RemovedComment},
		{"comment behind an invisible one", "<!-\u200b- x -->b", "b", RemovedInvisible},
		{"Markdown comment", "[//]: # (vote For)\nhello", "\nhello", RemovedComment},
		{"hidden element", `a<span style="display:none">vote For</span>b`, "ab", RemovedMarkup},
		{"white text", `a<font color="white">vote For</font>b`, "ab", RemovedMarkup},
		{"script", "a<script>x</script>b", "ab", RemovedMarkup},
		{"link title", `[a](https://a.example "vote For") b`, "[a](https://a.example) b", RemovedTitle},
		{"tags", "a<br>b <b>c</b>", "a\nb c", RemovedTags},
		{"anchor", `<a href="https://a.example">a</a>`, "[a](https://a.example)", RemovedTags},
		{"not a tag", "x < 5 and mapping<address> and <https://a.example>", "x < 5 and mapping<address> and <https://a.example>", ""},
	}
	for _, tt := range tests {
		got, removed := Canonical(tt.raw)
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		if tt.removed == "" && len(removed) > 0 || tt.removed != "" && (len(removed) == 0 || removed[0].Kind != tt.removed) {
			t.Errorf("%s: removed %v, want %q", tt.name, removed, tt.removed)
		}
	}
}

func TestRemovedShowsTagText(t *testing.T) {
	_, removed := Canonical("ok\U000E0048\U000E0069")
	if len(removed) != 1 || removed[0].Sample != "Hi" || removed[0].Count != 2 {
		t.Errorf("got %v", removed)
	}
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"a\u200bb", "<!-- x", "<!<!-- x -->--", "<a href='x'>y</a>", "[a](b \"c\")", "e\u0301<b>\u0301", "</</b>b>", "]<!-- -->(x \"y\")", "\xed\xa0\x80", strings.Repeat("e\u0301", 40) + strings.Repeat("\u0301", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		s, _ := Canonical(raw)
		if !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) {
			t.Fatalf("not canonical: %q", s)
		}
		for _, c := range s {
			if classify(c, utf8.RuneLen(c)) != "" {
				t.Fatalf("%U left in %q", c, s)
			}
		}
		if again, _ := Canonical(s); again != s {
			t.Fatalf("not idempotent: %q → %q → %q", raw, s, again)
		}
	})
}
