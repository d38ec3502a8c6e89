"""Tokens of machines: made with rights and a last day, shown once, listed with their last use, revoked."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.recognition import secret_hash
from warehouse.services.people.tokens import LONGEST_DAYS, NewToken, RevokeToken, create_token, draw_token, revoke_token
from warehouse.storage.queries.people import KnownToken, list_tokens, token_by_key
from warehouse.web import caller, parts
from warehouse.web.api import PREFIX, Answer, Body, Digits, Line, Listing, PageQuery, listing, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("tokens", __name__, url_prefix=PREFIX)


class TokenQuery(PageQuery):
    """A page of tokens."""

    after: Digits | None = None  # type: ignore[assignment]  # the cursor of this list is a key


class TokenAnswer(Answer):
    """A machine's token without its secret; `person` is who answers for it."""

    id: int
    name: str
    permissions: Sequence[str]
    person: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


class TokenBody(Body):
    """A token to make: for which machine, what it may do, for how many days."""

    name: Line = Field(max_length=80)
    permissions: list[Permission] = Field(min_length=1, max_length=len(Permission))
    days: int = Field(default=365, ge=1, le=LONGEST_DAYS)


class TokenMade(TokenAnswer):
    """The new token; `token` is the secret, in this answer and nowhere else."""

    token: str


@blueprint.get("/tokens")
@requires(Permission.EDIT_TOKENS)
@operation(query=TokenQuery, answer=Listing[TokenAnswer])
def get_tokens(query: TokenQuery) -> Listing[KnownToken]:
    """List the tokens of machines, with their last use."""
    with parts().database.read() as session:
        found = list_tokens(session, after=query.after or 0, limit=query.limit + 1)
    return listing(found, query.limit, lambda token: token.id)


@blueprint.post("/tokens")
@requires(Permission.EDIT_TOKENS)
@operation(body=TokenBody, answer=TokenMade, status=201)
def post_token(body: TokenBody) -> Response:
    """Make a token; its secret is shown this once."""
    key, secret = make_token(body)
    made = TokenMade(token=secret, **TokenAnswer.model_validate(read_token(key)).model_dump())
    return Response(made.model_dump_json(), status=201, content_type="application/json")


@blueprint.post("/tokens/<key:token>/revoke")
@requires(Permission.EDIT_TOKENS)
@operation(answer=TokenAnswer)
def post_revoke(token: int) -> KnownToken:
    """End a token at once."""
    end_token(token)
    return read_token(token)


def make_token(wanted: TokenBody) -> tuple[int, str]:
    """Make a token; its key and its secret are given back."""
    secret = draw_token()
    new = NewToken(
        actor=actor(),
        at=now(),
        name=wanted.name,
        permissions=tuple(wanted.permissions),
        held=caller().permissions,
        days=wanted.days,
        token_hash=secret_hash(secret),
    )
    return parts().database.run(create_token, new), secret


def end_token(token: int) -> None:
    """Revoke a token; nothing remembered of it lets it in any more."""
    parts().database.run(revoke_token, RevokeToken(actor=actor(), at=now(), token=token))
    parts().access.forget()


def read_token(key: int) -> KnownToken:
    """Read one token; NotFoundError when there is none."""
    with parts().database.read() as session:
        found = token_by_key(session, key)
    if found is None:
        raise NotFoundError(sentence("There is no token {token}.", token=key))
    return found
