package actions

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"mandate/governance"
)

// maxInput bounds a file for `mandate decode`, in bytes.
const maxInput = 8 << 20

// Document is what `mandate decode --json` reads: the calls of a proposal as
// parallel lists, with the numbers as text or as JSON numbers.
type Document struct {
	Governor    string // as in the file: 0x… or eip155:…, "" = not told
	Description string
	Input       // Known is empty
}

// ReadInput reads {"chain_id","governor","targets","values","signatures",
// "calldatas","description"}. values and signatures may be missing. Everything
// else is an Invalid error that says what is wrong.
func ReadInput(r io.Reader) (Document, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return Document{}, governance.Wrap(governance.Invalid, err, "The file could not be read.")
	}
	if len(raw) > maxInput {
		return Document{}, governance.Errorf(governance.Invalid, "The file is larger than 8 MiB.")
	}
	var f struct {
		Chain       json.RawMessage   `json:"chain_id"`
		Governor    string            `json:"governor"`
		Targets     []string          `json:"targets"`
		Values      []json.RawMessage `json:"values"`
		Signatures  []string          `json:"signatures"`
		Calldatas   []string          `json:"calldatas"`
		Description string            `json:"description"`
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return Document{}, governance.Wrap(governance.Invalid, err, "The file is not a JSON object with targets, values, signatures and calldatas.")
	}
	d := Document{Governor: f.Governor, Description: f.Description}
	if d.ChainID, err = inputChain(f.Chain, f.Governor); err != nil {
		return Document{}, governance.Errorf(governance.Invalid, "chain_id: %s.", err.Error())
	}
	if err := sameLengths(len(f.Targets), len(f.Values), len(f.Signatures), len(f.Calldatas)); err != nil {
		return Document{}, err
	}
	for i, target := range f.Targets {
		c := governance.Call{Target: target, Calldata: f.Calldatas[i], Value: "0"}
		if len(f.Signatures) > 0 {
			c.Signature = f.Signatures[i]
		}
		var value json.RawMessage
		if len(f.Values) > 0 {
			value = f.Values[i]
		}
		if err := checkCall(&c, value); err != nil {
			return Document{}, governance.Errorf(governance.Invalid, "Call %d: %s.", i, err.Error())
		}
		d.Calls = append(d.Calls, c)
	}
	return d, nil
}

// inputChain takes the chain from the governor's id where it is not told.
func inputChain(raw json.RawMessage, governor string) (uint64, error) {
	if len(raw) > 0 {
		return readChain(raw, "")
	}
	if chain, _, err := governance.ParseGovernorID(governor); err == nil {
		return chain, nil
	}
	return 0, errors.New("it is missing")
}

func sameLengths(targets, values, signatures, calldatas int) error {
	fits := func(n int) bool { return n == targets || n == 0 }
	switch {
	case targets > maxList:
		return governance.Errorf(governance.Invalid, "There are more than %d calls.", maxList)
	case calldatas != targets, !fits(values), !fits(signatures):
		return governance.Errorf(governance.Invalid, "The lists have different lengths: %d targets, %d values, %d signatures, %d calldatas.",
			targets, values, signatures, calldatas)
	}
	return nil
}

// checkCall brings a call into the form that Decode reads.
func checkCall(c *governance.Call, value json.RawMessage) error {
	if !isHexAddress(c.Target) {
		return fmt.Errorf("the target %s is not an address", quote(c.Target, 50))
	}
	n, err := readNumber(value)
	if err != nil {
		return fmt.Errorf("the value: %w", err)
	}
	data, err := unhexText(strings.TrimSpace(c.Calldata))
	if err != nil {
		return fmt.Errorf("the calldata: %w", err)
	}
	c.Value, c.Calldata = n.String(), hexText(data)
	return nil
}

// DecodeJSON is what `mandate decode --json` prints.
type DecodeJSON struct {
	Actions  []governance.Action  `json:"actions"`
	Findings []governance.Finding `json:"findings"`
}
