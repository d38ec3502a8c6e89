"""How fast paper is made: labels and slips a second of processor time, beside the way a tutorial shows it.

The peer is python-barcode's picture put into a page of PDF, with bars of the same size as ours; a process of its own
makes it all, so that its memory is that of paper alone. Run as `python -m tests.bench.paper`; prints one line of JSON.
"""

import io
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from barcode.codex import Code128
from barcode.writer import ImageWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from printers import load_profile, render_many
from printers.documents import ShippingLabel
from printers.gs1 import sscc
from tests.bench.processes import ROOT
from tests.bench.report import Row
from tests.bench.run import Run
from tests.printers.samples import LABELS, a_packing_slip

LABELS_IN_ONE, WITHIN_S, WITHIN_MIB = 1000, 2.0, 150
BARS = {"module_width": 0.5, "module_height": 31.75}
"""The bars of a logistic label in mm, as ours are."""


def measure_paper(run: Run) -> None:
    """Measure labels and slips in a process of their own."""
    run.say("labels and slips")
    command = [sys.executable, "-m", "tests.bench.paper"]
    found = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=600).stdout)
    peer = found["peer"]
    run.rows += [
        _against_peer("labels as PDF, 1,000 in one file", found["pdf"], peer, 30),
        _against_peer("labels as ZPL", found["zpl"], peer, 1000),
        Row(
            what="1,000 labels in one PDF: time",
            measured=f"{found['seconds']:.2f} s",
            against=f"{WITHIN_S:g} s",
            ratio=found["seconds"] / WITHIN_S,
            at_most=1,
        ),
        Row(
            what="1,000 labels in one PDF: memory of the process",
            measured=f"{found['mib']:.0f} MiB",
            against=f"{WITHIN_MIB} MiB",
            ratio=found["mib"] / WITHIN_MIB,
            at_most=1,
        ),
        Row(what="packing slips of 8 lines as PDF", measured=f"{found['slips_8']:.0f}/s"),
        Row(what="packing slips of 40 lines as PDF", measured=f"{found['slips_40']:.0f}/s"),
    ]


def _against_peer(what: str, rate: float, peer: float, at_least: float) -> Row:
    return Row(
        what=what,
        measured=f"{rate:.0f}/s",
        against=f"{peer:.1f}/s python-barcode picture in a PDF",
        ratio=rate / peer,
        at_least=at_least,
    )


def labels(count: int) -> list[ShippingLabel]:
    """Make shipping labels that differ as those of a shift do."""
    label = LABELS["shipping"]
    assert isinstance(label, ShippingLabel)
    return [
        replace(
            label,
            sscc=sscc(3, "4012345", number),
            order_number=str(536365 + number),
            to_lines=(
                f"{_FIRST[number % len(_FIRST)]} {_LAST[number % len(_LAST)]}",
                f"{number % 90 + 1} {_STREETS[number % len(_STREETS)]}",
                f"Leeds LS{number % 29} 5PS",
                "United Kingdom",
            ),
            postcode=f"{10000 + number}",
            weight_g=200 + number * 37 % 9000,
        )
        for number in range(count)
    ]


_FIRST = ("Ana", "Zoë", "Ben", "Lea", "José", "Maximilian", "Ines", "Jürgen", "Catherine", "Bo", "Oluwaseun")
_LAST = ("Kowalska", "Okafor", "Li", "Fernández", "Smith-Whitfield", "Nair", "Müller", "van den Berg", "Khan")
_STREETS = (
    "Canal Wharf",
    "Victoria Road",
    "Rue de la Paix",
    "St James's Square",
    "Mill Lane",
    "Königstraße",
    "High St",
)


def peer_label(number: int) -> bytes:
    """Make one label the tutorial's way: two pictures of barcodes and eight lines of text on a page."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(288, 432))
    for place, code in enumerate((f"420{10000 + number}", f"00{sscc(3, '4012345', number)}")):
        picture = io.BytesIO()
        Code128(code, writer=ImageWriter()).write(picture, BARS)
        picture.seek(0)
        canvas.drawImage(ImageReader(picture), 10, 10 + place * 120, 260, 110)
    for line in range(8):
        canvas.drawString(10, 400 - line * 12, f"Line {line} of label {number}")
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _rate(count: int, make: Callable[[], object]) -> float:
    began = time.process_time()
    make()
    return count / (time.process_time() - began)


def main() -> None:
    """Measure here and print; memory first, before the peer's pictures add to it."""
    queue, head, office = load_profile("cups_zebra_203"), load_profile("zebra_203"), load_profile("a4_laser_600")
    many = labels(LABELS_IN_ONE)
    render_many(many[:10], queue)
    began = time.perf_counter()
    pdf = _rate(len(many), lambda: render_many(many, queue))
    seconds = time.perf_counter() - began
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    slips = {lines: [a_packing_slip(lines) for _ in range(100)] for lines in (8, 40)}
    found = {
        "pdf": pdf,
        "seconds": seconds,
        "mib": mib,
        "zpl": _rate(len(many), lambda: render_many(many, head)),
        "peer": _rate(30, lambda: [peer_label(number) for number in range(30)]),
        "slips_8": _rate(100, lambda: render_many(slips[8], office)),
        "slips_40": _rate(100, lambda: render_many(slips[40], office)),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
