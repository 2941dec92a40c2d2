package snapshot

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/demo"
)

// seqWorld is a hub, a sequencer, a score service and a relayer that share no
// code with this package, and clients of all of them.
type seqWorld struct {
	t    testing.TB
	w    *demo.World
	hub  *Hub
	seq  *Sequencer
	now  time.Time
	key  *ecdsa.PrivateKey
	from string
	seen int // proposals made
}

const seqSpace = "harbour.eth"

func newSeqWorld(t testing.TB, gen demo.Generation, space demo.Space) *seqWorld {
	t.Helper()
	s := &seqWorld{t: t, now: testNow}
	s.key, s.from = testKey(t, "voter")
	clock := func() time.Time { return s.now }
	w, err := demo.New(demo.Config{Empty: true, Generation: gen, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.Handler())
	t.Cleanup(srv.Close)
	s.w = w
	s.hub, err = New(Config{HubURL: srv.URL + "/graphql", Now: clock, RetryDelay: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	s.seq, err = NewSequencer(SequencerConfig{SequencerURL: srv.URL + "/seq/", RelayerURL: srv.URL + "/relayer", ScoreURL: srv.URL + "/score/", Now: clock, Timeout: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	space.ID = seqSpace
	w.AddSpace(space)
	w.SetPower(seqSpace, s.from, 10.5)
	return s
}

// open makes a proposal that is open.
func (s *seqWorld) open(kind governance.VotingType, privacy string, choices ...string) demo.Proposal {
	s.seen++
	p := demo.Proposal{ID: fmt.Sprintf("0x%064x", s.seen), Space: seqSpace, Type: string(kind), Title: "T", Body: "B", Choices: choices, Privacy: privacy,
		Created: s.now.Unix() - 100, Start: s.now.Unix() - 50, End: s.now.Unix() + 1000, Snapshot: 100, Network: "1"}
	s.w.Add(p)
	return p
}

func (s *seqWorld) sign(m ballot.VoteMessage) (envelope []byte, digest string) {
	s.t.Helper()
	typed, err := ballot.Vote(m)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.signed(typed)
}

func (s *seqWorld) signed(typed ballot.TypedData) (envelope []byte, digest string) {
	s.t.Helper()
	d, err := typed.Digest()
	if err != nil {
		s.t.Fatal(err)
	}
	if envelope, err = typed.Envelope(s.from, signDigest(s.t, s.key, d)); err != nil {
		s.t.Fatal(err)
	}
	return envelope, "0x" + hex.EncodeToString(d[:])
}

func (s *seqWorld) vote(p demo.Proposal, raw, reason string) ballot.VoteMessage {
	s.t.Helper()
	kind := governance.VotingType(p.Type)
	c, err := ballot.ParseChoice(kind, len(p.Choices), json.RawMessage(raw))
	if err != nil {
		s.t.Fatal(err)
	}
	m := ballot.VoteMessage{From: s.from, Space: p.Space, Proposal: p.ID, Timestamp: s.now, Type: kind, Choice: c, Reason: reason, App: "mandate", Metadata: "{}"}
	if p.Privacy == "shutter" {
		m.Shielded, err = ballot.Shield(p.ID, []byte(c.JSON()), ballot.EonKey, [32]byte{1, 2, 3})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	return m
}

// A vote of every kind: sent, receipt verified, read back.
func TestEveryKindOfVote(t *testing.T) {
	for name, gen := range generations {
		t.Run(name, func(t *testing.T) {
			s := newSeqWorld(t, gen, demo.Space{})
			var sent []string
			for _, c := range []struct {
				kind            governance.VotingType
				choice, privacy string
			}{
				{governance.SingleChoice, "2", ""}, {governance.Basic, "3", ""}, {governance.Approval, "[1,3]", ""}, {governance.RankedChoice, "[3,1,2]", ""},
				{governance.Copeland, "[2,3,1]", ""}, {governance.Quadratic, `{"1":1,"3":2}`, ""}, {governance.Weighted, `{"2":60,"3":40}`, ""},
				{governance.SingleChoice, "1", "shutter"}, {governance.Weighted, `{"1":1}`, "shutter"},
			} {
				p := s.open(c.kind, c.privacy, "For", "Against", "Abstain")
				reason := "because of " + string(c.kind)
				if c.privacy != "" {
					reason = ""
				}
				envelope, digest := s.sign(s.vote(p, c.choice, reason))
				s.taken(envelope, digest)
				s.readBack(p, digest, c.choice, reason)
				sent = append(sent, digest)
				s.now = s.now.Add(time.Second)
			}
			votes, err := s.hub.Votes(t.Context(), s.from, time.Time{})
			if err != nil || len(votes) != len(sent) {
				t.Fatalf("%d of %d votes, %v", len(votes), len(sent), err)
			}
			for i := range sent {
				if votes[i].ID != sent[i] {
					t.Errorf("vote %d is %s", i, votes[i].ID)
				}
			}
		})
	}
}

func (s *seqWorld) taken(envelope []byte, digest string) {
	s.t.Helper()
	r, err := s.seq.Send(s.t.Context(), envelope, digest)
	if err != nil || r.ID != digest || !r.Verified || r.IPFS == "" || r.Note != "" {
		s.t.Fatalf("%+v, %v", r, err)
	}
	again, err := s.seq.Send(s.t.Context(), envelope, digest)
	if err != nil || again.ID != digest || again.Note != "stored before" {
		s.t.Fatalf("again: %+v, %v", again, err)
	}
	ledger := s.w.Ledger()
	if last := ledger[len(ledger)-1]; last.ID != digest || !bytes.Equal(last.Body, envelope) {
		s.t.Errorf("the ledger has %+v", last)
	}
}

func (s *seqWorld) readBack(p demo.Proposal, digest, choice, reason string) {
	s.t.Helper()
	v, err := s.hub.Vote(s.t.Context(), digest)
	if err != nil || v == nil {
		s.t.Fatalf("%v, %v", v, err)
	}
	of, err := s.hub.VoteOf(s.t.Context(), p.ID, strings.ToLower(s.from))
	if err != nil || of == nil || of.ID != digest {
		s.t.Fatalf("%v, %v", of, err)
	}
	hidden := strings.HasPrefix(string(v.Choice), `"0x`)
	if p.Privacy == "shutter" && !hidden || p.Privacy == "" && string(v.Choice) != choice {
		s.t.Errorf("choice %s, want %s", v.Choice, choice)
	}
	if v.Power != 10.5 || v.Voter != s.from || v.Ref != governance.SnapshotRef(p.Space, p.ID) || v.Reason != reason || v.App != "mandate" || !v.Created.Equal(s.now.Truncate(time.Second)) {
		s.t.Errorf("read back %+v", v)
	}
}

// What the sequencer may do to a vote, and what this client makes of it.
func TestFaultsOfTheSequencer(t *testing.T) {
	for _, c := range []struct {
		fault demo.Fault
		want  governance.Code // of the first attempt
		note  string          // of the second, with the same bytes
	}{
		{demo.FaultBusy, governance.Upstream, ""}, {demo.FaultUpdating, governance.Upstream, ""}, {demo.FaultPowerCheck, governance.Upstream, ""},
		{demo.FaultVoteCheck, governance.Upstream, ""}, {demo.FaultPinning, governance.Upstream, ""}, {demo.FaultHTML, governance.Upstream, ""},
		{demo.FaultTooMany, governance.Limited, ""}, {demo.FaultSilent, governance.Upstream, "stored before"}, {demo.FaultDrop, governance.Upstream, "stored before"},
		{demo.FaultErrorAfter, governance.Upstream, "stored before"}, {demo.FaultHTMLAfter, governance.Upstream, "stored before"}, {demo.FaultWrongID, governance.Conflict, "stored before"},
		{demo.FaultWrongRelayer, "", "stored before"}, {demo.FaultForeignReceipt, "", "stored before"},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			s := newSeqWorld(t, demo.Old, demo.Space{})
			envelope, digest := s.sign(s.vote(s.open(governance.Basic, "", "For", "Against"), "1", ""))
			s.w.FailSequencer(c.fault)
			r, err := s.seq.Send(t.Context(), envelope, digest)
			if governance.CodeOf(err) != c.want || r.Verified {
				t.Fatalf("first: %+v, %v", r, err)
			}
			if c.want != "" {
				wantRefusal(t, err, c.want)
			}
			r, err = s.seq.Send(t.Context(), envelope, digest)
			if err != nil || r.ID != digest || r.Note != c.note || r.Verified != (c.note == "") {
				t.Fatalf("second: %+v, %v", r, err)
			}
			if n := len(s.w.Ledger()); n != 1 {
				t.Errorf("%d messages were stored", n)
			}
		})
	}
}

func TestHalfWrittenVote(t *testing.T) {
	s := newSeqWorld(t, demo.Old, demo.Space{})
	p := s.open(governance.Basic, "", "For", "Against")
	envelope, digest := s.sign(s.vote(p, "1", ""))
	s.w.FailSequencer(demo.FaultHalfWritten)
	_, err := s.seq.Send(t.Context(), envelope, digest)
	if err == nil {
		t.Fatal("a half-written vote is reported as stored")
	}
	_, err = s.seq.Send(t.Context(), envelope, digest)
	wantRefusal(t, err, governance.Upstream)
	if v, err := s.hub.VoteOf(t.Context(), p.ID, s.from); err != nil || v == nil || v.ID != digest {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestRefusedVotes(t *testing.T) {
	s := newSeqWorld(t, demo.Old, demo.Space{})
	p := s.open(governance.Basic, "", "For", "Against")
	good := s.vote(p, "1", "")
	for name, c := range map[string]struct {
		change func(m *ballot.VoteMessage)
		want   governance.Code
	}{
		"unknown space":    {func(m *ballot.VoteMessage) { m.Space = "nowhere.eth" }, governance.Invalid},
		"unknown proposal": {func(m *ballot.VoteMessage) { m.Proposal = "0x" + strings.Repeat("9", 64) }, governance.Invalid},
		"too old":          {func(m *ballot.VoteMessage) { m.Timestamp = s.now.AddDate(0, 0, -7) }, governance.Invalid},
		"before the start": {func(m *ballot.VoteMessage) { m.Timestamp = s.now.Add(-time.Minute) }, governance.Conflict},
	} {
		t.Run(name, func(t *testing.T) {
			m := good
			c.change(&m)
			envelope, digest := s.sign(m)
			_, err := s.seq.Send(t.Context(), envelope, digest)
			wantRefusal(t, err, c.want)
		})
	}
	t.Run("no power", func(t *testing.T) {
		s.w.SetPower(seqSpace, s.from, 0)
		defer s.w.SetPower(seqSpace, s.from, 10.5)
		envelope, digest := s.sign(good)
		_, err := s.seq.Send(t.Context(), envelope, digest)
		wantRefusal(t, err, governance.Denied)
	})
	t.Run("an older one after a newer", func(t *testing.T) {
		s.now = s.now.Add(10 * time.Second)
		newer, digest := s.sign(s.vote(p, "2", ""))
		s.taken(newer, digest)
		older, digest := s.sign(good)
		_, err := s.seq.Send(t.Context(), older, digest)
		wantRefusal(t, err, governance.Conflict)
	})
	if n := len(s.w.Ledger()); n != 1 {
		t.Errorf("%d messages were stored", n)
	}
}

func TestPowerAndRules(t *testing.T) {
	for name, gen := range generations {
		t.Run(name, func(t *testing.T) {
			rule := &demo.Validation{Name: "basic", Params: json.RawMessage(`{"minScore":5}`)}
			s := newSeqWorld(t, gen, demo.Space{VoteValidation: rule})
			p := s.open(governance.Basic, "", "For", "Against")
			power, err := s.hub.Power(t.Context(), s.from, seqSpace, p.ID)
			if err != nil || power.Total != 10.5 || len(power.ByStrategy) == 0 || power.State == "" {
				t.Errorf("%+v, %v", power, err)
			}
			if power, err = s.hub.Power(t.Context(), s.from, seqSpace, ""); err != nil || power.Total != 10.5 {
				t.Errorf("now: %+v, %v", power, err)
			}
			if _, err = s.hub.Power(t.Context(), s.from, "nowhere.eth", ""); governance.CodeOf(err) != governance.NotFound {
				t.Errorf("unknown space: %v", err)
			}
			if _, err = s.hub.Power(t.Context(), s.from, seqSpace, "0x1"); governance.CodeOf(err) != governance.NotFound {
				t.Errorf("unknown proposal: %v", err)
			}
			fresh, err := s.hub.Fresh(t.Context(), governance.SnapshotRef(seqSpace, p.ID))
			if err != nil || fresh.Title != "T" || !strings.Contains(string(fresh.Validation), "basic") {
				t.Errorf("%+v, %v", fresh, err)
			}
			if _, err := s.hub.Fresh(t.Context(), governance.SnapshotRef(seqSpace, "0x"+strings.Repeat("7", 64))); governance.CodeOf(err) != governance.NotFound {
				t.Errorf("gone: %v", err)
			}
			// A proposal that is there, but in another space, is not gone.
			if _, err := s.hub.Fresh(t.Context(), governance.SnapshotRef("elsewhere.eth", p.ID)); governance.CodeOf(err) != governance.Upstream {
				t.Errorf("elsewhere: %v", err)
			}
			spaces, err := s.hub.Spaces(t.Context(), []string{seqSpace})
			if err != nil || len(spaces) != 1 {
				t.Fatalf("%+v, %v", spaces, err)
			}
			if err := s.seq.MayVote(t.Context(), s.from, spaces[0], &fresh); err != nil {
				t.Error(err)
			}
			s.w.SetPower(seqSpace, s.from, 1)
			wantRefusal(t, s.seq.MayVote(t.Context(), s.from, spaces[0], &fresh), governance.Denied)
		})
	}
}

func TestAliasesOfTheWorld(t *testing.T) {
	s := newSeqWorld(t, demo.Old, demo.Space{})
	_, alias := testKey(t, "alias")
	typed, err := ballot.Alias(s.from, alias, s.now)
	if err != nil {
		t.Fatal(err)
	}
	envelope, digest := s.signed(typed)
	s.taken(envelope, digest)
	got, err := s.hub.Aliases(t.Context(), strings.ToLower(s.from))
	if err != nil || len(got) != 1 || got[0].Address != alias || got[0].Owner != s.from || !got[0].Expires.Equal(got[0].Created.AddDate(0, 0, 30)) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestClockOfTheWorld(t *testing.T) {
	s := newSeqWorld(t, demo.Old, demo.Space{})
	at, err := s.seq.Clock(t.Context())
	if err != nil || at.Sub(s.now).Abs() > time.Second {
		t.Fatalf("%v, %v", at, err)
	}
	s.w.SkewSequencer(5 * time.Minute)
	if at, err = s.seq.Clock(t.Context()); err != nil || (at.Sub(s.now)-5*time.Minute).Abs() > time.Second {
		t.Errorf("%v, %v", at, err)
	}
}

func TestSafeOfTheWorld(t *testing.T) {
	s := newSeqWorld(t, demo.Old, demo.Space{Network: "1"})
	_, safe := testKey(t, "safe")
	s.w.AddContractWallet(safe, s.from)
	s.w.SetPower(seqSpace, safe, 3)
	m := s.vote(s.open(governance.Basic, "", "For", "Against"), "1", "")
	m.From = safe
	typed, err := ballot.Vote(m)
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := typed.Envelope(safe, "0x")
	if err != nil {
		t.Fatal(err)
	}
	digest, _ := typed.Digest()
	id, err := s.seq.SendSafe(t.Context(), envelope)
	if err != nil || id != "0x"+hex.EncodeToString(digest[:]) {
		t.Fatalf("%q, %v", id, err)
	}
	if waits, err := s.seq.SafePending(t.Context(), id); err != nil || !waits {
		t.Errorf("%v, %v", waits, err)
	}
	if err := s.w.SafeSigned(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	if waits, err := s.seq.SafePending(t.Context(), id); err != nil || waits {
		t.Errorf("%v, %v", waits, err)
	}
	if v, err := s.hub.Vote(t.Context(), id); err != nil || v == nil || v.Voter != safe {
		t.Errorf("%+v, %v", v, err)
	}
}
