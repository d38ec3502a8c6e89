"""What we ship of others is exactly what was reviewed, with its licence beside it."""

import hashlib
import re
from typing import Any

import pytest

from tests.tools.vendor import VENDOR, libraries

LIBRARIES = pytest.mark.parametrize("library", libraries(), ids=lambda library: library["folder"])


@LIBRARIES
def test_every_vendored_file_has_the_pinned_hash(library: dict[str, Any]) -> None:
    pinned = {file["path"]: file["sha256"] for file in library["files"]}
    folder = VENDOR / library["folder"]
    assert {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in pinned} == pinned


@LIBRARIES
def test_every_library_has_its_version_licence_and_package_hash(library: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", library["version"])
    assert library["licence"] in {"MIT", "BSD-3-Clause", "MIT AND Apache-2.0"}
    assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", library["integrity"])
    assert (VENDOR / library["folder"] / "LICENSE").stat().st_size > 0


def test_no_file_is_vendored_without_a_pin() -> None:
    listed = {f"{library['folder']}/{file['path']}" for library in libraries() for file in library["files"]}
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert found == listed | {"VENDOR.toml"}


def test_a_vendored_module_imports_only_its_neighbours_and_runs_no_text() -> None:
    for module in VENDOR.rglob("*.js"):
        source = module.read_text("utf-8")
        assert all(path.startswith(".") for path in re.findall(r'\bfrom\s*"([^"]+)"', source)), module
        assert not re.search(r"\beval\(|\bnew Function\b", source), module
