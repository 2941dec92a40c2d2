// The values page: counts the statement's characters, says when something is
// not saved, and asks before it would be lost.
const form = document.getElementById("values");
const statement = document.getElementById("st");
const count = document.querySelector("[data-count-of]");
const unsaved = document.querySelector("[data-unsaved]");
let dirty = false;

form?.addEventListener("input", (e) => {
  dirty = true;
  if (unsaved) unsaved.hidden = false;
  if (e.target === statement && count) count.textContent = `${[...statement.value].length.toLocaleString("en")} of ${statement.maxLength.toLocaleString("en")} characters.`;
});
form?.addEventListener("submit", () => { dirty = false; });
addEventListener("beforeunload", (e) => { if (dirty) e.preventDefault(); });
