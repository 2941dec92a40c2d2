package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mandate/governance"
)

// secretKey reads the key that encrypts private data, making one where there
// is none.
func secretKey(path string) ([32]byte, error) {
	var key [32]byte
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newSecretKey(path)
	}
	if err != nil {
		return key, governance.Wrap(governance.Invalid, err, "MANDATE_SECRET_FILE cannot be read")
	}
	decoded, err := hex.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil || len(decoded) != len(key) {
		return key, governance.Errorf(governance.Invalid, "MANDATE_SECRET_FILE (%s) must hold 64 hexadecimal digits; if it is lost, stored values cannot be read", path)
	}
	copy(key[:], decoded)
	return key, nil
}

func newSecretKey(path string) ([32]byte, error) {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return key, governance.Wrap(governance.Invalid, err, "the folder of MANDATE_SECRET_FILE cannot be made")
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return key, governance.Wrap(governance.Invalid, err, "MANDATE_SECRET_FILE cannot be made")
	}
	_, err = f.WriteString(hex.EncodeToString(key[:]) + "\n")
	return key, errors.Join(err, f.Sync(), f.Close())
}
