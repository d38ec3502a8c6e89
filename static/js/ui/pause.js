/** A pause: the work stays this person's, the server's clocks stand, and one key or scan of the confirm barcode ends it. */
import { call } from "../api.js";
import { t } from "../lib/words.js";
import { askChoice } from "./dialog.js";

/** Takes a pause until the person goes on; rejects when the server could not be told that it begins. */
export async function takePause() {
  await call("POST", "/pause");
  await askChoice({ title: t("You are on a pause"), text: t("Your list stays yours. Go on when you are back."), choices: [{ value: true, label: t("Go on"), icon: "check", status: "ok" }] });
  await call("DELETE", "/pause").catch(() => null); // the next scan says it as well
}
