package ballot_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance/ballot"
)

// vectors reads a file of the protocol's test vectors.
func vectors(t *testing.T, name string, out any) {
	t.Helper()
	dir := os.Getenv("MANDATE_VECTORS_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "vectors")
	}
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		if os.Getenv("CI") != "true" {
			t.Skipf("vectors are not here: %v", err)
		}
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, out); err != nil {
		t.Fatal(err)
	}
}

// vector is a case of snapshot.json.
type vector struct {
	Name        string          `json:"name"`
	PrivateKey  string          `json:"private_key"`
	Signer      string          `json:"signer"`
	Primary     string          `json:"primary_type"`
	Domain      json.RawMessage `json:"domain"`
	Types       json.RawMessage `json:"types"`
	Message     json.RawMessage `json:"message"`
	Separator   string          `json:"domain_separator"`
	Struct      string          `json:"struct_hash"`
	Digest      string          `json:"digest"`
	Signature   string          `json:"signature"`
	TypesJSON   string          `json:"types_json"`
	TypesSHA256 string          `json:"types_sha256"`
	Wallet      json.RawMessage `json:"wallet_payload"`
	Envelope    json.RawMessage `json:"envelope_json"`
	Input       map[string]any  `json:"input"`
}

// asked puts a vector's parts into the form that wallets get.
func (v vector) asked(t *testing.T) []byte {
	t.Helper()
	fields := `{"name":"name","type":"string"},{"name":"version","type":"string"}`
	if bytes.Contains(v.Domain, []byte("chainId")) {
		fields += `,{"name":"chainId","type":"uint256"}`
	}
	types := strings.TrimSuffix(v.TypesJSON, "}") + `,"EIP712Domain":[` + fields + `]}`
	return fmt.Appendf(nil, `{"types":%s,"primaryType":%q,"domain":%s,"message":%s}`, types, v.Primary, v.Domain, v.Message)
}

func TestSnapshotVectors(t *testing.T) {
	var file struct {
		Cases []vector `json:"cases"`
	}
	vectors(t, "snapshot.json", &file)
	if len(file.Cases) < 15 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	for _, v := range file.Cases {
		t.Run(v.Name, func(t *testing.T) {
			typed, err := ballot.ParseTyped(v.asked(t))
			if err != nil {
				t.Fatal(err)
			}
			checkVector(t, v, typed)
			// The wallet's form leads back to the same message.
			wallet, err := typed.Wallet()
			if err != nil {
				t.Fatal(err)
			}
			again, err := ballot.ParseTyped(wallet)
			if err != nil {
				t.Fatal(err)
			}
			checkVector(t, v, again)
		})
	}
}

func checkVector(t *testing.T, v vector, typed ballot.TypedData) {
	t.Helper()
	digest, err := typed.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if got := "0x" + hex.EncodeToString(digest[:]); got != v.Digest {
		t.Errorf("digest %s, want %s", got, v.Digest)
	}
	separator, message := ballot.Hashes(t, typed)
	if separator != v.Separator || message != v.Struct {
		t.Errorf("domain separator %s, struct hash %s", separator, message)
	}
	key, err := crypto.HexToECDSA(strings.TrimPrefix(v.PrivateKey, "0x"))
	if err != nil {
		t.Fatal(err)
	}
	sig := sign(t, digest, key)
	if sig != v.Signature {
		t.Errorf("signature %s", sig)
	}
	if got := recovered(t, digest, sig); got != v.Signer {
		t.Errorf("recovered %s", got)
	}
	envelope, err := typed.Envelope(v.Signer, sig)
	if err != nil {
		t.Fatal(err)
	}
	var want string
	if err := json.Unmarshal(v.Envelope, &want); err != nil {
		t.Fatal(err)
	}
	if string(envelope) != want {
		t.Errorf("envelope\n%s\nwant\n%s", envelope, want)
	}
	wallet, err := typed.Wallet()
	if err != nil || !sameJSON(t, wallet, v.Wallet) {
		t.Errorf("wallet payload\n%s\nwant\n%s", wallet, v.Wallet)
	}
	types := typesJSON(t, envelope)
	if sum := sha256.Sum256(types); string(types) != v.TypesJSON || hex.EncodeToString(sum[:]) != v.TypesSHA256 {
		t.Errorf("types %s", types)
	}
}

func typesJSON(t *testing.T, envelope []byte) []byte {
	t.Helper()
	var e struct {
		Data struct {
			Types json.RawMessage `json:"types"`
		} `json:"data"`
	}
	if err := json.Unmarshal(envelope, &e); err != nil {
		t.Fatal(err)
	}
	return e.Data.Types
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		t.Fatalf("not JSON: %.200s", a)
	}
	return reflect.DeepEqual(x, y)
}

func TestShutterVectors(t *testing.T) {
	var file struct {
		Cases []struct {
			Proposal, Sigma, Ciphertext string
			Plain                       string `json:"choice_plaintext"`
			Key                         string `json:"eon_public_key"`
		} `json:"cases"`
	}
	vectors(t, "shutter.json", &file)
	if len(file.Cases) == 0 {
		t.Fatal("no cases")
	}
	for i, c := range file.Cases {
		sigma := [32]byte(fromHex(t, c.Sigma))
		if c.Key != ballot.EonKey {
			t.Errorf("case %d: another key", i)
		}
		got, err := ballot.Shield(c.Proposal, []byte(c.Plain), c.Key, sigma)
		if err != nil || got != c.Ciphertext {
			t.Errorf("case %d: %s, %v\nwant %s", i, got, err, c.Ciphertext)
		}
		if plain, err := ballot.Unshield(got, sigma); err != nil || string(plain) != c.Plain {
			t.Errorf("case %d: read back %q, %v", i, plain, err)
		}
	}
}

// TestGoEthereumVectors takes the typed data of ethers' and go-ethereum's
// suite.
func TestGoEthereumVectors(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/ethereum/go-ethereum").Output()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "signer", "core", "apitypes", "testdata", "typed-data.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name, PrimaryType, Digest string
		Domain, Types, Data       json.RawMessage
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, c := range cases {
		typed, err := ballot.ParseTyped(fmt.Appendf(nil, `{"types":%s,"primaryType":%q,"domain":%s,"message":%s}`, c.Types, c.PrimaryType, c.Domain, c.Data))
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		digest, err := typed.Digest()
		if got := "0x" + hex.EncodeToString(digest[:]); err != nil || got != c.Digest {
			t.Errorf("%s: %s, %v", c.Name, got, err)
			continue
		}
		right++
	}
	t.Logf("%d of %d digests", right, len(cases))
	if right != 123 {
		t.Errorf("%d of 123", right)
	}
}
