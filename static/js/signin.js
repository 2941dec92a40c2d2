// Signing in: the wallets of this browser are listed, the chosen one signs the
// text that Mandate made, and Mandate checks it. The text is shown before, and
// one that is not for this page and this account is never handed to a wallet.
import { connect, explain, face, make, wallets } from "wallet";
import { post } from "api";
import { note } from "sheet";

for (const box of document.querySelectorAll("[data-signin]")) start(box);

const secret = document.querySelector("[data-secret]");
secret?.addEventListener("focus", () => secret.select());

function start(box) {
  const part = (name) => box.querySelector(`[data-${name}]`);
  const says = part("signin-says"), list = part("wallets"), none = part("no-wallet");
  const known = new Set();
  part("without-script")?.remove();
  part("look-again")?.addEventListener("click", look);

  async function look() {
    const found = await wallets();
    for (const w of found) known.add(w.uuid);
    list.hidden = found.length === 0;
    none.hidden = found.length > 0;
    list.firstElementChild.replaceChildren(...found.map((w) => make("li", {},
      make("button", { class: "wallet", type: "button", on: { click: (e) => press(e.currentTarget, w) } },
        face(w), make("span", {}, make("b", {}, `${box.dataset.verb} ${w.name}`), w.rdns ? make("small", {}, w.rdns) : null)))));
  }

  async function press(button, w) {
    if (box.getAttribute("aria-busy") === "true") return;
    busy(true);
    try {
      await signIn(w);
    } catch (error) {
      const { title, text } = error instanceof Refusal ? error : explain(error);
      say(note("danger", title, text));
    }
    busy(false);
    if (says.querySelector("[role=alert]")) button.focus();
  }

  function busy(on) {
    box.setAttribute("aria-busy", String(on));
    for (const b of box.querySelectorAll("button.wallet")) b.disabled = on;
  }

  async function signIn(w) {
    say(make("p", { class: "sm" }, `Look at ${w.name}: it asks which account this page may see.`));
    const wallet = await connect(w.uuid);
    const account = await wallet.account(box.dataset.account || undefined);
    const { message } = await post("/api/v1/siwe/nonce", { address: account, chain_id: Number(part("network")?.value || 1) });
    check(message, account);
    say(make("div", { class: "stack stack--sm" },
      make("p", { class: "sm" }, `${w.name} shows this text. Sign it there if it is the same.`),
      make("pre", { class: "raw", tabindex: "0", "aria-label": "The text to sign" }, message)));
    const signature = await wallet.personalSign(message, account);
    say(make("p", { class: "sm" }, "Signed. Mandate checks it."));
    await post("/api/v1/siwe/verify", { message, signature, token: part("token")?.value ?? "" });
    say(make("p", { class: "sm" }, "You are signed in."));
    go(box.dataset.next || "/account");
  }

  const say = (...nodes) => says.replaceChildren(...nodes);

  look();
  // Wallets may announce themselves late. Each look makes all of them announce
  // themselves again, so only one that is new counts.
  addEventListener("eip6963:announceProvider", (e) => {
    const id = e.detail?.info?.uuid;
    if (!id || known.has(id) || box.getAttribute("aria-busy") === "true") return;
    known.add(id);
    setTimeout(look, 0);
  });
}

// Refusal is what this page refuses by itself.
class Refusal extends Error {
  constructor(title, text) {
    super(text);
    Object.assign(this, { title, text });
  }
}

// check compares what the wallet would show with where we are.
function check(message, account) {
  const [first, address] = String(message).split("\n");
  if (first !== `${location.host} wants you to sign in with your Ethereum account:`) {
    throw new Refusal("This page has another address", `Mandate signs people in at ${first.split(" ")[0]}, and you are at ${location.host}. Open it there, or set MANDATE_PUBLIC_URL to the address that people use. Nothing was signed.`);
  }
  if (address !== account) throw new Refusal("Another account", "The text to sign names another account than your wallet. Nothing was signed.");
}

// go leads to a page of ours; one that differs by its fragment alone is loaded
// anew, because it was drawn before the sign-in.
function go(next) {
  const to = new URL(next, location.href);
  if (to.origin !== location.origin) return;
  const same = to.pathname === location.pathname && to.search === location.search;
  location.assign(to);
  if (same) location.reload();
}
