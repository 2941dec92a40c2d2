package store

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mandate/governance"
)

// fillAll sets every field of v that JSON carries to something, so that a
// field added later is part of the test.
func fillAll(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("wört 1")
	case reflect.Int, reflect.Int64:
		v.SetInt(-42)
	case reflect.Float64:
		v.SetFloat(1.5e-7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fillAll(v.Index(0))
		fillAll(v.Index(1))
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fillAll(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("key"), value)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("json") != "-" {
				fillAll(v.Field(i))
			}
		}
	}
}

// checkQuick reads a full and an empty value both ways. The quick way must
// not give up on what is stored today.
func checkQuick[T any](t *testing.T, read func(*quick) T) {
	t.Helper()
	var full, empty T
	fillAll(reflect.ValueOf(&full).Elem())
	for _, want := range []T{full, empty} {
		raw, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		q := quick{b: raw}
		got := read(&q)
		if q.fail || len(q.b) > 0 {
			t.Errorf("gave up on %s at %q", raw, q.b)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestQuickJSON(t *testing.T) {
	checkQuick(t, quickFacts)
	checkQuick(t, quickTally)
	checkQuick(t, quickList(quickAsk))
	checkQuick(t, quickList((*quick).text))
}

// Either way of reading gives the same, whatever stands in a row.
func FuzzQuickJSON(f *testing.F) {
	for _, text := range []string{`{"k":"a","c":[{"i":1,"n":"x","s":"y"}],"l":{"a":{"value":1,"quote":"","start":1,"end":2}},"u":1,"p":false,"f":null,"t":["a"],"s":1}`,
		`{"k":"a\n"}`, `{"c":[]}`, `{"u":01}`, `{"u":+1}`, `{"u":0x1p4}`, `{"u":Inf}`, `{"k":"a",}`, `{"c":[,]}`, `{"K":"a"}`, "{\"k\":\"\x01\"}", `{"u":1_0}`, `{"l":{"a":null}}`, `[]`, ` {}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" {
			return
		}
		var quickly, slowly governance.Facts
		errQuick, errSlow := decode([]byte(text), &quickly, quickFacts), json.Unmarshal([]byte(text), &slowly)
		if errSlow == nil && errQuick != nil || errSlow == nil && !reflect.DeepEqual(quickly, slowly) {
			t.Errorf("%q: %+v, %v; encoding/json: %+v, %v", text, quickly, errQuick, slowly, errSlow)
		}
	})
}
