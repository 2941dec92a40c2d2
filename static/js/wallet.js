// Wallets in the browser: found by EIP-6963, or window.ethereum (EIP-1193)
// where none announces itself. Nothing but this module speaks to a wallet. It
// asks for accounts, a network, one sign-in text, typed data and transactions;
// never for eth_sign, and it never starts anything by itself.
import { WalletError, codeOf } from "faults";
import { checksum, hex, utf8 } from "typed";

export { explain, network } from "faults";

const REMEMBERED = "wallet";
const QUICK = 20_000;      // answers that need nobody
const PATIENT = 5 * 60_000; // answers that a person gives
const found = new Map();   // uuid → {name, rdns, icon, uuid, provider}

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
