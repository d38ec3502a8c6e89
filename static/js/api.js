/** Calls the HTTP API as the person signed in. */
import { t } from "./lib/words.js";

/** What the server refused: its `code`, a sentence for a person, the fields that are wrong, and what else it names in `about`. */
export class Refusal extends Error {
  constructor(status, { code = "unexpected", detail = t("The server could not do this."), errors = [], ...about } = {}) {
    super(detail);
    Object.assign(this, { status, code, errors, about });
  }

  /** The server's answer as the socket would have brought it. */
  get answer() {
    return { ...this.about, code: this.code, detail: this.message, errors: this.errors };
  }
}

/** Resolves to the JSON of `/api/v1` + path; rejects with a `Refusal`, or the browser's error when no answer came in time or `cut`, a signal, ended the wait. */
export async function call(method, path, body, { headers = {}, within = 10_000, cut = null } = {}) {
  const response = await fetch(`/api/v1${path}`, {
    method,
    signal: AbortSignal.any([AbortSignal.timeout(within), cut].filter(Boolean)),
    credentials: "same-origin",
    headers: { Accept: "application/json", ...token(method), ...(body !== undefined && { "Content-Type": "application/json" }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

/** Ends the session and goes to the door; rejects where the server was not told, for then the person is still signed in. */
export async function signOut() {
  await call("DELETE", "/session").catch((error) => {
    if (error.status !== 401) throw error;
  });
  location.assign("/");
}

function token(method) {
  const meta = document.querySelector('meta[name="csrf-token"]');
  return method === "GET" || !meta ? {} : { "X-CSRF-Token": meta.content };
}
