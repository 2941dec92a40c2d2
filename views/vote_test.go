package views

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/governancetest"
	"mandate/static"
)

const (
	voter    = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	votedOn  = "0x7c3f2c8a0b7de1f4f0a7f6d3c2b1a09876543210fedcba98765432100123abcd"
	voteRef  = "snapshot:lantern.eth:" + votedOn
	fragment = "/proposals/x/ballot"
)

var cannedKinds = map[string]struct {
	kind    BallotKind
	typ     governance.VotingType
	choices []string
	secret  bool
}{
	"basic":    {BallotOne, governance.Basic, []string{"For", "Against", "Abstain"}, false},
	"approval": {BallotMany, governance.Approval, []string{"Ada", "Babbage", "Curie, who has a very long name and a programme to match it", hostileTitle, "Erdős"}, false},
	"ranked":   {BallotRank, governance.RankedChoice, []string{"Harbour lights", "A second pier", "Dredging", "Nothing at all"}, false},
	"weighted": {BallotSpread, governance.Weighted, []string{"Grants", "Audits", "Reserve"}, false},
	"shielded": {BallotOne, governance.SingleChoice, []string{"Yes", "No"}, true},
}

// cannedBallot is an open ballot of a kind.
func cannedBallot(name string) Ballot {
	k := cannedKinds[name]
	f := &BallotForm{Kind: k.kind, Rule: "How this kind of vote is counted stands here.", Limit: 5000, Account: voter, Space: "lantern.eth", Proposal: votedOn, Hash: "abc",
		Safe: "The relayer waits for the signatures of its owners on chain."}
	for i, label := range k.choices {
		f.Choices = append(f.Choices, BallotChoice{N: strconv.Itoa(i + 1), Label: label, Weight: "0", Advised: i == 0, Note: "your values " + Points(float64(40-30*i))})
	}
	if k.secret {
		f.Limit, f.NoReason, f.Secret = 0, "This vote is shielded, so it has no public reason.", "Mandate encrypts your choice before you sign; everyone can read it after the end."
	}
	return Ballot{Ref: voteRef, Src: fragment + "?kind=" + name, Heading: "Your vote", Form: f, Venue: Link{Label: "Vote at Snapshot", Href: "https://snapshot.box/"},
		Power: &PowerLine{Amount: "12.5 LTN", Note: "counted at block 781,722,264", Why: []string{"It may still change until the end."}}}
}

func cannedCast(name string) Ballot {
	b := cannedBallot(name)
	b.Form.Change = true
	b.Form.Choices[1].Picked = true
	b.Cast = &CastVote{Choice: b.Form.Choices[1].Label, When: NewWhen("", cannedNow, at(-2*time.Hour)), Power: "with 12.5 LTN", Reason: "The plan has no budget.", From: "You voted from here",
		Facts: []Fact{{Name: "Message", Value: votedOn, Mono: true}, {Name: "Verified", Value: "the id is the digest you signed"}}}
	return b
}

func cannedWay(name string) Ballot {
	b := cannedBallot(name)
	b.Form, b.Power = nil, nil
	b.Way = &VoteWay{State: "sent", Title: "Snapshot took your vote", Text: "It is read back now, to be sure that it counts.", Choice: "For", Poll: "load delay:1s", Steps: []VoteStep{{Name: "Signed", Done: true}, {Name: "Sent", Done: true}, {Name: "Read back", Now: true}}}
	return b
}

// booth is a proposal's page with a ballot, and an API that prepares real
// messages; tamper changes them as a dishonest server might.
type booth struct {
	site
	tamper func(*governance.Prepared)

	mu        sync.Mutex
	choice    string
	signature string
	asked     int // fragments since the vote
	refuse    *problemBody
	broken    int // status of the fragment
}

type problemBody struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (s *booth) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := r.URL.Query().Get("kind")
	switch {
	case r.URL.Path == "/proposals/x":
		p := cannedProposal()
		p.Notices, p.Shell.Assets = nil, AssetsOf(s.set)
		p.Ballot = BallotSlot{Src: fragment + "?kind=" + name, Line: "Voting is open.", Script: s.set.URL("js/ballot.js")}
		s.page(w, p.View())
	case r.URL.Path == fragment && s.broken != 0:
		w.WriteHeader(s.broken)
	case r.URL.Path == fragment:
		s.page(w, s.fragmentOf(name).View())
	case strings.HasSuffix(r.URL.Path, "/vote/prepare"):
		s.prepare(w, r)
	case strings.HasSuffix(r.URL.Path, "/vote/submit"):
		var in struct{ Signature string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		s.signature, s.asked = in.Signature, 0
		_, _ = w.Write([]byte(`{}`))
	default:
		s.site.ServeHTTP(w, r)
	}
}

func (s *booth) fragmentOf(name string) Ballot {
	switch {
	case s.signature == "":
		return cannedBallot(name)
	case s.asked == 0:
		s.asked++
		return cannedWay(name)
	default:
		return cannedCast(name)
	}
}

func (s *booth) prepare(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Choice json.RawMessage `json:"choice"`
		Reason string          `json:"reason"`
	}
	_ = json.NewDecoder(r.Body).Decode(&in)
	s.choice = string(in.Choice)
	if s.refuse != nil {
		w.WriteHeader(s.refuse.Status)
		_ = json.NewEncoder(w).Encode(s.refuse)
		return
	}
	name := strings.SplitN(r.Header.Get("Referer"), "kind=", 2)[1]
	k := cannedKinds[strings.SplitN(name, "&", 2)[0]]
	p, err := preparedVote(k.typ, len(k.choices), in.Choice, in.Reason, k.secret)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(problemBody{400, "invalid", governance.MessageOf(err)})
		return
	}
	if s.tamper != nil {
		s.tamper(&p)
	}
	_ = json.NewEncoder(w).Encode(p)
}

func preparedVote(typ governance.VotingType, n int, raw json.RawMessage, reason string, secret bool) (governance.Prepared, error) {
	choice, err := ballot.ParseChoice(typ, n, raw)
	if err != nil {
		return governance.Prepared{}, err
	}
	m := ballot.VoteMessage{From: voter, Space: "lantern.eth", Proposal: votedOn, Timestamp: time.Now(), Type: typ, Choice: choice, Reason: reason, App: "mandate", Metadata: "{}"}
	if secret {
		if m.Shielded, err = ballot.Shield(votedOn, choice.JSON(), ballot.EonKey, [32]byte{1}); err != nil {
			return governance.Prepared{}, err
		}
	}
	typed, err := ballot.Vote(m)
	if err != nil {
		return governance.Prepared{}, err
	}
	digest, err := typed.Digest()
	if err != nil {
		return governance.Prepared{}, err
	}
	wallet, err := typed.Wallet()
	return governance.Prepared{ID: "1", Digest: "0x" + hex.EncodeToString(digest[:]), TypedData: wallet, Expires: time.Now().Add(time.Minute), Shown: append([][2]string{{"Your vote", string(choice.JSON())}, {"Voting power", "12.5 LTN"}}, typed.Fields()...), Warnings: []string{"Votes are public."}}, err
}

// page writes a page or a fragment under its own policy.
func (s *site) page(w http.ResponseWriter, c templ.Component) {
	nonce := rand.Text()
	w.Header().Set("Content-Security-Policy", policy(nonce))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = c.Render(templ.WithNonce(context.Background(), nonce), w)
}

func newBooth(t *testing.T) (*booth, *governancetest.Browser, string) {
	t.Helper()
	s := &booth{site: site{set: static.New()}}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return s, governancetest.NewBrowser(t), srv.URL
}

const fakeWallet = `globalThis.log = []; globalThis.answer = () => "0x" + "11".repeat(65);
const w = { request: async ({ method, params }) => { log.push(method); if (method === "eth_accounts") return [globalThis.account ?? "` + voter + `"]; if (method === "eth_requestAccounts") return [globalThis.account ?? "` + voter + `"]; if (method === "eth_signTypedData_v4") { globalThis.handed = JSON.parse(params[1]); return answer(); } throw { code: 4200 }; } };
addEventListener("eip6963:requestProvider", () => dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: { info: { uuid: "1", name: "Test wallet", rdns: "org.example.test", icon: "" }, provider: w } }))); void 0`

func open(b *governancetest.Browser, url, kind string, width int64) {
	b.Does("open "+kind, chromedp.EmulateViewport(width, 900), chromedp.Navigate(url+"/proposals/x?kind="+kind))
	b.Sees("the ballot", `document.querySelector("#ballot form[data-ballot]") !== null`)
	run(b, fakeWallet)
}

func run(b *governancetest.Browser, script string) {
	b.Does(script, chromedp.Evaluate[chromedp.Void](script))
}

const (
	submit  = `document.querySelector("#ballot [type=submit]").click()`
	sheetOn = `document.querySelector("dialog[open] .btn--primary") !== null`
	press   = `document.querySelector("dialog[open] .btn--primary").click()`
)

func TestVotesOfEveryKind(t *testing.T) {
	for _, c := range []struct{ kind, fill, button, choice string }{
		{"basic", `document.querySelectorAll("#ballot input[type=radio]")[1].click()`, "Sign Against", `2`},
		{"shielded", `document.querySelectorAll("#ballot input[type=radio]")[0].click()`, "Sign Yes", `1`},
		{"approval", `document.querySelectorAll("#ballot input[type=checkbox]")[0].click(); document.querySelectorAll("#ballot input[type=checkbox]")[4].click()`, "Sign 2 choices", `[1,5]`},
		{"ranked", `for (const n of [3, 1, 4, 2]) document.querySelector("[data-rest] [data-n='" + n + "'] button").click()`, "Sign this ranking", `[3,1,4,2]`},
		{"weighted", `document.querySelectorAll("[data-step='1']")[0].click(); const f = document.querySelectorAll("[name=weight]")[2]; f.value = "2,5"; f.dispatchEvent(new Event("input", { bubbles: true }))`, "Sign 2 choices", `{"1":1,"3":2.5}`},
	} {
		for _, width := range []int64{1280, 360} {
			t.Run(fmt.Sprint(c.kind, width), func(t *testing.T) {
				s, b, url := newBooth(t)
				open(b, url, c.kind, width)
				b.FitsWidth("ballot")
				run(b, submit)
				b.Sees("what is missing", `!document.querySelector("[data-error]").hidden`)
				run(b, c.fill)
				b.Shoot(fmt.Sprintf("ballot %s %d", c.kind, width))
				run(b, submit)
				b.Sees("the sheet", sheetOn)
				if got := b.Reads(`document.querySelector("dialog[open] .btn--primary").textContent`); got != c.button {
					t.Errorf("the button says %q", got)
				}
				b.ShootWindow(fmt.Sprintf("sheet %s %d", c.kind, width))
				run(b, press)
				b.Sees("on its way", `document.querySelector("#ballot .steps") !== null`)
				run(b, `document.getElementById("ballot").scrollIntoView()`)
				b.ShootWindow(fmt.Sprintf("way %s %d", c.kind, width))
				b.Sees("cast", `document.querySelector("#ballot .cast > strong") !== null && document.querySelector("#ballot details form") !== null`)
				run(b, `document.getElementById("ballot").scrollIntoView()`)
				b.ShootWindow(fmt.Sprintf("cast %s %d", c.kind, width))
				b.FitsWidth("cast")
				s.mu.Lock()
				defer s.mu.Unlock()
				if s.choice != c.choice || len(s.signature) != 132 {
					t.Errorf("sent %s, signed %s", s.choice, s.signature)
				}
				for _, said := range b.Complaints() {
					t.Errorf("the browser says %s", said)
				}
			})
		}
	}
}

// A server that prepares another vote than was pressed gets no signature.
func TestTamperedVotesAreRefused(t *testing.T) {
	s, b, url := newBooth(t)
	for name, tamper := range map[string]func(*governance.Prepared){
		"another choice": func(p *governance.Prepared) {
			*p, _ = preparedVote(governance.Basic, 3, json.RawMessage(`1`), "", false)
		},
		"a reason": func(p *governance.Prepared) {
			*p, _ = preparedVote(governance.Basic, 3, json.RawMessage(`2`), "I was paid", false)
		},
		"a changed field": func(p *governance.Prepared) {
			p.TypedData = json.RawMessage(strings.Replace(string(p.TypedData), `"choice":"2"`, `"choice":"3"`, 1))
		},
		"another digest": func(p *governance.Prepared) { p.Digest = "0x" + strings.Repeat("0", 64) },
		"encrypted": func(p *governance.Prepared) {
			*p, _ = preparedVote(governance.Basic, 3, json.RawMessage(`2`), "", true)
		},
		"an alias": func(p *governance.Prepared) {
			typed, _ := ballot.Alias(voter, "0x000000000000000000000000000000000000dEaD", time.Now())
			digest, _ := typed.Digest()
			p.Digest = "0x" + hex.EncodeToString(digest[:])
			p.TypedData, _ = typed.Wallet()
		},
	} {
		s.mu.Lock()
		s.tamper = tamper
		s.mu.Unlock()
		open(b, url, "basic", 1280)
		run(b, `document.querySelectorAll("#ballot input[type=radio]")[1].click()`)
		run(b, submit)
		b.Sees(name, `document.querySelector("dialog[open] [role=alert]")?.textContent.includes("Nothing was sent")`)
		if b.Reads(`document.querySelector("dialog[open] .btn--primary") || log.includes("eth_signTypedData_v4") ? "asked" : ""`) != "" || s.signature != "" {
			t.Errorf("%s: the wallet could be asked", name)
		}
	}
	b.ShootWindow("ballot tampered")
}

func TestVoteTroubles(t *testing.T) {
	s, b, url := newBooth(t)
	open(b, url, "basic", 360)
	run(b, `document.querySelectorAll("#ballot input[type=radio]")[0].click()`)
	run(b, submit)
	b.Sees("the sheet", sheetOn)
	run(b, `globalThis.answer = () => { throw { code: 4001 } }; `+press)
	b.Sees("rejected", `document.querySelector("dialog[open] [role=alert]")?.textContent.includes("You said no")`)
	b.ShootWindow("vote rejected")
	run(b, `globalThis.account = "0x00000000000000000000000000000000000000aa"; `+press)
	b.Sees("another account", `document.querySelector("dialog[open] [role=alert]")?.textContent.includes("this page is signed in as 0x5aAe…eAed")`)
	run(b, `document.querySelector("dialog[open] .btn--quiet").click()`)
	b.Sees("closed", `document.querySelector("#ballot [data-state]").textContent.includes("Nothing was sent")`)

	s.mu.Lock()
	s.refuse = &problemBody{409, "conflict", "The proposal was edited since this page was drawn: its choices changed. Nothing was signed."}
	s.mu.Unlock()
	run(b, submit)
	b.Sees("edited", `document.querySelector("#ballot [data-state] [role=alert]")?.textContent.includes("its choices changed") && document.querySelector("#ballot [data-state] [role=alert] a") !== null`)
	b.ShootWindow("vote conflict")
	b.FitsWidth("conflict")

	run(b, `const r = document.getElementById("reason"); r.value = "x".repeat(5001); r.dispatchEvent(new Event("input", { bubbles: true })); `+submit)
	b.Sees("a long reason", `document.querySelector("[data-error]").textContent.includes("5,001 characters; 5,000 are allowed")`)
}

func TestBallotThatDoesNotLoad(t *testing.T) {
	s, b, url := newBooth(t)
	s.mu.Lock()
	s.broken = http.StatusBadGateway
	s.mu.Unlock()
	b.Does("open", chromedp.EmulateViewport(360, 900), chromedp.Navigate(url+"/proposals/x?kind=basic"))
	b.Sees("what happened", `document.querySelector("#ballot [role=alert]")?.textContent.includes("was not loaded")`)
	s.mu.Lock()
	s.broken = 0
	s.mu.Unlock()
	run(b, `document.querySelector("#ballot button").click()`)
	b.Sees("the ballot", `document.querySelector("#ballot form[data-ballot]") !== null`)
	s.mu.Lock()
	s.broken = http.StatusUnauthorized
	s.mu.Unlock()
	b.Does("open", chromedp.Navigate(url+"/proposals/x?kind=basic"))
	b.Sees("signed out", `document.querySelector("#ballot a[href^='/account?next=']") !== null`)
}

func TestRankingByKeyboardAndPointer(t *testing.T) {
	_, b, url := newBooth(t)
	open(b, url, "ranked", 1280)
	order := func() string {
		return b.Reads(`[...document.querySelectorAll("[data-rank] li")].map((e) => e.dataset.n).join()`)
	}
	b.Does("place all with the keyboard", chromedp.Focus(chromedp.CSS("[data-rest] button")), chromedp.KeyEvent(" "), chromedp.KeyEvent(" "), chromedp.KeyEvent("\r"), chromedp.KeyEvent("\r"))
	if order() != "1,2,3,4" {
		t.Fatalf("placed %s", order())
	}
	b.Sees("the last place is said", `document.querySelector("[data-rank-said]").textContent === "Nothing at all: place 4 of 4."`)
	b.Does("up", chromedp.Focus(chromedp.CSS(`[data-n="4"] [data-move="-1"]`)), chromedp.KeyEvent(" "), chromedp.KeyEvent("\r"))
	if order() != "1,4,2,3" {
		t.Errorf("moved to %s", order())
	}
	b.Sees("the new place is said", `document.querySelector("[data-rank-said]").textContent === "Nothing at all: place 2 of 4."`)
	b.Sees("the focus goes along", `document.activeElement.closest("li").dataset.n === "4"`)
	b.Sees("the name has the place", `document.activeElement.getAttribute("aria-label") === "Move Nothing at all up, now place 2"`)
	b.Does("take out", chromedp.Focus(chromedp.CSS(`[data-n="2"] [data-take]`)), chromedp.KeyEvent(" "))
	if order() != "1,4,3" {
		t.Errorf("left %s", order())
	}
	b.Shoot("ranking")
	b.Does("back", chromedp.KeyEvent(" "))
	if order() != "1,4,3,2" {
		t.Errorf("back at %s", order())
	}
	run(b, `{ document.querySelector("[data-rank]").scrollIntoView({ block: "center" });
 const g = document.querySelector("[data-n='2'] [data-grip]"), at = (e) => { const r = e.getBoundingClientRect(); return { clientX: r.x + 9, clientY: r.y + r.height / 2, pointerId: 1, button: 0, bubbles: true, pointerType: "touch" } };
 g.setPointerCapture = () => {};
 g.dispatchEvent(new PointerEvent("pointerdown", at(g))); const top = at(document.querySelector("[data-n='1']")); top.clientY -= 20; g.dispatchEvent(new PointerEvent("pointermove", top)); g.dispatchEvent(new PointerEvent("lostpointercapture", top)) }`)
	if order() != "2,1,4,3" {
		t.Errorf("dragged to %s", order())
	}
	for _, said := range b.Complaints() {
		t.Errorf("the browser says %s", said)
	}
}
