// A ballot's form: what is chosen, and the controls that need script: weights
// with their shares, and the ranking, by pointer and by keyboard.
import { make } from "wallet";

const $ = (root, query) => root.querySelector(query);
const all = (root, query) => [...root.querySelectorAll(query)];

// --- reading the choice ------------------------------------------------------

export const invalid = (field, yes) => yes ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
const plain = (number) => String(Number(number.toPrecision(12)));

// weights gives {n: weight} of what is above zero, or throws what is wrong.
function weights(form) {
  const out = {};
  for (const row of all(form, "[data-n]")) {
    const text = $(row, "input").value.trim().replace(",", ".");
    const wrong = text !== "" && !/^[0-9]{1,9}(\.[0-9]{1,6})?$/.test(text);
    invalid($(row, "input"), wrong);
    if (wrong) throw new Error(`A weight is a number from 0, such as 2 or 12.5; this one is “${text.slice(0, 20)}”.`);
    if (Number(text) > 0) out[row.dataset.n] = Number(text);
  }
  if (Object.keys(out).length === 0) throw new Error("Every weight is 0. Give at least one choice more.");
  return out;
}

// split gives {support: tokens} of a vote that is spread, as decimal texts: they
// are exact, numbers are not.
function split(form) {
  const out = {};
  for (const field of all(form, "[data-split] input")) {
    const text = field.value.trim().replace(",", ".");
    const wrong = text !== "" && !/^[0-9]{1,30}(\.[0-9]{1,18})?$/.test(text);
    invalid(field, wrong);
    if (wrong) throw new Error(`A share is a number of tokens, such as 2 or 12.5; this one is “${text.slice(0, 20)}”.`);
    if (/[1-9]/.test(text)) out[field.dataset.support] = text;
  }
  if (Object.keys(out).length === 0) throw new Error("Every share is 0. Give at least one choice some of your power.");
  return out;
}

// choiceOf reads what is chosen, as the venue writes it, or throws a sentence.
export function choiceOf(form) {
  const picked = all(form, "input[name=choice]:checked").map((e) => Number(e.value));
  switch (form.dataset.kind) {
    case "one":
      if (picked.length !== 1) throw new Error("Choose one of the choices first.");
      return picked[0];
    case "many":
      if (picked.length === 0) throw new Error("Choose at least one: an empty vote would count for nothing.");
      return picked;
    case "rank": {
      const left = all(form, "[data-rest] li").length;
      if (left > 0) throw new Error(left === 1 ? "One choice has no place yet. All of them need one." : `${left} choices have no place yet. All of them need one.`);
      return all(form, "[data-rank] li").map((e) => Number(e.dataset.n));
    }
    case "spread":
      return weights(form);
    case "chain":
      if (all(form, "input[name=choice]:checked").length !== 1) throw new Error("Choose one of the choices first.");
      return Number.isNaN(picked[0]) ? split(form) : picked[0];
    default:
      throw new Error("This kind of vote cannot be cast from here.");
  }
}

const labelOf = (form, n) => all(form, "[data-n], label").find((e) => (e.dataset.n ?? $(e, "input")?.value) === String(n));
const nameOf = (form, n) => $(labelOf(form, n) ?? form, "bdi")?.textContent ?? String(n);

// shortly says the choice on a button: "For", "3 choices", "your ranking".
export function shortly(form, choice) {
  const clip = (s) => s.length > 28 ? s.slice(0, 27).trimEnd() + "…" : s;
  if (typeof choice === "number") return clip(nameOf(form, choice));
  if (form.dataset.kind === "rank") return "this ranking";
  if (form.dataset.kind === "chain") return "the split";
  const n = Array.isArray(choice) ? choice.length : Object.keys(choice).length;
  return n === 1 ? clip(nameOf(form, Array.isArray(choice) ? choice[0] : Object.keys(choice)[0])) : `${n} choices`;
}

export function fault(form, text) {
  const e = $(form, "[data-error]");
  e.textContent = text;
  e.hidden = !text;
}

// refresh keeps the button and the shares in step with what is chosen.
export function refresh(form) {
  if (form.dataset.kind === "spread") shares(form);
  if (form.dataset.kind === "rank") places(form);
  let action = "Review the vote";
  try { action = `Review and sign ${shortly(form, choiceOf(form))}`; fault(form, ""); } catch { /* said on pressing */ }
  if (form.dataset.kind === "chain") action = chain(form, action);
  $(form, "[data-action]").textContent = action;
}

// chain shows the shares where a vote is split, and says how it is sent.
function chain(form, action) {
  const box = $(form, "[data-split]");
  if (box) box.hidden = $(form, "input[name=choice]:checked")?.value !== "split";
  return $(form, "input[name=method]:checked")?.value === "signature" ? action : action.replace("Review and sign", "Review and send");
}

function shares(form) {
  const value = (row) => { const v = Number($(row, "input").value.replace(",", ".")); return v > 0 && Number.isFinite(v) ? v : 0; };
  const rows = all(form, "[data-n]"), sum = rows.reduce((n, r) => n + value(r), 0);
  for (const row of rows) {
    const share = sum > 0 ? value(row) / sum * 100 : 0;
    $(row, "[data-share]").textContent = share === 0 || share >= 99.95 || share % 1 === 0 ? `${Math.round(share)}%` : `${share.toFixed(1)}%`;
    $(row, ".fill").setAttribute("width", `${share.toFixed(2)}%`);
  }
}

// --- the ranking -------------------------------------------------------------

function places(form) {
  const placed = all(form, "[data-rank] li"), rest = all(form, "[data-rest] li");
  placed.forEach((li, i) => {
    const name = li.dataset.label;
    const up = $(li, '[data-move="-1"]'), down = $(li, '[data-move="1"]'), take = $(li, "[data-take]");
    up.setAttribute("aria-label", `Move ${name} up, now place ${i + 1}`);
    down.setAttribute("aria-label", `Move ${name} down, now place ${i + 1}`);
    take.setAttribute("aria-label", `Take ${name} out of the ranking`);
    up.disabled = i === 0;
    down.disabled = i === placed.length - 1;
  });
  for (const li of rest) {
    $(li, "[data-next]").textContent = `place ${placed.length + 1}`;
    $(li, "[data-place]").setAttribute("aria-label", `Put ${li.dataset.label} at place ${placed.length + 1}`);
  }
  $(form, "[data-rank-head]").textContent = placed.length === 0 ? "Press the choices in your order, the best first." :
    rest.length === 0 ? "Your order, the best first. Drag, or use the arrows." : `Your order so far. ${rest.length} to go.`;
}

const tell = (form, text) => { $(form, "[data-rank-said]").textContent = text; };
const placeOf = (li) => [...li.parentElement.children].indexOf(li) + 1;

function place(form, li) {
  const fresh = $($(form, "template[data-placed]").content.cloneNode(true), "li");
  fresh.dataset.n = li.dataset.n;
  fresh.dataset.label = li.dataset.label;
  $(fresh, "[data-name]").textContent = li.dataset.label;
  const after = li.nextElementSibling ?? li.previousElementSibling;
  li.remove();
  $(form, "[data-rank]").append(fresh);
  refresh(form);
  tell(form, `${li.dataset.label}: place ${placeOf(fresh)} of ${all(form, "[data-n]").length}.`);
  ($(after ?? form, "[data-place]") ?? $(fresh, "button:not([disabled]):not([data-grip])") ?? $(form, "[type=submit]")).focus();
}

function takeOut(form, li) {
  const name = make("b", {}, make("bdi", {}, li.dataset.label));
  const back = make("li", { "data-n": li.dataset.n, "data-label": li.dataset.label },
    make("button", { type: "button", class: "ballot__row", "data-place": true }, make("span", {}, name), make("span", { class: "tag", "data-next": true })));
  li.remove();
  const rest = $(form, "[data-rest]");
  rest.insertBefore(back, all(rest, "li").find((e) => Number(e.dataset.n) > Number(li.dataset.n)) ?? null);
  refresh(form);
  tell(form, `${li.dataset.label} has no place now.`);
  $(back, "button").focus();
}

function move(form, li, by) {
  const to = by < 0 ? li.previousElementSibling : li.nextElementSibling?.nextElementSibling;
  if (by < 0 && !to) return;
  li.parentElement.insertBefore(li, to ?? null);
  refresh(form);
  tell(form, `${li.dataset.label}: place ${placeOf(li)} of ${all(form, "[data-n]").length}.`);
  const key = $(li, `[data-move="${by}"]`);
  (key.disabled ? $(li, `[data-move="${-by}"]`) : key).focus();
}

// drag moves a row with the pointer that holds its grip. The others walk
// around it: a row that left the document, even for a moment, would lose the
// pointer.
function drag(form, li, event) {
  const list = li.parentElement, grip = event.target.closest("[data-grip]");
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  li.dataset.dragged = "";
  const middle = (e) => e.getBoundingClientRect().top + e.getBoundingClientRect().height / 2;
  const walk = (e) => {
    while (li.previousElementSibling && e.clientY < middle(li.previousElementSibling)) list.insertBefore(li.previousElementSibling, li.nextElementSibling);
    while (li.nextElementSibling && e.clientY > middle(li.nextElementSibling)) list.insertBefore(li.nextElementSibling, li);
  };
  const stop = () => {
    delete li.dataset.dragged;
    grip.removeEventListener("pointermove", walk);
    refresh(form);
    tell(form, `${li.dataset.label}: place ${placeOf(li)} of ${all(form, "[data-n]").length}.`);
  };
  grip.addEventListener("pointermove", walk);
  grip.addEventListener("lostpointercapture", stop, { once: true });
}

// --- events ------------------------------------------------------------------

// formOf is the ballot that an event belongs to.
export const formOf = (e) => e.target.closest?.("form[data-ballot]");

document.addEventListener("click", (e) => {
  const form = formOf(e), button = e.target.closest?.("button");
  if (!form || !button) return;
  const li = button.closest("li");
  if (button.dataset.step) {
    const field = $(button.parentElement, "input");
    field.value = plain(Math.max(0, (Number(field.value.replace(",", ".")) || 0) + Number(button.dataset.step)));
    refresh(form);
  } else if ("place" in button.dataset) place(form, li);
  else if (button.dataset.move) move(form, li, Number(button.dataset.move));
  else if ("take" in button.dataset) takeOut(form, li);
});

document.addEventListener("keydown", (e) => {
  const form = formOf(e);
  if (!form || !e.target.matches?.("[data-step], [name=weight], [data-move]")) return;
  const by = { ArrowUp: 1, ArrowDown: -1 }[e.key];
  if (!by) return;
  e.preventDefault();
  if (e.target.matches("[data-move]")) return move(form, e.target.closest("li"), -by);
  $(e.target.closest(".stepper"), `[data-step="${by}"]`).click();
});

document.addEventListener("pointerdown", (e) => {
  const form = formOf(e), grip = e.target.closest?.("[data-grip]");
  if (form && grip && e.button === 0) drag(form, grip.closest("li"), e);
});
