package reader

import "strings"

// scheduleIn reads how an amount is paid.
func scheduleIn(s string) string {
	low := strings.ToLower(s)
	for _, w := range schedules {
		if i := strings.Index(low, w); i >= 0 {
			return w
		}
	}
	for _, lead := range [...]string{"over the next ", "over a ", "over ", "for a period of ", "for "} {
		i := strings.Index(low, lead)
		if i < 0 {
			continue
		}
		rest := low[i:]
		for _, unit := range [...]string{" months", " month", " weeks", " years", " year", " quarters", " days"} {
			if end := strings.Index(rest, unit); end > 0 && end < 28 {
				return strings.TrimSpace(rest[:end+len(unit)])
			}
		}
	}
	return ""
}

var schedules = []string{"per month", "monthly", "per year", "annually", "per annum", "per week", "weekly", "quarterly", "per quarter", "one-time", "one time", "upfront", "up front", "streamed", "linear vesting", "vested", "bi-weekly", "biweekly", "lump sum", "in tranches", "milestone"}
