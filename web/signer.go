package web

import (
	"context"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/web/siwe"
)

// signature checks who signed. A contract wallet is asked where a node of its
// network is set up.
func (s *Server) signature(ctx context.Context, m siwe.Message, sig string) error {
	var contracts siwe.Contracts
	if s.Wallets != nil && s.Wallets.Has(m.ChainID) {
		contracts = s.Wallets
	}
	err := m.Verify(ctx, sig, siwe.Expect{Domain: s.domain(), Scheme: s.PublicURL.Scheme, Nonce: m.Nonce, Now: s.Now()}, contracts)
	if contracts == nil && maybeContract(err, sig) {
		return governance.Errorf(governance.Denied, "The signature is not by the key of %s. If this account is a contract wallet, Mandate has to ask it, and needs a node of its network: set MANDATE_RPC_%d.", m.Address, m.ChainID)
	}
	if err != nil || contracts == nil {
		return err
	}
	return s.atHome(ctx, m, sig)
}

// atHome refuses a contract of another network than Ethereum whose address is
// a contract on Ethereum too: whose that one is, this one cannot say. A key is
// the same on every network.
func (s *Server) atHome(ctx context.Context, m siwe.Message, sig string) error {
	if m.ChainID == chainMain || !s.Wallets.Has(chainMain) {
		return nil
	}
	if raw, err := ballot.ParseSignature(sig); err == nil {
		if signer, err := ballot.Recover(ballot.PersonalDigest([]byte(m.String())), raw); err == nil && ballot.Same(signer, m.Address) {
			return nil
		}
	}
	there, err := s.Wallets.IsContract(ctx, chainMain, m.Address)
	if err == nil && there {
		return governance.Errorf(governance.Denied, "%s is a contract on Ethereum, and may be somebody else's on network %d. Sign in on Ethereum (network 1).", m.Address, m.ChainID)
	}
	return err
}

// maybeContract reports whether a contract wallet could have made a signature
// that fits no key: it may be longer, or by another key.
func maybeContract(err error, sig string) bool {
	const keySignature = len("0x") + 2*65
	return governance.CodeOf(err) == governance.Denied || err != nil && len(sig) > keySignature
}
