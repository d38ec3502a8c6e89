"""Throws mutated files at the parsers, led by coverage: python -m tests.tools.fuzz [seconds]. Exit 0: nothing broke.

What counts as broken: an exception other than a refusal in a sentence, a file that takes longer than ten seconds, an
accepted order with a line that is not whole. A file that breaks something is kept beside the report.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["warehouse.exchange"]):
    from tests.exchange.files import SAMPLES
    from tests.exchange.test_any_bytes import PROFILES, check
    from warehouse.exchange.limits import UnreadableFileError
    from warehouse.exchange.peek import look_at
    from warehouse.exchange.profile import Profile

SECONDS = 60


def try_file(data: bytes) -> None:
    """Read a file by the profile its first byte names, and look at it as the profile maker does."""
    profile = PROFILES[data[0] % len(PROFILES)] if data else PROFILES[0]
    body = data[1:] or b" "
    check(profile, body)
    assert "\n" not in _refusal(body, profile)


def _refusal(body: bytes, profile: Profile) -> str:
    try:
        look_at(body, profile.format)
    except UnreadableFileError as refusal:
        return refusal.message
    return ""


def main() -> None:
    """Begin with the sample files, each under every profile."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    corpus = Path(tempfile.mkdtemp(prefix="warehouse-fuzz-"))
    for place, path in enumerate(sorted(SAMPLES.iterdir())):
        for number in range(len(PROFILES)):
            (corpus / f"{place}-{number}").write_bytes(bytes([number]) + path.read_bytes())
    limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-max_len=20000", "-verbosity=1"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/broken-", str(corpus)], try_file)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
