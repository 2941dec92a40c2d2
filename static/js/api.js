// Requests to our own API. Its refusals (RFC 9457) come back as Problem, whose
// message is meant for people.
const titles = {
  unreachable: "No answer", invalid: "That was refused", denied: "Not allowed", not_found: "Not found", conflict: "Something changed", limited: "Too many requests", upstream: "Another service does not answer",
};

export class Problem extends Error {
  constructor(status, code, detail, id = "") {
    super(detail);
    const title = titles[code] ?? "Mandate failed";
    Object.assign(this, { name: "Problem", title, status, code, id });
  }
}

// passing reports whether the same request may be answered otherwise later:
// no answer, too many requests, a sign-in that ended, a fault behind us. What
// was signed is kept for it.
export const passing = (error) => !(error.status >= 400 && error.status < 500) || error.status === 401 || error.status === 429;

export async function post(path, body = {}) {
  let answer, text;
  try {
    answer = await fetch(path, {
      method: "POST", credentials: "same-origin", redirect: "error",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    });
    text = await answer.text();
  } catch {
    throw new Problem(0, "unreachable", "Mandate did not answer. Check that it runs and that you are online, then try again.");
  }
  let data;
  try { data = text ? JSON.parse(text) : null; } catch { data = null; }
  if (!answer.ok) throw new Problem(answer.status, data?.code ?? "internal", data?.detail ?? "Mandate failed. Try again in a minute.", data?.request_id);
  return data;
}
