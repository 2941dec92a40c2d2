package ballot_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/governancetest"
)

const testProposal = "0x1111111111111111111111111111111111111111111111111111111111111111"

func choice(t testing.TB, typ governance.VotingType, raw string) ballot.Choice {
	t.Helper()
	c, err := ballot.ParseChoice(typ, 3, json.RawMessage(raw))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func vote(t testing.TB, from string, typ governance.VotingType, raw string) ballot.VoteMessage {
	return ballot.VoteMessage{From: from, Space: "lighthouse.eth", Proposal: testProposal, Timestamp: time.Unix(1_790_000_000, 0),
		Type: typ, Choice: choice(t, typ, raw), App: "mandate", Metadata: "{}"}
}

func TestVoteRefused(t *testing.T) {
	_, from := testKey(t, "a")
	for name, c := range map[string]struct {
		change func(*ballot.VoteMessage)
		want   string
	}{
		"lower-case sender":      {func(m *ballot.VoteMessage) { m.From = strings.ToLower(m.From) }, "checksum form"},
		"sender is no address":   {func(m *ballot.VoteMessage) { m.From = "someone" }, "checksum form"},
		"reason on shielded":     {func(m *ballot.VoteMessage) { m.Shielded, m.Reason = "0xab", "because" }, "cannot carry a reason"},
		"shielded, no cipher":    {func(m *ballot.VoteMessage) { m.Shielded = "1" }, "not a ciphertext"},
		"reason too long":        {func(m *ballot.VoteMessage) { m.Reason = strings.Repeat("a", 5001) }, "5001 characters"},
		"reason, UTF-16 units":   {func(m *ballot.VoteMessage) { m.Reason = strings.Repeat("🚀", 2501) }, "5002 characters"},
		"reason is no Unicode":   {func(m *ballot.VoteMessage) { m.Reason = "\xff" }, "not valid Unicode"},
		"no space":               {func(m *ballot.VoteMessage) { m.Space = "" }, "space"},
		"space with a blank":     {func(m *ballot.VoteMessage) { m.Space = "a b.eth" }, "space"},
		"no proposal":            {func(m *ballot.VoteMessage) { m.Proposal = "" }, "proposal"},
		"proposal with a blank":  {func(m *ballot.VoteMessage) { m.Proposal = "a b" }, "proposal"},
		"no time":                {func(m *ballot.VoteMessage) { m.Timestamp = time.Time{} }, "no time"},
		"no choice":              {func(m *ballot.VoteMessage) { m.Choice = ballot.Choice{} }, "not one of this kind"},
		"choice of another kind": {func(m *ballot.VoteMessage) { m.Type = governance.Approval }, "not one of this kind"},
		"app too long":           {func(m *ballot.VoteMessage) { m.App = strings.Repeat("a", 25) }, "24"},
		"metadata is a list":     {func(m *ballot.VoteMessage) { m.Metadata = "[]" }, "metadata"},
		"metadata is no JSON":    {func(m *ballot.VoteMessage) { m.Metadata = "{" }, "metadata"},
		"metadata too long":      {func(m *ballot.VoteMessage) { m.Metadata = `{"a":"` + strings.Repeat("a", 2000) + `"}` }, "metadata"},
	} {
		m := vote(t, from, governance.SingleChoice, "1")
		c.change(&m)
		if _, err := ballot.Vote(m); governance.CodeOf(err) != governance.Invalid || !strings.Contains(governance.MessageOf(err), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	longest := vote(t, from, governance.SingleChoice, "1")
	longest.Reason = strings.Repeat("🚀", 2500)
	if _, err := ballot.Vote(longest); err != nil {
		t.Errorf("the longest reason: %v", err)
	}
}

func TestAliasRefused(t *testing.T) {
	_, from := testKey(t, "a")
	_, other := testKey(t, "b")
	now := time.Unix(1_790_000_000, 0)
	for name, c := range map[string]struct {
		from, alias string
		at          time.Time
	}{
		"itself":     {from, from, now},
		"lower case": {from, strings.ToLower(other), now},
		"zero":       {from, ballot.Zero, now},
		"no address": {from, "0x12", now},
		"no time":    {from, other, time.Time{}},
	} {
		if _, err := ballot.Alias(c.from, c.alias, c.at); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := ballot.RevokeAlias(c.from, c.alias, c.at); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("revoke, %s: %v", name, err)
		}
	}
}

func TestNoMessage(t *testing.T) {
	var none ballot.TypedData
	if _, err := none.Digest(); governance.CodeOf(err) != governance.Invalid {
		t.Errorf("digest: %v", err)
	}
	if _, err := none.Wallet(); governance.CodeOf(err) != governance.Invalid {
		t.Errorf("wallet: %v", err)
	}
	if _, err := none.Envelope(ballot.RegistryV1, "0x"); governance.CodeOf(err) != governance.Invalid {
		t.Errorf("envelope: %v", err)
	}
}

// everyMessage is each kind of message that is signed here.
func everyMessage(t *testing.T, from string) map[string]ballot.TypedData {
	t.Helper()
	_, alias := testKey(t, "alias")
	out := map[string]ballot.TypedData{}
	keep := func(name string, typed ballot.TypedData, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = typed
	}
	for typ, raw := range map[governance.VotingType]string{governance.SingleChoice: "2", governance.Basic: "1", governance.Approval: "[1,3]",
		governance.RankedChoice: "[3,1,2]", governance.Copeland: "[2,3,1]", governance.Quadratic: `{"1":1,"2":2.5}`, governance.Weighted: `{"1":0,"3":7}`} {
		m := vote(t, from, typ, raw)
		m.Reason = "Because — “quotes”, \\ back, <b>&, 日本語, 👩‍👩‍👧‍👦, \u2028\u202e\u0001\ttab\r\nline"
		typed, err := ballot.Vote(m)
		keep(string(typ), typed, err)
		m.Reason = ""
		m.Shielded, err = ballot.Shield(testProposal, m.Choice.JSON(), ballot.EonKey, [32]byte{7})
		if err != nil {
			t.Fatal(err)
		}
		typed, err = ballot.Vote(m)
		keep(string(typ)+" shielded", typed, err)
	}
	m := vote(t, from, governance.Basic, "3")
	m.Proposal, m.Metadata = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG", ""
	typed, err := ballot.Vote(m)
	keep("old proposal id", typed, err)
	at := time.Unix(1_790_000_000, 0)
	typed, err = ballot.Alias(from, alias, at)
	keep("alias", typed, err)
	typed, err = ballot.RevokeAlias(from, alias, at)
	keep("revoke alias", typed, err)
	return out
}

// TestOfficialVerification hands every message that is made here to the
// verification of snapshot.js, once as it is and once tampered with.
func TestOfficialVerification(t *testing.T) {
	key, from := testKey(t, "a")
	type sent struct {
		Name, Digest string
		Envelope     json.RawMessage
	}
	var list []sent
	for name, typed := range everyMessage(t, from) {
		digest, err := typed.Digest()
		if err != nil {
			t.Fatal(err)
		}
		envelope, err := typed.Envelope(from, sign(t, digest, key))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, sent{name, "0x" + hex.EncodeToString(digest[:]), envelope})
	}
	stdin, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	out := governancetest.Node(t, `
		const { utils } = require('@snapshot-labs/snapshot.js');
		const options = { broviderUrl: 'http://127.0.0.1:1' };
		const no = () => false; // a tampered message makes it ask a contract, and there is no node
		(async () => {
			const list = JSON.parse(require('fs').readFileSync(0, 'utf8'));
			const verify = (e) => utils.verify(e.address, e.sig, e.data, '1', options);
			const result = {};
			for (const { Name, Digest, Envelope } of list) {
				const right = await verify(Envelope);
				const same = utils.getHash(Envelope.data) === Digest;
				Envelope.data.message.timestamp += 1;
				const tampered = await Promise.race([verify(Envelope).catch(no), new Promise((r) => setTimeout(() => r(false), 50))]);
				result[Name] = [right, same, tampered];
			}
			console.log(JSON.stringify(result));
			process.exit(0);
		})();`, string(stdin))
	var result map[string][3]bool
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("%v: %.500s", err, out)
	}
	if len(result) != len(list) || len(list) != 17 {
		t.Errorf("%d of %d messages looked at", len(result), len(list))
	}
	for name, r := range result {
		if r != [3]bool{true, true, false} {
			t.Errorf("%s: accepted %v, same digest %v, tampered accepted %v", name, r[0], r[1], r[2])
		}
	}
}

// TestShownIsSigned holds the lines of the page against the message.
func TestShownIsSigned(t *testing.T) {
	_, from := testKey(t, "a")
	typed := everyMessage(t, from)[string(governance.RankedChoice)]
	got := typed.Fields()
	names := make([]string, len(got))
	for i := range got {
		names[i] = got[i][0]
	}
	if strings.Join(names, " ") != "from space timestamp proposal choice reason app metadata" || got[4][1] != "[3,1,2]" || got[2][1] != "1790000000" {
		t.Errorf("%q", got)
	}
	if wallet, err := typed.Wallet(); err != nil || !bytes.Contains(wallet, []byte(`"primaryType":"Vote"`)) {
		t.Errorf("%s, %v", wallet, err)
	}
}
