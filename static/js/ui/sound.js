/** Tones, vibration and speech. A browser lets a page sound only after a touch, so the first touch or key unlocks it. */
import { locale } from "../lib/words.js";

const VOLUME = 0.25;
const EDGE = 0.006;
let context = null;

/** Makes sound possible from the first touch or key on; call it once when the page begins. */
export function unlockSound() {
  const unlock = () => {
    context ??= new AudioContext();
    if (context.state === "suspended") context.resume();
  };
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, unlock, { capture: true });
}

/** Plays notes of [hertz, milliseconds, wave] one after the other and returns how many sounded: none while sound is locked. */
export function play(tone) {
  if (context?.state !== "running") return 0;
  let at = context.currentTime + 0.01;
  for (const [hertz, ms, wave] of tone) {
    if (hertz > 0) note(hertz, wave, at, ms / 1000);
    at += ms / 1000;
  }
  return tone.filter(([hertz]) => hertz > 0).length;
}

/** Vibrates in the given pattern where the device can. */
export function buzz(pattern) {
  if (pattern.length) navigator.vibrate?.(pattern);
}

/** Says a sentence in the language of the page, in place of one that is still being said; a device without voices stays silent. */
export function say(text) {
  if (!globalThis.speechSynthesis) return;
  speechSynthesis.cancel();
  speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(text), { lang: locale() }));
}

function note(hertz, wave, at, seconds) {
  const oscillator = new OscillatorNode(context, { type: wave, frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(VOLUME, at + EDGE);
  gain.gain.setValueAtTime(VOLUME, at + seconds - EDGE);
  gain.gain.linearRampToValueAtTime(0, at + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}
