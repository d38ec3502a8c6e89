"""How a device comes to trust this server: the site's own authority, its fingerprint, the steps."""

import hashlib
import ssl
from pathlib import Path

from flask import Blueprint, Response, abort, render_template

from warehouse.access import open_to_anyone
from warehouse.web import parts

AUTHORITY = Path("tls") / "site-authority.crt"
"""Where `warehouse tls init` puts it, in the data folder."""

blueprint = Blueprint("trust", __name__)


@blueprint.get("/trust")
@open_to_anyone
def trust() -> str:
    """Explain it to whoever holds the device; nobody can sign in before it is done."""
    authority = _authority()
    return render_template("trust/trust.html", fingerprint=fingerprint_of(authority) if authority else None)


@blueprint.get("/trust/site-authority.crt")
@open_to_anyone
def certificate() -> Response:
    """Send the authority's certificate; it is public, its key never leaves the server."""
    authority = _authority()
    if authority is None:
        abort(404)
    response = Response(authority, mimetype="application/x-x509-ca-cert")
    response.headers["Content-Disposition"] = "attachment; filename=site-authority.crt"
    return response


def fingerprint_of(certificate: str) -> str:
    """Give the SHA-256 of a PEM certificate as devices show it: pairs of capitals with colons."""
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).digest()
    return digest.hex(":").upper()


def _authority() -> str | None:
    path = parts().settings.data_dir / AUTHORITY
    return path.read_text("ascii") if path.is_file() else None
