/** A stop outlives its page: what the hands have to do stands there again after a reload or an empty battery, until it was read. */
import { effect } from "../../../vendor/signals-core/signals-core.module.js";

const NAME = "stop";

/** Shows the stop that an earlier page left for this person and list, and keeps what becomes of it from now on. */
export async function keepStop({ stop, trip, person }, store) {
  const kept = await store.read(NAME);
  if (kept?.stop && kept.person === person && kept.batch === (trip.value?.work.id ?? null)) stop.value = kept.stop;
  let known = stop.value;
  effect(() => {
    if (stop.value === known) return;
    known = stop.value;
    store.write(NAME, { stop: known, person, batch: trip.peek()?.work.id ?? null }).catch(() => null); // it stands on the screen all the same
  });
}
