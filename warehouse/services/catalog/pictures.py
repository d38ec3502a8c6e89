"""How an item looks: one picture, put in place of the one before, or taken away."""

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from warehouse.domain.errors import NotFoundError
from warehouse.services.actor import Request, audit
from warehouse.storage.models.catalog import ItemRow, PictureRow

HASH_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPicture(Request):
    """A picture of an item in two sizes, as WebP that we drew ourselves."""

    item: int
    small: bytes
    large: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DropPicture(Request):
    """An item whose picture shall go."""

    item: int


def put_picture(session: Session, request: PutPicture) -> str:
    """Keep an item's picture and give its hash; raises NotFoundError when there is no such item."""
    item = session.get(ItemRow, request.item)
    if item is None:
        raise NotFoundError("There is no such item.")
    found = session.get(PictureRow, item.id) or PictureRow(item_id=item.id)
    found.hash = hashlib.sha256(request.small + request.large).hexdigest()[:HASH_DIGITS]
    found.small, found.large, found.added_at = request.small, request.large, request.at
    session.add(found)
    audit(session, request, "item_picture_put", f"item:{item.id}", sku=item.sku, hash=found.hash)
    return found.hash


def drop_picture(session: Session, request: DropPicture) -> None:
    """Take an item's picture away, when it has one."""
    found = session.get(PictureRow, request.item)
    if found is not None:
        session.delete(found)
        audit(session, request, "item_picture_dropped", f"item:{request.item}", hash=found.hash)
