package main

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mandate/governance/ballot"
	"mandate/governance/demo"
)

// serving runs `serve` on an empty database, without anything to read.
func serving(t *testing.T, environ ...string) (base string, lines <-chan string) {
	t.Helper()
	dir := t.TempDir()
	return launch(t, append([]string{"MANDATE_LOG=json", "MANDATE_SPACES=none", "MANDATE_EGRESS=local", "MANDATE_SECRET_FILE=" + filepath.Join(dir, "secret")}, environ...),
		"serve", "--listen", "127.0.0.1:0", "--database", "sqlite:"+filepath.Join(dir, "mandate.db"))
}

// signInAs signs in by the API with a practice key and returns the status.
func signInAs(t *testing.T, c *client, i int, token string) (int, string) {
	t.Helper()
	who := demo.PracticeAccounts()[i].Address
	code, _, body := c.do("POST", "/api/v1/siwe/nonce", `{"address":"`+who+`","chain_id":1}`, "Origin", c.base)
	if code != http.StatusOK {
		t.Fatalf("no nonce: %d %s", code, body)
	}
	var asked struct{ Message string }
	decode(t, body, &asked)
	in, err := json.Marshal(map[string]string{"message": asked.Message, "signature": signs(t, i, ballot.PersonalDigest([]byte(asked.Message))), "token": token})
	if err != nil {
		t.Fatal(err)
	}
	code, _, body = c.do("POST", "/api/v1/siwe/verify", string(in), "Origin", c.base)
	return code, body
}

// An installation without an owner belongs to who has the printed token.
func TestOwnerToken(t *testing.T) {
	base, lines := serving(t)
	var token string
	select {
	case line := <-lines:
		if !strings.Contains(line, "Nobody owns this Mandate yet") {
			t.Fatalf("it prints %q", line)
		}
		token = line[strings.LastIndex(line, " ")+1:]
	case <-time.After(10 * time.Second):
		t.Fatal("no token is printed")
	}
	for _, wrong := range []string{"", token + "x"} {
		if code, body := signInAs(t, newClient(t, base), 0, wrong); code != http.StatusForbidden {
			t.Errorf("with the token %q: %d %s", wrong, code, body)
		}
	}
	owner := newClient(t, base)
	if code, body := signInAs(t, owner, 0, token); code != http.StatusOK {
		t.Fatalf("with the token: %d %s", code, body)
	}
	if _, _, page := owner.do("GET", "/account", ""); !strings.Contains(page, "owner of this Mandate") || !strings.Contains(page, demo.PracticeAccounts()[0].Address) {
		t.Error("the page does not say who owns it")
	}
	if code, body := signInAs(t, newClient(t, base), 1, token); code != http.StatusForbidden {
		t.Errorf("the token counts twice: %d %s", code, body)
	}
	if code, body := signInAs(t, newClient(t, base), 0, ""); code != http.StatusOK {
		t.Errorf("the owner signs in again: %d %s", code, body)
	}
}

// Owners that are set need no token, and nobody else may sign in.
func TestOwnersAreSet(t *testing.T) {
	base, lines := serving(t, "MANDATE_OWNERS="+demo.PracticeAccounts()[0].Address)
	if code, body := signInAs(t, newClient(t, base), 1, ""); code != http.StatusForbidden || !strings.Contains(body, `"denied"`) {
		t.Errorf("another account: %d %s", code, body)
	}
	if code, body := signInAs(t, newClient(t, base), 0, ""); code != http.StatusOK {
		t.Errorf("the owner: %d %s", code, body)
	}
	select {
	case line := <-lines:
		t.Errorf("it prints %q", line)
	default:
	}
}
