"""Every route and every event refuses a stranger, unless it stands on the short list here."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.serving import Raw, Serving, serving
from warehouse.access import rule_of
from warehouse.app import App, create_app
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
