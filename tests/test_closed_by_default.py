"""Every route and every event refuses a stranger, unless it stands on the short list here."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.builders import NOON, a_person, build
from tests.serving import Raw, Serving, serving
from warehouse.access import Credentials, is_stranger, rule_of
from warehouse.app import App, create_app
from warehouse.domain.codes import Role
from warehouse.realtime.rooms import RIGHTS, may_enter
from warehouse.recognition import secret_hash
from warehouse.services.actor import Actor
from warehouse.services.board.walls import NewWall, create_wall, draw_wall_token
from warehouse.settings import read_settings
from warehouse.storage.database import Database

OPEN_ROUTES = {
    "picking.scanner",
    "static_files.static_file",
    "static_files.service_worker",
    "trust.trust",
    "trust.certificate",
    "health.alive",
    "health.ready",
    "openapi.openapi",
    "sign_in.home",
    "sign_in.sign_in",
    "session.sign_in",
}


@pytest.fixture
def app(tmp_path: Path, sqlite_url: str) -> Iterator[App]:
    database = Database(sqlite_url)
    settings = replace(read_settings({"WAREHOUSE_DATA_DIR": str(tmp_path)}), database_url=sqlite_url)
    yield create_app(settings, database)
    database.close()


def test_a_stranger_is_refused_at_every_route_that_is_not_listed(app: App) -> None:
    client = app.flask.test_client()
    served = {}
    for route in app.flask.url_map.iter_rules():
        plain = str(uuid.UUID(int=1)) if "<uuid:" in route.rule else "1"
        values = dict.fromkeys(route.arguments, 1 if "<key:" in route.rule else plain)
        path = app.flask.url_map.bind("127.0.0.1:8000").build(route.endpoint, values)
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(path, method=method, base_url="http://127.0.0.1:8000")
            if answer.status_code not in {401, 303}:
                served[route.endpoint] = answer.status_code
    assert set(served) == OPEN_ROUTES


@pytest.fixture
def wall(app: App) -> str:
    """The secret of a wall's link that works."""
    secret = draw_wall_token()

    def recipe(session: Session) -> None:
        ida = Actor(a_person(session, "Ida", Role.ADMIN), Role.ADMIN, "Ida")
        create_wall(session, NewWall(actor=ida, at=NOON, name="Hall", token_hash=secret_hash(secret)))

    build(app.parts.database, recipe)
    return secret


def test_a_wall_is_a_stranger_everywhere_but_at_the_wall(app: App, wall: str) -> None:
    client, here = app.flask.test_client(), "http://127.0.0.1:8000"
    client.set_cookie("warehouse-wall", wall, domain="127.0.0.1")
    served = set()
    for route in app.flask.url_map.iter_rules():
        plain = str(uuid.UUID(int=1)) if "<uuid:" in route.rule else "1"
        values = dict.fromkeys(route.arguments, 1 if "<key:" in route.rule else plain)
        path = app.flask.url_map.bind("127.0.0.1:8000").build(route.endpoint, values)
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}:
            if client.open(path, method=method, base_url=here).status_code not in {401, 303}:
                served.add(route.endpoint)
    assert served - OPEN_ROUTES == {"board_page.wall", "board.wall"}
    assert b"Scan your badge" in client.get("/", base_url=here).data


def test_a_wall_may_send_one_event_and_hear_one_room(app: App, wall: str) -> None:
    found = app.parts.access.recognise(Credentials(wall=wall))
    assert found is not None
    assert [name for name, event in app.live.events.items() if not is_stranger(found, event.rule)] == ["watch_wall"]
    assert [room for room in (*RIGHTS, "person:1", "batch:1", "order:1") if may_enter(found, room)] == ["wall"]


def test_every_event_names_a_rule_that_keeps_strangers_out(app: App) -> None:
    assert [name for name, event in app.live.events.items() if event.rule.anonymous] == []


def test_an_event_without_a_rule_cannot_be_registered(app: App) -> None:
    with pytest.raises(ValueError, match="says not who may send it"):
        app.live.on("forgotten")(lambda _call, _value: None)


def test_a_route_without_a_rule_serves_nobody(app: App) -> None:
    app.flask.add_url_rule("/forgotten", "forgotten", lambda: "open")
    answer = app.flask.test_client().get("/forgotten", base_url="http://127.0.0.1:8000")
    assert (answer.status_code, rule_of(app.flask.view_functions["forgotten"])) == (401, None)


def test_a_stranger_is_refused_at_every_event(app: App, tmp_path: Path) -> None:
    with serving(tmp_path / "served") as server:
        names = [*app.live.events, "echo", "count", "override", "watch"]
        assert [name for name in names if _is_answered(server, name)] == []


def _is_answered(server: Serving, name: str) -> bool:
    with Raw(server) as stranger:
        refusal = stranger.sign_in()
        stranger.send(f'421["{name}", {{}}]')
        return not (refusal.startswith("44") and _says_nothing_more(stranger))


def _says_nothing_more(stranger: Raw) -> bool:
    try:
        answer = stranger.receive()
    except OSError:
        return True
    return not answer.startswith("43")
