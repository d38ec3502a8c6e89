/** Lets one tab of a device work; another one that is opened says so, and offers to go on there. */
import { html, render } from "../vendor/lit-html/lit-html.js";
import { Turn } from "./lib/turn.js";
import { uuid7 } from "./lib/uuid7.js";
import { t } from "./lib/words.js";
import { icon } from "./ui/icons.js";

/** Resolves once this tab is the one that works; a tab that loses its turn begins anew, and then asks. */
export async function ownTurn(store) {
  const channel = new BroadcastChannel("warehouse-tabs");
  const turn = new Turn({ store, channel, name: uuid7(), onLost: () => location.reload() });
  addEventListener("pagehide", () => void turn.leave());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  addEventListener("visibilitychange", () => void turn.look());
  if (!(await turn.ask())) await askToWorkHere(turn);
}

async function askToWorkHere(turn) {
  const notice = document.createElement("div");
  notice.className = "elsewhere";
  document.getElementById("app").replaceChildren(notice);
  await new Promise((resolve) => render(elsewhereView(resolve), notice));
  notice.remove();
  await turn.take();
}

function elsewhereView(onHere) {
  return html`<div class="work"><header class="work-bar"><p><strong>${t("Warehouse")}</strong></p></header>
    <section class="task start" role="alert">
      ${icon("alert", "stop-icon")}
      <h1 class="start-hello">${t("Open in another tab")}</h1>
      <p class="task-hint">${t("This device works there. Only one tab can scan.")}</p>
    </section><div></div>
    <div class="actions"><button class="btn btn-primary" type="button" @click=${onHere}>${icon("check")}${t("Use here")}</button></div></div>`;
}
