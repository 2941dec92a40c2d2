package views

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// The mock's drawings are the reference: score, confidence and the path.
func TestReadingDrawsAsTheMock(t *testing.T) {
	for _, c := range []struct {
		score, confidence float64
		x                 string
		unsure            bool
	}{{24, 0.64, "128", true}, {71, 0.95, "175", false}, {46, 0.86, "150", false}, {-31, 0.82, "73", false}} {
		r := NewReading("For", c.score, c.confidence, 0.8)
		if r.X != c.x || r.Unsure != c.unsure || r.ViewBox != "0 0 208 24" || r.Axis != "M4 12H204" || r.Mid != "M104 4v16" {
			t.Errorf("%v at %v: %+v", c.score, c.confidence, r)
		}
	}
	r := NewReading("For", 46, 0.86, 0.8)
	if r.Aria != "For: score +46 of −100 to 100, range +10 to +82, 86% sure" || r.Range != "M114 12H186" || r.Sure != "86% sure" {
		t.Errorf("%+v", r)
	}
	if s := SmallReading("For", -22, 0.84, 0.8); s.X != "45" || s.R != "4.5" || s.Label != "" || s.Sure != "84%" {
		t.Errorf("%+v", s)
	}
}

// The range crosses the middle exactly when the agent would ask.
func TestRangeCrossesTheMiddleExactlyWhenUnsure(t *testing.T) {
	for score := -100.0; score <= 100; score += 7 {
		for confidence := 0.0; confidence <= 1; confidence += 0.01 {
			low, high := readingRange(score, confidence, 0.8)
			if math.IsNaN(low) || math.IsNaN(high) || low < -100 || high > 100 || low > high {
				t.Fatalf("%v at %v: range %v to %v", score, confidence, low, high)
			}
			crosses := low < -1e-9 && high > 1e-9
			if unsure := confidence < 0.8-1e-9; score != 0 && crosses != unsure && math.Abs(confidence-0.8) > 0.005 {
				t.Errorf("%v at %v: range %v to %v", score, confidence, low, high)
			}
		}
	}
}

func TestContribAndShiftStayInTheirDrawing(t *testing.T) {
	for _, points := range []float64{-200, -50, -22, -0.1, 0, 0.1, 31, 50, 300} {
		c := NewContrib("a", "b", points, 31)
		x, w := number(t, c.X), number(t, c.Width)
		if x < 0 || w < 0 || x+w > 100.01 || c.Against != (points < 0) || c.Zero != (w < 0.5) {
			t.Errorf("%v: %+v", points, c)
		}
		s := NewShift(points, true, -points)
		if x := number(t, s.XAfter); x < 4 || x > 356 {
			t.Errorf("%v: %+v", points, s)
		}
	}
	if s := NewShift(0, false, 44); s.Before != "" || s.Range != "" || s.Aria != "score +44" {
		t.Errorf("%+v", s)
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestQuorum(t *testing.T) {
	if q := NewQuorum("Quorum", 1_475_999, 1_000_000); !q.Reached || q.Line != "50%" || q.Width != "73.8%" || q.Text != "1.48M of 1M" {
		t.Errorf("%+v", q)
	}
	if q := NewQuorum("Quorum", 5, 1); q.Line != "20%" || q.Width != "100%" {
		t.Errorf("%+v", q)
	}
	if NewQuorum("Quorum", 5, 0) != nil || NewQuorum("Quorum", 5, nan()) != nil {
		t.Error("no quorum, no bar")
	}
}

func TestRefsMarkTheFirstPlace(t *testing.T) {
	var r Refs
	a, b := r.Of(1, 2), r.Of(2, 3)
	if !a[0].First || !a[1].First || b[0].First || !b[1].First || b[1].N != "3" {
		t.Errorf("%+v %+v", a, b)
	}
}

func TestDiffLines(t *testing.T) {
	show := func(lines []DiffLine) string {
		var b strings.Builder
		for _, l := range lines {
			b.WriteByte(l.Kind)
			b.WriteString(l.Text + "\n")
		}
		return b.String()
	}
	lines, cut := DiffLines("a\nb\nc\nd\ne\nf", "a\nb\nX\nd\ne\nf\ng", 1, 10)
	if got, want := show(lines), " b\n-c\n+X\n d\n f\n+g\n"; got != want || cut != 0 {
		t.Errorf("got %q (%d cut), want %q", got, cut, want)
	}
	if lines, cut := DiffLines("a", "b\nc\nd", 0, 2); len(lines) != 2 || cut != 2 {
		t.Errorf("%v %d", lines, cut)
	}
	if lines, _ := DiffLines("same", "same", 3, 9); len(lines) != 0 {
		t.Errorf("%v", lines)
	}
}

// Whatever the texts are, the script of edits turns one into the other.
func FuzzDiffLines(f *testing.F) {
	f.Add("a\nb", "b\nc")
	f.Add("", "x")
	f.Fuzz(func(t *testing.T, old, now string) {
		var a, b []string
		for _, l := range compareLines(strings.Split(old, "\n"), strings.Split(now, "\n")) {
			if l.Kind != '+' {
				a = append(a, l.Text)
			}
			if l.Kind != '-' {
				b = append(b, l.Text)
			}
		}
		if strings.Join(a, "\n") != old || strings.Join(b, "\n") != now {
			t.Errorf("%q → %q: %q → %q", old, now, a, b)
		}
	})
}

func BenchmarkDiffLinesWorst(b *testing.B) {
	var x, y strings.Builder
	for i := range 2000 {
		x.WriteString(strconv.Itoa(i*2) + "\n")
		y.WriteString(strconv.Itoa(i*2+1) + "\n")
	}
	for b.Loop() {
		DiffLines(x.String(), y.String(), 2, 400)
	}
}
