// Live progress: while an element with data-live is on the page, its address
// is listened to (server-sent events). The event "progress" carries markup
// whose top elements replace the ones with the same id; "done" ends it.
// It also says in the page when a fragment could not be loaded.
const policy = globalThis.trustedTypes?.createPolicy("mandate", { createHTML: (s) => s });
const parse = (html) => new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html").body;

function swap(html) {
  for (const fresh of [...parse(html).children]) {
    const old = fresh.id && document.getElementById(fresh.id);
    if (!old || old.outerHTML === fresh.outerHTML || old.contains(document.activeElement)) continue;
    const next = document.importNode(fresh, true);
    // What was said once is not said again, and what was unfolded stays so.
    if (old.querySelector("[data-said], [role=alert]")) {
      for (const e of next.querySelectorAll("[role=alert]")) { e.removeAttribute("role"); e.dataset.said = ""; }
    }
    const open = [...old.querySelectorAll("details")].map((d) => d.open);
    next.querySelectorAll("details").forEach((d, i) => { d.open = open[i] ?? false; });
    old.replaceWith(next);
  }
  if (document.querySelector("#progress[data-read]")) renew();
}

const typing = () => document.activeElement?.matches("input, textarea, select");

function listen(address) {
  const events = new EventSource(address);
  events.addEventListener("progress", (e) => swap(e.data));
  events.addEventListener("done", () => { events.close(); renew(); });
  addEventListener("pagehide", () => events.close(), { once: true });
  // EventSource tries again by itself; a refusal (4xx) closes it for good.
}

// A page that was drawn before the first proposals were in shows them now,
// unless someone is typing, and once: a reload that shows nothing is no reason
// for another one.
function renew() {
  const again = performance.getEntriesByType("navigation")[0]?.type === "reload";
  if (document.querySelector("[data-first-run]") && !typing() && !again) location.reload();
}

const live = document.querySelector("[data-live]");
if (live) listen(live.dataset.live);
addEventListener("pageshow", (e) => { if (e.persisted && document.querySelector("[data-live]")) location.reload(); });

// A fragment that is fetched again keeps what was unfolded, and the focus on
// it. What holds a form is left out: after a vote it begins anew.
const folds = () => [...document.querySelectorAll(":is(#ballot, #read-state) details:not(:has(form))")];
let unfolded = [], focused = -1;
document.addEventListener("htmx:before:swap", () => {
  const now = folds();
  unfolded = now.map((d) => d.open && d.firstElementChild.textContent);
  focused = now.findIndex((d) => d.firstElementChild === document.activeElement);
});
document.addEventListener("htmx:after:swap", () => {
  for (const [i, d] of folds().entries()) {
    if (unfolded[i] === d.firstElementChild.textContent) d.open = true;
    if (i === focused) d.firstElementChild.focus({ preventScroll: true });
  }
});

function say(title, text) {
  const alerts = document.getElementById("alerts");
  if (!alerts) return;
  const note = document.createElement("div");
  note.className = "notice notice--danger";
  note.setAttribute("role", "alert");
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "ico");
  icon.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#i-danger");
  icon.append(use);
  const body = document.createElement("div");
  const strong = document.createElement("strong");
  const p = document.createElement("p");
  strong.textContent = title;
  p.textContent = text;
  body.append(strong, p);
  note.append(icon, body);
  alerts.replaceChildren(note);
}

const lost = "Mandate did not answer. What you see is what was loaded before; nothing was changed.";
for (const name of ["htmx:error", "htmx:response:error"]) document.addEventListener(name, () => say("Not loaded", lost));
