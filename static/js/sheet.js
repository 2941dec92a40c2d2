// The last look before a signature: a dialog that shows every field which the
// wallet will be handed, computes the digest from those very fields, and asks
// the wallet only if it is the one that the server named and if the fields say
// what the person chose on the page.
import { calldata, read } from "typed";
import { connect, explain, face, make, network, another, wallets } from "wallet";

const REFUSED = "Your wallet would be shown another digest than this page. Nothing was sent.";

// How far ahead of this device's clock a signed time may be. One that is later
// could be kept back, and would then beat what the person signs meanwhile.
const AHEAD = 10 * 60_000;

const same = (a, b) => Array.isArray(a) || Array.isArray(b)
  ? Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((v, i) => same(v, b[i]))
  : String(a) === String(b);
const lower = (a) => String(a).toLowerCase();

// differences names what the typed data says unlike the page.
function differences(data, expect) {
  const out = [];
  if (expect.primaryType && data.primaryType !== expect.primaryType) out.push("the kind of message");
  if (expect.domain) {
    const keys = Object.keys(expect.domain);
    const alike = (k) => k === "verifyingContract" ? lower(data.domain[k]) === lower(expect.domain[k]) : same(data.domain[k], expect.domain[k]);
    if (keys.length !== Object.keys(data.domain).length || !keys.every(alike)) out.push("the domain");
  }
  // Which field names the account; "" = the message names none, and the signature alone tells.
  const field = expect.from ?? "from", from = data.message[field];
  if (field && (typeof from !== "string" || lower(from) !== lower(expect.account))) out.push(field);
  for (const [name, value] of Object.entries(expect.message ?? {})) {
    const address = data.types[data.primaryType]?.some((f) => f.name === name && f.type === "address"); // twenty bytes, whatever the capitals
    if (!(address ? lower(data.message[name]) === lower(value) : same(data.message[name], value))) out.push(name);
  }
  const at = data.message.timestamp;
  if (at !== undefined && !(Number(at) * 1000 <= Date.now() + AHEAD)) out.push("timestamp, which is later than this device's clock");
  if (expect.encrypted && !/^0x([0-9a-f]{2}){192,}$/.test(data.message.choice)) out.push("choice");
  return out;
}

// checkTyped returns the fields to show, or what is wrong with them.
function checkTyped(prepared, expect) {
  let seen;
  try { seen = read(prepared.typed_data); } catch (error) {
    return { fault: `The message cannot be read: ${error.message}.` };
  }
  if (seen.digest !== lower(prepared.digest)) return { fault: "The digest of these fields is not the one that the server named.", seen };
  const differ = differences(prepared.typed_data, expect);
  if (differ.length > 0) return { fault: `It differs from what this page shows in: ${differ.join(", ")}.`, seen };
  return { seen };
}

// checkTransaction does the same for a transaction. expect.transaction has
// chain_id, to and either data or call and args, which are encoded here.
function checkTransaction(prepared, expect) {
  const tx = prepared.transaction, want = expect.transaction;
  const differ = [];
  if (!want) differ.push("everything: this page expects no transaction");
  else {
    if (Number(tx.chain_id) !== Number(want.chain_id)) differ.push("network");
    if (lower(tx.to) !== lower(want.to)) differ.push("to");
    let data = want.data;
    try { data ??= calldata(want.call, want.args); } catch { data = undefined; }
    if (!data || lower(tx.data) !== lower(data)) differ.push("data");
  }
  if (lower(tx.from) !== lower(expect.account)) differ.push("from");
  if (!["0", "0x0", ""].includes(String(tx.value ?? ""))) differ.push("value");
  const fields = [
    { name: "network", type: "", value: network(Number(tx.chain_id)) }, { name: "from", type: "address", value: tx.from },
    { name: "to", type: "address", value: tx.to }, { name: "value", type: "wei", value: "0" }, { name: "data", type: want?.call ?? "bytes", value: tx.data },
  ];
  return { seen: { message: fields, domain: [] }, fault: differ.length > 0 ? `It differs from what this page shows in: ${differ.join(", ")}.` : undefined };
}

function time(field) {
  if (!/(^|\.)timestamp$/.test(field.name) || !/^[0-9]{9,11}$/.test(field.value)) return null;
  return make("small", { class: "muted" }, new Date(Number(field.value) * 1000).toISOString().replace("T", ", ").replace(/:\d\d\.000Z$/, " UTC"));
}

function row(field) {
  const empty = field.value === "";
  return make("div", {},
    make("dt", {}, make("span", { class: "addr" }, field.name), " ", make("small", {}, field.type)),
    make("dd", { class: empty ? "muted" : "addr", dir: "auto" }, empty ? "(empty)" : field.value, time(field) && " ", time(field)));
}

function symbol(id) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "ico");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#i-" + id);
  svg.append(use);
  return svg;
}

// note is a notice as the pages have it.
export function note(tone, title, text, ...more) {
  return make("div", { class: "notice" + (tone ? " notice--" + tone : ""), role: tone === "danger" ? "alert" : false },
    symbol(tone === "danger" ? "danger" : tone === "caution" ? "warn" : "info"),
    make("div", {}, title ? make("strong", {}, title) : null, text ? make("p", {}, text) : null, ...more));
}

// signed is everything that will be handed over, in full.
function signed(check, prepared) {
  const typed = Boolean(prepared.typed_data);
  return make("details", { class: "fold", open: Boolean(check.fault) || !typed },
    make("summary", {}, typed ? "Exactly what is signed" : "Exactly what is sent"),
    make("div", { class: "stack stack--sm" },
      check.seen ? make("dl", { class: "kv kv--rows sheet__fields" }, ...check.seen.message.map(row)) : null,
      check.seen?.domain.length ? make("p", { class: "xs muted" }, `${check.seen.primaryType} in the domain `, ...check.seen.domain.map((f, i) => `${i ? ", " : ""}${f.name}: ${f.value}`), ".") : null));
}

function digestLine(check, prepared) {
  if (!prepared.typed_data || check.fault) return null;
  return make("p", { class: "xs soft sheet__digest" }, "Digest, computed by this browser from the fields above: ", make("code", { class: "addr" }, check.seen.digest));
}

function parts(prepared, check, action, heading) {
  // The server's own list of the fields is left out: they stand below, as this
  // browser read them.
  const chained = check.seen?.domain?.some((f) => f.name === "chainId") ? ["Chain"] : [];
  const fields = new Set(prepared.transaction ? ["From", "Contract", "Chain", "Value", "Call"] : [...check.seen?.message ?? [], ...check.seen?.domain ?? []].map((f) => f.name.replace(/[.[].*/, "")).concat(chained));
  const shown = (prepared.shown ?? []).filter(([name]) => !fields.has(name.replace(/[.[].*/, ""))).map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", { dir: "auto" }, value)));
  const warnings = prepared.warnings ?? [];
  const press = make("button", { class: "btn btn--primary btn--lg", type: "button" }, action);
  const close = make("button", { class: "btn btn--quiet", type: "button" }, check.fault ? "Close" : prepared.transaction ? "Do not send" : "Do not sign");
  const other = make("button", { class: "link sm", type: "button", hidden: true }, "Use another wallet");
  const state = make("div", { class: "sheet__state", "aria-live": "polite" });
  const with_ = make("p", { class: "sm soft sheet__with" });
  const box = make("dialog", { class: "sheet", "aria-labelledby": "sheet-h" },
    make("div", { class: "sheet__body stack" },
      make("h2", { id: "sheet-h", tabindex: "-1" }, heading),
      make("dl", { class: "kv kv--rows" }, ...shown),
      warnings.length > 0 ? note("caution", "", "", ...warnings.map((w) => make("p", {}, w))) : null,
      signed(check, prepared), digestLine(check, prepared), state),
    make("div", { class: "sheet__foot" }, with_, make("div", { class: "actions" }, check.fault ? null : press, close, other)));
  return { box, press, close, other, state, with_ };
}

// sign shows Prepared and asks the wallet. It resolves {signature}, {tx_hash},
// or null if the person closed it.
//   prepared  the server's answer; wallet  a Wallet, or nothing: asked for
//   expect    {account, from? (the field that names it, "" = none), primaryType?,
//             domain?, message?: {field: value}, encrypted?,
//             transaction?: {chain_id, to, call, args}}
//   action    words of the button, "Sign For"; heading  of the dialog
export function sign({ prepared, wallet, expect, action, heading }) {
  prepared = structuredClone(prepared); // nobody changes it between look and signature
  const typed = Boolean(prepared.typed_data);
  const test = typed ? checkTyped : prepared.transaction ? checkTransaction : () => ({ fault: "There is nothing to sign." });
  const check = test(prepared, expect);
  const p = parts(prepared, check, action ?? (typed ? "Sign" : "Send the transaction"), heading ?? (typed ? "Read, then sign" : "Read, then send"));
  const say = (...what) => p.state.replaceChildren(...what);

  return new Promise((done) => {
    let result = null, closed = false, strange = false;
    const finish = (value) => { result = value; p.box.close(); };
    p.box.addEventListener("close", () => { closed = true; p.box.remove(); done(result); });
    p.close.addEventListener("click", () => finish(null));
    p.other.addEventListener("click", async () => {
      try { wallet = (await another()) ?? wallet; name(); } catch (error) { fail(error); }
    });
    const name = () => p.with_.replaceChildren(...(wallet ? [face(wallet), ` ${wallet.name}`] : []));
    const fail = (error) => {
      const { title, text } = explain(error);
      say(note("danger", title, text));
      p.state.scrollIntoView({ block: "nearest" });
      strange = error?.code === "wrong_account";
    };

    p.press.addEventListener("click", async () => {
      if (p.press.getAttribute("aria-busy")) return;
      if (Date.parse(prepared.expires_at) < Date.now()) return say(note("danger", "Too late for this one", "It was prepared a while ago and is no longer valid. Close this and press the button again. Nothing was signed."));
      p.press.setAttribute("aria-busy", "true");
      try {
        wallet ??= await connect();
        if (!wallet || closed) return;
        name();
        say(make("p", { class: "sm" }, `Waiting for ${wallet.name}. Open it and answer there; it shows the same fields.`));
        if (strange) await wallet.reopen();
        const account = await wallet.account(expect.account);
        const again = test(prepared, expect);
        if (again.fault) return say(note("danger", "Not signed", REFUSED));
        if (typed && prepared.typed_data.domain.chainId !== undefined) await wallet.switchTo(Number(prepared.typed_data.domain.chainId));
        if (closed) return;
        const answer = typed ? { signature: await wallet.signTyped(prepared.typed_data, account) } : { tx_hash: await wallet.send(prepared.transaction) };
        if (!closed) finish(answer);
      } catch (error) {
        if (!closed) fail(error);
      } finally { p.press.removeAttribute("aria-busy"); }
    });

    if (check.fault) say(note("danger", "Not signed", REFUSED, make("p", { class: "sm" }, check.fault)));
    name();
    document.body.append(p.box);
    p.box.showModal();
    p.box.querySelector("h2").focus();
    wallets().then((list) => { p.other.hidden = list.length < 2 || Boolean(check.fault); }, () => {});
  });
}
