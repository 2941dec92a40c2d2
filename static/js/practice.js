// The practice wallet of the demo. It announces itself as any wallet in a
// browser does (EIP-6963) and answers by EIP-1193; its back end, POST
// /demo/wallet, signs with keys that everybody knows. It asks in dialogs of
// its own and shares no code with the page, as a wallet of another maker.
// Browser tests press what carries data-practice-….
const STORE = "practice-wallet";
const BACK = "/demo/wallet";
const WRONG = 10; // a network that the demo has nothing on
const CONTRACT = "Contract wallet";
const networks = { 1: "Ethereum", 10: "Optimism" };

class WalletFault extends Error {
  constructor(code, message) { super(message); this.code = code; }
}

// ---- what it remembers, in this tab only
function remembered() {
  try { return JSON.parse(sessionStorage.getItem(STORE)) ?? {}; } catch { return {}; }
}
const state = { account: null, locked: false, wrong: false, ...remembered() };
function remember() {
  try { sessionStorage.setItem(STORE, JSON.stringify(state)); } catch { /* private window */ }
}

async function back(method, ...params) {
  let answer;
  try {
    const reply = await fetch(BACK, {
      method: "POST", credentials: "same-origin", redirect: "error",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify({ method, params }),
    });
    answer = await reply.json();
  } catch {
    throw new WalletFault(4900, "The practice wallet's back end does not answer.");
  }
  if (answer?.error) throw new WalletFault(answer.error.code, answer.error.message);
  if (!answer || !("result" in answer)) throw new WalletFault(-32603, "The practice wallet's back end does not answer as a wallet.");
  return answer.result;
}

let known; // [{name, address, note}]
const people = async () => known ??= await back("practice_accounts");
let home; // the demo's chain, a number
const homeChain = async () => home ??= Number(await back("eth_chainId"));
const chain = async () => state.wrong ? WRONG : homeChain();
const hexChain = async () => "0x" + (await chain()).toString(16);
const called = (id) => `${networks[id] ?? "Network"} (${id})`;
const shown = () => state.account && !state.locked ? [state.account] : [];
const same = (a, b) => typeof a === "string" && typeof b === "string" && a.toLowerCase() === b.toLowerCase();

// ---- the provider (EIP-1193)
const heard = new Map(); // event → functions
const provider = {
  isPractice: true,
  request,
  on(event, hear) { heard.set(event, [...(heard.get(event) ?? []), hear]); return provider; },
  removeListener(event, hear) { heard.set(event, (heard.get(event) ?? []).filter((h) => h !== hear)); return provider; },
  emit(event, ...what) {
    for (const hear of heard.get(event) ?? []) { try { hear(...what); } catch { /* the page's fault */ } }
    return (heard.get(event) ?? []).length > 0;
  },
};

// change sets what is remembered, and tells the page what it sees of it.
async function change(next) {
  const before = { accounts: String(shown()), wrong: state.wrong };
  Object.assign(state, next);
  remember();
  if (String(shown()) !== before.accounts) provider.emit("accountsChanged", shown());
  if (state.wrong !== before.wrong) provider.emit("chainChanged", await hexChain());
}

async function request(what) {
  const { method, params = [] } = what ?? {};
  if (typeof method !== "string" || !Array.isArray(params)) throw new WalletFault(-32602, "A request has a method and a list of params.");
  switch (method) {
    case "eth_accounts": return shown();
    case "eth_requestAccounts": return shown().length > 0 ? shown() : connect();
    case "wallet_requestPermissions": return connect().then(permissions);
    case "wallet_getPermissions": return permissions(shown());
    case "wallet_revokePermissions": await change({ account: null }); return null;
    case "eth_chainId": return hexChain();
    case "wallet_switchEthereumChain": return switchTo(params);
    case "personal_sign": return signText(params);
    case "eth_signTypedData_v4": return signTyped(params);
    case "eth_sendTransaction": return send(params);
    default:
      if (state.wrong) throw new WalletFault(4901, "The practice wallet is on another network.");
      return back(method, ...params);
  }
}

const permissions = (accounts) => accounts.length === 0 ? [] : [{ parentCapability: "eth_accounts", caveats: [{ type: "restrictReturnedAccounts", value: accounts }] }];

// mine makes sure that a request is for the account that is connected.
function mine(address) {
  if (shown().length === 0) throw new WalletFault(4100, state.locked ? "The practice wallet is locked." : "No account is connected.");
  if (!same(address, state.account)) throw new WalletFault(4100, "The request is for another account than the connected one.");
}

// ---- what it asks
async function connect() {
  const list = await people();
  if (state.locked) {
    const open = await ask("connect", "Unlock the practice wallet", [make("p", {}, "It is locked, so this page sees no account.")], { yes: "Unlock", no: "Leave it locked" }, true);
    if (!open) return [];
    await change({ locked: false });
    if (shown().length > 0) return shown();
  }
  const picked = list.find((a) => same(a.address, state.account)) ?? list[0];
  const choices = list.map((a) => make("label", { class: "practice__account" },
    make("input", { type: "radio", name: "practice-account", value: a.address, checked: a === picked, "data-practice-account": a.address }),
    make("span", {}, make("b", {}, a.name), make("small", {}, a.note), make("span", { class: "addr" }, a.address))));
  const set = make("fieldset", { class: "stack stack--sm" }, make("legend", { class: "sm soft" }, `${location.host} asks to see an account. Which one?`), ...choices);
  await ask("connect", "Connect an account", [set], { yes: "Connect", no: "Reject" });
  await change({ account: set.querySelector("input:checked").value });
  return shown();
}

async function switchTo([want]) {
  const id = Number(want?.chainId);
  if (!Number.isSafeInteger(id)) throw new WalletFault(-32602, "The request names no network.");
  if (id === await chain()) return null;
  if (id !== await homeChain()) return back("wallet_switchEthereumChain", want); // refuses it in its own words
  await ask("switch", "Change the network", [rows([["from", called(await chain())], ["to", called(id)]])], { yes: "Change", no: "Reject" });
  await change({ wrong: false });
  return null;
}

const decode = (text) => {
  if (!/^0x([0-9a-f]{2})*$/i.test(text)) return text;
  const bytes = Uint8Array.from(text.slice(2).match(/../g) ?? [], (h) => Number.parseInt(h, 16));
  try { return new TextDecoder("utf-8", { fatal: true }).decode(bytes); } catch { return text; }
};

async function signText([text, address]) {
  mine(address);
  if (typeof text !== "string") throw new WalletFault(-32602, "There is no text to sign.");
  return signed("text", "Sign a text", [make("pre", { class: "practice__text", dir: "auto", tabindex: "0" }, decode(text))], "personal_sign", text, address);
}

async function signTyped([address, typed]) {
  mine(address);
  let data;
  try { data = typeof typed === "string" ? JSON.parse(typed) : typed; } catch { data = null; }
  if (!data?.message || !data?.domain || typeof data.primaryType !== "string") throw new WalletFault(-32602, "There is no typed data to sign.");
  if (data.domain.chainId !== undefined && Number(data.domain.chainId) !== await chain()) throw new WalletFault(-32602, `The typed data is for network ${Number(data.domain.chainId)}, the practice wallet is on ${await chain()}.`);
  const what = [...await plainly(address, typed), make("p", { class: "sm soft" }, "Message ", make("b", {}, data.primaryType)), rows(flat(data.message)), make("p", { class: "sm soft" }, "Domain"), rows(flat(data.domain))];
  return signed("typed", "Sign a message", what, "eth_signTypedData_v4", address, typed);
}

// plainly says in sentences what the wallet itself understands of a request.
async function plainly(...params) {
  const lines = await back("practice_explain", ...params).catch(() => []);
  return (Array.isArray(lines) ? lines : []).map((line) => make("p", {}, String(line)));
}

// signed asks and signs. A contract's owner may sign by a transaction instead;
// the signature is then empty, as a Safe's is.
async function signed(kind, heading, what, method, ...params) {
  const box = make("input", { type: "checkbox", "data-practice-onchain": true });
  const account = (await people()).find((a) => same(a.address, state.account));
  if (account?.name === CONTRACT) what = [...what, make("label", { class: "practice__check" }, box, make("span", {}, "Sign by a transaction of its owner, as a Safe can"))];
  await ask(kind, heading, what, { yes: "Sign", no: "Reject" });
  return back(method, ...params, ...(box.checked ? [{ onChain: true }] : []));
}

async function send([tx]) {
  mine(tx?.from);
  if (state.wrong) throw new WalletFault(4901, "The practice wallet is on another network.");
  const fee = make("p", { class: "sm soft", "aria-live": "polite" }, "Working out the fee…");
  back("eth_estimateGas", { from: tx.from, to: tx.to, data: tx.data ?? tx.input, value: tx.value ?? "0x0" }).then(
    (gas) => { fee.textContent = `It needs ${Number(gas).toLocaleString("en")} gas. Practice coins pay for it.`; },
    (fault) => { fee.textContent = `The chain would refuse it: ${fault.message}`; fee.className = "notice notice--danger"; },
  );
  const what = [...await plainly(tx), rows([["to", tx.to ?? ""], ["value", `${BigInt(tx.value ?? 0)} wei`], ["data", tx.data ?? tx.input ?? "0x"], ["network", called(await chain())]]), fee];
  await ask("transaction", "Send a transaction", what, { yes: "Send", no: "Reject" });
  return back("eth_sendTransaction", tx);
}

// ---- its dialogs
function make(tag, props = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) if (v !== false && v !== undefined) e.setAttribute(k, v === true ? "" : v);
  e.append(...children);
  return e;
}

const rows = (list) => make("dl", { class: "kv kv--rows sheet__fields" }, ...list.map(([name, value]) => make("div", {},
  make("dt", { class: "addr" }, name), make("dd", { class: value === "" ? "muted" : "addr", dir: "auto" }, value === "" ? "(empty)" : String(value)))));

// flat lists every field, also those inside of others.
function flat(value, name = "") {
  if (value === null || typeof value !== "object") return [[name, value]];
  const inside = Object.entries(value).flatMap(([k, v]) => flat(v, Array.isArray(value) ? `${name}[${k}]` : name ? `${name}.${k}` : k));
  return inside.length > 0 ? inside : [[name, ""]];
}

// settings lets a person play a wallet that is locked, or on another network.
async function settings() {
  const locked = make("input", { type: "checkbox", checked: state.locked, "data-practice-locked": true });
  locked.addEventListener("change", () => change({ locked: locked.checked }));
  const right = await homeChain();
  const network = make("select", { class: "input", "data-practice-chain": true },
    make("option", { value: "right", selected: !state.wrong }, called(right)), make("option", { value: "wrong", selected: state.wrong }, `${called(WRONG)}, the wrong one`));
  network.addEventListener("change", () => change({ wrong: network.value === "wrong" }));
  return make("details", { class: "fold", "data-practice-settings": true }, make("summary", {}, "Play an error"),
    make("div", { class: "practice__settings" }, make("label", { class: "practice__check" }, locked, make("span", {}, "Locked")), make("label", { class: "practice__check" }, make("span", {}, "Network"), network)));
}

let asking = false;
// ask shows a question. It gives true, or throws what a rejection is; a soft
// question gives false instead.
async function ask(kind, heading, what, words, soft = false) {
  if (asking) throw new WalletFault(-32002, "The practice wallet has a question open.");
  asking = true;
  try {
    const before = JSON.stringify([state.locked, state.wrong]);
    const yes = await dialog(kind, heading, [...what, await settings()], words);
    if (!yes && !soft) throw new WalletFault(4001, "Rejected in the practice wallet.");
    if (kind !== "connect" && JSON.stringify([state.locked, state.wrong]) !== before) { // changed while it was open
      if (state.locked) throw new WalletFault(4100, "The practice wallet is locked.");
      if (state.wrong) throw new WalletFault(4901, "The practice wallet is on another network.");
    }
    return yes;
  } finally { asking = false; }
}

function dialog(kind, heading, what, words) {
  return new Promise((done) => {
    const account = state.account && kind !== "connect" ? make("span", { class: "addr" }, state.account) : "Only for the demo";
    const approve = make("button", { class: "btn btn--primary", type: "button", "data-practice-approve": true }, words.yes);
    const reject = words.no ? make("button", { class: "btn", type: "button", "data-practice-reject": true }, words.no) : "";
    const box = make("dialog", { class: "sheet practice", "aria-labelledby": "practice-h", "data-practice-dialog": kind },
      make("div", { class: "sheet__body stack" },
        make("p", { class: "practice__name" }, make("img", { src: info.icon, alt: "", width: "24", height: "24" }), make("b", {}, "Practice wallet"), account),
        make("h2", { id: "practice-h", tabindex: "-1" }, heading), ...what),
      make("div", { class: "sheet__foot" }, make("div", { class: "actions" }, approve, reject)));
    const from = document.activeElement;
    const end = (yes) => { box.close(); box.remove(); from?.focus?.({ preventScroll: true }); done(yes); };
    approve.addEventListener("click", () => end(true));
    if (reject) reject.addEventListener("click", () => end(false));
    box.addEventListener("close", () => { if (box.isConnected) end(false); }); // Escape
    document.body.append(box);
    box.showModal();
    box.querySelector("h2").focus();
  });
}

// The wallet's own button, at the foot of the page: an extension would have
// one beside the address bar.
function button() {
  const foot = document.querySelector(".foot .cluster .cluster") ?? document.querySelector(".foot");
  if (!foot) return;
  const open = make("button", { class: "link", type: "button", "data-practice-open": true }, "Practice wallet");
  open.addEventListener("click", async () => {
    if (asking) return;
    asking = true;
    try {
      const row = await settings();
      row.open = true;
      const list = await people(), who = list.find((a) => same(a.address, state.account));
      if (who) { // a wallet in a browser lets a person switch there, too
        const pick = make("select", { class: "input", "data-practice-switch": true }, ...list.map((a) => make("option", { value: a.address, selected: a === who }, a.name)));
        pick.addEventListener("change", () => change({ account: pick.value }));
        row.querySelector(".practice__settings").append(make("label", { class: "practice__check" }, make("span", {}, "Account"), pick));
      }
      await dialog("settings", who ? `Connected: ${who.name}` : "No account is connected", [row], { yes: "Close" });
    } finally { asking = false; }
  });
  foot.append(open);
}

// ---- its announcement (EIP-6963)
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID(); // not on plain http of another machine
  const h = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b, i) => (i === 6 ? b & 15 | 64 : i === 8 ? b & 63 | 128 : b).toString(16).padStart(2, "0")).join("");
  return h.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
const info = Object.freeze({
  uuid: uuid(), name: "Practice wallet", rdns: "local.mandate.practice",
  icon: "data:image/svg+xml," + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="4" fill="#7a4b00"/><path d="M5 8h14v10H5zM5 8l9-3v3M15 13h2" fill="none" stroke="#fff" stroke-width="1.6"/></svg>'),
});
const announce = () => dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
addEventListener("eip6963:requestProvider", announce);
announce();
hexChain().then((chainId) => provider.emit("connect", { chainId }), () => {});
button();
