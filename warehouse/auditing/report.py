"""The audit on paper and as files: a page to print, and for each kind of finding a CSV to work through."""

import csv
import html
from collections.abc import Sequence
from pathlib import Path

from warehouse.auditing.findings import TITLES, Audit, Remark
from warehouse.exchange.rejected import safe

SHOWN = 40
"""So many findings of a kind stand on the page; all of them are in the CSV."""

_STYLE = """
body { font: 11pt/1.45 system-ui, sans-serif; color: #111; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 3.5rem 0 0 } h1:first-of-type { margin-top: 0 }
h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; break-after: avoid }
table { border-collapse: collapse; width: 100%; font-size: .9rem } tr { break-inside: avoid }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #bbb }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap } p.muted { color: #555 }
"""


def write_report(folder: Path, audits: Sequence[Audit]) -> list[Path]:
    """Write `report.html` and one CSV a kind of finding into a folder; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "report.html"
    page.write_text(as_page(audits), encoding="utf-8")
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


def as_page(audits: Sequence[Audit]) -> str:
    """Write the report as a page that needs nothing else and prints on paper."""
    parts = ["<!doctype html><html lang=en><head><meta charset=utf-8><title>Data audit</title>"]
    parts += [f"<style>{_STYLE}</style></head><body>"]
    for audit in audits:
        parts += [f"<h1>{html.escape(audit.name)}</h1><p class=muted>Read as {html.escape(audit.profile)}</p>"]
        parts += [_figures(audit)]
        parts += [_section(kind, audit.findings[kind]) for kind in TITLES if audit.findings.get(kind)]
        if not audit.findings:
            parts += ["<p>Nothing to mend was found.</p>"]
    return "".join([*parts, "</body></html>\n"])


def _figures(audit: Audit) -> str:
    rows = (f"<tr><td>{_words(name)}</td><td class=n>{count:,}</td></tr>" for name, count in audit.figures.items())
    return f"<h2>Figures</h2><table>{''.join(rows)}</table>"


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _section(kind: str, remarks: Sequence[Remark]) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(it.about)}</td><td>{html.escape(it.message)}</td><td class=n>{_where(it)}</td></tr>"
        for it in remarks[:SHOWN]
    )
    rest = len(remarks) - SHOWN
    more = f"<p class=muted>… and {rest:,} more in {kind}.csv</p>" if rest > 0 else ""
    return f"<h2>{TITLES[kind]}: {len(remarks):,}</h2><table>{rows}</table>{more}"


def _where(remark: Remark) -> str:
    if not remark.how_many:
        return ""
    word = "line" if remark.how_many == 1 else "lines"
    return f"{word} {remark.lines[0]}" if remark.how_many == 1 else f"{remark.how_many:,} {word} from {remark.lines[0]}"
