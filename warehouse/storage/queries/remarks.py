"""Remarks as people read them in place of what stands for them in the chain, and whether they are as written."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.storage.models.journal import RemarkRow

ERASED = "(erased)"
Details = dict[str, Any]


def remark_digest(salt: bytes, text: str) -> str:
    """Give the SHA-256 that the chain keeps of a remark, in hexadecimal."""
    return sha256(salt + text.encode("utf-8", "surrogatepass")).hexdigest()


def with_remarks(session: Session, told: Sequence[Details]) -> list[Details]:
    """Put the texts in place of what stands for them; an erased one says so."""
    keys = {value["remark"] for details in told for value in details.values() if _is_remark(value)}
    texts: Mapping[int, str | None] = {}
    if keys:
        texts = {row.id: row.text for row in session.scalars(select(RemarkRow).where(RemarkRow.id.in_(keys)))}
    return [{name: _read(value, texts) for name, value in details.items()} for details in told]


def changed_remarks(session: Session) -> Iterator[str]:
    """Name each remark that is no longer what was written; an erased one has nothing left to compare."""
    for row in session.scalars(select(RemarkRow).where(RemarkRow.text.is_not(None)).order_by(RemarkRow.id)):
        if row.salt is None or remark_digest(row.salt, row.text or "") != row.digest:
            yield f"remark {row.id} is not what was written"


def _is_remark(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"remark", "sha256"}


def _read(value: Any, texts: Mapping[int, str | None]) -> Any:
    return (texts.get(value["remark"]) or ERASED) if _is_remark(value) else value
