package main

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/demo"
	"mandate/governance/governancetest"
)

// signs with the key of a practice account, as a wallet would.
func signs(t *testing.T, i int, digest [32]byte) string {
	t.Helper()
	sig, err := crypto.Sign(digest[:], demo.PracticeKeys()[i])
	if err != nil {
		t.Fatal(err)
	}
	sig[64] += 27
	return hexutil.Encode(sig)
}

// newToken makes a token on the account's page and returns its secret.
func (w walker) newToken(name string, scopes ...string) string {
	w.t.Helper()
	w.open("/account")
	w.b.Does("unfold", script(`document.querySelector("#new-token").open = true`))
	w.b.Sees("the form", `document.querySelector("#token-name") !== null`)
	w.b.Does("choose", script(`for (const box of document.querySelectorAll("#new-token [name=scope]")) box.checked = `+jsList(scopes)+`.includes(box.value)`),
		chromedp.SendKeys(chromedp.CSS("#token-name"), name), click(`button[value="new-token"]`))
	w.b.Sees("the secret", `document.querySelector("[data-secret]")?.value.startsWith("mandate_")`)
	return w.b.Reads(`document.querySelector("[data-secret]").value`)
}

func jsList(list []string) string {
	raw, _ := json.Marshal(list) // strings
	return string(raw)
}

// walkToken votes by the API with a token of the page and a key in Go.
func walkToken(w walker) {
	reader := w.newToken("Reader", "read")
	voter := w.newToken("Voter", "read", "vote")
	w.looks("account tokens", false)
	c := newClient(w.t, w.base)
	do := func(token, method, path, body string, want int) string {
		w.t.Helper()
		code, _, answer := c.do(method, path, body, "Authorization", "Bearer "+token)
		if code != want {
			w.t.Errorf("%s %s answers %d, want %d: %.300s", method, path, code, want, answer)
		}
		return answer
	}
	var page struct{ Items []governance.Vote }
	decode(w.t, do(reader, "GET", "/api/v1/me/votes", "", http.StatusOK), &page)
	if len(page.Items) < 8 {
		w.t.Errorf("%d votes", len(page.Items))
	}
	id, path := w.proposalOf("FIP-88")
	path = "/api/v1" + path + "/vote/"
	do(reader, "POST", path+"prepare", `{"choice":1}`, http.StatusForbidden)
	do(voter, "PUT", "/api/v1/me/values", `{"statement":"x"}`, http.StatusForbidden)
	do(voter, "GET", "/api/v1/me/tokens", "", http.StatusForbidden)

	var prepared governance.Prepared
	decode(w.t, do(voter, "POST", path+"prepare", `{"choice":2,"reason":"By hand."}`, http.StatusOK), &prepared)
	typed, err := ballot.ParseTyped(prepared.TypedData)
	if err != nil {
		w.t.Fatal(err)
	}
	digest, err := typed.Digest()
	if err != nil || hexutil.Encode(digest[:]) != prepared.Digest {
		w.t.Fatalf("digest %x, %v, the server says %s", digest, err, prepared.Digest)
	}
	submit := func(sig string, want int) string {
		w.t.Helper()
		return do(voter, "POST", path+"submit", `{"id":"`+prepared.ID+`","signature":"`+sig+`"}`, want)
	}
	submit(signs(w.t, 1, digest), http.StatusBadRequest) // another's key
	submit("0x1234", http.StatusBadRequest)
	var intent governance.Intent
	decode(w.t, submit(signs(w.t, 0, digest), http.StatusOK), &intent)
	for range 100 {
		if intent.State == governance.IntentConfirmed {
			break
		}
		time.Sleep(100 * time.Millisecond)
		var list struct{ Items []governance.Intent }
		decode(w.t, do(reader, "GET", "/api/v1/me/intents?ref="+url.QueryEscape(string(intent.Ref)), "", http.StatusOK), &list)
		intent = list.Items[0]
	}
	if intent.State != governance.IntentConfirmed || intent.Receipt == nil || intent.Receipt.ID != prepared.Digest {
		w.t.Errorf("it ended as %+v", intent)
	}
	w.stands(id, account(w.t, "Holder"), `2`, "By hand.")

	w.open("/account")
	w.b.Does("revoke", click(`#tokens tr:has(bdi) button[value^="end-token:"]`))
	w.b.Sees("one token", `document.querySelectorAll("#tokens tbody tr").length === 1`)
	left := w.b.Reads(`document.querySelector("#tokens tbody bdi").innerText`)
	revoked, kept := reader, voter
	if left == "Reader" {
		revoked, kept = voter, reader
	}
	do(revoked, "GET", "/api/v1/me/votes", "", http.StatusUnauthorized)
	do(kept, "GET", "/api/v1/me/votes", "", http.StatusOK)
	w.quiet("tokens")
}

const officialScript = `
const { verify } = require("@snapshot-labs/snapshot.js").utils;
const jobs = JSON.parse(require("fs").readFileSync(0));
(async () => {
  const out = [];
  for (const j of jobs) {
    try { out.push(String(await verify(j.address, j.sig, j.data, "1"))); } catch (e) { out.push(String(e)); }
  }
  process.stdout.write(JSON.stringify(out));
})();`

// verifyAll: the official library accepts every message that was signed here.
func verifyAll(w walker) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.dir, "demo.db")+"?mode=ro")
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(w.t.Context(), `SELECT envelope FROM signatures ORDER BY signed_ms`)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	var envelopes []string
	kinds := map[string]int{}
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			w.t.Fatal(err)
		}
		var e struct {
			Data struct{ Types map[string]any }
		}
		decode(w.t, string(raw), &e)
		for kind := range e.Data.Types {
			kinds[kind]++
		}
		envelopes = append(envelopes, string(raw))
	}
	if err := rows.Err(); err != nil || kinds["Vote"] < 10 || kinds["Alias"] != 1 || kinds["RevokeAlias"] != 1 {
		w.t.Errorf("signed were %v, %v", kinds, err)
	}
	var said []string
	decode(w.t, governancetest.Node(w.t, officialScript, "["+strings.Join(envelopes, ",")+"]"), &said)
	for i, answer := range said {
		if answer != "true" {
			w.t.Errorf("the official library says %s to %s", answer, envelopes[i])
		}
	}
	if len(said) != len(envelopes) {
		w.t.Errorf("%d answers to %d messages", len(said), len(envelopes))
	}
}
