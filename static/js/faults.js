// What goes wrong with wallets, in plain words: every code of EIP-1193 and
// EIP-1474, and what this page finds by itself.

// WalletError is a fault that this module found; code is a word where EIP-1193
// has no number for it.
export class WalletError extends Error {
  constructor(code, detail = {}) {
    super(String(code));
    Object.assign(this, { code, ...detail });
  }
}

// codeOf finds the number in the wrappings that wallets put around it.
export function codeOf(error) {
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
