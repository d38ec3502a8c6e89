/** A plan in the making: its figures live over the socket, its batches fetched when they changed; orders moved by hand. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { call } from "../api.js";
import { Live } from "../live.js";
import { firstState, mount } from "../ui/page.js";
import { planView } from "./planning/views.js";

const FETCH_EVERY = 1000;
const LOOK_EVERY = 2000;
const { timeZone, mayPlan, ...first } = firstState();
const plan = signal(first);
const history = signal(first.distance_mm ? [first.distance_mm] : []);
const price = signal(null);
const busy = signal("");
const problem = signal("");
let fetched = 0;
let waiting = null;

function hear(values) {
  if (values.draft !== plan.value.draft) return;
  plan.value = { ...plan.value, ...values };
  if (values.distance_mm) history.value = [...history.value, values.distance_mm].slice(-120);
  fetchSoon();
}

function fetchSoon() {
  waiting ??= setTimeout(fetchTrips, Math.max(0, fetched + FETCH_EVERY - Date.now()));
}

async function fetchTrips() {
  waiting = null;
  fetched = Date.now();
  await call("GET", `/plans/${plan.value.draft}`).then((found) => (plan.value = found), () => null);
}

async function attempt(word, act) {
  busy.value = word;
  problem.value = "";
  await act().catch((refusal) => (problem.value = refusal.message));
  busy.value = "";
}

const address = (word) => `/plans/${plan.value.draft}/${word}`;
const actions = {
  stop: () => attempt("stop", async () => (plan.value = await call("POST", address("stop"), {}))),
  ask: (order, to) => attempt("ask", async () => (price.value = await call("POST", address("move"), { order, to, dry: true }))),
  forget: () => (price.value = null),
  move: ({ order, to, version }) => attempt("move", async () => {
    price.value = null;
    await call("POST", address("move"), { order, to, seen: version }).finally(fetchTrips);
  }),
  commit: (release) => attempt("commit", async () => {
    await call("POST", address("commit"), { release }, { within: 60_000 });
    await fetchTrips();
  }),
};

const live = new Live({
  onConnect: async () => {
    await live.ask("watch", "planning").catch(() => null);
    await fetchTrips();
  },
  onSignedOut: () => location.assign("/?next=" + encodeURIComponent(location.pathname)),
});
live.on("plan", hear);
live.on("resync", fetchTrips);
setInterval(() => plan.value.state === "searching" && live.state.value !== "online" && fetchTrips(), LOOK_EVERY);
mount(() => planView(plan.value, { history: history.value, price: price.value, busy: busy.value, problem: problem.value, timeZone, mayPlan, ...actions }));
document.body.dataset.ready = "";
