package ballot_test

import (
	"strings"
	"testing"

	"mandate/governance"
	"mandate/governance/ballot"
)

func TestParseTypedRefuses(t *testing.T) {
	if _, err := ballot.ParseTyped([]byte(typedSample)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"no JSON":                     {typedSample, "x"},
		"trailing text":               {typedSample, typedSample + "{}"},
		"another key":                 {`"primaryType":`, `"extra":1,"primaryType":`},
		"a key twice":                 {`"primaryType":"Mail"`, `"primaryType":"Mail","primaryType":"Mail"`},
		"unknown primary type":        {`"primaryType":"Mail"`, `"primaryType":"Letter"`},
		"the domain as message":       {`"primaryType":"Mail"`, `"primaryType":"EIP712Domain"`},
		"unknown type":                {`"Person[2]"`, `"Human[2]"`},
		"array without end":           {`"Person[2]"`, `"Person[2"`},
		"array of minus one":          {`"Person[2]"`, `"Person[-1]"`},
		"a type of its own":           {`"type":"Person[2]"`, `"type":"Mail"`},
		"a primitive redefined":       {`"Person":[{`, `"string":[{"name":"a","type":"bool"}],"Person":[{`},
		"uint7":                       {`"int8"`, `"uint7"`},
		"uint264":                     {`"int8"`, `"uint264"`},
		"bytes33":                     {`"bytes4"`, `"bytes33"`},
		"bytes04":                     {`"bytes4"`, `"bytes04"`},
		"too small":                   {`"n":-128`, `"n":-129`},
		"too large":                   {`65535`, `65536`},
		"a fraction":                  {`"n":-128`, `"n":1.5`},
		"an exponent":                 {`"n":-128`, `"n":1e2`},
		"a number as text of letters": {`"n":-128`, `"n":"abc"`},
		"null":                        {`"n":-128`, `"n":null`},
		"a field missing":             {`"n":-128,`, ``},
		"a field too many":            {`"n":-128`, `"n":-128,"m":1`},
		"list too short":              {`[1,"2"]`, `[1]`},
		"null in a list":              {`[1,"2"]`, `[1,null]`},
		"odd hex":                     {`"raw":"0x"`, `"raw":"0x1"`},
		"hex without 0x":              {`"raw":"0x"`, `"raw":"ab"`},
		"too many bytes":              {`0x01020304`, `0x0102030405`},
		"a bool as text":              {`"ok":true`, `"ok":"true"`},
		"address with a wrong letter": {`0x469788fE`, `0x469788FE`},
		"address too short":           {`0xde1e8a7e184babd9f0e3af18f40634e9ed6f0905`, `0xde1e`},
		"half a surrogate":            {`\ud83d\ude80`, `\ud83d`},
		"the other half":              {`\ud83d\ude80`, `\ude80`},
		"no UTF-8":                    {`\ud83d\ude80`, "\xff"},
		"a domain field unknown":      {`"name":"name","type":"string"`, `"name":"title","type":"string"`},
		"a domain field of its type":  {`"chainId","type":"uint256"`, `"chainId","type":"uint64"`},
		"a domain value too many":     {`"chainId":"0x1"`, `"chainId":"0x1","version":"1"`},
		"a field name twice":          {`"name":"ok","type":"bool"`, `"name":"id","type":"bytes4"`},
		"a field name with blanks":    {`"name":"ok"`, `"name":"o k"`},
		"a list as message":           {`"message":{`, `"message":[],"m":{`},
		"deep":                        {`"raw":"0x"`, `"raw":` + strings.Repeat("[", 50) + strings.Repeat("]", 50)},
		"huge":                        {`"raw":"0x"`, `"raw":"0x` + strings.Repeat("ab", 200_000) + `"`},
	} {
		raw := strings.Replace(typedSample, change[0], change[1], 1)
		if raw == typedSample {
			t.Fatalf("%s: nothing changed", name)
		}
		if _, err := ballot.ParseTyped([]byte(raw)); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestShieldRefuses(t *testing.T) {
	for name, c := range map[string][2]string{
		"no id":            {"", ballot.EonKey},
		"an id too short":  {"0x1234", ballot.EonKey},
		"an id too long":   {"QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG", ballot.EonKey},
		"no key":           {testProposal, ""},
		"no point":         {testProposal, "0x" + strings.Repeat("11", 128)},
		"half a key":       {testProposal, ballot.EonKey[:130]},
		"a key of letters": {testProposal, strings.Repeat("z", 258)},
	} {
		if _, err := ballot.Shield(c[0], []byte("1"), c[1], [32]byte{1}); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	cipher, err := ballot.Shield("a short id", []byte(strings.Repeat("1", 32)), ballot.EonKey, [32]byte{2})
	if err != nil || len(cipher) != 2+2*(128+32+64) {
		t.Fatalf("%d, %v", len(cipher), err)
	}
	if _, err := ballot.Unshield(cipher, [32]byte{3}); governance.CodeOf(err) != governance.Invalid {
		t.Errorf("another sigma: %v", err)
	}
}
