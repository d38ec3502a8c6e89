"""Signed messages: the published vector passes, everything that is not quite it fails; what an answer means."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from warehouse.domain.errors import InvalidInputError
from warehouse.domain.webhooks import (
    RETRIES,
    Answer,
    SignatureError,
    Signed,
    Verdict,
    headers_of,
    key_of,
    make_secret,
    verdict_of,
    verify,
)

VECTOR = json.loads(
    (Path(__file__).resolve().parents[1] / "exchange" / "samples" / "webhook_vector.json").read_text(encoding="utf-8")
)
NOW = int(VECTOR["headers"]["webhook-timestamp"])
SECRET, BODY = VECTOR["secret"], VECTOR["body"]
MESSAGE = Signed(id=VECTOR["headers"]["webhook-id"], timestamp=NOW, body=BODY)


def test_a_message_is_signed_as_the_specification_says() -> None:
    assert headers_of([SECRET], MESSAGE) == VECTOR["headers"]


def test_both_secrets_sign_while_one_rotates() -> None:
    assert headers_of([SECRET, VECTOR["previous_secret"]], MESSAGE) == VECTOR["headers_during_rotation"]
    for secret in (SECRET, VECTOR["previous_secret"]):
        assert verify(secret, VECTOR["headers_during_rotation"], BODY, NOW) == MESSAGE.id


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in VECTOR["headers"].items() if key != name}


@pytest.mark.parametrize(
    ("headers", "body", "now"),
    [
        (VECTOR["headers"], BODY + " ", NOW),
        (VECTOR["headers"], BODY, NOW + 301),
        (VECTOR["headers"], BODY, NOW - 301),
        (
            VECTOR["headers"] | {"webhook-signature": VECTOR["headers"]["webhook-signature"].replace("v1,", "v0,")},
            BODY,
            NOW,
        ),
        (VECTOR["headers"] | {"webhook-timestamp": "soon"}, BODY, NOW),
        *((without(name), BODY, NOW) for name in VECTOR["headers"]),
    ],
)
def test_what_is_not_quite_the_message_fails(headers: dict[str, str], body: str, now: int) -> None:
    with pytest.raises(SignatureError):
        verify(SECRET, headers, body, now)


def test_a_message_that_came_before_is_known_by_its_id() -> None:
    assert verify(SECRET, VECTOR["headers"], BODY, NOW) == verify(SECRET, VECTOR["headers"], BODY, NOW + 60)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_???", "AQEB", make_secret(b"x" * 23), make_secret(b"x" * 65)])
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(InvalidInputError, match="24 to 64 bytes"):
        key_of(secret)


@pytest.mark.parametrize(
    ("attempts", "status", "verdict"),
    [
        (1, 200, Verdict(answer=Answer.DELIVERED)),
        (1, 299, Verdict(answer=Answer.DELIVERED)),
        (1, 302, Verdict(answer=Answer.AGAIN, wait=timedelta(seconds=5))),
        (2, 500, Verdict(answer=Answer.AGAIN, wait=timedelta(minutes=5))),
        (9, None, Verdict(answer=Answer.AGAIN, wait=timedelta(hours=24))),
        (10, None, Verdict(answer=Answer.DEAD)),
        (1, 410, Verdict(answer=Answer.GONE)),
    ],
)
def test_only_success_is_success(attempts: int, status: int | None, verdict: Any) -> None:
    assert verdict_of(attempts, status) == verdict
    assert len(RETRIES) == 9
