package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"mandate/governance"
)

// Who may sign in (MANDATE_SIGNUPS).
const (
	SignupsOwner = "owner" // owners alone, the default
	SignupsOpen  = "open"  // whoever has an account
)

// ownerTokenLife is how long the one-time token of a first start counts.
const ownerTokenLife = 15 * time.Minute

// OwnerToken makes its first bearer the owner. It is printed once, at the
// start, kept as a hash, and counts once and for 15 minutes.
type OwnerToken struct {
	mu      sync.Mutex
	hash    [sha256.Size]byte
	expires time.Time
	spent   bool
}

// NewOwnerToken makes a token of 128 bits and its secret text, which main
// prints where there is no owner yet.
func NewOwnerToken(now time.Time) (*OwnerToken, string) {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // crypto/rand never fails: it aborts the program
	secret := hex.EncodeToString(raw)
	return &OwnerToken{hash: sha256.Sum256([]byte(secret)), expires: now.Add(ownerTokenLife)}, secret
}

// spend runs claim if the secret is right and unused, and is used up when
// claim has succeeded. wrong reports a secret that was none.
func (t *OwnerToken) spend(secret string, now time.Time, claim func() error) (wrong bool, err error) {
	if t == nil {
		return false, governance.Errorf(governance.Denied, "This Mandate has no owner, and no one-time token was made. Set MANDATE_OWNERS and start it again.")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	hash := sha256.Sum256([]byte(strings.TrimSpace(secret)))
	switch {
	case t.spent:
		return false, governance.Errorf(governance.Denied, "The one-time token was used already.")
	case !now.Before(t.expires):
		return false, governance.Errorf(governance.Denied, "The one-time token has expired: it counts for 15 minutes after the start. Start Mandate again to get a new one, or set MANDATE_OWNERS.")
	case subtle.ConstantTimeCompare(hash[:], t.hash[:]) != 1:
		return true, governance.Errorf(governance.Denied, "This is not the one-time token that was printed at the start.")
	}
	if err := claim(); err != nil {
		return false, err
	}
	t.spent = true
	return false, nil
}

// owners are the accounts that own this installation: those of the setting,
// or else the one that came with the one-time token. They are read at each
// request, so that a change of the setting shuts former owners out.
func (s *Server) owners(ctx context.Context) ([]string, error) {
	if len(s.Owners) > 0 {
		return s.Owners, nil
	}
	if known := s.claimed.Load(); known != nil {
		return *known, nil
	}
	list, err := s.Store.Owners(ctx)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 { // an owner never goes away
		s.claimed.Store(&list)
	}
	return list, nil
}

// admitted reports whether an account may be signed in, and as owner.
func (s *Server) admitted(ctx context.Context, account string) (in, owner bool, err error) {
	list, err := s.owners(ctx)
	for _, o := range list {
		owner = owner || strings.EqualFold(o, account)
	}
	return owner || s.Signups == SignupsOpen, owner, err
}

// admit decides about an account whose signature is right. Where there is no
// owner yet, the one-time token makes one.
func (s *Server) admit(ctx context.Context, account, token, from string) (owner bool, err error) {
	in, owner, err := s.admitted(ctx, account)
	if err != nil || owner {
		return owner, err
	}
	list, err := s.owners(ctx)
	switch {
	case err != nil:
		return false, err
	case len(list) == 0 && token != "":
		return true, s.claim(ctx, account, token, from)
	case in:
		return false, nil
	case len(list) == 0:
		return false, governance.Errorf(governance.Denied, "This Mandate has no owner yet. Give the one-time token that was printed at its start.")
	default:
		return false, governance.Errorf(governance.Denied, "This Mandate is for its owners alone, and %s is none of them.", account)
	}
}

// claim makes the account the owner. Wrong tokens are limited by network
// address, so that a guesser shuts out nobody else.
func (s *Server) claim(ctx context.Context, account, token, from string) error {
	now := s.Now()
	if !s.guesses.left(from, now) {
		return &governance.Error{Code: governance.Limited, Message: "Too many wrong one-time tokens came from here. Wait 15 minutes and try again.", Wait: ownerTokenLife}
	}
	wrong, err := s.OwnerToken.spend(token, now, func() error { return s.Store.ClaimOwner(ctx, strings.ToLower(account)) })
	if wrong {
		s.guesses.take(from, now)
	}
	if governance.CodeOf(err) == governance.Conflict {
		return governance.Errorf(governance.Denied, "This Mandate got its owner in the meantime.")
	}
	return err
}
