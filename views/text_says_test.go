package views

import "testing"

func TestSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line, title string
		want        bool
	}{
		{"Slash indexers that serve stale data", "LIP-19: Slash indexers that serve stale data", false},
		{"Extend the budget — asks for 1,463 USDC", "AMP-14: Extend the budget", false},
		{"Fund a second audit — asks for 148,000 USDC", "[HIP-40] Fund a second audit", false},
		{"Buy the machine?", "BUY THE MACHINE", false},
		{"Pay the guild 12,000 USDC a quarter", "Guild renewal", true},
		{"Anything", "", true},
		{"", "Title", false},
		{"…", "Title", false},
	} {
		if got := Says(c.line, c.title); got != c.want {
			t.Errorf("Says(%q, %q) = %v", c.line, c.title, got)
		}
	}
}

func TestFirstSentence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"The guild is paid for a year. It reports each quarter.", "The guild is paid for a year."},
		{"Used, two groups, 1,900 € incl. transport. The old one leaks.", "Used, two groups, 1,900 € incl. transport."},
		{"See report No. 5 of the committee on translations. More.", "See report No. 5 of the committee on translations."},
		{"Short. But then it goes on for long enough. End", "Short. But then it goes on for long enough."},
		{"我们建议在秋季举办一次为期两天的黑客松活动，地点待定。预算如下。", "我们建议在秋季举办一次为期两天的黑客松活动，地点待定。"},
		{"no end here", "no end here"},
		{"", ""},
		{"\xff\xfe broken bytes stay bounded", "\xff\xfe broken bytes stay bounded"},
	} {
		if got := FirstSentence(c.in, 80); got != c.want {
			t.Errorf("FirstSentence(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestUnmark(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"**21.4 million USDC** in four payments", "21.4 million USDC in four payments"},
		{"and **9 million MRD** for grants", "and 9 million MRD for grants"},
		{"Note that the first is *Against*.", "Note that the first is Against."},
		{"| Security | 3,900,000 | +520,000 |", "Security · 3,900,000 · +520,000"},
		{"## A heading", "A heading"},
		{"- a point", "a point"},
		{"see [the report](https://example.org/a_b)", "see the report"},
		{"`setFee(uint256)` is called", "setFee(uint256) is called"},
		{"3 * 4 stays, and so does a_b", "3 * 4 stays, and so does a_b"},
		{"#5 stays", "#5 stays"},
		{"-5% stays", "-5% stays"},
		{"plain", "plain"},
	} {
		if got := Unmark(c.in); got != c.want {
			t.Errorf("Unmark(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	if !Same("Security · 3,900,000", "Security", "3,900,000 USDC") {
		t.Error("a row that repeats its name and amount is the same")
	}
	if Same("Security reviews of the bridge · 3,900,000", "Security", "3,900,000 USDC") {
		t.Error("a row that says more is not the same")
	}
}
