"""The parsers under a fuzzer that is led by coverage, for a few seconds; `make fuzz` goes on for longer."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not built for this machine")
def test_no_file_the_fuzzer_thinks_of_breaks_a_parser() -> None:
    fuzzer = subprocess.run(
        [sys.executable, "-m", "tests.tools.fuzz", "5"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert fuzzer.returncode == 0, fuzzer.stderr[-2000:]
    assert "Done " in fuzzer.stderr
