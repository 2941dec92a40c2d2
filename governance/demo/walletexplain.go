package demo

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"
)

// governanceABI is what the wallet can read aloud of governors and votes
// tokens. Every generation votes by one of these.
const governanceABI = `[
 {"type":"function","name":"castVote","inputs":[{"name":"id","type":"uint256"},{"name":"support","type":"uint8"}]},
 {"type":"function","name":"castVoteWithReason","inputs":[{"name":"id","type":"uint256"},{"name":"support","type":"uint8"},{"name":"reason","type":"string"}]},
 {"type":"function","name":"castVoteWithReasonAndParams","inputs":[{"name":"id","type":"uint256"},{"name":"support","type":"uint8"},{"name":"reason","type":"string"},{"name":"params","type":"bytes"}]},
 {"type":"function","name":"castVoteBySig","inputs":[{"name":"id","type":"uint256"},{"name":"support","type":"uint8"},{"name":"voter","type":"address"},{"name":"sig","type":"bytes"}]},
 {"type":"function","name":"castVoteBySig","inputs":[{"name":"id","type":"uint256"},{"name":"support","type":"uint8"},{"name":"v","type":"uint8"},{"name":"r","type":"bytes32"},{"name":"s","type":"bytes32"}]},
 {"type":"function","name":"castVote","inputs":[{"name":"id","type":"uint256"},{"name":"yes","type":"bool"}]},
 {"type":"function","name":"delegate","inputs":[{"name":"delegate","type":"address"}]},
 {"type":"function","name":"delegateBySig","inputs":[{"name":"delegate","type":"address"},{"name":"nonce","type":"uint256"},{"name":"expiry","type":"uint256"},{"name":"v","type":"uint8"},{"name":"r","type":"bytes32"},{"name":"s","type":"bytes32"}]}]`

// fractionParams is the length of the parameters of a fractional vote: three
// amounts of 16 bytes, against, for, abstain.
const fractionParams = 48

// explain is practice_explain: [transaction] or [account, typed data], in the
// form in which the page would have it sent or signed. It answers plain
// sentences, none for what the wallet does not know.
func (p *wallet) explain(params []json.RawMessage) ([]string, error) {
	if len(params) == 2 {
		return explainTyped(params[1])
	}
	tx, err := readTransaction(params)
	if err != nil {
		return nil, err
	}
	return explainCall(*tx.To, tx.Data), nil
}

func explainCall(to common.Address, data []byte) []string {
	known, err := abi.JSON(strings.NewReader(governanceABI))
	if err != nil || len(data) < 4 {
		return []string{}
	}
	method, err := known.MethodById(data[:4])
	if err != nil {
		return []string{}
	}
	args := map[string]any{}
	if method.Inputs.UnpackIntoMap(args, data[4:]) != nil {
		return []string{"The data of this call cannot be read as what it begins with."}
	}
	if to := args["delegate"]; to != nil {
		return delegationLines(to.(common.Address), method.RawName == "delegateBySig")
	}
	return voteLines(to, args)
}

func delegationLines(to common.Address, signed bool) []string {
	out := []string{fmt.Sprintf("Gives the voting power of your tokens to %s. The tokens stay yours.", to)}
	if to == (common.Address{}) {
		out = []string{"Gives the voting power of your tokens to nobody."}
	}
	if signed {
		out[0] = "Relays somebody's signature: " + out[0]
	}
	return out
}

func voteLines(governor common.Address, args map[string]any) []string {
	id := args["id"].(*big.Int)
	out := []string{}
	params, _ := args["params"].([]byte)
	if support, ok := args["support"].(uint8); ok && support == 255 && len(params) == fractionParams {
		out = append(out, fmt.Sprintf("Votes with %s against, %s for and %s abstaining, in the token's smallest unit.",
			fraction(params, 0), fraction(params, 1), fraction(params, 2)))
	} else {
		out = append(out, "Votes "+supportName(args)+".")
	}
	out = append(out, fmt.Sprintf("Proposal %s of the governor %s.", id, governor))
	if reason, _ := args["reason"].(string); reason != "" {
		out = append(out, "Your reason, public for ever: "+reason)
	}
	if args["sig"] != nil || args["r"] != nil {
		out = append(out, "The vote is one that somebody signed; you pay for bringing it to the chain.")
	}
	return out
}

func fraction(params []byte, i int) *big.Int { return new(big.Int).SetBytes(params[16*i : 16*i+16]) }

func supportName(args map[string]any) string {
	if yes, ok := args["yes"].(bool); ok {
		return map[bool]string{true: "For", false: "Against"}[yes]
	}
	support, _ := args["support"].(uint8)
	if int(support) < 3 {
		return [...]string{"Against", "For", "Abstain"}[support]
	}
	return fmt.Sprintf("with the unknown support %d", support)
}

// explainTyped reads ballots and delegations that are signed and not sent.
func explainTyped(raw json.RawMessage) ([]string, error) {
	data, err := readTyped(raw)
	if err != nil {
		return nil, err
	}
	at := func(field string) string { return fmt.Sprint(data.Message[field]) }
	switch data.PrimaryType {
	case "Ballot", "ExtendedBallot":
		support := map[string]string{"0": "Against", "1": "For", "2": "Abstain", "false": "Against", "true": "For"}[at("support")]
		if support == "" {
			support = "with the support " + at("support")
		}
		return []string{
			"Signs a vote " + support + ".",
			fmt.Sprintf("Proposal %s of the governor %s.", at("proposalId"), data.Domain.VerifyingContract),
			"Whoever has the signature can bring the vote to the chain. It does not expire.",
		}, nil
	case "Delegation":
		return []string{
			fmt.Sprintf("Signs that %s gets the voting power of your tokens. The tokens stay yours.", at("delegatee")),
			"Whoever has the signature can bring it to the chain until second " + at("expiry") + ".",
		}, nil
	}
	return []string{}, nil
}

// readTyped reads typed data, which pages send as an object or as its text.
func readTyped(raw json.RawMessage) (apitypes.TypedData, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		raw = json.RawMessage(text)
	}
	var data apitypes.TypedData
	if err := json.Unmarshal(raw, &data); err != nil {
		return data, walletFault(codeParams, "The typed data cannot be read.")
	}
	return data, nil
}
