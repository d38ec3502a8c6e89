"""The rules of the house, held by a machine: where commits happen, how long things are, that every outcome speaks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.domain.codes import Outcome

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sorted(
    path
    for folder in ("warehouse", "printers")
    for path in (ROOT / folder).rglob("*.py")
    if "versions" not in path.parts
)
JAVASCRIPT = sorted((ROOT / "static" / "js").rglob("*.js"))
COMMITTERS = {"storage/database.py", "storage/writer.py"}
MOST_LINES, MOST_FUNCTION_LINES, MOST_SCRIPT_LINES = 300, 50, 150


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def test_only_the_storage_commits() -> None:
    calls = re.compile(r"\.(commit|rollback)\(")
    offenders = [
        str(path.relative_to(ROOT))
        for path in PYTHON
        if path.relative_to(ROOT).as_posix().removeprefix("warehouse/") not in COMMITTERS
        and calls.search(path.read_text())
    ]
    assert offenders == []


def test_no_file_outgrows_its_room() -> None:
    long = [f"{path.relative_to(ROOT)}" for path in PYTHON if len(path.read_text().splitlines()) > MOST_LINES]
    long += [
        f"{path.relative_to(ROOT)}" for path in JAVASCRIPT if len(path.read_text().splitlines()) > MOST_SCRIPT_LINES
    ]
    assert long == []


def test_no_function_outgrows_a_page() -> None:
    sizes = [size for path in PYTHON for size in functions(path)]
    assert [name for name, size in sizes if size > MOST_FUNCTION_LINES] == []
    lengths = sorted(size for _, size in sizes)
    assert lengths[int(len(lengths) * 0.9)] <= 25


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_a_tone_a_colour_an_icon_and_a_sentence(outcome: Outcome) -> None:
    table = (ROOT / "static" / "js" / "lib" / "outcomes.js").read_text()
    entry = re.search(rf"\b{outcome.value}: *\{{(.*?)\}}", table, re.DOTALL)
    assert entry is not None
    for channel in ("tone", "status", "icon", "sentence"):
        assert re.search(rf"\b{channel}: *\S", entry[1]), f"{outcome.value} lacks its {channel}"


def test_nothing_names_a_machine_or_a_registry() -> None:
    names = re.compile(r"/work/|/root/|pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian")
    shown = [
        *PYTHON,
        *JAVASCRIPT,
        *ROOT.glob("[!.]*.*"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "tests").rglob("*.py"),
    ]
    me = Path(__file__)
    assert [
        str(path)
        for path in shown
        if path.is_file() and path != me and names.search(path.read_text("utf-8", "replace"))
    ] == []
