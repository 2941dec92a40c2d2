package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// asksHub reads from the demo's hub as anybody does.
func asksHub(t *testing.T, hub, query string, variables map[string]any, into any) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(hub, "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		Data   json.RawMessage
		Errors []any
	}
	decode(t, string(raw), &out)
	if len(out.Errors) > 0 {
		t.Fatalf("the hub says %s", raw)
	}
	decode(t, string(out.Data), into)
}

// hubVote is a vote as the hub has it.
type hubVote struct {
	ID     string
	Choice json.RawMessage
	Reason string
	App    string
	VP     float64
}

// voteAt reads the vote that counts now.
func (w walker) voteAt(proposal, voter string) *hubVote {
	w.t.Helper()
	var out struct{ Votes []hubVote }
	asksHub(w.t, w.hub, `query($p:String!,$v:String!){votes(where:{proposal:$p,voter:$v}){id choice reason app vp}}`, map[string]any{"p": proposal, "v": voter}, &out)
	if len(out.Votes) == 0 {
		return nil
	}
	return &out.Votes[0]
}

// proposalOf finds an open proposal of the demo by the start of its title.
func (w walker) proposalOf(title string) (id, path string) {
	w.t.Helper()
	var out struct {
		Proposals []struct {
			ID, Title string
			Space     struct{ ID string }
		}
	}
	asksHub(w.t, w.hub, `{proposals(first:200,where:{state:"active"}){id title space{id}}}`, nil, &out)
	for _, p := range out.Proposals {
		if strings.Contains(p.Title, title) {
			return p.ID, "/proposals/" + url.PathEscape("snapshot:"+p.Space.ID+":"+p.ID)
		}
	}
	w.t.Fatalf("no open proposal is called %s", title)
	return "", ""
}

// ballot opens a proposal and waits for the form.
func (w walker) ballot(path string) {
	w.t.Helper()
	w.open(path)
	w.b.Sees("the ballot", `document.querySelector("form[data-ballot]") !== null && document.querySelector(".power strong") !== null`)
}

// sheet reviews what is chosen: the dialog before the signature.
func (w walker) sheet() {
	w.t.Helper()
	w.b.Does("review", click("form[data-ballot] [type=submit]"))
	w.sheetOr(`form[data-ballot] [data-error]:not([hidden]), form[data-ballot] [data-state] [role=alert]`, "Digest")
}

// sheetOr waits for the dialog before the signature, or tells what the page
// says instead.
func (w walker) sheetOr(trouble, words string) {
	w.t.Helper()
	sheet := "document.querySelector(`dialog.sheet[open]:not(.practice)`)?.innerText.includes(`" + words + "`)"
	said := "(document.querySelector(`" + trouble + "`)?.innerText ?? ``)"
	w.b.Sees("the sheet, or a fault", sheet+" || "+said+" !== ``")
	if text := w.b.Reads(sheet + " ? `` : " + said); text != "" {
		w.t.Fatalf("no sheet, the page says %s", text)
	}
}

const sheetPress = "dialog.sheet[open]:not(.practice) .btn--primary"

// votes signs what is chosen and waits until the vote was read back.
func (w walker) votes() {
	w.t.Helper()
	w.sheet()
	w.b.Does("sign", click(sheetPress))
	w.answers("typed", "approve")
	w.readBack()
}

func (w walker) readBack() {
	w.t.Helper()
	w.b.Sees("the vote read back", `document.querySelector("#ballot .cast")?.innerText.startsWith("You voted from here") && document.querySelector("#ballot details").innerText !== ""`)
}

func picks(n ...int) func(walker) {
	return func(w walker) {
		for _, i := range n {
			w.b.Does("pick", click(fmt.Sprintf(`form[data-ballot] label:has(input[value="%d"])`, i)))
		}
	}
}

// ranks places all by the keyboard, then moves the last one to the top.
func ranks(w walker) {
	n := w.count(`[data-rest] li`)
	w.b.Does("begin", script(`document.querySelector("[data-rest] [data-place]").focus()`))
	for range n {
		w.b.Does("place", chromedp.KeyEvent("\r"))
	}
	w.b.Sees("all have a place", fmt.Sprintf(`document.querySelectorAll("[data-rank] li").length === %d`, n))
	w.b.Does("the last one", script(`document.querySelector("[data-rank] li:last-child [data-move='-1']").focus()`))
	for range n - 1 {
		w.b.Does("up", chromedp.KeyEvent(kb.ArrowUp))
	}
	w.b.Sees("it is the first", fmt.Sprintf(`document.querySelector("[data-rank] li").dataset.n === "%d" && document.querySelector("[data-rank-said]").textContent.includes("place 1")`, n))
}

func (w walker) count(selector string) int {
	w.t.Helper()
	var n int
	decode(w.t, w.b.Reads("String(document.querySelectorAll(`"+selector+"`).length)"), &n)
	return n
}

func spreads(weights map[int]string) func(walker) {
	return func(w walker) {
		for n, weight := range weights {
			field := fmt.Sprintf(`form[data-ballot] [data-n="%d"] input`, n)
			w.b.Does("weigh", script("document.querySelector(`"+field+"`).select()"), chromedp.SendKeys(chromedp.CSS(field), weight))
		}
	}
}

// walkVotes takes each kind of vote through the page, and finds it at the hub.
func walkVotes(w walker) {
	voter := account(w.t, "Holder")
	for _, kind := range []struct {
		name, title, want string
		choose            func(walker)
	}{
		{"single-choice", "[HIP-39]", `2`, picks(2)},
		{"basic", "[HIP-40]", `1`, picks(1)},
		{"approval", "Lantern Council election", `[1,3,12]`, picks(1, 3, 12)},
		{"ranked-choice", "Security Council election", `[8,1,2,3,4,5,6,7]`, ranks},
		{"copeland", "Elect three stewards", `[5,1,2,3,4]`, ranks},
		{"quadratic", "Round 7", `{"2":1,"9":3}`, spreads(map[int]string{2: "1", 9: "3"})},
		{"weighted", "BIP-33", `{"1":12.5,"3":50}`, spreads(map[int]string{1: "12.5", 3: "50"})},
		{"shielded", "Cover for the third anthology", ``, picks(2)},
	} {
		w.t.Run(kind.name, func(t *testing.T) {
			w := w.in(t)
			id, path := w.proposalOf(kind.title)
			w.ballot(path)
			if kind.name == "single-choice" {
				w.looks("proposal with ballot", false)
			}
			kind.choose(w)
			reason := "Read in full."
			if kind.name == "shielded" {
				reason = ""
				w.b.Sees("no reason on an encrypted vote", `document.querySelector("#reason").disabled`)
			} else {
				w.b.Does("say why", chromedp.SendKeys(chromedp.CSS("#reason"), reason))
			}
			w.looks("ballot "+kind.name, false)
			w.sheet()
			if kind.name != "shielded" && kind.name != "basic" {
				w.looks("sheet "+kind.name, true)
			}
			w.b.Does("sign", click(sheetPress))
			w.asked("typed")
			if kind.name == "single-choice" {
				w.looks("practice vote", true)
			}
			w.answers("typed", "approve")
			w.readBack()
			if kind.name == "single-choice" || kind.name == "shielded" {
				w.looks("voted "+kind.name, false)
			}
			w.stands(id, voter, kind.want, reason)
		})
	}
	w.quiet("voting")
}

// stands finds the vote at the hub. want is its choice, "" = a ciphertext.
func (w walker) stands(id, voter, want, reason string) {
	w.t.Helper()
	v := w.voteAt(id, voter)
	switch {
	case v == nil:
		w.t.Error("the hub has no such vote")
	case v.App != "mandate" || v.Reason != reason || v.VP <= 0:
		w.t.Errorf("the hub has %+v", v)
	case want == "" && !strings.HasPrefix(string(v.Choice), `"0x`):
		w.t.Errorf("the hub can read %s", v.Choice)
	case want != "" && string(v.Choice) != want:
		w.t.Errorf("the hub has the choice %s, want %s", v.Choice, want)
	}
}

// walkChange votes anew where a vote stands.
func walkChange(w walker) {
	id, path := w.proposalOf("[HIP-39]")
	before := w.voteAt(id, account(w.t, "Holder"))
	w.ballot(path)
	w.b.Does("unfold", click("#ballot details:has(form) > summary"))
	picks(3)(w)
	time.Sleep(time.Second) // a signed time is later than the one before
	w.votes()
	w.b.Sees("the new choice", `document.querySelector("#ballot .cast").innerText.includes(document.querySelector("#ballot input[value='3']").closest("label").querySelector("bdi").innerText)`)
	w.stands(id, account(w.t, "Holder"), `3`, "Read in full.") // a change keeps the reason
	if after := w.voteAt(id, account(w.t, "Holder")); before == nil || after == nil || after.ID == before.ID {
		w.t.Error("the vote was not changed")
	}
	w.quiet("changing a vote")
}

// walkFaults: each fault of the wallet is explained, and nothing is sent.
func walkFaults(w walker) {
	id, path := w.proposalOf("TIP-27")
	w.ballot(path)
	picks(1)(w)
	says := func(words string) {
		w.t.Helper()
		w.b.Sees(words, `document.querySelector("dialog.sheet[open]:not(.practice) [role=alert]")?.innerText.includes("`+words+`")`)
	}
	w.sheet()
	w.b.Does("sign", click(sheetPress))
	w.answers("typed", "reject")
	says("Rejected in the wallet")
	w.looks("sheet rejected", true)
	w.b.Does("close", click("dialog.sheet[open] .btn--quiet"))
	w.b.Sees("said", `document.querySelector("form[data-ballot] [data-state]").innerText.includes("Not signed. Nothing was sent.")`)

	w.switches("Newcomer")
	w.sheet()
	w.b.Does("sign", click(sheetPress))
	says("Another account")
	w.b.Does("try again", click(sheetPress))
	w.asked("connect")
	w.b.Does("the right account", click(`[data-practice-account="`+account(w.t, "Holder")+`"]`))
	w.answers("connect", "approve")
	w.answers("typed", "reject")
	says("Rejected in the wallet")
	w.b.Does("close", click("dialog.sheet[open] .btn--quiet"))

	w.plays("lock", `at.querySelector("[data-practice-locked]").click()`)
	w.sheet()
	w.b.Does("sign", click(sheetPress))
	w.answers("connect", "reject")
	says("The wallet is locked")
	w.b.Does("try again", click(sheetPress))
	w.answers("connect", "approve")
	w.answers("typed", "reject")
	says("Rejected in the wallet")
	w.b.Does("close", click("dialog.sheet[open] .btn--quiet"))
	if v := w.voteAt(id, account(w.t, "Holder")); v != nil {
		w.t.Errorf("the hub has %+v", v)
	}
	w.quiet("faults of the wallet")
}

// walkNewcomer signs in as an account without power, which is explained.
func walkNewcomer(w walker) {
	_, path := w.proposalOf("[HIP-40]")
	w.signsOut()
	w.switches("Newcomer")
	w.open("/account?next=" + url.QueryEscape(path))
	w.signsIn("Newcomer")
	w.b.Sees("no power, and why", `document.querySelector(".power strong")?.innerText.startsWith("0") && document.querySelector("#ballot .soft")?.innerText.includes("fixed when the proposal was made") && document.querySelector("form[data-ballot]") === null`)
	w.looks("no power", false)
	w.signsOut()
	w.switches("Holder")
	w.open("/account")
	w.signsIn("Holder")
	w.quiet("no power")
}
