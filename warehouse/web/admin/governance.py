"""Who may change which rule, and what the rules did in a month: to read, to print, as CSV."""

import csv
import io
from datetime import date

from flask import Blueprint, Response, request
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.exceptions.rules import decision_rights
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.exchange.rejected import safe
from warehouse.services.exceptions.reviewing import Review, review_month
from warehouse.services.site import load_site
from warehouse.storage.queries.exceptions.review import last_decision
from warehouse.web import parts
from warehouse.web.admin import show
from warehouse.web.api import Body
from warehouse.web.asking import now
from warehouse.web.forms import asked_for

blueprint = Blueprint("admin_governance", __name__, url_prefix="/admin/rules")


class MonthAsked(Body):
    """Which month, as 2026-11; this one without."""

    month: str = Field(default="", pattern=r"^(2[0-9]{3}-[0-9]{2})?$")
    format: str = Field(default="", pattern=r"^(csv)?$")


@blueprint.get("/rights")
@requires(Permission.SEE_JOURNAL, Permission.EDIT_SETTINGS)
def rights() -> Response:
    """Show who may decide what, and when it was decided last."""
    with parts().database.read() as session:
        found = [(right, last_decision(session, right.actions, right.subject)) for right in decision_rights()]
        site = load_site(session)
    return show("admin/rights.html", rights=found, one_person=site.one_person)


@blueprint.get("/review")
@requires(Permission.SEE_JOURNAL, Permission.EDIT_SETTINGS)
def review() -> Response:
    """Show what the rules did in a month."""
    asked = asked_for(MonthAsked)
    with parts().database.read() as session:
        today = load_site(session).day_of(now())
        month = _month(asked.month) if asked.month else today.replace(day=1)
        found = review_month(session, month)
    if asked.format == "csv":
        name = f"review-{month:%Y-%m}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(_csv(found), mimetype="text/csv", headers=headers)
    return show("admin/review.html", found=found, month=month, args=request.args)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise InvalidInputError(sentence("{text} is not a month, such as 2026-11.", text=text)) from None


def _csv(found: Review) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["part", "what", "count", "of", "late", "overridden", "within a minute", "still open"])
    for rule in found.fired:
        writer.writerow(["fired", rule.type, rule.opened, "", rule.late, rule.overridden, rule.quick, rule.open])
    rows: list[tuple[str, str, object, object]] = [("never fired", kind, 0, "") for kind in found.never]
    rows += [("refused at import", kind, count, "") for kind, count in found.refused.items()]
    rows += [("let pass", kind, count, "") for kind, count in found.let_pass.items()]
    rows += [("workaround", it.what, it.count, "" if it.of is None else it.of) for it in found.workarounds]
    rows += [("rule changed", name, count, "") for name, count in found.loosened.items()]
    for row in rows:
        writer.writerow([safe(str(cell)) for cell in row])
    return out.getvalue()
