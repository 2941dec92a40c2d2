package chain

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"
)

// What is read must be what go-ethereum reads of the same bytes, and what is
// read must be JSON.
func FuzzReadLogs(f *testing.F) {
	one := `{"address":"` + emitter + `","topics":["` + aHash + `"],"data":"0x00ff","blockHash":"` + aHash + `","blockNumber":"0x10","blockTimestamp":"0x6924c9a1",` +
		`"transactionHash":"` + aHash + `","transactionIndex":"0x0","logIndex":"0x1","removed":false}`
	for _, result := range []string{
		"[]", "[" + one + "]", " [ " + one + " , " + one + " ] ", "null", "{}", "[null]", "[[]]", "[,]", "[" + one + ",]",
		strings.Replace("["+one+"]", `"removed"`, `"more":{"a":[1,"\"]}",null,-1.5e3,true]},"removed"`, 1),
		strings.Replace("["+one+"]", `"0x6924c9a1"`, "null", 1), strings.Replace("["+one+"]", `"data"`, `"d\u0061ta"`, 1),
		strings.Replace("["+one+"]", `"0x10"`, `"0x010"`, 1), strings.Replace("["+one+"]", `"0x10"`, `"0xfffffffffffffffff"`, 1),
	} {
		f.Add([]byte(`{"jsonrpc":"2.0","id":1,"result":` + result + `}`))
	}
	f.Add([]byte(`{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"block range is too wide"}}`))
	f.Add([]byte(`{"id":1,"result":[],"error":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := readLogs(raw)
		if err != nil {
			return
		}
		var theirs struct{ Result []types.Log }
		if !json.Valid(raw) {
			t.Fatalf("%q is not JSON", raw)
		}
		if odd(raw) {
			return
		}
		if err := json.Unmarshal(raw, &theirs); err != nil {
			t.Fatalf("%q: %v", raw, err)
		}
		if len(got.logs) != len(theirs.Result) || (len(got.logs) > 0 && !reflect.DeepEqual(got.logs, theirs.Result)) {
			t.Fatalf("%q:\n%+v\n%+v", raw, got.logs, theirs.Result)
		}
	})
}

// odd is JSON that the json package reads in another way: the names of fields
// in other cases or escaped, and fields that stand twice.
func odd(raw []byte) bool {
	text := strings.ToLower(string(raw))
	if strings.Contains(text, `\`) || text != strings.ToValidUTF8(text, "") {
		return true
	}
	for _, name := range []string{"result", "address", "topics", "data", "blockHash", "blockNumber", "transactionHash", "transactionIndex", "logIndex", "removed", "blockTimestamp"} {
		lower := `"` + strings.ToLower(name) + `"`
		if strings.Count(text, lower) != strings.Count(string(raw), `"`+name+`"`) || strings.Count(text, lower) > max(strings.Count(text, `"topics"`), 1) {
			return true
		}
	}
	return strings.ContainsAny(text, "ſK") // fold to s and k
}

func FuzzHint(f *testing.F) {
	for _, said := range []string{
		"this block range should work: [0x10, 0x1f]", "try with this block range [0x10, 0x0].", "retry with the range 16-31", "block range limited to 10,000", "max range: 99999999999999999999",
		"limit is 5k blocks", "query returned more than 10000 results", "block range exceeds the range allowed for your plan (5000 > 300)", strings.Repeat("block range [", 1000),
	} {
		f.Add(said, uint64(16), uint64(2000))
	}
	f.Fuzz(func(t *testing.T, said string, from, to uint64) {
		if from >= to || to-from > 1<<40 {
			return
		}
		if h := hintIn(said, from, to); h.blocks > to-from {
			t.Errorf("%q: %d blocks of %d", said, h.blocks, to-from+1)
		}
		s := newSpan()
		before := to - from + 1
		if s.shrink(nowhere(), said, from, to); s.step == 0 || s.step >= before {
			t.Errorf("%q: from %d to %d", said, before, s.step)
		}
	})
}
