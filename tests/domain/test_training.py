"""When somebody is trained, and that a guide's version rises with its text."""

import hashlib
from pathlib import Path

import pytest

from warehouse.domain.codes import Role
from warehouse.domain.site import TrainingPolicy
from warehouse.domain.training import GUIDES, Record, missing_of

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "guides"
TODAY = GUIDES[Role.PICKER]
DIGESTS = {
    (Role.PICKER, 1): "e19922754ef6c53a",
    (Role.PACKER, 1): "9435778d9c6fd606",
    (Role.LEAD, 1): "be8bdb7e5e8abc2d",
    (Role.INVENTORY_CONTROLLER, 1): "7222913cf1450948",
    (Role.MASTER_DATA_OWNER, 1): "5d80b1e226b8a161",
    (Role.ORDER_DESK, 1): "fe716858db753854",
    (Role.INTEGRATION_OWNER, 1): "3e8d0a211d8624e7",
    (Role.ADMIN, 1): "286f6dd6c1d5dfad",
    (Role.AUDITOR, 1): "dff62d0a86cb87f1",
}
"""What each version of a guide says, in short: a changed guide gets a higher version, and its digest stands here."""


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        (Record(orders=3, guide=TODAY), ()),
        (Record(orders=9, tried=12, guide=TODAY), ()),
        (Record(orders=2, tried=5, guide=TODAY), ("2 of 3 practice orders worked without a mistake.",)),
        (Record(orders=3, guide=TODAY - 1), ("The quick guide of today is not read yet.",)),
        (
            Record(),
            (
                "0 of 3 practice orders worked without a mistake.",
                "The quick guide of today is not read yet.",
            ),
        ),
    ],
    ids=["just enough", "more", "too few orders", "guide changed since", "nothing yet"],
)
def test_what_is_missing_is_said(record: Record, missing: tuple[str, ...]) -> None:
    assert missing_of(record, Role.PICKER, TrainingPolicy(orders=3)) == missing


def test_practice_orders_are_asked_only_of_who_can_pick_or_pack() -> None:
    read = Record(guide=GUIDES[Role.AUDITOR])
    assert missing_of(read, Role.AUDITOR, TrainingPolicy(orders=3)) == ()
    assert missing_of(read, Role.LEAD, TrainingPolicy(orders=3)) != ()


def test_every_role_has_a_guide() -> None:
    assert set(GUIDES) == set(Role)


def test_a_site_may_do_without_guides() -> None:
    assert missing_of(Record(orders=3), Role.PICKER, TrainingPolicy(guide=False)) == ()


@pytest.mark.parametrize("role", GUIDES)
def test_a_changed_guide_has_another_version(role: Role) -> None:
    text = (TEMPLATES / f"{role}.html").read_bytes()
    assert hashlib.sha256(text).hexdigest()[:16] == DIGESTS[role, GUIDES[role]]
