"""What the library refuses keeps its pattern and values, also on the way between processes."""

import pickle

import pytest

from printers import PrintersError, ProfileError, RefusedContentError, Word, media_named
from printers.gs1 import verify_element


def test_a_refusal_is_its_english_and_knows_its_parts() -> None:
    with pytest.raises(RefusedContentError) as refused:
        verify_element("17", "2612", "expires_on")
    error = refused.value
    assert (str(error), error.message) == ("expires_on: (17) expiry cannot be '2612'", "(17) expiry cannot be '2612'")
    assert (error.field, error.pattern) == ("expires_on", "({ai}) {title} cannot be {value}")
    assert error.values == {"ai": "17", "title": Word("expiry"), "value": "'2612'"}
    assert isinstance(error.values["title"], Word)


@pytest.mark.parametrize(
    "error",
    [
        RefusedContentError("lot", "({ai}) {title} cannot be {value}", ai="10", title=Word("lot"), value="{x}"),
        RefusedContentError("name", "this {is} as it came"),
        PrintersError("{count} are too many", count=3),
        ProfileError("media: {A0} is not known"),
    ],
    ids=str,
)
def test_a_refusal_crosses_a_process_boundary_whole(error: PrintersError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert (str(again), vars(again)) == (str(error), vars(error))
    assert list(map(type, again.values.values())) == list(map(type, error.values.values()))


def test_an_unknown_medium_is_told_by_its_parts() -> None:
    with pytest.raises(ProfileError) as refused:
        media_named("A0")
    assert refused.value.values["name"] == "'A0'"
