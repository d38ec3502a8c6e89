"""PDF and ZPL as others put them on dots: pdfium, poppler, Ghostscript, a print queue, a renderer of ZPL."""

import base64
import io
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from tests.printers.reading import raster
from tests.printers.zpl_reader import unpacked

JUDGES = Path(__file__).resolve().parent
DRIVERS = Path("/usr/share/cups/drv/sample.drv")


def by_pdfium(pdf: bytes, dpi: float) -> Image.Image:
    """Give the first page's dots."""
    return raster(pdf, dpi)[0]


def by_poppler(pdf: bytes, dpi: float) -> Image.Image:
    """Give the first page's dots by `pdftoppm`, or skip the test where it is missing."""
    _need("pdftoppm")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "label.pdf"), Path(folder, "dots")
        source.write_bytes(pdf)
        command = ("pdftoppm", "-r", f"{dpi:g}", "-mono", "-singlefile", str(source), str(target))
        subprocess.run(command, check=True, timeout=60)
        return _loaded(target.with_suffix(".pbm").read_bytes())


def by_ghostscript(pdf: bytes, dpi: float) -> Image.Image:
    """Give the first page's dots by `gs`, or skip the test where it is missing."""
    _need("gs")
    options = ("-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pngmono", f"-r{dpi:g}", "-sOutputFile=-", "-")
    done = subprocess.run(("gs", *options), input=pdf, capture_output=True, check=True, timeout=60)
    return _loaded(done.stdout)


def by_print_queue(pdf: bytes, page_size: str) -> Image.Image:
    """Give the dots that a CUPS queue with its Zebra driver sends to the printer, or skip where there is no CUPS."""
    for name in ("cupsfilter", "ppdc", "gs"):
        _need(name)
    if not DRIVERS.is_file():
        pytest.skip("the print system's label drivers are missing")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "label.pdf")
        source.write_bytes(pdf)
        subprocess.run(("ppdc", "-d", folder, str(DRIVERS)), check=True, capture_output=True, timeout=60)
        options = ("-p", f"{folder}/zebra.ppd", "-m", "printer/labels", "-o", f"PageSize={page_size}", "-e")
        done = subprocess.run(("cupsfilter", *options, str(source)), capture_output=True, check=True, timeout=60)
    return _graphic(done.stdout.decode("ascii"))


def _graphic(zpl: str) -> Image.Image:
    """Read the one graphic that the driver's ZPL stores; `:` there repeats the row before."""
    found = re.search(r"~DGR:CUPS\.GRF,(\d+),(\d+),\s*(.*?)\^XA", zpl, re.DOTALL)
    assert found, zpl[:200]
    row, lines = int(found[2]), [""]
    for part in re.split(r"(:)", "".join(found[3].split())):
        lines += [lines[-1]] if part == ":" else list(unpacked(part, 2 * row))
    data = bytes.fromhex("".join(lines[1:]))
    ink = Image.frombytes("1", (row * 8, len(data) // row), data)
    return ink.point(lambda dot: 0 if dot else 255, "1")


@cache
def _renderer_is_there() -> bool:
    return bool(shutil.which("node")) and (JUDGES / "node_modules" / "zpl-renderer-js").is_dir()


def by_zpl_renderer(labels: Sequence[tuple[bytes, float, float]], dots_per_mm: int) -> list[Image.Image]:
    """Give labels, each with its width and height in mm, as zpl-renderer-js draws them, or skip where it is missing."""
    if not _renderer_is_there():
        pytest.skip("needs Node and zpl-renderer-js: python -m tests.tools.judges adds it")
    asked = [
        {"zpl": zpl.decode(), "width": width, "height": height, "dpmm": dots_per_mm} for zpl, width, height in labels
    ]
    command = ("node", str(JUDGES / "render.mjs"))
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, check=True, timeout=300, text=True)
    return [_loaded(base64.b64decode(picture)) for picture in json.loads(done.stdout)]


def _loaded(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    if picture.mode in {"RGBA", "LA"}:
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture.convert("RGBA"))
    return picture.convert("L").point(lambda grey: 255 if grey > 127 else 0, "1")


def _need(program: str) -> None:
    if not shutil.which(program):
        pytest.skip(f"needs {program}: python -m tests.tools.judges adds it on Debian")
