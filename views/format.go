package views

import (
	"math"
	"strconv"
	"strings"
)

// Number writes a count or an amount with separators and at most three
// significant decimals: "1,412,880", "38.5", "0.000421".
func Number(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "–"
	case a >= endless:
		return Compact(v)
	case a >= 999.995 || a == math.Trunc(a):
		return group(strconv.FormatFloat(math.Round(v), 'f', 0, 64))
	case a >= 1:
		return minus(trimZeros(strconv.FormatFloat(v, 'f', 2, 64)))
	case a < 1e-9:
		return "0"
	default:
		digits := 2 - int(math.Floor(math.Log10(a)))
		return minus(trimZeros(strconv.FormatFloat(v, 'f', digits, 64)))
	}
}

// endless is where digits stop telling anything; only made-up numbers are
// as large.
const endless = 1e18

// Compact writes a large number short: "1.48M", "12.3k".
func Compact(v float64) string {
	a := math.Abs(v)
	if a >= endless {
		return group(strconv.FormatFloat(math.Copysign(endless/1e12, v), 'f', 0, 64)) + "T or more"
	}
	for _, u := range [...]struct {
		size float64
		name string
	}{{1e12, "T"}, {1e9, "B"}, {1e6, "M"}} {
		if a >= u.size {
			return minus(trimZeros(strconv.FormatFloat(v/u.size, 'f', 2, 64))) + u.name
		}
	}
	return Number(v)
}

// USD writes dollars: "$4.5M" from a million, "$250,000" below.
func USD(v float64) string {
	if v < 0 {
		return "−" + USD(-v)
	}
	if v >= 1 {
		v = math.Round(v)
	}
	return "$" + Compact(v)
}

// Amount writes a plain decimal with its token: "375,000 USDC", "$1,200".
// An empty or odd amount gives "no amount given", with the token if known.
func Amount(decimal, token string) string {
	whole, fraction, _ := strings.Cut(decimal, ".")
	if !isDigits(whole) || strings.Trim(fraction, "0123456789") != "" {
		if token == "" {
			return "no amount given"
		}
		return "no amount given, in " + token
	}
	s := group(strings.TrimLeft(whole, "0"))
	if s == "" {
		s = "0"
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		s += "." + fraction
	}
	switch token {
	case "":
		return s
	case "USD":
		return "$" + s
	default:
		return s + " " + token
	}
}

// Percent writes a share, 0…1, without decimals: "64%".
func Percent(share float64) string {
	return strconv.Itoa(int(math.Round(clamp(share, 0, 99.99)*100))) + "%"
}

// Share writes part of total with one decimal, also as an SVG width:
// "71.6%". It is "0%" where total is not positive.
func Share(part, total float64) string {
	if !(total > 0) || !(part > 0) {
		return "0%"
	}
	return trimZeros(strconv.FormatFloat(math.Min(part/total, 1)*100, 'f', 1, 64)) + "%"
}

// Points writes a score: "+46", "−9", "0".
func Points(v float64) string {
	switch n := int(math.Round(v)); {
	case n > 0:
		return "+" + strconv.Itoa(n)
	case n < 0:
		return "−" + strconv.Itoa(-n)
	default:
		return "0"
	}
}

// Plural writes a number with its noun: "1 version", "1,204 voters".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return group(strconv.Itoa(n)) + " " + many
}

func group(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	if len(s) <= 3 {
		return sign + s
	}
	b := make([]byte, 0, len(s)+len(s)/3)
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, s[i])
	}
	return sign + string(b)
}

func trimZeros(s string) string {
	if strings.IndexByte(s, '.') < 0 {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

func minus(s string) string { return strings.Replace(s, "-", "−", 1) }

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
