import pytest

from tests.exchange.files import read, refusal, said
from warehouse.domain.orders import AcceptedOrder

ORDER = '{"order_no": "A", "sku": "S1", "quantity": 1}'


def test_json_is_read_with_the_line_each_object_begins_on() -> None:
    records = read(
        '\n [\n{"order_no": "A",\n"sku": "S1", "quantity": 1},\n{"order_no": 7, "sku": null, "quantity": "2"}\n]\n'
    )
    assert [record.draft.line for record in records if isinstance(record, AcceptedOrder)] == [3, 5]
    assert read("[]") == []


@pytest.mark.parametrize("number", ["1e3", "2.5", '"\uff11\uff12"', "-0.1"])
def test_json_numbers_are_judged_as_they_are_written(number: str) -> None:
    (refused,) = read(ORDER.replace("1}", f"{number}}}").join("[]"))
    assert said(refused) == [(1, "quantity", "bad_number")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ORDER, "The JSON file must be a list: [ … ]."),
        ("[1]", "Line 1: an object with fields was expected."),
        (f"[{ORDER},\n{{,}}]", "Line 2: this is not well-formed JSON."),
        (f"[{ORDER}\n{ORDER}]", "Line 2: this is not well-formed JSON."),
        (f"[{ORDER},", "Line 1: this is not well-formed JSON."),
        (f"[{ORDER}] x", "Something follows the end of the JSON list."),
        ('[{"sku": "a", "sku": "b"}]', "An object of the JSON file names the same field twice."),
        ('[{"sku": true}]', "Line 1, sku: a text or a number was expected."),
        ('[{"sku": ["a"]}]', "Line 1, sku: a text or a number was expected."),
        ('[{"sku": NaN}]', "NaN is not a number a file may hold."),
        ('[{"lines": 1}]', "Line 1: “lines” must be a list of objects."),
        ('[{"lines": [1]}]', "Line 1: “lines” must be a list of objects."),
        ('[{"sku": "a\\u0000"}]', "Line 1, sku: a NUL character stands in the text."),
        ('[{"a": ' + "[" * 200_000, "Line 1: nested too deeply."),
    ],
)
def test_json_of_another_form_is_refused_with_a_sentence(text: str, message: str) -> None:
    assert refusal(text).message == message


def test_json_is_capped_too() -> None:
    text = f"[{ORDER}]"
    assert refusal(text, json_characters=10).message == "A JSON file may have at most 10 characters."
    assert refusal(text, columns=2).message == "The file names more than 2 columns."
    assert (
        refusal(text.replace("S1", "S" * 50), field_characters=40).message == "Line 1, sku: longer than 40 characters."
    )
