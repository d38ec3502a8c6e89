/** Asks what a person wants of a handheld. */
import { t } from "../lib/words.js";
import { askChoice } from "./dialog.js";
import { keepLikes } from "./likes.js";

/** Asks until the person is done; each choice turns one thing over, is kept at once and given to `onChange(likes)`. */
export async function askLikes({ store, person, likes, onChange }) {
  for (;;) {
    const chosen = await askChoice({ title: t("This device"), choices: choicesOf(likes) });
    if (!chosen || chosen === "done") return;
    likes = { ...likes, [chosen]: !likes[chosen] };
    await keepLikes(store, person, likes);
    onChange(likes);
  }
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
