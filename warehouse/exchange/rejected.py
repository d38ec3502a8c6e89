"""Refused rows as a file again: in the original's form, with the line and the reason behind each."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.domain.drafts import Refused

if TYPE_CHECKING:
    import _csv

EXTRA_COLUMNS = ("line", "reason")
_LIVE = "=+-@\t\r"
_QUOTED_LIVE = re.compile(r"'+[=+\-@\t\r]")


def safe(text: str) -> str:
    """Keep a spreadsheet from calculating a cell; `plain` gives the text back."""
    return f"'{text}" if text[:1] in tuple(_LIVE) or _QUOTED_LIVE.match(text) else text


def plain(cell: str) -> str:
    """Take off the apostrophe `safe` put on."""
    return cell[1:] if cell[:1] == "'" and _QUOTED_LIVE.match(cell) else cell


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """How a file was written, so that its refused rows can be written likewise."""

    header: tuple[str, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    quoted: bool = True


def rejected_file(form: FileForm, refused: Iterable[Refused]) -> bytes:
    """Write every row of every refused record with its physical line and the reason; CRLF after RFC 4180."""
    out = io.StringIO(newline="")
    writer = _writer(out, form)
    writer.writerow([*form.header, *EXTRA_COLUMNS])
    for record in refused:
        reasons: dict[int | None, list[str]] = {}
        for finding in record.findings:
            reasons.setdefault(finding.line, []).append(_named(finding.column, finding.message))
        for line, cells in record.rows:
            said = reasons.get(line) or ["refused with the rest of its order"]
            writer.writerow([*_padded(cells, len(form.header)), line, _writable("; ".join(said), form)])
    return out.getvalue().encode(form.encoding)


def _writer(out: io.StringIO, form: FileForm) -> "_csv.Writer":
    if form.quoted:
        return csv.writer(out, delimiter=form.delimiter, lineterminator="\r\n")
    return csv.writer(out, delimiter=form.delimiter, lineterminator="\r\n", quoting=csv.QUOTE_NONE, quotechar=None)


def _padded(cells: tuple[str, ...], width: int) -> list[str]:
    # A raw cell that is quoted already stays as it is: it then reads the same the second time. A row that was too
    # long keeps what was too much, in front of the two columns that are added.
    rest = [""] * (width - len(cells))
    return [f"'{cell}" if cell[:1] in tuple(_LIVE) else cell for cell in cells] + rest


def _named(column: str | None, message: str) -> str:
    return f"{column}: {message}" if column else message


def _writable(reason: str, form: FileForm) -> str:
    text = safe(reason)
    if not form.quoted:
        text = " ".join(text.replace(form.delimiter, " ").split())
    return text.encode(form.encoding, "replace").decode(form.encoding)
