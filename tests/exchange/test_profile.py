import pytest

from warehouse.domain.errors import FieldProblem, NotFoundError
from warehouse.exchange.profile import ProfileError, built_in_profile, fold, parse_profile, profile_names
from warehouse.exchange.targets import Kind

GOOD = """
name = "shop"
kind = "orders"
version = 3
identity = { source = "shop" }
[columns]
order_no = { headers = ["Order"] }
sku = { headers = ["SKU"] }
quantity = { headers = ["Qty"] }
"""


def test_every_built_in_profile_can_be_used() -> None:
    names = {kind: profile_names(kind) for kind in Kind}
    assert names[Kind.ORDERS] == (
        *("canonical", "amazon-unshipped", "ebay-orders", "erp-excel", "erp-semicolon", "online-retail"),
        *("shipstation", "shopify-orders", "woocommerce-orders"),
    )
    for kind, found in names.items():
        assert found[0] == "canonical"
        assert [built_in_profile(kind, name).name for name in found] == list(found)
        assert {built_in_profile(kind, name).kind for name in found} == {kind}


def test_an_unknown_profile_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        NotFoundError, match="There is no profile “x” for orders; there are: canonical, amazon-unshipped"
    ):
        built_in_profile(Kind.ORDERS, "x")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("version = 3", "version = 0"), FieldProblem("version", "Input should be greater than or equal to 1")),
        (("version = 3", 'version = "3"'), FieldProblem("version", "Input should be a valid integer")),
        (("version = 3", "version = 3\ncolour = 1"), FieldProblem("colour", "Extra inputs are not permitted")),
        (('kind = "orders"', 'kind = "cats"'), None),
        (('sku = { headers = ["SKU"] }', "sku = { headers = [] }"), None),
        (
            ('sku = { headers = ["SKU"] }', 'art = { headers = ["SKU"] }'),
            FieldProblem("columns", "columns: “art” is nothing that orders have"),
        ),
        (('sku = { headers = ["SKU"] }', ""), FieldProblem("columns", "columns: “sku” is missing")),
        (('identity = { source = "shop" }', ""), FieldProblem("identity", "identity: “source” is missing")),
        (
            ('["SKU"]', '[" oRder  "]'),
            FieldProblem("columns", "columns: header “ oRder  ” stands for both order_no and sku"),
        ),
        (
            ("[columns]", '[defaults]\nshoe = "x"\n[columns]'),
            FieldProblem("defaults", "defaults: “shoe” is nothing that orders have"),
        ),
        (
            ("[columns]", '[parse]\nzone = "Mars/Base"\n[columns]'),
            FieldProblem("parse.zone", "there is no time zone “Mars/Base”"),
        ),
        (
            ("[columns]", '[parse]\nthousands_mark = "."\n[columns]'),
            FieldProblem("parse", "decimal_mark and thousands_mark must differ"),
        ),
        (
            ("[columns]", '[[filters]]\ncolumn = "sku"\naction = "not_pickable"\n[columns]'),
            FieldProblem("filters.0", "give either matches or unless"),
        ),
        (("[columns]", '[[filters]]\ncolumn = "sku"\nmatches = "("\naction = "not_pickable"\n[columns]'), None),
        (("[columns]", '[[filters]]\ncolumn = "sku"\nmatches = "x"\naction = "explode"\n[columns]'), None),
        (("[columns]", '[format]\ndelimiter = "x"\n[columns]'), None),
    ],
)
def test_a_wrong_key_of_a_profile_is_named(change: tuple[str, str], problem: FieldProblem | None) -> None:
    with pytest.raises(ProfileError) as caught:
        parse_profile(GOOD.replace(*change))
    assert len(caught.value.problems) == 1
    assert problem is None or caught.value.problems == (problem,)


def test_several_wrong_keys_are_named_at_once() -> None:
    with pytest.raises(ProfileError) as caught:
        parse_profile(GOOD.replace("version = 3", "colour = 1"))
    assert {problem.field for problem in caught.value.problems} == {"version", "colour"}


def test_toml_that_is_none_is_refused() -> None:
    with pytest.raises(ProfileError, match="not well-formed TOML"):
        parse_profile("name = ")


def test_headers_are_compared_without_case_and_double_blanks() -> None:
    assert fold("\ufeff Order   NO ") == "order no"
