"""A wrong field is named as its form labels it, in the language of who sent it."""

import importlib
import re

import pytest
from jinja2 import Environment, FileSystemLoader

from tests.serving import Serving
from tests.trial_server import CSRF
from tests.web.test_languages import FORM
from tests.web.test_told_languages import reading, words_of
from tests.wording import ROOT
from warehouse.web.field_names import labels_of

HIDDEN = {
    *("advice", "after", "commit", "device_token", "difference", "dry_run", "format", "items", "key", "lift_hold"),
    *("next", "open", "page", "resolution", "round", "stays", "step", "subject", "theme", "token", "version"),
    *("before", "by", "cutoff_before", "volume_cm3"),
}
"""What forms send for people, who never write it themselves."""


def test_every_field_that_a_page_reads_has_a_label() -> None:
    labels = labels_of(Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True), None)
    unnamed = set[str]()
    for path in sorted((ROOT / "warehouse" / "web").rglob("*.py")):
        names = re.findall(r"\b(?:form|asked_for)\((\w+)\)", path.read_text("utf-8"))
        if names and path.name != "forms.py":
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            models = [getattr(module, name) for name in names]
            unnamed |= {field.alias or name for model in models for name, field in model.model_fields.items()}
    assert len(unnamed) > 100
    assert sorted(unnamed - labels.keys() - HIDDEN) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Its own weight in grams: is missing", "Inner length in millimetres: expected a whole number"]),
        ("de", ["Eigengewicht in Gramm: fehlt", "Innenlänge in Millimetern: ganze Zahl erwartet"]),
    ],
)
def test_a_wrong_field_is_named_as_its_form_labels_it(server: Serving, language: str, said: list[str]) -> None:
    body = f"csrf_token={CSRF}&code=BOX-Q&name=Q&length_mm=long&width_mm=1&height_mm=1".encode()
    with reading(server, "Ida", language):
        sent = server.request("POST", "/admin/packaging", who="Ida", body=body, Accept="text/html", Content_Type=FORM)
    shown = words_of(sent)
    assert (sent.status, [text for text in said if text not in shown]) == (400, [])


def test_a_field_that_is_a_number_beyond_all_numbers_is_a_wrong_field_and_no_crash(server: Serving) -> None:
    body = f"csrf_token={CSRF}&{'9' * 5000}=1".encode()
    sent = server.request("POST", "/admin/packaging", who="Ida", body=body, Accept="text/html", Content_Type=FORM)
    assert (sent.status, "there is no such field here" in words_of(sent)) == (400, True)


@pytest.mark.parametrize(
    ("path", "sent", "said"),
    [
        ("plain", "lease_minutes=0", "Minuten, bis Arbeit als verlassen gilt: muss mindestens 1 sein"),
        ("plain", "eori=1", "EORI-Nummer: muss zwei Buchstaben und bis zu 15 Buchstaben oder Ziffern"),
        ("plain", "mode=off", "Wie streng: muss eines von training, shadow, enforce sein, nicht 'off'"),
        (
            "record/travel",
            "speed_mm_s=0&line_s=1&batch_s=1&level_s=1",
            "Gehtempo, Millimeter je Sekunde: muss mindestens 1 sein",
        ),
        ("carriers", "name=Post&cutoff=25:99&pickup=17:00", "muss eine Uhrzeit wie 16:30 sein, nicht '25:99'"),
    ],
)
def test_a_wrong_setting_is_told_in_the_words_of_its_page(server: Serving, path: str, sent: str, said: str) -> None:
    body = f"csrf_token={CSRF}&{sent}".encode()
    with reading(server, "Ida", "de"):
        answer = server.request(
            "POST", f"/admin/settings/{path}", who="Ida", body=body, Accept="text/html", Content_Type=FORM
        )
    told = words_of(answer).partition("Eine Person in der Schicht")[0]
    assert (said in told, re.findall("must be|such as|one of|letters", told)) == (True, []), told
