"""Pages and the HTTP interface. A view finds its surroundings with `parts()` and who asks with `caller()`."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, g

from warehouse.access import Access, Caller
from warehouse.children import Children
from warehouse.domain.errors import NotSignedInError
from warehouse.metrics import Metrics
from warehouse.planning.room import PlanRoom
from warehouse.printing import Reach
from warehouse.settings import Settings
from warehouse.storage.database import Database
from warehouse.web.assets import Assets
from warehouse.words import Words

Check = Callable[[], str | None]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What every view may use.

    `checks` are asked by `/readyz`: each answers None, or a few words on what is wrong.
    `sign_out` ends the live sockets of one session, given its key.
    `readers` read files that are imported.
    `children` do slow work; `reach` is where printers may be; `planning` holds the plans in the making.
    `words` puts sentences into the language of whoever reads them.
    """

    settings: Settings
    database: Database
    access: Access
    assets: Assets
    metrics: Metrics
    checks: dict[str, Check]
    sign_out: Callable[[int], None]
    children: Children
    readers: Children
    reach: Reach
    planning: PlanRoom
    words: Words


def parts() -> Parts:
    """Give the surroundings of the running request."""
    found = current_app.extensions["parts"]
    if not isinstance(found, Parts):
        raise TypeError("this application was not made by create_app")
    return found


def caller() -> Caller:
    """Give who is asking; raises `NotSignedInError` where anyone may come and nobody is signed in."""
    found = optional_caller()
    if found is None:
        raise NotSignedInError("Sign in first.")
    return found


def optional_caller() -> Caller | None:
    """Give who is asking, or None."""
    found = g.get("caller")
    return found if isinstance(found, Caller) else None
