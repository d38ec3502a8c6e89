"""Refusals on their way out: `application/problem+json` for programs, a page for people, never a trace."""

import json
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Flask, Response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from warehouse.domain.errors import NotSignedInError, WarehouseError
from warehouse.problems import Problem, problem_of
from warehouse.web.language import speaker

PROBLEM = "application/problem+json"
SIGN_IN = "/"
SENTENCES = {
    400: ("bad_request", "That request cannot be read."),
    401: ("not_signed_in", "Sign in first."),
    403: ("forbidden", "This is not allowed."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This cannot be done at this address."),
    406: ("not_acceptable", "This is not available in the form asked for."),
    408: ("timeout", "The request took too long to arrive."),
    411: ("length_required", "The request must say how long it is."),
    413: ("too_large", "That is more than this address accepts."),
    414: ("too_large", "That address is too long."),
    415: ("unsupported_media_type", "This address takes application/json."),
    429: ("too_many_requests", "Too many requests. Wait a moment."),
    503: ("retry_later", "The server cannot take this now. Nothing happened; try again."),
}


def register_errors(app: Flask) -> None:
    """Have every exception of `app` answered here."""
    app.register_error_handler(Exception, answer_error)


def answer_error(error: Exception) -> AnyResponse:
    """Answer one exception in the form the asker reads."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    problem = _in_words(_of_http(error) if isinstance(error, HTTPException) else problem_of(error))
    if wants_page() and isinstance(error, NotSignedInError) and request.method == "GET" and request.path != SIGN_IN:
        return redirect(f"{SIGN_IN}?{urlencode({'next': request.full_path.rstrip('?')})}", code=303)
    response = page(problem) if wants_page() else problem_response(problem)
    if isinstance(error, HTTPException) and error.code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "")
    return response


def _in_words(problem: Problem) -> Problem:
    """Put a refusal into the language of who asks."""
    try:
        put = speaker().put
    except WarehouseError:  # the database is away: its own refusal is told in English
        return problem
    return problem.in_words(put)


def problem_response(problem: Problem) -> Response:
    """Answer a program."""
    return Response(json.dumps(problem.as_json()), status=problem.status, content_type=PROBLEM)


def page(problem: Problem) -> Response:
    """Answer a person in a browser."""
    return Response(render_template("errors/problem.html", problem=problem), status=problem.status)


def wants_page() -> bool:
    """Tell whether a person's browser is asking, rather than a program or a script."""
    if request.path.startswith(("/api/", "/socket.io")):
        return False
    best = request.accept_mimetypes.best_match([PROBLEM, "application/json", "text/html"])
    return best == "text/html"


def _of_http(error: HTTPException) -> Problem:
    status = error.code or 500
    code, detail = SENTENCES.get(status, ("refused", "The server refused this."))
    return Problem(status, code, detail)
