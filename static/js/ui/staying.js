/** What keeps a handheld usable through a shift: the page opens without network, the screen stays on, the browser keeps its store. */
import { t } from "../lib/words.js";

/** Registers the service worker and has it keep this page. On plain http there is none, and behind a certificate nobody trusts it is refused. */
export async function keepPage() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const { controller } = workers;
  const registered = await workers.register("/sw.js").catch(() => null);
  if (registered && !controller) (await workers.ready).active.postMessage({ keep: location.pathname });
}

/** Has the service worker forget the kept pages: nobody is signed in. */
export function forgetPages() {
  navigator.serviceWorker?.controller?.postMessage({ forget: true });
}

/** From the first tap on, keeps the screen on and asks the browser never to clear the store; both may be refused, and work goes on. */
export function stayAwake() {
  addEventListener("pointerup", begin, { once: true });
  addEventListener("keydown", begin, { once: true });
}

function begin() {
  void navigator.storage?.persist?.();
  void lockScreen();
  addEventListener("visibilitychange", lockScreen);
}

let lock = null;

async function lockScreen() {
  if (document.visibilityState !== "visible" || !navigator.wakeLock || (lock && !lock.released)) return;
  lock = await navigator.wakeLock.request("screen").catch(() => null);
}

/** Says what plain http leaves out, or nothing. */
export function plainHttpNotice() {
  return isSecureContext ? "" : t("Plain http: no camera, the screen may go dark, no reload without network.");
}
