/** What a person wants of a handheld: which of the channels speak, which hand holds it, what a double read is. Kept on the device. */
export const LIKES = Object.freeze({ sound: true, vibration: true, speech: false, left: false, doubles: true });

const name = (person) => `likes:${person}`;

/** What this person chose on this device; everything else is as it comes. */
export async function readLikes(store, person) {
  return { ...LIKES, ...(await store.read(name(person))) };
}

/** Puts the buttons where the thumb of the hand is that holds the device. */
export function layOut({ left }) {
  document.body.toggleAttribute("data-left", left);
}

/** Keeps what this person chose. */
export function keepLikes(store, person, likes) {
  return store.write(name(person), likes);
}
