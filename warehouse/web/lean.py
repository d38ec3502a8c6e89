"""Pages sent packed, for devices far from the next access point."""

import gzip
from typing import Any

from flask import Response, render_template, request


def lean_page(template: str, **values: Any) -> Response:
    """Draw a page and send it packed where the browser takes it.

    Only for pages that repeat nothing of what was asked or sent: packed together with it, their secret (the token that
    writes carry) would show in the size of the answer.
    """
    body = render_template(template, **values).encode()
    response = Response(body, mimetype="text/html")
    response.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
