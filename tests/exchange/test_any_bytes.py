"""Whatever a file holds: it is read or refused in a sentence, never half an order, never a crash, never for ever."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.files import SAMPLES
from warehouse.domain.drafts import AcceptedRecord, Refused, Skipped
from warehouse.domain.orders import AcceptedOrder, Cancellation
from warehouse.exchange.limits import UnreadableFileError
from warehouse.exchange.mapping import Chunk, FileHead, Request, read_file
from warehouse.exchange.profile import Profile, built_in_profile, profile_names
from warehouse.exchange.targets import Kind

PROFILES = [
    built_in_profile(kind, name) for kind in (Kind.ORDERS, Kind.ITEMS, Kind.STOCK) for name in profile_names(kind)
]
FILES = {
    path.name: path.read_bytes()
    for path in sorted(SAMPLES.iterdir())
    if path.suffix in {".csv", ".txt", ".json", ".xml"} and path.stat().st_size
}
BITS = [
    b'"',
    b"\r",
    b"\n",
    b"\0",
    b",",
    b";",
    b"\t",
    b"\xff",
    b"<",
    b"]]>",
    b"&",
    b"{",
    b"[",
    b"-1",
    b"\xef\xbb\xbf",
    b"1e9",
]


def check(profile: Profile, body: bytes) -> None:
    """Read it; every row read is in exactly one record, and what is accepted is whole."""
    seen: list[object] = []
    rows = 0
    try:
        for part in read_file(Request(origin=body, profile=profile)):
            if isinstance(part, FileHead):
                rows = part.rows
            else:
                assert isinstance(part, Chunk)
                seen += part.records
                assert part.rows_done <= rows
    except UnreadableFileError as error:
        refusal = error.message
    else:
        refusal = "none"
    assert refusal
    assert "\n" not in refusal
    kinds = (AcceptedOrder, AcceptedRecord, Cancellation, Refused, Skipped)
    assert all(isinstance(record, kinds) for record in seen)
    for record in seen:
        if isinstance(record, AcceptedOrder):
            assert any(line.pickable for line in record.draft.lines)
            assert all(line.quantity > 0 for line in record.draft.pickable_lines)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: f"{profile.kind}-{profile.name}")
@settings(max_examples=8, deadline=timedelta(seconds=5))
@given(st.data())
def test_a_file_that_was_cut_glued_or_spoilt_is_read_or_refused(profile: Profile, data: st.DataObject) -> None:
    body = bytearray(FILES[data.draw(st.sampled_from(sorted(FILES)))])
    for _ in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(0, len(body)))
        body[place : place + data.draw(st.integers(0, 40))] = data.draw(st.sampled_from(BITS))
    check(profile, bytes(body[: data.draw(st.integers(0, len(body)))]) or b" ")


@settings(max_examples=40, deadline=timedelta(seconds=5))
@given(st.sampled_from(PROFILES), st.binary(min_size=1, max_size=600))
def test_noise_is_read_or_refused(profile: Profile, noise: bytes) -> None:
    check(profile, noise)
