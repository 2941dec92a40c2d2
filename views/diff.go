package views

import "strings"

// DiffLines compares two texts line by line and keeps context lines around
// each change. It cuts after limit lines and returns how many were left out.
// The work is bounded: above four million pairs of changed lines the texts
// are given whole,
// the old one removed and the new one added.
func DiffLines(old, now string, context, limit int) (lines []DiffLine, cut int) {
	all := compareLines(strings.Split(old, "\n"), strings.Split(now, "\n"))
	keep := make([]bool, len(all))
	for i, l := range all {
		if l.Kind == ' ' {
			continue
		}
		for j := max(0, i-context); j <= min(len(all)-1, i+context); j++ {
			keep[j] = true
		}
	}
	for i, l := range all {
		switch {
		case !keep[i]:
		case len(lines) < limit:
			lines = append(lines, l)
		default:
			cut++
		}
	}
	return lines, cut
}

// compareLines sets equal lines at both ends apart before aligning the rest.
func compareLines(a, b []string) []DiffLine {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	out := appendLines(nil, ' ', a[:head])
	out = append(out, middle(a[head:len(a)-tail], b[head:len(b)-tail])...)
	return appendLines(out, ' ', a[len(a)-tail:])
}

const maxDiffCells = 4_000_000

// middle aligns what differs by the longest common subsequence.
func middle(a, b []string) []DiffLine {
	if len(a)*len(b) > maxDiffCells || len(a) == 0 || len(b) == 0 {
		return appendLines(appendLines(nil, '-', a), '+', b)
	}
	w := len(b) + 1
	common := make([]uint16, (len(a)+1)*w)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i*w+j] = common[(i+1)*w+j+1] + 1
			} else {
				common[i*w+j] = max(common[(i+1)*w+j], common[i*w+j+1])
			}
		}
	}
	var out []DiffLine
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			out = append(out, DiffLine{' ', a[i]})
			i, j = i+1, j+1
		case common[(i+1)*w+j] >= common[i*w+j+1]:
			out = append(out, DiffLine{'-', a[i]})
			i++
		default:
			out = append(out, DiffLine{'+', b[j]})
			j++
		}
	}
	return appendLines(appendLines(out, '-', a[i:]), '+', b[j:])
}

func appendLines(out []DiffLine, kind byte, lines []string) []DiffLine {
	for _, l := range lines {
		out = append(out, DiffLine{kind, l})
	}
	return out
}
