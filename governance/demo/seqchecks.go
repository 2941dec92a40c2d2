package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/ethereum/go-ethereum/common/hexutil"
)

// refusal is a reason that the sequencer tells with status 400.
type refusal string

func (r refusal) Error() string { return string(r) }

// errInternal is an exception inside of the sequencer: 500 without a reason.
var errInternal = errors.New("internal error")

// check runs the sequencer's checks in its order; the first that fails decides.
func (s *sequencer) check(ctx context.Context, e *envelope) error {
	for _, step := range []func(context.Context, *envelope) error{
		s.checkSize, s.checkTime, s.checkProposalText, s.checkDomain, s.checkTypes, s.checkSpaceID, s.checkSpace,
		s.checkAlias, s.checkSignature, s.checkSeen, s.checkMetadata, s.checkKind,
	} {
		if err := step(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (s *sequencer) checkSize(_ context.Context, e *envelope) error {
	if units(e.text) > 100_000 {
		return refusal("too large message")
	}
	return nil
}

func (s *sequencer) checkTime(_ context.Context, e *envelope) error {
	now := float64(s.now().Unix())
	if e.stamp > now+300 || e.stamp < now-6*86400 {
		return refusal("wrong timestamp")
	}
	return nil
}

func (s *sequencer) checkProposalText(_ context.Context, e *envelope) error {
	if strings.Contains(e.message.text("proposal"), " ") {
		return refusal("proposal cannot contain whitespace")
	}
	return nil
}

// checkDomain looks at name and version only: some wallets add a chain.
func (s *sequencer) checkDomain(_ context.Context, e *envelope) error {
	if e.domain.text("name") != "snapshot" || e.domain.text("version") != "0.1.4" {
		return refusal("wrong domain")
	}
	return nil
}

func (s *sequencer) checkTypes(_ context.Context, e *envelope) error {
	sum := sha256.Sum256([]byte(stringify(e.types)))
	kind, known := s.known[hex.EncodeToString(sum[:])]
	if !known {
		return refusal("wrong types")
	}
	e.kind, e.network = kind, "1"
	return nil
}

func (e *envelope) hasSpace() bool {
	return !slices.Contains([]string{kindAlias, kindRevoke, "profile"}, e.kind)
}

func (s *sequencer) checkSpaceID(_ context.Context, e *envelope) error {
	if e.hasSpace() && !normalised(e.space) {
		return refusal("Invalid space id")
	}
	return nil
}

// normalised is a short form of ENS normalisation: labels of lower-case
// letters, digits, hyphens and underscores, and no mixture of Latin with
// another alphabet.
func normalised(id string) bool {
	latin, other := false, false
	for _, r := range id {
		switch {
		case r >= 'a' && r <= 'z':
			latin = true
		case r >= '0' && r <= '9', r == '-', r == '_', r == '.':
		case r > unicode.MaxASCII && unicode.IsLetter(r) && !unicode.IsUpper(r):
			other = other || unicode.Is(unicode.Cyrillic, r) || unicode.Is(unicode.Greek, r)
		default:
			return false
		}
	}
	return id != "" && !(latin && other) && !slices.Contains(strings.Split(id, "."), "")
}

func (s *sequencer) checkSpace(_ context.Context, e *envelope) error {
	if !e.hasSpace() {
		return nil
	}
	s.w.mu.RLock()
	defer s.w.mu.RUnlock()
	space := s.w.spaces[e.space]
	if space == nil {
		return refusal("unknown space")
	}
	e.network = space.Network
	return nil
}

// checkAlias lets another key speak for an account that authorised it.
func (s *sequencer) checkAlias(_ context.Context, e *envelope) error {
	if e.from == e.address {
		return nil
	}
	s.w.mu.RLock()
	a := s.w.aliases[e.address]
	s.w.mu.RUnlock()
	if a == nil || a.Address != e.from || s.now().Unix() > a.Created+s.aliasLife() {
		return refusal("wrong alias")
	}
	if !slices.Contains(s.aliasKinds(), e.kind) {
		return refusal("alias not allowed for the type: " + e.kind)
	}
	return nil
}

// aliasLife is in seconds.
func (s *sequencer) aliasLife() int64 {
	if s.w.cfg.Generation == Latest {
		return 90 * 86400
	}
	return 30 * 86400
}

func (s *sequencer) aliasKinds() []string {
	kinds := []string{kindFollow, kindUnfollow, "subscribe", "unsubscribe", "profile", "statement",
		kindVote, kindVoteArray, kindVoteString, "proposal", kindUpdate, "flag-proposal"}
	if s.w.cfg.Generation == Old {
		kinds = append(kinds, kindDelete)
	}
	return kinds
}

const badSignature = refusal("signature validation failed")

// checkSignature wants the key of the address, or the word of its contract on
// the space's network.
func (s *sequencer) checkSignature(ctx context.Context, e *envelope) error {
	if e.hash() != nil {
		return badSignature
	}
	sig, err := hexutil.Decode(e.sig)
	if err != nil {
		return badSignature
	}
	if recoverSigner(e.digest, sig) == e.address {
		return nil
	}
	if !s.w.contractSigned(ctx, e.network, e.address, e.digest, sig) {
		return badSignature
	}
	return nil
}

func (s *sequencer) checkSeen(_ context.Context, e *envelope) error {
	s.w.mu.RLock()
	defer s.w.mu.RUnlock()
	if s.w.seen[e.id] {
		return refusal("duplicate message")
	}
	return nil
}

func (s *sequencer) checkMetadata(_ context.Context, e *envelope) error {
	if units(e.message.text("metadata")) > 2000 {
		return refusal("too large metadata")
	}
	return nil
}

// checkKind checks what the kind of message asks.
func (s *sequencer) checkKind(ctx context.Context, e *envelope) error {
	switch e.kind {
	case kindVote, kindVoteArray, kindVoteString:
		return s.checkVote(ctx, e)
	case kindAlias, kindRevoke:
		return s.checkAliasMessage(e)
	case kindFollow, kindUnfollow:
		return s.checkFollow(e)
	case kindUpdate, kindDelete:
		return s.checkEdit(e)
	case "subscribe", "unsubscribe", "profile", "statement":
		return nil // kept as messages only
	}
	return refusal("unauthorized") // proposing and settings are not played
}
