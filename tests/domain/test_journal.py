from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.domain.journal import (
    GENESIS,
    Anchor,
    AuditEntry,
    AuditFact,
    Fault,
    Verification,
    anchor_is_genuine,
    anchor_line,
    append,
    canonical_bytes,
    digest,
    make_anchor,
    parse_anchor,
    verify,
)

KEY = b"kept outside the database"
AT = datetime(2026, 11, 21, 9, 14, 3, 120_000, tzinfo=UTC)


def fact(number: int) -> AuditFact:
    return AuditFact(
        at=AT + timedelta(seconds=number),
        actor=number % 3 or None,
        role="lead",
        action="order.hold",
        subject=f"order:{1000 + number}",
        details='{"reason":"unpaid"}',
    )


def chain(length: int) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for number in range(1, length + 1):
        entries.append(append(entries[-1] if entries else None, fact(number)))
    return entries


def rewritten_from(entries: list[AuditEntry], place: int) -> list[AuditEntry]:
    """What somebody with the database and without the key can do: edit a row and hash everything after it anew."""
    forged = list(entries[:place])
    for entry in entries[place:]:
        details = '{"reason":"none"}' if entry is entries[place] else entry.fact.details
        forged.append(append(forged[-1] if forged else None, replace(entry.fact, details=details)))
    return forged


def test_a_chain_as_written_holds() -> None:
    assert verify(chain(20)) == Verification(20)
    assert str(verify(chain(20))) == "20 entries, all as written."


def test_an_empty_chain_holds_as_long_as_nothing_was_anchored() -> None:
    assert verify([]).ok
    assert verify([], [make_anchor(KEY, chain(3)[-1])], KEY) == Verification(0, Fault.CUT_TAIL, 1)


def test_the_chain_may_go_on_behind_its_anchors() -> None:
    entries = chain(9)
    assert verify(entries, [make_anchor(KEY, entries[2]), make_anchor(KEY, entries[5])], KEY) == Verification(9)


def test_an_edited_row_is_named() -> None:
    entries = chain(5)
    entries[2] = replace(entries[2], fact=replace(entries[2].fact, actor=99))
    assert verify(entries) == Verification(2, Fault.EDITED, 3)
    assert str(verify(entries)) == "Entry 3 was changed after it was written."


def test_a_deleted_row_is_named() -> None:
    entries = chain(5)
    assert verify(entries[:2] + entries[3:]) == Verification(2, Fault.MISSING, 3)


def test_rows_in_the_wrong_place_are_named() -> None:
    one, two, three, four = chain(4)
    assert verify([one, three, two, four]) == Verification(1, Fault.REORDERED, 2)
    assert verify([one, two, two, three]) == Verification(2, Fault.REORDERED, 3)


def test_rows_that_changed_places_and_numbers_are_found() -> None:
    one, two, three, four = chain(4)
    assert verify([one, replace(three, seq=2), replace(two, seq=3), four]) == Verification(1, Fault.EDITED, 2)


def test_a_cut_tail_is_found_by_the_anchor_alone() -> None:
    entries = chain(5)
    anchor = make_anchor(KEY, entries[-1])
    assert verify(entries[:3]).ok
    assert verify(entries[:3], [anchor], KEY) == Verification(3, Fault.CUT_TAIL, 4)


def test_a_chain_written_anew_is_found_by_the_anchor_alone() -> None:
    entries = chain(6)
    forged = rewritten_from(entries, 1)
    assert verify(forged).ok
    assert verify(forged, [make_anchor(KEY, entries[3])], KEY) == Verification(3, Fault.REWRITTEN, 4)


def test_an_anchor_signed_with_another_key_is_no_anchor() -> None:
    entries = chain(2)
    forged = make_anchor(b"another key", entries[-1])
    assert verify(entries, [forged], KEY) == Verification(0, Fault.FORGED_ANCHOR, 2)
    assert not anchor_is_genuine(KEY, forged)


def test_an_anchor_survives_as_a_line_of_text() -> None:
    anchor = make_anchor(KEY, chain(3)[-1])
    assert parse_anchor(anchor_line(anchor)) == anchor


@pytest.mark.parametrize("line", ["", "1 ab", "x 00 00", "1 zz 00", "1 00 00 00"])
def test_a_line_that_is_no_anchor_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_anchor(line)


def test_the_same_moment_hashes_the_same_in_every_zone() -> None:
    berlin = replace(fact(1), at=fact(1).at.astimezone(timezone(timedelta(hours=1))))
    assert canonical_bytes(1, berlin) == canonical_bytes(1, fact(1))


def test_the_bytes_of_an_entry_are_these() -> None:
    assert canonical_bytes(1, replace(fact(0), details="{}")) == (
        b"1:1,32:2026-11-21T09:14:03.120000+00:00,0:,4:lead,10:order.hold,10:order:1000,2:{},"
    )


@given(st.tuples(*[st.text(max_size=4)] * 4), st.tuples(*[st.text(max_size=4)] * 4))
def test_two_entries_look_alike_only_when_they_are_the_same(one: tuple[str, ...], two: tuple[str, ...]) -> None:
    def of(texts: tuple[str, ...]) -> bytes:
        role, action, subject, details = texts
        known = AuditFact(at=AT, actor=1, role=role, action=action, subject=subject, details=details)
        return canonical_bytes(1, known)

    assert (of(one) == of(two)) == (one == two)


def test_a_lone_surrogate_does_not_stop_the_chain() -> None:
    assert len(digest(GENESIS, 1, replace(fact(1), details="\ud800"))) == 32


@given(st.data())
def test_any_single_edit_deletion_or_swap_is_found(data: st.DataObject) -> None:
    entries = chain(8)
    anchor = make_anchor(KEY, entries[-1])
    place = data.draw(st.integers(0, 7))
    how = data.draw(st.sampled_from(["edit", "digest", "delete", "swap", "rewrite", "cut"]))
    changed = _changed(entries, place, how, data)
    assert not verify(changed, [anchor], KEY).ok


def _changed(entries: list[AuditEntry], place: int, how: str, data: st.DataObject) -> list[AuditEntry]:
    entry = entries[place]
    if how == "edit":
        field = data.draw(st.sampled_from(["role", "action", "subject", "details"]))
        changed = replace(entry.fact, **{field: data.draw(st.text().filter(lambda t: t != getattr(entry.fact, field)))})
        return [*entries[:place], replace(entry, fact=changed), *entries[place + 1 :]]
    if how == "digest":
        return [*entries[:place], replace(entry, digest=bytes(32)), *entries[place + 1 :]]
    if how == "delete":
        return entries[:place] + entries[place + 1 :]
    if how == "swap":
        other = data.draw(st.integers(0, 7).filter(lambda n: n != place))
        swapped = list(entries)
        swapped[place], swapped[other] = swapped[other], swapped[place]
        return swapped
    return rewritten_from(entries, place) if how == "rewrite" else entries[:place]


def test_an_anchor_is_a_plain_value() -> None:
    last = chain(1)[-1]
    assert make_anchor(KEY, last) == Anchor(1, last.digest, make_anchor(KEY, last).signature)
