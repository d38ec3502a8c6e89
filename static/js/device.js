/**
 * What every screen that scans stands on: the device's store, its outbox and the socket, joined so that nothing waits for one more scan.
 *
 * `scans` is a signal of the outbox's counts; `link` one of what to tell the person:
 * "online" | "sending" | "slow" | "offline" | "problem" | "connecting" | "signed_out".
 */
import { batch, computed, effect, signal } from "../vendor/signals-core/signals-core.module.js";
import { Refusal, call } from "./api.js";
import { unsentOf } from "./lib/aside.js";
import { meant } from "./lib/keyboard.js";
import { Outbox } from "./lib/outbox.js";
import { nextTask } from "./lib/painting.js";
import { openStore } from "./lib/store.js";
import { Live } from "./live.js";
import { ownTurn } from "./turn.js";

const TICK = 5000;
const POST_WITHIN = 5000;
let posting = new AbortController();

/** Opens the device, once this is its tab that works. `onResult(record, result)` gets each last word, `onConnect` runs on every connect, after waiting scans were sent. */
export async function openDevice({ onResult, onConnect = () => {}, onSignedOut = () => location.assign("/") } = {}) {
  const store = await openStore();
  await ownTurn(store);
  const keys = { device: store.device, device_token: await store.read("device_token") };
  const scans = signal({ pending: 0, stuck: 0, oldest: null, lastSeq: 0 });
  const live = new Live({ auth: () => keys, onReachable: () => letGo(outbox), onSignedOut: () => void ended(store, keys, onSignedOut), onConnect: () => void outbox.flush({ now: true }).then(onConnect) });
  const send = (records) => (live.connected ? live.ask("scans", { scans: records }) : post(records, keys));
  const outbox = new Outbox({ store, send, onResult, onChange: (state) => (scans.value = state), together: batch, pause: nextTask });
  effect(() => void (document.body.dataset.waiting = scans.value.pending)); // for who watches the page: what is drawn may come a moment later
  await outbox.open();
  keepSending(outbox, live);
  return {
    store, live, outbox, scans,
    keyboard: meant(await store.read("keyboard")),
    name: store.device,
    link: computed(() => linkOf(live.state.value, scans.value)),
    keepToken: (token) => store.write("device_token", (keys.device_token = token)).then(() => live.again()),
    ask: (event, payload) => live.ask(event, { device: store.device, ...payload }),
  };
}

/** Nobody is signed in, or the server does not know this device's token any more: then the device begins anew without it. */
async function ended(store, keys, onSignedOut) {
  const isSignedIn = keys.device_token && (await call("GET", "/session").then(() => true, () => false));
  if (!isSignedIn) return onSignedOut();
  await store.write("device_token", null);
  return location.reload();
}

/** What the person is told about the connection; a scan the server would not judge matters more than the network. */
function linkOf(state, { pending, stuck }) {
  if (state === "signed_out") return state;
  if (stuck > 0) return "problem";
  return state === "online" && pending > 0 ? "sending" : state;
}

function keepSending(outbox, live) {
  setInterval(() => {
    outbox.flush();
    pulse(outbox.state, live);
  }, TICK);
  addEventListener("visibilitychange", () => outbox.flush({ now: true }));
}

/** What is laid aside counts as not sent: the work it belongs to does not end before somebody has settled it. */
async function pulse({ lastSeq, ...counts }, live) {
  const persisted = (await navigator.storage?.persisted?.()) ?? false;
  await live.ask("pulse", { last_seq: lastSeq, pending: unsentOf(counts), persisted }).catch(() => null);
}

/** What was sent into the silence is not waited for any longer: it goes again over a connection that lives. */
function letGo(outbox) {
  posting.abort();
  posting = new AbortController();
  void outbox.flush({ now: true });
}

/** The same over HTTP, where something between us and the server refuses sockets; only the server's own refusals count as an answer. */
async function post(records, { device_token: token }) {
  const headers = token ? { "X-Device-Token": token } : {};
  return call("POST", "/scans", { scans: records }, { headers, within: POST_WITHIN, cut: posting.signal }).catch((error) => {
    if (error instanceof Refusal && error.status < 500) return error.answer;
    throw error;
  });
}
