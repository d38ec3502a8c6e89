"""An item's picture: sent on its page, drawn anew in a helper process, or taken away."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.exchange.pictures import MOST_BYTES, draw_anew, refused
from warehouse.services.catalog.pictures import DropPicture, PutPicture, drop_picture, put_picture
from warehouse.web import parts
from warehouse.web.admin.items import show_one
from warehouse.web.asking import actor, now
from warehouse.web.forms import attempted

blueprint = Blueprint("admin_pictures", __name__, url_prefix="/admin/items")
AROUND = 1 << 16


@blueprint.url_value_preprocessor
def _allow_a_picture(_endpoint: str | None, _values: object) -> None:
    request.max_content_length = MOST_BYTES + AROUND


@blueprint.post("/<key:item>/picture")
@requires(Permission.EDIT_CATALOG)
def put(item: int) -> AnyResponse:
    """Take a picture in place of the one before."""

    def act() -> None:
        file = request.files.get("picture")
        if file is None or not file.filename:
            raise refused("is missing. Choose a file")
        drawn = parts().children.run(draw_anew, file.read(MOST_BYTES + 1))
        wanted = PutPicture(actor=actor(), at=now(), item=item, small=drawn.small, large=drawn.large)
        parts().database.run(put_picture, wanted)

    problem = attempted(act)
    return show_one(item, problem) if problem else redirect(f"/admin/items/{item}", code=303)


@blueprint.post("/<key:item>/picture/remove")
@requires(Permission.EDIT_CATALOG)
def remove(item: int) -> AnyResponse:
    """Take the picture away."""
    parts().database.run(drop_picture, DropPicture(actor=actor(), at=now(), item=item))
    return redirect(f"/admin/items/{item}", code=303)
