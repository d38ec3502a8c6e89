"""The two symbols of the scanner test: read back from the sheet, they hold what the page compares with."""

import re
from pathlib import Path

import pytest

from printers import load_profile, render
from printers.documents import document_from_json
from tests.printers.reading import raster, scan
from warehouse.services.printing.labels import KEYBOARD_TEST, command_sheet

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("dpi", [200, 300, 600])
def test_the_tests_of_a_scanner_read_back_from_the_sheet(dpi: float) -> None:
    pdf = render(document_from_json(command_sheet()), load_profile("a4_laser_600")).bytes
    read = [(found.identifier, found.content) for page in raster(pdf, dpi) for found in scan(page)]
    assert read[-2:] == [("]C0", KEYBOARD_TEST.encode()), ("]C1", b"10TEST\x1d21GS")]


def test_the_page_compares_with_what_the_sheet_holds() -> None:
    script = (ROOT / "static/js/lib/keyboard_test.js").read_text("utf-8")
    assert re.findall(r'const TEST = "(.*)";', script) == [KEYBOARD_TEST]
