/** What a person wants of a handheld: which of the channels speak, which hand holds it, what a double read is. Kept on the device. */
import { t } from "../lib/words.js";
import { askChoice } from "./dialog.js";

export const LIKES = Object.freeze({ sound: true, vibration: true, speech: false, left: false, doubles: true });

const name = (person) => `likes:${person}`;

/** What this person chose on this device; everything else is as it comes. */
export async function readLikes(store, person) {
  return { ...LIKES, ...(await store.read(name(person))) };
}

/** Asks until the person is done; each choice turns one thing over, is kept at once and given to `onChange(likes)`. */
export async function askLikes({ store, person, likes, onChange }) {
  for (;;) {
    const chosen = await askChoice({ title: t("This device"), choices: choicesOf(likes) });
    if (!chosen || chosen === "done") return;
    likes = { ...likes, [chosen]: !likes[chosen] };
    await store.write(name(person), likes);
    onChange(likes);
  }
}

/** Puts the buttons where the thumb of the hand is that holds the device. */
export function layOut({ left }) {
  document.body.toggleAttribute("data-left", left);
}

function choicesOf({ sound, vibration, speech, left, doubles }) {
  return [
    { value: "done", label: t("Done"), icon: "check" },
    { value: "sound", label: sound ? t("Sound is on") : t("Sound is off"), icon: "sound", status: sound ? "ok" : "idle" },
    { value: "vibration", label: vibration ? t("Vibration is on") : t("Vibration is off"), icon: "vibration", status: vibration ? "ok" : "idle" },
    { value: "speech", label: speech ? t("Speech is on") : t("Speech is off"), icon: "speak", status: speech ? "ok" : "idle" },
    { value: "left", label: left ? t("For the left hand") : t("For the right hand"), icon: "hand" },
    { value: "doubles", label: doubles ? t("A code read twice at once counts once") : t("Every read counts"), icon: "scan" },
  ];
}
