"""The page of machines: which programs may call, what each may do, when it last did, and until when."""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.problems import Problem
from warehouse.services.people.tokens import LONGEST_DAYS
from warehouse.storage.queries.people import list_tokens
from warehouse.web import caller, parts
from warehouse.web.admin import done, show
from warehouse.web.api import PageQuery
from warehouse.web.api.parsing import DIGITS
from warehouse.web.api.tokens import TokenBody, end_token, make_token
from warehouse.web.forms import asked_for, attempted

blueprint = Blueprint("admin_tokens", __name__, url_prefix="/admin/tokens")

MOST = 500


@blueprint.get("")
@requires(Permission.EDIT_TOKENS)
def overview() -> Response:
    """List the tokens, with the form for a new one."""
    return _page()


@blueprint.post("")
@requires(Permission.EDIT_TOKENS)
def add() -> Response:
    """Make a token and show its secret, this once."""
    shown: dict[str, str] = {}

    def act() -> None:
        wanted = _wanted()
        _, secret = make_token(wanted)
        shown.update(name=wanted.name, secret=secret)

    problem = attempted(act)
    return _page(problem, shown)


@blueprint.post("/<key:token>/revoke")
@requires(Permission.EDIT_TOKENS)
def revoke(token: int) -> AnyResponse:
    """End a token at once."""
    problem = attempted(lambda: end_token(token))
    return _page(problem) if problem else done("revoked", "admin_tokens.overview")


def _wanted() -> TokenBody:
    """Read the form; raises InvalidInputError that names the field and says what was expected."""
    name, days = request.form.get("name", "").strip(), request.form.get("days", "").strip()
    known = {permission.value: permission for permission in Permission}
    chosen = [known[word] for word in request.form.getlist("permissions") if word in known]
    problems = []
    if not name:
        problems.append(FieldProblem("Machine", "say which program this is for"))
    if not chosen:
        problems.append(FieldProblem("Rights", "choose at least one"))
    if not DIGITS.fullmatch(days) or not 1 <= int(days) <= LONGEST_DAYS:
        problems.append(
            FieldProblem("Days", sentence("write a number from 1 to {longest_days}", longest_days=LONGEST_DAYS))
        )
    if problems:
        raise InvalidInputError("Some fields are wrong.", tuple(problems))
    return TokenBody(name=name, permissions=chosen, days=int(days))


def _page(problem: Problem | None = None, shown: dict[str, str] | None = None) -> Response:
    after = asked_for(PageQuery).after_key or 0
    with parts().database.read() as session:
        found = list_tokens(session, after=after, limit=MOST + 1)
    return show(
        "admin/tokens.html",
        problem,
        tokens=found[:MOST],
        next=found[MOST - 1].id if len(found) > MOST else None,
        first=bool(after),
        shown=shown or {},
        rights=sorted(permission.value for permission in caller().permissions),
        sent=request.form if problem else {},
        chosen=request.form.getlist("permissions") if problem else [],
        longest=LONGEST_DAYS,
    )
