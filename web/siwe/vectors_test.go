package siwe

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// fields are a message as the reference vectors write it.
type fields struct {
	Scheme, Domain, Address, Statement, URI, Version, Nonce string
	ChainID                                                 any
	IssuedAt                                                string
	ExpirationTime, NotBefore, RequestID                    *string
	Resources                                               []string
}

// message builds a message from fields, as a program does that read no text.
func (f fields) message() (Message, error) {
	m := Message{
		Scheme: f.Scheme, Domain: f.Domain, Address: f.Address, Statement: f.Statement, URI: f.URI, Version: f.Version,
		Nonce: f.Nonce, RequestID: f.RequestID, Resources: f.Resources,
	}
	if id, ok := f.ChainID.(float64); ok {
		m.ChainID = uint64(id)
	}
	for _, t := range []struct {
		text    *string
		time    *time.Time
		written *string
	}{
		{&f.IssuedAt, &m.IssuedAt, &m.written.issued},
		{f.ExpirationTime, &m.ExpirationTime, &m.written.expires},
		{f.NotBefore, &m.NotBefore, &m.written.notBefore},
	} {
		if t.text == nil {
			continue
		}
		read, err := ParseTime(*t.text)
		if err != nil {
			return Message{}, err
		}
		*t.time, *t.written = read, *t.text
	}
	return m, nil
}

// vectors reads one file of the reference set.
func vectors[T any](t *testing.T, name string, want int) map[string]T {
	t.Helper()
	dir := os.Getenv("MANDATE_VECTORS_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "vectors")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "siwe", name))
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip("the reference vectors are not here (MANDATE_VECTORS_DIR):", err)
	}
	var out map[string]T
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(out) != want {
		t.Fatalf("%s holds %d cases, want %d", name, len(out), want)
	}
	return out
}

// count runs every case and says how many held.
func count[T any](t *testing.T, name string, cases map[string]T, holds func(t *testing.T, c T)) {
	t.Helper()
	passed := 0
	for title, c := range cases {
		if t.Run(title, func(t *testing.T) { holds(t, c) }) {
			passed++
		}
	}
	t.Logf("%s: %d/%d", name, passed, len(cases))
}

type positive struct {
	Message string
	Fields  fields
}

func TestReferenceParsing(t *testing.T) {
	count(t, "parsing_positive", vectors[positive](t, "parsing_positive.json", 19), func(t *testing.T, c positive) {
		got, err := Parse(c.Message)
		if err != nil {
			t.Fatal(err)
		}
		want, err := c.Fields.message()
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, want)
		if got.String() != c.Message || want.String() != c.Message {
			t.Errorf("written as\n%s\nread from\n%s", got, c.Message)
		}
	})
}

func same(t *testing.T, got, want Message) {
	t.Helper()
	if got.Scheme != want.Scheme || got.Domain != want.Domain || got.Address != want.Address || got.Statement != want.Statement ||
		got.URI != want.URI || got.Version != want.Version || got.ChainID != want.ChainID || got.Nonce != want.Nonce {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if !got.IssuedAt.Equal(want.IssuedAt) || !got.ExpirationTime.Equal(want.ExpirationTime) || !got.NotBefore.Equal(want.NotBefore) {
		t.Errorf("times: got %+v\nwant %+v", got, want)
	}
	if (got.RequestID == nil) != (want.RequestID == nil) || (got.Resources == nil) != (want.Resources == nil) || !slices.Equal(got.Resources, want.Resources) {
		t.Errorf("optional parts: got %+v\nwant %+v", got, want)
	}
}

func TestReferenceParsingRefuses(t *testing.T) {
	count(t, "parsing_negative", vectors[string](t, "parsing_negative.json", 29), func(t *testing.T, text string) {
		m, err := Parse(text)
		if err == nil {
			t.Fatalf("read as %+v", m)
		}
		t.Log(err)
	})
}

func TestReferenceObjectsRefused(t *testing.T) {
	count(t, "parsing_negative_objects", vectors[fields](t, "parsing_negative_objects.json", 18), func(t *testing.T, f fields) {
		m, err := f.message()
		if err == nil {
			err = m.Check()
		}
		if err == nil {
			t.Fatalf("taken: %+v", m)
		}
		t.Log(err)
	})
}

type verification struct {
	fields
	Signature, Time, DomainBinding, MatchNonce string
}

// verify asks with what the case asks for, and with the message's own where
// the case binds nothing.
func (v verification) verify(t *testing.T) error {
	t.Helper()
	m, err := v.message()
	if err != nil {
		return err
	}
	e := Expect{Domain: v.Domain, Nonce: v.Nonce, Now: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}
	if v.DomainBinding != "" {
		e.Domain = v.DomainBinding
	}
	if v.MatchNonce != "" {
		e.Nonce = v.MatchNonce
	}
	if v.Time != "" {
		if e.Now, err = ParseTime(v.Time); err != nil {
			t.Fatal(err)
		}
	}
	return m.Verify(context.Background(), v.Signature, e, nil)
}

func TestReferenceVerification(t *testing.T) {
	count(t, "verification_positive", vectors[verification](t, "verification_positive.json", 4), func(t *testing.T, v verification) {
		if err := v.verify(t); err != nil {
			t.Error(err)
		}
	})
}

func TestReferenceVerificationRefuses(t *testing.T) {
	count(t, "verification_negative", vectors[verification](t, "verification_negative.json", 10), func(t *testing.T, v verification) {
		err := v.verify(t)
		if err == nil {
			t.Fatal("accepted")
		}
		t.Log(err)
	})
}
