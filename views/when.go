package views

import (
	"strconv"
	"strings"
	"time"
)

// Span says a duration in at most two units: "2 d 4 h", "3 h 12 min", "40 s".
func Span(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	case d < 24*time.Hour:
		return units(d, time.Hour, " h", time.Minute, " min")
	case d < 60*24*time.Hour:
		return units(d, 24*time.Hour, " d", time.Hour, " h")
	case d < 730*24*time.Hour:
		return strconv.Itoa(int(d/(30*24*time.Hour))) + " months"
	case d < 100*365*24*time.Hour:
		return strconv.Itoa(int(d/(365*24*time.Hour))) + " years"
	default: // a duration ends at 292 years
		return "over 100 years"
	}
}

func units(d, big time.Duration, bigName string, small time.Duration, smallName string) string {
	s := strconv.Itoa(int(d/big)) + bigName
	if rest := int(d % big / small); rest > 0 && d < 10*big {
		s += " " + strconv.Itoa(rest) + smallName
	}
	return s
}

// Relative says when t is, seen from now: "in 2 d 4 h", "4 min ago", "now".
func Relative(now, t time.Time) string {
	switch d := t.Sub(now); {
	case d.Abs() < time.Second:
		return "now"
	case d > 0:
		return "in " + Span(d)
	default:
		return Span(d) + " ago"
	}
}

// Exact says an instant in full: "Thu 16 Jul 2026, 13:40 UTC".
func Exact(t time.Time) string {
	if t.IsZero() {
		return "a time that is not known"
	}
	return t.UTC().Format("Mon 2 Jan 2006, 15:04 UTC")
}

// NewWhen is an instant with text shown before the relative time: "seen",
// "" = nothing. A zero time gives a zero When.
func NewWhen(before string, now, t time.Time) When {
	if t.IsZero() {
		return When{}
	}
	w := When{Text: Relative(now, t), Exact: Exact(t), ISO: t.UTC().Format(time.RFC3339)}
	if before != "" {
		w.Text = before + " " + w.Text
	}
	return w
}

// Ends is the end of voting: "ends in 2 d 4 h" or "ended 3 d ago". It is
// soon within 24 hours.
func Ends(now, end time.Time) When {
	if end.IsZero() {
		return When{Text: "end not known"}
	}
	w := NewWhen("ends", now, end)
	if left := end.Sub(now); left <= 0 {
		w.Text = "ended " + Relative(now, end)
	} else {
		w.Soon = left < 24*time.Hour
	}
	return w
}

// EndsShort is the same for a table or a timetable, where space is small: in
// one unit within a day ("5 h", "11 min"), else "1 d 6 h" or "3 d ago".
func EndsShort(now, end time.Time) When {
	w := Ends(now, end)
	switch d := end.Sub(now); {
	case d >= time.Hour && d < 24*time.Hour:
		w.Text = strconv.Itoa(int(d/time.Hour)) + " h"
	case d < -time.Hour && d > -24*time.Hour:
		w.Text = strconv.Itoa(int(-d/time.Hour)) + " h ago"
	case d <= -24*time.Hour && d > -60*24*time.Hour:
		w.Text = strconv.Itoa(int(-d/(24*time.Hour))) + " d ago"
	default:
		w.Text = strings.TrimPrefix(Relative(now, end), "in ")
	}
	return w
}
