package text

// Dates finds dates in s: 2024-05-31, 31/5/2024, 5 May 2024, May 5th 2024,
// May 5, Q3 2024, 2024年5月31日.
func Dates(s string) []Span {
	var spans []Span
	c := newCounter(s)
	for i := 0; i < len(s); {
		if end := skipOpaque(s, i); end > i {
			i = end
			continue
		}
		if i > 0 && isWordByte(s[i-1]) || !isWordByte(s[i]) {
			i++
			continue
		}
		if end := dateAt(s, i); end > i {
			spans = append(spans, c.span(i, end))
			i = end
			continue
		}
		i++
	}
	return spans
}

// dateAt returns the end of the date that starts at i, 0 if none does.
func dateAt(s string, i int) int {
	switch {
	case s[i] >= '0' && s[i] <= '9':
		return numericDate(s, i)
	case s[i]|0x20 == 'q' && i+1 < len(s) && s[i+1] >= '1' && s[i+1] <= '4':
		if end := year(s, spaces(s, i+2)); end > 0 {
			return end
		}
		return 0
	}
	end := month(s, i)
	if end == 0 {
		return 0
	}
	return afterMonth(s, end)
}

// afterMonth reads a day and a year, of which at least one must be there.
func afterMonth(s string, i int) int {
	at := spaces(s, i)
	if end := year(s, at); end > 0 {
		return end
	}
	end := day(s, at)
	if end == 0 {
		return 0
	}
	at = end
	if at < len(s) && s[at] == ',' {
		at++
	}
	if y := year(s, spaces(s, at)); y > 0 {
		return y
	}
	return end
}

// numericDate reads dates that start with a digit.
func numericDate(s string, i int) int {
	end := digits(s, i, 4)
	if end == i+4 {
		return yearFirst(s, end)
	}
	if end > i+2 || end >= len(s) {
		return 0
	}
	if sep := s[end]; sep == '/' || sep == '.' || sep == '-' {
		second := digits(s, end+1, 2)
		if second > end+1 && second < len(s) && s[second] == sep {
			if third := digits(s, second+1, 4); third == second+5 || third == second+3 {
				return third
			}
		}
		return 0
	}
	at := spaces(s, day(s, i))
	if hasPrefixFold(s[at:], "of ") {
		at += 3
	}
	m := month(s, at)
	if m == 0 {
		return 0
	}
	if at = m; at < len(s) && s[at] == ',' {
		at++
	}
	if y := year(s, spaces(s, at)); y > 0 {
		return y
	}
	return m
}

// yearFirst reads 2024-05-31, 2024/5/31 and 2024年5月31日 after the year.
func yearFirst(s string, end int) int {
	if end >= len(s) {
		return 0
	}
	if sep := s[end]; sep == '-' || sep == '/' {
		if m := digits(s, end+1, 2); m > end+1 && m < len(s) && s[m] == sep {
			if d := digits(s, m+1, 2); d > m+1 {
				return d
			}
		}
		return 0
	}
	return eastern(s, end)
}

func eastern(s string, end int) int {
	const nen, gatsu, nichi = "年", "月", "日"
	if len(s) < end+len(nen) || s[end:end+len(nen)] != nen {
		return 0
	}
	m := digits(s, end+len(nen), 2)
	if m == end+len(nen) || len(s) < m+len(gatsu) || s[m:m+len(gatsu)] != gatsu {
		return end + len(nen)
	}
	m += len(gatsu)
	if d := digits(s, m, 2); d > m && len(s) >= d+len(nichi) && s[d:d+len(nichi)] == nichi {
		return d + len(nichi)
	}
	return m
}

func digits(s string, i, most int) int {
	n := 0
	for i < len(s) && n < most && s[i] >= '0' && s[i] <= '9' {
		i++
		n++
	}
	return i
}

func spaces(s string, i int) int {
	for n := 0; i < len(s) && s[i] == ' ' && n < 2; n++ {
		i++
	}
	return i
}

// day reads 1 to 31 with an ordinal ending.
func day(s string, i int) int {
	end := digits(s, i, 2)
	if end == i || end < len(s) && s[end] >= '0' && s[end] <= '9' {
		return 0
	}
	for _, ending := range []string{"st", "nd", "rd", "th"} {
		if hasPrefixFold(s[end:], ending) {
			return end + 2
		}
	}
	return end
}

func year(s string, i int) int {
	if end := digits(s, i, 4); end == i+4 && (s[i] == '2' && s[i+1] == '0' || s[i] == '1' && s[i+1] == '9') &&
		(end == len(s) || !isWordByte(s[end])) {
		return end
	}
	return 0
}

// month reads an English month, short or long.
func month(s string, i int) int {
	for _, m := range [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"} {
		if hasPrefixFold(s[i:], m) && (i+len(m) == len(s) || !isWordByte(s[i+len(m)])) {
			return i + len(m)
		}
		short := m[:3]
		if !hasPrefixFold(s[i:], short) {
			continue
		}
		end := i + 3
		if hasPrefixFold(s[i:], "sept") {
			end++
		}
		if end < len(s) && s[end] == '.' {
			end++
		}
		if end == len(s) || !isWordByte(s[end]) {
			return end
		}
	}
	return 0
}
