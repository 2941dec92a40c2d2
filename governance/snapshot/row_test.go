package snapshot

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"mandate/governance"
)

const wholeRow = `{"id":"0xAb","ipfs":"Qm1","author":"0xA","created":1700000000,"updated":null,"space":{"id":"a.eth","flagged":false},
 "network":"1","symbol":"A","type":"basic","strategies":[{"name":"ticket","network":"1","params":{"b":1,"a":2}}],"plugins":{},
 "title":"T\u0000\u202e","body":"line\nline","discussion":"","choices":["For",null,3],"labels":null,"start":1700000100,"end":1700000200,
 "quorum":1e3,"quorumType":"default","privacy":"shutter","snapshot":19000000,"app":"","scores":[1.5,null,"2"],"scores_state":"final",
 "scores_total":3.5,"scores_updated":1700000300,"votes":12,"flagged":false}`

func TestDecodeProposal(t *testing.T) {
	p, reason := newDecoder(testNow).proposal([]byte(wholeRow))
	if reason != "" {
		t.Fatal(reason)
	}
	if p.Ref != "snapshot:a.eth:0xAb" || p.URL != "https://snapshot.box/#/s:a.eth/proposal/0xAb" || p.Title != "T\x00\u202e" || p.Type != "basic" {
		t.Errorf("%+v", p)
	}
	if !slices.Equal(p.Choices, []string{"For", "", "3"}) || !slices.Equal(p.Tally.Scores, []float64{1.5, 0, 2}) {
		t.Errorf("choices %q, scores %v", p.Choices, p.Tally.Scores)
	}
	if string(p.Strategies) != `[{"name":"ticket","network":"1","params":{"a":2,"b":1}}]` || p.Quorum != 1000 || p.Tally.Quorum != 1000 {
		t.Errorf("strategies %s, quorum %v", p.Strategies, p.Quorum)
	}
}

// Every field may be anything; the row still arrives.
func TestDecodeOddFields(t *testing.T) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(wholeRow), &fields); err != nil {
		t.Fatal(err)
	}
	odd := []string{`null`, `true`, `"text"`, `-1`, `1.5`, `1e400`, `NaN`, `99999999999999999999`, `[]`, `{}`, `[[]]`, `{"a":[1,{"b":"]"}]}`, `"\ud800"`, `"\q"`, "\"\x01\xff\""}
	for key := range fields {
		if key == "id" || key == "space" {
			continue
		}
		for _, v := range odd {
			row := replaceField(wholeRow, key, string(fields[key]), v)
			p, reason := newDecoder(testNow).proposal([]byte(row))
			if reason != "" || p.Ref != "snapshot:a.eth:0xAb" {
				t.Errorf("%s = %s: %q", key, v, reason)
			}
			if math.IsNaN(p.Quorum) || math.IsInf(p.Quorum, 0) || p.Start.Year() > 9999 {
				t.Errorf("%s = %s: %+v", key, v, p)
			}
		}
	}
}

func replaceField(row, key, old, with string) string {
	return strings.Replace(row, `"`+key+`":`+old, `"`+key+`":`+with, 1)
}

func TestDecodeNames(t *testing.T) {
	tests := []struct {
		row string
		ok  bool
	}{
		{`{"id":"QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnSgGd","space":{"id":"pancake"}}`, true},
		{`{"id":"0x1","space":null}`, false},
		{`{"id":null,"space":{"id":"a.eth"}}`, false},
		{`{"id":"` + strings.Repeat("a", 67) + `","space":{"id":"a.eth"}}`, false},
		{`{"id":"a:b","space":{"id":"a.eth"}}`, false},
		{`{"id":"../x","space":{"id":"a.eth"}}`, false},
		{`{"id":"0x1","space":{"id":"a b"}}`, false},
		{`[]`, false}, {`{"id":"0x1"`, false}, {``, false}, {`7`, false},
	}
	for _, tt := range tests {
		if _, reason := newDecoder(testNow).proposal([]byte(tt.row)); (reason == "") != tt.ok {
			t.Errorf("%s: %q", tt.row, reason)
		}
	}
}

func TestDecodeSpace(t *testing.T) {
	s, ok := decodeSpace([]byte(`{"id":"a.eth","name":null,"admins":["0x1"],"strategies":[{"name":"x","params":{"symbol":"A","address":"0x2"}},null],
		"voting":{"delay":null,"period":3600,"quorum":"7"},"delegationPortal":null,"treasuries":[null,{"name":"T","address":"0x3","network":1}],
		"proposalsCount":5.0,"flagged":true}`), testNow)
	if !ok || s.VotingPeriod != 3600 || s.Quorum != 7 || len(s.Strategies) != 2 || s.Strategies[0].Symbol != "A" || s.ProposalsCount != 5 || !s.Flagged {
		t.Errorf("%v %+v", ok, s)
	}
	if len(s.Treasuries) != 1 || s.Treasuries[0].Network != "1" {
		t.Errorf("treasuries %+v", s.Treasuries)
	}
}

// FuzzProposal: no row makes the decoder fail, and what arrives can be named.
func FuzzProposal(f *testing.F) {
	f.Add([]byte(wholeRow))
	f.Add([]byte(`{"id":"0x1","space":{"id":"a.eth"},"title":"\ud83d\ude00\ud800","scores":[1e999,NaN]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, reason := newDecoder(testNow).proposal(raw)
		if reason == "" {
			if _, err := governance.ParseRef(string(p.Ref)); err != nil {
				t.Errorf("ref %q: %v", p.Ref, err)
			}
			if p.HashContent() == "" {
				t.Error("no hash")
			}
		}
		decodeLight(raw)
		decodeSpace(raw, testNow)
	})
}

// FuzzAnswer: whatever arrives in whatever pieces is read to an end, and what
// encoding/json accepts yields the same rows.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"data":{"proposals":[` + wholeRow + `,null]},"errors":[{"message":"x"}]}`))
	f.Add([]byte(`{"error":"unauthorized","error_description":{}}`))
	f.Add([]byte("{\"data\" : {\"a\":[ 1 , \"\\\\\\\"]\" ,[{}], {\"b\":[]} ]\n} }"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var got []string
		keep := func(_ string, i int, row []byte, _ bool) {
			if i >= 0 {
				got = append(got, string(row))
			}
		}
		a, err := readAnswer(bytes.NewReader(raw), keep)
		whole := got
		got = nil
		if _, err2 := readAnswer(iotest.OneByteReader(bytes.NewReader(raw)), keep); (err == nil) != (err2 == nil) || err == nil && !slices.Equal(whole, got) {
			t.Fatalf("in pieces: %v, whole: %v", err2, err)
		}
		var want struct {
			Data map[string]json.RawMessage
		}
		if json.Unmarshal(raw, &want) != nil || len(want.Data) != 1 || strings.Count(string(raw), `"data"`) != 1 {
			return
		}
		for _, list := range want.Data {
			var rows []json.RawMessage
			if len(list) == 0 || list[0] != '[' || json.Unmarshal(list, &rows) != nil {
				return
			}
			if err != nil || !a.data || len(rows) != len(whole) {
				t.Fatalf("%d rows, want %d: %v", len(whole), len(rows), err)
			}
			for i := range rows {
				if string(rows[i]) != whole[i] {
					t.Fatalf("row %d is %q, want %q", i, whole[i], rows[i])
				}
			}
		}
	})
}

// FuzzCursor: any text is a cursor; an odd one starts from the beginning.
func FuzzCursor(f *testing.F) {
	c := cursor{V: 1, Spaces: []string{"a.eth"}, Watched: testNow.Unix()}
	c.note("0x1", testNow.Unix(), 0)
	f.Add(c.text())
	f.Add(`{"v":1,"main":{"at":-1},"known":"AAAA"}`)
	f.Fuzz(func(t *testing.T, s string) {
		c := parseCursor(s)
		if err := c.rescope(governance.Scope{Spaces: []string{"b.eth", " a.eth "}}, testNow); err != nil {
			t.Fatal(err)
		}
		if again := parseCursor(c.text()); again.V != cursorVersion || again.text() != c.text() {
			t.Errorf("%q became %q", c.text(), again.text())
		}
		c.Known.prune(c.horizon())
	})
}

func TestLargeValueIsCut(t *testing.T) {
	body := `{"data":{"proposals":[{"id":"0x1","body":"` + strings.Repeat("x", maxProposal+100) + `"},{"id":"0x2"}]}}`
	var cuts []bool
	start := time.Now()
	if _, err := readAnswer(strings.NewReader(body), func(_ string, _ int, raw []byte, cut bool) {
		cuts = append(cuts, cut)
		if decodeLight(raw).id == "" {
			t.Errorf("the id is lost in %q", raw[:20])
		}
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(cuts, []bool{true, false}) {
		t.Errorf("cut %v after %v", cuts, time.Since(start))
	}
}
