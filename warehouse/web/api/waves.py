"""Named wave rules over HTTP: listed, added, changed, taken away, and planned from."""

from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.planning.room import draft_figures
from warehouse.planning.search import Budget
from warehouse.services.planning.waves import (
    EVERY_DAY,
    PutRules,
    RulesKey,
    StoredRules,
    WaveRules,
    all_rules,
    plan_of,
    remove_rules,
    rules_of,
)
from warehouse.services.planning.waves import put_rules as put
from warehouse.web import parts
from warehouse.web.api import PREFIX, Body, operation
from warehouse.web.api.plans import Clock
from warehouse.web.asking import actor, now

blueprint = Blueprint("waves", __name__, url_prefix=PREFIX)
Json = dict[str, Any]
Weekday = Annotated[int, Field(ge=0, le=6)]


class WaveBody(Body):
    """Rules of a wave; what is empty does not restrict. With `release_at` the wave releases itself on `weekdays`."""

    name: str = Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]+$")
    carrier: str = Field(default="", max_length=80)
    cutoff: Clock | None = None
    zone: str = Field(default="", max_length=20)
    max_orders: int = Field(default=200, ge=1, le=5000)
    cart: str = Field(default="", max_length=40)
    single: bool = False
    release_at: Clock | None = None
    weekdays: list[Weekday] = Field(default=list(EVERY_DAY), max_length=7)
    rolling: bool = False
    active: bool = True


@blueprint.get("/waves/rules")
@requires(Permission.SEE_BATCHES, Permission.PLAN_BATCHES)
@operation(answer=list[StoredRules])
def list_rules() -> list[StoredRules]:
    """List the named wave rules."""
    with parts().database.read() as session:
        return all_rules(session)


@blueprint.post("/waves/rules")
@requires(Permission.PLAN_BATCHES)
@operation(body=WaveBody, answer=Json, status=201)
def add(body: WaveBody) -> Json:
    """Add wave rules."""
    return {"id": put_wave(body, None)}


@blueprint.post("/waves/rules/<key:key>")
@requires(Permission.PLAN_BATCHES)
@operation(body=WaveBody, answer=Json)
def change(key: int, body: WaveBody) -> Json:
    """Change wave rules, whole."""
    return {"id": put_wave(body, key)}


@blueprint.delete("/waves/rules/<key:key>")
@requires(Permission.PLAN_BATCHES)
@operation()
def remove(key: int) -> None:
    """Take wave rules away."""
    parts().database.run(remove_rules, RulesKey(actor=actor(), at=now(), key=key))


@blueprint.post("/waves/rules/<key:key>/plan")
@requires(Permission.PLAN_BATCHES)
@operation(answer=Json)
def plan(key: int) -> Json:
    """Begin to plan a wave by these rules."""
    return begin_wave(key)


def put_wave(body: WaveBody, key: int | None) -> int:
    """Store wave rules for whoever asks."""
    values = body.model_dump() | {"cutoff": body.cutoff or "", "release_at": body.release_at or ""}
    rules = WaveRules(**{**values, "weekdays": tuple(sorted(set(body.weekdays)))})
    return parts().database.run(put, PutRules(actor=actor(), at=now(), rules=rules, key=key))


def begin_wave(key: int, seconds: float = 8.0) -> Json:
    """Begin a draft by wave rules; its figures are given back."""
    with parts().database.read() as session:
        rules = rules_of(session, key)
    return draft_figures(parts().planning.start(plan_of(rules, now()), Budget(seconds=seconds)))
