"""Pictures of items: which item has one, and the picture itself by its hash."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from warehouse.storage.models.catalog import ItemRow, PictureRow

AT_ONCE = 500


def pictures_of(connection: Connection, skus: Collection[str]) -> dict[str, str]:
    """Give the hash of the picture of each of these items that has one, by SKU."""
    wanted = sorted(skus)
    found: dict[str, str] = {}
    for at in range(0, len(wanted), AT_ONCE):
        query = (
            select(ItemRow.sku, PictureRow.hash)
            .join(PictureRow, PictureRow.item_id == ItemRow.id)
            .where(ItemRow.sku.in_(wanted[at : at + AT_ONCE]))
        )
        found |= {row.sku: row.hash for row in connection.execute(query)}
    return found


def picture_of(connection: Connection, name: str, *, large: bool) -> bytes | None:
    """Give a picture by its hash, or None."""
    size = PictureRow.large if large else PictureRow.small
    return connection.scalar(select(size).where(PictureRow.hash == name).limit(1))


def picture_named(connection: Connection, item: int) -> str | None:
    """Give the hash of an item's picture, or None."""
    return connection.scalar(select(PictureRow.hash).where(PictureRow.item_id == item))
