package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"

	"mandate/governance"
)

// newSealer makes the cipher for everything private: AES-256-GCM. Nonces are
// random; under one secret 2^32 texts are safe, far more than will be kept.
func newSealer(secret [32]byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(secret[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal encrypts text and binds it to its place, so that a row moved elsewhere
// in the database no longer opens.
func (s *Store) seal(text []byte, place string) []byte {
	nonce := make([]byte, s.sealer.NonceSize())
	_, _ = rand.Read(nonce) // never fails (crypto/rand)
	return s.sealer.Seal(nonce, nonce, text, []byte(place))
}

// unseal decrypts what seal made for the same place. It returns Denied where
// the secret is another one or the row was tampered with.
func (s *Store) unseal(sealed []byte, place string) ([]byte, error) {
	n := s.sealer.NonceSize()
	if len(sealed) < n {
		return nil, governance.Errorf(governance.Denied, "A private row of the database is damaged.")
	}
	text, err := s.sealer.Open(nil, sealed[:n], sealed[n:], []byte(place))
	return text, governance.Wrap(governance.Denied, err,
		"What is private here was encrypted under another secret, or was changed. Give MANDATE_SECRET_FILE the file that this database was made with.")
}

// hashToken returns the hex SHA-256 under which a secret token is looked up.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
