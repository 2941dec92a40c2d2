package reader

import "strings"

// wordFeatures reads cues from the words of u.
func (p *page) wordFeatures(u *unit, on func(int, bool)) {
	low := u.low
	on(fAsks, asks(low))
	on(fIfPassed, hasAny(low, ifPassed))
	on(fWill, hasAny(low, willCues))
	on(fChange, hasAny(low, changeCues))
	on(fFromTo, strings.Contains(low, "from ") && strings.Contains(low, " to ") && len(u.amounts) > 1)
	on(fQuestion, strings.HasSuffix(low, "?"))
	_, links := withoutLinks(low)
	on(fLink, links > 0)
	on(fLimit, hasAny(low, limitCues))
	on(fReason, hasAny(low, reasonCues))
	on(fSelf, hasAny(low, selfCues))
	on(fPast, hasAny(low, pastCues))
	on(fHype, hasAny(low, hypeCues))
	on(fBold, strings.Contains(p.words(u), "**"))
	on(fOption, hasAny(low, optionCues))
}

// numberFeatures reads what is counted in u.
func (p *page) numberFeatures(u *unit, on func(int, bool)) {
	money := 0
	for _, a := range u.amounts {
		switch {
		case a.Percent:
			on(fPercent, true)
		case a.Token != "":
			money++
		default:
			on(fNumber, true)
		}
	}
	on(fMoney, money > 0)
	on(fMoneyMany, money > 1)
	on(fAmountAsk, money > 0 && hasAny(u.low, payCues))
	on(fDate, len(u.dates) > 0)
	on(fAddress, len(u.addresses) > 0)
}

func asks(low string) bool { return hasAny(low, askCues) }

func hasAny(low string, cues []string) bool {
	for _, c := range cues {
		if strings.Contains(low, c) {
			return true
		}
	}
	return false
}
