"""Reads small files for tests: text or bytes in, parsed records out."""

from pathlib import Path

import pytest

from warehouse.exchange.limits import Limits, UnreadableFileError
from warehouse.exchange.mapping import Chunk, FileHead, Parsed, Request, read_file
from warehouse.exchange.profile import Profile, built_in_profile
from warehouse.exchange.targets import Kind

SAMPLES = Path(__file__).parent / "samples"
SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the checkout")
    return path


def read(origin: str | bytes | Path, profile: Profile | None = None, **options: object) -> list[Parsed]:
    return [record for part in parts(origin, profile, **options) if isinstance(part, Chunk) for record in part.records]


def head_of(origin: str | bytes | Path, profile: Profile | None = None) -> FileHead:
    head = parts(origin, profile)[0]
    assert isinstance(head, FileHead)
    return head


def parts(origin: str | bytes | Path, profile: Profile | None = None, **options: object) -> list[FileHead | Chunk]:
    source = origin.encode() if isinstance(origin, str) else origin
    chosen = profile or built_in_profile(Kind.ORDERS)
    return list(read_file(Request(origin=source, profile=chosen, **options)))  # type: ignore[arg-type]


def refusal(origin: str | bytes | Path, profile: Profile | None = None, **limits: int) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as caught:
        parts(origin, profile, limits=Limits(**limits))
    return caught.value


def said(record: Parsed) -> list[tuple[int | None, str | None, str]]:
    return [(finding.line, finding.column, finding.code) for finding in record.findings]
