// The ballot on a proposal's page: it asks the server for the exact message of
// what is chosen, has it looked at and signed (sheet), and hands the signature
// back. What happens after that the server's fragment shows.
import { post } from "api";
import { choiceOf, fault, formOf, invalid, refresh, shortly } from "choice";
import { expectedOnChain } from "governorballot";
import { handOver, signInAgain } from "handover";
import { sign, note } from "sheet";
import { explain, make } from "wallet";

const $ = (root, query) => root.querySelector(query);
const ballot = () => document.getElementById("ballot");

// --- signing -----------------------------------------------------------------

// expected is what the message must say: it comes from the page and from what
// was pressed, never from the server's answer.
function expected(form, choice, reason) {
  const data = form.dataset, encrypted = "encrypted" in data;
  const message = { space: data.space, proposal: data.proposal, reason };
  if (!encrypted) message.choice = typeof choice === "object" && !Array.isArray(choice) ? JSON.stringify(choice) : choice;
  return { account: data.account, primaryType: "Vote", domain: { name: "snapshot", version: "0.1.4" }, message, encrypted };
}

const stateOf = (form) => $(form, "[data-state]");
const say = (form, ...what) => stateOf(form).replaceChildren(...what);

function trouble(form, error) {
  const { title, text } = explain(error);
  const more = [];
  if (error?.code === "conflict") more.push(make("p", {}, make("a", { href: location.pathname }, "Load the proposal as it is now")));
  if (error?.status === 401) more.push(make("p", {}, signInAgain()));
  say(form, note("danger", title, text, ...more));
  stateOf(form).scrollIntoView({ block: "nearest" });
}

async function vote(form) {
  let choice;
  try { choice = choiceOf(form); } catch (error) {
    fault(form, error.message);
    return ($(form, "input[aria-invalid]") ?? $(form, "[data-rest] button") ?? $(form, "input[name]"))?.focus();
  }
  const field = $(form, "textarea[name=reason]"), reason = field?.value ?? "";
  if (field && reason.length > Number(field.dataset.limit)) {
    fault(form, `The reason has ${reason.length.toLocaleString("en")} characters; ${Number(field.dataset.limit).toLocaleString("en")} are allowed.`);
    return field.focus();
  }
  const method = $(form, "input[name=method]:checked")?.value ?? "signature";
  let expect;
  try {
    expect = form.dataset.kind === "chain" ? expectedOnChain(form.dataset, choice, reason, method) : expected(form, choice, reason);
  } catch (error) { return fault(form, error.message); }
  fault(form, "");
  say(form);
  const path = `/api/v1/proposals/${encodeURIComponent(form.dataset.ref)}/vote/`;
  const press = $(form, "[type=submit]");
  press.setAttribute("aria-busy", "true");
  press.disabled = true;
  try {
    const prepared = await post(path + "prepare", { choice, reason, account: form.dataset.account, method, content_hash: form.dataset.hash, safe: $(form, "[name=safe]")?.checked ?? false });
    press.removeAttribute("aria-busy");
    const signed = await sign({ prepared, expect, action: `${method === "transaction" ? "Send" : "Sign"} ${shortly(form, choice)}`, heading: method === "transaction" ? "Your vote, before you send it" : "Your vote, before you sign it" });
    if (!signed) return say(form, make("p", { class: "sm soft", role: "status" }, method === "transaction" ? "Nothing was sent." : "Not signed. Nothing was sent."));
    press.setAttribute("aria-busy", "true");
    await handOver((...what) => say(form, ...what), path + "submit", { id: prepared.id, ...signed },
      signed.tx_hash ? { sending: "Sent by your wallet. Waiting for the chain.", again: "Hand it over again", kept: "What your wallet sent is" }
        : { sending: "Signed. Sending the vote.", again: "Send the signed vote again", kept: "Your signature is" });
    said ||= "signed";
    renew();
  } catch (error) {
    trouble(form, error);
  } finally {
    press.removeAttribute("aria-busy");
    press.disabled = false;
    if (document.activeElement === document.body) press.focus(); // disabling it took the focus away
  }
}

// stop ends the wait for a Safe's owners; the ballot then says what came of it.
async function stop(press) {
  const state = $(press.parentElement, "[data-stop-state]");
  press.setAttribute("aria-busy", "true");
  press.disabled = true;
  state.replaceChildren();
  try {
    await post(`/api/v1/me/intents/${encodeURIComponent(press.dataset.stop)}/veto`);
    renew();
  } catch (error) {
    const { title, text } = explain(error);
    state.replaceChildren(note("danger", title, text));
    press.removeAttribute("aria-busy");
    press.disabled = false;
    if (document.activeElement === document.body) press.focus();
  }
}

// renew fetches the ballot anew; htmx swaps it.
const source = () => ballot()?.dataset.src;
const fetchAgain = () => globalThis.htmx.ajax("GET", source(), { target: "#ballot", swap: "outerHTML" });
function renew() {
  if (source()) fetchAgain().then(() => $(document, "#ballot-h")?.focus());
}

// lost says that the ballot was not loaded. A vote on its way is looked at
// again by itself: it goes on without this page.
function lost(event) {
  const at = ballot();
  if (!at || !source() || event.detail?.ctx?.target !== at && !at.contains(event.target)) return;
  if (at.dataset.way && !$(at, "form")) return void setTimeout(fetchAgain, 5000);
  if (at.getAttribute("aria-busy") !== "true") return;
  const again = make("button", { class: "btn", type: "button", on: { click: fetchAgain } }, "Load the ballot again");
  const out = event.detail?.ctx?.response?.status === 401;
  at.removeAttribute("aria-busy");
  at.replaceChildren($(at, "h2"), out ? note("caution", "You are signed out", "Sign in again to vote. Nothing was changed.") : note("danger", "The ballot was not loaded", "Mandate did not answer. Nothing was changed."),
    make("p", { class: "actions" }, out ? signInAgain({ class: "btn" }) : again));
}

// --- events ------------------------------------------------------------------

document.addEventListener("submit", (e) => {
  const form = formOf(e);
  if (!form) return;
  e.preventDefault();
  if (!$(form, "[type=submit]").disabled) vote(form);
});

document.addEventListener("click", (e) => {
  const press = e.target.closest?.("#ballot [data-stop]");
  if (press && !press.disabled) stop(press);
});

document.addEventListener("input", (e) => {
  const form = formOf(e);
  if (!form) return;
  if (e.target.matches("[data-limit]")) {
    const n = e.target.value.length, most = Number(e.target.dataset.limit);
    $(form, "[data-count]").textContent = `${n.toLocaleString("en")} of ${most.toLocaleString("en")} characters. Anyone can read it, for ever.`;
    invalid(e.target, n > most);
  } else refresh(form);
});

// Each station of a vote on its way is said once, and its end.
let said = ""; // the station that was said last, "" = none
function arrived() {
  const at = ballot(), form = $(at ?? document, "form[data-ballot]");
  if (form) refresh(form);
  const state = at?.dataset.way ?? "", tell = (text) => { document.getElementById("ballot-said").textContent = text; };
  if (state && state !== said) tell(at.dataset.says);
  else if (!state && said && $(at ?? document, ".cast")) tell("Your vote was read back. It counts.");
  said = state;
}
document.addEventListener("htmx:after:swap", arrived);
for (const name of ["htmx:error", "htmx:response:error"]) document.addEventListener(name, lost);
if (source()) fetchAgain(); // here, not by htmx itself: a failure must not come before this script
