"""A carrier's own program beside us: we write one CSV a parcel into `out`, it answers in `in`.

The answer to `out/KEY.csv` is `in/KEY.csv` with the columns tracking, cost_cents, currency and error, and the label as
`in/KEY.zpl`, `.pdf` or `.png` beside it, written first. `out/KEY.void.csv` asks to take a label back; `in/KEY.void.csv`
says `done` or `refused`. The same key always names the same file, so nothing is asked for twice.
"""

import contextlib
import csv
import io
import os
import tempfile
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from warehouse.carriers.base import (
    Answered,
    BoughtLabel,
    LostAnswerError,
    Quote,
    RefusedError,
    Shipment,
    TrackEvent,
    Voided,
)
from warehouse.domain.words import sentence

_FORMATS = ("zpl", "pdf", "png")
_MOST_BYTES = 4 << 20
_MORE = ""
"""What stands behind the last column: somebody wrote a comma without quotes."""


class FileDropCarrier:
    """Parcels by file; `folder` holds `out` and `in`."""

    def __init__(self, folder: Path) -> None:
        self._out, self._in = folder / "out", folder / "in"

    def rates(self, shipment: Shipment) -> Sequence[Quote]:
        """Give none: the program tells costs with the label."""
        return ()

    def buy(self, shipment: Shipment) -> BoughtLabel | Answered:
        """Write the parcel's file once; the label comes when the other program has answered."""
        found = self.find(shipment.key)
        if found is Answered.NEVER:
            try:
                _write(self._out / f"{shipment.key}.csv", _row(shipment))
            except OSError as error:
                why = error.strerror or str(error)
                raise RefusedError(sentence("The file for the carrier cannot be written: {why}.", why=why)) from None
            return Answered.LATER
        return found

    def find(self, key: str) -> BoughtLabel | Answered:
        """Read the answer where it has come; raises RefusedError for one that says no."""
        answer = _read(self._in / f"{key}.csv")
        if answer is None:
            return Answered.LATER if (self._out / f"{key}.csv").exists() else Answered.NEVER
        if answer.get("error"):
            raise RefusedError(",".join(filter(None, (answer["error"], answer.get(_MORE)))))
        label = next((path for path in self._labels(key) if path.is_file()), None)
        if not answer.get("tracking") or label is None:
            return Answered.LATER
        if label.stat().st_size > _MOST_BYTES:
            most = _MOST_BYTES >> 20
            raise RefusedError(sentence("The label {name} is larger than {most} MB.", name=label.name, most=most))
        return BoughtLabel(
            tracking=answer["tracking"],
            format=label.suffix[1:],
            content=label.read_bytes(),
            cents=_cents(answer.get("cost_cents", "")),
            currency=answer.get("currency", "")[:3],
        )

    def void(self, key: str, tracking: str) -> Voided:
        """Write the request once, and read the answer where it has come."""
        answer = _read(self._in / f"{key}.void.csv")
        if answer is not None:
            return Voided.DONE if answer.get("void") == "done" else Voided.REFUSED
        try:
            _write(self._out / f"{key}.void.csv", {"key": key, "tracking": tracking})
        except OSError as error:
            raise LostAnswerError(str(error)) from None
        return Voided.ASKED

    def manifest(self, day: date, numbers: Sequence[str]) -> str:
        """Write the list of what leaves that day."""
        mark = sha256("\n".join(numbers).encode()).hexdigest()[:8]
        name = f"manifest-{day.isoformat()}-{mark}.csv"
        rows: list[dict[str, object]] = [{"tracking": number} for number in numbers]
        _write(self._out / name, *rows)
        return name

    def track(self, tracking: str) -> Sequence[TrackEvent]:
        """Read `in/track-NUMBER.csv`, with the columns at and text, where the program writes one."""
        if not tracking.isalnum():
            return ()
        rows = _rows(self._in / f"track-{tracking}.csv")
        return tuple(TrackEvent(at=row.get("at", ""), text=row.get("text", "")) for row in rows)

    def _labels(self, key: str) -> list[Path]:
        return [self._in / f"{key}.{form}" for form in _FORMATS]


def _row(shipment: Shipment) -> dict[str, object]:
    to = shipment.receiver
    return {
        "key": shipment.key,
        "service": shipment.service,
        "order": shipment.order,
        "sscc": shipment.sscc,
        "carton": shipment.carton,
        "cartons": shipment.cartons,
        "weight_g": "" if shipment.weight_g is None else shipment.weight_g,
        "value_cents": shipment.value_cents,
        "currency": shipment.currency,
        "name": to.name,
        "company": to.company,
        **{f"line{number}": line for number, line in enumerate((*to.lines, "", "", "")[:3], start=1)},
        "city": to.city,
        "region": to.region,
        "postcode": to.postcode,
        "country": to.country,
        "phone": to.phone,
        "email": to.email,
    }


def _write(path: Path, *rows: dict[str, object]) -> None:
    """Write a file that appears whole or not at all; one that is there stays."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["tracking"])
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as file:
        file.write(text.getvalue().encode())
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def _cell(value: object) -> str:
    """Keep a spreadsheet from reading a customer's text as a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _read(path: Path) -> dict[str, str] | None:
    rows = _rows(path)
    return rows[0] if rows else None


def _rows(path: Path) -> list[dict[str, str]]:
    with (
        contextlib.suppress(OSError, UnicodeDecodeError, csv.Error),
        path.open(encoding="utf-8-sig", newline="") as file,
    ):
        rows = csv.DictReader(file, restkey=_MORE, restval="")
        return [
            {key: (",".join(it) if isinstance(it, list) else it).strip() for key, it in row.items()} for row in rows
        ]
    return []


def _cents(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None  # noqa: PLR2004 - no such cost
