package views

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestSpan(t *testing.T) {
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		0: "0 s", 40 * time.Second: "40 s", -40 * time.Second: "40 s", 59*time.Second + 999*time.Millisecond: "59 s", time.Minute: "1 min", 59 * time.Minute: "59 min",
		time.Hour: "1 h", 3*time.Hour + 12*time.Minute: "3 h 12 min", 21*time.Hour + 48*time.Minute: "21 h", 2*day + 4*time.Hour: "2 d 4 h", 12*day + 4*time.Hour: "12 d",
		90 * day: "3 months", 800 * day: "2 years",
	} {
		if got := Span(d); got != want {
			t.Errorf("Span(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestWhen(t *testing.T) {
	now := cannedNow
	w := Ends(now, now.Add(52*time.Hour))
	if w.Text != "ends in 2 d 4 h" || w.Exact != "Thu 16 Jul 2026, 13:12 UTC" || w.ISO != "2026-07-16T13:12:00Z" || w.Soon {
		t.Errorf("Ends = %+v", w)
	}
	if w := Ends(now, now.Add(5*time.Hour)); !w.Soon {
		t.Error("five hours are soon")
	}
	if w := Ends(now, now.Add(-73*time.Hour)); w.Text != "ended 3 d 1 h ago" || w.Soon {
		t.Errorf("a past end = %+v", w)
	}
	if w := EndsShort(now, now.Add(5*time.Hour)); w.Text != "5 h" {
		t.Errorf("EndsShort = %q", w.Text)
	}
	if w := NewWhen("seen", now, time.Time{}); w != (When{}) {
		t.Errorf("a zero time = %+v", w)
	}
	if got := Relative(now, now.Add(300*time.Millisecond)); got != "now" {
		t.Errorf("Relative = %q", got)
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Number(0), "0"}, {Number(1412880), "1,412,880"}, {Number(1412880.4), "1,412,880"}, {Number(38.5), "38.5"}, {Number(999.999), "1,000"}, {Number(1e21), "1,000,000T or more"}, {Number(0.00042123), "0.000421"},
		{Number(-1234), "−1,234"}, {Number(-0.5), "−0.5"}, {Number(1e-12), "0"}, {Number(nan()), "–"},
		{Compact(1_475_999), "1.48M"}, {Compact(2e9), "2B"}, {Compact(12_345), "12,345"}, {Compact(-3e6), "−3M"},
		{USD(4_500_000), "$4.5M"}, {USD(250_000), "$250,000"}, {USD(0.05), "$0.05"}, {USD(-12), "−$12"},
		{Amount("375000", "USDC"), "375,000 USDC"}, {Amount("0.1426", "USDCx"), "0.1426 USDCx"}, {Amount("1200.50", "USD"), "$1,200.5"}, {Amount("", "ARB"), "no amount given, in ARB"},
		{Amount("", ""), "no amount given"}, {Amount("1e5", "X"), "no amount given, in X"}, {Amount("007", ""), "7"}, {Amount("0", "ETH"), "0 ETH"}, {Amount("1.2.3", "X"), "no amount given, in X"},
		{Amount("115792089237316195423570985008687907853269984665640564039457584007913129639935", "WEI"), "115,792,089,237,316,195,423,570,985,008,687,907,853,269,984,665,640,564,039,457,584,007,913,129,639,935 WEI"},
		{Percent(0.636), "64%"}, {Percent(1), "100%"}, {Percent(-1), "0%"}, {Share(716, 1000), "71.6%"}, {Share(1, 0), "0%"}, {Share(5, 4), "100%"}, {Share(-1, 4), "0%"}, {Share(nan(), 4), "0%"},
		{Points(46.4), "+46"}, {Points(-9), "−9"}, {Points(-0.3), "0"},
		{Plural(1, "version", "versions"), "1 version"}, {Plural(1204, "voter", "voters"), "1,204 voters"}, {Plural(0, "vote", "votes"), "0 votes"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func nan() float64 { zero := 0.0; return zero / zero }

func TestSplitTitle(t *testing.T) {
	for in, want := range map[string]Title{
		"Plain":                          {Rest: "Plain"},
		"[EP 6.13] [Corrected] - Season": {Pre: "[EP 6.13] [Corrected] - ", Rest: "Season"},
		"[ARFC]Add a market":             {Pre: "[ARFC]", Rest: "Add a market"},
		"[Only brackets]":                {Rest: "[Only brackets]"},
		"[Only brackets] -":              {Rest: "[Only brackets] -"},
		"[never closed":                  {Rest: "[never closed"},
		"  [A]: b ":                      {Pre: "[A]: ", Rest: "b"},
		"":                               {},
	} {
		if got := SplitTitle(in); got != want {
			t.Errorf("SplitTitle(%q) = %+v, want %+v", in, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Seal("ens"), "E"}, {Seal("🌱 0xSplits"), "0"}, {Seal("مجلس"), "م"}, {Seal("—"), "·"}, {Seal(""), "·"},
		{ShortAddress("0x71C4000000000000000000000000000000009bE2"), "0x71C4…9bE2"}, {ShortAddress("short"), "short"}, {ShortAddress(strings.Repeat("ü", 40)), strings.Repeat("ü", 24) + "…"},
		{Clip("one two three", 9), "one two…"}, {Clip("short", 9), "short"}, {Clip(strings.Repeat("a", 20), 5), "aaaaa…"},
		{Visible("a\u200bb c\x00"), "a⟨U+200B⟩b c⟨U+0000⟩"}, {Visible("\U000E0041"), "⟨U+E0041⟩"},
		{HTTPS("https://snapshot.box/#/s:a.eth", "snapshot.box"), "https://snapshot.box/#/s:a.eth"}, {HTTPS("https://evil.example", "snapshot.box"), ""}, {HTTPS("http://a.example"), ""},
		{HTTPS("javascript:alert(1)"), ""}, {HTTPS("https://user@a.example"), ""}, {HTTPS("https:a.example"), ""}, {HTTPS(" https://a.example/x "), "https://a.example/x"}, {HTTPS("https://snapshot.box.evil.example", "snapshot.box"), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestCalmKeepsLanguagesAndStopsStacks(t *testing.T) {
	for _, s := range []string{"plain", "Ünïcödé", "Tiếng Việt", "हिन्दी", "שָׁלוֹם", "e\u0301"} {
		if got := Calm(s); got != s {
			t.Errorf("Calm(%q) = %q", s, got)
		}
	}
	if got := utf8.RuneCountInString(Calm("Z" + strings.Repeat("\u0316", 500))); got > 5 {
		t.Errorf("%d characters are left of a stack", got)
	}
}

func FuzzFormatting(f *testing.F) {
	for _, s := range []string{"[a] b", hostileTitle, zalgo, "\xff\xfe", strings.Repeat("[", 99)} {
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		if n < 1 || n > 500 {
			return
		}
		if title := SplitTitle(s); title.Pre+title.Rest != strings.TrimSpace(s) {
			t.Errorf("SplitTitle loses something of %q: %+v", s, title)
		}
		if c := Clip(s, n); utf8.RuneCountInString(c) > n+1 {
			t.Errorf("Clip(%q, %d) = %q", s, n, c)
		}
		if h := HTTPS(s); h != "" && !strings.HasPrefix(h, "https://") {
			t.Errorf("HTTPS(%q) = %q", s, h)
		}
		Visible(s)
		ShortAddress(s)
		Amount(s, s)
	})
}
