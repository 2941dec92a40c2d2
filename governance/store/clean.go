package store

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"mandate/governance"
)

// lastSecond is the end of the year 9999: later times are somebody's joke.
const lastSecond = 253402300799

// clean makes p fit to be stored on either engine: valid UTF-8 without NUL
// (Postgres refuses both), finite numbers, whole seconds in UTC, JSON that
// is JSON. It must come before HashContent, so that what is read back hashes
// to the same.
func clean(p *governance.Proposal) {
	for _, s := range []*string{(*string)(&p.Ref), &p.DAO, &p.DAOName, &p.Author, &p.Title, &p.Body, &p.Discussion, &p.URL,
		(*string)(&p.Type), &p.Network, &p.Symbol, &p.Privacy, &p.QuorumType, &p.App, &p.IPFS} {
		*s = cleanText(*s)
	}
	if p.DAO == "" {
		p.DAO = p.Ref.Space() + p.Ref.Governor() // one of them is empty
	}
	p.Outcome = governance.State(cleanText(string(p.Outcome)))
	p.Choices, p.Labels = cleanTexts(p.Choices), cleanTexts(p.Labels)
	if len(p.Choices) == 0 {
		p.Choices = nil // as it is read back
	}
	for _, t := range []*time.Time{&p.Start, &p.End, &p.Created, &p.Updated, &p.Seen} {
		*t = fromUnix(toUnix(*t))
	}
	p.Quorum = finite(p.Quorum)
	p.Plugins, p.Strategies = cleanJSON(p.Plugins), cleanJSON(p.Strategies)
	cleanTally(&p.Tally)
	if p.OnChain != nil {
		p.OnChain = cleanOnChain(*p.OnChain)
	}
}

// cleanOnChain returns a clean copy.
func cleanOnChain(o governance.OnChain) *governance.OnChain {
	for _, s := range []*string{&o.Governor, &o.Description, &o.Module, &o.ModuleData, (*string)(&o.Clock), &o.BlockHash, &o.Tx} {
		*s = cleanText(*s)
	}
	o.Calls = slices.Clone(o.Calls)
	for i := range o.Calls {
		c := &o.Calls[i]
		c.Target, c.Value, c.Signature, c.Calldata = cleanText(c.Target), cleanText(c.Value), cleanText(c.Signature), cleanText(c.Calldata)
	}
	o.Payloads = slices.Clone(o.Payloads)
	for i := range o.Payloads {
		o.Payloads[i].Controller = cleanText(o.Payloads[i].Controller)
	}
	cleanStanding(&o.Standing)
	return &o
}

func cleanStanding(s *governance.Standing) {
	for _, text := range []*string{(*string)(&s.State), &s.Against, &s.For, &s.Abstain, &s.Quorum} {
		*text = cleanText(*text)
	}
	s.Read, s.ETA = fromUnix(toUnix(s.Read)), fromUnix(toUnix(s.ETA))
}

func cleanTally(t *governance.Tally) {
	t.Total, t.Quorum, t.State = finite(t.Total), finite(t.Quorum), cleanText(t.State)
	t.Updated = fromUnix(toUnix(t.Updated))
	for i, v := range t.Scores {
		if v != finite(v) {
			t.Scores = append([]float64(nil), t.Scores...)
			t.Scores[i] = finite(v)
		}
	}
}

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

func cleanText(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// cleanTexts leaves a slice without faults as it is, so that nil stays nil.
func cleanTexts(list []string) []string {
	for i, s := range list {
		if c := cleanText(s); c != s {
			list = append([]string(nil), list...)
			list[i] = c
		}
	}
	return list
}

func cleanJSON(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 || !utf8.Valid(raw) || !json.Valid(raw) {
		return nil
	}
	return raw
}

// toUnix turns a time into seconds; 0 stands for "no time".
func toUnix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return min(max(t.Unix(), 0), lastSecond)
}

func fromUnix(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

func toMilli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return min(max(t.Unix(), 0), lastSecond)*1000 + int64(t.Nanosecond())/1e6
}

func fromMilli(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// ceilUnix is the second against which starts and ends are compared so that
// SQL agrees with governance.Proposal.StateAt at any fraction of a second.
func ceilUnix(t time.Time) int64 {
	n := t.Unix()
	if t.Nanosecond() > 0 {
		n++
	}
	return n
}
