"""The door: known hosts only, headers on every answer, who asks, and no writes forged by other pages."""

import hmac
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask, abort, current_app, g, request

from warehouse.access import Caller, check, credentials_of, is_stranger, rule_of
from warehouse.domain.errors import ForbiddenError
from warehouse.settings import Settings
from warehouse.web import optional_caller, parts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf_token"
YEAR = 31_536_000

CONTENT_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(parts: Mapping[str, str]) -> str:
    """Write a content security policy as its header has it."""
    return "; ".join(f"{name} {value}" for name, value in parts.items())


HEADERS = {
    "Content-Security-Policy": policy(CONTENT_POLICY),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(self)",
    "Cache-Control": "no-store",
}


class Door:
    """The outermost layer: also what never reaches Flask, such as /socket.io, passes here.

    Answers only to the configured hosts (a rebound name gets 400), and puts the security headers on every
    answer that does not set them itself.
    """

    def __init__(self, inside: "WSGIApplication", settings: Settings) -> None:
        self._inside = inside
        self._hosts = settings.hosts
        secure = {"Strict-Transport-Security": f"max-age={YEAR}"} if settings.secure else {}
        self._headers = tuple((HEADERS | secure).items())

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            given = {name.lower() for name, _ in headers}
            missing = [pair for pair in self._headers if pair[0].lower() not in given]
            return start_response(status, headers + missing, *more)

        if environ.get("HTTP_HOST", "").lower() not in self._hosts:
            return _unknown_host(start)
        return self._inside(environ, start)


def guard(app: Flask) -> None:
    """Have every request of `app` recognised, held against its route's rule, and its writes checked for forgery."""
    app.before_request(_admit)
    app.before_request(_refuse_forged_writes)


def _admit() -> None:
    if request.url_rule is None:
        return  # nothing is there; the 404 follows
    settings = parts().settings
    found = parts().access.recognise(
        credentials_of(request.environ, secure=settings.secure, practice=settings.practice)
    )
    view = current_app.view_functions.get(request.endpoint or "")
    rule = rule_of(view) if view else None
    g.caller = None if found is not None and is_stranger(found, rule) else found
    check(found, rule)
    if "\0" in request.path:
        abort(404)  # no database text may hold it: nothing is called so


def _refuse_forged_writes() -> None:
    if request.method in SAFE_METHODS or request.url_rule is None:
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() not in parts().settings.origins:
        raise ForbiddenError("This address may not send changes here. Open the app itself.")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise ForbiddenError("Another site tried to send this. Open the app itself.")
    found = optional_caller()
    if found is not None and found.csrf_token is not None:
        _check_csrf(found)


def _check_csrf(found: Caller) -> None:
    sent = request.headers.get(CSRF_HEADER) or (request.form.get(CSRF_FIELD) if _is_form() else None) or ""
    if not hmac.compare_digest((found.csrf_token or "").encode(), sent.encode("utf-8", "replace")):
        raise ForbiddenError("This page is out of date. Load it again.")


def _is_form() -> bool:
    return request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}


def _unknown_host(start: "StartResponse") -> Iterable[bytes]:
    body = b"This server does not answer to that name.\n"
    start("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]
