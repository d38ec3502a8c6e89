"""The wall's board in a real browser while a hundred handhelds scan: from the commit of a scan to its being painted.

Scans are committed all the time, so one may have come at any moment between two looks of the server at its books: each
such moment waits for the next look to be painted. The times are of twenty moments in every gap.
"""

import threading
from itertools import pairwise

from playwright.sync_api import Browser, Page

from tests.bench import ground
from tests.bench.ground import Crew
from tests.bench.handheld import chromium
from tests.bench.load import Result
from tests.bench.processes import Wanted, drive, product
from tests.bench.report import Row
from tests.bench.run import Run

HANDHELDS = 100
RATE = 200.0
SECONDS, WARM = 18.0, 4.0
MOMENTS = 20
WITHIN_MS = 300.0

LISTEN = """
(() => {
  const Native = WebSocket;
  window.painted = [];
  window.WebSocket = class extends Native {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (typeof data !== "string" || !data.startsWith('42["board"')) return;
        const values = JSON.parse(data.slice(2))[1];
        if (!values.lanes) return;
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => window.painted.push([Date.parse(values.at), Date.now()]);
          port2.postMessage(0);
        });
      });
    }
  };
})()
"""


def measure_board(run: Run) -> Row:
    """Let a hundred handhelds scan twice a second beside a wall at 1920 x 1080."""
    run.say(f"the board, {HANDHELDS} handhelds at {RATE:.0f}/s")
    built = ground.build(run.url("sqlite", "board"), [Crew(HANDHELDS, 3, 10)])
    with product(run.folder / "board", built.url) as server, chromium() as browser:
        page = _wall(browser, f"http://127.0.0.1:{server.port}", built.lead)
        found: list[Result] = []
        wanted = Wanted(seconds=SECONDS, warm=WARM, rate=RATE)
        load = threading.Thread(target=lambda: found.append(drive(server, built.crews[0], built.codes, wanted)))
        load.start()
        while load.is_alive():  # the browser is asked now and then only, and never held up
            page.wait_for_timeout(500)
        looks: list[tuple[float, float]] = [tuple(look) for look in page.evaluate("painted")]
    return _row(found[0], looks)


def _wall(browser: Browser, url: str, cookie: str) -> Page:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": url}])
    page = context.new_page()
    page.add_init_script(LISTEN)
    page.goto(f"{url}/wall")
    page.wait_for_selector(".wall-batch")
    return page


def _row(result: Result, looks: list[tuple[float, float]]) -> Row:
    waits = sorted(
        painted - (before + (read - before) * part / MOMENTS)
        for (before, _), (read, painted) in pairwise(looks)
        for part in range(MOMENTS)
        if read - before < 1000  # a longer gap is the time before the load began
    )
    if not waits:
        raise RuntimeError("the board was never painted")
    p50, p95 = (waits[int(len(waits) * part)] for part in (0.50, 0.95))
    rate = result.scans / result.seconds
    return Row(
        what=f"board, {HANDHELDS} handhelds at {rate:.0f}/s: commit to paint, 1920 x 1080",
        measured=f"p50 {p50:.0f} p95 {p95:.0f} ms, {len(looks)} paints",
        against=f"{WITHIN_MS:.0f} ms",
        ratio=p95 / WITHIN_MS,
        at_most=1,
    )
