package actions

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"mandate/governance"
)

func TestPlugins(t *testing.T) {
	tx := `{"to":"` + usdcAddr + `","value":"0","data":"0xa9059cbb","operation":"0","nonce":"0"}`
	shown := []safeTx{{to: addr(usdcAddr), value: new(big.Int), data: []byte{0xa9, 0x05, 0x9c, 0xbb}}, {to: addr(aliceAddr), value: big.NewInt(5)}}
	second := `{"to":"` + aliceAddr + `","value":{"type":"BigNumber","hex":"0x05"},"data":"0x","operation":0}`
	main := func(to string) string {
		return `{"to":"` + to + `","value":"0","data":"` + hexText(multiSendData(shown)) + `","operation":"1","nonce":0}`
	}
	for name, c := range map[string]struct {
		plugins, network string
		batches, calls   int
		fault            string
	}{
		"none":           {`{}`, "1", 0, 0, ""},
		"null":           {`null`, "1", 0, 0, ""},
		"others":         {`{"poap":{"address":"x"},"quorum":{"total":5}}`, "1", 0, 0, ""},
		"oldest":         {`{"safeSnap":{"txs":[` + tx + `]}}`, "1", 1, 1, ""},
		"old":            {`{"safeSnap":{"txs":[[` + tx + `,` + second + `],[` + tx + `]]}}`, "1", 2, 2, ""},
		"no network":     {`{"safeSnap":{"txs":[[` + tx + `]]}}`, "", 0, 0, "the chain is not named"},
		"safes":          {`{"safeSnap":{"safes":[{"network":"100","realityAddress":"` + safeAddr + `","txs":[{"hash":"0xab","nonce":0,"mainTransaction":` + tx + `,"transactions":[` + tx + `]}]}]}}`, "1", 1, 1, ""},
		"multisend":      {`{"safeSnap":{"safes":[{"network":"1","txs":[{"mainTransaction":` + main(sender130) + `,"transactions":[` + tx + `,` + second + `]}]}]}}`, "1", 1, 2, ""},
		"other shown":    {`{"safeSnap":{"safes":[{"network":"1","txs":[{"mainTransaction":` + main(sender130) + `,"transactions":[` + tx + `]}]}]}}`, "1", 1, 1, "which is what runs"},
		"fake multisend": {`{"safeSnap":{"safes":[{"network":"1","txs":[{"mainTransaction":` + main(someoneAddr) + `,"transactions":[` + tx + `,` + second + `]}]}]}}`, "1", 1, 1, "which is what runs"},
		"osnap":          {`{"oSnap":{"safe":{"safeName":"a","safeAddress":"` + safeAddr + `","network":"42161","moduleAddress":"` + aliceAddr + `","transactions":[{"type":"raw","to":"` + usdcAddr + `","value":"7","data":"0x","formatted":["` + usdcAddr + `",0,"7","0x"]}]}}}`, "1", 1, 1, ""},
		"osnap differs":  {`{"oSnap":{"safe":{"safeAddress":"` + safeAddr + `","network":"1","transactions":[{"to":"` + usdcAddr + `","value":"7","data":"0x","formatted":["` + aliceAddr + `",0,"7","0x"]}]}}}`, "1", 0, 0, "what is shown is not what runs"},
		"osnap safes":    {`{"oSnap":{"safes":{"` + safeAddr + `":{"safeAddress":"` + safeAddr + `","network":"1","transactions":[{"to":"` + usdcAddr + `","value":"7","data":"0x"}]}}}}`, "1", 1, 1, ""},
		"no object":      {`[1]`, "1", 0, 0, "not a JSON object"},
		"bad address":    {`{"safeSnap":{"txs":[[{"to":"0x1","value":"0"}]]}}`, "1", 0, 0, "is not an address"},
		"bad value":      {`{"safeSnap":{"txs":[[{"to":"` + usdcAddr + `","value":"1e5"}]]}}`, "1", 0, 0, "is not a number"},
	} {
		batches, err := Plugins(json.RawMessage(c.plugins), c.network)
		calls := 0
		if len(batches) > 0 {
			calls = len(batches[0].Calls)
		}
		if len(batches) != c.batches || calls != c.calls {
			t.Errorf("%s: %d batches, %d calls: %+v", name, len(batches), calls, batches)
		}
		if (c.fault == "") != (err == nil) || err != nil && !strings.Contains(governance.MessageOf(err), c.fault) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestReadInput(t *testing.T) {
	good := `{"chain_id":1,"targets":["` + usdcAddr + `"],"values":["0"],"signatures":[""],"calldatas":["0x"]}`
	if d, err := ReadInput(strings.NewReader(good)); err != nil || len(d.Calls) != 1 || d.ChainID != 1 {
		t.Errorf("%+v %v", d, err)
	}
	for name, text := range map[string]string{
		"lengths": strings.Replace(good, `["0"]`, `["0","1"]`, 1), "chain": strings.Replace(good, `:1,`, `:0,`, 1), "target": strings.Replace(good, usdcAddr, "0x1", 1),
		"value": strings.Replace(good, `["0"]`, `["-1"]`, 1), "bytes": strings.Replace(good, `"0x"`, `"0xz"`, 1), "json": good + "x", "list": "[]",
	} {
		if _, err := ReadInput(strings.NewReader(text)); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzPlugins(f *testing.F) {
	f.Add([]byte(`{"safeSnap":{"safes":[{"network":"1","txs":[{"mainTransaction":{},"transactions":[{}]}]}]}}`))
	f.Add([]byte(`{"safeSnap":{"txs":[[{"to":"` + usdcAddr + `","value":1}]]},"oSnap":{"safe":{"transactions":[{"formatted":[1,2,3,4]}]}}}`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		batches, _ := Plugins(data, "1")
		for _, b := range batches {
			Decode(Input{ChainID: b.ChainID, Calls: b.Calls, Executor: b.Safe})
		}
		_, _ = ReadInput(strings.NewReader(string(data)))
	})
}
