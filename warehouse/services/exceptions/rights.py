"""Asks whether somebody may settle an entry or lift its hold; a deputy may what the role may."""

from sqlalchemy.orm import Session

from warehouse.domain.errors import ForbiddenError
from warehouse.domain.exception_queue import ExceptionType, lifters
from warehouse.domain.exceptions.duties import stands_in
from warehouse.domain.exceptions.rights import Asker, Owned, may_lift, may_settle, settlers
from warehouse.domain.site import Site
from warehouse.domain.words import listed, sentence, word
from warehouse.services.actor import Request
from warehouse.services.site import load_site
from warehouse.storage.models.exception_queue import ExceptionRow


def require_may_settle(session: Session, request: Request, row: ExceptionRow) -> None:
    """Raise ForbiddenError that names who may."""
    site = load_site(session)
    rule = site.rule_of(ExceptionType(row.type))
    owned = Owned(rule=rule, role=row.owner_role, person=row.owner_id, about_order=row.order_id is not None)
    if not may_settle(_asker(site, request), owned):
        raise ForbiddenError(sentence("This is for the {named} to settle.", named=_named(settlers(owned))))


def require_may_lift(session: Session, request: Request, row: ExceptionRow) -> None:
    """Raise ForbiddenError that names who may lift the hold an entry stands for."""
    site = load_site(session)
    rule = site.rule_of(ExceptionType(row.type))
    if not may_lift(_asker(site, request), rule):
        raise ForbiddenError(
            sentence("Your role may not lift this hold. Ask the {named}.", named=_named(lifters(rule)))
        )


def _asker(site: Site, request: Request) -> Asker:
    person = request.actor.person
    roles = stands_in(site.duties, person) if person is not None else ()
    return Asker(person=person, role=request.actor.role, stands_in=roles)


def _named(roles: tuple[str, ...]) -> str:
    *others, last = map(word, roles)
    return sentence("{others} or {last}", others=listed(others), last=last)
