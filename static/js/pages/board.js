/** The lead's board, and the wall's: the server's first state, then absolute values as they come; on every connect the whole truth is fetched. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { call } from "../api.js";
import { Live } from "../live.js";
import { clock } from "../lib/format.js";
import { t } from "../lib/words.js";
import { firstState, mount } from "../ui/page.js";
import { boardView } from "./board/views.js";
import { wallView } from "./board/wall.js";

const FETCH_EVERY = 15_000;
const SILENT_AFTER = 10_000;
const STALE_AFTER = 45_000;
const { timeZone, wall, ...first } = firstState();
const board = signal(first);
const now = signal(Date.now());
const heard = document.getElementById("board-time");
/** The server's clock less this one's, as last heard: a screen may set its clock while it shows the board. */
let skew = Date.parse(first.at) - Date.now();
let updated = Date.parse(first.at);

let latest = first;

/** Values older than what is shown are passed over: a slow answer never undoes a newer message. What comes together is drawn once. */
function take(values) {
  if (values.cursor < latest.cursor) return;
  if (latest === board.value) drawSoon();
  latest = { ...latest, ...values };
  updated = Date.parse(values.at);
  skew = updated - Date.now();
}

/** A page that is not seen is not painted. */
function drawSoon() {
  const draw = () => (board.value = latest);
  if (document.visibilityState === "visible") requestAnimationFrame(draw);
  else queueMicrotask(draw);
}

async function fetchAll() {
  await call("GET", wall ? "/wall" : "/board").then(take, () => null);
}

function tick() {
  now.value = Date.now() + skew;
  const silent = now.value - updated;
  const stale = silent > STALE_AFTER || (live.state.value !== "online" && silent > SILENT_AFTER);
  document.body.toggleAttribute("data-stale", stale);
  heard.textContent = sayWhen(stale, clock(updated, { timeZone, seconds: true }));
}

function sayWhen(stale, time) {
  return stale ? t("Not live since {time}", { time }) : t("Updated {time}", { time });
}

const live = new Live({
  onConnect: async () => {
    await live.ask(wall ? "watch_wall" : "watch", wall ? null : "board").catch(() => null);
    await fetchAll();
  },
  onSignedOut: () => location.assign("/?next=" + encodeURIComponent(location.pathname + location.search)),
});
live.on("board", take);
live.on("resync", fetchAll);
setInterval(fetchAll, FETCH_EVERY);
setInterval(tick, 1000);
mount(() => (wall ? wallView : boardView)(board.value, { now: now.value, timeZone }));
