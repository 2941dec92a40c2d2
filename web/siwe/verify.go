package siwe

import (
	"context"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// Expect is what a message must be bound to. Nothing of it is optional.
type Expect struct {
	Domain string // of this site, from the configuration, never from a request
	Scheme string // of this site; a message may leave it out
	Nonce  string // that was handed out
	Now    time.Time
}

// Contracts asks contract accounts about signatures.
type Contracts interface {
	// ValidSignature covers keys, contracts (ERC-1271) and contracts that are
	// not deployed yet (ERC-6492).
	ValidSignature(ctx context.Context, chain uint64, account string, digest [32]byte, sig []byte) (bool, error)
}

// Verify reports whether the message is the expected one, in time, and signed
// by its address. The signature is 0x and hexadecimal. Without contracts only
// keys can sign in. Errors: Invalid for a message or signature that is none,
// Denied for one that does not hold, and those of contracts.
func (m Message) Verify(ctx context.Context, signature string, e Expect, contracts Contracts) error {
	if err := m.Check(); err != nil {
		return err
	}
	if err := m.bound(e); err != nil {
		return err
	}
	return m.signed(ctx, signature, contracts)
}

// bound compares with what was expected. An empty expectation fits nothing:
// a part that was forgotten must not be a part that is not checked.
func (m Message) bound(e Expect) error {
	switch {
	case e.Now.IsZero():
		return governance.Errorf(governance.Internal, "sign-in: the time to compare with is missing")
	case m.Domain != e.Domain:
		return governance.Errorf(governance.Denied, "The sign-in message is for another site.")
	case m.Scheme != "" && m.Scheme != e.Scheme:
		return governance.Errorf(governance.Denied, "The sign-in message is for another address of this site.")
	case m.Nonce != e.Nonce:
		return governance.Errorf(governance.Denied, "The sign-in message has another nonce. Start the sign-in again.")
	case !m.ExpirationTime.IsZero() && !e.Now.Before(m.ExpirationTime):
		return governance.Errorf(governance.Denied, "The sign-in message has expired. Start the sign-in again.")
	case !m.NotBefore.IsZero() && e.Now.Before(m.NotBefore):
		return governance.Errorf(governance.Denied, "The sign-in message is not valid yet.")
	}
	return nil
}

func (m Message) signed(ctx context.Context, signature string, contracts Contracts) error {
	sig, err := ballot.ParseSignature(signature)
	if err != nil {
		return err
	}
	digest := ballot.PersonalDigest([]byte(m.String()))
	signer, fault := ballot.Recover(digest, sig)
	if fault == nil && signer == m.Address {
		return nil
	}
	if contracts != nil { // a contract's signature may look like anything, a key's included
		ok, err := contracts.ValidSignature(ctx, m.ChainID, m.Address, digest, sig)
		if ok || err != nil {
			return err
		}
	}
	if fault != nil {
		return fault
	}
	return governance.Errorf(governance.Denied, "The signature is not by the account that the message names.")
}
