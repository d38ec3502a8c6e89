/** The way from a desk to the page where problems and ideas are told. */
import { call } from "../api.js";

/** Opens that page, which leads back to the desk of the name `from`; rejects without leaving when the server does not answer. */
export async function goAndTell(from) {
  await call("GET", "/session");
  location.assign(`/voices?from=${from}`);
}
