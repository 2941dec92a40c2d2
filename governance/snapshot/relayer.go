package snapshot

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// signerLife is how long the sequencer's word on who signs its receipts is
// taken for true.
const signerLife = time.Hour

// verify checks the receipt's signature: an EIP-191 signature over the text of
// the message's own, by the address that the sequencer names. The note says why
// it is not verified; the vote is stored all the same.
func (s *Sequencer) verify(ctx context.Context, envelope []byte, r *governance.Receipt) (bool, string) {
	var sent struct {
		Sig string `json:"sig"`
	}
	if err := json.Unmarshal(envelope, &sent); err != nil || sent.Sig == "" {
		return false, "the message sent has no signature to compare the receipt with"
	}
	by, err := recoverText(sent.Sig, r.Signature)
	if err != nil {
		r.Signature, r.Relayer = clipText(r.Signature, 200), ""
		return false, "the receipt's signature cannot be read"
	}
	if !strings.EqualFold(by, r.Relayer) {
		r.Relayer = by
		return false, "the receipt is not signed by the address that it names"
	}
	r.Relayer = by
	named, err := s.relayerAddress(ctx)
	switch {
	case err != nil:
		return false, "who signs receipts could not be asked"
	case !strings.EqualFold(named, by):
		return false, "the receipt is signed by another address than the sequencer names"
	}
	return true, ""
}

func recoverText(text, signature string) (string, error) {
	sig, err := ballot.ParseSignature(signature)
	if err != nil {
		return "", err
	}
	return ballot.Recover(ballot.PersonalDigest([]byte(text)), sig)
}

// relayerAddress returns who signs receipts, from the last hour's answer or a
// new one.
func (s *Sequencer) relayerAddress(ctx context.Context) (string, error) {
	s.mu.Lock()
	known, fresh := s.signer, s.now().Sub(s.asked) < signerLife
	s.mu.Unlock()
	if known != "" && fresh {
		return known, nil
	}
	r, err := s.sequencer.get(ctx, "")
	if err != nil {
		return "", err
	}
	s.learn(ctx, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.signer == "" {
		return "", s.sequencer.trouble(nil, "does not say who signs its receipts")
	}
	return s.signer, nil
}

// learn takes the signer from the sequencer's account of itself.
func (s *Sequencer) learn(ctx context.Context, r response) {
	var said string
	members(r.body, func(key string, v field) {
		if key == "relayer" {
			said = v.text()
		}
	})
	address, err := ballot.Checksum(said)
	if err != nil || r.status != 200 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.signer != "" && s.signer != address {
		s.log.WarnContext(ctx, "the sequencer names another signer of receipts than before", "before", s.signer, "now", address)
	}
	s.signer, s.asked = address, s.now()
}

// SendSafe leaves a message with the relayer until the owners of a Safe have
// signed it on chain; its envelope has the signature "0x". It returns the
// relayer's id of it, which must be the digest. Errors are as with Send.
func (s *Sequencer) SendSafe(ctx context.Context, envelope []byte) (string, error) {
	r, err := s.relayer.post(ctx, "", envelope)
	if err != nil {
		return "", err
	}
	a, err := parseAnswer(r)
	switch {
	case err != nil:
		return "", err
	case a.refused || r.status >= 300:
		return "", s.relayer.relayRefusal(r)
	case !ballot.IsHash(a.id):
		return "", s.relayer.trouble(nil, "answered without an id")
	}
	return strings.ToLower(a.id), nil
}

func (s *service) relayRefusal(r response) error {
	if r.status >= 500 {
		return s.trouble(nil, "failed (HTTP %d)", r.status)
	}
	return governance.Errorf(governance.Invalid, "The Safe relayer does not take this message (HTTP %d). It knows Safe wallets of some chains only; the owners can also sign off chain, in the Safe's own interface.", r.status)
}

// SafePending reports whether a message still waits at the relayer for the
// owners' signatures. It returns Upstream, Limited and Invalid errors, and the
// context's.
func (s *Sequencer) SafePending(ctx context.Context, id string) (bool, error) {
	r, err := s.relayer.get(ctx, "api/messages/"+url.PathEscape(strings.ToLower(id)))
	if err != nil {
		return false, err
	}
	body := skipSpace(r.body)
	if r.status >= 300 || len(body) == 0 || body[0] != '[' || !json.Valid(body) {
		return false, s.relayer.trouble(nil, "does not say what is waiting (HTTP %d)", r.status)
	}
	waiting := false
	elements(body, func(v field) { waiting = waiting || v.isObject() })
	return waiting, nil
}

func clipText(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }
