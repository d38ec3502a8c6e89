"""Documents are plain values: to JSON and back, nothing lost, nothing foreign let in."""

import json
from dataclasses import FrozenInstanceError

import pytest

from printers.documents import KINDS, Document, document_from_json, document_to_json
from printers.errors import RefusedContentError
from tests.printers.samples import LABELS, SHEETS, TRACKED, a_packing_slip, a_pick_list

EVERYTHING = [*LABELS.values(), *SHEETS.values(), TRACKED]


@pytest.mark.parametrize("document", EVERYTHING, ids=lambda document: document.kind)
def test_a_document_survives_its_print_job(document: Document) -> None:
    stored = json.dumps(document_to_json(document))
    assert document_from_json(json.loads(stored)) == document


def test_there_is_a_sample_of_every_kind() -> None:
    assert {document.kind for document in EVERYTHING} == KINDS.keys()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "poster"}, "kind"),
        ({"kind": None}, "kind"),
        ({"number": 7}, "number"),
        ({"reprint": "1"}, "reprint"),
        ({"reprint": -1}, "reprint"),
        ({"colour": "red"}, "colour"),
        ({"stops": [{"bin": "A", "lines": [{"sku": "x"}]}]}, "stops.0.lines.0.name"),
    ],
)
def test_a_changed_or_foreign_value_is_refused_by_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(RefusedContentError) as refusal:
        document_from_json({**document_to_json(a_pick_list(1)), **change})
    assert refusal.value.field == field


def test_a_missing_value_is_refused_by_field() -> None:
    values = document_to_json(a_pick_list(1))
    del values["barcode"]
    with pytest.raises(RefusedContentError) as refusal:
        document_from_json(values)
    assert refusal.value.field == "barcode"


@pytest.mark.parametrize(("carton", "cartons"), [(0, 2), (3, 2), (1, -1)])
def test_carton_numbers_must_be_possible(carton: int, cartons: int) -> None:
    with pytest.raises(RefusedContentError) as refusal:
        a_packing_slip(carton=carton, cartons=cartons)
    assert refusal.value.field == "carton"


def test_a_document_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        a_pick_list(1).number = "B-2"  # type: ignore[misc] - that is the point
