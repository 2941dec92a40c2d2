// What was signed goes to the server, once or, where no answer came, again
// with the same bytes: nothing has to be signed twice.
import { passing, post } from "api";
import { note } from "sheet";
import { make } from "wallet";

// handOver posts body to path. say(...nodes) shows what happens; words are
// what is said: {sending, again (the button), kept (what is kept in the page)}.
export async function handOver(say, path, body, words) {
  say(make("p", { class: "sm soft", role: "status" }, words.sending));
  try {
    return await post(path, body);
  } catch (error) {
    if (!passing(error)) throw error;
    const again = make("button", { class: "btn", type: "button" }, words.again);
    const pressed = new Promise((done) => again.addEventListener("click", done, { once: true }));
    say(note("danger", error.title, `${error.message} ${words.kept} kept in this page; nothing has to be signed again.`, make("p", { class: "actions" }, again)));
    await pressed;
    return handOver(say, path, body, words);
  }
}

// signInAgain leads to the account page and back.
export const signInAgain = (props = {}) => make("a", { ...props, href: "/account?next=" + encodeURIComponent(location.pathname) }, "Sign in again");
