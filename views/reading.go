package views

import (
	"math"
	"strconv"
)

// Reading is the drawing of a score with its range: a point from −100 to
// 100. Use NewReading or SmallReading.
type Reading struct {
	Label   string // choice that is scored, "" in tables
	Score   string // "+46"
	Sure    string // "86% sure", "86%"
	Unsure  bool   // dashed range, hollow point: the range crosses the middle
	Aria    string
	ViewBox string
	Axis    string // path
	Mid     string // path
	Range   string // path
	X       string // of the point
	R       string // its radius
}

// reading geometry: the mock's numbers, in SVG units.
const (
	wideReading  = 208
	smallReading = 112
	inset        = 4
)

// NewReading draws the score of a choice, −100…100, with confidence and the
// confidence from which one is sure, both 0…1. Half the range's width is
// |score| × z(minimum) ÷ z(confidence), so it crosses the middle exactly
// when confidence is below the minimum; at 0.5 or less it is the full range.
func NewReading(label string, score, confidence, minimum float64) *Reading {
	r := drawReading(label, score, confidence, minimum, wideReading)
	r.Label, r.Sure = label, r.Sure+" sure"
	return r
}

// SmallReading is the same drawing for a table, without the label.
func SmallReading(label string, score, confidence, minimum float64) *Reading {
	return drawReading(label, score, confidence, minimum, smallReading)
}

func drawReading(label string, score, confidence, minimum float64, width int) *Reading {
	score = clamp(score, -100, 100)
	low, high := readingRange(score, confidence, minimum)
	mid, end := width/2, width-inset
	x := func(v float64) string {
		return strconv.Itoa(mid + int(math.Round(v*float64(mid-inset)/100)))
	}
	r := &Reading{
		Score: Points(score), Sure: Percent(confidence), Unsure: confidence < minimum,
		ViewBox: "0 0 " + strconv.Itoa(width) + " 24",
		Axis:    "M4 12H" + strconv.Itoa(end),
		Mid:     "M" + strconv.Itoa(mid) + " 4v16",
		Range:   "M" + x(low) + " 12H" + x(high),
		X:       x(score), R: "5.5",
	}
	if width == smallReading {
		r.R = "4.5"
	}
	name := label
	if name == "" {
		name = "Score"
	} else {
		name += ": score"
	}
	r.Aria = name + " " + r.Score + " of −100 to 100, range " + Points(low) + " to " + Points(high) + ", " + r.Sure + " sure"
	return r
}

// readingRange returns the ends of the range around score.
func readingRange(score, confidence, minimum float64) (low, high float64) {
	if confidence <= 0.5 || minimum <= 0.5 {
		if confidence <= 0.5 {
			return -100, 100
		}
		return score, score
	}
	half := math.Abs(score) * quantile(minimum) / quantile(math.Min(confidence, 0.999))
	return clamp(score-half, -100, 100), clamp(score+half, -100, 100)
}

// quantile is that of the normal distribution, for p in (0.5, 1).
func quantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

func clamp(v, low, high float64) float64 { return math.Max(low, math.Min(high, v)) }
