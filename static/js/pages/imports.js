/** A file while it is imported: the bar moves as its rows go in; when it is through the page is loaded with its report. */
import { call } from "../api.js";
import { t } from "../lib/words.js";
import { Live } from "../live.js";

const page = document.getElementById("import-progress");
const run = Number(page.dataset.run);
const bar = page.querySelector("progress");
const said = page.querySelector("[data-said]");

function show({ state, rows_done: done, rows }) {
  if (state !== "running") {
    location.reload();
    return;
  }
  if (rows) Object.assign(bar, { max: rows, value: done });
  said.textContent = rows ? t("{done} of {number} rows are in.", { done, number: rows }) : t("{number} rows are in.", { number: done });
}

const live = new Live({
  onConnect: async () => {
    await live.ask("watch", "imports").catch(() => null);
    await call("GET", `/imports/${run}`).then(show, () => null);
  },
  onSignedOut: () => location.assign("/?next=" + encodeURIComponent(location.pathname)),
});
live.on("import_progress", (news) => news.run === run && show(news));
