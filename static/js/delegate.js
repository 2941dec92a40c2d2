// Who votes with a person's power: it reads what is chosen on the page of
// delegations, asks the server for the transaction or the message, has it
// looked at and signed (sheet), and hands the answer back. The call is encoded
// here from the page's own words, so another one is refused by the sheet.
import { post } from "api";
import { handOver, signInAgain } from "handover";
import { note, sign } from "sheet";
import { checksum, hex, utf8 } from "typed";
import { explain, make } from "wallet";

const $ = (root, query) => root.querySelector(query);
const all = (root, query) => [...root.querySelectorAll(query)];
const nobody = "0x" + "0".repeat(40);
const short = (a) => a.slice(0, 6) + "…" + a.slice(-4);

// --- what is chosen ----------------------------------------------------------

// addressOf reads an address as a person typed it: the right length, and the
// right capitals where it has any.
function addressOf(form, account) {
  const field = $(form, "input[name=delegate]"), text = field.value.trim();
  const wrong = (sentence) => { field.setAttribute("aria-invalid", "true"); field.focus(); throw new Error(sentence); };
  field.removeAttribute("aria-invalid");
  if (text === "") wrong("Give the address first.");
  if (!/^0x/i.test(text)) wrong("An address begins with 0x. Names are not looked up here: copy the address itself.");
  if (text.length !== 42) wrong(`An address has 42 characters; this one has ${text.length}.`);
  if (!/^0x[0-9a-f]{40}$/i.test(text)) wrong("An address has the digits 0 to 9 and a to f only.");
  const digits = text.slice(2), right = checksum(text.toLowerCase());
  if (/[a-f]/.test(digits) && /[A-F]/.test(digits) && digits !== right.slice(2)) wrong("The capitals of this address do not fit it: a letter is wrong. Copy it again.");
  if (/^0x0{40}$/.test(text)) wrong("This is the zero address, which nobody has. To end a delegation choose to take it back.");
  if (right.toLowerCase() === account.toLowerCase()) wrong("This is your own account. Give another address.");
  return right;
}

// spaceKey is a space's id as the registry has it: its bytes, then zeros.
function spaceKey(space) {
  const bytes = utf8(space);
  if (bytes.length === 0 || bytes.length > 31) throw new Error("The space's id is too long for the registry.");
  return hex(bytes) + "00".repeat(32 - bytes.length);
}

const picked = (form) => $(form, "input[type=radio][data-act]:checked");
const signs = (form) => "sig" in picked(form).dataset && $(form, "input[value=signature]:checked") !== null;

// wanted gives {body, expect, action, heading} of what is chosen, or throws a
// sentence.
function wanted(form) {
  const { account, alias } = form.dataset;
  if (alias) return key(form, account, alias === "revoke");
  const { dao, name } = form.dataset, option = picked(form), { act, method, chain, contract } = option.dataset, every = "every" in option.dataset;
  const to = act === "set" ? addressOf(form, account) : act === "self" ? account : "";
  const typed = every ? $(form, "input[name=typed]").value.trim() : "";
  if (every && typed !== "ALL") { $(form, "input[name=typed]").focus(); throw new Error("Type ALL, in capitals: this concerns every space at Snapshot."); }
  const call = method === "token" ? ["delegate(address)", [to || nobody]]
    : act === "clear" ? ["clearDelegate(bytes32)", [every ? "0x" + "00".repeat(32) : spaceKey(dao)]]
      : ["setDelegate(bytes32,address)", [every ? "0x" + "00".repeat(32) : spaceKey(dao), to]];
  if (signs(form)) return message(form, option, to);
  return {
    body: { dao, method, delegate: to, all: every, typed, account, ...(method === "token" ? { contract } : {}) },
    expect: { account, transaction: { chain_id: Number(chain), to: contract, call: call[0], args: call[1] } },
    action: act === "clear" ? "Send: no delegate" : act === "self" ? "Send: you vote yourself" : `Send: ${short(to)} votes`,
    heading: every ? "For ALL spaces, before you send it" : `For ${name}, before you send it`,
  };
}

// message is a token's delegation as anyone may relay it. The message names no
// account, so the sheet looks for none in it; the wallet signs with the one of
// the page.
function message(form, option, to) {
  const { account, dao, name } = form.dataset, { act, chain, contract, sigName, sigVersion } = option.dataset;
  return {
    body: { dao, method: "token", delegate: to, all: false, typed: "", account, contract, by_signature: true },
    expect: {
      account, from: "", primaryType: "Delegation", message: { delegatee: to || nobody },
      domain: { name: sigName, ...(sigVersion ? { version: sigVersion } : {}), chainId: chain, verifyingContract: contract },
    },
    action: act === "clear" ? "Sign: no delegate" : act === "self" ? "Sign: you vote yourself" : `Sign: ${short(to)} votes`,
    heading: `For ${name}, before you sign it`, file: true,
  };
}

function key(form, account, revoke) {
  const alias = revoke ? form.dataset.key : addressOf(form, account);
  return {
    body: { dao: "", method: "alias", delegate: alias, revoke, account },
    expect: { account, primaryType: revoke ? "RevokeAlias" : "Alias", domain: { name: "snapshot", version: "0.1.4" }, message: { alias: alias.toLowerCase() } }, // as wallets are handed addresses
    action: revoke ? `Revoke ${short(alias)}` : `Authorise ${short(alias)}`,
    heading: revoke ? "This key loses its right to speak as you" : "This key may speak as you",
  };
}

// --- the form ----------------------------------------------------------------

function fault(form, text) {
  const e = $(form, "[data-error]");
  e.textContent = text;
  e.hidden = !text;
}

// groups writes an address so that all of it can be compared with another.
const groups = (a) => a.length > 12 ? a.replace(/^0x/i, "").match(/.{1,4}/g).join(" ") : "";

// refresh keeps fields and button in step with what is chosen.
function refresh(form) {
  fault(form, "");
  const echo = $(form, "[data-echo]");
  if (echo) echo.textContent = groups($(form, "input[name=delegate]").value.trim());
  const press = $(form, "[type=submit]");
  if (form.dataset.alias) { press.disabled = false; return; }
  const option = picked(form), { act, method } = option.dataset, every = "every" in option.dataset;
  for (const [query, on] of [["[data-to]", act === "set"], ["[data-all]", every]]) { const e = $(form, query); if (e) e.hidden = !on; }
  press.disabled = !act;
  const how = $(form, "[data-how]");
  if (how) how.hidden = !("sig" in option.dataset);
  $(form, "[data-action]").textContent = !act ? "Nothing to sign" : signs(form) ? "Review the message" : "Review the transaction";
  $(form, "[data-hint]").textContent = !act ? "Choose another option to see its transaction."
    : signs(form) ? "Signing costs nothing. Nothing changes until somebody relays the file."
    : every ? "It concerns every space at Snapshot." : method === "token" ? "It concerns every DAO that counts this token." : "It concerns this DAO alone.";
}

const say = (form, ...what) => $(form, "[data-state]").replaceChildren(...what);

function trouble(form, error) {
  const { title, text } = explain(error);
  const more = error?.status === 401 ? [make("p", {}, signInAgain())] : [];
  say(form, note("danger", title, text, ...more));
  $(form, "[data-state]").scrollIntoView({ block: "nearest" });
}

async function act(form) {
  let want;
  fault(form, "");
  say(form);
  try { want = wanted(form); } catch (error) { return fault(form, error.message); }
  const press = $(form, "[type=submit]");
  press.setAttribute("aria-busy", "true");
  press.disabled = true;
  try {
    const prepared = await post("/api/v1/me/delegations/prepare", want.body);
    press.removeAttribute("aria-busy");
    const signed = await sign({ prepared, expect: want.expect, action: want.action, heading: want.heading });
    if (!signed) return say(form, make("p", { class: "sm soft", role: "status" }, "Not signed. Nothing was sent."));
    press.setAttribute("aria-busy", "true");
    await handOver((...what) => say(form, ...what), "/api/v1/me/delegations/submit", { id: prepared.id, ...signed },
      { sending: signed.tx_hash ? "Sent by your wallet. Waiting for the chain." : "Signed. Sending it.", again: "Hand it over again", kept: "What you signed is" });
    form.reset();
    if (want.file) return handedOut(form, prepared.id);
    location.assign(location.pathname); // the page shows where it stands
  } catch (error) {
    trouble(form, error);
  } finally {
    press.removeAttribute("aria-busy");
    press.disabled = false;
    if (document.activeElement === document.body) press.focus(); // disabling it took the focus away
  }
}

// handedOut shows where the signed delegation is: it does nothing until it is relayed.
function handedOut(form, id) {
  refresh(form);
  say(form, note("you", "Signed. It does nothing until it is relayed.", "Anyone may hand this file to the token contract and pay the fee, until it expires. Whoever has it can use it.",
    make("p", {}, make("a", { class: "btn", href: `/api/v1/me/intents/${encodeURIComponent(id)}/ballot`, download: "" }, "Download the file"))));
  $(form, "[data-state]").scrollIntoView({ block: "nearest" });
}

// --- events ------------------------------------------------------------------

const formOf = (e) => e.target.closest?.("form[data-delegate]");

document.addEventListener("submit", (e) => {
  const form = formOf(e);
  if (!form) return;
  e.preventDefault();
  if (!$(form, "[type=submit]").disabled) act(form);
});

document.addEventListener("input", (e) => {
  const form = formOf(e);
  if (!form) return;
  e.target.removeAttribute("aria-invalid");
  refresh(form);
});

for (const form of all(document, "form[data-delegate]")) refresh(form);

// A link to a DAO opens the choice there.
function open() {
  const block = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = block && $(block, "details:has(form[data-delegate])");
  if (fold) fold.open = true;
}
addEventListener("hashchange", open);
open();

// What was read meanwhile is shown, unless somebody is at work on the page.
let said = $(document, "#read-state")?.dataset.says;
document.addEventListener("htmx:after:swap", () => {
  const says = $(document, "#read-state")?.dataset.says;
  if (says !== said) $(document, "#read-said").textContent = said = says;
  const done = $(document, "#read-state[data-done]");
  const busy = document.querySelector("dialog[open]") || document.activeElement?.matches("input, textarea, select")
    || all(document, "form[data-delegate]").some((f) => $(f, "[type=submit][aria-busy]") || $(f, "[data-state]:not(:empty)") || all(f, "input").some((i) => i.type === "radio" ? i.checked !== i.defaultChecked : i.value !== i.defaultValue));
  if (done && !busy) location.assign(done.dataset.done);
});
