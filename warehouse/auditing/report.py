"""The audit on paper and as files: a page to print, and for each kind of finding a CSV to work through."""

import csv
import html
import json
from collections.abc import Sequence
from pathlib import Path

from babel import Locale

from warehouse.auditing.findings import SHOWN, TITLES, Audit, Remark, named_figure
from warehouse.domain.words import kept, phrase
from warehouse.exchange.rejected import safe
from warehouse.words import SOURCE, Speaker

KEPT = "report.json"
"""What the report is made of: whoever opens it on the screen reads it in their language."""

PROBLEM = "problem.json"
"""Why there is none."""

ENGLISH = Speaker(language=SOURCE, catalogue={}, locale=Locale.parse(SOURCE))

_STYLE = """
body { font: 11pt/1.45 system-ui, sans-serif; color: #111; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 3.5rem 0 0 } h1:first-of-type { margin-top: 0 }
h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; break-after: avoid }
table { border-collapse: collapse; width: 100%; font-size: .9rem } tr { break-inside: avoid }
th, td { text-align: start; vertical-align: top; padding: .25rem 0; padding-inline-end: .6rem;
  border-bottom: 1px solid #bbb }
td.n { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap } p.muted { color: #555 }
"""


def write_problem(folder: Path, message: str) -> None:
    """Write why there is no report, for who opens it on the screen."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PROBLEM).write_text(kept(phrase(message)), encoding="utf-8")


def write_report(folder: Path, audits: Sequence[Audit]) -> list[Path]:
    """Write `report.html` in English, what it is made of, and a CSV for each kind of finding; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "report.html"
    page.write_text(as_page(audits, ENGLISH), encoding="utf-8")
    (folder / KEPT).write_text(json.dumps([audit.to_json() for audit in audits]), encoding="utf-8")
    kinds = [kind for kind in TITLES if any(audit.findings.get(kind) for audit in audits)]
    return [page, *(_write_csv(folder / f"{kind}.csv", kind, audits) for kind in kinds)]


def _write_csv(path: Path, kind: str, audits: Sequence[Audit]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(["file", "about", "finding", "lines", "how_many_lines"])
        for audit in audits:
            for remark in audit.findings.get(kind, ()):
                writer.writerow(
                    [safe(audit.name), safe(remark.about), safe(remark.message), _lines(remark), remark.how_many]
                )
    return path


def _lines(remark: Remark) -> str:
    return " ".join(map(str, remark.lines))


def as_page(audits: Sequence[Audit], speaker: Speaker) -> str:
    """Write the report as a page that needs nothing else and prints on paper, in the language of its reader."""
    say = speaker.say
    parts = [f"<!doctype html><html lang={speaker.language} dir={speaker.direction}><head><meta charset=utf-8>"]
    parts += [f"<title>{say('Data audit')}</title><style>{_STYLE}</style></head><body>"]
    for audit in audits:
        read = html.escape(say("Read as {profile}", profile=audit.profile))
        parts += [f"<h1>{html.escape(audit.name)}</h1><p class=muted>{read}</p>", _figures(audit, speaker)]
        parts += [_section(audit, kind, speaker) for kind in TITLES if audit.findings.get(kind)]
        if not audit.findings:
            parts += [f"<p>{say('Nothing to mend was found.')}</p>"]
    return "".join([*parts, "</body></html>\n"])


def _figures(audit: Audit, speaker: Speaker) -> str:
    rows = (
        f"<tr><td>{_begun(speaker.put(named_figure(name)))}</td><td class=n>{speaker.number(count)}</td></tr>"
        for name, count in audit.figures.items()
    )
    return f"<h2>{speaker.say('Figures')}</h2><table>{''.join(rows)}</table>"


def _begun(text: str) -> str:
    return html.escape(text[:1].upper() + text[1:])


def _section(audit: Audit, kind: str, speaker: Speaker) -> str:
    remarks, count = audit.findings[kind], audit.counts()[kind]
    rows = "".join(_row(it, speaker) for it in remarks[:SHOWN])
    rest = speaker.say("… and {number} more in {file}", number=count - SHOWN, file=f"{kind}.csv")
    more = f"<p class=muted>{rest}</p>" if count > SHOWN else ""
    return f"<h2>{speaker.put(TITLES[kind])}: {speaker.number(count)}</h2><table>{rows}</table>{more}"


def _row(remark: Remark, speaker: Speaker) -> str:
    texts = [html.escape(speaker.put(text or "")) for text in (remark.about, remark.message, remark.where())]
    return "<tr><td>{}</td><td>{}</td><td class=n>{}</td></tr>".format(*texts)
