import pickle
from copy import copy

from warehouse.domain.words import (
    Text,
    as_said,
    kept,
    kept_texts,
    listed,
    parts_of,
    phrase,
    sentence,
    together,
    told_by,
    with_parts,
    without_end,
    without_parts,
)

HELD = sentence("Order {order} is on hold.", order="1042")


def test_a_sentence_is_its_english_and_knows_its_parts() -> None:
    assert HELD == "Order 1042 is on hold."
    assert parts_of(HELD) == [["Order {order} is on hold.", {"order": "1042"}]]
    assert sentence("Open||state") == "Open"
    assert parts_of("typed by somebody") is None


def test_sentences_follow_each_other_and_can_be_taken_off_again() -> None:
    both = together("Wrong item.", None, HELD)
    assert both == "Wrong item. Order 1042 is on hold."
    assert parts_of(both) == [["{text}", {"text": "Wrong item."}], ["Order {order} is on hold.", {"order": "1042"}]]
    assert parts_of(without_end(both, HELD)) == [["{text}", {"text": "Wrong item."}]]
    assert without_end("A plain text. And its end.", "And its end.") == "A plain text."


def test_a_value_may_be_a_sentence_or_a_list_of_them() -> None:
    found = sentence("Missing: {what}.", what=listed([sentence("{number} orders", number=2), "1 mug"]))
    assert found == "Missing: 2 orders, 1 mug."
    inner = [["{0}, {1}", {"0": [["{number} orders", {"number": 2}]], "1": "1 mug"}]]
    assert parts_of(found) == [["Missing: {what}.", {"what": inner}]]


def test_what_is_no_text_or_number_is_told_as_text() -> None:
    assert parts_of(sentence("At {place}.", place=("A", 1))) == [["At {place}.", {"place": "('A', 1)"}]]


def test_copies_keep_the_parts() -> None:
    for again in (copy(HELD), pickle.loads(pickle.dumps(HELD))):  # noqa: S301 - our own bytes
        assert isinstance(again, Text)
        assert again.parts == HELD.parts


def test_sentences_are_kept_with_their_parts_and_read_again() -> None:
    found = sentence("Missing: {what}.", what=listed([sentence("{number} orders", number=2), "1 mug"]))
    again = kept_texts(kept(found, "typed by somebody"))
    assert again == ["Missing: 2 orders, 1 mug.", "typed by somebody"]
    assert again is not None
    assert parts_of(again[0]) == parts_of(found)


def test_a_text_that_was_never_kept_with_parts_is_none() -> None:
    assert kept_texts("[A typed text]") is None


def test_an_error_among_the_values_travels_between_processes_as_its_words() -> None:
    class TwoPartsError(Exception):
        def __init__(self, field: str, message: str) -> None:
            super().__init__(f"{field}: {message}")

    said = sentence("This cannot be printed: {error}.", error=TwoPartsError("barcode", "too wide"))
    again = pickle.loads(pickle.dumps(said))  # noqa: S301 - our own bytes
    assert parts_of(again) == [["This cannot be printed: {error}.", {"error": "barcode: too wide"}]]


def test_a_stored_sentence_finds_its_parts_again_and_an_old_one_stays_as_it_is() -> None:
    long = sentence("{what} is a long story.", what="x" * 500)
    data = with_parts(with_parts({"lines": [1]}, HELD), long, "typed by somebody")
    assert parts_of(as_said(str(HELD), data)) == parts_of(HELD)
    assert parts_of(as_said(str(long)[:400], data)) == parts_of(long)
    assert [parts_of(as_said(old, data)) for old in ("typed by somebody", "written before")] == [None, None]
    assert parts_of(as_said(str(HELD), None)) is None
    assert (without_parts(data), without_parts(with_parts(None, HELD)), with_parts(None, "typed")) == (
        {"lines": [1]},
        None,
        None,
    )


def test_any_text_may_be_taken_as_a_sentence() -> None:
    assert phrase(HELD) is HELD
    assert parts_of(phrase("A hold needs its {reason}.")) == [["A hold needs its {reason}.", {}]]


def test_what_an_error_says_keeps_its_parts() -> None:
    said = sentence("The shop answered {status}.", status=503)
    assert parts_of(told_by(ValueError(said))) == parts_of(said)
    assert [told_by(OSError(2, "No such file")), told_by(OSError()), told_by(ValueError("no"))] == [
        "[Errno 2] No such file",
        "",
        "no",
    ]
