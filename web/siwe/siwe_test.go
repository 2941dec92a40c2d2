package siwe

import (
	"context"
	"crypto/ecdsa"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/ballot"
)

const sample = `https://mandate.example:8443 wants you to sign in with your Ethereum account:
0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed

Sign in to Mandate. This costs nothing.

URI: https://mandate.example:8443/sign-in?next=%2Fvotes#top
Version: 1
Chain ID: 18446744073709551615
Nonce: 0a1B2c3D4e5F6a7B
Issued At: 2026-02-28T23:59:59.120+05:30
Expiration Time: 2028-02-29T00:00:00Z
Not Before: 2026-01-01T00:00:00.000000000001-00:00
Request ID: a:b@c%2F-1
Resources:
- urn:isbn:0451450523
- ipfs://bafy/x
- file:///etc
- mailto:a@b.c
- http://[v7.a:b]:80/`

func TestParseKeepsEveryByte(t *testing.T) {
	short := strings.Join(strings.Split(sample, "\n")[:10], "\n")
	for name, text := range map[string]string{
		"all parts":            sample,
		"no optional part":     short,
		"an empty request id":  short + "\nRequest ID: ",
		"no resource in there": short + "\nResources:",
		"spaces in front":      strings.Replace(sample, "Sign in to", "  Sign in to", 1),
		"one space":            strings.Replace(sample, "Sign in to Mandate. This costs nothing.", " ", 1),
		"an IPv4-mapped host":  strings.Replace(sample, "mandate.example:8443 wants", "[::ffff:1.2.3.4]: wants", 1),
	} {
		t.Run(name, func(t *testing.T) {
			m, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if m.String() != text {
				t.Errorf("written as %q", m.String())
			}
			if err := m.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A time that the program sets is written, not the one that was read.
func TestChangedTimeIsWritten(t *testing.T) {
	m, err := Parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	m.IssuedAt = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	if !strings.Contains(m.String(), "Issued At: 2026-03-01T00:00:00Z\nExpiration Time: 2028-02-29T00:00:00Z\n") {
		t.Error(m)
	}
}

func TestParseRefuses(t *testing.T) {
	replace := func(old, with string) string {
		if !strings.Contains(sample, old) {
			t.Fatalf("no %q in the sample", old)
		}
		return strings.Replace(sample, old, with, 1)
	}
	const statement, uri, address = "This costs nothing.", "https://mandate.example:8443/sign-in", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	for name, tt := range map[string]struct{ text, says string }{
		"nothing":                        {"", "Line 1 "},
		"one line":                       {strings.SplitN(sample, "\n", 2)[0], "Line 2"},
		"CRLF":                           {strings.ReplaceAll(sample, "\n", "\r\n"), "Line 1 "},
		"CRLF once":                      {replace("Version: 1\n", "Version: 1\r\n"), "Line 7 "},
		"a newline at the end":           {sample + "\n", "Line 20 "},
		"a newline in front":             {"\n" + sample, "Line 1 "},
		"a space at the end":             {sample + " ", "Line 19 "},
		"a byte order mark":              {"\ufeff" + sample, "Line 1 "},
		"bidi override in the statement": {replace(statement, "This \u202egnihton\u202c."), "Line 4 "},
		"zero width in the statement":    {replace(statement, "This\u200b."), "Line 4 "},
		"control in the statement":       {replace(statement, "This\x1b[2J"), "Line 4 "},
		"tab in the statement":           {replace(statement, "This\tcosts"), "Line 4 "},
		"NUL in the statement":           {replace(statement, "This\x00"), "Line 4 "},
		"umlaut in the statement":        {replace(statement, "Dies kostet nichts für Sie"), "Line 4 "},
		"percent in the statement":       {replace(statement, "100%25"), "Line 4 "},
		"quotes in the statement":        {replace(statement, `"This"`), "Line 4 "},
		"angles in the statement":        {replace(statement, "<b>"), "Line 4 "},
		"bad UTF-8 in the statement":     {replace(statement, "This\xff"), "Line 4 "},
		"U+2028 as a line break":         {replace(statement, "This\u2028URI: x"), "Line 4 "},
		"a second statement line":        {replace(statement, statement+"\nMore"), "Line 5 "},
		"an empty statement":             {replace("Sign in to Mandate. "+statement, ""), "Line 5 "},
		"a long message":                 {replace(statement, strings.Repeat("a", MaxBytes)), "4096 bytes"},
		"lower-case address":             {replace(address, strings.ToLower(address)), "Line 2 "},
		"upper-case address":             {replace(address, "0x"+strings.ToUpper(address[2:])), "Line 2 "},
		"one letter's case":              {replace(address, "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), "Line 2 "},
		"short address":                  {replace(address, address[:41]), "Line 2 "},
		"address without 0x":             {replace(address, address[2:]), "Line 2 "},
		"address and space":              {replace(address, address+" "), "Line 2 "},
		"chain 0":                        {replace("18446744073709551615", "0"), "Line 8 "},
		"chain 01":                       {replace("18446744073709551615", "01"), "Line 8 "},
		"chain -1":                       {replace("18446744073709551615", "-1"), "Line 8 "},
		"chain +1":                       {replace("18446744073709551615", "+1"), "Line 8 "},
		"chain 0x1":                      {replace("18446744073709551615", "0x1"), "Line 8 "},
		"chain 1_0":                      {replace("18446744073709551615", "1_0"), "Line 8 "},
		"chain 1.0":                      {replace("18446744073709551615", "1.0"), "Line 8 "},
		"chain in other digits":          {replace("18446744073709551615", "\u0661"), "Line 8 "},
		"chain too large":                {replace("18446744073709551615", "18446744073709551616"), "Line 8 "},
		"no chain":                       {replace("18446744073709551615", ""), "Line 8 "},
		"version 01":                     {replace("Version: 1", "Version: 01"), "Line 7 "},
		"two versions":                   {replace("Version: 1\n", "Version: 1\nVersion: 1\n"), "Line 8 "},
		"two nonces":                     {replace("Nonce: ", "Nonce: 0a1B2c3D4e\nNonce: "), "Line 10 "},
		"two request ids":                {replace("Request ID: ", "Request ID: a\nRequest ID: "), "Line 14 "},
		"two expirations":                {replace("Expiration", "Expiration Time: 2028-02-29T00:00:00Z\nExpiration"), "Line 12 "},
		"two lists of resources":         {sample + "\nResources:", "Line 20 "},
		"lower-case field":               {replace("Nonce:", "nonce:"), "Line 9 "},
		"two spaces before a value":      {replace("Nonce: ", "Nonce:  "), "Line 9 "},
		"no space before a value":        {replace("Nonce: ", "Nonce:"), "Line 9 "},
		"nonce with a dash":              {replace("0a1B2c3D4e5F6a7B", "0a1B2c3D-4e5F"), "Line 9 "},
		"nonce with a letter of others":  {replace("0a1B2c3D4e5F6a7B", "0a1B2c3D4é"), "Line 9 "},
		"30 February":                    {replace("2026-02-28", "2026-02-30"), "Line 10 "},
		"29 February of another year":    {replace("2028-02-29", "2027-02-29"), "Line 11 "},
		"24 o'clock":                     {replace("T23:59:59", "T24:00:00"), "Line 10 "},
		"a leap second":                  {replace("T23:59:59", "T23:59:60"), "Line 10 "},
		"an offset of a day":             {replace("+05:30", "+24:00"), "Line 10 "},
		"no offset":                      {replace("+05:30", ""), "Line 10 "},
		"an offset without colon":        {replace("+05:30", "+0530"), "Line 10 "},
		"lower-case t":                   {replace("28T23", "28t23"), "Line 10 "},
		"a space for T":                  {replace("28T23", "28 23"), "Line 10 "},
		"an empty fraction":              {replace("59.120", "59."), "Line 10 "},
		"a comma":                        {replace("59.120", "59,120"), "Line 10 "},
		"hour of one digit":              {replace("T23:59:59", "T3:59:59"), "Line 10 "},
		"the zero time":                  {replace("2028-02-29", "0001-01-01"), "Line 11 "},
		"relative URI":                   {replace("URI: "+uri, "URI: /sign-in"), "Line 6 "},
		"URI with a space":               {replace(uri, uri+" x"), "Line 6 "},
		"URI with a bad escape":          {replace("%2F", "%2G"), "Line 6 "},
		"URI with half an escape":        {replace("?next=%2Fvotes#top", "?%2"), "Line 6 "},
		"URI with two fragments":         {replace("#top", "#top#top"), "Line 6 "},
		"URI with a letter of others":    {replace("/sign-in", "/sign-ín"), "Line 6 "},
		"URI with a zone":                {replace("URI: https://mandate.example:8443", "URI: https://[fe80::1%25eth0]"), "Line 6 "},
		"URI with a port of letters":     {replace("URI: https://mandate.example:8443", "URI: https://mandate.example:https"), "Line 6 "},
		"URI with IPv4 in brackets":      {replace("URI: https://mandate.example", "URI: https://[127.0.0.1]"), "Line 6 "},
		"URI with an open bracket":       {replace("URI: https://mandate.example", "URI: https://[::1"), "Line 6 "},
		"URI with text after a bracket":  {replace("URI: https://mandate.example", "URI: https://[::1]x"), "Line 6 "},
		"URI with two users":             {replace("URI: https://", "URI: https://a@b@"), "Line 6 "},
		"empty scheme":                   {replace("https://mandate.example:8443 wants", "://mandate.example wants"), "Line 1 "},
		"scheme of digits":               {replace("https://mandate.example:8443 wants", "1s://mandate.example wants"), "Line 1 "},
		"two schemes":                    {replace("https://mandate.example:8443 wants", "https://https://mandate.example wants"), "Line 1 "},
		"domain with a path":             {replace("mandate.example:8443 wants", "mandate.example/a wants"), "Line 1 "},
		"domain with a space":            {replace("mandate.example:8443 wants", "mandate example wants"), "Line 1 "},
		"domain of a port":               {replace("mandate.example:8443 wants", ":8443 wants"), "Line 1 "},
		"domain of a user":               {replace("mandate.example:8443 wants", "a@ wants"), "Line 1 "},
		"domain with a look-alike":       {replace("mandate.example:8443 wants", "m\u0430ndate.example wants"), "Line 1 "},
		"another sentence":               {replace("Ethereum account:", "Ethereum account"), "Line 1 "},
		"capitals in the sentence":       {replace("wants you", "Wants you"), "Line 1 "},
		"request id with a slash":        {replace("a:b@c%2F-1", "a/b"), "Line 13 "},
		"request id with a space":        {replace("a:b@c%2F-1", "a b"), "Line 13 "},
		"resource without dash":          {replace("- mailto:a@b.c", "mailto:a@b.c"), "Line 18 "},
		"resource with two dashes":       {replace("- mailto:a@b.c", "- - mailto:a@b.c"), "Line 18 "},
		"empty resource":                 {replace("- mailto:a@b.c", "- "), "Line 18 "},
		"heading with text":              {replace("Resources:", "Resources: x"), "Line 14 "},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := Parse(tt.text)
			if governance.CodeOf(err) != governance.Invalid {
				t.Fatalf("%v: %+v", err, m)
			}
			if !strings.Contains(governance.MessageOf(err), tt.says) {
				t.Errorf("%v, want %q", err, tt.says)
			}
		})
	}
}

func signer(t *testing.T) (*ecdsa.PrivateKey, string) {
	t.Helper()
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte("a key of this test")))
	if err != nil {
		t.Fatal(err)
	}
	return key, crypto.PubkeyToAddress(key.PublicKey).Hex()
}

func sign(t *testing.T, m Message) string {
	t.Helper()
	key, _ := signer(t)
	digest := ballot.PersonalDigest([]byte(m.String()))
	sig, err := crypto.Sign(digest[:], key)
	if err != nil {
		t.Fatal(err)
	}
	return "0x" + hex.EncodeToString(sig)
}

func asked(t *testing.T) (Message, Expect) {
	t.Helper()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	_, address := signer(t)
	return Message{
		Domain: "mandate.example", Address: address, URI: "https://mandate.example", Version: "1", ChainID: 1, Nonce: "0123456789abcdef",
		IssuedAt: now, ExpirationTime: now.Add(time.Minute),
	}, Expect{Domain: "mandate.example", Scheme: "https", Nonce: "0123456789abcdef", Now: now}
}

func TestVerifyBinds(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(m *Message, e *Expect)
		want   governance.Code
	}{
		"as asked":               {func(*Message, *Expect) {}, ""},
		"with the scheme":        {func(m *Message, _ *Expect) { m.Scheme = "https" }, ""},
		"another scheme":         {func(m *Message, _ *Expect) { m.Scheme = "http" }, governance.Denied},
		"another domain":         {func(m *Message, _ *Expect) { m.Domain = "mandate.example:80" }, governance.Denied},
		"domain in capitals":     {func(m *Message, _ *Expect) { m.Domain = "Mandate.example" }, governance.Denied},
		"another nonce":          {func(m *Message, _ *Expect) { m.Nonce = "0123456789ABCDEF" }, governance.Denied},
		"no domain expected":     {func(_ *Message, e *Expect) { e.Domain = "" }, governance.Denied},
		"no nonce expected":      {func(_ *Message, e *Expect) { e.Nonce = "" }, governance.Denied},
		"nothing expected":       {func(_ *Message, e *Expect) { *e = Expect{} }, governance.Internal},
		"the last nanosecond":    {func(m *Message, e *Expect) { e.Now = m.ExpirationTime.Add(-1) }, ""},
		"at its end":             {func(m *Message, e *Expect) { e.Now = m.ExpirationTime }, governance.Denied},
		"at its beginning":       {func(m *Message, e *Expect) { m.NotBefore = e.Now }, ""},
		"before it":              {func(m *Message, e *Expect) { m.NotBefore = e.Now.Add(1) }, governance.Denied},
		"chain 0":                {func(m *Message, _ *Expect) { m.ChainID = 0 }, governance.Invalid},
		"a year of five digits":  {func(m *Message, _ *Expect) { m.ExpirationTime = m.ExpirationTime.AddDate(9000, 0, 0) }, governance.Invalid},
		"a statement of 5 kB":    {func(m *Message, _ *Expect) { m.Statement = strings.Repeat("a", 5000) }, governance.Invalid},
		"a newline in a request": {func(m *Message, _ *Expect) { s := "a\nResources:"; m.RequestID = &s }, governance.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			m, e := asked(t)
			tt.change(&m, &e)
			if err := m.Verify(context.Background(), sign(t, m), e, nil); governance.CodeOf(err) != tt.want {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func TestVerifySignatures(t *testing.T) {
	m, e := asked(t)
	good := sign(t, m)
	if err := m.Verify(context.Background(), good, e, nil); err != nil {
		t.Fatal(err)
	}
	for n := range 65 { // never a panic, never accepted
		if err := m.Verify(context.Background(), good[:2+2*n], e, nil); err == nil {
			t.Errorf("%d bytes are accepted", n)
		}
	}
	for name, sig := range map[string]string{
		"no text":         "",
		"no 0x":           good[2:],
		"not hex":         good[:130] + "zz",
		"a byte more":     good + "00",
		"v of 2":          good[:130] + "02",
		"v of 31":         good[:130] + "1f",
		"another v":       good[:130] + map[string]string{"00": "01", "01": "00"}[good[130:]],
		"zeros":           "0x" + strings.Repeat("00", 65),
		"all ones":        "0x" + strings.Repeat("ff", 65),
		"r and s swapped": "0x" + good[66:130] + good[2:66] + good[130:],
	} {
		err := m.Verify(context.Background(), sig, e, nil)
		if code := governance.CodeOf(err); code != governance.Invalid && code != governance.Denied {
			t.Errorf("%s: %v", name, err)
		}
	}
	m.Statement = "Changed after it was signed"
	if err := m.Verify(context.Background(), good, e, nil); governance.CodeOf(err) != governance.Denied {
		t.Error(err)
	}
}

// asks is what a contract answers.
type asks func(chain uint64, account string, digest [32]byte, sig []byte) (bool, error)

func (f asks) ValidSignature(_ context.Context, chain uint64, account string, digest [32]byte, sig []byte) (bool, error) {
	return f(chain, account, digest, sig)
}

func TestVerifyAsksContracts(t *testing.T) {
	m, e := asked(t)
	byKey := sign(t, m)
	m.Address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	m.ChainID = 100
	long := "0x" + strings.Repeat("ab", 200)
	for name, tt := range map[string]struct {
		sig    string
		answer bool
		err    error
		want   governance.Code
	}{
		"yes":              {long, true, nil, ""},
		"yes, to a key's":  {byKey, true, nil, ""},
		"no":               {long, false, nil, governance.Invalid},
		"no, to a key's":   {byKey, false, nil, governance.Denied},
		"the node is down": {long, false, governance.Errorf(governance.Upstream, "down"), governance.Upstream},
		"yes and an error": {long, true, governance.Errorf(governance.Upstream, "down"), governance.Upstream},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			err := m.Verify(context.Background(), tt.sig, e, asks(func(chain uint64, account string, digest [32]byte, sig []byte) (bool, error) {
				calls++
				if chain != 100 || account != m.Address || digest != ballot.PersonalDigest([]byte(m.String())) || "0x"+hex.EncodeToString(sig) != tt.sig {
					t.Error("asked for something else")
				}
				return tt.answer, tt.err
			}))
			if governance.CodeOf(err) != tt.want || calls != 1 {
				t.Errorf("%d calls, %v", calls, err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add(strings.Join(strings.Split(sample, "\n")[:10], "\n"))
	f.Add("a wants you to sign in with your Ethereum account:\n0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n\n\nURI: a:\nVersion: 1\nChain ID: 1\nNonce: 00000000\nIssued At: 2026-01-01T00:00:00Z\nResources:")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Parse(text)
		if err != nil {
			if governance.CodeOf(err) != governance.Invalid || strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Fatalf("%v", err)
			}
			return
		}
		if m.String() != text {
			t.Fatalf("read %q\nwrote %q", text, m.String())
		}
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzVerify(f *testing.F) {
	f.Add("0x", "a.b")
	f.Add("0x"+strings.Repeat("11", 65), "[::1]:80")
	f.Fuzz(func(t *testing.T, sig, domain string) {
		m, e := asked(t)
		m.Domain, e.Domain = domain, domain
		err := m.Verify(context.Background(), sig, e, nil)
		if code := governance.CodeOf(err); err != nil && code != governance.Invalid && code != governance.Denied {
			t.Fatal(err)
		}
	})
}
