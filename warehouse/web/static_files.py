"""Sends static files; an address of another version is gone, never answered with newer content."""

from flask import Blueprint, Response, abort, request

from warehouse.access import open_to_anyone
from warehouse.web import parts
from warehouse.web.assets import Asset
from warehouse.web.security import CONTENT_POLICY, policy

FOR_GOOD = "public, max-age=31536000, immutable"
CAMERA_WORKER = "js/camera_worker.js"
CAMERA_POLICY = policy(CONTENT_POLICY | {"script-src": "'self' 'wasm-unsafe-eval'"})
"""A worker has a policy of its own: the camera's reader is compiled WebAssembly, which no page may run."""

blueprint = Blueprint("static_files", __name__)


@blueprint.get("/static/<version>/<path:name>")
@open_to_anyone
def static_file(version: str, name: str) -> Response:
    """Send one static file, packed where the browser takes it."""
    asset = parts().assets.find(version, name)
    if asset is None:
        abort(404)
    response = _send(asset, FOR_GOOD)
    if name == CAMERA_WORKER:
        response.headers["Content-Security-Policy"] = CAMERA_POLICY
    return response


@blueprint.get("/sw.js")
@open_to_anyone
def service_worker() -> Response:
    """Send the service worker: from the root, because it serves the pages there, and looked for anew on each load."""
    assets = parts().assets
    asset = assets.find(assets.version, "js/offline_worker.js")
    if asset is None:
        abort(404)
    return _send(asset, "no-cache")


def _send(asset: Asset, caching: str) -> Response:
    packed = asset.packed is not None and request.accept_encodings.quality("gzip") > 0
    response = Response(asset.packed if packed else asset.body, mimetype=asset.mimetype)
    response.headers["Cache-Control"] = caching
    if asset.packed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response
