/** The lead's board: the server's first state, then absolute values as they come; on every connect the whole truth is fetched. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { call } from "../api.js";
import { Live } from "../live.js";
import { clock } from "../lib/format.js";
import { firstState, mount } from "../ui/page.js";
import { boardView } from "./board/views.js";

const FETCH_EVERY = 30_000;
const SILENT_AFTER = 10_000;
const { timeZone, ...first } = firstState();
const board = signal(first);
const now = signal(Date.now());
const heard = document.getElementById("board-time");
const skew = Date.parse(first.at) - Date.now();

/** Values older than what is shown are passed over: a slow answer never undoes a newer message. */
function take(values) {
  const newer = { ...values, cursor: Math.max(values.cursor, board.value.cursor) };
  if (values.cursor >= board.value.cursor) board.value = { ...board.value, ...newer };
}

async function fetchAll() {
  await call("GET", "/board").then(take, () => null);
}

function tick() {
  now.value = Date.now() + skew;
  const stale = live.state.value !== "online" && now.value - Date.parse(board.value.at) > SILENT_AFTER;
  document.getElementById("app").toggleAttribute("data-stale", stale);
  heard.textContent = `${stale ? "Offline since" : "As of"} ${clock(stale ? board.value.at : now.value, { timeZone, seconds: true })}`;
}

const live = new Live({
  onConnect: async () => {
    await live.ask("watch", "board").catch(() => null);
    await fetchAll();
  },
  onSignedOut: () => location.assign("/?next=" + encodeURIComponent(location.pathname + location.search)),
});
live.on("board", take);
live.on("resync", fetchAll);
setInterval(fetchAll, FETCH_EVERY);
setInterval(tick, 1000);
mount(() => boardView(board.value, { now: now.value, timeZone, clock }));
