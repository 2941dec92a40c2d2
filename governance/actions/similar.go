package actions

import (
	"hash/fnv"
	"math/big"
	"strings"

	"mandate/governance"
)

// callPrint is a call without its numbers, and the sum of those.
type callPrint struct {
	shape string
	sum   *big.Int
}

// callPrints writes each call as its target, function and addresses; numbers
// are taken out, so that the same call with another amount has the same shape.
func callPrints(calls []governance.Call) []callPrint {
	var list []callPrint
	for _, c := range calls {
		p := callPrint{sum: new(big.Int)}
		if n := whole(c.Value); n != nil {
			p.sum.Add(p.sum, n)
		}
		data := strings.TrimPrefix(strings.ToLower(c.Calldata), "0x")
		var b strings.Builder
		b.WriteString(strings.ToLower(c.Target) + c.Signature)
		if c.Signature == "" && len(data) >= 8 {
			b.WriteString(data[:8])
			data = data[8:]
		}
		for ; len(data) >= 64; data = data[64:] {
			if n, number := smallNumber(data[:64]); number {
				p.sum.Add(p.sum, n)
				b.WriteByte('#')
				continue
			}
			b.WriteString(data[:64])
		}
		p.shape = b.String() + data
		list = append(list, p)
	}
	return list
}

// smallNumber reads a word of fewer than twelve bytes: amounts are, and
// addresses are not.
func smallNumber(word string) (*big.Int, bool) {
	if strings.Trim(word[:40], "0") != "" {
		return nil, false
	}
	return new(big.Int).SetString(word, 16)
}

// alikeCalls: four fifths of the calls are the same but for their numbers.
// Pure transfers of a token need the same recipient for that, which the shape
// has.
func alikeCalls(a, b []callPrint) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	left := map[string]int{}
	for _, p := range b {
		left[p.shape]++
	}
	same := 0
	for _, p := range a {
		if left[p.shape] > 0 {
			left[p.shape]--
			same++
		}
	}
	return 5*same >= 4*max(len(a), len(b))
}

// growth is how many times as much the numbers of a are as those of b.
func growth(a, b []callPrint) float64 {
	x, y := new(big.Int), new(big.Int)
	for _, p := range a {
		x.Add(x, p.sum)
	}
	for _, p := range b {
		y.Add(y, p.sum)
	}
	if y.Sign() == 0 {
		return 0
	}
	return ratio(x, y)
}

const (
	shingleWords = 5
	maxShingles  = 20_000
)

// shingles are the hashes of all runs of five words, the measure by which
// texts are compared.
func shingles(s string) map[uint64]bool {
	set := map[uint64]bool{}
	var run []string
	eachWord(s, func(from, to int) bool {
		run = append(run, strings.ToLower(s[from:to]))
		if len(run) > shingleWords {
			run = run[1:]
		}
		if len(run) == shingleWords {
			h := fnv.New64a()
			for _, w := range run {
				_, _ = h.Write([]byte(w + " "))
			}
			set[h.Sum64()] = true
		}
		return len(set) < maxShingles
	})
	return set
}

// likeness is the share of common shingles (Jaccard), 0 for texts too short
// to tell.
func likeness(a, b map[uint64]bool) float64 {
	if len(a) < 20 || len(b) < 20 {
		return 0
	}
	common := 0
	for h := range a {
		if b[h] {
			common++
		}
	}
	return float64(common) / float64(len(a)+len(b)-common)
}
