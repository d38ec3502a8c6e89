"""A label filled into a form is the very label that its layout makes, and is refused for the same reason."""

import string
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printers import Profile, RefusedContentError, forms, load_profile, media_named, render_many
from printers.documents import BatchLabel, BinLabel, Document, ShippingLabel, ToteLabel
from printers.documents.codec import KINDS
from printers.forms import BLANKS
from printers.gs1 import check_digit, sscc
from tests.printers.samples import LABELS

PROFILES = [load_profile(name) for name in ("zebra_203", "zebra_300")]
HOSTILE = [
    "^XZ~JR",
    "~JA",
    "_5E",
    "100 %",
    "%s %d",
    "a\\b",
    "x\x00y\r\n^XZ",
    "\u2028~",
    "\u202e",
    "Łódź",
    "  two  gaps ",
]
FIGURES = st.text(string.digits, max_size=6)
CODE = st.builds("{}{}-{}".format, st.sampled_from(["", "A", "99", "L:", "X_", "^"]), FIGURES, FIGURES)
LINE = st.one_of(
    st.builds("{} {}".format, FIGURES, st.sampled_from(["Canal Wharf", "Rue d'Été", "Straße", "Ulica Długa"])),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=24),
    st.sampled_from(HOSTILE),
)


def printed(document: Document, medium: str, profile: Profile) -> str:
    """Give the label, or why it is refused."""
    try:
        return render_many([document], profile, media_named(medium)).bytes.decode()
    except RefusedContentError as error:
        return f"refused: {error}"


def laid_out(document: Document, medium: str, profile: Profile) -> str:
    """Give the same where no kind of label has forms."""
    with patch.object(forms, "BLANKS", {}):
        return printed(document, medium, profile)


def assert_same(documents: Sequence[Document], medium: str) -> None:
    """Print the documents twice, so that the second time every form there can be is there."""
    for document, profile in [*product(documents, PROFILES)] * 2:
        assert printed(document, medium, profile) == laid_out(document, medium, profile)


@st.composite
def shipping_labels(draw: st.DrawFn) -> ShippingLabel:
    serial = draw(st.integers(0, 10**9 - 1))
    number = sscc(3, "4012345", serial)
    return ShippingLabel(
        from_lines=("Hearth & Home Gifts", "Leeds"),
        to_lines=tuple(draw(st.lists(LINE, max_size=7))),
        order_number=draw(st.one_of(FIGURES, CODE, st.sampled_from(HOSTILE))),
        sscc=draw(st.sampled_from([number, number, number[:-1] + str(serial % 10), number[:-2]])),
        carrier=draw(st.sampled_from(["DHL", "5 of 20"])),
        service=draw(st.sampled_from(["", "Parcel 48"])),
        carton=draw(st.integers(1, 2)),
        cartons=draw(st.sampled_from([0, 2])),
        weight_g=draw(st.one_of(st.none(), st.integers(0, 30000))),
        postcode=draw(st.one_of(st.just(""), FIGURES, CODE, st.sampled_from(["LS11 5PS", "61-881", "1 2"]))),
        ship_by=draw(st.sampled_from(["", "21 Nov 2026"])),
        reprint=draw(st.sampled_from([0, 0, 1])),
    )


@settings(max_examples=120)
@given(st.lists(shipping_labels(), min_size=1, max_size=4))
def test_shipping_labels_are_the_same_byte_for_byte(labels: list[ShippingLabel]) -> None:
    assert_same(labels, "4x6in")


@settings(max_examples=80)
@given(st.lists(st.tuples(CODE, CODE), min_size=1, max_size=4), st.sampled_from([BinLabel, ToteLabel, BatchLabel]))
def test_labels_of_places_are_the_same_byte_for_byte(codes: list[tuple[str, str]], kind: Any) -> None:
    name = "number" if kind is BatchLabel else "code"
    assert_same([kind(**{name: code, "barcode": barcode}) for code, barcode in codes], "100x50")


def test_figures_and_names_make_no_new_form_and_a_wrong_check_digit_is_still_refused() -> None:
    label = LABELS["shipping"]
    assert isinstance(label, ShippingLabel)
    label = replace(label, weight_g=4230, postcode="20095", to_lines=("Zoë", "Am Alten Wehr 3", "Köln", "DE"))
    others = [
        replace(
            label,
            sscc=sscc(3, "4012345", serial),
            to_lines=("Jürgen", f"Weg {serial}", "Köln", "DE"),
            weight_g=1000 + serial,
        )
        for serial in range(40)
    ]
    assert_same([label], "4x6in")
    with patch.object(forms, "drawn_label", None):  # nothing can be laid out: every label comes from the form
        filled = [printed(other, "4x6in", profile) for other in others for profile in PROFILES]
    assert filled == [laid_out(other, "4x6in", profile) for other in others for profile in PROFILES]
    wrong = replace(label, sscc=f"{label.sscc[:-1]}{(check_digit(label.sscc[:-1]) + 1) % 10}")
    with pytest.raises(RefusedContentError, match="check digit") as refused:
        render_many([wrong], PROFILES[0])
    assert refused.value.field == "sscc"


def test_blanks_are_fields_of_the_documents() -> None:
    for kind, blanks in BLANKS.items():
        fields = set(KINDS[kind].__dataclass_fields__)
        assert {*blanks.figures, *filter(None, [blanks.lines])} <= fields
