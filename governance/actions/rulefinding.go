package actions

import (
	"strings"

	"mandate/governance"
)

const zeroAddress = "0x0000000000000000000000000000000000000000"

// finding makes one about a call; rule ids are set by the table.
func finding(s governance.Severity, c *call, title, detail string, proofs ...governance.Proof) governance.Finding {
	f := governance.Finding{Severity: s, Title: title, Detail: detail, ActionIndex: -1, Evidence: []governance.Proof{}}
	if c != nil {
		f.ActionIndex = c.top
	}
	for _, p := range proofs {
		if p.Text != "" {
			f.Evidence = append(f.Evidence, p)
		}
	}
	return f
}

func fromText(s string) governance.Proof     { return governance.Proof{Source: "text", Text: s} }
func fromCalldata(s string) governance.Proof { return governance.Proof{Source: "calldata", Text: s} }
func fromChain(s string) governance.Proof    { return governance.Proof{Source: "chain", Text: s} }
func fromSimulation(s string) governance.Proof {
	return governance.Proof{Source: "simulation", Text: s}
}

// shown is what a call does, for a proof: its sentence, else the bare facts.
func (c *call) shown() string {
	if c.Sentence != "" {
		return clip(c.Sentence, 400)
	}
	f := c.Function
	if f == "" {
		f = c.selector()
	}
	return clip(f+" on "+c.Target, 400)
}

func (c *call) selector() string {
	if len(c.Calldata) >= 10 {
		return c.Calldata[:10]
	}
	return c.Calldata
}

// base is the bare name of the function, lower case.
func (c *call) base() string {
	name, _, _ := strings.Cut(c.Function, "(")
	return strings.ToLower(name)
}

// clip shortens s to n bytes at a character's border.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}

// isFree: the zero address or a burn address, which nobody holds.
func isFree(address string) bool {
	a := strings.ToLower(address)
	return a == zeroAddress || a == "0x000000000000000000000000000000000000dead"
}
