// Wallets in the browser: found by EIP-6963, or window.ethereum (EIP-1193)
// where none announces itself. Nothing but this module speaks to a wallet. It
// asks for accounts, a network, one sign-in text, typed data and transactions;
// never for eth_sign, and it never starts anything by itself.
import { checksum, hex, utf8 } from "typed";

const REMEMBERED = "wallet";
const QUICK = 20_000;      // answers that need nobody
const PATIENT = 5 * 60_000; // answers that a person gives
const found = new Map();   // uuid → {name, rdns, icon, uuid, provider}

// WalletError is a fault that this module found; code is a word where EIP-1193
// has no number for it.
export class WalletError extends Error {
  constructor(code, detail = {}) {
    super(String(code));
    Object.assign(this, { code, ...detail });
  }
}

const clip = (text, most) => String(text ?? "").replace(/[\p{C}\s]+/gu, " ").trim().slice(0, most);
// Only drawings that are in the announcement itself: a page that loads one
// from elsewhere would tell that place who is here.
const icon = (text) => typeof text === "string" && /^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/i.test(text) && text.length < 200_000 ? text : "";

function announced(event) {
  const { info, provider } = event.detail ?? {};
  if (!info || typeof info.uuid !== "string" || typeof provider?.request !== "function" || found.has(info.uuid)) return;
  found.set(info.uuid, { uuid: info.uuid, name: clip(info.name, 40) || "Wallet without a name", rdns: clip(info.rdns, 80), icon: icon(info.icon), provider });
}
addEventListener("eip6963:announceProvider", announced);
dispatchEvent(new Event("eip6963:requestProvider"));

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// connectors lists the ways to a wallet. WalletConnect (a wallet on another
// device) belongs here: another function that gives {uuid, name, rdns, icon,
// provider}, whose provider has request() as EIP-1193 says.
async function connectors() {
  dispatchEvent(new Event("eip6963:requestProvider"));
  for (let i = 0; i < 4 && found.size === 0; i++) await wait(75);
  const list = [...found.values()];
  const old = globalThis.ethereum;
  if (list.length === 0 && typeof old?.request === "function") list.push({ uuid: "injected", name: "Browser wallet", rdns: "", icon: "", provider: old });
  return list;
}

// wallets lists what is there, the one used last first.
export async function wallets() {
  const last = remembered();
  const list = await connectors();
  return list.sort((a, b) => (b.rdns === last) - (a.rdns === last) || a.name.localeCompare(b.name)).map(({ uuid, name, rdns, icon }) => ({ uuid, name, rdns, icon }));
}

function remembered() { try { return localStorage.getItem(REMEMBERED) || null; } catch { return null; } }
function remember(rdns) { try { localStorage.setItem(REMEMBERED, rdns); } catch { /* private window */ } }
export function forget() { try { localStorage.removeItem(REMEMBERED); } catch { /* private window */ } }

// connect gives the wallet with this rdns (or uuid). Without one it gives the
// only wallet, the one used last, or asks which; null = the person closed the
// question. It prompts nothing in the wallet yet.
export async function connect(which) {
  const list = await connectors();
  if (list.length === 0) throw new WalletError("none");
  if (which) {
    const one = list.find((w) => w.rdns === which || w.uuid === which);
    if (!one) throw new WalletError("none_such");
    return use(one);
  }
  const last = list.filter((w) => w.rdns && w.rdns === remembered());
  if (list.length === 1 || last.length === 1) return use(list.length === 1 ? list[0] : last[0]);
  const one = await choose(list);
  return one && use(one);
}

// another asks which wallet, also where one is remembered.
export async function another() {
  const list = await connectors();
  if (list.length === 0) throw new WalletError("none");
  const one = await choose(list);
  return one && use(one);
}

function use(entry) {
  remember(entry.rdns);
  return new Wallet(entry);
}

// make builds an element; text only, never markup.
export function make(tag, props = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (v === undefined || v === false || v === null) continue;
    if (k === "class") e.className = v;
    else if (k === "on") for (const [event, f] of Object.entries(v)) e.addEventListener(event, f);
    else e.setAttribute(k, v === true ? "" : v);
  }
  e.append(...children.filter((c) => c !== null && c !== undefined));
  return e;
}

// face is a wallet's drawing, or its initial.
export function face(w) {
  if (w.icon) return make("img", { class: "wallet__icon", src: w.icon, alt: "", width: "24", height: "24" });
  return make("span", { class: "wallet__icon", "aria-hidden": "true" }, w.name.slice(0, 1));
}

function choose(list) {
  return new Promise((done) => {
    let picked = null;
    const rows = list.map((w) => make("li", {}, make("button", { class: "wallet", type: "button", value: w.uuid, on: { click: () => { picked = w; box.close(); } } },
      face(w), make("span", {}, make("b", {}, w.name), w.rdns ? make("small", {}, w.rdns) : null))));
    const box = make("dialog", { class: "sheet", "aria-labelledby": "choose-h" },
      make("div", { class: "sheet__body stack" },
        make("h2", { id: "choose-h" }, "Which wallet?"),
        make("p", { class: "sm soft" }, "These wallets announced themselves in this browser."),
        make("ul", { class: "plain wallets" }, ...rows),
        make("div", { class: "actions" }, make("button", { class: "btn btn--quiet", type: "button", on: { click: () => box.close() } }, "Cancel"))));
    box.addEventListener("close", () => { box.remove(); done(picked); });
    document.body.append(box);
    box.showModal();
  });
}

// Wallet is one wallet. Every method throws what explain() explains.
export class Wallet {
  #provider;
  constructor({ name, rdns, icon, uuid, provider }) {
    Object.assign(this, { name, rdns, icon, uuid });
    this.#provider = provider;
  }

  async #ask(method, params, ms) {
    let timer;
    const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new WalletError("timeout")), ms); });
    try {
      return await Promise.race([this.#provider.request(params === undefined ? { method } : { method, params }), late]);
    } finally { clearTimeout(timer); }
  }

  // account makes sure that the wallet offers the expected account and returns
  // it in EIP-55; without one expected it returns the wallet's first account.
  async account(expected) {
    const offers = (list) => {
      if (!Array.isArray(list) || list.some((a) => typeof a !== "string")) throw new WalletError("bad_answer");
      return list.map((a) => { try { return checksum(a.toLowerCase()); } catch { throw new WalletError("bad_answer"); } });
    };
    const fits = (list) => expected ? list.find((a) => a.toLowerCase() === expected.toLowerCase()) : list[0];
    let list = await this.#ask("eth_accounts", undefined, QUICK).then(offers, () => []);
    if (!fits(list)) list = offers(await this.#ask("eth_requestAccounts", undefined, PATIENT));
    if (list.length === 0) throw new WalletError("locked");
    if (!fits(list)) throw new WalletError("wrong_account", { shown: list[0], expected });
    return fits(list);
  }

  // reopen asks the wallet to offer its accounts anew, where it can.
  async reopen() {
    try { await this.#ask("wallet_requestPermissions", [{ eth_accounts: {} }], PATIENT); } catch (error) {
      if (codeOf(error) === 4001) throw error; // else: the wallet cannot, and account() says what to do
    }
  }

  async chainId() {
    const id = await this.#ask("eth_chainId", undefined, QUICK);
    const n = typeof id === "string" && /^0x[0-9a-fA-F]{1,13}$/.test(id) ? Number.parseInt(id, 16) : id;
    if (!Number.isSafeInteger(n) || n < 1) throw new WalletError("bad_answer");
    return n;
  }

  // switchTo makes the wallet use a network, and checks that it does.
  async switchTo(chain) {
    const before = await this.chainId();
    if (before === chain) return;
    try {
      await this.#ask("wallet_switchEthereumChain", [{ chainId: "0x" + chain.toString(16) }], PATIENT);
    } catch (error) {
      const code = codeOf(error);
      throw code === 4200 || code === -32601 ? new WalletError("wrong_chain", { shown: before, expected: chain }) : Object.assign(new WalletError(code, { chain }), { cause: error });
    }
    const now = await this.chainId();
    if (now !== chain) throw new WalletError("wrong_chain", { shown: now, expected: chain });
  }

  // personalSign is for signing in, and for nothing else.
  async personalSign(text, address) {
    return signature(await this.#ask("personal_sign", [hex(utf8(text)), address], PATIENT));
  }

  async signTyped(typedData, address) {
    return signature(await this.#ask("eth_signTypedData_v4", [address, JSON.stringify(typedData)], PATIENT));
  }

  // send hands a transaction over; the wallet signs and sends it.
  async send({ chain_id, from, to, data }) {
    await this.switchTo(Number(chain_id));
    const hash = await this.#ask("eth_sendTransaction", [{ from, to, data, value: "0x0" }], PATIENT).catch((error) => {
      throw error.code === "timeout" ? new WalletError("timeout_sent") : error;
    });
    if (typeof hash !== "string" || !/^0x[0-9a-fA-F]{64}$/.test(hash)) throw new WalletError("bad_answer");
    return hash.toLowerCase();
  }
}

// signature accepts bytes in hexadecimal; "0x" is what a Safe answers whose
// owners sign on chain. What they prove is checked by the server.
function signature(answer) {
  if (typeof answer !== "string" || !/^0x([0-9a-fA-F]{2})*$/.test(answer) || answer.length > 20_000) throw new WalletError("bad_answer");
  return answer;
}

// codeOf finds the number in the wrappings that wallets put around it.
function codeOf(error) {
  for (let e = error, i = 0; e && typeof e === "object" && i < 5; i++) {
    const inner = e.data?.originalError ?? e.data?.cause ?? e.info?.error ?? e.error ?? e.cause;
    const code = e instanceof WalletError || e.code === undefined ? e.code : Number.isInteger(Number(e.code)) ? Number(e.code) : undefined;
    if (code !== undefined && !(code === -32603 && inner?.code !== undefined)) return code;
    e = inner;
  }
  return undefined;
}

const short = (a) => typeof a === "string" && a.length === 42 ? a.slice(0, 6) + "…" + a.slice(-4) : String(a);
const networks = { 1: "Ethereum", 10: "Optimism", 56: "BNB Chain", 100: "Gnosis", 137: "Polygon", 250: "Fantom", 8453: "Base", 42161: "Arbitrum", 43114: "Avalanche", 59144: "Linea", 11155111: "Sepolia" };
export const network = (id) => networks[id] ? `${networks[id]} (network ${id})` : `network ${id}`;

const nothing = "Nothing was signed or sent.";
const faults = {
  none: ["No wallet was found", () => "This browser has no wallet that announces itself. Install one, or open this page in a browser that has one, and try again."],
  none_such: ["That wallet is not here now", () => "It was used here before, but does not announce itself any more. Choose another one, or switch it on and reload the page."],
  locked: ["The wallet is locked", () => "It shows no account. Unlock it, choose your account and try again. " + nothing],
  wrong_account: ["Another account", (e) => `The wallet shows ${short(e.shown)}, this page is signed in as ${short(e.expected)}. Choose that account in the wallet and try again. ${nothing}`],
  wrong_chain: ["Another network", (e) => `The wallet is on ${network(e.shown)}, this needs ${network(e.expected)}. Change the network in the wallet and try again. ${nothing}`],
  timeout: ["The wallet did not answer", () => "If it still shows the request, reject it there: an answer that comes later is not used. Then try again."],
  timeout_sent: ["The wallet did not answer", () => "If you confirmed it there, it may have been sent all the same: look in the wallet's history first. If it still shows the request, reject it there and try again."],
  bad_answer: ["The wallet's answer cannot be read", () => "It is not a signature, an account or a hash, so it was not used. Try again, or use another wallet."],
  4001: ["Rejected in the wallet", () => `You said no there. ${nothing} You can try again.`],
  4100: ["The wallet does not allow this", () => `Its account is not connected to this page. Unlock the wallet, connect the account and try again. ${nothing}`],
  4200: ["The wallet cannot do this", () => `It does not know this kind of request (typed data, or a change of network). Use another wallet. ${nothing}`],
  4900: ["The wallet has no connection", () => `It reaches no network at all. Check your connection and its settings, then try again. ${nothing}`],
  4901: ["The wallet does not reach this network", () => `It is connected, but not to the network that is needed. Change the network in the wallet and try again. ${nothing}`],
  4902: ["The wallet does not know this network", (e) => `Add ${e.chain ? network(e.chain) : "the network"} in the wallet's settings, then try again. ${nothing}`],
  5000: "4001",
  "-32000": ["The network refused it", () => `The wallet's node did not accept the request. ${nothing} Try again in a minute; if it stays so, look in the wallet for the reason.`],
  "-32001": "-32000",
  "-32002": ["The wallet has a question open", () => "An earlier request still waits there. Open the wallet, answer or reject it, then try again."],
  "-32003": ["The network refused the transaction", () => "Nothing was sent. Look in the wallet for the reason: often the nonce or the fee does not fit."],
  "-32004": "4200",
  "-32005": ["The wallet's node has too much to do", () => `It takes no more requests for now. Wait a minute and try again. ${nothing}`],
  "-32006": "4200",
  "-32600": ["The wallet did not understand", () => `It refused the request as malformed. Another wallet may accept it. ${nothing}`],
  "-32601": "4200",
  "-32602": "-32600",
  "-32603": ["The wallet failed", () => `It reported a fault of its own. ${nothing} Try again; if it stays so, restart the wallet or use another one.`],
  "-32700": "-32600",
  funds: ["Not enough for the fee", () => "The account cannot pay for the transaction on this network. Nothing was sent. Add some of the network's own coin, or use another account."],
};

// explain says in plain words what happened, what is safe, and what to press.
export function explain(error) {
  if (error?.name === "Problem") return { title: error.title, text: error.message }; // our own server's words
  const said = [error?.message, error?.data?.message, error?.data?.originalError?.message, error?.cause?.message].filter((s) => typeof s === "string").join(" ");
  let code = codeOf(error);
  if (/insufficient funds/i.test(said)) code = "funds";
  else if ([-32603, -32000, undefined].includes(code) && /user (rejected|denied|cancel)|rejected by (the )?user|request rejected/i.test(said)) code = 4001;
  else if (code === -32603 && /already pending/i.test(said)) code = -32002;
  let fault = Object.hasOwn(faults, String(code)) ? faults[code] : faults["-32603"];
  if (typeof fault === "string") fault = faults[fault];
  return { title: fault[0], text: fault[1](error ?? {}) };
}
