"""What a live socket of the running product may hear and say: its own batch, its own device, and only while it may."""

import contextlib
from collections.abc import Callable, Iterator

import pytest
import socketio
from sqlalchemy import select

from tests.journeys.floor import Floor, secret_of
from tests.journeys.hands import Json
from tests.journeys.robot import Robot
from tests.serving import eventually
from warehouse.storage.models.people import DeviceRow, PersonRow

pytestmark = pytest.mark.browser


@contextlib.contextmanager
def live(floor: Floor, who: str, **auth: str) -> Iterator[Callable[[str, Json], Json]]:
    """Ask as somebody who is signed in."""
    client = socketio.Client(reconnection=False)
    headers = {"Cookie": f"warehouse={secret_of(who)}"}
    client.connect(floor.url, headers=headers, auth=auth or None, transports=["websocket"], wait_timeout=10)

    def ask(event: str, value: Json) -> Json:
        answer: Json = client.call(event, value, timeout=5)
        return answer

    ask.client = client  # type: ignore[attr-defined]  # the tests look at what it hears
    try:
        yield ask
    finally:
        client.disconnect()


@pytest.fixture(scope="module")
def work(floor: Floor) -> tuple[Robot, Json, Json]:
    """Ana's device with a batch, and a batch of somebody else."""
    ana, carl = Robot(floor, "Ana"), Robot(floor, "Carl")
    return ana, ana.call("POST", "/batches/next", {"device": ana.device}), carl.take_next()


def pending(floor: Floor, device: str) -> int | None:
    with floor.database.read() as session:
        return session.scalars(select(DeviceRow.pending).where(DeviceRow.name == device)).one()


def test_nobody_speaks_for_a_device_that_is_not_theirs(floor: Floor, work: tuple[Robot, Json, Json]) -> None:
    ana, own, _ = work
    beat = {"device": ana.device, "last_seq": 4, "pending": 3, "persisted": True}
    with live(floor, "Carl") as carl:
        refused = carl("pulse", beat)
        assert (refused["code"], refused["detail"]) == ("forbidden", "This device's token is missing.")
    before = pending(floor, ana.device)
    assert before != 3
    with live(floor, "Carl", device_token=own["device_token"]) as by_token:
        assert "at" in by_token("pulse", beat)
    assert pending(floor, ana.device) == 3
    with live(floor, "Ana") as by_holder:
        assert "at" in by_holder("pulse", beat | {"pending": 0})
    assert pending(floor, ana.device) == 0


def test_a_batch_that_is_not_there_is_no_room_and_the_last_batch_is_left(
    floor: Floor, work: tuple[Robot, Json, Json]
) -> None:
    _, own, other = work
    lead = Robot(floor, "Lea")
    with live(floor, "Ana") as ana:
        heard: list[Json] = []
        ana.client.on("batch_changed", heard.append)  # type: ignore[attr-defined]
        assert ana("sync", {"batch": 4711})["code"] == "not_found"
        assert ana("sync", {"batch": other["id"]})["id"] == other["id"]
        assert ana("sync", {"batch": own["id"]})["id"] == own["id"]
        for batch in (other, own):
            lead.call("POST", f"/orders/{batch['slots'][0]['order']}/rush", {"reason": "The van is early"})
        assert eventually(lambda: [it["batch"] for it in heard] == [own["id"]])


def test_a_room_has_a_proper_name_and_a_screen_listens_to_so_many_only(floor: Floor) -> None:
    with live(floor, "Lea") as lea:
        for wrong in ("batch:0", "batch:x", "order:a b", f"order:{'9' * 21}"):
            assert lea("watch", wrong)["code"] == "forbidden"  # type: ignore[arg-type]
        answers = [lea("watch", f"order:{number}") for number in range(70)]  # type: ignore[arg-type]
        assert [it.get("code") for it in answers[-2:]] == ["invalid_input", "invalid_input"]


def test_somebody_who_may_not_work_here_any_more_hears_and_does_nothing_within_two_seconds(floor: Floor) -> None:
    with floor.database.read() as session:
        eve = session.scalars(select(PersonRow).where(PersonRow.role == "picker").order_by(PersonRow.id.desc())).first()
    assert eve is not None
    with live(floor, eve.name) as ask:
        assert "at" in ask("pulse", {"last_seq": 0, "pending": 0})
        Robot(floor, admin_of(floor)).call("PATCH", f"/users/{eve.id}", {"active": False})
        assert eventually(lambda: not ask.client.connected)  # type: ignore[attr-defined]


def admin_of(floor: Floor) -> str:
    with floor.database.read() as session:
        return session.scalars(select(PersonRow.name).where(PersonRow.role == "admin")).first() or ""
