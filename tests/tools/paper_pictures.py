"""Take the pictures of paper in docs/printers.md: sample documents as a printer makes them, seen at reading size."""

import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from printers import load_profile, render_many
from printers.documents import BinLabel, Document
from tests.printers.reading import raster
from tests.printers.samples import CN23, COMMANDS, INVOICE, LABELS, LOGISTIC, a_packing_slip, a_pick_list

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
DPI, SEEN = 200, 68
"""Dots an inch it is printed with, and dots an inch of the picture."""


def _bins() -> list[Document]:
    codes = [f"A-{number // 5 + 1:02d}-{number % 5 * 3 + 1:02d}-{number % 4 + 1}" for number in range(10)]
    return [BinLabel(code=code, barcode=f"L:{code}", zone="A") for code in codes]


PAPER: dict[str, tuple[str, Sequence[Document]]] = {
    "packing-slip": ("a4_laser_600", [a_packing_slip(12, gift_note="Happy birthday, dear Zoë!")]),
    "pick-list": ("a4_laser_600", [a_pick_list(11)]),
    "bin-labels": ("a4_laser_600", _bins()),
    "commands": ("a4_laser_600", [COMMANDS]),
    "cn23": ("a4_laser_600", [CN23]),
    "invoice": ("a4_laser_600", [INVOICE]),
    "shipping-label": ("cups_zebra_203", [LABELS["shipping"]]),
    "logistic-label": ("cups_zebra_203", [LOGISTIC]),
    "cn22": ("cups_zebra_203", [LABELS["cn22"]]),
}


def main() -> int:
    """Write every picture anew."""
    for name, (profile, documents) in PAPER.items():
        page = raster(render_many(documents, load_profile(profile)).bytes, DPI)[0].convert("L")
        small = page.resize((page.width * SEEN // DPI, page.height * SEEN // DPI), Image.Resampling.LANCZOS)
        framed = ImageOps.expand(small, 1, 150)
        framed.quantize(16).save(FOLDER / f"paper-{name}.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
