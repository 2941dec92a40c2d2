// The keyboard: j and k walk through a list, Enter opens, / searches, x folds
// and unfolds, g goes places, ? explains. Keys never act inside fields, with
// a modifier, or after they were switched off (kept in this browser).
const places = { i: "/", p: "/proposals", d: "/daos", v: "/values", s: "/settings", e: "/delegations", m: "/votes", a: "/account" };
const help = document.getElementById("keys");
const box = help?.querySelector("[data-keys-switch]");
const opener = document.querySelector("[data-keys-open]");
let going = false; // g was pressed

const load = () => { try { return localStorage.getItem("keys") !== "off"; } catch { return true; } };
const store = (on) => { try { localStorage.setItem("keys", on ? "on" : "off"); } catch { /* private window */ } };
let on = load();

const items = () => [...document.querySelectorAll("[data-item]")].filter((e) => e.offsetParent);
const link = (item) => item?.querySelector(".headline a, th a, a");
const current = () => document.activeElement?.closest("[data-item]")
  ?? document.querySelector("[data-item][data-current]");

function step(by) {
  const list = items();
  if (list.length === 0) return;
  const at = list.indexOf(current());
  const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.max(0, Math.min(list.length - 1, at + by))];
  for (const e of list) {
    e.toggleAttribute("data-current", e === next);
    if (e.matches("tr")) e === next ? e.setAttribute("aria-current", "true") : e.removeAttribute("aria-current");
  }
  link(next)?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// A quote that runs through bold words or links is marked in pieces; all of
// them are lit, not only the first, which is the target.
function light() {
  for (const m of document.querySelectorAll("[data-lit]")) m.removeAttribute("data-lit");
  const id = location.hash.slice(1);
  if (/^q\d+$/.test(id)) for (const m of document.querySelectorAll(`[data-of="${id}"]`)) m.dataset.lit = "";
}
addEventListener("hashchange", light);
light();

function foldAll() {
  const folds = [...document.querySelectorAll("main details")];
  const open = folds.some((d) => !d.open);
  for (const d of folds) d.open = open;
}

const inField = (e) => e.target.closest?.("input, select, textarea, [contenteditable], dialog");

addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || e.isComposing || inField(e)) return;
  if (e.key === "?") return void (e.preventDefault(), show());
  if (!on) return;
  if (going) {
    going = false;
    if (places[e.key]) { e.preventDefault(); location.assign(places[e.key]); }
    return;
  }
  switch (e.key) {
    case "j": step(1); break;
    case "k": step(-1); break;
    case "g": going = true; setTimeout(() => { going = false; }, 1500); break;
    case "x": foldAll(); break;
    case "/": {
      const field = document.querySelector('main input[type="search"]');
      if (!field) return;
      field.focus();
      field.select();
      break;
    }
    case "Enter": {
      const item = document.querySelector("[data-item][data-current]");
      if (!item || document.activeElement !== document.body) return;
      link(item)?.click();
      break;
    }
    default: return;
  }
  e.preventDefault();
});

function show() {
  if (box) box.checked = on;
  help?.showModal();
}

if (help && opener) {
  opener.hidden = false;
  opener.addEventListener("click", show);
  help.addEventListener("click", (e) => { if (e.target === help) help.close(); });
  box.addEventListener("change", () => {
    on = box.checked;
    store(on);
    document.documentElement.toggleAttribute("data-no-keys", !on);
  });
  document.documentElement.toggleAttribute("data-no-keys", !on);
}
