package ballot

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"mandate/governance"
)

// Support is a vote as a governor counts it. It is a type of its own because
// its numbers mean something else than the choices of Snapshot, which count
// from 1: nothing turns one into the other.
type Support uint8

// The values, the same at all governors. Alpha's have the first two.
const (
	Against Support = 0
	For     Support = 1
	Abstain Support = 2
	// Split says that the call's params divide the power.
	Split Support = 255
)

// String is the name that the proposal's choices have.
func (s Support) String() string {
	switch s {
	case Against:
		return "Against"
	case For:
		return "For"
	case Abstain:
		return "Abstain"
	case Split:
		return "Split"
	}
	return "support " + strconv.Itoa(int(s))
}

// partBits is what one side of a split vote can hold: uint128.
const partBits = 128

// GovernorChoice is a checked choice for a governor. The zero value is none.
type GovernorChoice struct {
	set      bool
	support  Support
	parts    [3]*big.Int // against, for, abstain in smallest units; of a split vote only
	decimals int
}

// ParseGovernorChoice checks a choice as it stands in a request: the support
// value as a number (0 against, 1 for, 2 abstain), or, where the governor
// counts fractions, an object from support value to whole tokens, such as
// {"0":"1.5","1":"2"}. Errors are Invalid, each fault with its own message.
func ParseGovernorChoice(g *governance.Governor, t governance.VotingType, raw json.RawMessage) (GovernorChoice, error) {
	switch t {
	case governance.GovernorVote, governance.GovernorFractional, governance.GovernorOptimistic:
	default:
		return GovernorChoice{}, bad("Votes of the kind %.40q cannot be cast here.", string(t))
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return GovernorChoice{}, bad("Nothing is chosen.")
	}
	if len(raw) > maxChoiceJSON {
		return GovernorChoice{}, bad("The choice is too long.")
	}
	v, err := readJSON(raw)
	if err != nil {
		return GovernorChoice{}, governance.Wrap(governance.Invalid, err, "The choice is not valid JSON")
	}
	switch v := v.(type) {
	case json.Number:
		s, err := supportOf(g, v.String())
		return GovernorChoice{set: err == nil, support: s}, err
	case []pair:
		if !g.Fractional {
			return GovernorChoice{}, bad("This governor takes one choice for all of your voting power: it cannot be split.")
		}
		return splitOf(g, v)
	case nil:
		return GovernorChoice{}, bad("Nothing is chosen.")
	}
	return GovernorChoice{}, bad("The choice is neither a number nor a table of amounts.")
}

func supportOf(g *governance.Governor, number string) (Support, error) {
	switch {
	case number == "0":
		return Against, nil
	case number == "1":
		return For, nil
	case number == "2" && g.Abstain:
		return Abstain, nil
	case g.Abstain:
		return 0, bad("There is no choice %.20s: 0 is Against, 1 is For, 2 is Abstain.", number)
	}
	return 0, bad("There is no choice %.20s: 0 is Against and 1 is For.", number)
}

func splitOf(g *governance.Governor, object []pair) (GovernorChoice, error) {
	c := GovernorChoice{set: true, support: Split, decimals: g.Token.Decimals}
	for i := range c.parts {
		c.parts[i] = new(big.Int)
	}
	for _, e := range object {
		s, err := supportOf(g, e.key)
		if err != nil {
			return GovernorChoice{}, err
		}
		amount, err := amountOf(e.value, g.Token.Decimals)
		if err != nil {
			return GovernorChoice{}, err
		}
		if amount.BitLen() > partBits {
			return GovernorChoice{}, bad("The amount for %s is larger than a split vote can hold.", s)
		}
		c.parts[s] = amount
	}
	if c.Spends().Sign() == 0 {
		return GovernorChoice{}, bad("All amounts are zero. Give at least one side some of your power.")
	}
	return c, nil
}

func amountOf(v any, decimals int) (*big.Int, error) {
	switch v := v.(type) {
	case string:
		return ParseUnits(v, decimals)
	case json.Number:
		return ParseUnits(v.String(), decimals)
	}
	return nil, bad("An amount is missing or not a number.")
}

// Support is the number that the contract is given.
func (c GovernorChoice) Support() Support { return c.support }

// Spends is how much power a split vote uses, in smallest units; zero for
// others, which use all that is left.
func (c GovernorChoice) Spends() *big.Int {
	sum := new(big.Int)
	for _, p := range c.parts {
		if p != nil {
			sum.Add(sum, p)
		}
	}
	return sum
}

// Params is what a split vote carries: three uint128, packed. Nil for others,
// which must have none.
func (c GovernorChoice) Params() []byte {
	if c.support != Split {
		return nil
	}
	var out []byte
	for _, p := range c.parts {
		out = append(out, p.FillBytes(make([]byte, 16))...)
	}
	return out
}

// ParamsHex is Params as 0x text.
func (c GovernorChoice) ParamsHex() string { return "0x" + hex.EncodeToString(c.Params()) }

// JSON returns the choice in its one form: the support value, or an object of
// the sides that get something.
func (c GovernorChoice) JSON() json.RawMessage {
	switch {
	case !c.set:
		return json.RawMessage("null")
	case c.support != Split:
		return strconv.AppendInt(nil, int64(c.support), 10)
	}
	var parts []string
	for i, p := range c.parts {
		if p.Sign() > 0 {
			parts = append(parts, fmt.Sprintf(`"%d":"%s"`, i, governance.FormatUnits(p, c.decimals)))
		}
	}
	return json.RawMessage("{" + strings.Join(parts, ",") + "}")
}

// Words says the choice in words; symbol is the token's.
func (c GovernorChoice) Words(symbol string) string {
	if !c.set {
		return "nothing"
	}
	if c.support != Split {
		return c.support.String()
	}
	var parts []string
	for i, p := range c.parts {
		if p.Sign() > 0 {
			parts = append(parts, strings.TrimSpace(governance.FormatUnits(p, c.decimals)+" "+symbol)+" "+Support(i).String())
		}
	}
	return strings.Join(parts, ", ")
}
